/* SHA-256 and ECDSA by the port's crypto.c and BearSSL, as lx106 code: the
 * cases that the computer's port goes through too
 * (test/firmware/crypto_cases.h), and how long the longest
 * takes. */
#include "firmware/port/esp8266/crypto.h"

#include <string.h>

#include "test/firmware/crypto_cases.h"
#include "test/guest/common.h"

#define MORE 60u /* of the mixture: 20 s under sanitizers */

static struct {
    struct sign_case one;
    uint32_t index, failed, began_us, longest_us;
    bool is_starting; /* inside of hal_verify_start */
} verify;

static void start_case(void)
{
    sign_case_make(verify.index, &verify.one);
    verify.began_us = system_get_time();
    verify.is_starting = true;
    hal_verify_start(verify.one.key, verify.one.digest, verify.one.signature);
    verify.is_starting = false;
    /* All three were copied. */
    memset(verify.one.key, 0, sizeof(verify.one.key));
    memset(verify.one.digest, 0, sizeof(verify.one.digest));
    memset(verify.one.signature, 0, sizeof(verify.one.signature));
}

static void tell(const char *what, uint32_t count)
{
    ets_printf("%s: %u of %u as expected\n", what, count - verify.failed,
               count);
    verify.failed = 0;
}

static void on_answer(bool is_right)
{
    uint32_t took_us = system_get_time() - verify.began_us;
    if (took_us > verify.longest_us)
        verify.longest_us = took_us;
    if (is_right != verify.one.is_right || verify.is_starting) {
        verify.failed++;
        ets_printf("case %u: %s, %s: said %s\n", verify.index, verify.one.row,
                   verify.one.change, is_right ? "right" : "wrong");
    }
    verify.index++;
    if (verify.index == SIGN_CASES)
        tell("cases", SIGN_CASES);
    if (verify.index < SIGN_CASES + MORE) {
        start_case();
        return;
    }
    tell("more", MORE);
    ets_printf("a second is %s: the longest took %u us\n",
               verify.longest_us < 1000000 ? "enough" : "too short",
               verify.longest_us);
}

static void hash_next(void *argument)
{
    static unsigned row;
    (void)argument;
    if (row == HASH_CASES) {
        tell("hashes", HASH_CASES);
        start_case();
        return;
    }
    verify.failed += !hash_case_holds(&hash_cases[row++]);
    guest_later(1, hash_next);
}

void user_init(void)
{
    crypto_start(on_answer);
    guest_later(1, hash_next);
}

/* hal/crypto.h as the posix port and every test on a computer have it. The same
 * cases on lx106 code: test/guest/verify.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/port/posix/crypto.h"
#include "test/firmware/crypto_cases.h"
#include "test/firmware/fake_hal.h"

#define MUTATIONS 500u

static void hashes_are_those_of_the_standard(void **state)
{
    (void)state;
    for (unsigned i = 0; i < HASH_CASES; i++)
        assert_true(hash_case_holds(&hash_cases[i]));
}

static void a_hash_goes_on_after_its_end_and_as_a_copy(void **state)
{
    uint8_t part[HAL_SHA256_SIZE], copied[HAL_SHA256_SIZE],
        whole[HAL_SHA256_SIZE];
    struct hal_sha256 hash, copy;
    (void)state;
    hal_sha256_start(&hash);
    hal_sha256_update(&hash, "a", 1);
    copy = hash;
    hal_sha256_end(&hash, part);
    hal_sha256_update(&hash, "bc", 2);
    hal_sha256_end(&hash, whole);
    hal_sha256_update(&copy, "bc", 2);
    hal_sha256_end(&copy, copied);
    assert_memory_equal(whole, copied, sizeof(whole));
    assert_memory_not_equal(whole, part, sizeof(whole));
    hal_sha256_start(&hash);
    hal_sha256_update(&hash, "abc", 3);
    hal_sha256_end(&hash, part);
    assert_memory_equal(whole, part, sizeof(whole));
}

static void check(uint32_t index)
{
    struct sign_case c;
    bool is_right = false;
    sign_case_make(index, &c);
    hal_verify_start(c.key, c.digest, c.signature);
    assert_true(crypto_answer(&is_right));
    if (is_right != c.is_right)
        fail_msg("case %u: %s, %s: said %s", (unsigned)index, c.row, c.change,
                 is_right ? "right" : "wrong");
}

static void right_signatures_are_told_from_wrong_ones(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < SIGN_CASES; i++)
        check(i);
}

static void five_hundred_more_are_told_apart(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < MUTATIONS; i++)
        check(SIGN_CASES + i);
}

/* Or the cases would say less than their names. */
static void the_cases_hold_both_kinds_and_every_row(void **state)
{
    struct sign_case c;
    unsigned right = 0;
    (void)state;
    for (uint32_t i = 0; i < SIGN_CASES + MUTATIONS; i++) {
        sign_case_make(i, &c);
        right += c.is_right;
        assert_non_null(c.row);
        assert_non_null(c.change);
    }
    assert_in_range(right, SIGN_ROWS + 30, MUTATIONS / 3);
}

static void an_answer_comes_once_or_not_at_all(void **state)
{
    struct sign_case c;
    bool is_right = true;
    (void)state;
    assert_false(crypto_answer(&is_right));
    check(0);
    assert_false(crypto_answer(&is_right));
    sign_case_make(0, &c);
    hal_verify_start(c.key, c.digest, c.signature);
    crypto_forget();
    assert_false(crypto_answer(&is_right));
    check(1);
}

/* Who tests the core with the fake HAL need not ask for it. */
static void the_fake_world_hands_the_answer_to_the_device(void **state)
{
    struct sign_case c;
    bool is_right = false;
    (void)fake_basic(state);
    sign_case_make(0, &c);
    hal_verify_start(c.key, c.digest, c.signature);
    fake_run(&fd, 1);
    assert_false(crypto_answer(&is_right));
    hal_verify_start(c.key, c.digest, c.signature);
    fake_start(&fd, START_EXTERNAL);
    assert_false(crypto_answer(&is_right));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(hashes_are_those_of_the_standard),
        cmocka_unit_test(a_hash_goes_on_after_its_end_and_as_a_copy),
        cmocka_unit_test(right_signatures_are_told_from_wrong_ones),
        cmocka_unit_test(five_hundred_more_are_told_apart),
        cmocka_unit_test(the_cases_hold_both_kinds_and_every_row),
        cmocka_unit_test(an_answer_comes_once_or_not_at_all),
        cmocka_unit_test(the_fake_world_hands_the_answer_to_the_device),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

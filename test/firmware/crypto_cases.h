/* Hashes and signatures with known answers, for every port's hal/crypto.h: a
 * test on the computer and a guest program on the bench go through the same.
 * Sources: FIPS 180-4's examples; RFC 6979 A.2.5; the rest was signed once by
 * libcrypto with keys that were thrown away. */
#ifndef TEST_FIRMWARE_CRYPTO_CASES_H
#define TEST_FIRMWARE_CRYPTO_CASES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/hal/crypto.h"

struct hash_case {
    const char *unit; /* the message is this, so many times */
    unsigned times;
    const char *digest; /* hex */
};

#define HASH_CASES 4u
extern const struct hash_case hash_cases[HASH_CASES];

/* Does the port's hash give its digest? */
bool hash_case_holds(const struct hash_case *row);

struct sign_case {
    uint8_t key[HAL_KEY_SIZE], digest[HAL_SHA256_SIZE],
        signature[HAL_SIGNATURE_SIZE];
    bool is_right;
    const char *row, *change; /* for people */
};

#define SIGN_ROWS 15u    /* signatures that are right */
#define SIGN_CHANGES 19u /* ways to change one, "nothing" the first */
/* Cases below this: each row as it is, then each change once. */
#define SIGN_CASES (SIGN_ROWS + SIGN_CHANGES)

/* Case number `index`, always the same; from SIGN_CASES on a mixture without
 * end. */
void sign_case_make(uint32_t index, struct sign_case *out);

#endif

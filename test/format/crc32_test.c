#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <zlib.h>

#include "format/crc32.h"

static void the_check_value_of_the_catalogue(void **state)
{
    (void)state;
    assert_int_equal(crc32_update(0, "123456789", 9), 0xCBF43926u);
}

static void it_is_zlibs_also_in_pieces(void **state)
{
    (void)state;
    uint8_t bytes[1000];
    uint32_t pieces = 0;
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * i >> 3);
    for (unsigned at = 0; at < sizeof(bytes); at += 250)
        pieces = crc32_update(pieces, bytes + at, 250);
    assert_int_equal(pieces, crc32(0, bytes, sizeof(bytes)));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_check_value_of_the_catalogue),
        cmocka_unit_test(it_is_zlibs_also_in_pieces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

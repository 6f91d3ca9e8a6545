#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/mark.h"

static void make(uint8_t file[64])
{
    memset(file, 0, 64);
    memcpy(file + MARK_OFFSET,
           "POGO\x01"
           "B\0\0"
           "0.1.0",
           13);
}

static void a_mark_gives_target_and_version(void **state)
{
    (void)state;
    uint8_t file[64];
    struct mark mark;
    make(file);
    assert_true(mark_read(file, sizeof(file), &mark));
    assert_int_equal(mark.target, 'B');
    assert_string_equal(mark.version, "0.1.0");
}

/* offset from the mark, and the byte that spoils it */
static const struct row {
    unsigned at;
    uint8_t byte;
} rows[] = {{0, 'p'}, {3, 0}, {4, 2}, {5, 'X'}, {23, 'v'}};

static void a_spoilt_mark_is_none(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        uint8_t file[64];
        struct mark mark;
        make(file);
        file[MARK_OFFSET + rows[i].at] = rows[i].byte;
        assert_false(mark_read(file, sizeof(file), &mark));
    }
}

static void a_short_file_has_none(void **state)
{
    (void)state;
    uint8_t file[64];
    struct mark mark;
    make(file);
    assert_true(mark_read(file, MARK_OFFSET + MARK_SIZE, &mark));
    assert_false(mark_read(file, MARK_OFFSET + MARK_SIZE - 1, &mark));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_mark_gives_target_and_version),
        cmocka_unit_test(a_spoilt_mark_is_none),
        cmocka_unit_test(a_short_file_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

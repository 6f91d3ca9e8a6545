#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/slip.h"

struct row {
    const char *what;
    uint8_t in[16];
    size_t size;
    uint8_t frame[8]; /* of the last one that came */
    size_t frame_size;
    unsigned frames;
};

static const struct row rows[] = {
    {"a plain frame", {0xC0, 1, 2, 0xC0}, 4, {1, 2}, 2, 1},
    {"escapes", {0xC0, 0xDB, 0xDC, 0xDB, 0xDD, 0xC0}, 6, {0xC0, 0xDB}, 2, 1},
    {"bytes before a frame are ignored", {7, 8, 0xC0, 3, 0xC0}, 5, {3}, 1, 1},
    {"bytes between frames are ignored",
     {0xC0, 1, 0xC0, 9, 9, 0xC0, 2, 0xC0},
     8,
     {2},
     1,
     2},
    {"an empty frame is none", {0xC0, 0xC0, 5, 0xC0}, 4, {5}, 1, 1},
    {"a bad escape drops the frame",
     {0xC0, 1, 0xDB, 1, 0xC0, 2, 0xC0},
     7,
     {2},
     1,
     1},
    {"a frame that ends in an escape is dropped",
     {0xC0, 1, 0xDB, 0xC0, 4, 0xC0},
     6,
     {4},
     1,
     1},
    {"a frame longer than its room is dropped",
     {0xC0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0xC0, 6, 0xC0},
     13,
     {6},
     1,
     1},
};

static void frames_are_found_in_any_bytes(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct row *row = &rows[i];
        uint8_t buffer[8], last[8] = {0};
        struct slip_decoder d;
        unsigned frames = 0;
        size_t size = 0;
        slip_decoder_init(&d, buffer, sizeof(buffer));
        for (size_t k = 0; k < row->size; k++) {
            if (!slip_decode(&d, row->in[k]))
                continue;
            frames++;
            size = d.size;
            memcpy(last, buffer, size);
        }
        print_message("# %s\n", row->what);
        assert_int_equal(frames, row->frames);
        assert_int_equal(size, row->frame_size);
        assert_memory_equal(last, row->frame, size);
    }
}

static void what_is_encoded_is_decoded(void **state)
{
    (void)state;
    uint8_t in[256], out[SLIP_ROOM(256)], back[256];
    struct slip_decoder d;
    for (unsigned i = 0; i < 256; i++)
        in[i] = (uint8_t)i;
    size_t n = slip_encode(in, sizeof(in), out);
    assert_int_equal(n, 256 + 2 + 2); /* two bytes are escaped */
    slip_decoder_init(&d, back, sizeof(back));
    for (size_t i = 0; i < n; i++)
        assert_int_equal(slip_decode(&d, out[i]), i == n - 1);
    assert_int_equal(d.size, sizeof(in));
    assert_memory_equal(in, back, sizeof(in));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_are_found_in_any_bytes),
        cmocka_unit_test(what_is_encoded_is_decoded),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

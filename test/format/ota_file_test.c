/* OTA files: what is made is what is read, for either slot, in pieces of any
 * size; and everything that is wrong with one has its own error. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/ota_file.h"
#include "test/format/ota_fixture.h"

#define ROOM 8192u
#define DISTANCE (MAP_SLOT_B - MAP_SLOT_A)

static struct ota_made made;
static uint8_t file[ROOM];
static size_t file_size;

/* ---- reading into memory ------------------------------------------------- */

static struct {
    uint8_t image[ROOM];
    size_t size;
    unsigned headers, verified;
    enum err header_says, image_says;
} got;

static enum err take_header(void *ctx, const struct ota_header *header)
{
    (void)ctx;
    got.headers++;
    return got.header_says != ERR_NONE
               ? got.header_says
               : ota_header_check(header, OTA_BOARD_CHIP, OTA_VERSION(1, 2, 3));
}

static enum err take_image(void *ctx, const uint8_t *bytes, size_t size)
{
    (void)ctx;
    assert_true(size > 0 && got.size + size <= sizeof(got.image));
    memcpy(got.image + got.size, bytes, size);
    got.size += size;
    return got.image_says;
}

static enum err verify(void *ctx, uint32_t key_id, const uint8_t *digest,
                       const uint8_t *signature)
{
    (void)ctx;
    got.verified++;
    if (key_id != 0xC0FFEE)
        return ERR_OTA_KEY;
    return ota_is_signed(digest, signature) ? ERR_NONE : ERR_OTA_SIGNATURE;
}

static const struct ota_verify owner = {verify, NULL};
static struct ota_reader reader;
static struct ota_sha sha;

static void start(enum slot slot)
{
    const struct ota_sink sink = {take_header, take_image, NULL};
    const struct ota_hash hash = ota_sha256(&sha);
    memset(&got, 0, sizeof(got));
    ota_reader_start(&reader, slot, &sink, &hash);
}

static enum err feed(size_t piece)
{
    enum err e = ERR_NONE;
    for (size_t at = 0; e == ERR_NONE && at < file_size; at += piece) {
        size_t left = file_size - at;
        e = ota_reader_feed(&reader, file + at, left < piece ? left : piece);
    }
    return e;
}

static enum err read_file(enum slot slot, size_t piece)
{
    start(slot);
    enum err e = feed(piece);
    return e == ERR_NONE ? ota_reader_verify(&reader, &owner) : e;
}

/* ---- making -------------------------------------------------------------- */

static void make(uint32_t image_size, const uint32_t *offsets, uint32_t count)
{
    ota_make(&made, image_size, offsets, count);
    file_size = ota_write(&made, file, sizeof(file));
    assert_in_range(file_size, 1, sizeof(file));
}

/* Neighbours, the first and the last word, distances of one and of two bytes.
 */
static const uint32_t some[] = {0, 4, 16, 528, 1040, 1044, 4092};
#define SOME (sizeof(some) / sizeof(some[0]))

static int make_some(void **state)
{
    (void)state;
    make(4096, some, SOME);
    return 0;
}

/* After a change of the header's bytes. */
static void seal_header(void)
{
    put_u32le(file + 144, crc32_update(0, file, 144));
}

static void seal_all(void)
{
    ota_seal(file, file_size);
}

/* ---- tests --------------------------------------------------------------- */

static void check_image(enum slot slot)
{
    assert_int_equal(reader.state, OTA_VERIFIED);
    assert_int_equal(got.headers, 1);
    assert_int_equal(got.size, made.image_size);
    for (uint32_t at = 0, i = 0; at < made.image_size; at += 4) {
        uint32_t word = get_u32le(made.image + at);
        if (i < made.count && made.offsets[i] == at) {
            word += slot == SLOT_B ? DISTANCE : 0;
            i++;
        }
        assert_int_equal(get_u32le(got.image + at), word);
    }
}

static void a_file_serves_either_slot_in_pieces_of_any_size(void **state)
{
    (void)state;
    for (size_t piece = 1; piece <= file_size; piece += piece < 200 ? 1 : 97) {
        assert_int_equal(read_file(SLOT_A, piece), ERR_NONE);
        check_image(SLOT_A);
        assert_int_equal(read_file(SLOT_B, piece), ERR_NONE);
        check_image(SLOT_B);
    }
    assert_int_equal(reader.header.version, OTA_VERSION(1, 2, 3));
    assert_int_equal(reader.header.words, SOME);
}

static void an_image_may_hold_addresses_everywhere_or_nowhere(void **state)
{
    (void)state;
    uint32_t all[16];
    for (uint32_t i = 0; i < 16; i++)
        all[i] = 4 * i;
    make(64, all, 16);
    assert_int_equal(read_file(SLOT_B, 7), ERR_NONE);
    check_image(SLOT_B);
    make(64, NULL, 0);
    assert_int_equal(read_file(SLOT_B, 7), ERR_NONE);
    check_image(SLOT_B);
}

/* docs/flash.md; a change of these bytes strands devices in the field. */
static void the_bytes_are_those_of_the_document(void **state)
{
    (void)state;
    static const uint8_t head[] = {'P', 'G', 'O', 'T', 1, 0, 148, 0, 3, 0,
                                   2,   1,   1,   0,   0, 0, 0,   2, 0, 0};
    static const uint32_t offsets[] = {4, 8, 400};
    make(512, offsets, 3);
    assert_memory_equal(file, head, sizeof(head));
    assert_int_equal(get_u32le(file + 20), crc32_update(0, made.image, 512));
    assert_int_equal(get_u32le(file + 28), 512 + 3);
    assert_int_equal(get_u32le(file + 32), 3);
    assert_int_equal(get_u32le(file + 36), 0xC0FFEE);
    const uint8_t *body = file + OTA_HEADER_SIZE;
    assert_int_equal(body[0], 1);
    assert_memory_equal(body + 1, made.image, 8);
    assert_int_equal(body[9], 0);
    assert_memory_equal(body + 10, made.image + 8, 4);
    assert_int_equal(body[14], 97);
    assert_memory_equal(body + 15, made.image + 12, 500);
    assert_int_equal(file_size, OTA_HEADER_SIZE + 15 + 500);
}

static void a_long_distance_takes_two_bytes(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {4 * 300};
    make(4096, offsets, 1);
    assert_int_equal(file[OTA_HEADER_SIZE], (300 & 0x7F) | 0x80);
    assert_int_equal(file[OTA_HEADER_SIZE + 1], 300 >> 7);
}

struct wrong {
    const char *name;
    uint32_t at, value; /* a word of the header */
    enum err error;
};

/* clang-format off */
static const struct wrong header_rows[] = {
    {"another file",        0, 0x31524750, ERR_OTA_MAGIC},
    {"an ESP image",        0, 0x200003E9, ERR_OTA_MAGIC},
    {"a newer format",      4, 148 << 16 | 2, ERR_OTA_FORMAT},
    {"a longer header",     4, 152 << 16 | 1, ERR_OTA_FORMAT},
    {"an older version",    8, OTA_VERSION(1, 2, 2), ERR_OTA_OLDER},
    {"for the bench",      12, OTA_BOARD_BENCH, ERR_OTA_BOARD},
    {"no image",           16, 0, ERR_OTA_LENGTH},
    {"half a word",        16, 4094, ERR_OTA_LENGTH},
    {"longer than a slot", 16, MAP_SLOT_SIZE + 4, ERR_OTA_LENGTH},
    {"a body too short",   28, 4096 + 6, ERR_OTA_LENGTH},
    {"a body too long",    28, 4096 + 36, ERR_OTA_LENGTH},
    {"too many words",     32, 1025, ERR_OTA_LENGTH},
};
/* clang-format on */

static void what_is_wrong_with_a_header_is_said_before_the_image(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(header_rows) / sizeof(header_rows[0]); i++) {
        const struct wrong *row = &header_rows[i];
        print_message("# %s\n", row->name);
        make_some(NULL);
        put_u32le(file + row->at, row->value);
        seal_header();
        assert_int_equal(read_file(SLOT_B, 1), row->error);
        assert_int_equal(got.size, 0);
        assert_int_equal(got.verified, 0);
        assert_int_equal(ota_reader_end(&reader), row->error);
        assert_int_equal(ota_reader_verify(&reader, &owner), row->error);
        assert_int_equal(reader.state, OTA_FAILED);
    }
}

static void another_kind_of_file_is_told_by_its_first_bytes(void **state)
{
    (void)state;
    start(SLOT_A);
    assert_int_equal(ota_reader_feed(&reader, file, 3), ERR_NONE);
    assert_int_equal(ota_reader_feed(&reader, (const uint8_t *)"U", 1),
                     ERR_OTA_MAGIC);
}

static void a_body_of_another_size_than_the_header_says_is_refused(void **state)
{
    (void)state;
    for (int more = -1; more <= 1; more += 2) {
        make_some(NULL);
        put_u32le(file + 28, get_u32le(file + 28) + (uint32_t)more);
        seal_all();
        assert_int_equal(read_file(SLOT_B, 100), ERR_OTA_LENGTH);
        assert_int_equal(got.verified, 0);
    }
}

static void any_bit_that_flips_is_noticed(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {0, 8, 60};
    make(64, offsets, 3);
    for (size_t bit = 0; bit < 8 * file_size; bit++) {
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
        enum err e = read_file(SLOT_B, file_size);
        assert_int_not_equal(e, ERR_NONE);
        assert_int_equal(got.verified, 0);
        if (bit >= 8 * 8 && bit < 8 * OTA_HEADER_SIZE)
            assert_int_equal(e, ERR_OTA_HEADER);
        file[bit / 8] ^= (uint8_t)(1u << bit % 8);
    }
    assert_int_equal(read_file(SLOT_B, file_size), ERR_NONE);
}

static void a_file_cut_short_anywhere_is_noticed(void **state)
{
    (void)state;
    static const uint32_t offsets[] = {0, 8, 60};
    make(64, offsets, 3);
    size_t whole = file_size;
    for (file_size = 0; file_size < whole; file_size++) {
        assert_int_equal(read_file(SLOT_B, 9), ERR_OTA_TRUNCATED);
        assert_int_equal(ota_reader_feed(&reader, file, 1), ERR_OTA_TRUNCATED);
        assert_int_equal(got.verified, 0);
    }
}

static void bytes_behind_the_end_are_refused(void **state)
{
    (void)state;
    file[file_size++] = 0;
    assert_int_equal(read_file(SLOT_B, file_size), ERR_OTA_LENGTH);
    assert_int_equal(got.size, 4096);
    assert_int_equal(read_file(SLOT_B, 1), ERR_OTA_LENGTH);
    assert_int_equal(got.size, 4096);
    file_size--;
    assert_int_equal(read_file(SLOT_B, 100), ERR_NONE);
    assert_int_equal(ota_reader_feed(&reader, file, 1), ERR_OTA_LENGTH);
    assert_int_equal(reader.state, OTA_FAILED);
}

/* Signed, but made wrongly: the list may not leave the image. */
static void a_list_that_leaves_the_image_is_refused(void **state)
{
    (void)state;
    static const uint8_t counts[][6] = {
        {1, 14},                            /* words 14 + 3 > 16 */
        {5, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F},  /* would wrap around */
        {5, 0xFF, 0xFF, 0xFF, 0xFF, 0x1F},  /* more than 32 bits */
        {5, 0x80, 0x80, 0x80, 0x80, 0x80}}; /* never ends */
    static const uint32_t offsets[] = {0, 4, 8};
    for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
        make(64, offsets, 3);
        memcpy(file + OTA_HEADER_SIZE, counts[i] + 1, counts[i][0]);
        seal_all();
        assert_int_equal(read_file(SLOT_B, 1), ERR_OTA_LENGTH);
        assert_int_equal(got.size, 0);
    }
    /* A number that is longer than it need be makes the body longer. */
    make(64, offsets, 1);
    memmove(file + OTA_HEADER_SIZE + 1, file + OTA_HEADER_SIZE, 65);
    file[OTA_HEADER_SIZE] = 0x80;
    file_size++;
    seal_all();
    assert_int_equal(read_file(SLOT_B, 1), ERR_OTA_LENGTH);
}

static void only_the_owners_key_makes_an_update_true(void **state)
{
    (void)state;
    put_u32le(file + 36, 0xBADBAD);
    seal_all();
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_KEY);
    make_some(NULL);
    file[80] ^= 1;
    seal_header();
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_SIGNATURE);
    assert_int_equal(reader.state, OTA_FAILED);
    /* a right signature of something else */
    make_some(NULL);
    file[OTA_HEADER_SIZE + 20] ^= 1;
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_DAMAGED);
    assert_int_equal(got.verified, 0);
}

/* Somebody puts another image under a right signature, and the CRCs right. */
static void a_signature_holds_for_its_own_image_only(void **state)
{
    (void)state;
    uint8_t *body = file + OTA_HEADER_SIZE;
    make(4096, NULL, 0);
    body[20] ^= 1;
    put_u32le(file + 20, crc32_update(0, body, 4096));
    put_u32le(file + 24, crc32_update(0, body, 4096));
    seal_header();
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_DAMAGED);
    assert_int_equal(got.verified, 0);
    /* or another version number on the same image */
    make(4096, NULL, 0);
    put_u32le(file + 8, OTA_VERSION(1, 2, 4));
    seal_header();
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_DAMAGED);
}

/* The build's two links disagree with its list. */
static void an_image_that_is_another_after_relocation_is_damaged(void **state)
{
    (void)state;
    put_u32le(file + 24, get_u32le(file + 24) ^ 1);
    seal_all();
    assert_int_equal(read_file(SLOT_A, 64), ERR_NONE);
    assert_int_equal(read_file(SLOT_B, 64), ERR_OTA_DAMAGED);
}

static void an_error_of_the_sink_ends_the_reading(void **state)
{
    (void)state;
    start(SLOT_B);
    got.image_says = ERR_FLASH_FAILED;
    assert_int_equal(feed(1000), ERR_FLASH_FAILED);
    size_t size = got.size;
    assert_int_equal(feed(1000), ERR_FLASH_FAILED);
    assert_int_equal(got.size, size);
    start(SLOT_B);
    got.header_says = ERR_USAGE;
    assert_int_equal(feed(1), ERR_USAGE);
    assert_int_equal(got.size, 0);
}

static void a_body_that_can_not_be_made_is_refused(void **state)
{
    (void)state;
    static const uint32_t odd[] = {2}, back[] = {8, 4}, twice[] = {8, 8},
                          out[] = {64};
    uint8_t body[70];
    size_t size = 0;
    const uint8_t *image = made.image;
    assert_int_equal(ota_body_write(image, 64, odd, 1, body, 70, &size),
                     ERR_OTA_LENGTH);
    assert_int_equal(ota_body_write(image, 64, back, 2, body, 70, &size),
                     ERR_OTA_LENGTH);
    assert_int_equal(ota_body_write(image, 64, twice, 2, body, 70, &size),
                     ERR_OTA_LENGTH);
    assert_int_equal(ota_body_write(image, 64, out, 1, body, 70, &size),
                     ERR_OTA_LENGTH);
    assert_int_equal(ota_body_write(image, 62, NULL, 0, body, 70, &size),
                     ERR_OTA_LENGTH);
    assert_int_equal(ota_body_write(image, 64, back, 1, body, 64, &size),
                     ERR_NO_ROOM);
    assert_int_equal(size, 65);
    assert_int_equal(ota_body_write(image, 64, back, 1, body, 65, &size),
                     ERR_NONE);
    assert_int_equal(ota_body_write(image, 64, back, 1, NULL, 0, &size),
                     ERR_NONE);
    assert_int_equal(size, 65);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup(name, make_some)
    const struct CMUnitTest tests[] = {
        T(a_file_serves_either_slot_in_pieces_of_any_size),
        T(an_image_may_hold_addresses_everywhere_or_nowhere),
        T(the_bytes_are_those_of_the_document),
        T(a_long_distance_takes_two_bytes),
        T(what_is_wrong_with_a_header_is_said_before_the_image),
        T(another_kind_of_file_is_told_by_its_first_bytes),
        T(a_body_of_another_size_than_the_header_says_is_refused),
        T(any_bit_that_flips_is_noticed),
        T(a_file_cut_short_anywhere_is_noticed),
        T(bytes_behind_the_end_are_refused),
        T(a_list_that_leaves_the_image_is_refused),
        T(only_the_owners_key_makes_an_update_true),
        T(a_signature_holds_for_its_own_image_only),
        T(an_image_that_is_another_after_relocation_is_damaged),
        T(an_error_of_the_sink_ends_the_reading),
        T(a_body_that_can_not_be_made_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/settings.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "test/firmware/fake_hal.h"

static uint32_t work[SETTINGS_ROOM / 4];

static uint8_t *bytes(void)
{
    return (uint8_t *)work;
}

static void every_field_has_one_row(void **state)
{
    (void)state;
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        assert_true(row->count > 0 && row->room > 0);
        assert_true(row->offset + (size_t)row->room * row->count <=
                    sizeof(struct settings));
        for (size_t k = 0; k < i; k++) {
            assert_int_not_equal(row->key, settings_rows[k].key);
            assert_int_not_equal(row->offset, settings_rows[k].offset);
        }
    }
}

/* Numbers all ones, texts as long as they may be. */
static void fill(struct settings *settings)
{
    settings_default(settings);
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            size_t room = 0;
            char *text = settings_text(settings, row->key, k, &room);
            settings_set_number(settings, row->key, k, 0xFFFFFFFFu - k);
            if (text) {
                memset(text, 'a' + (int)k, room - 1);
                text[room - 1] = 0;
            }
        }
    }
}

static void what_is_saved_is_loaded(void **state)
{
    struct settings saved, loaded;
    (void)state;
    fake_reset();
    fill(&saved);
    assert_int_equal(settings_save(&saved, &fake_flash, bytes()), ERR_NONE);
    assert_int_equal(settings_load(&loaded, &fake_flash, bytes()), ERR_NONE);
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            size_t room = 0;
            char *text = settings_text(&saved, row->key, k, &room);
            if (text)
                assert_string_equal(text,
                                    settings_text(&loaded, row->key, k, &room));
            assert_int_equal(settings_number(&saved, row->key, k),
                             settings_number(&loaded, row->key, k));
        }
    }
}

static void the_largest_record_fits(void **state)
{
    static uint8_t record[2 * SETTINGS_ROOM];
    struct settings settings;
    (void)state;
    fill(&settings);
    size_t size = settings_encode(&settings, 1, record);
    assert_true(size <= SETTINGS_ROOM);
    assert_int_equal(size % 4, 0);
}

static void a_blank_flash_gives_the_defaults(void **state)
{
    struct settings settings;
    (void)state;
    fake_reset();
    assert_int_equal(settings_load(&settings, &fake_flash, bytes()),
                     ERR_FORMAT);
    assert_int_equal(settings.module, 1);
    assert_int_equal(settings.button_debounce, 50);
}

/* Any one wrong bit is noticed. */
static void every_flipped_bit_gives_the_defaults(void **state)
{
    struct settings settings;
    (void)state;
    fake_reset();
    fill(&settings);
    size_t size = settings_encode(&settings, 1, bytes());
    for (size_t bit = 0; bit < size * 8; bit++) {
        memset(fake.flash + MAP_SETTINGS, 0xFF, SETTINGS_ROOM);
        settings_default(&settings);
        settings.module = 30;
        size = settings_encode(&settings, 1, fake.flash + MAP_SETTINGS);
        if (bit >= size * 8)
            break;
        fake.flash[MAP_SETTINGS + bit / 8] ^= (uint8_t)(1u << bit % 8);
        assert_int_not_equal(settings_load(&settings, &fake_flash, bytes()),
                             ERR_NONE);
        assert_int_equal(settings.module, 1);
    }
}

static uint32_t next_random(uint32_t *seed)
{
    *seed = *seed * 1664525u + 1013904223u;
    return *seed >> 8;
}

/* Rubbish whose magic and CRC are right: fields of any key, index and length.
 */
static void rubbish_with_a_good_crc_is_survived(void **state)
{
    uint32_t seed = 3;
    (void)state;
    for (unsigned i = 0; i < 20000; i++) {
        struct settings settings;
        /* exactly as long as it says, so that sanitizers see its end */
        size_t inside = 4 * (next_random(&seed) % 40);
        uint8_t *record = malloc(inside + 16);
        for (size_t k = 0; k < inside; k++)
            record[12 + k] =
                (uint8_t)(next_random(&seed) % 3 == 0 ? next_random(&seed) % 30
                                                      : next_random(&seed));
        memcpy(record, "PGS2", 4);
        put_u32le(record + 4, next_random(&seed));
        put_u32le(record + 8, (uint32_t)inside);
        put_u32le(record + 12 + inside, crc32_update(0, record, 12 + inside));
        enum err e = settings_decode(&settings, record, inside + 16);
        assert_true(e == ERR_NONE || e == ERR_FORMAT);
        assert_true(memchr(settings.device_name, 0,
                           sizeof(settings.device_name)) != NULL);
        free(record);
    }
}

/* A record of a later version: unknown keys are passed over. */
static void unknown_keys_are_ignored(void **state)
{
    uint8_t record[12 + 8 + 8 + 4] = "PGS2";
    struct settings settings;
    (void)state;
    put_u32le(record + 8, 16);
    record[12] = 200;
    put_u16le(record + 14, 3);
    record[20] = KEY_MODULE;
    put_u16le(record + 22, 1);
    record[24] = 30;
    put_u32le(record + 28, crc32_update(0, record, 28));
    assert_int_equal(settings_decode(&settings, record, sizeof(record)),
                     ERR_NONE);
    assert_int_equal(settings.module, 30);
}

static void a_device_with_wild_settings_still_starts(void **state)
{
    struct settings settings;
    (void)state;
    fake_reset();
    fill(&settings);
    assert_int_equal(settings_save(&settings, &fake_flash, bytes()), ERR_NONE);
    fake_start(&fd, START_POWER_ON);
    fake_run(&fd, 10000);
    assert_true(fake_said("Sonoff Basic"));
    fake_type(&fd, "Power");
    assert_true(fake_said("POWER"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_field_has_one_row),
        cmocka_unit_test(what_is_saved_is_loaded),
        cmocka_unit_test(the_largest_record_fits),
        cmocka_unit_test(a_blank_flash_gives_the_defaults),
        cmocka_unit_test(every_flipped_bit_gives_the_defaults),
        cmocka_unit_test(rubbish_with_a_good_crc_is_survived),
        cmocka_unit_test(unknown_keys_are_ignored),
        cmocka_unit_test(a_device_with_wild_settings_still_starts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* Settings on the settings log: what is saved is loaded, what nobody knows is
 * kept, what can't be read or written loses nothing, and what is forgotten is
 * gone from flash, also when power goes in between. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/settings.h"
#include "format/flash_map.h"
#include "test/format/sim_flash.h"

static struct sim_flash sim;
static struct flash flash;
static struct settings settings, loaded;
static struct settings_store store;
static uint32_t work[SETTINGS_WORK / 4];

static enum err load(void)
{
    return settings_load(&loaded, &store, &flash);
}

static int blank(void **state)
{
    (void)state;
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    settings_default(&settings);
    return load() == ERR_FORMAT ? 0 : -1;
}

static int strict(void **state)
{
    (void)state;
    return sim.violations == 0 ? 0 : -1;
}

static void save(void)
{
    assert_int_equal(settings_save(&settings, &store, work), ERR_NONE);
}

static void assert_same(const struct settings *a, const struct settings *b)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            if (row->kind == KIND_TEXT || row->kind == KIND_SECRET)
                assert_string_equal(settings_at(a, row, k),
                                    settings_at(b, row, k));
            else
                assert_memory_equal(settings_at(a, row, k),
                                    settings_at(b, row, k), row->room);
        }
    }
}

/* Nothing is a default, texts are as long as they may be. */
static void fill(unsigned seed)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            uint8_t *to = settings_at_for_change(&settings, row, k);
            uint32_t number = row->max - (seed + k) % 2;
            if (row->kind == KIND_NUMBER) {
                settings_set_number_at(row, to, number);
                continue;
            }
            memset(to, 'a' + (int)((seed + k) % 26), row->room);
            if (row->kind != KIND_BYTES)
                to[row->room - 1] = 0;
        }
    }
}

/* The log past the store, as a newer version sees it. */
static enum err put(uint16_t key, enum setting_type type, uint32_t number,
                    const char *text)
{
    uint32_t words[300];
    struct settings_change change;
    settings_change_begin(&change, &store.log, words, sizeof(words));
    if (text)
        settings_put_string(&change, key, text);
    else
        settings_put_number(&change, key, type, number);
    return settings_log_commit(&change);
}

static bool has(uint16_t key)
{
    struct setting setting;
    return settings_log_find(&store.log, key, &setting) == ERR_NONE;
}

static bool is_readable(const char *secret)
{
    size_t n = strlen(secret);
    for (unsigned s = 0; s < SETTINGS_LOG_SECTORS; s++) {
        const uint8_t *at =
            sim_bytes(&sim, MAP_SETTINGS + s * FLASH_SECTOR_SIZE);
        if (memmem(at, FLASH_SECTOR_SIZE, secret, n))
            return true;
    }
    return false;
}

/* ---- tests --------------------------------------------------------------- */

/* Twice: the second time each entry replaces one that is there, and the log
 * moves on. */
static void every_setting_changed_at_once_is_one_commit(void **state)
{
    (void)state;
    for (unsigned seed = 0; seed < 5; seed++) {
        uint32_t end = store.log.has_sector ? store.log.end : 12;
        fill(seed);
        settings.save_count = seed * 7;
        save();
        assert_int_equal(settings.save_count, seed * 7 + 1);
        if (store.log.end > end)
            print_message("# a change of everything: %u of %u bytes\n",
                          (unsigned)(store.log.end - end), SETTINGS_WORK);
        assert_int_equal(load(), ERR_NONE);
        assert_same(&loaded, &settings);
    }
}

static void back_to_the_defaults_is_absent_from_flash(void **state)
{
    (void)state;
    fill(1);
    settings.save_count = 5;
    save();
    unsigned many = store.log.count;
    settings_default(&settings);
    settings.save_count = 6;
    save();
    assert_true(many > 60);
    assert_int_equal(store.log.count, 1); /* the count of saves */
    assert_int_equal(load(), ERR_NONE);
    assert_same(&loaded, &settings);
}

static void what_does_not_differ_is_not_written(void **state)
{
    (void)state;
    settings.module = 30;
    save();
    settings.module = 28;
    settings.module = 30;
    unsigned ops = sim.ops;
    save();
    assert_int_equal(sim.ops, ops);
    assert_int_equal(settings.save_count, 1);
    memset(settings.topic, 'x', 5); /* behind a NUL nothing counts */
    settings.topic[0] = 0;
    save();
    assert_int_equal(sim.ops, ops);
}

/* One save, one commit: 4 words besides the entries' two each. */
static void a_save_is_as_small_as_what_changed(void **state)
{
    (void)state;
    settings.module = 30;
    save();
    uint32_t end = store.log.end;
    settings.switch_mode[2] = 5;
    save();
    assert_int_equal(store.log.end - end, 8 + 8 + 8);
}

/* Of newer firmware: unknown keys and values, through compactions. */
static void what_this_version_can_not_take_stays(void **state)
{
    uint16_t mode = settings_log_key(KEY_SWITCH_MODE, 0);
    uint16_t topic = settings_log_key(KEY_TOPIC, 0);
    uint16_t name = settings_log_key(KEY_DEVICE_NAME, 0);
    uint16_t key = settings_log_key(KEY_OTA_KEY, 0);
    char long_text[SETTINGS_NAME + 2];
    uint32_t number = 0;
    (void)state;
    memset(long_text, 'x', sizeof(long_text));
    long_text[sizeof(long_text) - 1] = 0;
    assert_int_equal(put(60000, SETTING_U16, 777, NULL), ERR_NONE);
    assert_int_equal(put(mode, SETTING_U8, 17, NULL), ERR_NONE);
    assert_int_equal(put(topic, SETTING_STRING, 0, long_text), ERR_NONE);
    assert_int_equal(put(name, SETTING_U32, 5, NULL), ERR_NONE);
    assert_int_equal(put(key, SETTING_STRING, 0, "short"), ERR_NONE);
    assert_int_equal(load(), ERR_NONE);
    settings = loaded;
    assert_int_equal(loaded.switch_mode[0], 0);
    assert_string_equal(loaded.topic, "");
    assert_string_equal(loaded.device_name, "");
    assert_int_equal(loaded.ota_key[0], 0);
    for (unsigned i = 1; sim.erases[3] < 2; i++) {
        settings.boot_count = i;
        save();
    }
    assert_int_equal(settings_log_get_number(&store.log, 60000, &number),
                     ERR_NONE);
    assert_int_equal(number, 777);
    assert_int_equal(settings_log_get_number(&store.log, mode, &number),
                     ERR_NONE);
    assert_int_equal(number, 17);
    assert_true(has(topic) && has(name) && has(key));
    settings.switch_mode[0] = 3; /* until somebody changes it */
    save();
    assert_int_equal(settings_log_get_number(&store.log, mode, &number),
                     ERR_NONE);
    assert_int_equal(number, 3);
}

/* A key that is shorter than it should be is none, not the beginning of one. */
static void bytes_are_taken_whole_or_not(void **state)
{
    uint32_t words[40];
    uint8_t key[SETTINGS_OTA_KEY];
    struct settings_change change;
    (void)state;
    memset(key, 7, sizeof(key));
    static const size_t sizes[] = {SETTINGS_OTA_KEY, 5};
    for (unsigned n = 0; n < 2; n++) {
        size_t size = sizes[n];
        settings_change_begin(&change, &store.log, words, sizeof(words));
        settings_put_bytes(&change, settings_log_key(KEY_OTA_KEY, 0), key,
                           size);
        assert_int_equal(settings_log_commit(&change), ERR_NONE);
        assert_int_equal(load(), ERR_NONE);
        uint8_t is = size == SETTINGS_OTA_KEY ? 7 : 0;
        for (unsigned i = 0; i < SETTINGS_OTA_KEY; i++)
            assert_int_equal(loaded.ota_key[i], is);
    }
}

static void too_much_for_flash_changes_nothing(void **state)
{
    char text[1001];
    (void)state;
    memset(text, 't', 1000);
    text[1000] = 0;
    settings.module = 30;
    save();
    for (uint16_t key = 60000; key < 60003; key++)
        assert_int_equal(put(key, SETTING_STRING, 0, text), ERR_NONE);
    fill(1);
    uint32_t saves = settings.save_count;
    assert_int_equal(settings_save(&settings, &store, work), ERR_NO_ROOM);
    assert_int_equal(settings.save_count, saves);
    assert_int_equal(load(), ERR_NONE);
    assert_int_equal(loaded.module, 30);
    settings = loaded;
    settings.module = 28; /* smaller ones still go */
    save();
    assert_int_equal(load(), ERR_NONE);
    assert_int_equal(loaded.module, 28);
}

/* ---- a flash that fails -------------------------------------------------- */

static unsigned reads_left; /* until one fails */
static bool has_failed;     /* one did */
static bool writes_fail;

static enum err bad_read(const struct flash *own, uint32_t address, void *data,
                         size_t size)
{
    has_failed |= reads_left == 0;
    if (reads_left == 0)
        return ERR_FLASH_FAILED;
    reads_left--;
    const struct flash good = sim_flash(own->ctx);
    return good.read(&good, address, data, size);
}

static enum err bad_write(const struct flash *own, uint32_t address,
                          const void *data, size_t size)
{
    const struct flash good = sim_flash(own->ctx);
    return writes_fail ? ERR_FLASH_FAILED
                       : good.write(&good, address, data, size);
}

static void use_bad_flash(void)
{
    flash.read = bad_read;
    flash.write = bad_write;
    flash.ctx = &sim;
    reads_left = 1000000;
    writes_fail = false;
}

/* A read that fails, whichever: all defaults, and nothing is written over what
 * is there, whatever is then changed. */
static void what_can_not_be_read_is_not_overwritten(void **state)
{
    static struct sim_flash before;
    unsigned n = 0;
    (void)state;
    use_bad_flash();
    fill(3);
    save();
    assert_int_equal(put(60000, SETTING_U16, 777, NULL), ERR_NONE);
    before = sim;
    for (;; n++) {
        has_failed = false;
        reads_left = n;
        enum err e = load();
        reads_left = 1000000;
        if (!has_failed)
            break;
        assert_int_equal(e, ERR_FLASH_FAILED);
        assert_false(store.is_read);
        assert_int_equal(loaded.module, 1);
        loaded.module = 30;
        assert_int_equal(settings_save(&loaded, &store, work),
                         ERR_FLASH_FAILED);
        assert_memory_equal(sim.word, before.word, sizeof(sim.word));
    }
    assert_true(n > 100);
    assert_same(&loaded, &settings);
}

static void what_can_not_be_written_is_written_later(void **state)
{
    (void)state;
    use_bad_flash();
    settings.module = 30;
    save();
    for (unsigned i = 0; i < 3; i++) {
        settings.switch_mode[i] = 7;
        writes_fail = true;
        assert_int_equal(settings_save(&settings, &store, work),
                         ERR_FLASH_FAILED);
        settings.pulse_time[i] = 9;
        writes_fail = false;
        save();
        assert_int_equal(load(), ERR_NONE);
        assert_same(&loaded, &settings);
    }
}

/* The same while reading, at any moment of a save: what is on flash is from
 * before or after it, unknown keys too, and the next save works. */
static void a_read_that_fails_in_a_save_loses_nothing(void **state)
{
    uint32_t number = 0;
    unsigned n = 0;
    (void)state;
    use_bad_flash();
    settings.module = 30;
    save();
    assert_int_equal(put(60000, SETTING_U16, 777, NULL), ERR_NONE);
    for (has_failed = true; has_failed; n++) {
        uint32_t saves = settings.save_count;
        settings.boot_count = n + 1;
        has_failed = false;
        reads_left = n;
        (void)!settings_save(&settings, &store, work);
        reads_left = 1000000;
        save();
        assert_in_range(settings.save_count, saves + 1, saves + 2);
        assert_int_equal(settings_log_get_number(&store.log, 60000, &number),
                         ERR_NONE);
        assert_int_equal(load(), ERR_NONE);
        assert_same(&loaded, &settings);
    }
    assert_true(n > 5);
}

/* ---- forgetting ---------------------------------------------------------- */

#define SECRET "correct horse"

/* Passwords all over the ring, one of them in use. */
static void make_secrets(void)
{
    assert_int_equal(put(60000, SETTING_STRING, 0, SECRET " unknown"),
                     ERR_NONE);
    for (unsigned i = 1; sim.erases[0] < 2; i++) {
        snprintf(settings.password[0], SETTINGS_PASSWORD, SECRET " %u", i);
        save();
    }
    settings.module = 30;
    save();
    assert_true(is_readable(SECRET));
}

static void what_is_forgotten_is_not_readable(void **state)
{
    (void)state;
    make_secrets();
    assert_int_equal(settings_forget(&store), ERR_NONE);
    assert_false(is_readable(SECRET));
    assert_int_equal(settings_save(&settings, &store, work), ERR_FLASH_FAILED);
    assert_false(is_readable(SECRET));
    assert_int_equal(load(), ERR_NONE);
    assert_int_equal(store.log.count, 0);
    settings_default(&settings);
    assert_same(&loaded, &settings);
}

/* After the cut: a start, which reads; a save, which erases what waits. */
static void a_cut_leaves_all_or_nothing(void **state)
{
    static struct sim_flash before;
    unsigned cuts = 0, whole = 0;
    (void)state;
    make_secrets();
    before = sim;
    for (unsigned t = 0; t < SIM_TEARS; t++) {
        bool is_cut = true;
        for (unsigned n = 1; is_cut; n++) {
            sim = before;
            sim.random += n;
            assert_int_equal(load(), ERR_NONE);
            sim_cut(&sim, n, (enum sim_tear)t);
            (void)!settings_forget(&store);
            is_cut = !sim.has_power;
            sim_power(&sim);
            assert_int_equal(load(), ERR_NONE);
            assert_true(loaded.module == 1 || loaded.module == 30);
            assert_int_equal(loaded.password[0][0] != 0, loaded.module == 30);
            assert_int_equal(has(60000), loaded.module == 30);
            loaded.boot_count = 9;
            assert_int_equal(settings_save(&loaded, &store, work), ERR_NONE);
            assert_int_equal(is_readable(SECRET), loaded.module == 30);
            cuts += is_cut;
            whole += loaded.module == 30;
        }
    }
    print_message("# %u cuts, %u before\n", cuts, whole);
    assert_true(cuts > 30 && whole > 3);
}

/* A sector that nothing changes any more: the device still keeps settings. */
static void a_stuck_sector_is_told_and_survived(void **state)
{
    (void)state;
    make_secrets();
    sim.state[2] = SIM_STUCK;
    assert_int_equal(settings_forget(&store), ERR_FLASH_FAILED);
    assert_int_equal(load(), ERR_NONE);
    assert_int_equal(loaded.module, 1);
    loaded.module = 28;
    for (unsigned i = 0; i < 3; i++) {
        loaded.boot_count++;
        assert_int_equal(settings_save(&loaded, &store, work), ERR_NONE);
    }
    assert_int_equal(load(), ERR_NONE);
    assert_int_equal(loaded.module, 28);
}

#define T(name) cmocka_unit_test_setup_teardown(name, blank, strict)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_setting_changed_at_once_is_one_commit),
        T(back_to_the_defaults_is_absent_from_flash),
        T(what_does_not_differ_is_not_written),
        T(a_save_is_as_small_as_what_changed),
        T(what_this_version_can_not_take_stays),
        T(bytes_are_taken_whole_or_not),
        T(too_much_for_flash_changes_nothing),
        T(what_can_not_be_read_is_not_overwritten),
        T(what_can_not_be_written_is_written_later),
        T(a_read_that_fails_in_a_save_loses_nothing),
        T(what_is_forgotten_is_not_readable),
        T(a_cut_leaves_all_or_nothing),
        T(a_stuck_sector_is_told_and_survived),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The settings log: what is put is what is got, in any order; its limits. */
#include "test/format/settings_log_fixture.h"

/* ---- values -------------------------------------------------------------- */

static void every_type_comes_back(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {0, 1, 2, 0xFF, 0xFE};
    struct setting setting;
    uint8_t data[8];
    char text[16];
    size_t size = sizeof(data);
    settings_put_number(&change, 1, SETTING_U8, 0xFE);
    settings_put_number(&change, 2, SETTING_U16, 0xFEDC);
    settings_put_number(&change, 3, SETTING_U32, 0xFEDCBA98);
    settings_put_number(&change, 4, SETTING_I32, (uint32_t)-5);
    settings_put_bytes(&change, 5, bytes, sizeof(bytes));
    settings_put_string(&change, 6, "Sonoff");
    settings_put_string(&change, 0xFFFF, "");
    commit();
    for (int i = 0; i < 2; i++) {
        assert_int_equal(number(1), 0xFE);
        assert_int_equal(number(2), 0xFEDC);
        assert_int_equal(number(3), 0xFEDCBA98);
        assert_int_equal((int32_t)number(4), -5);
        assert_int_equal(settings_log_get(&log_, 5, data, &size), ERR_NONE);
        assert_int_equal(size, sizeof(bytes));
        assert_memory_equal(data, bytes, sizeof(bytes));
        assert_int_equal(settings_log_get_string(&log_, 6, text, 7), ERR_NONE);
        assert_string_equal(text, "Sonoff");
        assert_int_equal(settings_log_get_string(&log_, 0xFFFF, text, 1),
                         ERR_NONE);
        assert_string_equal(text, "");
        assert_int_equal(settings_log_find(&log_, 6, &setting), ERR_NONE);
        assert_int_equal(setting.type, SETTING_STRING);
        assert_int_equal(setting.size, 6);
        assert_int_equal(reopen(), ERR_NONE);
    }
}

static void what_is_not_there_or_does_not_fit_is_said(void **state)
{
    (void)state;
    char text[8] = "before";
    uint32_t value = 77;
    size_t size = 2;
    settings_put_string(&change, 1, "Sonoff");
    settings_put_bytes(&change, 2, "a\0b", 3);
    settings_put_number(&change, 3, SETTING_U8, 3);
    commit();
    assert_int_equal(settings_log_get(&log_, 9, text, &size), ERR_UNKNOWN);
    assert_int_equal(settings_log_get(&log_, 1, text, &size), ERR_NO_ROOM);
    assert_int_equal(size, 6);
    assert_int_equal(settings_log_get_string(&log_, 1, text, 6), ERR_NO_ROOM);
    assert_int_equal(settings_log_get_string(&log_, 2, text, 8), ERR_FORMAT);
    assert_int_equal(settings_log_get_string(&log_, 3, text, 8), ERR_FORMAT);
    assert_int_equal(settings_log_get_string(&log_, 9, text, 8), ERR_UNKNOWN);
    assert_string_equal(text, "before");
    assert_int_equal(settings_log_get_number(&log_, 1, &value), ERR_FORMAT);
    assert_int_equal(settings_log_get_number(&log_, 9, &value), ERR_UNKNOWN);
    assert_int_equal(value, 77);
}

static void the_last_word_of_a_change_counts(void **state)
{
    (void)state;
    set(1, 10);
    settings_put_number(&change, 1, SETTING_U32, 11);
    settings_put_number(&change, 1, SETTING_U32, 10); /* as it was */
    settings_put_number(&change, 2, SETTING_U32, 20);
    settings_remove(&change, 2);
    settings_remove(&change, 3);
    settings_put_number(&change, 3, SETTING_U32, 30);
    commit();
    assert_int_equal(number(1), 10);
    assert_false(has(2));
    assert_int_equal(number(3), 30);
    settings_remove(&change, 1);
    commit();
    assert_int_equal(reopen(), ERR_NONE);
    assert_false(has(1));
    assert_int_equal(number(3), 30);
}

static void a_change_that_changes_nothing_writes_nothing(void **state)
{
    (void)state;
    settings_put_string(&change, 1, "Sonoff");
    set(2, 2);
    unsigned ops = sim.ops;
    settings_put_string(&change, 1, "Sonoff");
    settings_put_number(&change, 2, SETTING_U32, 2);
    settings_remove(&change, 3);
    commit();
    assert_int_equal(sim.ops, ops);
    settings_put_number(&change, 2, SETTING_U8, 2); /* another type */
    commit();
    assert_int_not_equal(sim.ops, ops);
}

struct walk {
    unsigned count, sum;
    enum err error;
};

static enum err visit(void *ctx, const struct settings_log *log,
                      const struct setting *setting)
{
    struct walk *walk = ctx;
    uint32_t value = 0;
    walk->count++;
    enum err e = settings_log_get_number(log, setting->key, &value);
    walk->sum += value;
    return e == ERR_NONE ? walk->error : e;
}

static void a_walk_visits_every_key_once(void **state)
{
    (void)state;
    struct walk walk = {0, 0, ERR_NONE};
    for (uint16_t i = 0; i < 50; i++)
        set(i % 10, i);
    settings_remove(&change, 3);
    commit();
    assert_int_equal(settings_log_for_each(&log_, visit, &walk), ERR_NONE);
    assert_int_equal(walk.count, 9);
    assert_int_equal(walk.sum, 445 - 43);
    walk = (struct walk){0, 0, ERR_USAGE};
    assert_int_equal(settings_log_for_each(&log_, visit, &walk), ERR_USAGE);
    assert_int_equal(walk.count, 1);
}

/* ---- limits -------------------------------------------------------------- */

static void what_is_too_much_changes_nothing(void **state)
{
    (void)state;
    static uint8_t value[SETTINGS_LOG_VALUE + 1];
    set(1, 1);
    unsigned ops = sim.ops;
    settings_put_bytes(&change, 2, value, sizeof(value));
    settings_put_number(&change, 1, SETTING_U32, 2);
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    settings_change_begin(&change, &log_, words, 8 + 8 + 4);
    settings_put_number(&change, 1, SETTING_U32, 2);
    settings_put_number(&change, 2, SETTING_U32, 2);
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    settings_change_begin(&change, &log_, words, 4);
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    static const struct {
        enum setting_type type;
        uint32_t value;
    } wrong[] = {{SETTING_U8, 256},
                 {SETTING_U16, 65536},
                 {SETTING_STRING, 1},
                 {SETTING_REMOVED, 1}};
    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        begin();
        settings_put_number(&change, 1, wrong[i].type, wrong[i].value);
        settings_put_number(&change, 2, SETTING_U32, 2);
        assert_int_equal(settings_log_commit(&change), ERR_BAD_RANGE);
    }
    assert_int_equal(number(1), 1);
    assert_false(has(2));
    assert_int_equal(sim.ops, ops);
}

/* A full log refuses more, and takes what makes it smaller, for ever. */
static void a_full_log_still_changes(void **state)
{
    (void)state;
    static uint8_t value[SETTINGS_LOG_VALUE];
    for (uint16_t key = 1; key <= 2; key++) {
        settings_put_bytes(&change, key, value, sizeof(value));
        commit();
    }
    settings_put_bytes(&change, 3, value, sizeof(value));
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    begin();
    settings_put_bytes(&change, 3, value, SETTINGS_LOG_LIVE - 2 * 1028 - 4);
    commit();
    begin();
    settings_put_number(&change, 4, SETTING_U8, 1);
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    for (int i = 0; i < 20; i++) {
        begin();
        value[0] = (uint8_t)i;
        settings_put_bytes(&change, 1, value, sizeof(value));
        commit();
    }
    settings_remove(&change, 1);
    settings_put_number(&change, 4, SETTING_U8, 1);
    commit();
    assert_int_equal(reopen(), ERR_NONE);
    assert_false(has(1));
    assert_int_equal(number(4), 1);
}

static void there_are_only_so_many_keys(void **state)
{
    (void)state;
    for (unsigned key = 0; key < SETTINGS_LOG_KEYS; key++)
        settings_put_number(&change, (uint16_t)key, SETTING_U8, 1);
    commit();
    settings_put_number(&change, 1000, SETTING_U8, 1);
    assert_int_equal(settings_log_commit(&change), ERR_NO_ROOM);
    begin();
    settings_put_number(&change, 1000, SETTING_U8, 1);
    settings_remove(&change, 7);
    commit();
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(1000), 1);
    assert_false(has(7));
    assert_in_range(sizeof(log_), 1, 1200); /* 1072 on the chip */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(every_type_comes_back),
        T(what_is_not_there_or_does_not_fit_is_said),
        T(the_last_word_of_a_change_counts),
        T(a_change_that_changes_nothing_writes_nothing),
        T(a_walk_visits_every_key_once),
        T(what_is_too_much_changes_nothing),
        T(a_full_log_still_changes),
        T(there_are_only_so_many_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

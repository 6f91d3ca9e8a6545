/* Taking all values away: nothing of them stays readable, also when power goes
 * at any operation of it, and again at any operation of what makes it good. */
#include "test/format/settings_log_fixture.h"

#define SECRET "correct horse battery"

/* A ring whose four sectors all hold the secret; key 7 is in use. */
static void fill_ring(void)
{
    char text[64];
    for (unsigned i = 0; sim.erases[0] < 2; i++) {
        snprintf(text, sizeof(text), SECRET " %u", i);
        settings_put_string(&change, 7, text);
        settings_put_number(&change, (uint16_t)(100 + i % 50), SETTING_U32, i);
        commit();
    }
    set(8, 80);
}

static unsigned secrets(void)
{
    unsigned n = 0;
    for (unsigned s = 0; s < SETTINGS_LOG_SECTORS; s++)
        n += memmem(sim_bytes(&sim, SECTOR(s)), FLASH_SECTOR_SIZE, SECRET,
                    strlen(SECRET)) != NULL;
    return n;
}

static void nothing_stays_readable(void **state)
{
    (void)state;
    fill_ring();
    assert_int_equal(secrets(), 4);
    assert_int_equal(settings_log_forget(&log_), ERR_NONE);
    assert_int_equal(secrets(), 0);
    assert_int_equal(log_.count, 0);
    assert_int_equal(log_.live, 0);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(log_.count, 0);
    set(7, 70);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(7), 70);
    assert_int_equal(log_.count, 1);
}

/* Blank flash; flash full of something else; a log that is damaged. */
static void whatever_was_there_goes(void **state)
{
    (void)state;
    for (unsigned kind = 0; kind < 3; kind++) {
        assert_int_equal(blank_flash(NULL), 0);
        if (kind == 1)
            memcpy(sim_bytes(&sim, SECTOR(2)) + 8, SECRET, strlen(SECRET));
        if (kind == 2) {
            fill_ring();
            sim_bytes(&sim, SECTOR(log_.sector))[20] ^= 1;
        }
        sim_settle(&sim);
        (void)!reopen();
        assert_int_equal(secrets() > 0, kind > 0);
        assert_int_equal(settings_log_forget(&log_), ERR_NONE);
        assert_int_equal(secrets(), 0);
        assert_int_equal(reopen(), ERR_NONE);
        assert_int_equal(log_.count, 0);
    }
}

static void without_a_cut_there_is_nothing_to_finish(void **state)
{
    (void)state;
    fill_ring();
    unsigned ops = sim.ops;
    assert_int_equal(settings_log_finish(&log_), ERR_NONE);
    assert_int_equal(settings_log_forget(&log_), ERR_NONE);
    assert_true(sim.ops > ops);
    ops = sim.ops;
    assert_int_equal(settings_log_finish(&log_), ERR_NONE);
    assert_int_equal(sim.ops, ops);
}

/* ---- cuts ---- */

/* After a start: is all there (true), or nothing but work that waits? */
static bool is_there(void)
{
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(sim.violations, 0);
    if (has(8)) {
        assert_int_equal(number(8), 80);
        assert_int_equal(log_.count, 52);
        return true;
    }
    assert_int_equal(log_.count, has(SETTINGS_LOG_ERASING));
    return false;
}

static bool cut(unsigned n, enum sim_tear tear, bool is_second)
{
    sim_cut(&sim, n, tear);
    if (is_second)
        (void)!settings_log_finish(&log_);
    else
        (void)!settings_log_forget(&log_);
    bool is_cut = !sim.has_power;
    sim_power(&sim);
    return is_cut;
}

static void finish(void)
{
    assert_false(is_there());
    assert_int_equal(settings_log_finish(&log_), ERR_NONE);
    assert_int_equal(secrets(), 0);
    assert_false(has(SETTINGS_LOG_ERASING));
    begin();
    set(8, 81);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(8), 81);
}

static void any_two_cuts_leave_all_or_nothing(void **state)
{
    static struct sim_flash before, between;
    unsigned cuts = 0, pairs = 0, kept = 0;
    (void)state;
    fill_ring();
    before = sim;
    for (unsigned t = 0; t < SIM_TEARS * SIM_TEARS; t++) {
        bool is_cut = true;
        for (unsigned n = 1; is_cut; n++) {
            sim = before;
            sim.random += n * 31 + t;
            assert_int_equal(reopen(), ERR_NONE);
            is_cut = cut(n, (enum sim_tear)(t % SIM_TEARS), false);
            cuts += is_cut;
            between = sim;
            if (is_there()) {
                kept++;
                continue;
            }
            bool is_second = is_cut;
            for (unsigned k = 1; is_second; k++) {
                sim = between;
                assert_false(is_there());
                is_second = cut(k, (enum sim_tear)(t / SIM_TEARS), true);
                pairs += is_second;
                finish();
            }
        }
    }
    print_message("# %u cuts, %u before; %u second cuts\n", cuts, kept, pairs);
    assert_true(cuts > 100 && kept > 20 && pairs > 200);
}

/* ---- a sector that nothing changes any more ---- */

static void a_stuck_sector_waits(void **state)
{
    (void)state;
    fill_ring();
    unsigned stuck = (log_.sector + 2u) % SETTINGS_LOG_SECTORS;
    sim.state[stuck] = SIM_STUCK;
    assert_int_equal(settings_log_forget(&log_), ERR_FLASH_FAILED);
    assert_false(is_there());
    assert_true(has(SETTINGS_LOG_ERASING));
    assert_int_equal(secrets(), 1);
    begin();
    for (unsigned i = 0; i < 2000; i++) /* round the ring, it is passed over */
        set(9, i);
    assert_true(has(SETTINGS_LOG_ERASING));
    sim.state[stuck] = SIM_FINE;
    assert_int_equal(settings_log_finish(&log_), ERR_NONE);
    assert_int_equal(secrets(), 0);
    assert_int_equal(reopen(), ERR_NONE);
    assert_int_equal(number(9), 1999);
    assert_int_equal(log_.count, 1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(nothing_stays_readable),
        T(whatever_was_there_goes),
        T(without_a_cut_there_is_nothing_to_finish),
        T(any_two_cuts_leave_all_or_nothing),
        T(a_stuck_sector_waits),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

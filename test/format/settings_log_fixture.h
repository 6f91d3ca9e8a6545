/* A blank ring of sectors and the log in it, for tests: each includes it once.
 */
#ifndef TEST_FORMAT_SETTINGS_LOG_FIXTURE_H
#define TEST_FORMAT_SETTINGS_LOG_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/settings_log.h"
#include "test/format/sim_flash.h"

#define SECTOR(n) (MAP_SETTINGS + (n)*FLASH_SECTOR_SIZE)

static struct sim_flash sim;
static struct flash flash;
static struct settings_log log_;
static struct settings_change change;
static uint32_t words[1024];

static enum err reopen(void)
{
    return settings_log_open(&log_, &flash, MAP_SETTINGS);
}

static void begin(void)
{
    settings_change_begin(&change, &log_, words, sizeof(words));
}

static int blank_flash(void **state)
{
    (void)state;
    sim_start(&sim, 1);
    sim_add(&sim, MAP_SETTINGS, SETTINGS_LOG_SECTORS);
    flash = sim_flash(&sim);
    if (reopen() != ERR_FORMAT)
        return -1;
    begin();
    return 0;
}

static int no_violations(void **state)
{
    (void)state;
    return sim.violations == 0 ? 0 : -1;
}

static void commit(void)
{
    assert_int_equal(settings_log_commit(&change), ERR_NONE);
    begin();
}

static void set(uint16_t key, uint32_t value)
{
    settings_put_number(&change, key, SETTING_U32, value);
    commit();
}

static uint32_t number(uint16_t key)
{
    uint32_t value = 0;
    assert_int_equal(settings_log_get_number(&log_, key, &value), ERR_NONE);
    return value;
}

static bool has(uint16_t key)
{
    struct setting setting;
    enum err e = settings_log_find(&log_, key, &setting);
    assert_true(e == ERR_NONE || e == ERR_UNKNOWN);
    return e == ERR_NONE;
}

#define T(name)                                                                \
    cmocka_unit_test_setup_teardown(name, blank_flash, no_violations)

#endif

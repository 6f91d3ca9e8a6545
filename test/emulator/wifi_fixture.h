/* A chip in an air, whose guest is this test: natives are called by name, what
 * the SDK tells the guest is collected, time is virtual. */
#ifndef TEST_EMULATOR_WIFI_FIXTURE_H
#define TEST_EMULATOR_WIFI_FIXTURE_H

#include <stdio.h>

#include "test/emulator/chip_fixture.h"

#include "emulator/sdk_private.h"

#define MS ((uint64_t)CYCLES_PER_MS)
#define HANDLER 0x40100100u
#define CALLBACK 0x40100200u
#define MEMORY 0x3FFE9000u /* for structs and texts */
#define HEAP 0x3FFF0000u
#define TOLD 64u

struct told {
    uint64_t ms;
    unsigned kind;
    uint8_t bytes[48]; /* System_Event_t */
};

static struct chip *chip;
static struct air air;
static uint64_t start_ms;
static struct told told[TOLD];
static unsigned told_count;
static char lines[8192]; /* event lines, each with a newline */

static inline void on_line(void *ctx, const char *line)
{
    (void)ctx;
    strncat(lines, line, sizeof(lines) - strlen(lines) - 2);
    strcat(lines, "\n");
}

static inline bool has_line(const char *line)
{
    const char *at = lines;
    size_t size = strlen(line);
    while ((at = strstr(at, line)) != NULL) {
        if ((at == lines || at[-1] == '\n') && at[size] == '\n')
            return true;
        at++;
    }
    return false;
}

#define assert_line(line)                                                      \
    do {                                                                       \
        if (!has_line(line))                                                   \
            fail_msg("no line '%s' in:\n%s", line, lines);                     \
    } while (0)

/* Called with text "", later set by the test's own make. */
static inline struct chip *air_chip(const char *text)
{
    struct air_error error;
    struct chip_config config = plain_config();
    if (air_parse(text, strlen(text), &air, &error) != ERR_NONE)
        fail_msg("line %u: %s", error.line, error.what);
    config.air = &air;
    chip = chip_with(&config);
    chip->events = (struct chip_events){on_line, NULL};
    lines[0] = 0;
    told_count = 0;
    chip->sdk.is_running = true;
    sdk_heap_init(chip, HEAP);
    sdk_wifi_start(chip);
    chip->sdk.wifi.handler = HANDLER;
    start_ms = chip->clock.now / MS;
    return chip;
}

static inline void air_drop(void)
{
    chip_drop(chip);
    chip = NULL;
}

static inline uint64_t now_ms(void)
{
    return chip->clock.now / MS - start_ms;
}

/* The SDK's task: what waits is told. */
static inline void drain(void)
{
    while (sdk_call_run(chip)) {
        if (chip->cpu.pc == HANDLER && told_count < TOLD) {
            struct told *one = &told[told_count++];
            one->ms = now_ms();
            assert_true(bus_copy_out(chip->bus, chip->cpu.a[2], one->bytes,
                                     sizeof(one->bytes)));
            one->kind = one->bytes[0];
        }
        sdk_call_returned(chip);
    }
    sdk_call_returned(chip);
}

/* Ten milliseconds at a time, so that events are told in time. */
static inline void wait_ms(uint64_t ms)
{
    for (uint64_t i = 0; i < ms; i += 10) {
        pass(chip, 10 * MS);
        drain();
    }
}

/* Up to and with the next event of this kind; fails after ms. */
static inline const struct told *wait_for(unsigned kind, uint64_t ms)
{
    unsigned from = told_count;
    for (uint64_t i = 0; i < ms; i += 10) {
        wait_ms(10);
        for (; from < told_count; from++)
            if (told[from].kind == kind)
                return &told[from];
    }
    fail_msg("no event %u within %u ms; lines:\n%s", kind, (unsigned)ms, lines);
    return NULL;
}

static inline uint32_t call(const char *name, uint32_t a2, uint32_t a3)
{
    const struct native *native = native_find_name(name);
    if (!native)
        fail_msg("no native %s", name);
    chip->cpu.a[0] = 0x40200000;
    chip->cpu.a[2] = a2;
    chip->cpu.a[3] = a3;
    chip->cpu.pc = native->address;
    enum native_result result = native->fn(chip);
    assert_true(result == NATIVE_RETURN || result == NATIVE_STOP);
    return chip->cpu.a[2];
}

static inline void put_bytes(uint32_t at, const void *from, size_t size)
{
    assert_true(bus_copy_in(chip->bus, at, from, size));
}

static inline bool is_broken(const char *rule)
{
    char text[64];
    snprintf(text, sizeof(text), "rule %s: ", rule);
    return strncmp(chip->stop_reason, text, strlen(text)) == 0;
}

/* struct station_config, as the public header has it. */
static inline void station_config(const char *name, const char *password)
{
    uint8_t b[116] = {0};
    memcpy(b, name, strlen(name));
    memcpy(b + 32, password, strlen(password));
    put_bytes(MEMORY, b, sizeof(b));
    assert_int_equal(call("wifi_station_set_config_current", MEMORY, 0), 1);
}

/* user_init has returned. */
static inline void ready(void)
{
    wifi_ready(chip);
    drain();
}

/* From the end of user_init: a station that wants this network. */
static inline void want(const char *name, const char *password)
{
    assert_int_equal(call("wifi_set_opmode_current", 1, 0), 1);
    station_config(name, password);
    ready();
}

static inline unsigned status(void)
{
    return call("wifi_station_get_connect_status", 0, 0);
}

#endif

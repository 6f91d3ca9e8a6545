#include "emulator/sdk_private.h"

#include <string.h>

enum { NEXT, EXPIRE, PERIOD, FUNCTION, ARGUMENT };

#define NOT_ARMED 0xFFFFFFFFu /* in the first word */
/* FRC2's rate, in cycles of 80 MHz a tick. */
#define TICK_MS 256u
#define TICK_US 16u
/* The longest times that the archives take, and for microseconds the shortest
 * of the API reference. */
#define MOST_MS 0x68D7A3u
#define MOST_MS_US_MODE 0x689D0u
#define LEAST_US 100u
#define MOST_US 0x198A5759u

/* ---- the guest's timer --------------------------------------------------- */

static bool is_ram(uint32_t address, uint32_t size)
{
    return address >= DRAM_BASE && address - DRAM_BASE <= DRAM_SIZE - size;
}

static bool is_code(uint32_t address)
{
    return address - ROM_BASE < ROM_SIZE || address - IRAM_BASE < IRAM_SIZE ||
           address - IROM_BASE < IROM_SIZE || address - SDK_BASE < SDK_SIZE;
}

/* False: a rule is broken, the chip was stopped. */
static bool is_good_memory(struct chip *chip, uint32_t timer)
{
    if (timer % 4 == 0 && is_ram(timer, 4 * SDK_TIMER_WORDS))
        return true;
    sdk_rule_broken(chip, RULE_TIMER_MEMORY, "timer at 0x%08x", timer);
    return false;
}

static bool is_untouched(struct chip *chip, const struct sdk_timer *row)
{
    for (uint32_t i = 0; i < SDK_TIMER_WORDS; i++) {
        uint32_t word = sdk_get(chip, row->address + 4 * i);
        if (word == row->word[i])
            continue;
        sdk_rule_broken(chip, RULE_TIMER_OVERWRITTEN,
                        "timer 0x%08x: word %u is 0x%08x, was 0x%08x",
                        row->address, i, word, row->word[i]);
        return false;
    }
    return true;
}

static void write_word(struct chip *chip, struct sdk_timer *row, uint32_t index,
                       uint32_t value)
{
    row->word[index] = value;
    sdk_put(chip, row->address + 4 * index, value);
}

static uint32_t cycles_per_tick(const struct chip *chip)
{
    return chip->sdk.timers.is_us ? TICK_US : TICK_MS;
}

/* ---- the armed ones ------------------------------------------------------ */

static struct sdk_timer *find(struct chip *chip, uint32_t timer)
{
    struct sdk_timers *timers = &chip->sdk.timers;
    for (unsigned i = 0; i < timers->count; i++)
        if (timers->row[i].address == timer && !timers->row[i].own)
            return &timers->row[i];
    return NULL;
}

static void take_out(struct chip *chip, struct sdk_timer *row)
{
    struct sdk_timers *timers = &chip->sdk.timers;
    struct sdk_timer *end = timers->row + timers->count;
    memmove(row, row + 1, (size_t)(end - row - 1) * sizeof(*row));
    timers->count--;
}

/* Equal times keep the order of their arming. */
static void put_in(struct chip *chip, const struct sdk_timer *timer)
{
    struct sdk_timers *timers = &chip->sdk.timers;
    unsigned at = timers->count;
    if (at == SDK_TIMERS) {
        chip_stop(chip, "more than %u timers are armed", SDK_TIMERS);
        return;
    }
    while (at > 0 && timers->row[at - 1].expire > timer->expire) {
        timers->row[at] = timers->row[at - 1];
        at--;
    }
    timers->row[at] = *timer;
    timers->count++;
}

static void arm(struct chip *chip, struct sdk_timer *timer)
{
    uint32_t tick = cycles_per_tick(chip);
    write_word(chip, timer, NEXT, 0);
    write_word(chip, timer, EXPIRE, (uint32_t)(timer->expire / tick));
    write_word(chip, timer, PERIOD, (uint32_t)(timer->period / tick));
    put_in(chip, timer);
    chip->cpu.is_waiting = false; /* the loop may wait for a later one */
}

uint32_t sdk_timer_inside(const struct chip *chip, uint32_t address,
                          uint32_t size)
{
    const struct sdk_timers *timers = &chip->sdk.timers;
    for (unsigned i = 0; i < timers->count; i++)
        if (timers->row[i].address - address < size)
            return timers->row[i].address;
    return 0;
}

void sdk_timer_own(struct chip *chip, uint32_t ms, void (*fn)(struct chip *))
{
    struct sdk_timers *timers = &chip->sdk.timers;
    struct sdk_timer timer = {
        .expire = chip->clock.now + (uint64_t)ms * CYCLES_PER_MS, .own = fn};
    for (unsigned i = 0; i < timers->count; i++)
        if (timers->row[i].own == fn) {
            take_out(chip, &timers->row[i]);
            break;
        }
    put_in(chip, &timer);
    chip->cpu.is_waiting = false;
}

/* ---- the API ------------------------------------------------------------- */

/* void ets_timer_setfn(timer, function, argument) */
enum native_result sdk_native_timer_setfn(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (!is_good_memory(chip, a[2]))
        return NATIVE_STOP;
    if (find(chip, a[2]))
        return sdk_rule_broken(chip, RULE_TIMER_SETFN_ARMED, "timer 0x%08x",
                               a[2]);
    const uint32_t word[SDK_TIMER_WORDS] = {NOT_ARMED, 0, 0, a[3], a[4]};
    for (uint32_t i = 0; i < SDK_TIMER_WORDS; i++)
        sdk_put(chip, a[2] + 4 * i, word[i]);
    return NATIVE_RETURN;
}

/* What both units have in common; false: stopped. */
static bool may_arm(struct chip *chip, uint32_t timer)
{
    if (!is_good_memory(chip, timer))
        return false;
    if (find(chip, timer)) {
        sdk_rule_broken(chip, RULE_TIMER_ARMED_TWICE, "timer 0x%08x", timer);
        return false;
    }
    uint32_t fn = sdk_get(chip, timer + 4 * FUNCTION);
    if (!is_code(fn)) {
        sdk_rule_broken(chip, RULE_TIMER_FUNCTION,
                        "timer 0x%08x has function 0x%08x", timer, fn);
        return false;
    }
    return true;
}

static bool is_in_range(struct chip *chip, uint32_t time, bool is_ms)
{
    bool is_us_mode = chip->sdk.timers.is_us;
    uint32_t most = is_us_mode ? MOST_MS_US_MODE : MOST_MS;
    if (is_ms ? time <= most : time >= LEAST_US && time <= MOST_US)
        return true;
    sdk_rule_broken(chip, RULE_TIMER_RANGE, "%u %s", time, is_ms ? "ms" : "us");
    return false;
}

/* void ets_timer_arm_new(timer, time, repeats, is in ms) */
enum native_result sdk_native_timer_arm(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    bool repeats = a[4] & 0xFFu, is_ms = a[5] & 0xFFu;
    if (!may_arm(chip, a[2]))
        return NATIVE_STOP;
    if (!is_ms && !chip->sdk.timers.is_us)
        return sdk_rule_broken(chip, RULE_TIMER_US, "timer 0x%08x", a[2]);
    if (!is_in_range(chip, a[3], is_ms))
        return NATIVE_STOP;
    uint64_t cycles = (uint64_t)a[3] * (is_ms ? CYCLES_PER_MS : CYCLES_PER_US);
    struct sdk_timer timer = {.expire = chip->clock.now + cycles,
                              .period = repeats ? cycles : 0,
                              .address = a[2]};
    for (uint32_t i = 0; i < SDK_TIMER_WORDS; i++)
        timer.word[i] = sdk_get(chip, a[2] + 4 * i);
    arm(chip, &timer);
    return chip->stop_reason[0] ? NATIVE_STOP : NATIVE_RETURN;
}

/* void ets_timer_disarm(timer); one that is not armed, or never was set up, may
 * be disarmed too */
enum native_result sdk_native_timer_disarm(struct chip *chip)
{
    uint32_t timer = chip->cpu.a[2];
    if (!is_good_memory(chip, timer))
        return NATIVE_STOP;
    struct sdk_timer *row = find(chip, timer);
    if (row && !is_untouched(chip, row))
        return NATIVE_STOP;
    if (row)
        take_out(chip, row);
    sdk_put(chip, timer + 4 * NEXT, NOT_ARMED);
    sdk_put(chip, timer + 4 * PERIOD, 0);
    return NATIVE_RETURN;
}

/* void system_timer_reinit(void) */
enum native_result sdk_native_timer_reinit(struct chip *chip)
{
    struct sdk_timers *timers = &chip->sdk.timers;
    for (unsigned i = 0; i < timers->count; i++)
        if (!timers->row[i].own)
            return sdk_rule_broken(chip, RULE_TIMER_REINIT,
                                   "timer 0x%08x is armed",
                                   timers->row[i].address);
    timers->is_us = true;
    return NATIVE_RETURN;
}

/* ---- in the loop --------------------------------------------------------- */

static bool run_guest(struct chip *chip, struct sdk_timer timer)
{
    if (!is_untouched(chip, &timer))
        return false;
    if (timer.period) {
        timer.expire += timer.period;
        arm(chip, &timer);
    } else {
        sdk_put(chip, timer.address + 4 * NEXT, NOT_ARMED);
    }
    chip->cpu.a[2] = timer.word[ARGUMENT];
    chip->cpu.pc = timer.word[FUNCTION];
    return true;
}

bool sdk_timer_run(struct chip *chip, uint64_t *next)
{
    struct sdk_timers *timers = &chip->sdk.timers;
    while (timers->count > 0 && timers->row[0].expire <= chip->clock.now) {
        struct sdk_timer first = timers->row[0];
        take_out(chip, &timers->row[0]);
        if (!first.own)
            return run_guest(chip, first);
        first.own(chip);
    }
    if (timers->count > 0)
        *next = timers->row[0].expire;
    return false;
}

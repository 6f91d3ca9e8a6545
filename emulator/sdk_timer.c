/* os_timer: the public ETSTimer in guest memory, armed ones chained through
 * its first word, soonest first. Times are milliseconds of the device's clock,
 * compared as 32-bit distances. */
#include "emulator/sdk_private.h"

#define NEXT 0u
#define EXPIRE 4u
#define PERIOD 8u
#define FUNCTION 12u
#define ARGUMENT 16u
#define TIMERS 256u /* a longer chain is a broken one */

static uint32_t now_ms(const struct chip *chip)
{
    return (uint32_t)(chip->clock.now / CYCLES_PER_MS);
}

/* void ets_timer_setfn(timer, function, argument) */
enum native_result sdk_native_timer_setfn(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    sdk_put(chip, a[2] + FUNCTION, a[3]);
    sdk_put(chip, a[2] + ARGUMENT, a[4]);
    return NATIVE_RETURN;
}

static void take_out(struct chip *chip, uint32_t timer)
{
    uint32_t *first = &chip->sdk.timer_list;
    if (*first == timer) {
        *first = sdk_get(chip, timer + NEXT);
        return;
    }
    uint32_t at = *first;
    for (unsigned i = 0; at && i < TIMERS; i++) {
        uint32_t next = sdk_get(chip, at + NEXT);
        if (next == timer) {
            sdk_put(chip, at + NEXT, sdk_get(chip, timer + NEXT));
            return;
        }
        at = next;
    }
}

/* Equal times keep the order of their arming. */
static void put_in(struct chip *chip, uint32_t timer, uint32_t expire)
{
    uint32_t before = 0, at = chip->sdk.timer_list;
    sdk_put(chip, timer + EXPIRE, expire);
    for (unsigned i = 0; at && i < TIMERS; i++) {
        if ((int32_t)(sdk_get(chip, at + EXPIRE) - expire) > 0)
            break;
        before = at;
        at = sdk_get(chip, at + NEXT);
    }
    sdk_put(chip, timer + NEXT, at);
    if (before)
        sdk_put(chip, before + NEXT, timer);
    else
        chip->sdk.timer_list = timer;
}

/* void ets_timer_arm_new(timer, time, repeats, is in ms) */
enum native_result sdk_native_timer_arm(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (a[5] == 0) {
        chip_stop(chip, "os_timer in microseconds is not modelled");
        return NATIVE_STOP;
    }
    take_out(chip, a[2]);
    sdk_put(chip, a[2] + PERIOD, a[4] ? a[3] : 0);
    put_in(chip, a[2], now_ms(chip) + a[3]);
    return NATIVE_RETURN;
}

/* void ets_timer_disarm(timer) */
enum native_result sdk_native_timer_disarm(struct chip *chip)
{
    take_out(chip, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

bool sdk_timer_run(struct chip *chip, uint64_t *next)
{
    uint32_t timer = chip->sdk.timer_list;
    if (!timer)
        return false;
    uint32_t expire = sdk_get(chip, timer + EXPIRE);
    int32_t left = (int32_t)(expire - now_ms(chip));
    if (left > 0) {
        *next =
            (chip->clock.now / CYCLES_PER_MS + (uint32_t)left) * CYCLES_PER_MS;
        return false;
    }
    uint32_t period = sdk_get(chip, timer + PERIOD);
    take_out(chip, timer);
    if (period)
        put_in(chip, timer, expire + period);
    chip->cpu.a[2] = sdk_get(chip, timer + ARGUMENT);
    chip->cpu.pc = sdk_get(chip, timer + FUNCTION);
    return true;
}

/* Crash loops and power cycles, counted. What they lead to is a state that
 * others ask for: nothing in here erases or changes a setting of the owner. */
#include "firmware/core/rescue.h"

#include "firmware/core/device.h"
#include "firmware/core/retained.h"
#include "firmware/hal/retain.h"

#define MOST 255u /* counts stay there */
#define CRASHES_MARK 0xC7A50000u

static uint32_t word_of(uint32_t crashes)
{
    return CRASHES_MARK | (~crashes & 0xFFu) << 8 | crashes;
}

static uint32_t crashes_before(void)
{
    uint32_t word = hal_retain_read(RETAIN_CRASHES), crashes = word & 0xFFu;
    return word == word_of(crashes) ? crashes : 0;
}

static bool is_crash(enum start start)
{
    return start == START_WATCHDOG || start == START_SOFT_WATCHDOG ||
           start == START_EXCEPTION;
}

/* Boards whose EN rises late show a power-on as an external reset. */
static bool is_power(enum start start)
{
    return start == START_POWER_ON || start == START_EXTERNAL;
}

static void count_crash(struct device *dev)
{
    uint32_t crashes = is_crash(dev->start) ? crashes_before() + 1 : 0;
    if (crashes > MOST)
        crashes = MOST;
    hal_retain_write(RETAIN_CRASHES, word_of(crashes));
    unsigned loops = dev->settings.crash_loops;
    dev->rescue.is_safe = loops > 0 && crashes >= RESCUE_CRASHES - 1 + loops;
}

static void count_power(struct device *dev)
{
    uint8_t *starts = &dev->settings.quick_starts;
    if (!is_power(dev->start))
        return;
    if (*starts < MOST)
        (*starts)++;
    dev->rescue.is_open = *starts >= RESCUE_QUICK_STARTS &&
                          !settings_option(&dev->settings, OPTION_NO_CYCLES);
    dev->rescue.open_until_s = RESCUE_OPEN_S;
}

void rescue_start(struct device *dev)
{
    count_crash(dev);
    count_power(dev);
    /* With the boot count in one commit, but not at once: while the supply
     * still rises, the relay pulls in and the radio starts, a write would be
     * torn more often than not. A start that short need not count. */
    device_changed(dev);
}

void rescue_tell(struct device *dev)
{
    if (dev->rescue.is_safe)
        device_log(dev, "APP: Safe mode after crashes: user pins and rules are "
                        "off until a restart");
    if (dev->rescue.is_open)
        device_log(dev, "APP: Power went on and off several times: set-up "
                        "access point for 5 minutes, settings are kept");
}

void rescue_open(struct device *dev, unsigned presses)
{
    char line[96];
    struct text text;
    dev->rescue.is_open = true;
    dev->rescue.open_until_s = dev->uptime_s + RESCUE_OPEN_S;
    text_init(&text, line, sizeof(line));
    text_format(&text,
                "APP: The button was pressed %u times: set-up access point for "
                "5 minutes",
                presses);
    device_log(dev, line);
}

/* In safe mode the count stays: a device that crashes once an hour there would
 * else go on crashing. */
static void settle(struct device *dev)
{
    dev->rescue.has_settled = true;
    if (!dev->rescue.is_safe)
        hal_retain_write(RETAIN_CRASHES, word_of(0));
    if (dev->settings.quick_starts == 0)
        return;
    dev->settings.quick_starts = 0;
    device_changed(dev);
}

void rescue_tick(struct device *dev)
{
    _Static_assert(RESCUE_CRASH_S == RESCUE_QUICK_S, "one moment for both");
    if (!dev->rescue.has_settled && dev->uptime_s >= RESCUE_QUICK_S)
        settle(dev);
    if (dev->rescue.is_open && dev->uptime_s >= dev->rescue.open_until_s) {
        dev->rescue.is_open = false;
        device_log(dev, "APP: The set-up access point was not used in time");
    }
}

/* Story (d): power that comes and goes until the set-up access point opens, and
 * crashes until rules and user pins are off: no setting is lost in either. And
 * the one thing that erases settings, which erases all of them or none. */
#include "test/power/host_stories.h"

#include <string.h>

#include "format/flash_map.h"
#include "test/power/host_cuts.h"
#include "test/power/host_owner.h"

#define SHORT_MS 3000u /* a start that counts, and is quick */
#define RESET_MS 10000u

static uint8_t rest[MAP_END];

static bool is_settled(void)
{
    return host.device.rescue.has_settled && owner_is_saved() &&
           host.device.settings.quick_starts == 0;
}

/* ---- power cycles -------------------------------------------------------- */

static bool is_open(void)
{
    return host.device.rescue.is_open && owner_is_saved();
}

static void cycle(void)
{
    if (host_run(SHORT_MS) && !is_open())
        host.is_running = false;
}

static void settle(void)
{
    (void)host_run_until(is_settled, (RESCUE_QUICK_S + 5) * 1000);
}

/* ---- crashes ------------------------------------------------------------- */

static bool is_safe(void)
{
    return host.device.rescue.is_safe && owner_is_saved();
}

static void crash(void)
{
    for (unsigned i = 0; i < RESCUE_CRASHES && host.sim.has_power; i++) {
        if (host_run(SHORT_MS))
            host_start(START_EXCEPTION);
    }
    (void)host_run_until(is_safe, SHORT_MS);
}

/* After power was away nothing is known of crashes. */
static void check(void)
{
    owner_check();
    if (host.device.start == START_POWER_ON && host.device.rescue.is_safe)
        report_broken(host_report, REPORT_SETTINGS,
                      "power came back, and pins are still off");
}

/* ---- Reset --------------------------------------------------------------- */

static bool is_reset(void)
{
    return owner_has_nothing() && owner_is_saved();
}

static void reset(void)
{
    if (owner_has_all())
        host_type("Reset 1");
    (void)host_run_until(is_reset, RESET_MS);
}

static void check_reset(void)
{
    if (!owner_has_all() && !owner_has_nothing())
        report_broken(host_report, REPORT_SETTINGS, "half of a Reset");
}

/* ---- the stories --------------------------------------------------------- */

static void live(void)
{
    memset(rest, 0, sizeof(rest));
    host_new(rest, 3);
    owner_live();
}

void story_rescue(bool is_full, struct report *total)
{
    static const struct goal cycled = {is_open, cycle, check, NULL};
    static const struct goal settled = {is_settled, settle, check, NULL};
    static const struct goal crashed = {is_safe, crash, check, NULL};
    const struct thinning all = {is_full ? 1 : 2, 3};
    struct report report;
    report_start(&report, "power cycles and crash loops");
    host_report = &report;
    live();
    for (unsigned i = 0; i < (is_full ? 20 : 4); i++) {
        host.is_running = false;
        host_sweep(&cycled, all);
        host_sweep(&settled, all);
        host_sweep(&crashed, all);
    }
    report_line(&report, total);
}

void story_reset(bool is_full, struct report *total)
{
    static const struct goal goal = {is_reset, reset, check_reset, NULL};
    struct report report;
    report_start(&report, "everything forgotten");
    host_report = &report;
    live();
    host_sweep(&goal, (struct thinning){1, 2});
    live();
    host_sweep_pairs(&goal, (struct thinning){is_full ? 1 : 10, 0});
    report_line(&report, total);
}

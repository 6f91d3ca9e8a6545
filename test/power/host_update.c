/* Story (b): a whole update from its first byte to its confirmation, from slot
 * A to slot B and back to A; and updates that may not run. */
#include "test/power/host_stories.h"

#include "format/flash_map.h"
#include "test/power/host_owner.h"
#include "test/power/host_updating.h"

void story_update(bool is_full, struct report *total)
{
    const struct thinning all = {is_full ? 1 : 5, 4};
    const struct thinning pairs = {is_full ? 1 : 10, 0};
    struct report report;
    updating_begin(&report, "an update, first byte to confirmation");
    host_sweep(&updating_goal, all);
    updating.from = IMAGE_NEXT; /* and one from slot B to slot A */
    updating.to = IMAGE_BROKEN; /* as good as any, if it does not crash */
    host.crash_ms = UPDATING_NEVER_MS;
    host_sweep(&updating_goal, all);
    updating_live(12);
    updating_install();
    host_sweep_pairs(&updating_goal, pairs);
    report_line(&report, total);
}

/* ---- never ready to run -------------------------------------------------- */

static bool is_refused(void)
{
    return host.image == IMAGE_FIRST && updating_is_confirmed() &&
           fake_said("UPGRADE = {\"Upgrade\":\"Failed");
}

static void try_it(void)
{
    if (host_run_until(updating_is_ready, UPDATING_MS) && updating_feed())
        (void)host_run_until(is_refused, UPDATING_MS);
}

static void check_first(void)
{
    owner_check();
    if (host.image != IMAGE_FIRST)
        report_broken(host_report, REPORT_IMAGE, "an unsigned image runs");
}

/* A sector that keeps wrong bits: the update fails, and nothing else. */
static void try_weak(uint32_t address)
{
    (void)sim_bytes(&host.sim, address);
    for (unsigned i = 0; i < host.sim.count; i++)
        host.sim.state[i] =
            host.sim.address[i] == address ? SIM_WEAK : SIM_FINE;
    try_it();
    if (!is_refused())
        report_broken(host_report, REPORT_IMAGE,
                      "flash that keeps wrong bits at %06X is not noticed",
                      (unsigned)address);
    host_check_slots();
}

void story_refused(bool is_full, struct report *total)
{
    static const struct goal goal = {is_refused, try_it, check_first, NULL};
    static const uint32_t weak[] = {MAP_SLOT_B, MAP_SLOT_B + FLASH_SECTOR_SIZE};
    struct report report;
    updating_begin(&report, "updates that may not run");
    for (unsigned i = 0; i < sizeof(weak) / sizeof(weak[0]); i++) {
        updating_live(20 + i);
        try_weak(weak[i]);
    }
    updating_live(30);
    updating.to = IMAGE_FOREIGN;
    host_sweep(&goal, (struct thinning){is_full ? 1 : 10, 4});
    report_line(&report, total);
}

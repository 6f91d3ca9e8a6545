/* Story (c): updates that never confirm themselves and are left: one that
 * crashes at once, one that crashes soon, one whose network does not come back.
 * Then the next update over what was left. */
#include "test/power/host_stories.h"

#include "test/power/host_updating.h"

#define LEAVE_MS 1200000u /* three starts that each wait for a network */

static bool is_left(void)
{
    return host.image == IMAGE_FIRST && updating_is_confirmed() &&
           host.device.update.was_left &&
           host.device.update.left_version == host_images[IMAGE_BROKEN].version;
}

static void leave(void)
{
    (void)host_run_until(is_left, LEAVE_MS);
}

/* Promise 3's second half: whoever runs because the other was left says so. */
static void check(void)
{
    updating_check();
    if (host.choice.row == BOOT_SPENT && !fake_said("left version 0.3.0"))
        report_broken(host_report, REPORT_LEFT, "it does not tell: %s",
                      fake.text);
}

static const struct goal goal = {is_left, leave, check, NULL};

static void prepare(uint32_t crash_ms, bool has_network)
{
    updating_live(crash_ms + 1);
    host.crash_ms = crash_ms;
    updating.to = IMAGE_BROKEN;
    updating.has_network = has_network;
    updating_install();
    updating.has_network = false;
}

void story_revert(bool is_full, struct report *total)
{
    struct report report;
    updating_begin(&report, "updates that are left again");
    prepare(0, false);
    host_sweep(&goal, (struct thinning){1, 2});
    prepare(0, false);
    host_sweep_pairs(&goal, (struct thinning){is_full ? 1 : 4, 0});
    prepare(3000, false);
    host_sweep(&goal, (struct thinning){1, 2});
    prepare(UPDATING_NEVER_MS, true);
    host_sweep(&goal, (struct thinning){is_full ? 1 : 6, 4});
    updating.to = IMAGE_NEXT;
    updating.has_network = true;
    host_sweep(&updating_goal, (struct thinning){is_full ? 2 : 20, 4});
    report_line(&report, total);
}

/* Cuts everywhere on the way to a goal. */
#include "test/power/host_cuts.h"

#define STARTS_MOST 12u  /* on the way to any goal */
#define BROKEN_MOST 100u /* in a sweep; then it is given up */

static unsigned turn; /* of the sample, over all sweeps */

static void power_on(const struct goal *goal)
{
    if (goal->start)
        goal->start();
    else
        host_start(START_POWER_ON);
    if (goal->check && host.is_running && host.sim.has_power)
        goal->check();
}

/* Until it is there or power goes. */
static bool go_on(const struct goal *goal)
{
    for (unsigned i = 0; i < STARTS_MOST && host.sim.has_power; i++) {
        if (!host.is_running)
            power_on(goal);
        if (!host.sim.has_power)
            return false;
        if (host.is_running && goal->is_there())
            return true;
        if (host.is_running)
            goal->act();
    }
    return host.sim.has_power && host.is_running && goal->is_there();
}

bool host_reach(const struct goal *goal)
{
    bool is_there = go_on(goal);
    if (!is_there)
        report_broken(host_report, REPORT_BOOTS,
                      "it does not get there (running %d, image %d, row %d)",
                      host.is_running, (int)host.image, (int)host.choice.row);
    return is_there;
}

/* Power is gone: count it, and let it come back for good. */
static void lose_power(void)
{
    host_report->cuts++;
    sim_power(&host.sim);
    host.is_running = false;
    host_check_slots();
}

static void count_violations(void)
{
    if (host.sim.violations > 0)
        report_broken(host_report, REPORT_STRICT, "%u words programmed twice",
                      host.sim.violations);
    host.sim.violations = 0;
}

/* Without more cuts: there, and still there after power was away. */
static void finish(const struct goal *goal)
{
    sim_power(&host.sim);
    if (host_reach(goal)) {
        host_check_slots();
        power_on(goal);
        (void)host_reach(goal);
    }
    count_violations();
}

/* One more cut on the way, at operation n. False: the way was shorter. */
static bool cut_at(const struct goal *goal, unsigned n, enum sim_tear tear)
{
    sim_cut(&host.sim, n, tear);
    (void)go_on(goal);
    if (host.sim.has_power)
        return false;
    lose_power();
    return true;
}

/* From here to the goal without a cut; how many operations that takes. */
static unsigned measure(const struct goal *goal, struct host *goal_reached)
{
    sim_power(&host.sim);
    (void)host_reach(goal);
    unsigned ops = host.sim.ops;
    count_violations();
    host_report->operations += ops;
    host_save(goal_reached);
    return ops;
}

static bool is_chosen(struct thinning thinning)
{
    unsigned broken = 0;
    for (unsigned i = 0; i < REPORT_KINDS; i++)
        broken += (unsigned)host_report->broken[i];
    return broken < BROKEN_MOST && turn++ % thinning.stride == 0;
}

void host_sweep(const struct goal *goal, struct thinning thinning)
{
    static struct host before, after;
    host_save(&before);
    unsigned ops = measure(goal, &after);
    for (unsigned i = 0; i < ops * SIM_TEARS; i++) {
        if (!is_chosen(thinning))
            continue;
        host_restore(&before);
        host.sim.random += i;
        if (!cut_at(goal, i / SIM_TEARS + 1, (enum sim_tear)(i % SIM_TEARS)))
            report_broken(host_report, REPORT_BOOTS, "the cut did not come");
        uint64_t *random = &host.sim.random;
        if (thinning.again > 0 && sim_below(random, thinning.again) == 0)
            (void)cut_at(goal, 1 + sim_below(random, 2 * ops),
                         (enum sim_tear)sim_below(random, SIM_TEARS));
        finish(goal);
    }
    host_restore(&after);
}

static void sweep_second(const struct goal *goal, struct thinning thinning)
{
    static struct host between;
    host_save(&between);
    (void)go_on(goal);
    unsigned ops = host.sim.ops;
    for (unsigned i = 0; i < ops * SIM_TEARS; i++) {
        if (!is_chosen(thinning))
            continue;
        host_restore(&between);
        host.sim.random += i;
        (void)cut_at(goal, i / SIM_TEARS + 1, (enum sim_tear)(i % SIM_TEARS));
        finish(goal);
    }
}

void host_sweep_pairs(const struct goal *goal, struct thinning thinning)
{
    static struct host before, after;
    host_save(&before);
    unsigned ops = measure(goal, &after);
    for (unsigned i = 0; i < ops * SIM_TEARS; i++) {
        host_restore(&before);
        host.sim.random += i;
        if (cut_at(goal, i / SIM_TEARS + 1, (enum sim_tear)(i % SIM_TEARS)))
            sweep_second(goal, thinning);
    }
    host_restore(&after);
}

/* Power-cut sweeps with the real image on the bench: each story (stories.h) is
 * cut at every flash operation, with flash that clears bits and with Puya's
 * that overwrites. Usage:
 *
 *     bench_sweep [--sample] [--thin N] [--seed N] [--only WORDS]
 *
 * All of it takes about ten minutes of one core. The sample is a part of it,
 * always the same; --thin cuts at one in N of its operations. WORDS are in the
 * story's name. The last line says how many cuts, boots, settings lost and
 * bricks; the exit code is 1 when there are any. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/power/leftovers.h"
#include "test/power/stories.h"

static struct report total;
static const char *only = "";
static uint32_t seed = 1;
static unsigned thin = 1;

static void sweep_all(const struct story *story, struct sweep sweep)
{
    for (unsigned puya = 0; puya < 2; puya++) {
        if (!strstr(story->name, only))
            continue;
        struct report report;
        char name[100];
        snprintf(name, sizeof(name), "%s%s", story->name, puya ? ", Puya" : "");
        sweep.is_puya = puya;
        report_start(&report, name);
        sweep_run(story, &sweep, &report);
        report_line(&report, &total);
    }
}

/* How much of a story: its every cut, and of how many cuts what follows. */
struct part {
    unsigned one_in, pairs;
};
struct plan {
    const struct story *story;
    struct part sample, all;
};

static const struct plan plans[] = {
    {&story_settings, {1, 8}, {1, 1}}, {&story_many_settings, {8, 0}, {1, 16}},
    {&story_rescue, {1, 16}, {1, 1}},  {&story_crash, {1, 0}, {1, 1}},
    {&story_mute, {1, 0}, {1, 1}},     {&story_update, {16, 0}, {1, 16}},
    {&story_back, {16, 0}, {1, 16}},   {&story_upload, {32, 0}, {1, 16}},
    {&story_fetch, {32, 0}, {1, 16}},
};
static const struct part install_sample = {4, 0}, install_all = {1, 8};

static void run(const struct story *story, const struct part *part)
{
    struct sweep sweep = {
        .seed = seed, .one_in = part->one_in * thin, .pairs = part->pairs};
    sweep_all(story, sweep);
}

static void run_all(bool is_sample)
{
    char name[100];
    for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]); i++)
        run(plans[i].story, is_sample ? &plans[i].sample : &plans[i].all);
    for (unsigned i = 0; i < leftovers_count; i++) {
        struct story story = story_install;
        snprintf(name, sizeof(name), "bench install over %s",
                 leftovers[i].name);
        story.name = name;
        story.kind = i;
        run(&story, is_sample ? &install_sample : &install_all);
    }
}

int main(int argc, char **argv)
{
    bool is_sample = false;
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--sample") == 0)
            is_sample = true;
        else if (strcmp(argv[i], "--seed") == 0)
            seed = (uint32_t)strtoul(value, NULL, 0);
        else if (strcmp(argv[i], "--thin") == 0)
            thin = (unsigned)strtoul(value, NULL, 0);
        else if (strcmp(argv[i], "--only") == 0)
            only = value;
    }
    thin = thin > 0 ? thin : 1;
    /* Several processes tell: a line at a time. */
    (void)setvbuf(stderr, NULL, _IOLBF, 1024);
    report_start(&total, "all");
    run_all(is_sample);
    return report_end(&total);
}

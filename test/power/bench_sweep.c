/* Power-cut sweeps with the real image on the bench: each story (stories.h) is
 * cut at every flash operation, with flash that clears bits and with Puya's
 * that overwrites. Usage:
 *
 *     bench_sweep [--sample] [--seed N] [--only WORDS]
 *
 * The sample is a part of it that is always the
 * same. WORDS are in the story's name. The last line says how many cuts, boots,
 * settings lost and bricks; the exit code is 1 when there are any. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/power/stories.h"

static struct report total;

static void run(const struct story *story, struct sweep sweep)
{
    for (unsigned puya = 0; puya < 2; puya++) {
        struct report report;
        char name[80];
        snprintf(name, sizeof(name), "%s%s", story->name, puya ? ", Puya" : "");
        sweep.is_puya = puya;
        report_start(&report, name);
        sweep_run(story, &sweep, &report);
        report_line(&report, &total);
    }
}

int main(int argc, char **argv)
{
    struct sweep sweep = {.seed = 1, .one_in = 1, .pairs = 1};
    const char *only = "";
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--sample") == 0)
            sweep.pairs = 16;
        else if (strcmp(argv[i], "--seed") == 0)
            sweep.seed = (uint32_t)strtoul(value, NULL, 0);
        else if (strcmp(argv[i], "--only") == 0)
            only = value;
    }
    static const struct story *const stories[] = {&story_settings};
    report_start(&total, "all");
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++) {
        if (strstr(stories[i]->name, only))
            run(stories[i], sweep);
    }
    return report_end(&total);
}

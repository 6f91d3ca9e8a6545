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

#include "test/power/leftovers.h"
#include "test/power/stories.h"

static struct report total;

static void sweep_all(const struct story *story, struct sweep sweep,
                      const char *only)
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

int main(int argc, char **argv)
{
    struct sweep sweep = {.seed = 1, .one_in = 1, .pairs = 1};
    struct sweep many = {.seed = 1, .one_in = 1, .pairs = 3};
    const char *only = "";
    char name[100];
    for (int i = 1; i < argc; i++) {
        const char *value = i + 1 < argc ? argv[i + 1] : "";
        if (strcmp(argv[i], "--sample") == 0)
            sweep.pairs = 8, many.one_in = 3, many.pairs = 0;
        else if (strcmp(argv[i], "--seed") == 0)
            sweep.seed = many.seed = (uint32_t)strtoul(value, NULL, 0);
        else if (strcmp(argv[i], "--only") == 0)
            only = value;
    }
    report_start(&total, "all");
    sweep_all(&story_settings, sweep, only);
    for (unsigned i = 0; i < leftovers_count; i++) {
        struct story story = story_install;
        snprintf(name, sizeof(name), "bench install over %s",
                 leftovers[i].name);
        story.name = name;
        story.kind = i;
        sweep_all(&story, many, only);
    }
    return report_end(&total);
}

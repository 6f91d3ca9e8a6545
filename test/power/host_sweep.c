/* Power-cut sweeps on the host: the flash chip, the boot sector's portable half
 * and the core, cut at every flash operation. `host_sweep` makes all cuts,
 * `host_sweep --sample` always the same sample of them. Exit code 1 when any
 * promise is broken; test/power/report.h says what the lines mean. */
#include <libgen.h>
#include <stdio.h>
#include <string.h>

#include "test/power/host.h"
#include "test/power/host_stories.h"

static void (*const stories[])(bool, struct report *) = {
    story_settings, story_update, story_revert,  story_refused,
    story_rescue,   story_reset,  story_install, story_flashing,
};

int main(int argc, char **argv)
{
    struct report total;
    bool is_sample = argc == 2 && strcmp(argv[1], "--sample") == 0;
    if (argc != 1 && !is_sample) {
        fprintf(stderr, "usage: host_sweep [--sample]\n");
        return 2;
    }
    report_start(&total, "all");
    host_prepare();
    for (size_t i = 0; i < sizeof(stories) / sizeof(stories[0]); i++)
        stories[i](!is_sample, &total);
    if (!is_sample) /* they are in make test anyway */
        story_formats(dirname(argv[0]), &total);
    return report_end(&total);
}

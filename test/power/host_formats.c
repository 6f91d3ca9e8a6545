/* The sweeps of settings log and slot records alone, all pairs of cuts, are
 * tests of their own in test/format: the full sweep runs them and adds what
 * they counted. */
#include "test/power/host_stories.h"

#include <stdio.h>
#include <string.h>

static const char *const programs[] = {
    "settings_log_cut_test",
    "slot_record_cut_test",
    "flash_chip_cut_test",
};

/* The number in front of a word, or 0. */
static unsigned number_before(const char *line, const char *word)
{
    unsigned number = 0;
    const char *at = strstr(line, word);
    while (at && at > line && at[-1] >= '0' && at[-1] <= '9')
        at--;
    return at && sscanf(at, "%u", &number) == 1 ? number : 0;
}

static void count(FILE *file, struct report *report)
{
    char line[256];
    while (fgets(line, sizeof(line), file)) {
        report->cuts += number_before(line, " cuts");
        report->boots += number_before(line, " boots");
        report->boots += number_before(line, " starts");
    }
}

static void run(const char *folder, const char *program, struct report *total)
{
    char command[512];
    struct report report;
    report_start(&report, program);
    snprintf(command, sizeof(command), "%s/../format/%s 2>&1", folder, program);
    FILE *file = popen(command, "r");
    if (file)
        count(file, &report);
    if (!file || pclose(file) != 0)
        report_broken(&report, REPORT_BOOTS, "%s fails", command);
    report_line(&report, total);
}

void story_formats(const char *folder, struct report *total)
{
    for (size_t i = 0; i < sizeof(programs) / sizeof(programs[0]); i++)
        run(folder, programs[i], total);
}

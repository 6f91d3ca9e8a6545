/* What a power-cut sweep tells, as lines. */
#include "test/power/report.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#define TELL_MOST 5u /* of each kind and sweep */

static double now(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec * 1e-9;
}

void report_start(struct report *report, const char *name)
{
    memset(report, 0, sizeof(*report));
    report->name = name;
    report->started = now();
}

void report_broken(struct report *report, enum report_broken what,
                   const char *format, ...)
{
    va_list list;
    if (++report->broken[what] > TELL_MOST)
        return;
    if (what == REPORT_STRICT)
        fprintf(stderr, "broken %s: strict: ", report->name);
    else
        fprintf(stderr, "broken %s: promise %d: ", report->name, (int)what);
    va_start(list, format);
    vfprintf(stderr, format, list);
    va_end(list);
    fputc('\n', stderr);
}

void report_add(struct report *to, const struct report *from)
{
    to->operations += from->operations;
    to->cuts += from->cuts;
    to->boots += from->boots;
    for (unsigned i = 0; i < REPORT_KINDS; i++)
        to->broken[i] += from->broken[i];
}

void report_line(const struct report *report, struct report *total)
{
    printf("sweep %s: operations %" PRIu64 " cuts %" PRIu64 " boots %" PRIu64
           " seconds %.1f\n",
           report->name, report->operations, report->cuts, report->boots,
           now() - report->started);
    fflush(stdout);
    report_add(total, report);
    if (report->cuts == 0) {
        fprintf(stderr, "broken %s: power was never cut\n", report->name);
        total->broken[REPORT_BOOTS]++;
    }
}

int report_end(const struct report *total)
{
    uint64_t all = 0;
    for (unsigned i = 0; i < REPORT_KINDS; i++)
        all += total->broken[i];
    printf("past three boots %" PRIu64 " relays late %" PRIu64
           " words twice %" PRIu64 "\n",
           total->broken[REPORT_LEFT], total->broken[REPORT_RELAY],
           total->broken[REPORT_STRICT]);
    printf("cuts %" PRIu64 " boots %" PRIu64 " settings lost %" PRIu64
           " bricks %" PRIu64 "\n",
           total->cuts, total->boots, total->broken[REPORT_SETTINGS],
           total->broken[REPORT_IMAGE] + total->broken[REPORT_BOOTS]);
    fflush(stdout);
    return all > 0 || total->cuts == 0;
}

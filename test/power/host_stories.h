/* The stories of the power-cut sweeps on the host: each makes its device, goes
 * its way with power cut everywhere, and reports a line into the total. */
#ifndef TEST_POWER_HOST_STORIES_H
#define TEST_POWER_HOST_STORIES_H

#include <stdbool.h>

#include "test/power/report.h"

/* is_full: every cut; else a sample that is always the same. */
void story_settings(bool is_full, struct report *total);
void story_update(bool is_full, struct report *total);
void story_revert(bool is_full, struct report *total);
void story_refused(bool is_full, struct report *total);
void story_rescue(bool is_full, struct report *total);
void story_reset(bool is_full, struct report *total);
void story_install(bool is_full, struct report *total);
void story_flashing(bool is_full, struct report *total);
/* The sweeps in test/format: all cuts, all pairs of them. folder is that of the
 * program that runs. */
void story_formats(const char *folder, struct report *total);

#endif

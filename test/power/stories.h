/* The stories of the power-cut sweep on the bench (sweep.h): what happens to a
 * device while its power is cut, and what must be true afterwards. */
#ifndef TEST_POWER_STORIES_H
#define TEST_POWER_STORIES_H

#include "test/power/sweep.h"

/* Settings are changed, one and many at a time, through a move of the log. */
extern const struct story story_settings;
/* The first start after an install over leftovers (leftovers.h): kind is the
 * row of leftovers. */
extern const struct story story_install;

#endif

/* The stories of the power-cut sweep on the bench (sweep.h): what happens to a
 * device while its power is cut, and what must be true afterwards. */
#ifndef TEST_POWER_STORIES_H
#define TEST_POWER_STORIES_H

#include "test/power/sweep.h"

/* Settings are changed, one and many at a time, through a move of the log; and
 * so often that it moves several times. */
extern const struct story story_settings, story_many_settings;
/* The first start after an install over leftovers (leftovers.h): kind is the
 * row of leftovers. */
extern const struct story story_install;

/* An update over the console, from its first byte until it is confirmed. */
extern const struct story story_update, story_back;
/* The same over the network (home.h): a web upload, and OtaUrl with Upgrade 1
 * over MQTT. */
extern const struct story story_upload, story_fetch;
/* The same of images that are left again. */
extern const struct story story_crash, story_mute;
/* Power goes on and off many times. */
extern const struct story story_rescue;

#endif

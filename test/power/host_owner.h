/* The owner of the device of the host sweeps: what they have set up, and that
 * it is all still there. */
#ifndef TEST_POWER_HOST_OWNER_H
#define TEST_POWER_HOST_OWNER_H

#include <stdbool.h>

/* The running device is set up: names, network, the owner's key for updates.
 * Waits until that is on flash. */
void owner_set_up(void);
/* Is everything as owner_set_up has left it, and of all that nothing? */
bool owner_has_all(void);
bool owner_has_nothing(void);
/* Promise 2, where the owner changes nothing. */
void owner_check(void);

/* A new device (host_new) that was in use for long: IMAGE_OLDER in slot B,
 * IMAGE_FIRST, which runs, in slot A, set up, up for half a minute. */
void owner_live(void);

/* The network is there: the radio says so. */
void owner_join(void);

/* No change waits to be written. */
bool owner_is_saved(void);

#endif

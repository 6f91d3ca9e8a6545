/* How the answer to hal_verify_start comes out of crypto.c, to whoever hands
 * the device its events: world.c, or a test's. */
#ifndef FIRMWARE_PORT_POSIX_CRYPTO_H
#define FIRMWARE_PORT_POSIX_CRYPTO_H

#include <stdbool.h>

/* True once after each hal_verify_start: then *is_right is the answer, for an
 * EVENT_VERIFIED. Ask at every step, never inside of device_handle. */
bool crypto_answer(bool *is_right);
/* The chip was reset: nobody waits any more. */
void crypto_forget(void);

#endif

/* How far pogo install has come with a device: a small text file in the current
 * folder, pogo-MAC.install, from its backup until all is done. No secrets in
 * it. */
#ifndef TOOL_INSTALL_STATE_H
#define TOOL_INSTALL_STATE_H

#include <stdbool.h>
#include <stdint.h>

#include "format/err.h"

#define INSTALL_MAC 13u /* "5CCF7FA1B2C3" */

struct install_state {
    char backup[64]; /* file with what was on the flash before; "": none */
    char image[33];  /* MD5 of the image that was written; "": none was */
};

void install_state_mac(const uint8_t mac[6], char out[INSTALL_MAC]);
/* Of "5C:CF:7F:A1:B2:C3"; false: it is no MAC address. */
bool install_state_mac_of(const char *text, char out[INSTALL_MAC]);

/* Is there a file of any device? */
bool install_state_is_any(void);
/* False, and empty: there is none of this device. */
bool install_state_read(const char *mac, struct install_state *out);
MUST_USE enum err install_state_keep(const char *mac,
                                     const struct install_state *state);
/* All is done with this device. */
void install_state_drop(const char *mac);

#endif

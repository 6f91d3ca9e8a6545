/* Multicast DNS as far as `pogo diy discover` needs it (RFC 6762, 6763): the
 * questions, and what answers say of devices. Bytes come from anyone in the
 * network. No sockets here: os_mdns.c has them. */
#ifndef TOOL_DIY_MDNS_H
#define TOOL_DIY_MDNS_H

#include "tool/diy_device.h"

#define MDNS_GROUP 0xE00000FBu /* 224.0.0.251 */
#define MDNS_UDP_PORT 5353u
#define DIY_MDNS_ROOM 512u

/* Ask who is there; or, of one device (its name), for what it has not said.
 * Returns the size. */
size_t diy_mdns_ask(uint8_t out[DIY_MDNS_ROOM], const char *name);

/* Take what a message says into the list. sender: whom it came from, whose
 * address a device has until it says another; interface: as in diy_device.
 * What is malformed is left out, and so is the 65th device. Returns how many
 * records of such devices it held. */
unsigned diy_mdns_read(struct diy_list *list, const uint8_t *bytes, size_t size,
                       const uint8_t sender[4], const char *interface);

#endif

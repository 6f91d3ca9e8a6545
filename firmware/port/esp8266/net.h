/* hal/net.h on espconn. News are told in espconn's callbacks, which the SDK's
 * task makes and which find the stack as it left it; what may not be done there
 * (to end a connection) waits for a task of its own, priority 2. Connections
 * and what they send are on the heap. */
#ifndef FIRMWARE_PORT_ESP8266_NET_H
#define FIRMWARE_PORT_ESP8266_NET_H

#include "firmware/hal/net.h"

/* Once, in user_init. Ports that were asked for before are opened now. */
void net_start(void (*hear)(const struct hal_net_event *event));
/* The station has got an address: multicast groups are joined anew. */
void net_joined(void);

#endif

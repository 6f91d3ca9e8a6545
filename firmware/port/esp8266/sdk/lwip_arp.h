/* Two functions of the lwIP in the SDK's archives (liblwip.a, libmain.a). They
 * are lwIP 1.4's and Espressif's glue; the SDK's include/ has no header with
 * them. */
#ifndef SDK_LWIP_ARP_H
#define SDK_LWIP_ARP_H

#include "c_types.h"
#include "ip_addr.h"

struct netif;

/* The interface, or NULL; 0: the station's. */
struct netif *eagle_lwip_getif(int index);
/* Ask who has this address; 0: it was sent. */
int8_t etharp_request(struct netif *netif, ip_addr_t *address);

#endif

#ifndef SDK_IP_ADDR_H
#define SDK_IP_ADDR_H

#include "c_types.h"

/* The bytes of the dotted text in their order in memory. */
struct ip_addr {
    uint32 addr;
};

typedef struct ip_addr ip_addr_t;

struct ip_info {
    struct ip_addr ip;
    struct ip_addr netmask;
    struct ip_addr gw;
};

#endif

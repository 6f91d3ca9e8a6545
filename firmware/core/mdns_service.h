/* The device in multicast DNS: <host name>.local, and its web page as a service
 * that browsers of the network list (SetOption55). The name is asked for before
 * it is used, and gets a number when another device has it; who asks is
 * answered only within the own network and not more often than once a second
 * for each record (RFC 6762, 6). A goodbye comes before a restart. */
#ifndef FIRMWARE_CORE_MDNS_SERVICE_H
#define FIRMWARE_CORE_MDNS_SERVICE_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/net.h"

#define MDNS_PROBES 3u      /* (RFC 6762, 8.1), ... */
#define MDNS_PROBE_MS 250u  /* ... so far apart */
#define MDNS_ANNOUNCES 2u   /* (8.3) */
#define MDNS_PAUSE_MS 1000u /* between those, and after a lost name */
/* Answers to single askers between two ticks: who fakes their addresses has
 * nobody flooded. */
#define MDNS_SINGLES 2u

struct device;
struct text;

/* The fields are the service's own. */
struct mdns_service {
    bool is_open;
    uint8_t handle;   /* while it is */
    uint8_t step;     /* probes and announcements made */
    uint8_t number;   /* 0: the host name itself, 1: with "-2", ... */
    uint8_t wanted;   /* mdns.h's bits, to be said at the next tick */
    uint8_t said;     /* those of the last second */
    uint8_t singles;  /* answered since the last tick */
    uint8_t ip[4];    /* that was announced */
    uint32_t next_ms; /* when the next step is due */
    uint32_t said_ms;
};

void mdns_tick(struct device *dev);
/* EVENT_NET. False: it is not about this. */
bool mdns_handle(struct device *dev, const struct hal_net_event *event);
/* The host name is going to change: say goodbye with the old one. */
void mdns_stop(struct device *dev);
/* What stands behind the host name in mDNS: "-2", or nothing. */
void mdns_put_number(const struct device *dev, struct text *out);

#endif

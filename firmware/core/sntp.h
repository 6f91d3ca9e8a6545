/* The time from the network (SNTP; tasmota.md A.8): NtpServer1 to 3, the
 * router, then one of pool.ntp.org, each asked in turn until one answers. At
 * once when there is a network; after an answer at the next full hour and a few
 * seconds more, which are the chip's own, so that not all devices ask together.
 * While nobody answers pauses grow, and never end: the time goes on by itself.
 */
#ifndef FIRMWARE_CORE_SNTP_H
#define FIRMWARE_CORE_SNTP_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/net.h"

#define SNTP_ANSWER_MS 1000u /* a server's time to answer */
#define SNTP_NAME_MS 10000u  /* the DNS's */
/* Between two rounds through all servers, the first time; it doubles up to the
 * other. No server may be asked more often than each 15 s (RFC 4330, 10). */
#define SNTP_PAUSE_S 16u
#define SNTP_PAUSE_MOST_S 1024u
/* After the full hour: 3 s, and up to so many more by the chip's id. */
#define SNTP_AFTER_S 3u
#define SNTP_SPREAD_S 46u

struct device;

enum sntp_state { SNTP_WAITING, SNTP_RESOLVING, SNTP_ASKED };

/* The fields are sntp.c's own. */
struct sntp {
    uint32_t at_ms; /* of the next question, or when this one has failed */
    uint32_t cookie[2];
    uint8_t ip[4];  /* who was asked */
    uint8_t state;  /* enum sntp_state */
    uint8_t server; /* whose turn it is */
    uint8_t rounds; /* since the last answer: all servers failed */
    uint8_t socket; /* while SNTP_ASKED */
    bool has_network;
    bool is_off; /* the owner has set the time */
};

void sntp_tick(struct device *dev);
/* EVENT_NET. False: it is not about the time. */
bool sntp_handle(struct device *dev, const struct hal_net_event *event);
/* The owner has set the time: nobody is asked any more; or ask again. */
void sntp_off(struct device *dev);
void sntp_on(struct device *dev);
/* NtpServer was changed: the first one is asked soon. */
void sntp_changed(struct device *dev);

#endif

/* An update that the device fetches itself, over HTTP from OtaUrl
 * (tasmota.md G.2): the name's address, a connection, GET, and the file's bytes
 * into update.h, which judges them and says what became of them as it does for
 * every update. From the first step on it is the one update that may go on.
 *
 * Nothing waits: each step is an event, and has a time-out. */
#ifndef FIRMWARE_CORE_UPDATE_FETCH_H
#define FIRMWARE_CORE_UPDATE_FETCH_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/net.h"
#include "firmware/net/http_answer.h"

/* From the command to the connection, and to the head of the answer. The file's
 * own time-out is UPDATE_STALL_MS. */
#define UPDATE_FETCH_MS 15000u

struct device;

enum update_fetch_state {
    FETCH_IDLE,
    FETCH_WAITING, /* somebody else asks for a name */
    FETCH_RESOLVING,
    FETCH_CONNECTING,
    FETCH_ASKED, /* GET was sent */
    FETCH_BODY
};

/* The fields are its own. */
struct update_fetch {
    uint8_t state;     /* enum update_fetch_state */
    uint8_t socket;    /* from FETCH_CONNECTING on */
    uint32_t since_ms; /* of the command, of the connection */
    uint32_t left;     /* bytes of the file that are to come, where known */
    struct http_answer answer;
};

/* Begin. What stands in the way is told as the update's failure: another
 * update, no network, a url that is none, https:, a file for other firmware. */
void update_fetch_begin(struct device *dev);
/* EVENT_NET. False: it is not about this. */
bool update_fetch_handle(struct device *dev, const struct hal_net_event *event);
/* Time-outs; after update.h's own. */
void update_fetch_tick(struct device *dev);

#endif

/* The radio of a device that is a Linux process: one station and one access
 * point in the air of format/air.h. It tells the same news and says the same
 * event lines as the bench's, about as fast; it has no traffic, and a search
 * does not silence its access point. A Linux process can't take an address of
 * its own choice: one that the device sets is what it is told, no more. The
 * clock is the caller's, in ms. */
#ifndef FIRMWARE_PORT_POSIX_RADIO_H
#define FIRMWARE_PORT_POSIX_RADIO_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/core/heard.h"
#include "firmware/hal/wifi.h"
#include "format/air.h"
#include "format/control.h"

#define RADIO_TEXT 65536u /* of an air file, more than an air has room for */

enum radio_step {
    RADIO_OFF,
    RADIO_SEEK,    /* looks for the network, finds it or not at due_ms */
    RADIO_DENIED,  /* found it, and the password is wrong */
    RADIO_ADDRESS, /* joined, waits for an address */
    RADIO_UP,
    RADIO_SILENT /* nothing is heard of it any more */
};

struct radio {
    struct air air;
    void (*say)(void *ctx, const char *line);
    void *ctx;
    uint64_t now_ms;
    char host[HAL_SSID_SIZE + 1]; /* who asks for it; empty: nobody */
    uint8_t ip[4]; /* what DHCP gives; 127.0.0.1 unless the caller changes it */

    enum radio_step step;
    char ssid[HAL_SSID_SIZE + 1], password[HAL_PASSWORD_SIZE + 1];
    bool is_fixed; /* the device has set its addresses ... */
    uint32_t fixed[HAL_WIFI_ADDRESSES]; /* ... to these; who talks to it uses
                                           ip all the same */
    uint8_t channel, bssid[6];          /* channel 0: any */
    unsigned ap;                        /* of the air's, from RADIO_DENIED on */
    uint64_t due_ms, since_ms;
    uint8_t failure; /* the last attempt's reason; people hear of it once */

    bool is_scanning;
    uint64_t scanned_ms; /* when it is over */
    struct heard heard;

    bool is_showing;
    char shown[HAL_SSID_SIZE + 1], shown_password[HAL_PASSWORD_SIZE + 1];
    bool is_phone_joining, is_phone_joined;
    uint64_t phone_ms; /* when a joining one has joined */
};

/* An air without networks, and everything off. */
void radio_init(struct radio *radio, void (*say)(void *ctx, const char *line),
                void *ctx);
/* Read an air file. What is wrong in it is in wrong, without the file's name,
 * as `:LINE: WHAT` and a line of what to try; empty: it could not be read. */
MUST_USE enum err radio_load(struct radio *radio, const char *path, char *wrong,
                             size_t room);
/* The device lost power or starts again. */
void radio_reset(struct radio *radio);
/* A millisecond has passed. True: the device is to hear this. */
bool radio_step(struct radio *radio, uint64_t now_ms,
                struct hal_wifi_event *out);

/* hal/wifi.h */
void radio_name(struct radio *radio, const char *name);
void radio_join(struct radio *radio, const struct hal_wifi_target *target);
void radio_facts(const struct radio *radio, struct hal_wifi_facts *out);
void radio_leave(struct radio *radio);
void radio_show(struct radio *radio, const char *ssid, const char *password);
void radio_hide(struct radio *radio);
bool radio_scan(struct radio *radio);
int radio_signal(const struct radio *radio);
unsigned radio_guests(const struct radio *radio);
/* In a network, with an address. */
bool radio_is_up(const struct radio *radio);

/* Lines of the kind CONTROL_OF_AIR. */
MUST_USE enum err radio_control(struct radio *radio,
                                const struct control *control);

/* Between radio.c, radio_phone.c and radio_scan.c. */

/* Is this access point in reach, and how is it now? */
bool radio_hears(const struct radio *radio, unsigned ap, struct air_state *now);
/* True: a scan is over, and *out says so. */
bool radio_scan_step(struct radio *radio, struct hal_wifi_event *out);
/* The time of so many channels, in ms. */
#define RADIO_CHANNEL_MS 180u
#define RADIO_CHANNELS 13u

/* `BEFORE "NAME"AFTER` to people. */
void radio_say(struct radio *radio, const char *before, const char *name,
               const char *after);
void radio_phone_step(struct radio *radio);
void radio_hide_because(struct radio *radio, const char *why);

#endif

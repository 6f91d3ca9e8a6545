/* Devices in the DIY mode of their vendor's firmware: what is known of them,
 * from multicast DNS (diy_mdns.h) and from their answers (diy_protocol.h).
 * Texts are without control characters, so that they can go to a terminal as
 * they are.
 *
 * Source of all facts: ITEAD's protocol documents 1.4 (2019) and 2.0 (2020);
 * docs/diy.md has them in short. Nothing here was tried on a real device. */
#ifndef TOOL_DIY_DEVICE_H
#define TOOL_DIY_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DIY_PORT 8081u
#define DIY_DEVICES 64u
#define DIY_NAME 64u       /* one label of a name, and NUL */
#define DIY_DATA 1000u     /* data1 to data4, at most 249 bytes each, and NUL */
#define DIY_IMAGE 520192u  /* the largest image: 508 KB */
#define DIY_PAUSE_MS 200u  /* from one request to the next */
#define DIY_PULSE_MIN 500u /* ms; and the unit of pulses */
#define DIY_PULSE_MAX 36000000u

struct diy_device {
    char name[DIY_NAME]; /* of the service: "eWeLink_1000a2b3c4" */
    char host[DIY_NAME];
    char id[DIY_NAME];        /* "": not said */
    char type[DIY_NAME];      /* "diy_plug" */
    char interface[DIY_NAME]; /* on which it was heard; "" */
    uint8_t ip[4];
    uint16_t port;       /* 0: not said yet */
    bool has_address;    /* it said its own; else ip is the sender's */
    bool has_text;       /* type and data were heard */
    bool is_encrypted;   /* not in DIY mode */
    char data[DIY_DATA]; /* JSON; "" */
};

struct diy_list {
    struct diy_device row[DIY_DEVICES];
    unsigned count;
};

/* What it says of itself; what was not said is false, 0 or "". */
struct diy_state {
    bool has_switch, is_on;
    char startup[8]; /* "on", "off", "stay" */
    bool has_pulse, is_pulse;
    unsigned pulse_ms;
    bool has_unlock, is_unlocked;
    bool has_signal;
    int signal_dbm;
    char ssid[33];
    char bssid[18];
    char version[24]; /* of the vendor's firmware */
    char id[DIY_NAME];
    bool is_bench; /* pogo bench --stock; no real device says so */
};

/* Put text where people read it: what would move a terminal becomes '?'. */
void diy_text(char *out, size_t room, const char *text, size_t size);

#endif

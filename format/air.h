/* clang-format off */
/* The air file: which access points are around a virtual device, what happens
 * to them and when, and which names the DNS knows. Text, one thing per line:
 *
 *   ap "home" password "correct horse" channel 6 rssi -60
 *   at 60000 down "home"
 *   host broker.local 127.0.0.1
 *
 * Names and passwords may be bare words or "quoted" (word.h); # begins a
 * comment. After `ap NAME`, in any order:
 *
 *   password TEXT            8 to 63 bytes; wep: 5 or 13; without it: open
 *   open|wep|wpa|wpa2|wpa/wpa2|wpa2/wpa3|wpa3    default wpa2 with a password
 *   pmf                      protected management frames are required
 *   hidden                   its beacons do not say its name
 *   channel N                1 to 14, default 1; with 5ghz 32 to 177
 *   5ghz                     the chip has no receiver for it
 *   rssi N                   dBm, -100 to 0, default -50
 *   bssid AA:BB:…            default: made from the name
 *   dhcp off                 nobody gives addresses
 *   dhcp slow MS             it takes so long; default 1000
 *   wrong-password REASON    how it ends: 15 (default), 2, 202 or 204
 *
 * After `at MS` (since the start of the bench; in any order): `down NAME`, `up
 * NAME`, `password NAME TEXT`, `refuse NAME for MS` (every password is wrong),
 * `rssi NAME N`, `kick NAME [REASON]` (default 3). Several access points may
 * have one name; what is said of a name is said of all of them, what is
 * said of a bssid in its place of that one alone.
 *
 * docs/bench.md tells people. Pure: no clock, no memory but the caller's. */
/* clang-format on */
#ifndef FORMAT_AIR_H
#define FORMAT_AIR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define AIR_APS 32u
#define AIR_EVENTS 64u
#define AIR_HOSTS 32u
#define AIR_NAME 32u     /* bytes of an SSID (IEEE 802.11) */
#define AIR_PASSWORD 63u /* bytes of a WPA passphrase (IEEE 802.11) */
#define AIR_HOST 63u
#define AIR_NEVER UINT64_MAX

enum air_security {
    AIR_OPEN,
    AIR_WEP,
    AIR_WPA,
    AIR_WPA2,
    AIR_WPA_WPA2,
    AIR_WPA2_WPA3,
    AIR_WPA3
};

struct air_ap {
    char name[AIR_NAME + 1];
    size_t name_size;
    char password[AIR_PASSWORD + 1]; /* empty: open */
    enum air_security security;
    unsigned channel;
    int rssi;
    uint8_t bssid[6];
    bool is_hidden, is_5ghz, is_pmf_required;
    bool has_dhcp;
    uint32_t dhcp_ms;
    uint8_t wrong_reason;
};

enum air_change {
    AIR_DOWN,
    AIR_UP,
    AIR_NEW_PASSWORD,
    AIR_REFUSE, /* number: ms */
    AIR_RSSI,   /* number */
    AIR_KICK    /* number: reason */
};

struct air_event {
    uint64_t ms;
    enum air_change change;
    unsigned ap;  /* index of the first access point of that name ... */
    bool is_only; /* ... or of the one that it is about alone */
    int64_t number;
    char password[AIR_PASSWORD + 1];
};

struct air_host {
    char name[AIR_HOST + 1];
    uint32_t ip; /* host order */
};

struct air {
    struct air_ap ap[AIR_APS];
    unsigned ap_count;
    struct air_event event[AIR_EVENTS]; /* by time */
    unsigned event_count;
    struct air_host host[AIR_HOSTS];
    unsigned host_count;
};

/* Why a text was refused. */
struct air_error {
    unsigned line;    /* from 1 */
    const char *what; /* "no such option" */
    const char *hint; /* what to try */
    char word[40];    /* the word in question, may be cut; "": the line */
};

/* Read a whole text. ERR_FORMAT, or ERR_NO_ROOM when there are too many lines
 * of a kind; *error then says where and why, and *out is not to be used. */
MUST_USE enum err air_parse(const char *text, size_t size, struct air *out,
                            struct air_error *error);
/* One change, as it stands after `at MS`, to happen at `ms`. */
MUST_USE enum err air_add(struct air *air, uint64_t ms, const char *text,
                          struct air_error *error);

/* How an access point is at a moment. */
struct air_state {
    bool is_up;
    bool is_refusing; /* every password is wrong */
    int rssi;
    const char *password; /* in the air */
};
void air_state(const struct air *air, unsigned ap, uint64_t ms,
               struct air_state *out);
/* When something about this access point changes next, after `ms`. */
uint64_t air_next(const struct air *air, unsigned ap, uint64_t ms);
/* Did it throw its stations out after `from`, up to and with `to`? A new
 * password does so too. 0: no; else the reason, 802.11's. */
uint8_t air_kicked(const struct air *air, unsigned ap, uint64_t from,
                   uint64_t to);

/* What the DNS knows: *ip in host order. Upper and lower case are one. */
bool air_host(const struct air *air, const char *name, uint32_t *ip);

#endif

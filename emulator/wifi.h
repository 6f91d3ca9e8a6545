/* The chip's radio as the SDK drives it: one station and one soft AP in the air
 * of format/air.h. What the SDK's functions do with it is in sdk_wifi*.c; who
 * talks over it is in net.h.
 *
 * Nothing here happens per beacon: an event is on the clock only while
 * something is going to change, so an idle device with Wi-Fi up costs nothing.
 * Times are the chip's clock; where they come from is said in
 * wifi_station.c. */
#ifndef EMULATOR_WIFI_H
#define EMULATOR_WIFI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/clock.h"
#include "format/air.h"

struct chip;

/* IPv4 addresses here are in host order: 127.80.0.1 is 0x7F500001. */
#define WIFI_ADDRESS 0x7F500001u /* when chip_config.address is 0 */
#define WIFI_MASK 0xFF000000u
#define WIFI_GATEWAY 0x7F000001u /* and DNS */
#define WIFI_AP_ADDRESS 0xC0A80401u
#define WIFI_AP_MASK 0xFFFFFF00u

/* Values of the public API. */
enum { WIFI_NULL_MODE, WIFI_STATION_MODE, WIFI_AP_MODE, WIFI_BOTH_MODE };
enum wifi_auth {
    WIFI_AUTH_OPEN,
    WIFI_AUTH_WEP,
    WIFI_AUTH_WPA,
    WIFI_AUTH_WPA2,
    WIFI_AUTH_WPA_WPA2
};
enum wifi_status {
    WIFI_IDLE,
    WIFI_CONNECTING,
    WIFI_WRONG_PASSWORD,
    WIFI_NO_AP,
    WIFI_FAILED,
    WIFI_GOT_IP
};
enum wifi_reason {
    WIFI_REASON_AUTH_EXPIRE = 2,
    WIFI_REASON_NOT_ASSOCIATED = 7,
    WIFI_REASON_LEAVE = 8,
    WIFI_REASON_HANDSHAKE = 15,
    WIFI_REASON_BEACON = 200,
    WIFI_REASON_NO_AP = 201,
    WIFI_REASON_AUTH_FAIL = 202,
    WIFI_REASON_HANDSHAKE_TIMEOUT = 204
};
enum wifi_event_kind {
    WIFI_EVENT_CONNECTED,
    WIFI_EVENT_DISCONNECTED,
    WIFI_EVENT_AUTH_CHANGE,
    WIFI_EVENT_GOT_IP,
    WIFI_EVENT_DHCP_TIMEOUT,
    WIFI_EVENT_STA_JOINED,
    WIFI_EVENT_STA_LEFT,
    WIFI_EVENT_PROBE,
    WIFI_EVENT_OPMODE,
    WIFI_EVENT_STA_IP
};

/* What the SDK tells the guest. */
struct wifi_event {
    enum wifi_event_kind kind;
    uint8_t name[AIR_NAME], name_size;
    uint8_t mac[6]; /* an access point's bssid or a station's */
    uint8_t channel, reason, aid, before, after;
    int rssi;
    uint32_t ip, mask, gateway;
};

/* What the station looks for: struct station_config. */
struct wifi_target {
    uint8_t name[AIR_NAME];
    size_t name_size; /* 0: nothing is set */
    char password[65];
    unsigned channel; /* begin here; 0: with the first */
    bool has_bssid;
    uint8_t bssid[6];
    int least_rssi; /* 0: any */
    enum wifi_auth least_auth;
    bool is_open_refused; /* and WEP */
    bool is_choosing;     /* hear all channels, take the strongest */
};

enum wifi_step {
    WIFI_STEP_OFF,       /* nothing is wanted */
    WIFI_STEP_SEEK,      /* channel after channel */
    WIFI_STEP_JOIN,      /* authentication, association, handshake */
    WIFI_STEP_EXPIRE,    /* the access point does not answer */
    WIFI_STEP_DENIED,    /* the handshake is going wrong */
    WIFI_STEP_DHCP,      /* joined, no address yet */
    WIFI_STEP_UP,        /* joined, with address */
    WIFI_STEP_SILENT,    /* no beacons any more; the SDK does not say so yet */
    WIFI_STEP_FORGOTTEN, /* it is back and does not know the station */
    WIFI_STEP_PAUSE      /* until the next attempt */
};

struct wifi_station {
    struct wifi_target target;
    enum wifi_step step;
    enum wifi_status status;
    unsigned ap;              /* from WIFI_STEP_JOIN on: which of the air's */
    uint64_t since_ms;        /* changes of the air up to here have been seen */
    enum wifi_auth last_auth; /* of the last one that was joined */
    bool has_joined;          /* last_auth means something */
    bool has_dhcp_failed;     /* the time-out has been told */
    bool was_down;            /* SILENT: it was off, not only far */
    bool has_ip;
    uint8_t failure; /* the last attempt's reason, told to people; 0: none */
    bool is_dhcp_on;
    uint8_t host[33]; /* what DHCP tells the router; empty: the SDK's own */
    uint32_t fixed_ip, fixed_mask, fixed_gateway; /* with DHCP off */
    bool is_auto;              /* connects by itself after the start */
    bool is_reconnecting;      /* tries again by itself */
    struct clock_event due;    /* the end of the step */
    struct clock_event change; /* the air changes, or DHCP gives up */
};

/* struct softap_config */
struct wifi_ap {
    uint8_t name[AIR_NAME];
    size_t name_size;
    char password[65];
    unsigned channel;
    enum wifi_auth auth;
    bool is_hidden;
    unsigned room; /* for stations */
    unsigned beacon_ms;
    uint32_t ip, mask, gateway;
    bool is_dhcps_on;
    bool has_lease; /* a range was set */
    uint32_t first_ip, last_ip;
};

/* The one phone on the bench. */
struct wifi_phone {
    bool is_joining, is_joined; /* associated */
    bool has_ip;
    unsigned searches; /* of the station, in vain, since it has joined */
    uint32_t ip;
    uint8_t mac[6];
    struct clock_event due;
};

/* A scan that the guest asked for. */
struct wifi_scan {
    bool is_running;
    uint8_t name[AIR_NAME];
    size_t name_size; /* 0: all */
    bool has_bssid;
    uint8_t bssid[6];
    unsigned channel; /* 0: all */
    bool is_showing_hidden, is_passive;
    uint32_t callback; /* guest function */
    struct clock_event due;
};

struct wifi {
    unsigned mode;
    bool is_ready; /* user_init has returned */
    struct wifi_station station;
    struct wifi_ap ap;
    struct wifi_phone phone;
    struct wifi_scan scan;
    unsigned first_channel, channels; /* the country's */
    uint8_t mac[2][6];                /* station, soft AP */
};

/* What stands in the air when no file was given: nothing. */
extern const struct air wifi_empty_air;

void wifi_init(struct chip *chip);
/* Reset or power off: nobody is told but the phone. */
void wifi_reset(struct chip *chip);
/* user_init has returned: who connects by himself does so. */
void wifi_ready(struct chip *chip);
void wifi_set_mode(struct chip *chip, unsigned mode);
/* The air file itself was changed (air_add). */
void wifi_air_changed(struct chip *chip);

/* The station is associated and has its address; *ip (may be NULL) is it. */
bool wifi_station_is_up(const struct chip *chip, uint32_t *ip);
/* A phone has joined the soft AP. *ap_ip and *phone_ip (may be NULL). */
bool wifi_phone_is_joined(const struct chip *chip, uint32_t *ap_ip,
                          uint32_t *phone_ip);

/* ---- station ---- */
void wifi_station_connect(struct chip *chip);
/* Leave, and try no more. */
void wifi_station_disconnect(struct chip *chip);
/* Associated, with or without address. */
bool wifi_station_is_joined(const struct chip *chip);
/* Between the wish and the association: no scan is possible. */
bool wifi_station_is_trying(const struct chip *chip);
void wifi_station_set_dhcp(struct chip *chip, bool is_on);
/* The address in use or 0.0.0.0. */
void wifi_station_ip(const struct chip *chip, uint32_t *ip, uint32_t *mask,
                     uint32_t *gateway);
/* Does the chip hear this access point's beacons, on a channel it may use? */
bool wifi_hears(const struct chip *chip, unsigned ap, struct air_state *state);
/* As the chip names its security. */
enum wifi_auth wifi_auth_of(const struct air_ap *ap);
const struct air *wifi_air(const struct chip *chip);

/* ---- soft AP ---- */
bool wifi_ap_is_on(const struct chip *chip);
/* Its settings have changed: who was joined must join again. */
void wifi_ap_restart(struct chip *chip);
/* The phone tries to; events say how it goes. name_size 0: whichever it sees.
 */
void wifi_phone_join(struct chip *chip, const char *name, size_t name_size,
                     const char *password);
void wifi_phone_leave(struct chip *chip);

/* sdk_wifi.c: tell the guest. */
void sdk_wifi_tell(struct chip *chip, const struct wifi_event *event);

/* wifi.c: a name in quotes for event lines; room as WIFI_QUOTED. */
#define WIFI_QUOTED (4u * AIR_NAME + 3u)
const char *wifi_quote(const void *name, size_t size, char *out);
/* "192.168.4.1"; out holds 16. */
const char *wifi_ip_text(uint32_t ip, char *out);

#endif

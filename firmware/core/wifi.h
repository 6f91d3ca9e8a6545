/* The network that this device joins, and its access point for set-up. Retries
 * never give up and never block; the log says in plain words what it is trying
 * and why it failed. Without a network the access point is always there
 * (promise 6); rescue opens it for a time. */
#ifndef FIRMWARE_CORE_WIFI_H
#define FIRMWARE_CORE_WIFI_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/wifi.h"

#define WIFI_NETWORKS 2u            /* SSId1, SSId2 */
#define WIFI_NAME 32u               /* an access point's, and a host's */
#define WIFI_NAME_PATTERN "%s-%04d" /* topic, chip: Hostname's default */
#define WIFI_RETRY_MS 5000u         /* after a failure, the first time */
#define WIFI_RETRY_MOST_MS 60000u   /* ... and it doubles up to this */
#define WIFI_REST_MS 5000u          /* while somebody is on the access point */
#define WIFI_ATTEMPT_MS 45000u      /* no news of an attempt: it has failed */
#define WIFI_HELD_MS 10000u  /* a connection that held so long was good */
#define WIFI_CHANGE_MS 2000u /* from the last change to its effect */
#define WIFI_LEAVE_MS 1000u  /* from a trial's answer to leaving for it */

struct device;
struct text;

enum wifi_state {
    WIFI_OFF,
    WIFI_JOINING,
    WIFI_JOINED,
    WIFI_WAITING,
    WIFI_TRYING /* one that is not set up: wifi_try */
};

#define WIFI_SCAN_MS 10000u      /* no news of a scan: it has failed */
#define WIFI_SCAN_WAIT_MS 60000u /* so long it waits for the radio */
#define WIFI_SCAN_KEPT_MS 60000u /* then its results are freed */

/* The access point of WIFI_CONFIG_MANAGER; and from the last change of networks
 * and from the join on, for who is on it then. */
#define WIFI_AP_MS 180000u
#define WIFI_RESTART_S 600u
#define WIFI_AP_LEFT_MS 30000u /* joined, and nobody is on it any more */

/* What follows when no network can be joined, besides trying again for ever
 * (tasmota.md C.2). */
enum wifi_config {
    WIFI_CONFIG_RESTART = 0,   /* once, WIFI_RESTART_S after one was lost, the
                                  device restarts; else as WIFI_CONFIG_RETRY */
    WIFI_CONFIG_SMART = 1,     /* an app, long ago: as WIFI_CONFIG_MANAGER */
    WIFI_CONFIG_MANAGER = 2,   /* the access point opens, for WIFI_AP_MS,
                                  once until a network is joined again */
    WIFI_CONFIG_OLD = 3,       /* the same: WPS, long ago */
    WIFI_CONFIG_RETRY = 4,     /* the other network is tried */
    WIFI_CONFIG_WAIT = 5,      /* the other network is not tried */
    WIFI_CONFIG_SERIAL = 6,    /* as WIFI_CONFIG_RETRY: the console is always
                                  there */
    WIFI_CONFIG_RESTRICTED = 7 /* as WIFI_CONFIG_MANAGER, but who is on it needs
                                  the web's password, also the made one */
};

enum wifi_scan {
    WIFI_SCAN_NONE,
    WIFI_SCAN_ASKED, /* the radio is joining: it comes after that */
    WIFI_SCAN_RUNNING,
    WIFI_SCAN_DONE, /* hal_wifi_heard has what was found */
    WIFI_SCAN_FAILED
};

struct wifi {
    enum wifi_state state;
    uint8_t scan;                /* enum wifi_scan */
    uint8_t chosen;              /* by Ap, for the next change; 0: none */
    uint8_t trial_keeps;         /* enum wifi_keep, of the trial */
    uint16_t shown;              /* digest of the access point's password */
    uint8_t network;             /* 0-based, which one is tried or joined */
    uint8_t tried;               /* bit per network, since the last pause */
    uint8_t told[WIFI_NETWORKS]; /* the failure explained last; 0: none */
    uint8_t
        trial; /* what came of the last wifi_try: hal_wifi_change + 1, or 0 */
    bool has_started;            /* the first tick has come */
    bool is_showing;             /* the access point is there */
    bool is_direct;              /* to where it was: wifi_place.c */
    bool is_resting;             /* somebody is on it, tries wait */
    bool is_manager;             /* WIFI_CONFIG_MANAGER: it is open ... */
    bool was_manager;            /* ... or was, since the last connection */
    bool is_kept;                /* for who was on it when networks changed */
    bool is_leaving;             /* for a trial, at retry_ms */
    bool returns;                /* a trial that fails ends where it began */
    bool has_changes;            /* settings take effect at change_ms */
    uint8_t ip[4], channel;      /* while WIFI_JOINED, or that of the trial;
                                    channel 0: not known */
    uint16_t link_count;         /* how often it has joined */
    uint32_t since_ms;           /* of the attempt, of the connection */
    uint32_t retry_ms, pause_ms; /* when, and after how long */
    uint32_t change_ms;
    uint32_t ap_ms;          /* when is_manager and is_kept end */
    uint32_t scan_ms;        /* since when the scan is what it is */
    uint32_t used;           /* digest of the name and password in use */
    uint32_t arp_ms;         /* when it told its address last */
    bool is_awake;           /* the radio was told not to sleep */
    uint32_t lost_s, down_s; /* when it was lost; seconds without it */
};

/* At every tick. The radio starts with one of the first, because nothing of it
 * may hold up the relays. */
void wifi_tick(struct device *dev);
/* EVENT_WIFI */
void wifi_handle(struct device *dev, const struct hal_wifi_event *event);
/* SSId or Password was changed. It takes effect a little later, because the
 * other one of the two often follows; a connection goes on if it was not
 * meant. */
void wifi_changed(struct device *dev);
/* Where a network goes when its trial was good: WifiTest0 to 3. */
enum wifi_keep {
    WIFI_KEEP_AND_RESTART, /* the first network */
    WIFI_KEEP_FIRST,
    WIFI_KEEP_SECOND,
    WIFI_KEEP_NOT
};

/* Is this right? Joins the network; the access point stays. When it gave an
 * address and is to be kept, the device stays there. Else it leaves it again,
 * and is back in the network that it was in before at once; settings are then
 * as they were. False: not now, because of another trial or an update. */
bool wifi_try(struct device *dev, const char *ssid, const char *password,
              enum wifi_keep keep);
/* Go to this network (0-based), as after a change of settings; not kept over a
 * restart. False: it is not set up. */
bool wifi_choose(struct device *dev, unsigned network);
/* A trial is going to be begun in WIFI_LEAVE_MS, so that who asked for it can
 * be answered before the device leaves the network that he is in. False: not
 * now.
 */
bool wifi_try_soon(struct device *dev);
/* That time has come. */
bool wifi_try_is_due(const struct device *dev);
/* What came of it, in Tasmota's words. */
const char *wifi_trial_text(const struct device *dev);
/* It was joined; until something else is joined, wifi.ip is what it gave. */
bool wifi_trial_is_good(const struct device *dev);
/* The owner's addresses, into room, which a mask that is not set is
 * 255.255.255.0 in, and the first DNS server the gateway. Room, or NULL when
 * DHCP gives all of them. */
const uint32_t *wifi_addresses(const struct device *dev,
                               uint32_t room[HAL_WIFI_ADDRESSES]);
/* wifi.ip, as text. */
void wifi_put_ip(const struct device *dev, struct text *out);
/* A network is set up. */
bool wifi_is_wanted(const struct device *dev);

/* Look for networks; a connection goes on. What was found before is freed.
 * wifi.scan tells how it stands. */
void wifi_scan_ask(struct device *dev);

/* The name in the network, and of the access point: Hostname, or Tasmota's
 * pattern, topic and four digits of the chip's id (tasmota.md A.1, A.5, C.1),
 * because the guides and tools that people have look for it. 1 to WIFI_NAME
 * letters, digits and '-', which is never the first. */
void wifi_host_name(struct device *dev, struct text *out);

#endif

/* Everything a person can set: one row per setting, the values in one struct,
 * and how they are kept on flash (format/settings_log.h, docs/flash.md).
 *
 * All parts of the core read the struct. A command changes it and calls
 * device_setting_changed; a second later what differs from flash is written as
 * one commit. A value that is its default is not on flash at all. */
#ifndef FIRMWARE_CORE_SETTINGS_H
#define FIRMWARE_CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/template.h"
#include "firmware/hal/flash.h"
#include "format/settings_log.h"

#define SETTINGS_RELAYS 8u
#define SETTINGS_SWITCHES 8u
#define SETTINGS_NAME 32u
#define SETTINGS_OTA_KEY 64u    /* firmware/hal/crypto.h */
#define SETTINGS_INTERLOCKS 4u  /* groups */
#define SETTINGS_STATE_TEXTS 4u /* OFF, ON, TOGGLE, HOLD ... */
#define SETTINGS_STATE_TEXT 10u /* ... and their longest */
#define SETTINGS_NETWORKS 2u
#define SETTINGS_ADDRESSES 5u /* enum hal_wifi_address */
#define SETTINGS_AP_PASSWORD 63u
#define SETTINGS_SSID 32u     /* bytes, and ... */
#define SETTINGS_PASSWORD 64u /* ... as firmware/hal/wifi.h has them */
#define SETTINGS_HOST 64u     /* firmware/hal/net.h */
#define SETTINGS_URL 99u
#define SETTINGS_NTP_SERVERS 3u
#define SETTINGS_FULL_TOPIC 64u
#define SETTINGS_GROUPS 4u
#define SETTINGS_SWITCH_TEXT 16u
#define SETTINGS_PREFIXES 3u /* cmnd, stat, tele */
#define SETTINGS_PREFIX 10u
/* Bytes of a change of every setting at once: a test counts them. */
#define SETTINGS_WORK 2688u

/* Numbers are on flash: never change one, never use one again. */
enum settings_key {
    KEY_NONE = 0,
    KEY_MODULE = 1,
    KEY_TEMPLATE_NAME = 2,
    KEY_TEMPLATE_PIN = 3,
    KEY_TEMPLATE_BASE = 4,
    KEY_USER_PIN = 5,
    KEY_POWER = 6,
    KEY_POWER_ON_STATE = 7,
    KEY_PULSE_TIME = 8,
    KEY_SWITCH_MODE = 9,
    KEY_BUTTON_DEBOUNCE = 10,
    KEY_SWITCH_DEBOUNCE = 11,
    KEY_LED_STATE = 12,
    KEY_LED_POWER = 13,
    KEY_SERIAL_LOG = 14,
    KEY_FRIENDLY_NAME = 15,
    KEY_DEVICE_NAME = 16,
    KEY_TOPIC = 17,
    KEY_BLINK_TIME = 18,
    KEY_BLINK_COUNT = 19,
    KEY_BOOT_COUNT = 20,
    KEY_SAVE_COUNT = 21,
    KEY_OPTION = 22,
    KEY_HOLD_TIME = 23,
    KEY_BACKLOG_DELAY = 24,
    KEY_OTA_KEY = 25,
    KEY_QUICK_STARTS = 26,
    KEY_SSID = 27,
    KEY_PASSWORD = 28,
    KEY_UPDATE_EXPECTS = 29,
    KEY_WEB_LOG = 30,
    KEY_MQTT_LOG = 31,
    KEY_MQTT_HOST = 32,
    KEY_MQTT_PORT = 33,
    KEY_MQTT_USER = 34,
    KEY_MQTT_PASSWORD = 35,
    KEY_MQTT_CLIENT = 36,
    KEY_MQTT_RETRY = 37,
    KEY_MQTT_KEEP_ALIVE = 38,
    KEY_FULL_TOPIC = 39,
    KEY_INTERLOCK = 40,
    KEY_POWER_LOCK = 41,
    KEY_LED_MASK = 42,
    KEY_STATE_TEXT = 43,
    KEY_SAVE_DATA = 44,
    KEY_GROUP_TOPIC = 45,
    KEY_PREFIX = 46,
    KEY_TELE_PERIOD = 47,
    KEY_RETAIN = 48,
    KEY_WEB_AUTH = 49,
    KEY_WEB_PASSWORD = 50,
    KEY_WEB_SERVER = 51,
    KEY_CORS = 52,
    KEY_BUTTON_TOPIC = 56,
    KEY_SWITCH_TOPIC = 57,
    KEY_SWITCH_TEXT = 58,
    KEY_HOLD_IGNORE = 59,
    KEY_IP_ADDRESS = 60,
    KEY_WIFI_POWER = 61,
    KEY_AP_PASSWORD = 62,
    KEY_OTA_URL = 69,
    KEY_WIFI_CONFIG = 70,
    KEY_SLEEP = 71,
    KEY_CRASH_LOOPS = 72,
    KEY_HOSTNAME = 80,
    KEY_SYS_LOG = 81,
    KEY_LOG_HOST = 82,
    KEY_LOG_PORT = 83,
    KEY_TIMEZONE = 90,
    KEY_TIME_STD = 91,
    KEY_TIME_DST = 92,
    KEY_TIME_FORMAT = 93,
    KEY_NTP_SERVER = 94,
    KEY_BOOTS_SINCE = 95,
    KEY_ARP_TIME = 100,
    KEY_RESTORE_DELAY = 101
};

/* What an update noted for the image it installed; bits of update_expects. */
enum update_expect {
    UPDATE_EXPECTS_WIFI = 1, /* the Wi-Fi was joined */
    UPDATE_EXPECTS_MQTT = 2  /* so was the broker */
};

/* SetOptions that are bits; `option` has them in this order. Bits are on flash
 * as keys are. */
enum option_bit {
    OPTION_SAVE_STATE,     /* 0 */
    OPTION_RESTRICT,       /* 1: three presses and more do nothing */
    OPTION_SWAP_PRESSES,   /* 11 */
    OPTION_IMMEDIATE,      /* 13 */
    OPTION_POWER_INDEX,    /* 26 */
    OPTION_DETACH_BUTTON,  /* 73 */
    OPTION_DETACH_SWITCH,  /* 114 */
    OPTION_COMMAND_TOPIC,  /* 4: stat/<COMMAND> instead of stat/RESULT */
    OPTION_MQTT,           /* 3 */
    OPTION_NO_DISCOVERY,   /* 19 */
    OPTION_PLAIN_GROUP,    /* 75: groups are <prefix>/<group>/ */
    OPTION_NO_RETAIN,      /* 104 */
    OPTION_LOCAL_TOO,      /* 61 */
    OPTION_NO_HOLD_RETAIN, /* 62 */
    OPTION_TELL_STATE,     /* 59: tele/STATE after Power, too */
    OPTION_STEADY_LED,     /* 31: no trouble is shown */
    OPTION_INTERLOCK = 16, /* 14, but the command is Interlock */
    OPTION_NO_CYCLES,      /* 65: power cycles open nothing */
    OPTION_NO_API = 25,    /* 128, the other way round */
    OPTION_MDNS = 24,      /* 55 */
    OPTION_TIME_ZONE = 28, /* 52: JSON's Time tells its distance from UTC */
    OPTION_OLD_TOPIC = 18, /* 10: an old topic's LWT is Offline, not gone */
    OPTION_LIGHTS = 19,    /* 30: discovery calls relays lights */
    OPTION_NO_SLEEP = 26,  /* 127: the radio stays awake */
    OPTION_JSON_ONLY = 20, /* 90: plain texts are not published */
};

/* What the broker is to keep; bits of `retain`. */
enum retain_bit {
    RETAIN_OF_BUTTON,
    RETAIN_OF_SWITCH,
    RETAIN_OF_SENSOR,
    RETAIN_OF_POWER,
    RETAIN_OF_INFO,
    RETAIN_OF_STATE,
    RETAIN_OF_STATUS
};

struct settings {
    uint8_t module; /* 0: the template */
    struct template template;
    uint16_t user_pin[TEMPLATE_PINS]; /* what pins that are User are */
    uint8_t power;                    /* bit per relay, as it was last */
    uint8_t power_on_state;
    uint16_t pulse_time[SETTINGS_RELAYS];
    uint8_t switch_mode[SETTINGS_SWITCHES];
    uint16_t button_debounce, switch_debounce; /* ms */
    uint8_t led_state, led_power;
    uint8_t serial_log;
    char friendly_name[SETTINGS_RELAYS][SETTINGS_NAME + 1];
    char device_name[SETTINGS_NAME + 1];
    char topic[SETTINGS_NAME + 1];
    uint16_t blink_time, blink_count; /* x 0.1 s, times */
    uint32_t boot_count, save_count;
    uint32_t option;       /* bit per enum option_bit */
    uint8_t hold_time;     /* SetOption32, x 0.1 s */
    uint8_t hold_ignore;   /* SetOption40, x 0.1 s */
    uint8_t crash_loops;   /* SetOption36: firmware/core/rescue.h */
    uint8_t arp_time;      /* SetOption41: firmware/core/wifi_care.c */
    uint8_t restore_delay; /* SetOption47: firmware/core/relay.c */
    uint8_t sleep;         /* ms: firmware/core/device.h, device_wait_ms */
    char button_topic[SETTINGS_NAME + 1], switch_topic[SETTINGS_NAME + 1];
    char switch_text[SETTINGS_SWITCHES][SETTINGS_SWITCH_TEXT + 1];
    uint8_t backlog_delay;             /* SetOption34, ms */
    uint8_t ota_key[SETTINGS_OTA_KEY]; /* the owner's; all zero: none */
    uint8_t quick_starts;              /* firmware/core/rescue.h */
    char ssid[SETTINGS_NETWORKS][SETTINGS_SSID + 1];
    char password[SETTINGS_NETWORKS][SETTINGS_PASSWORD + 1]; /* never shown */
    uint8_t interlock[SETTINGS_INTERLOCKS];                  /* bit per relay */
    uint8_t power_lock;                                      /* bit per relay */
    uint16_t led_mask; /* bit per relay that LEDs show */
    char state_text[SETTINGS_STATE_TEXTS][SETTINGS_STATE_TEXT + 1];
    uint16_t save_data;     /* s from a change to its writing; 0: never */
    uint8_t update_expects; /* of a new image: bit per enum update_expect */
    uint8_t web_log;        /* level; serial_log, too */
    uint8_t mqtt_log;
    /* firmware/core/web.h: enum web_mode; and a site, "*", or empty: none */
    uint8_t web_server;
    char cors[SETTINGS_NAME + 1];
    char mqtt_host[SETTINGS_HOST + 1]; /* empty: no MQTT */
    uint16_t mqtt_port;
    char mqtt_user[SETTINGS_NAME + 1];
    char mqtt_password[SETTINGS_PASSWORD + 1]; /* never shown */
    char mqtt_client[SETTINGS_NAME + 1];
    uint16_t mqtt_retry;     /* s */
    uint8_t mqtt_keep_alive; /* s */
    char full_topic[SETTINGS_FULL_TOPIC + 1];
    char group_topic[SETTINGS_GROUPS][SETTINGS_NAME + 1];
    char prefix[SETTINGS_PREFIXES][SETTINGS_PREFIX + 1];
    uint16_t tele_period;                    /* s; 0: never */
    uint8_t retain;                          /* bit per enum retain_bit */
    uint32_t ip_address[SETTINGS_ADDRESSES]; /* as hal/wifi.h has them; the
                                                first is 0: DHCP */
    uint8_t wifi_power;                      /* x 0.1 dBm; 0: the chip's most */
    char ap_password[SETTINGS_AP_PASSWORD + 1]; /* never shown; empty: open */
    uint8_t wifi_config; /* enum wifi_config, firmware/core/wifi.h */
    uint8_t web_auth;    /* firmware/core/password.h: enum password_kind */
    char web_password[SETTINGS_NAME + 1]; /* never shown, but the made one */
    char ota_url[SETTINGS_URL + 1];       /* empty: none */
    char hostname[SETTINGS_NAME + 1];     /* empty: wifi_host_name makes it */
    char ntp_server[SETTINGS_NTP_SERVERS][SETTINGS_NAME + 1];
    uint8_t time_format;         /* enum daytime_format */
    uint16_t timezone;           /* firmware/core/daytime.h, as ... */
    uint32_t time_std, time_dst; /* ... these */
    uint32_t boots_since;        /* local time from which boot_count counts */
    uint8_t sys_log;             /* level */
    char log_host[SETTINGS_NAME + 1]; /* empty: no syslog */
    uint16_t log_port;
};

enum settings_kind {
    KIND_NUMBER, /* of 1, 2 or 4 bytes, without sign */
    KIND_TEXT,
    KIND_SECRET, /* text that is never shown: "****" instead */
    KIND_BYTES   /* always all of them */
};

/* What follows a change of a setting, besides its being kept. What only one
 * command does, that command does. */
enum settings_apply { APPLY_NOTHING, APPLY_RESTART, APPLY_WIFI, APPLY_MQTT };

/* Elements of a setting are numbered from 0; its keys in the log are
 * settings_log_key(key, 0) and following ones. */
struct settings_row {
    uint8_t key;  /* enum settings_key */
    uint8_t kind; /* enum settings_kind */
    uint8_t apply;
    uint8_t count;    /* elements, up to SETTINGS_ELEMENTS */
    uint16_t room;    /* bytes of one in struct settings; texts: with NUL */
    uint16_t offset;  /* of the first one there */
    uint32_t initial; /* numbers: the default, and the bounds */
    uint32_t min, max;
    const char *name; /* as in commands and docs */
};
#define SETTINGS_ELEMENTS 32u
#define SETTINGS_LARGEST 100u /* the most room of any row, a multiple of 4 */
extern const struct settings_row settings_rows[];
extern const size_t settings_row_count;

/* ---- values, without flash ---- */

/* As on a device that was never set up. Texts that hold the chip's id are left
 * empty: the reader shows the default. */
void settings_default(struct settings *settings);
/* The same, but these keys stay. */
void settings_default_but(struct settings *settings, const uint8_t *kept,
                          size_t count);

/* NULL: there is no such setting. */
const struct settings_row *settings_row(unsigned key);
/* How many elements; 0: no such setting. */
unsigned settings_count(unsigned key);

/* A number by key; 0 when it is none. */
uint32_t settings_number(const struct settings *settings, unsigned key,
                         unsigned index);
/* The caller has looked at the bounds. What is no number stays. */
void settings_set_number(struct settings *settings, unsigned key,
                         unsigned index, uint32_t value);
/* A text or secret by key, or NULL; *room is its size with the NUL. */
char *settings_text(struct settings *settings, unsigned key, unsigned index,
                    size_t *room);

static inline bool settings_retain(const struct settings *settings,
                                   enum retain_bit bit)
{
    return ((unsigned)settings->retain >> bit) & 1u;
}

static inline bool settings_option(const struct settings *settings,
                                   enum option_bit bit)
{
    return (settings->option >> bit) & 1u;
}

static inline void settings_set_option(struct settings *settings,
                                       enum option_bit bit, bool is_on)
{
    uint32_t mask = 1u << bit;
    settings->option =
        is_on ? settings->option | mask : settings->option & ~mask;
}

/* For settings_store.c and tests: one element, in struct settings or in memory
 * like it, and its default. */
const void *settings_at(const struct settings *settings,
                        const struct settings_row *row, unsigned index);
void *settings_at_for_change(struct settings *settings,
                             const struct settings_row *row, unsigned index);
uint32_t settings_number_at(const struct settings_row *row,
                            const void *element);
void settings_set_number_at(const struct settings_row *row, void *element,
                            uint32_t value);
void settings_put_default(const struct settings_row *row, unsigned index,
                          void *element);

/* ---- values on flash ---- */

/* The fields are the store's own, but for is_read. */
struct settings_store {
    struct settings_log log;
    bool is_open;     /* what the log says of flash is so */
    bool is_read;     /* the settings are those from flash, and may be saved */
    bool is_finished; /* what settings_forget left was seen to */
};

static inline uint16_t settings_log_key(unsigned key, unsigned index)
{
    return (uint16_t)(key * SETTINGS_ELEMENTS + index);
}

/* Read the settings; writes nothing. flash must stay. What is missing, out of
 * its bounds or of another type gets its default.
 *   ERR_NONE      they were read
 *   ERR_FORMAT    there are none yet: defaults
 *   ERR_MISMATCH  some were damaged, and not by a cut: those are defaults
 * Errors of the flash: all are defaults and !is_read. Nothing is then written
 * until the next load, so that what is on flash is not lost. */
MUST_USE enum err settings_load(struct settings *settings,
                                struct settings_store *store,
                                const struct flash *flash);

/* Write what differs from flash as one commit, and count it in save_count.
 * Nothing is written when nothing differs. work: SETTINGS_WORK bytes of the
 * caller's for the time of the call. Values that no settings_load could
 * take (of a newer firmware) stay until they are changed. On an error nothing
 * has changed on flash, and the next save tries again:
 *   ERR_NO_ROOM       with what newer firmware left it is too much
 *   ERR_FLASH_FAILED  the flash does not take it, or the last load failed */
MUST_USE enum err settings_save(struct settings *settings,
                                struct settings_store *store, uint32_t *work);

/* Erase all settings on flash, also those that this firmware does not know; no
 * old value stays readable. After a cut all are there or none; what was then
 * not erased yet, the first settings_save after the next load erases. Until
 * that load nothing can be saved. Errors: the flash's. */
MUST_USE enum err settings_forget(struct settings_store *store);

#endif

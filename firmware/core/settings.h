/* Everything a person can set, and the plain record that keeps it on flash.
 * Two sectors are used in turn, so a cut at any moment of a save leaves the
 * settings from before or after it: the record that was newest is not touched,
 * and the new one counts only when it is whole. The settings log (issue 4)
 * replaces it: this form wears two sectors and writes everything each time.
 *
 *   offset  size  field
 *   0       4     "PGS2"
 *   4       4     sequence number; of two whole records the higher one counts
 *   8       4     size of the fields, padding included
 *   12      …     fields: key u8, index u8, length u16, value (little-endian
 *                 number, or text without NUL), each padded with FF to 4
 *   12+size 4     CRC-32 of everything before
 */
#ifndef FIRMWARE_CORE_SETTINGS_H
#define FIRMWARE_CORE_SETTINGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/template.h"
#include "firmware/hal/flash.h"

#define SETTINGS_RELAYS 8u
#define SETTINGS_SWITCHES 8u
#define SETTINGS_NAME 32u
#define SETTINGS_OTA_KEY 64u /* firmware/hal/crypto.h */
#define SETTINGS_NETWORKS 2u
#define SETTINGS_SSID 32u     /* bytes, and ... */
#define SETTINGS_PASSWORD 64u /* ... as firmware/hal/wifi.h has them */
#define SETTINGS_ROOM 2048u   /* the record never exceeds this */

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
    KEY_UPDATE_EXPECTS = 29
};

/* What an update noted for the image it installed; bits of update_expects. */
enum update_expect {
    UPDATE_EXPECTS_WIFI = 1 /* the Wi-Fi was joined */
};

/* SetOptions that are bits; `option` has them in this order. */
enum option_bit {
    OPTION_SAVE_STATE,    /* 0 */
    OPTION_RESTRICT,      /* 1: three presses and more do nothing */
    OPTION_SWAP_PRESSES,  /* 11 */
    OPTION_IMMEDIATE,     /* 13 */
    OPTION_POWER_INDEX,   /* 26 */
    OPTION_DETACH_BUTTON, /* 73 */
    OPTION_DETACH_SWITCH  /* 114 */
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
    uint32_t option;                   /* bit per enum option_bit */
    uint8_t hold_time;                 /* SetOption32, x 0.1 s */
    uint8_t backlog_delay;             /* SetOption34, ms */
    uint8_t ota_key[SETTINGS_OTA_KEY]; /* the owner's; all zero: none */
    uint8_t quick_starts;              /* firmware/core/rescue.h */
    char ssid[SETTINGS_NETWORKS][SETTINGS_SSID + 1];
    char password[SETTINGS_NETWORKS][SETTINGS_PASSWORD + 1]; /* never shown */
    uint8_t update_expects; /* of a new image: bit per enum update_expect */
};

/* One row per field. */
struct settings_row {
    uint8_t key;
    uint8_t size;  /* bytes of a number (1, 2, 4); 0: text */
    uint8_t count; /* how many there are of it */
    uint16_t room; /* bytes of one element in struct settings */
    uint16_t offset;
};
extern const struct settings_row settings_rows[];
extern const size_t settings_row_count;

/* As on a device that was never set up. Texts that hold the chip's id are left
 * empty: the reader shows the default. */
void settings_default(struct settings *settings);

/* A number by key, index from 0. */
uint32_t settings_number(const struct settings *settings, unsigned key,
                         unsigned index);
void settings_set_number(struct settings *settings, unsigned key,
                         unsigned index, uint32_t value);
/* A text by key, or NULL; *room is its size with the NUL. */
char *settings_text(struct settings *settings, unsigned key, unsigned index,
                    size_t *room);
unsigned settings_count(unsigned key);

static inline bool settings_option(const struct settings *settings,
                                   enum option_bit bit)
{
    return (settings->option >> bit) & 1u;
}

/* Read the newest whole record; without one the defaults, and an error that
 * says why. work is SETTINGS_ROOM bytes, aligned to 4. */
MUST_USE enum err settings_load(struct settings *settings,
                                const struct flash *flash, uint8_t *work);
/* Write over the older record, and read back what was written. On an error the
 * settings on flash are those from before, or these. */
MUST_USE enum err settings_save(const struct settings *settings,
                                const struct flash *flash, uint8_t *work);

/* The record's bytes, apart from flash: for settings_load and _save, and for
 * tests. Encode returns the size, a multiple of 4. */
size_t settings_encode(const struct settings *settings, uint32_t sequence,
                       uint8_t *record);
/* Is it whole? ERR_FORMAT: no record; ERR_MISMATCH: a damaged one. */
MUST_USE enum err settings_check(const uint8_t *record, size_t size,
                                 uint32_t *sequence);
MUST_USE enum err settings_decode(struct settings *settings,
                                  const uint8_t *record, size_t size);

#endif

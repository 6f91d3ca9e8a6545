/* The device: all of its state, and the one door through which the world comes
 * in. The caller owns the struct; nothing here blocks, allocates or reads a
 * clock. Any event may switch pins, write to the console and to flash. */
#ifndef FIRMWARE_CORE_DEVICE_H
#define FIRMWARE_CORE_DEVICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/backlog.h"
#include "firmware/core/board.h"
#include "firmware/core/button.h"
#include "firmware/core/console.h"
#include "firmware/core/daytime.h"
#include "firmware/core/discovery.h"
#include "firmware/core/inputs.h"
#include "firmware/core/led.h"
#include "firmware/core/mdns_service.h"
#include "firmware/core/mqtt_session.h"
#include "firmware/core/outlet.h"
#include "firmware/core/relay.h"
#include "firmware/core/rescue.h"
#include "firmware/core/settings.h"
#include "firmware/core/sntp.h"
#include "firmware/core/switch.h"
#include "firmware/core/syslog.h"
#include "firmware/core/telemetry.h"
#include "firmware/core/web.h"
#include "firmware/core/wifi.h"
#include "firmware/core/update.h"
#include "firmware/core/update_fetch.h"
#include "firmware/core/update_serial.h"
#include "firmware/hal/flash.h"
#include "firmware/hal/net.h"
#include "firmware/hal/system.h"

#define DEVICE_REPLY 2560u      /* Status0 is the longest */
#define DEVICE_INPUT_SLEEP_S 4u /* after a start; tasmota.md B.1 */
#define DEVICE_RESTART_MS 2000u /* from the answer to the restart */
#define DEVICE_SAVE_MS 1000u    /* SaveData counts in these */
#define DEVICE_TICK_MS 10u /* between EVENT_TICKs while something goes on */
#define DEVICE_REST_MS 50u /* ... while nothing does, unless Sleep says so */
#define DEVICE_REST_LEAST_MS 5u /* it is never busy: the radio needs that */

/* Why it started. */
enum start {
    START_POWER_ON,
    START_EXTERNAL,
    START_SOFTWARE,
    START_WATCHDOG,
    START_SOFT_WATCHDOG,
    START_EXCEPTION,
    START_DEEP_SLEEP
};

/* Restart 1, 2, 9. */
enum stop {
    STOP_RESTART, /* starts again */
    STOP_HALT,    /* does nothing more until power goes off and on */
    STOP_SLEEP    /* nor does the chip, and its pins let go */
};

enum event_kind {
    EVENT_START,    /* once, first */
    EVENT_TICK,     /* time has passed */
    EVENT_PINS,     /* a pin has changed */
    EVENT_CONSOLE,  /* bytes came in on the serial console */
    EVENT_VERIFIED, /* the answer to hal_verify_start */
    EVENT_WIFI,     /* the radio has news */
    EVENT_NET       /* so has the network */
};

struct event {
    enum event_kind kind;
    uint32_t now_ms; /* when it was: any zero; wraps around, never goes back */
    enum start start;
    const char *bytes;
    size_t size;
    uint16_t pins;              /* EVENT_PINS: GPIO15..0, high or low */
    bool has_gap;               /* and changes before it may have been lost */
    bool is_right;              /* EVENT_VERIFIED */
    struct hal_wifi_event wifi; /* EVENT_WIFI */
    const struct hal_net_event *net; /* EVENT_NET */
};

struct device {
    const struct flash *flash;
    struct settings settings;
    struct wiring board; /* Gpio settings included */

    uint32_t now_ms;
    /* inputs.c: bit per input; those whose pins tell no changes; those whose
     * sum is not at its end */
    uint16_t inputs_used, inputs_untold, inputs_moving;
    uint32_t looked_ms;
    uint32_t unacted_ms; /* since buttons and switches were last asked */
    uint32_t uptime_s;
    uint16_t uptime_ms; /* below 1000 */
    struct daytime daytime;
    struct sntp sntp;
    enum start start;
    bool is_awake;    /* inputs act: the first seconds are over */
    bool is_silent;   /* replies are not shown */
    bool has_changes; /* settings to be written at save_ms */
    bool will_restart;
    uint8_t stop;       /* what a restart is: enum stop */
    bool is_restarting; /* hal_system_restart was called */
    uint8_t reset;      /* Reset 1..6 comes before the restart; 0: none */
    bool will_crash;    /* a test of what follows a crash */
    enum hal_crash crash;
    uint32_t save_ms, restart_ms;

    uint8_t power;      /* bit per relay, as it should be */
    uint8_t late_power; /* bit per relay that goes on later: SetOption47 */
    unsigned relay_count;
    struct relay relay[RELAYS];
    struct button button[BUTTONS];
    struct switch_contact contact[SWITCHES];
    struct led led[LEDS], led_link;
    bool is_blinking;
    uint32_t blink_until_ms;

    const struct command *command; /* that runs; NULL: none */
    struct outlet outlet;
    struct web web;
    bool is_password_told; /* to who is at the serial line, since the start */
    struct rescue rescue;
    struct wifi wifi;
    struct syslog syslog;
    struct mdns_service mdns;
    struct mqtt_session mqtt;
    struct telemetry telemetry;
    struct discovery discovery;
    struct backlog backlog;
    struct console console;
    struct update update;
    struct update_fetch fetch;
    struct update_serial update_serial;
    union { /* never both: who saves settings has not begun a reply */
        char reply[DEVICE_REPLY];
        uint32_t work[SETTINGS_WORK / 4];
    };
    struct settings_store store; /* where the settings are on flash */
};

/* flash is kept by pointer. The first event must be EVENT_START. */
void device_init(struct device *dev, const struct flash *flash);

/* The one door. Runs to completion; must not be called from inside itself. */
void device_handle(struct device *dev, const struct event *event);
/* In how many milliseconds after the last event the next EVENT_TICK should be:
 * 1 to what Sleep says; sooner while something goes on, so that it is on time.
 */
uint32_t device_wait_ms(const struct device *dev);

/* For the parts of the core. */

/* Relay number (1-based) is on, or should be. */
static inline bool device_is_on(const struct device *dev, unsigned number)
{
    return ((unsigned)dev->power >> (number - 1)) & 1u;
}

/* So much later. */
void device_pass_time(struct device *dev, uint32_t ms);
/* Has this moment come? Right also when now_ms wraps around. */
static inline bool device_is_due(const struct device *dev, uint32_t at_ms)
{
    return (int32_t)(dev->now_ms - at_ms) >= 0;
}

/* Settings changed: they will be written soon. */
void device_changed(struct device *dev);
/* This setting was changed by a command: it is kept, and what its row says
 * follows. */
void device_setting_changed(struct device *dev, unsigned key);
/* Write what was changed now, and tell when it can't be. */
void device_save_now(struct device *dev);
/* Write them now. Both not after a reply was begun: it would be lost. */
MUST_USE enum err device_save(struct device *dev);
void device_restart_soon(struct device *dev);
/* A reply, to all who get replies (outlet.h). */
void device_result(struct device *dev, const char *topic, const char *text);
/* A log line of level OUTLET_INFO. */
void device_log(struct device *dev, const char *text);
void device_log_parts(struct device *dev, const char *const *parts,
                      size_t count);
/* How a state is called: 0 "OFF", 1 "ON", 2 "TOGGLE", 3 "HOLD", or as
 * StateText says. */
const char *device_state_text(const struct device *dev, unsigned state);
/* Power over a restart, in memory that lives through it. */
void device_retain_power(const struct device *dev);
uint8_t device_retained_power(const struct device *dev, uint8_t otherwise);
/* "POWER" with one relay, "POWERn" with several. room: 16. */
void device_power_key(const struct device *dev, unsigned number, char *key);
/* Texts with their defaults filled in. */
void device_topic(struct device *dev, struct text *out);
void device_friendly_name(struct device *dev, unsigned index, struct text *out);
void device_name(struct device *dev, struct text *out);
const char *device_module_name(const struct device *dev);

#endif

/* What the device says, and who gets it: log lines by their level to the serial
 * console, to a ring that the web console reads, to MQTT and to syslog; results
 * of commands also to MQTT and to whoever collects them (HTTP's /cm).
 *
 * Secrets never pass: whoever says something leaves them out (command_shown,
 * "****"). The one exception has a door of its own, outlet_serial. */
#ifndef FIRMWARE_CORE_OUTLET_H
#define FIRMWARE_CORE_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTLET_RING 2048u /* bytes of the newest lines, for the web console */
#define OUTLET_TOPIC 24u  /* of a result, with the NUL */
#define OUTLET_SERIAL_MS 600000u /* how long nobody must be at the console */

struct device;

/* As Tasmota numbers them: SerialLog 2 shows errors and information. */
enum outlet_level {
    OUTLET_NONE,
    OUTLET_ERROR,
    OUTLET_INFO,
    OUTLET_DEBUG,
    OUTLET_MORE
};

/* A line on its way: `hh:mm:ss.mmm ` and its parts, without a line end. The
 * stamp is parts[0] of what an outlet gets. */
struct outlet_line {
    enum outlet_level level;
    const char *const *parts;
    size_t count;
};

/* Gets every result while outlet_collect has it. What it takes, put between one
 * pair of braces, is one JSON object: the insides of all results that are
 * objects, parted by commas. Others (POWER = ON) are left out. */
struct outlet_collector {
    void (*take)(struct outlet_collector *collector, const char *bytes,
                 size_t size);
    bool has_some; /* something was taken */
};

/* The fields are the outlet's own. */
struct outlet {
    char ring[OUTLET_RING];
    uint32_t end, size; /* bytes that ever went in; that are in it */
    struct outlet_collector *collector;
    bool is_busy;       /* a line is on its way: what it causes is not said */
    bool is_serial_off; /* nobody was at the console, ... */
    uint32_t serial_ms; /* ... as far as is known, since then */
};

/* Say a line. NULL parts are not allowed. What is_silent hides is not said. */
void outlet_log(struct device *dev, enum outlet_level level,
                const char *const *parts, size_t count);
/* A result: `RSL: topic = text` to the logs, text to stat/.../topic and to the
 * collector. topic "RESULT" becomes the command's name with SetOption4. */
void outlet_result(struct device *dev, const char *topic, const char *text);
/* SerialLog is 0 by itself ten minutes after a start, or after the last line
 * that came from the console (tasmota.md A.1); but while there is no Wi-Fi it
 * stays as it is set: who looks for the reason looks there. */

/* Somebody is at the console, or has set SerialLog. */
void outlet_wake_serial(struct device *dev);
/* Up to which level the console gets lines now. */
unsigned outlet_serial_level(const struct device *dev);
/* Only for who stands at the serial line, whatever SerialLog says: the first
 * password. */
void outlet_serial(struct device *dev, const char *const *parts, size_t count);

/* Hand results to the collector; NULL: to nobody any more. It must stay. */
void outlet_collect(struct device *dev, struct outlet_collector *collector);

/* The ring. Places in it are bytes since the start, and wrap around. */

/* The place behind the newest line. */
uint32_t outlet_end(const struct outlet *outlet);
/* Copy what is there from *at on, lines that end in '\n', up to room bytes, and
 * move *at behind it; returns how many. A place that is not in the ring (any
 * more) is that of its oldest line: 0 and a reader of before a restart get all
 * of it. */
size_t outlet_read(const struct outlet *outlet, uint32_t *at, char *out,
                   size_t room);

#endif

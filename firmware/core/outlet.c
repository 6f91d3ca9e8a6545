#include "firmware/core/outlet.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/hal/serial.h"

#define STAMP 16u /* "hh:mm:ss.mmm " */
#define PARTS 12u /* of a line, with its stamp */

/* ---- the serial console -------------------------------------------------- */

static void write_text(const char *text)
{
    hal_serial_write(text, text_length(text));
}

static void write_serial(struct device *dev, const struct outlet_line *line)
{
    (void)dev;
    for (size_t i = 0; i < line->count; i++)
        write_text(line->parts[i]);
    write_text("\r\n");
}

/* ---- the ring ------------------------------------------------------------ */

static char ring_at(const struct outlet *outlet, uint32_t at)
{
    return outlet->ring[at % OUTLET_RING];
}

static void drop_line(struct outlet *outlet)
{
    while (outlet->size > 0 &&
           ring_at(outlet, outlet->end - outlet->size--) != '\n')
        continue;
}

/* Line ends inside of a line would make two of it. */
static void put(struct outlet *outlet, char c)
{
    outlet->ring[outlet->end++ % OUTLET_RING] =
        (unsigned char)c < 0x20 ? ' ' : c;
    outlet->size++;
}

static void write_ring(struct device *dev, const struct outlet_line *line)
{
    struct outlet *outlet = &dev->outlet;
    size_t left = 0;
    for (size_t i = 0; i < line->count; i++)
        left += text_length(line->parts[i]);
    if (left > OUTLET_RING - 1)
        left = OUTLET_RING - 1;
    while (outlet->size + left + 1 > OUTLET_RING)
        drop_line(outlet);
    for (size_t i = 0; i < line->count; i++) {
        for (const char *c = line->parts[i]; *c && left > 0; c++, left--)
            put(outlet, *c);
    }
    put(outlet, ' ');
    outlet->ring[(outlet->end - 1) % OUTLET_RING] = '\n';
}

uint32_t outlet_end(const struct outlet *outlet)
{
    return outlet->end;
}

size_t outlet_read(const struct outlet *outlet, uint32_t *at, char *out,
                   size_t room)
{
    size_t n = 0;
    if (outlet->end - *at > outlet->size)
        *at = outlet->end - outlet->size;
    for (; n < room && *at != outlet->end; n++)
        out[n] = ring_at(outlet, (*at)++);
    return n;
}

/* ---- lines --------------------------------------------------------------- */

/* Who gets lines, and the setting that says up to which level. */
static const struct {
    uint8_t key;
    void (*write)(struct device *dev, const struct outlet_line *line);
} outlets[] = {
    {KEY_SERIAL_LOG, write_serial},
    {KEY_WEB_LOG, write_ring},
    {KEY_MQTT_LOG, mqtt_log},
    {KEY_SYS_LOG, syslog_write},
};

void outlet_wake_serial(struct device *dev)
{
    dev->outlet.is_serial_off = false;
    dev->outlet.serial_ms = dev->now_ms;
}

static bool is_joined(const struct device *dev)
{
    return dev->wifi.state == WIFI_JOINED;
}

unsigned outlet_serial_level(const struct device *dev)
{
    return dev->outlet.is_serial_off && is_joined(dev)
               ? OUTLET_NONE
               : dev->settings.serial_log;
}

static void rest_serial(struct device *dev)
{
    static const char *const end =
        "LOG: This console rests now; Enter here wakes it";
    struct outlet *outlet = &dev->outlet;
    if (!is_joined(dev))
        outlet_wake_serial(dev);
    if (outlet->is_serial_off ||
        !device_is_due(dev, outlet->serial_ms + OUTLET_SERIAL_MS))
        return;
    if (dev->settings.serial_log >= OUTLET_INFO)
        outlet_serial(dev, &end, 1);
    outlet->is_serial_off = true;
}

static unsigned level_of(struct device *dev, unsigned key)
{
    if (key == KEY_SERIAL_LOG)
        return outlet_serial_level(dev);
    return settings_number(&dev->settings, key, 0);
}

static void put_stamp(const struct device *dev, char *stamp)
{
    struct text text;
    unsigned ms;
    uint32_t s = daytime_local(dev, &ms);
    text_init(&text, stamp, STAMP);
    text_format(&text, "%02u:%02u:%02u.%03u ", s / 3600 % 24, s / 60 % 60,
                s % 60, ms);
}

/* all[0] gets the stamp; *line is all of it. */
static void make_line(const struct device *dev, char *stamp, const char **all,
                      const char *const *parts, struct outlet_line *line)
{
    if (line->count > PARTS - 1)
        line->count = PARTS - 1;
    put_stamp(dev, stamp);
    all[0] = stamp;
    for (size_t i = 0; i < line->count; i++)
        all[i + 1] = parts[i];
    line->parts = all;
    line->count++;
}

void outlet_log(struct device *dev, enum outlet_level level,
                const char *const *parts, size_t count)
{
    char stamp[STAMP];
    const char *all[PARTS];
    struct outlet_line line = {level, NULL, count};
    if (dev->is_silent || dev->outlet.is_busy)
        return;
    rest_serial(dev);
    make_line(dev, stamp, all, parts, &line);
    dev->outlet.is_busy = true;
    for (size_t i = 0; i < sizeof(outlets) / sizeof(outlets[0]); i++) {
        if (level <= level_of(dev, outlets[i].key))
            outlets[i].write(dev, &line);
    }
    dev->outlet.is_busy = false;
}

void outlet_serial(struct device *dev, const char *const *parts, size_t count)
{
    char stamp[STAMP];
    const char *all[PARTS];
    struct outlet_line line = {OUTLET_INFO, NULL, count};
    make_line(dev, stamp, all, parts, &line);
    write_serial(dev, &line);
}

/* ---- results ------------------------------------------------------------- */

void outlet_collect(struct device *dev, struct outlet_collector *collector)
{
    dev->outlet.collector = collector;
    if (collector)
        collector->has_some = false;
}

static void collect(struct outlet_collector *collector, const char *text)
{
    size_t size = text_length(text);
    if (size < 3 || text[0] != '{' || text[size - 1] != '}')
        return;
    if (collector->has_some)
        collector->take(collector, ",", 1);
    collector->has_some = true;
    collector->take(collector, text + 1, size - 2);
}

/* SetOption4: under the command's name. */
static const char *name_topic(const struct device *dev, const char *topic,
                              char *room)
{
    struct text text;
    if (!dev->command || !text_same(topic, "RESULT") ||
        !settings_option(&dev->settings, OPTION_COMMAND_TOPIC))
        return topic;
    text_init(&text, room, OUTLET_TOPIC);
    for (const char *c = dev->command->name; *c; c++)
        text_format(&text, "%c", text_upper(*c));
    return room;
}

void outlet_result(struct device *dev, const char *topic, const char *text)
{
    char room[OUTLET_TOPIC];
    const char *name = name_topic(dev, topic, room);
    const char *const parts[] = {"RSL: ", name, " = ", text};
    if (dev->is_silent)
        return;
    if (dev->outlet.collector)
        collect(dev->outlet.collector, text);
    mqtt_result(dev, name, text);
    outlet_log(dev, OUTLET_INFO, parts, sizeof(parts) / sizeof(parts[0]));
}

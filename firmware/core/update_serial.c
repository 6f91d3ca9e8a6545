/* An update over the serial console. */
#include "firmware/core/update_serial.h"

#include "firmware/core/device.h"
#include "firmware/core/text.h"
#include "firmware/hal/serial.h"

/* ---- to the sender ------------------------------------------------------- */

static void say(const char *mark, const char *what)
{
    char line[128];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "%s%s\r\n", mark, what);
    hal_serial_write(line, text.size);
}

static void say_taken(struct device *dev)
{
    char number[16];
    struct text text;
    text_init(&text, number, sizeof(number));
    text_format(&text, "%u", (unsigned)dev->update_serial.taken);
    say("+", number);
    dev->update_serial.said_ms = dev->now_ms;
}

static void say_failure(struct device *dev, enum err why,
                        enum update_serial_state next)
{
    say("-", err_text(why));
    dev->update_serial.state = next;
}

/* ---- the file's bytes ---------------------------------------------------- */

enum err update_serial_begin(struct device *dev, uint32_t size)
{
    enum err e = update_begin(dev);
    if (e != ERR_NONE) {
        say_failure(dev, e, dev->update_serial.state);
        return e;
    }
    dev->update_serial = (struct update_serial){SERIAL_TAKING, size, 0, 0, 0};
    say_taken(dev);
    return ERR_NONE;
}

static void end(struct device *dev)
{
    enum err e = update_end(dev);
    dev->update_serial.state = SERIAL_PROVING;
    if (e != ERR_NONE)
        say_failure(dev, e, SERIAL_TEXT);
}

/* Up to the next line for the sender. */
static size_t take(struct device *dev, const char *bytes, size_t size)
{
    struct update_serial *serial = &dev->update_serial;
    uint32_t part = UPDATE_SERIAL_PART - serial->taken % UPDATE_SERIAL_PART;
    uint32_t left = serial->size - serial->taken;
    part = left < part ? left : part;
    size = size < part ? size : part;
    enum err e = update_feed(dev, (const uint8_t *)bytes, size);
    serial->taken += (uint32_t)size;
    if (e != ERR_NONE)
        say_failure(dev, e, SERIAL_DROPPING);
    else if (size == part)
        say_taken(dev);
    if (e == ERR_NONE && serial->taken == serial->size)
        end(dev);
    return size;
}

size_t update_serial_bytes(struct device *dev, const char *bytes, size_t size)
{
    struct update_serial *serial = &dev->update_serial;
    size_t used = 0;
    serial->heard_ms = dev->now_ms;
    while (serial->state == SERIAL_TAKING && used < size)
        used += take(dev, bytes + used, size - used);
    return serial->state == SERIAL_DROPPING ? size : used;
}

/* ---- time ---------------------------------------------------------------- */

void update_serial_tick(struct device *dev)
{
    struct update_serial *serial = &dev->update_serial;
    const struct update *update = &dev->update;
    bool is_waiting =
        serial->state == SERIAL_TAKING || serial->state == SERIAL_PROVING;
    if (is_waiting && update->state == UPDATE_IDLE) {
        say_failure(dev, update->error, SERIAL_TEXT);
    } else if (is_waiting && update->state == UPDATE_INSTALLED) {
        say("+", "done");
        serial->state = SERIAL_TEXT;
    } else if (serial->state == SERIAL_TAKING &&
               dev->now_ms - serial->said_ms >= UPDATE_SERIAL_AGAIN_MS) {
        say_taken(dev);
    } else if (serial->state == SERIAL_DROPPING &&
               dev->now_ms - serial->heard_ms >= UPDATE_SERIAL_QUIET_MS) {
        serial->state = SERIAL_TEXT;
    }
}

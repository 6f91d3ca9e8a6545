/* What becomes of the image that runs: it proves itself, or is left; and what
 * the one before tells of an image that was left. */
#include "firmware/core/update.h"

#include "firmware/core/device.h"
#include "firmware/core/update_private.h"

/* ---- texts --------------------------------------------------------------- */

const char *update_reason_text(enum update_reason reason)
{
    switch (reason) {
    case REASON_NONE:
        return "it did not last three starts";
    case REASON_CRASHED:
        return "it crashed";
    case REASON_NO_NETWORK:
        return "its network did not come back";
    case REASON_NO_SETTINGS:
        return "it could not read its settings";
    case REASON_DAMAGED:
        return "it was damaged on the flash";
    }
    return "for a reason that this version does not know";
}

void update_put_version(struct text *text, uint32_t version)
{
    text_format(text, "%u.%u.%u", (unsigned)(version >> 24),
                (unsigned)(version >> 16 & 0xFF), (unsigned)(version & 0xFFFF));
}

void update_put_left(const struct device *dev, struct text *text)
{
    if (!dev->update.was_left)
        return;
    update_put_version(text, dev->update.left_version);
    text_format(text, ": %s", update_reason_text(dev->update.left_reason));
}

/* ---- at a start ---------------------------------------------------------- */

static void read_record(const struct device *dev, enum slot slot,
                        struct slot_record *out)
{
    if (slot_record_read(dev->flash, slot, out) != ERR_NONE)
        *out = (struct slot_record){.state = SLOT_BAD};
}

static bool is_crash(enum start start)
{
    return start == START_WATCHDOG || start == START_SOFT_WATCHDOG ||
           start == START_EXCEPTION;
}

/* The newer image was left at this start or an earlier one. The first time the
 * reason is noted, where the image did not do so itself: how this start came
 * about says how that one ended. */
static void look_back(struct device *dev, const struct slot_record *other)
{
    struct update *update = &dev->update;
    enum boot_row row = update->boot.row;
    if ((row != BOOT_SPENT && row != BOOT_BAD) || other->state != SLOT_TRYING)
        return;
    update->was_left = true;
    update->left_version = other->image.version;
    update->left_reason = other->has_reason      ? other->reason
                          : row == BOOT_BAD      ? REASON_DAMAGED
                          : is_crash(dev->start) ? REASON_CRASHED
                                                 : REASON_NONE;
    /* A place that is torn stays so, and the reason is not known for ever. */
    if (!other->has_reason)
        (void)!slot_record_note_reason(dev->flash, update_other_slot(dev),
                                       update->left_reason);
}

static void tell_start(struct device *dev)
{
    const struct update *update = &dev->update;
    char line[96];
    struct text text;
    text_init(&text, line, sizeof(line));
    if (update->was_left) {
        text_add(&text, "UPD: left version ");
        update_put_left(dev, &text);
        device_log(dev, line);
    } else if (!update->is_confirmed && update->tries_left == SLOT_TRIES) {
        device_log(dev, "UPD: first start of a new installation");
    } else if (!update->is_confirmed) {
        text_format(&text, "UPD: this version is on trial, start %u of %u",
                    SLOT_TRIES - update->tries_left, SLOT_TRIES);
        device_log(dev, line);
    }
}

void update_start(struct device *dev)
{
    struct update *update = &dev->update;
    struct slot_record own, other;
    hal_boot_get(&update->boot);
    read_record(dev, update->boot.slot, &own);
    read_record(dev, update_other_slot(dev), &other);
    update->is_confirmed = own.state != SLOT_TRYING;
    update->tries_left = own.tries_left;
    update->has_way_back =
        update->boot.row == BOOT_TRY && other.state == SLOT_GOOD;
    look_back(dev, &other);
    tell_start(dev);
}

/* ---- the proof ----------------------------------------------------------- */

static bool has_network(const struct device *dev)
{
    return dev->wifi.state == WIFI_JOINED;
}

enum err update_note_network(struct device *dev)
{
    uint8_t now = has_network(dev) ? UPDATE_EXPECTS_WIFI : 0;
    if (dev->mqtt.state == MQTT_UP)
        now |= UPDATE_EXPECTS_MQTT;
    if (dev->settings.update_expects == now)
        return ERR_NONE;
    dev->settings.update_expects = now;
    return device_save(dev);
}

static enum update_reason what_lacks(const struct device *dev)
{
    if (!dev->store.is_read)
        return REASON_NO_SETTINGS;
    if ((dev->settings.update_expects & UPDATE_EXPECTS_WIFI) &&
        !has_network(dev))
        return REASON_NO_NETWORK;
    if ((dev->settings.update_expects & UPDATE_EXPECTS_MQTT) &&
        mqtt_is_wanted(dev) && dev->mqtt.state != MQTT_UP)
        return REASON_NO_NETWORK;
    return REASON_NONE;
}

static void confirm(struct device *dev)
{
    struct update *update = &dev->update;
    update->is_judged = true;
    enum err e = slot_record_confirm(dev->flash, update->boot.slot);
    update->is_confirmed = e == ERR_NONE;
    device_log(dev, e == ERR_NONE
                        ? "UPD: this version has proved itself"
                        : "UPD: this version is good, but the flash does not "
                          "keep that");
}

/* A noted reason ends the tries, so only the last one notes it. */
static void give_up(struct device *dev, enum update_reason lacks)
{
    struct update *update = &dev->update;
    const char *const parts[] = {"UPD: this version is given up: ",
                                 update_reason_text(lacks)};
    update->is_judged = true;
    device_log_parts(dev, parts, 2);
    if (update->tries_left == 0)
        (void)!slot_record_note_reason(dev->flash, update->boot.slot, lacks);
    device_restart_soon(dev);
}

/* With nothing to go back to, what is there is good enough. */
void update_prove(struct device *dev)
{
    struct update *update = &dev->update;
    if (update->is_confirmed || update->is_judged || dev->will_restart ||
        dev->uptime_s < UPDATE_PROVE_S)
        return;
    enum update_reason lacks = what_lacks(dev);
    if (lacks == REASON_NONE || !update->has_way_back)
        confirm(dev);
    else if (dev->uptime_s >= UPDATE_GIVE_UP_S)
        give_up(dev, lacks);
}

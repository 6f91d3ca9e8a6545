#include "firmware/core/device.h"

#include <string.h>

#include "firmware/core/board.h"
#include "firmware/core/command.h"
#include "firmware/core/module.h"
#include "firmware/core/net_events.h"
#include "firmware/core/password.h"
#include "firmware/core/reset.h"
#include "firmware/core/retained.h"
#include "firmware/core/version.h"
#include "firmware/hal/retain.h"
#include "firmware/hal/system.h"

#define RETAIN_MAGIC 0x31524750u /* "PGR1" */

void device_init(struct device *dev, const struct flash *flash)
{
    memset(dev, 0, sizeof(*dev)); /* not by value: the stack has 4 KB */
    dev->flash = flash;
}

/* ---- talk ---------------------------------------------------------------- */

void device_log_parts(struct device *dev, const char *const *parts,
                      size_t count)
{
    outlet_log(dev, OUTLET_INFO, parts, count);
}

void device_log(struct device *dev, const char *text)
{
    device_log_parts(dev, &text, 1);
}

void device_result(struct device *dev, const char *topic, const char *text)
{
    outlet_result(dev, topic, text);
}

/* ---- names --------------------------------------------------------------- */

void device_power_key(const struct device *dev, unsigned number, char *key)
{
    struct text text;
    text_init(&text, key, 16);
    text_add(&text, "POWER");
    if (dev->relay_count > 1 ||
        settings_option(&dev->settings, OPTION_POWER_INDEX))
        text_format(&text, "%u", number);
}

void device_topic(struct device *dev, struct text *out)
{
    struct hal_chip chip;
    if (dev->settings.topic[0]) {
        text_json(out, dev->settings.topic);
        return;
    }
    hal_system_chip(&chip);
    text_format(out, "tasmota_%06X", (unsigned)chip.chip_id);
}

void device_friendly_name(struct device *dev, unsigned index, struct text *out)
{
    const char *name = dev->settings.friendly_name[index];
    text_json(out, name[0] ? name : "Tasmota");
    if (!name[0] && index > 0)
        text_format(out, "%u", index + 1);
}

void device_name(struct device *dev, struct text *out)
{
    if (dev->settings.device_name[0])
        text_json(out, dev->settings.device_name);
    else
        device_friendly_name(dev, 0, out);
}

const char *device_module_name(const struct device *dev)
{
    unsigned module = dev->settings.module;
    return module == MODULE_TEMPLATE ? dev->settings.template.name
                                     : module_name(module);
}

const char *device_state_text(const struct device *dev, unsigned state)
{
    static const char *const texts[SETTINGS_STATE_TEXTS] = {"OFF", "ON",
                                                            "TOGGLE", "HOLD"};
    const char *text = dev->settings.state_text[state];
    return text[0] ? text : texts[state];
}

/* ---- keeping ------------------------------------------------------------- */

void device_changed(struct device *dev)
{
    if (dev->has_changes)
        return; /* the first change sets the time, so it always comes */
    dev->has_changes = true;
    dev->save_ms = dev->now_ms + dev->settings.save_data * DEVICE_SAVE_MS;
}

void device_setting_changed(struct device *dev, unsigned key)
{
    const struct settings_row *row = settings_row(key);
    device_changed(dev);
    inputs_move(dev);
    if (row && row->apply == APPLY_RESTART)
        device_restart_soon(dev);
    if (row && row->apply == APPLY_WIFI)
        wifi_changed(dev);
    if (row && row->apply == APPLY_MQTT)
        mqtt_changed(dev);
    if (key == KEY_LOG_HOST)
        syslog_changed(dev);
    discovery_soon(dev); /* it says the same again at worst */
}

enum err device_save(struct device *dev)
{
    dev->has_changes = false;
    return settings_save(&dev->settings, &dev->store, dev->work);
}

void device_save_now(struct device *dev)
{
    enum err e = device_save(dev);
    if (e == ERR_NO_ROOM)
        device_log(dev, "CFG: the settings do not fit into their place on "
                        "flash; the last changes last until a restart");
    else if (e != ERR_NONE)
        device_log(dev, "CFG: the settings could not be written to flash; the "
                        "last changes last until a restart");
}

void device_restart_soon(struct device *dev)
{
    dev->will_restart = true;
    dev->restart_ms = dev->now_ms + DEVICE_RESTART_MS;
}

static void restart(struct device *dev)
{
    if (dev->reset)
        reset_settings(dev);
    else if (dev->has_changes && !web_is_restoring(dev))
        device_save_now(dev);
    dev->is_restarting = true;
    if (dev->stop == STOP_RESTART) {
        device_log(dev, "APP: Restarting");
        hal_system_restart();
        return;
    }
    device_log(dev, "APP: Stopped. Power off and on starts it again");
    hal_wifi_leave();
    hal_wifi_hide();
    if (dev->stop == STOP_SLEEP)
        hal_system_sleep();
}

void device_retain_power(const struct device *dev)
{
    uint32_t power = dev->power | dev->late_power;
    hal_retain_write(RETAIN_MARK, RETAIN_MAGIC);
    hal_retain_write(RETAIN_POWER, power);
    hal_retain_write(RETAIN_CHECK, ~power);
}

uint8_t device_retained_power(const struct device *dev, uint8_t otherwise)
{
    (void)dev;
    uint32_t power = hal_retain_read(RETAIN_POWER);
    if (hal_retain_read(RETAIN_MARK) != RETAIN_MAGIC ||
        hal_retain_read(RETAIN_CHECK) != ~power)
        return otherwise;
    return (uint8_t)power;
}

/* ---- start --------------------------------------------------------------- */

static void greet(struct device *dev, enum err loaded)
{
    const char *const what[] = {
        "Project pogo, a switch firmware with Tasmota's commands, Version ",
        version_text};
    const char *const board[] = {"Module: ", device_module_name(dev)};
    device_log_parts(dev, what, 2);
    device_log_parts(dev, board, 2);
    if (loaded == ERR_MISMATCH)
        device_log(dev, "CFG: some settings on flash are damaged; using their "
                        "defaults");
    else if (!dev->store.is_read)
        device_log(dev, "CFG: the settings on flash can't be read; using the "
                        "defaults, and changes last until a restart");
}

static void start(struct device *dev, const struct event *event)
{
    enum err loaded = settings_load(&dev->settings, &dev->store, dev->flash);
    dev->start = event->start;
    dev->settings.boot_count++;
    rescue_start(dev);
    board_choose(dev);
    board_start(dev);
    greet(dev, loaded);
    rescue_tell(dev);
    update_start(dev);
}

/* ---- time ---------------------------------------------------------------- */

void device_pass_time(struct device *dev, uint32_t ms)
{
    uint32_t part_ms = dev->uptime_ms + ms;
    dev->now_ms += ms;
    dev->uptime_s += part_ms / 1000;
    dev->uptime_ms = (uint16_t)(part_ms % 1000);
}

/* Is something going on whose time is told in hundredths of a second? What
 * waits for seconds (the network, rescue, saving) may come as late as Sleep
 * says: a device that does nothing then costs its chip, and the bench, a fifth.
 */
static bool is_busy(const struct device *dev)
{
    return dev->backlog.count > 0 || dev->is_blinking || dev->will_restart ||
           dev->will_crash || dev->update.state != UPDATE_IDLE ||
           dev->inputs_untold || inputs_are_counting(dev) ||
           relays_are_busy(dev);
}

static uint32_t rest_ms(const struct device *dev)
{
    uint32_t ms = dev->settings.sleep;
    return ms < DEVICE_REST_LEAST_MS ? DEVICE_REST_LEAST_MS : ms;
}

uint32_t device_wait_ms(const struct device *dev)
{
    uint32_t due = inputs_due(dev), most = rest_ms(dev);
    if (most > DEVICE_TICK_MS && is_busy(dev))
        most = DEVICE_TICK_MS;
    return due == 0 ? 1 : due < most ? due : most;
}

/* Flash would hold up the relay of a contact that settles. That takes its
 * debounce time at the most, also when it chatters. */
static bool is_time_to_save(const struct device *dev)
{
    return dev->has_changes && dev->settings.save_data > 0 &&
           !web_is_restoring(dev) &&
           (int32_t)(dev->now_ms - dev->save_ms) >= 0 &&
           inputs_due(dev) == INPUT_NEVER;
}

static void tick(struct device *dev)
{
    inputs_look(dev);
    relays_tick(dev);
    backlog_tick(dev);
    rescue_tick(dev);
    wifi_tick(dev);
    syslog_tick(dev);
    mdns_tick(dev);
    mqtt_tick(dev);
    sntp_tick(dev);
    update_tick(dev);
    password_tick(dev);
    web_tick(dev);
    update_serial_tick(dev);
    if (is_time_to_save(dev))
        device_save_now(dev);
    /* What waits in the backlog is part of the same set-up. */
    if (dev->will_restart && dev->backlog.count == 0 &&
        (int32_t)(dev->now_ms - dev->restart_ms) >= 0)
        restart(dev);
    if (dev->will_crash) {
        dev->is_restarting = true;
        hal_system_crash(dev->crash);
    }
}

void device_handle(struct device *dev, const struct event *event)
{
    if (dev->is_restarting)
        return;
    if (event->kind == EVENT_START) {
        dev->now_ms = event->now_ms;
        start(dev, event);
        return;
    }
    if (event->kind == EVENT_PINS && event->has_gap)
        device_pass_time(dev, event->now_ms - dev->now_ms);
    else
        inputs_pass(dev, event->now_ms);
    if (event->kind == EVENT_CONSOLE)
        console_bytes(dev, event->bytes, event->size);
    else if (event->kind == EVENT_WIFI)
        wifi_handle(dev, &event->wifi);
    else if (event->kind == EVENT_VERIFIED)
        update_verified(dev, event->is_right);
    else if (event->kind == EVENT_NET)
        net_events_handle(dev, event->net);
    else if (event->kind == EVENT_PINS)
        inputs_take(dev, event->pins);
    else
        tick(dev);
    leds_update(dev);
}

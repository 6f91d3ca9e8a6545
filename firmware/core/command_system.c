/* Commands about the device itself and about other commands: Backlog, Json,
 * Delay, SaveData, Restart, Reset, Help. */
#include "firmware/core/command_private.h"

#include "firmware/core/option.h"

void run_backlog(struct command_call *call)
{
    struct device *dev = call->dev;
    unsigned kind = call->has_index ? call->index : 1;
    if (call->size == 0) {
        bool was_empty = dev->backlog.count == 0;
        backlog_clear(dev);
        text_format(&call->reply, "{\"Backlog\":\"%s\"}",
                    was_empty ? "Empty" : "Aborted");
        return;
    }
    if (kind > 3 || !backlog_add(dev, call->payload, call->size)) {
        command_fail(call);
        return;
    }
    dev->backlog.is_silent = kind >= 2;
    dev->backlog.has_delay = kind == 1 || kind == 3;
}

void run_json(struct command_call *call)
{
    struct device *dev = call->dev;
    if (call->is_query) {
        text_add(&call->reply, "{\"Json\":\"Empty\"}");
        return;
    }
    if (!backlog_add_json(dev, call->payload, call->size)) {
        command_fail(call);
        return;
    }
    dev->backlog.is_silent = false;
    dev->backlog.has_delay = true;
}

void run_delay(struct command_call *call)
{
    struct device *dev = call->dev;
    if (!call->is_query) {
        uint32_t ms = dev->settings.backlog_delay;
        if (!command_in_range(call)) {
            command_fail(call);
            return;
        }
        if (call->number == -1)
            ms = 1000u - dev->uptime_ms;
        else if (call->number >= 2)
            ms = (uint32_t)call->number * 100u;
        backlog_delay(dev, ms);
    }
    int32_t left = (int32_t)(dev->backlog.next_ms - dev->now_ms) / 100;
    command_open(call, false);
    text_format(&call->reply, "%d}", left > 0 ? (int)left : 0);
}

void run_no_delay(struct command_call *call)
{
    call->dev->backlog.skips_delay = true;
}

/* Saves at once, too. */
void run_save_data(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query)
        settings->save_data = (uint16_t)call->number;
    unsigned seconds = settings->save_data;
    device_save_now(call->dev);
    command_open(call, false);
    if (seconds > 1)
        text_format(&call->reply, "\"Every %u seconds\"}", seconds);
    else
        text_format(&call->reply, "\"%s\"}",
                    device_state_text(call->dev, seconds));
}

/* -1 and -2 are test crashes as Tasmota has them (tasmota.md A.7): right after
 * the answer, and nothing is saved. */
static bool is_crash(struct device *dev, int32_t number)
{
    dev->crash = number == -1 ? HAL_CRASH_EXCEPTION : HAL_CRASH_HANG;
    dev->will_crash = number == -1 || number == -2;
    return dev->will_crash;
}

void run_restart(struct command_call *call)
{
    struct device *dev = call->dev;
    bool is_known =
        call->has_number && (call->number == 1 || call->number == 99 ||
                             is_crash(dev, call->number));
    command_open(call, false);
    text_add(&call->reply, is_known ? "\"Restarting\"}" : "\"1 to restart\"}");
    if (!is_known || dev->will_crash)
        return;
    if (call->number == 99)
        dev->has_changes = false;
    else
        device_changed(dev);
    device_restart_soon(dev);
}

void run_reset(struct command_call *call)
{
    struct device *dev = call->dev;
    bool is_known = !call->is_query && command_in_range(call);
    command_open(call, false);
    if (call->has_number && call->number == 99) {
        dev->settings.boot_count = 0;
        dev->settings.boots_since =
            daytime_is_known(dev) ? daytime_local(dev, NULL) : 0;
        device_changed(dev);
        text_add(&call->reply, "\"Done\"}");
    } else if (is_known) {
        text_add(&call->reply, call->number == 1
                                   ? "\"Reset and Restarting\"}"
                                   : "\"Erase, Reset and Restarting\"}");
        dev->reset = (uint8_t)call->number;
        device_restart_soon(dev);
    } else {
        text_add(&call->reply, "\"1 to reset\"}");
    }
}

static void help_line(struct device *dev, const struct command *row)
{
    const char *const parts[] = {row->name, command_indexes(row) ? "<n>" : "",
                                 "  ", row->help};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

/* SetOption's rows are commands of a kind. */
static void help_options(struct device *dev)
{
    for (size_t i = 0; i < option_count; i++) {
        char name[16];
        struct text text;
        text_init(&text, name, sizeof(name));
        text_format(&text, "SetOption%u", (unsigned)options[i].number);
        const char *const parts[] = {name, "  ", options[i].help};
        device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
    }
}

void run_help(struct command_call *call)
{
    unsigned shown = 0;
    for (size_t i = 0; i < command_count; i++) {
        if (!call->is_query &&
            !text_same_size(call->payload, call->size, commands[i].name))
            continue;
        help_line(call->dev, &commands[i]);
        if (!call->is_query && commands[i].run == run_set_option)
            help_options(call->dev);
        shown++;
    }
    if (shown == 0)
        command_fail(call);
    else
        text_add(&call->reply, "{\"Help\":\"Done\"}");
}

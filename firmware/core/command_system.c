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

/* Restart's numbers (tasmota.md A.7). Test crashes come right after the answer,
 * and nothing is saved; Tasmota has three, two of which hang. */
static const struct {
    int8_t number;
    uint8_t stop; /* enum stop */
    bool is_crash;
    uint8_t crash; /* enum hal_crash */
    const char *answer;
} restarts[] = {
    {1, STOP_RESTART, false, 0, "Restarting"},
    {99, STOP_RESTART, false, 0, "Restarting"},
    {2, STOP_HALT, false, 0, "Halting"},
    {9, STOP_SLEEP, false, 0, "Go to sleep"},
    {-1, STOP_RESTART, true, HAL_CRASH_EXCEPTION, "Restarting"},
    {-2, STOP_RESTART, true, HAL_CRASH_HANG, "Restarting"},
    {-3, STOP_RESTART, true, HAL_CRASH_HANG, "Restarting"},
};
#define RESTARTS (sizeof(restarts) / sizeof(restarts[0]))

/* From a group's topic devices may start again, but not stay away. */
void run_restart(struct command_call *call)
{
    struct device *dev = call->dev;
    size_t i = 0;
    while (i < RESTARTS &&
           !(call->has_number && restarts[i].number == call->number))
        i++;
    if (i < RESTARTS && restarts[i].stop && dev->mqtt.is_group) {
        command_refuse(call);
        return;
    }
    command_open(call, false);
    text_format(&call->reply, "\"%s\"}",
                i < RESTARTS ? restarts[i].answer : "1 to restart");
    if (i == RESTARTS)
        return;
    dev->crash = (enum hal_crash)restarts[i].crash;
    dev->will_crash = restarts[i].is_crash;
    if (dev->will_crash)
        return;
    dev->stop = restarts[i].stop;
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

/* ---- Help ---------------------------------------------------------------- */

static void help_line(struct device *dev, const struct command *row)
{
    const char *const parts[] = {row->name, command_indexes(row) ? "<n>" : "",
                                 "  ", row->help};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

/* SetOption's rows are commands of a kind. */
static void help_option(struct device *dev, const struct option_row *row)
{
    char name[16];
    struct text text;
    text_init(&text, name, sizeof(name));
    text_format(&text, "SetOption%u", (unsigned)row->number);
    const char *const parts[] = {name, "  ", row->help};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

/* All names: who reads no log has them in one answer. */
static void help_all(struct command_call *call)
{
    for (size_t i = 0; i < command_count; i++) {
        help_line(call->dev, &commands[i]);
        text_format(&call->reply, "%s%s", i ? " " : "{\"Help\":\"",
                    commands[i].name);
    }
    text_add(&call->reply, "\"}");
}

/* {"Help":{"SetOption<n>":"...","n":[0,1,3]}} */
static void help_command(struct command_call *call, const struct command *row)
{
    struct text *out = &call->reply;
    text_format(out, "{\"Help\":{\"%s%s\":\"", row->name,
                command_indexes(row) ? "<n>" : "");
    text_json(out, row->help);
    text_add(out, "\"");
    help_line(call->dev, row);
    for (size_t i = 0; i < option_count && row->run == run_set_option; i++) {
        help_option(call->dev, &options[i]);
        text_format(out, "%s%u", i ? "," : ",\"n\":[",
                    (unsigned)options[i].number);
    }
    text_add(out, row->run == run_set_option ? "]}}" : "}}");
}

static void help_one_option(struct command_call *call, unsigned number)
{
    size_t i = 0;
    while (i < option_count && options[i].number != number)
        i++;
    if (i == option_count) {
        command_fail(call);
        return;
    }
    help_option(call->dev, &options[i]);
    text_format(&call->reply, "{\"Help\":{\"SetOption%u\":\"", number);
    text_json(&call->reply, options[i].help);
    text_add(&call->reply, "\"}}");
}

/* Help, Help Power, Help SetOption, Help SetOption4 */
void run_help(struct command_call *call)
{
    size_t size = call->size, i = 0;
    int32_t number = 0;
    while (size > 0 && text_is_digit(call->payload[size - 1]))
        size--;
    bool has_digits =
        text_number(call->payload + size, call->size - size, &number);
    while (i < command_count &&
           !text_same_size(call->payload, size, commands[i].name))
        i++;
    if (call->is_query)
        help_all(call);
    else if (i == command_count)
        command_fail(call);
    else if (has_digits && commands[i].run == run_set_option)
        help_one_option(call, (unsigned)number);
    else
        help_command(call, &commands[i]);
}

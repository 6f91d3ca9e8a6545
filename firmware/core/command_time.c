/* Commands about the time: Time, Timezone, TimeStd, TimeDst, NtpServer
 * (tasmota.md A.8). */
#include "firmware/core/command_private.h"

/* What Tasmota takes for the owner's own time; more is one, less is none. */
#define TIME_LEAST 1451602800

/* ---- Time ---------------------------------------------------------------- */

static bool set_time(struct command_call *call)
{
    struct device *dev = call->dev;
    if (call->number > 0 && call->number <= DAYTIME_FORMATS) {
        dev->settings.time_format = (uint8_t)(call->number - 1);
        device_setting_changed(dev, KEY_TIME_FORMAT);
    } else if (call->number == 0) {
        sntp_on(dev);
    } else if (call->number > TIME_LEAST) {
        sntp_off(dev);
        daytime_set(dev, (uint32_t)call->number, 0);
    } else {
        return false;
    }
    return true;
}

void run_time(struct command_call *call)
{
    if (!call->is_query && (!command_in_range(call) || !set_time(call))) {
        command_fail(call);
        return;
    }
    bool is_format =
        call->is_query || (call->number > 0 && call->number <= DAYTIME_FORMATS);
    text_add(&call->reply, "{");
    daytime_put(call->dev,
                is_format ? (enum daytime_format)call->dev->settings.time_format
                          : DAYTIME_BOTH,
                &call->reply);
    text_add(&call->reply, "}");
}

/* ---- numbers in a row ---------------------------------------------------- */

struct cursor {
    const char *at, *end;
};

static struct cursor payload_of(const struct command_call *call)
{
    return (struct cursor){call->payload, call->payload + call->size};
}

static bool take(struct cursor *cursor, char wanted)
{
    bool is_there = cursor->at < cursor->end && *cursor->at == wanted;
    cursor->at += is_there ? 1 : 0;
    return is_there;
}

/* Decimal, also after a 0; with a sign or without. */
static bool take_number(struct cursor *cursor, int min, int max, int *out)
{
    bool is_minus = take(cursor, '-');
    int number = 0;
    if (!is_minus)
        (void)take(cursor, '+');
    const char *first = cursor->at;
    for (; cursor->at < cursor->end && text_is_digit(*cursor->at); cursor->at++)
        number = number < 1000 ? 10 * number + (*cursor->at - '0') : number;
    *out = is_minus ? -number : number;
    return cursor->at > first && *out >= min && *out <= max;
}

/* ---- Timezone ------------------------------------------------------------ */

/* 1, -3, +05:30 */
static bool take_zone(const struct command_call *call, uint16_t *zone)
{
    struct cursor cursor = payload_of(call);
    bool is_west = call->payload[0] == '-';
    int hours, minutes = 0;
    if (!take_number(&cursor, -13, 14, &hours))
        return false;
    if (take(&cursor, ':') && !take_number(&cursor, 0, 59, &minutes))
        return false;
    if (cursor.at != cursor.end)
        return false;
    minutes = 60 * hours + (is_west ? -minutes : minutes);
    *zone = (uint16_t)DAYTIME_ZONE(minutes);
    return true;
}

/* Europe/Berlin, UTC: what else would anybody say? The page knows places. */
static void refuse_place(struct command_call *call)
{
    command_open(call, false);
    text_add(&call->reply,
             "\"Refused: places are not known here. Say +01:00, or 99 for "
             "summer and winter by TimeDst and TimeStd, which are central "
             "Europe's at first\"}");
}

void run_timezone(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (call->has_number && call->number == 99) {
        settings->timezone = DAYTIME_BY_RULES;
    } else if (!call->is_query && !take_zone(call, &settings->timezone)) {
        char first = text_upper(call->payload[0]);
        if (first >= 'A' && first <= 'Z')
            refuse_place(call);
        else
            command_fail(call);
        return;
    }
    if (!call->is_query)
        command_changed(call);
    command_open(call, false);
    daytime_put_zone(call->dev, &call->reply);
    text_add(&call->reply, "}");
}

/* ---- TimeStd, TimeDst ---------------------------------------------------- */

static void skip_spaces(struct cursor *cursor)
{
    while (take(cursor, ' '))
        continue;
}

/* Numbers with commas between them; one that is left out stays. */
static bool take_parts(const struct command_call *call, int *parts)
{
    struct cursor cursor = payload_of(call);
    unsigned i = 0;
    bool has_more = true;
    for (; i < DAYTIME_PARTS && has_more; i++) {
        skip_spaces(&cursor);
        bool is_left_out = cursor.at == cursor.end || *cursor.at == ',';
        if (!is_left_out &&
            !take_number(&cursor, INT16_MIN, INT16_MAX, &parts[i]))
            return false;
        skip_spaces(&cursor);
        has_more = take(&cursor, ',');
    }
    return cursor.at == cursor.end && i > 1 && !has_more;
}

void run_time_rule(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    const struct settings_row *row = settings_row(call->row->key);
    uint32_t number = settings_number(settings, row->key, 0);
    int parts[DAYTIME_PARTS];
    daytime_rule_parts(number, parts);
    if (call->has_number && call->number == 0) {
        number = row->initial;
        daytime_rule_parts(number, parts);
    } else if (!call->is_query && (!take_parts(call, parts) ||
                                   !daytime_rule_number(parts, &number))) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings_set_number(settings, row->key, 0, number);
        command_changed(call);
    }
    command_open(call, false);
    text_format(&call->reply,
                "{\"Hemisphere\":%d,\"Week\":%d,\"Month\":%d,\"Day\":%d,"
                "\"Hour\":%d,\"Offset\":%d}}",
                parts[0], parts[1], parts[2], parts[3], parts[4], parts[5]);
}

/* ---- NtpServer ----------------------------------------------------------- */

void run_ntp_server(struct command_call *call)
{
    run_text(call);
    if (!call->is_query)
        sntp_changed(call->dev);
}

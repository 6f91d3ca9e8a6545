/* Routes that carry out commands: /cm, /cs, the state that pages ask for, and
 * the restart (tasmota.md F.1 to F.3). */
#include "firmware/core/web_private.h"

#include "firmware/core/command.h"
#include "firmware/core/outlet.h"
#include "firmware/core/web_access.h"

/* The command's text takes the place of the arguments it came in; decoded it
 * is shorter. NULL: there is none. Other arguments are gone then. */
static char *take_line(struct web_call *call, const char *name)
{
    char *room = call->dev->web.room[call->client->room].as.text;
    const char *from =
        web_has_argument(call->form, name) ? call->form : call->query;
    if (!web_has_argument(from, name))
        return NULL;
    char *line = room + (from - room); /* the same, to be written to */
    return http_argument(from, text_length(from), name, line, WEB_ROOM) ? line
                                                                        : NULL;
}

/* It does more than tell, and this client may not. */
static bool is_refused(struct web_call *call, const char *line)
{
    if (call->may_change || !line ||
        command_only_tells(call->dev, line, text_length(line)))
        return false;
    web_refuse_unowned(call->dev, call->client);
    return true;
}

/* ---- /cm ----------------------------------------------------------------- */

struct collected {
    struct outlet_collector collector; /* first */
    struct web_out *out;
};

static void take(struct outlet_collector *collector, const char *bytes,
                 size_t size)
{
    struct collected *collected = (struct collected *)(void *)collector;
    web_put_size(collected->out, bytes, size);
}

/* SetOption128 0. */
static bool is_api_off(const struct web_call *call)
{
    return settings_option(&call->dev->settings, OPTION_NO_API) &&
           !web_is_own_page(call->request);
}

void web_run_command(struct web_call *call)
{
    struct web_out out;
    struct collected collected = {{take, false}, &out};
    if (is_api_off(call)) {
        web_say(call->dev, call->client, 403, WEB_JSON, "", "");
        return;
    }
    char *line = take_line(call, "cmnd");
    if (is_refused(call, line))
        return;
    web_begin(call->dev, &out, call->client, 200, WEB_JSON, "", WEB_SIZE_OPEN);
    if (!line || !line[0]) {
        web_put(&out, "{\"WARNING\":\"Enter command cmnd=\"}");
        web_end(call->dev, &out);
        return;
    }
    web_put(&out, "{");
    outlet_collect(call->dev, &collected.collector);
    console_run(call->dev, line, text_length(line));
    outlet_collect(call->dev, NULL);
    web_put(&out, "}");
    web_end(call->dev, &out);
}

/* ---- /cs ----------------------------------------------------------------- */

static uint32_t log_place(const struct web_call *call)
{
    char digits[12];
    uint32_t place = 0;
    if (!web_argument(call, "c2", digits, sizeof(digits)))
        return 0;
    for (const char *d = digits; text_is_digit(*d); d++)
        place = place * 10 + (uint32_t)(*d - '0');
    return place;
}

/* Lines are parted, not ended, by line ends. */
static void put_log(struct web_out *out, const struct outlet *outlet,
                    uint32_t place)
{
    char piece[128];
    bool has_end = false;
    for (size_t n; (n = outlet_read(outlet, &place, piece, sizeof(piece))) > 0;
         has_end = piece[n - 1] == '\n') {
        if (has_end)
            web_put(out, "\n");
        web_put_size(out, piece, piece[n - 1] == '\n' ? n - 1 : n);
    }
}

/* `newest}1flag}1lines}1`; flag 0: the page's own lines are too old. */
void web_run_console(struct web_call *call)
{
    const struct outlet *outlet = &call->dev->outlet;
    uint32_t place = log_place(call);
    struct web_out out;
    char *line = take_line(call, "c1");
    if (is_refused(call, line))
        return;
    if (line && line[0])
        console_run(call->dev, line, text_length(line));
    web_begin(call->dev, &out, call->client, 200, WEB_TEXT, "", WEB_SIZE_OPEN);
    web_put_number(&out, outlet_end(outlet));
    web_put(&out, place ? "}11}1" : "}10}1");
    put_log(&out, outlet, place);
    web_put(&out, "}1");
    web_end(call->dev, &out);
}

/* ---- / with arguments ---------------------------------------------------- */

static void put_output(struct web_out *out, const struct device *dev,
                       unsigned number)
{
    bool is_on = device_is_on(dev, number);
    web_put(out, "<td style='width:");
    web_put_number(out, 100 / dev->relay_count);
    web_put(out, "%;text-align:center;font-weight:");
    web_put(out, is_on ? "bold" : "normal");
    web_put(out, ";font-size:");
    web_put_number(out, dev->relay_count > 4 ? 24 : 62 - 9 * dev->relay_count);
    web_put(out, is_on ? "px'>ON</td>" : "px'>OFF</td>");
}

/* Marks as Tasmota's page script knows them: {t} begins a table. */
void web_run_state(struct web_call *call)
{
    const struct device *dev = call->dev;
    struct web_out out;
    web_begin(call->dev, &out, call->client, 200, WEB_HTML, "", WEB_SIZE_OPEN);
    web_put(&out, "{t}</table>{t}<tr>");
    for (unsigned i = 1; i <= dev->relay_count; i++)
        put_output(&out, dev, i);
    web_put(&out, "</tr></table>");
    web_end(call->dev, &out);
}

void web_run_toggle(struct web_call *call)
{
    char digits[4];
    int32_t number = 0;
    if (web_argument(call, "o", digits, sizeof(digits)) &&
        text_number(digits, text_length(digits), &number) && number >= 1 &&
        number <= (int32_t)call->dev->relay_count)
        command_power(call->dev, (unsigned)number, STATE_TOGGLE);
    web_run_state(call);
}

void web_run_restart(struct web_call *call)
{
    command_run(call->dev, "Restart 1", 9);
    web_say(call->dev, call->client, 200, WEB_TEXT, "", "Restarting\n");
}

void web_run_reset(struct web_call *call)
{
    command_run(call->dev, "Reset 1", 7);
    web_say(call->dev, call->client, 200, WEB_TEXT, "",
            "Reset and restarting\n");
}

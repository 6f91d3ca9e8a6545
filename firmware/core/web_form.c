/* Fields of Tasmota's form pages, which tools post (tasmota.md F.1): each is
 * one command, so that page and command behave alike. */
#include "firmware/core/web_private.h"

#include "firmware/core/command.h"

#define LINE 320u /* a command: a template is the longest */
#define PINS 17u

struct field {
    const char *path, *name;
    const char *command; /* what stands before the value */
};

/* In the order in which they are carried out. */
/* clang-format off */
static const struct field fields[] = {
    {"/wi", "s1", "SSId1 "}, {"/wi", "p1", "Password1 "},
    {"/wi", "s2", "SSId2 "}, {"/wi", "p2", "Password2 "},
    {"/wi", "h", "Hostname "}, {"/wi", "c", "CORS "},
    {"/mq", "mh", "MqttHost "}, {"/mq", "ml", "MqttPort "},
    {"/mq", "mc", "MqttClient "}, {"/mq", "mu", "MqttUser "},
    {"/mq", "mp", "MqttPassword "}, {"/mq", "mt", "Topic "},
    {"/mq", "mf", "FullTopic "},
    {"/lg", "l0", "SerialLog "}, {"/lg", "l1", "WebLog "},
    {"/lg", "l2", "MqttLog "}, {"/lg", "l3", "SysLog "},
    {"/lg", "lh", "LogHost "}, {"/lg", "lp", "LogPort "},
    {"/lg", "lt", "TelePeriod "},
    {"/co", "wp", "WebPassword "}, {"/co", "b1", "SetOption3 "},
    {"/co", "b3", "SetOption128 "}, {"/co", "dn", "DeviceName "},
    {"/co", "a0", "FriendlyName1 "}, {"/co", "a1", "FriendlyName2 "},
    {"/co", "a2", "FriendlyName3 "}, {"/co", "a3", "FriendlyName4 "},
    {"/co", "a4", "FriendlyName5 "}, {"/co", "a5", "FriendlyName6 "},
    {"/co", "a6", "FriendlyName7 "}, {"/co", "a7", "FriendlyName8 "},
    {"/co", "b2", "Emulation "}, {"/co", "t1", "Template "},
    {"/md", "g99", "Module "},
};
/* clang-format on */
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* A password field that was not touched holds stars; a template that was not
 * filled in stays. */
static bool is_untouched(const struct field *field, const char *value)
{
    return text_same(value, "****") ||
           (value[0] == 0 && text_same(field->name, "t1"));
}

/* Tick "Activate": the module is the template from now on. */
static void activate(struct web_call *call, const struct field *field)
{
    if (text_same(field->name, "t1") && (web_has_argument(call->query, "t2") ||
                                         web_has_argument(call->form, "t2")))
        command_run(call->dev, "Module 0", 8);
}

static void run_field(struct web_call *call, const struct field *field)
{
    char line[LINE];
    struct text text;
    text_init(&text, line, sizeof(line) - 2);
    text_add(&text, field->command);
    char *value = line + text.size;
    if (!web_argument(call, field->name, value, sizeof(line) - 2 - text.size) ||
        is_untouched(field, value))
        return;
    if (!value[0]) {
        value[0] = '"'; /* the commands' word for nothing */
        value[1] = 0;
    }
    activate(call, field);
    console_run(call->dev, line, text_length(line));
}

/* g<pin>: what it is, h<pin>: which one of those, 1-based. */
static void run_pin(struct web_call *call, unsigned pin)
{
    char name[8], value[12], line[32];
    int32_t what = 0, which = 1;
    struct text text;
    text_init(&text, name, sizeof(name));
    text_format(&text, "g%u", pin);
    if (!web_argument(call, name, value, sizeof(value)) ||
        !text_number(value, text_length(value), &what))
        return;
    name[0] = 'h';
    if (web_argument(call, name, value, sizeof(value)) &&
        !text_number(value, text_length(value), &which))
        which = 1;
    text_init(&text, line, sizeof(line));
    text_format(&text, "Gpio%u %d", pin, (int)(what + which - 1));
    command_run(call->dev, line, text.size);
}

void web_run_form(struct web_call *call)
{
    const char *path = call->request->path;
    for (size_t i = 0; i < FIELDS; i++) {
        if (text_same(path, fields[i].path))
            run_field(call, &fields[i]);
    }
    for (unsigned pin = 0; text_same(path, "/md") && pin < PINS; pin++)
        run_pin(call, pin);
    web_say(call->dev, call->client, 200, WEB_TEXT, "",
            "Configuration saved\n");
}

/* /u1: from an address. */
void web_run_upgrade(struct web_call *call)
{
    static const struct field url = {"/u1", "o", "OtaUrl "};
    run_field(call, &url);
    command_run(call->dev, "Upgrade 1", 9);
    web_say(call->dev, call->client, 200, WEB_TEXT, "", "Upgrade started\n");
}

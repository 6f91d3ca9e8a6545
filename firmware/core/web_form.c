/* Fields of Tasmota's form pages, which tools post (tasmota.md F.1): each is
 * one command, so that page and command behave alike. */
#include "firmware/core/web_private.h"

#include "firmware/core/command.h"
#include "firmware/core/module.h"

#define LINE 320u /* a command: a template is the longest */
#define PINS 17u
#define NAMES 128u /* of commands that were refused */

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
    /* Our own: with the first Wi-Fi, in one change. */
    {"/wi", "wp", "WebPassword "},
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

/* ---- what becomes of them ------------------------------------------------ */

/* One form's commands: those that were refused, and where they are told. */
struct form {
    struct outlet_collector collector; /* first */
    struct web_call *call;
    struct text refused; /* their names */
    bool is_refused;     /* the last one */
};

static bool begins(const char *bytes, size_t size, const char *words)
{
    size_t n = text_length(words);
    return n <= size && text_same_size(bytes, n, words);
}

/* A result without its braces: an error, or "Name":"Refused...". */
static void hear(struct outlet_collector *collector, const char *bytes,
                 size_t size)
{
    struct form *form = (struct form *)(void *)collector;
    form->is_refused |= begins(bytes, size, "\"Command\":\"");
    for (size_t i = 0; i < size && bytes[i] != ','; i++)
        form->is_refused |= begins(bytes + i, size - i, ":\"Refused: ") ||
                            begins(bytes + i, size - i, ":\"Invalid JSON");
}

/* A line, which ends with NUL; name: as the answer tells it. True: taken. */
static bool run(struct form *form, char *line, size_t name)
{
    form->is_refused = false;
    console_run(form->call->dev, line, text_length(line));
    if (!form->is_refused)
        return true;
    text_add(&form->refused, form->refused.size ? ", " : "");
    text_add_size(&form->refused, line, name);
    return false;
}

static void begin(struct form *form, struct web_call *call, char *names,
                  size_t room)
{
    *form = (struct form){.collector = {hear, false}, .call = call};
    text_init(&form->refused, names, room);
    outlet_collect(call->dev, &form->collector);
}

/* Tasmota says 200 whatever happened; a tool shall not take that for done. */
static void end(struct form *form, const char *done)
{
    struct web_call *call = form->call;
    struct web_out out;
    bool is_done = form->refused.size == 0;
    outlet_collect(call->dev, NULL);
    web_begin(call->dev, &out, call->client, is_done ? 200 : 400, WEB_TEXT, "",
              WEB_SIZE_OPEN);
    web_put(&out, is_done ? done : "Not taken, for the value is wrong: ");
    web_put(&out, form->refused.at);
    web_put(&out, is_done ? "" : ". What else was sent is saved\n");
    web_end(call->dev, &out);
}

/* ---- fields -------------------------------------------------------------- */

static bool has(const struct web_call *call, const char *name)
{
    return web_has_argument(call->query, name) ||
           web_has_argument(call->form, name);
}

/* The page's boards are counted from 0; 255 is the template. */
static void count_boards(const struct field *field, char *value)
{
    int32_t number;
    struct text text;
    if (!text_same(field->name, "g99") ||
        !text_number(value, text_length(value), &number) || number < 0 ||
        number > 255)
        return;
    text_init(&text, value, 4);
    text_format(&text, "%u", number == 255 ? 0u : (unsigned)number + 1);
}

static void run_field(struct form *form, const struct field *field)
{
    char line[LINE];
    struct text text;
    text_init(&text, line, sizeof(line) - 2);
    text_add(&text, field->command);
    size_t name = text.size;
    char *value = line + name;
    if (!web_argument(form->call, field->name, value,
                      sizeof(line) - 2 - name) ||
        is_untouched(field, value))
        return;
    if (!value[0]) {
        value[0] = '"'; /* the commands' word for nothing */
        value[1] = 0;
    }
    count_boards(field, value);
    (void)run(form, line, name - 1);
}

/* Tick "Activate": the module is the template from now on, and already when it
 * comes, for its CMND. */
static void run_template(struct form *form, const struct field *field)
{
    struct settings *settings = &form->call->dev->settings;
    uint8_t before = settings->module;
    size_t refused = form->refused.size;
    bool is_active = has(form->call, "t2") && has(form->call, "t1");
    if (is_active)
        settings->module = 0;
    run_field(form, field);
    if (!is_active)
        return;
    settings->module = before;
    if (form->refused.size == refused)
        command_run(form->call->dev, "Module 0", 8);
}

/* g<pin>: what it is, h<pin>: which one of those, 1-based. */
static bool pin_of(const struct web_call *call, unsigned pin, int32_t *what)
{
    char name[8], value[12];
    int32_t which = 1;
    struct text text;
    text_init(&text, name, sizeof(name));
    text_format(&text, "g%u", pin);
    if (!web_argument(call, name, value, sizeof(value)) ||
        !text_number(value, text_length(value), what))
        return false;
    name[0] = 'h';
    if (web_argument(call, name, value, sizeof(value)) &&
        !text_number(value, text_length(value), &which))
        which = 1;
    *what += which - 1;
    return true;
}

static void run_pin(struct form *form, unsigned pin)
{
    char line[32];
    int32_t what = 0;
    struct text text;
    if (!pin_of(form->call, pin, &what))
        return;
    text_init(&text, line, sizeof(line));
    text_format(&text, "Gpio%u", pin);
    size_t name = text.size;
    text_format(&text, " %d", (int)what);
    (void)run(form, line, name);
}

void web_run_form(struct web_call *call)
{
    const char *path = call->request->path;
    char names[NAMES];
    struct form form;
    begin(&form, call, names, sizeof(names));
    for (size_t i = 0; i < FIELDS; i++) {
        if (!text_same(path, fields[i].path))
            continue;
        if (text_same(fields[i].name, "t1"))
            run_template(&form, &fields[i]);
        else
            run_field(&form, &fields[i]);
    }
    for (unsigned pin = 0; text_same(path, "/md") && pin < PINS; pin++)
        run_pin(&form, pin);
    end(&form, "Configuration saved\n");
}

/* /u1: from an address. */
void web_run_upgrade(struct web_call *call)
{
    static const struct field url = {"/u1", "o", "OtaUrl "};
    char names[NAMES];
    struct form form;
    begin(&form, call, names, sizeof(names));
    run_field(&form, &url);
    if (form.refused.size == 0)
        command_run(call->dev, "Upgrade 1", 9);
    end(&form, "Upgrade started\n");
}

/* ---- templates ----------------------------------------------------------- */

/* /tp?t=N: a board's parts, for a page's script; counted as count_boards says.
 * A board whose pins are not known here has none. */
void web_run_board(struct web_call *call)
{
    char digits[4];
    int32_t number = -1;
    struct template template = {0};
    struct web_out out;
    const char *name = template.name;
    if (web_argument(call, "t", digits, sizeof(digits)))
        (void)text_number(digits, text_length(digits), &number);
    unsigned module = number == 255 ? 0 : (unsigned)number + 1;
    bool is_board = number == 255 || (number >= 0 && module <= MODULE_LAST);
    if (number == 255)
        template = call->dev->settings.template;
    else if (is_board && !module_template(module, &template))
        name = module_name(module);
    web_begin(call->dev, &out, call->client, is_board ? 200 : 400, WEB_TEXT, "",
              WEB_SIZE_OPEN);
    web_put(&out, name);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        web_put(&out, i ? "," : "}1");
        web_put_number(&out, template.pin[i]);
    }
    web_put(&out, "}10}1");
    web_put_number(&out, template.base);
    web_end(call->dev, &out);
}

/* /tp: what was not sent stays. */
void web_run_template(struct web_call *call)
{
    static const struct field base = {"/tp", "g99", "BASE "};
    char line[LINE] = "Template ", names[NAMES], number[8];
    struct template template = call->dev->settings.template;
    struct form form;
    struct text text;
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        int32_t what;
        if (pin_of(call, template_gpio(i), &what) && what >= 0)
            template.pin[i] = (uint16_t)what;
    }
    (void)web_argument(call, "s1", template.name, sizeof(template.name));
    if (web_argument(call, base.name, number, sizeof(number) - 2)) {
        int32_t module = 0;
        count_boards(&base, number);
        if (text_number(number, text_length(number), &module))
            template.base = (uint8_t)module;
    }
    begin(&form, call, names, sizeof(names));
    text_init(&text, line + 9, sizeof(line) - 9);
    template_print(&template, &text);
    (void)run(&form, line, 8);
    end(&form, "Configuration saved\n");
}

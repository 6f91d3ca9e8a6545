/* Commands about the board: Template, Module, Modules. */
#include "firmware/core/command_private.h"

#include "firmware/core/board.h"
#include "firmware/core/component.h"
#include "firmware/core/module.h"
#include "firmware/core/pins.h"

/* ---- refusals ------------------------------------------------------------ */

static void open_refusal(struct command_call *call)
{
    command_open(call, call->has_index);
    text_add(&call->reply, "\"Refused: ");
}

static void close_refusal(struct command_call *call)
{
    text_add(&call->reply, "\"}");
}

void command_refuse_pin(struct command_call *call, unsigned gpio,
                        unsigned component)
{
    open_refusal(call);
    pin_refusal(gpio, component, &call->reply);
    close_refusal(call);
}

/* Says why, if the template can't be. */
static bool is_possible(struct command_call *call,
                        const struct template *template)
{
    unsigned i = pins_refused(template);
    if (i < TEMPLATE_PINS)
        command_refuse_pin(call, template_gpio(i), template->pin[i]);
    return i == TEMPLATE_PINS;
}

/* The module as a template; says why, if it can't be. */
static bool take_module(struct command_call *call, unsigned module,
                        struct template *out)
{
    if (module_template(module, out))
        return is_possible(call, out);
    open_refusal(call);
    text_format(&call->reply,
                module_is_serial(module)
                    ? "%s is told over the serial line what to switch, which "
                      "this firmware does not do"
                    : "the pins of %s are not known here; store a template "
                      "and choose Module 0",
                module_name(module));
    close_refusal(call);
    return false;
}

/* ---- Template ------------------------------------------------------------ */

/* What is active with Gpio's settings. Tasmota gives it this name. */
static void merge_template(const struct device *dev, struct template *out)
{
    board_wired(&dev->settings, out);
    text_copy(out->name, sizeof(out->name), "Merged", 6);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        if (dev->board.pin[i] != COMPONENT_NONE)
            out->pin[i] = dev->board.pin[i];
    }
}

static void store_template(struct command_call *call,
                           const struct template *template)
{
    struct settings *settings = &call->dev->settings;
    settings->template = *template;
    device_changed(call->dev);
    if (settings->module == MODULE_TEMPLATE)
        device_restart_soon(call->dev);
}

static bool mentions(const struct text *text, const char *words)
{
    size_t n = text_length(words);
    for (size_t at = 0; at + n <= text->size; at++) {
        if (text_same_size(text->at + at, n, words))
            return true;
    }
    return false;
}

/* CMND: a backlog with '|' between its commands, for the template that becomes
 * active. The reply's room is free until there is a reply. */
static void run_commands(struct command_call *call,
                         const struct json_item *command)
{
    struct device *dev = call->dev;
    struct text *text = &call->reply;
    if (!command->text)
        return;
    json_string(command, text->at, text->room);
    text->size = text_length(text->at);
    for (size_t i = 0; i < text->size; i++) {
        if (text->at[i] == '|')
            text->at[i] = ';';
    }
    if (dev->settings.module != MODULE_TEMPLATE && !mentions(text, "Module 0"))
        text->size = 0;
    if (text->size > 0 && !backlog_add(dev, text->at, text->size))
        device_log(dev, "CFG: the template's CMND does not fit into the "
                        "backlog; none of it is done");
    dev->backlog.is_silent = dev->is_silent;
    dev->backlog.has_delay = true;
    text_init(text, text->at, text->room);
}

static bool take_json(struct command_call *call)
{
    struct template template = call->dev->settings.template;
    struct json_item command;
    if (!template_parse(&template, call->payload, call->size, &command)) {
        text_add(&call->reply, "{\"Template\":\"Invalid JSON\"}");
        return false;
    }
    if (!is_possible(call, &template))
        return false;
    store_template(call, &template);
    run_commands(call, &command);
    return true;
}

/* 0 copies the active board, 255 with what Gpio adds, 1..75 a module. */
static bool take_copy(struct command_call *call)
{
    struct template template;
    if (call->has_number && call->number == 255) {
        merge_template(call->dev, &template);
    } else if (!command_in_range(call)) {
        command_fail(call);
        return false;
    } else if (call->number == 0) {
        board_wired(&call->dev->settings, &template);
    } else if (!take_module(call, (unsigned)call->number, &template)) {
        return false;
    }
    store_template(call, &template);
    return true;
}

void run_template(struct command_call *call)
{
    bool is_stored = true;
    if (!call->is_query)
        is_stored = call->payload[0] == '{' ? take_json(call) : take_copy(call);
    if (is_stored)
        template_print(&call->dev->settings.template, &call->reply);
}

/* ---- Module -------------------------------------------------------------- */

/* Nothing was stored, or Generic itself. */
static bool is_generic(const struct template *template)
{
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        if (template->pin[i] != module_pin(MODULE_GENERIC, i))
            return false;
    }
    return true;
}

static void choose_module(struct device *dev, unsigned module)
{
    struct settings *settings = &dev->settings;
    if (module != settings->module) {
        for (unsigned i = 0; i < TEMPLATE_PINS; i++)
            settings->user_pin[i] = COMPONENT_NONE;
        if (module == MODULE_TEMPLATE && is_generic(&settings->template))
            device_log(dev, "CFG: the stored template is Generic, as on a new "
                            "device: with Module 0 there is no relay, no "
                            "button and no LED. Store one with Template");
    }
    settings->module = (uint8_t)module;
    device_setting_changed(dev, KEY_MODULE);
}

void run_module(struct command_call *call)
{
    const struct settings *settings = &call->dev->settings;
    if (!call->is_query) {
        struct template template;
        unsigned module = (unsigned)call->number;
        if (!command_in_range(call)) {
            command_fail(call);
            return;
        }
        if (module != MODULE_TEMPLATE && !take_module(call, module, &template))
            return;
        choose_module(call->dev, module);
    }
    command_open(call, false);
    text_format(&call->reply, "{\"%u\":\"", (unsigned)settings->module);
    text_json(&call->reply, device_module_name(call->dev));
    text_add(&call->reply, "\"}}");
}

void run_modules(struct command_call *call)
{
    command_open(call, false);
    text_add(&call->reply, "{\"0\":\"");
    text_json(&call->reply, call->dev->settings.template.name);
    text_add(&call->reply, "\"");
    for (unsigned m = 1; m <= MODULE_LAST; m++)
        text_format(&call->reply, ",\"%u\":\"%s\"", m, module_name(m));
    text_add(&call->reply, "}}");
}

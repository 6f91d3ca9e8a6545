/* Commands about the board: Template, Module, Modules, Gpio. */
#include "firmware/core/command_private.h"

#include "firmware/core/component.h"
#include "firmware/core/module.h"

static void store_template(struct command_call *call,
                           const struct template *template)
{
    struct settings *settings = &call->dev->settings;
    settings->template = *template;
    device_changed(call->dev);
    if (settings->module == MODULE_TEMPLATE)
        device_restart_soon(call->dev);
}

/* 0 copies the active board, 255 with what Gpio adds, 1..75 a module. */
static bool copy_template(struct command_call *call)
{
    const struct settings *settings = &call->dev->settings;
    struct template template = settings->template;
    bool is_known = true;
    if (call->number == 255)
        template = call->dev->board;
    else if (call->number == 0 && settings->module != MODULE_TEMPLATE)
        is_known = module_template(settings->module, &template);
    else if (call->number != 0)
        is_known = module_template((unsigned)call->number, &template);
    if (is_known)
        store_template(call, &template);
    return is_known;
}

void run_template(struct command_call *call)
{
    if (!call->is_query && call->payload[0] == '{') {
        struct template template = call->dev->settings.template;
        if (!template_parse(&template, call->payload, call->size)) {
            text_add(&call->reply, "{\"Template\":\"Invalid JSON\"}");
            return;
        }
        store_template(call, &template);
    } else if (!call->is_query) {
        bool is_number =
            command_in_range(call) || (call->has_number && call->number == 255);
        if (!is_number || !copy_template(call)) {
            command_fail(call);
            return;
        }
    }
    template_print(&call->dev->settings.template, &call->reply);
}

/* Nothing was stored, or Generic itself. */
static bool is_generic(const struct template *template)
{
    const uint16_t *generic = module_pins(MODULE_GENERIC);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        if (template->pin[i] != generic[i])
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
        unsigned module = (unsigned)call->number;
        if (!command_in_range(call) ||
            (module != MODULE_TEMPLATE && !module_pins(module))) {
            command_fail(call);
            return;
        }
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
    for (unsigned m = 1; m <= MODULE_LAST; m++) {
        if (module_pins(m))
            text_format(&call->reply, ",\"%u\":\"%s\"", m, module_name(m));
    }
    text_add(&call->reply, "}}");
}

/* The board as its maker wired it, without what Gpio adds. */
static void wired_board(const struct settings *settings, struct template *out)
{
    *out = settings->template;
    if (settings->module != MODULE_TEMPLATE)
        (void)module_template(settings->module, out);
}

static void report_pin(struct command_call *call, unsigned position, char mark)
{
    const struct settings *settings = &call->dev->settings;
    struct template wired;
    wired_board(settings, &wired);
    unsigned component = wired.pin[position];
    if (component == COMPONENT_USER)
        component = settings->user_pin[position];
    text_format(&call->reply, "%c\"GPIO%u\":{\"%u\":\"", mark,
                template_gpio(position), component);
    component_name(component, &call->reply);
    text_add(&call->reply, "\"}");
}

static void report_pins(struct command_call *call, bool all)
{
    struct template wired;
    char mark = '{';
    wired_board(&call->dev->settings, &wired);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        if (!all && wired.pin[i] != COMPONENT_USER)
            continue;
        report_pin(call, i, mark);
        mark = ',';
    }
    text_add(&call->reply, mark == '{' ? "{\"GPIO\":\"None\"}" : "}");
}

/* A component that the device does something with, on this pin. Nothing is
 * read from A0 yet. */
static bool is_for_pin(const struct command_call *call, unsigned position)
{
    bool can_serve = template_gpio(position) != TEMPLATE_A0;
    int32_t last = can_serve ? (int32_t)COMPONENT_LAST : COMPONENT_USER;
    return call->has_number && call->number >= 0 && call->number <= last &&
           component_is_served((unsigned)call->number);
}

void run_gpio(struct command_call *call)
{
    struct template wired;
    unsigned position = 0;
    if (!call->has_index) {
        bool all = call->has_number && call->number == 255;
        if (call->is_query || all)
            report_pins(call, all);
        else
            command_fail(call);
        return;
    }
    while (position < TEMPLATE_PINS && template_gpio(position) != call->index)
        position++;
    wired_board(&call->dev->settings, &wired);
    if (position == TEMPLATE_PINS ||
        (!call->is_query && (wired.pin[position] != COMPONENT_USER ||
                             !is_for_pin(call, position)))) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        call->dev->settings.user_pin[position] = (uint16_t)call->number;
        device_setting_changed(call->dev, KEY_USER_PIN);
    }
    report_pin(call, position, '{');
    text_add(&call->reply, "}");
}

/* Commands about the web: WebPassword, WebServer, Emulation. */
#include "firmware/core/command_private.h"

#include "firmware/core/password.h"

static void set_password(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    char c = call->payload[0];
    bool is_one = call->size == 1;
    bool is_none = is_one && (c == '0' || c == '"');
    bool is_made = is_one && c == '1';
    settings->web_auth = is_none   ? PASSWORD_NONE
                         : is_made ? PASSWORD_MADE
                                   : PASSWORD_OWN;
    text_copy(settings->web_password, sizeof(settings->web_password),
              call->payload, is_none || is_made ? 0 : call->size);
    call->dev->is_password_told = false;
    command_changed(call);
}

void run_web_password(struct command_call *call)
{
    if (!call->is_query &&
        call->size >= sizeof(call->dev->settings.web_password)) {
        command_fail(call);
        return;
    }
    if (!call->is_query)
        set_password(call);
    command_open(call, false);
    text_add(&call->reply, call->dev->settings.web_auth == PASSWORD_NONE
                               ? "\"\"}"
                               : "\"****\"}");
}

const char *command_web_mode(const struct device *dev)
{
    static const char *const modes[] = {"Off", "User", "Admin"};
    return modes[dev->settings.web_server];
}

void run_web_server(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings->web_server = (uint8_t)call->number;
        command_changed(call);
    }
    command_open(call, false);
    if (settings->web_server == WEB_OFF) {
        text_format(&call->reply, "\"%s\"}", device_state_text(call->dev, 0));
        return;
    }
    text_format(&call->reply, "\"Active for %s on ",
                command_web_mode(call->dev));
    wifi_host_name(call->dev, &call->reply);
    text_add(&call->reply, " with IP address ");
    status_put_ip(call);
    text_add(&call->reply, "\"}");
}

/* Tasmota's ways to be found by Alexa: 1 Belkin WeMo, 2 Philips Hue. */
void run_emulation(struct command_call *call)
{
    bool is_theirs = call->has_number && call->number >= 1 && call->number <= 2;
    if (!call->is_query && !is_theirs && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    command_open(call, false);
    text_add(&call->reply,
             is_theirs ? "\"Refused: there is no WeMo (1) and no Hue (2) here; "
                         "Alexa finds the device through Home Assistant\"}"
                       : "0}");
}

/* Commands about the web: WebPassword. */
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

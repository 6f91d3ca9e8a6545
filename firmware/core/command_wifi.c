/* Commands about Wi-Fi that move no setting: WifiTest. */
#include "firmware/core/command_private.h"

#define TEST_ONLY                                                              \
    3u /* of Tasmota's WifiTest0 to 3, the one that keeps nothing */

/* Parted at the first plus sign. */
static bool begin_trial(struct command_call *call)
{
    char ssid[HAL_SSID_SIZE + 1], password[HAL_PASSWORD_SIZE + 1];
    size_t at = 0;
    while (at < call->size && call->payload[at] != '+')
        at++;
    size_t rest = at < call->size ? call->size - at - 1 : 0;
    if (at == call->size || at == 0 || at >= sizeof(ssid) ||
        rest >= sizeof(password))
        return false;
    text_copy(ssid, sizeof(ssid), call->payload, at);
    text_copy(password, sizeof(password), call->payload + at + 1, rest);
    command_open(call, false);
    text_add(&call->reply, wifi_try(call->dev, ssid, password) ? "\"Testing\"}"
                                                               : "\"Busy\"}");
    return true;
}

void run_wifi_test(struct command_call *call)
{
    if (!call->is_query) {
        if (call->index != TEST_ONLY || !begin_trial(call))
            command_fail(call);
        return;
    }
    command_open(call, false);
    text_format(&call->reply, "\"%s\"", wifi_trial_text(call->dev));
    if (wifi_trial_is_good(call->dev)) {
        const uint8_t *ip = call->dev->wifi.ip;
        text_format(&call->reply, ",\"IPAddress\":\"%u.%u.%u.%u\"",
                    (unsigned)ip[0], (unsigned)ip[1], (unsigned)ip[2],
                    (unsigned)ip[3]);
    }
    text_add(&call->reply, "}");
}

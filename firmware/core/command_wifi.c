/* Commands about Wi-Fi: WifiTest, WifiScan, WifiConfig. */
#include "firmware/core/command_private.h"

/* Who asked is perhaps in the network that is left for the trial: he is
 * answered first, and the command comes again from the backlog. */
static bool try_later(struct command_call *call)
{
    struct device *dev = call->dev;
    if (dev->backlog.count > 0 || !wifi_try_soon(dev) ||
        !backlog_add_one(dev, call->line, call->line_size))
        return false;
    backlog_delay(dev, WIFI_LEAVE_MS);
    return true;
}

static void answer_trial(struct command_call *call, bool is_begun)
{
    command_open(call, false);
    text_add(&call->reply, is_begun ? "\"Testing\"}" : "\"Busy\"}");
}

/* Where the password begins: behind the first tab, which no name has, else
 * behind the first plus sign. 0: nowhere. */
static size_t password_at(const struct command_call *call)
{
    size_t tab = 0, plus = 0;
    for (size_t i = call->size; i-- > 0;) {
        if (call->payload[i] == '\t')
            tab = i + 1;
        if (call->payload[i] == '+')
            plus = i + 1;
    }
    return tab ? tab : plus;
}

static bool begin_trial(struct command_call *call)
{
    char ssid[HAL_SSID_SIZE + 1], password[HAL_PASSWORD_SIZE + 1];
    struct device *dev = call->dev;
    size_t at = password_at(call), rest = call->size - at;
    if (at < 2 || at > sizeof(ssid) || rest >= sizeof(password))
        return false;
    if (dev->wifi.state == WIFI_JOINED && !wifi_try_is_due(dev)) {
        answer_trial(call, try_later(call));
        return true;
    }
    bool was_answered = wifi_try_is_due(dev);
    text_copy(ssid, sizeof(ssid), call->payload, at - 1);
    text_copy(password, sizeof(password), call->payload + at, rest);
    bool is_begun = wifi_try(dev, ssid, password, (enum wifi_keep)call->index);
    if (!was_answered)
        answer_trial(call, is_begun);
    return true;
}

void run_wifi_test(struct command_call *call)
{
    if (!call->is_query) {
        if (call->index > WIFI_KEEP_NOT || !begin_trial(call))
            command_fail(call);
        return;
    }
    command_open(call, false);
    text_format(&call->reply, "\"%s\"", wifi_trial_text(call->dev));
    if (wifi_trial_is_good(call->dev)) {
        text_add(&call->reply, ",\"IPAddress\":\"");
        wifi_put_ip(call->dev, &call->reply);
        text_add(&call->reply, "\"");
    }
    text_add(&call->reply, "}");
}

/* "NET12":{...}, with a name of escaped controls only (6 bytes each) */
#define NETWORK_ROOM 320u

static void put_network(struct text *out, unsigned n,
                        const struct hal_wifi_heard *heard)
{
    static const char *const words[] = {
        [HAL_WIFI_OPEN] = "OPEN",         [HAL_WIFI_WEP] = "WEP",
        [HAL_WIFI_WPA] = "WPA",           [HAL_WIFI_WPA2] = "WPA2",
        [HAL_WIFI_WPA_WPA2] = "WPA/WPA2",
    };
    text_format(out, "%s\"NET%u\":{\"SSId\":\"", n ? "," : "", n + 1);
    text_json(out, heard->ssid);
    text_add(out, "\",\"BSSId\":\"");
    status_put_mac(out, heard->bssid);
    text_format(out,
                "\",\"Channel\":\"%u\",\"Signal\":\"%d\",\"RSSI\":\"%u\","
                "\"Encryption\":\"%s\"}",
                (unsigned)heard->channel, (int)heard->dbm,
                status_percent(heard->dbm), words[heard->security]);
}

static void put_networks(struct text *out)
{
    const struct hal_wifi_heard *heard;
    text_add(out, "{");
    for (unsigned n = 0; (heard = hal_wifi_heard(n)) != NULL; n++) {
        if (out->room - out->size < NETWORK_ROOM)
            break; /* the weaker ones */
        put_network(out, n, heard);
    }
    text_add(out, "}");
}

void run_wifi_scan(struct command_call *call)
{
    static const char *const words[] = {[WIFI_SCAN_NONE] = "\"Not Started\"",
                                        [WIFI_SCAN_ASKED] = "\"Scanning\"",
                                        [WIFI_SCAN_RUNNING] = "\"Scanning\"",
                                        [WIFI_SCAN_FAILED] = "\"Failed\""};
    struct device *dev = call->dev;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query)
        wifi_scan_ask(dev);
    text_add(&call->reply, "{\"WiFiScan\":");
    if (dev->wifi.scan == WIFI_SCAN_DONE)
        put_networks(&call->reply);
    else
        text_add(&call->reply, words[dev->wifi.scan]);
    text_add(&call->reply, "}");
}

void run_wifi_config(struct command_call *call)
{
    static const char *const names[] = {
        [WIFI_CONFIG_RESTART] = "Restart",
        [WIFI_CONFIG_SMART] = "WifiManager",
        [WIFI_CONFIG_MANAGER] = "WifiManager",
        [WIFI_CONFIG_OLD] = "WifiManager",
        [WIFI_CONFIG_RETRY] = "Retry",
        [WIFI_CONFIG_WAIT] = "Wait",
        [WIFI_CONFIG_SERIAL] = "Serial",
        [WIFI_CONFIG_RESTRICTED] = "ManagerRst",
    };
    struct settings *settings = &call->dev->settings;
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings->wifi_config = (uint8_t)call->number;
        command_changed(call);
    }
    command_open(call, false);
    text_format(&call->reply, "{\"%u\":\"%s\"}}",
                (unsigned)settings->wifi_config, names[settings->wifi_config]);
}

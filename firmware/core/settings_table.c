/* The settings table: one row each, by number. Adding a setting is adding a
 * key, a field and a row; commands take their bounds from here. */
#include "firmware/core/daytime.h"
#include "firmware/core/device.h"
#include "firmware/core/module.h"
#include "firmware/core/password.h"
#include "firmware/core/settings.h"
#include "firmware/core/switch.h"
#include "firmware/core/web.h"
#include "firmware/core/wifi.h"

#define SIZE(member) sizeof(((struct settings *)0)->member)
#define AT(member) offsetof(struct settings, member)

/* One number or text, and several. */
#define NUMBER(key, name, member, initial, min, max, apply)                    \
    {                                                                          \
        key, KIND_NUMBER, apply, 1, SIZE(member), AT(member), initial, min,    \
            max, name                                                          \
    }
#define NUMBERS(key, name, member, initial, min, max, apply)                   \
    {                                                                          \
        key, KIND_NUMBER, apply, SIZE(member) / SIZE(member[0]),               \
            SIZE(member[0]), AT(member), initial, min, max, name               \
    }
#define TEXT(key, kind, name, member, apply)                                   \
    {                                                                          \
        key, kind, apply, 1, SIZE(member), AT(member), 0, 0, 0, name           \
    }
#define TEXTS(key, kind, name, member, apply)                                  \
    {                                                                          \
        key, kind, apply, SIZE(member) / SIZE(member[0]), SIZE(member[0]),     \
            AT(member), 0, 0, 0, name                                          \
    }

/* clang-format off */
const struct settings_row settings_rows[] = {
    /* key, kind of a text, name, field, default, min, max, what follows */
    NUMBER(KEY_MODULE, "Module", module, MODULE_BASIC, 0, MODULE_LAST, APPLY_RESTART),
    /* The defaults of name and pins are module Generic's: settings.c. */
    TEXT(KEY_TEMPLATE_NAME, KIND_TEXT, "Template NAME", template.name, APPLY_NOTHING),
    NUMBERS(KEY_TEMPLATE_PIN, "Template GPIO", template.pin, 0, 0, 0xFFFF, APPLY_NOTHING),
    NUMBER(KEY_TEMPLATE_BASE, "Template BASE", template.base, MODULE_GENERIC, 0, 0xFF, APPLY_NOTHING),
    NUMBERS(KEY_USER_PIN, "Gpio", user_pin, 0, 0, 0xFFFF, APPLY_RESTART),
    NUMBER(KEY_POWER, "Power", power, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_POWER_ON_STATE, "PowerOnState", power_on_state, 3, 0, 5, APPLY_NOTHING),
    NUMBERS(KEY_PULSE_TIME, "PulseTime", pulse_time, 0, 0, 64900, APPLY_NOTHING),
    NUMBERS(KEY_SWITCH_MODE, "SwitchMode", switch_mode, 0, 0, SWITCH_MODE_LAST, APPLY_NOTHING),
    NUMBER(KEY_BUTTON_DEBOUNCE, "ButtonDebounce", button_debounce, 50, 40, 1009, APPLY_NOTHING),
    NUMBER(KEY_SWITCH_DEBOUNCE, "SwitchDebounce", switch_debounce, 50, 40, 1009, APPLY_NOTHING),
    NUMBER(KEY_LED_STATE, "LedState", led_state, 1, 0, 7, APPLY_NOTHING),
    NUMBER(KEY_LED_POWER, "LedPower", led_power, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_SERIAL_LOG, "SerialLog", serial_log, 2, 0, 4, APPLY_NOTHING),
    TEXTS(KEY_FRIENDLY_NAME, KIND_TEXT, "FriendlyName", friendly_name, APPLY_NOTHING),
    TEXT(KEY_DEVICE_NAME, KIND_TEXT, "DeviceName", device_name, APPLY_NOTHING),
    TEXT(KEY_TOPIC, KIND_TEXT, "Topic", topic, APPLY_RESTART),
    NUMBER(KEY_BLINK_TIME, "BlinkTime", blink_time, 10, 2, 3600, APPLY_NOTHING),
    NUMBER(KEY_BLINK_COUNT, "BlinkCount", blink_count, 10, 0, 32000, APPLY_NOTHING),
    NUMBER(KEY_BOOT_COUNT, "BootCount", boot_count, 0, 0, 0xFFFFFFFF, APPLY_NOTHING),
    NUMBER(KEY_SAVE_COUNT, "SaveCount", save_count, 0, 0, 0xFFFFFFFF, APPLY_NOTHING),
    NUMBER(KEY_OPTION, "SetOption", option, 1u << OPTION_SAVE_STATE | 1u << OPTION_MQTT, 0, 0xFFFFFFFF, APPLY_NOTHING),
    NUMBER(KEY_HOLD_TIME, "SetOption32", hold_time, 40, 1, 100, APPLY_NOTHING),
    NUMBER(KEY_BACKLOG_DELAY, "SetOption34", backlog_delay, 200, 0, 255, APPLY_NOTHING),
    TEXT(KEY_OTA_KEY, KIND_BYTES, "OtaKey", ota_key, APPLY_NOTHING),
    NUMBER(KEY_QUICK_STARTS, "QuickStarts", quick_starts, 0, 0, 0xFF, APPLY_NOTHING),
    TEXTS(KEY_SSID, KIND_TEXT, "SSId", ssid, APPLY_WIFI),
    TEXTS(KEY_PASSWORD, KIND_SECRET, "Password", password, APPLY_WIFI),
    NUMBER(KEY_UPDATE_EXPECTS, "UpdateExpects", update_expects, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_WEB_LOG, "WebLog", web_log, 2, 0, 4, APPLY_NOTHING),
    NUMBER(KEY_MQTT_LOG, "MqttLog", mqtt_log, 0, 0, 4, APPLY_NOTHING),
    TEXT(KEY_MQTT_HOST, KIND_TEXT, "MqttHost", mqtt_host, APPLY_MQTT),
    NUMBER(KEY_MQTT_PORT, "MqttPort", mqtt_port, 1883, 1, 65535, APPLY_MQTT),
    TEXT(KEY_MQTT_USER, KIND_TEXT, "MqttUser", mqtt_user, APPLY_MQTT),
    TEXT(KEY_MQTT_PASSWORD, KIND_SECRET, "MqttPassword", mqtt_password, APPLY_MQTT),
    TEXT(KEY_MQTT_CLIENT, KIND_TEXT, "MqttClient", mqtt_client, APPLY_MQTT),
    NUMBER(KEY_MQTT_RETRY, "MqttRetry", mqtt_retry, 10, 10, 32000, APPLY_MQTT),
    NUMBER(KEY_MQTT_KEEP_ALIVE, "MqttKeepAlive", mqtt_keep_alive, 30, 1, 100, APPLY_MQTT),
    TEXT(KEY_FULL_TOPIC, KIND_TEXT, "FullTopic", full_topic, APPLY_MQTT),
    NUMBERS(KEY_INTERLOCK, "Interlock", interlock, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_POWER_LOCK, "PowerLock", power_lock, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_LED_MASK, "LedMask", led_mask, 0xFFFF, 0, 0xFFFF, APPLY_NOTHING),
    TEXTS(KEY_STATE_TEXT, KIND_TEXT, "StateText", state_text, APPLY_NOTHING),
    NUMBER(KEY_SAVE_DATA, "SaveData", save_data, 1, 0, 3600, APPLY_NOTHING),
    TEXTS(KEY_GROUP_TOPIC, KIND_TEXT, "GroupTopic", group_topic, APPLY_MQTT),
    TEXTS(KEY_PREFIX, KIND_TEXT, "Prefix", prefix, APPLY_MQTT),
    NUMBER(KEY_TELE_PERIOD, "TelePeriod", tele_period, 300, 0, 3600, APPLY_NOTHING),
    NUMBER(KEY_RETAIN, "Retain", retain, 0, 0, 0xFF, APPLY_NOTHING),
    NUMBER(KEY_WIFI_CONFIG, "WifiConfig", wifi_config, WIFI_CONFIG_RETRY, WIFI_CONFIG_RESTART, WIFI_CONFIG_RESTRICTED, APPLY_WIFI),
    NUMBERS(KEY_IP_ADDRESS, "IPAddress", ip_address, 0, 0, 0xFFFFFFFF, APPLY_WIFI),
    NUMBER(KEY_WIFI_POWER, "WifiPower", wifi_power, 170, 0, 205, APPLY_WIFI),
    TEXT(KEY_AP_PASSWORD, KIND_SECRET, "ApPassword", ap_password, APPLY_WIFI),
    NUMBER(KEY_WEB_AUTH, "WebAuth", web_auth, PASSWORD_MADE, 0, PASSWORD_NONE, APPLY_NOTHING),
    TEXT(KEY_WEB_PASSWORD, KIND_SECRET, "WebPassword", web_password, APPLY_NOTHING),
    NUMBER(KEY_WEB_SERVER, "WebServer", web_server, WEB_ADMIN, WEB_OFF, WEB_ADMIN, APPLY_NOTHING),
    TEXT(KEY_CORS, KIND_TEXT, "CORS", cors, APPLY_NOTHING),
    TEXT(KEY_BUTTON_TOPIC, KIND_TEXT, "ButtonTopic", button_topic, APPLY_NOTHING),
    TEXT(KEY_SWITCH_TOPIC, KIND_TEXT, "SwitchTopic", switch_topic, APPLY_NOTHING),
    TEXTS(KEY_SWITCH_TEXT, KIND_TEXT, "SwitchText", switch_text, APPLY_NOTHING),
    NUMBER(KEY_HOLD_IGNORE, "SetOption40", hold_ignore, 0, 0, 250, APPLY_NOTHING),
    NUMBER(KEY_SLEEP, "Sleep", sleep, DEVICE_REST_MS, 0, 250, APPLY_NOTHING),
    NUMBER(KEY_CRASH_LOOPS, "SetOption36", crash_loops, 1, 0, 200, APPLY_NOTHING),
    TEXT(KEY_OTA_URL, KIND_TEXT, "OtaUrl", ota_url, APPLY_NOTHING),
    TEXT(KEY_HOSTNAME, KIND_TEXT, "Hostname", hostname, APPLY_RESTART),
    /* Tasmota's defaults: one hour east of UTC; with 99 Europe's rules. */
    NUMBER(KEY_TIMEZONE, "Timezone", timezone, DAYTIME_ZONE(60), 0, DAYTIME_BY_RULES, APPLY_NOTHING),
    NUMBER(KEY_TIME_STD, "TimeStd", time_std, DAYTIME_RULE(0u, 0u, 10u, 1u, 3u, 60), 0, DAYTIME_RULE_MOST, APPLY_NOTHING),
    NUMBER(KEY_TIME_DST, "TimeDst", time_dst, DAYTIME_RULE(0u, 0u, 3u, 1u, 2u, 120), 0, DAYTIME_RULE_MOST, APPLY_NOTHING),
    NUMBER(KEY_TIME_FORMAT, "TimeFormat", time_format, DAYTIME_ISO, 0, DAYTIME_FORMATS - 1, APPLY_NOTHING),
    TEXTS(KEY_NTP_SERVER, KIND_TEXT, "NtpServer", ntp_server, APPLY_NOTHING),
    NUMBER(KEY_BOOTS_SINCE, "BootsSince", boots_since, 0, 0, 0xFFFFFFFF, APPLY_NOTHING),
    NUMBER(KEY_SYS_LOG, "SysLog", sys_log, 0, 0, 4, APPLY_NOTHING),
    TEXT(KEY_LOG_HOST, KIND_TEXT, "LogHost", log_host, APPLY_NOTHING),
    NUMBER(KEY_ARP_TIME, "SetOption41", arp_time, 60, 0, 255, APPLY_NOTHING),
    NUMBER(KEY_RESTORE_DELAY, "SetOption47", restore_delay, 0, 0, 255, APPLY_NOTHING),
    NUMBER(KEY_LOG_PORT, "LogPort", log_port, 514, 1, 65535, APPLY_NOTHING),
};
/* clang-format on */
const size_t settings_row_count =
    sizeof(settings_rows) / sizeof(settings_rows[0]);

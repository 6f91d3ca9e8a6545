/* Status and State: what the device says about itself, in Tasmota's objects and
 * their order of keys (tasmota.md A.5, A.6). */
#include "firmware/core/command_private.h"

#include "firmware/core/board.h"
#include "firmware/core/option.h"
#include "firmware/core/version.h"
#include "firmware/hal/gpio.h"
#include "firmware/hal/system.h"
#include "format/flash_map.h"
#include "format/settings_log.h"
#include "format/slot_record.h"

static const char *const start_texts[] = {
    [START_POWER_ON] = "Power On",
    [START_EXTERNAL] = "External System",
    [START_SOFTWARE] = "Software/System restart",
    [START_WATCHDOG] = "Hardware Watchdog",
    [START_SOFT_WATCHDOG] = "Software Watchdog",
    [START_EXCEPTION] = "Exception",
    [START_DEEP_SLEEP] = "Deep-Sleep Wake",
};

const char *status_start_text(const struct device *dev)
{
    return start_texts[dev->start];
}

static void put_seconds(struct command_call *call, uint32_t s)
{
    text_format(&call->reply, "\"%uT%02u:%02u:%02u\"", s / 86400, s / 3600 % 24,
                s / 60 % 60, s % 60);
}

static void put_uptime(struct command_call *call)
{
    put_seconds(call, call->dev->uptime_s);
}

static void put_time(struct command_call *call)
{
    const struct device *dev = call->dev;
    daytime_put(dev, (enum daytime_format)dev->settings.time_format,
                &call->reply);
}

static void put_names(struct command_call *call)
{
    unsigned count = call->dev->relay_count ? call->dev->relay_count : 1;
    for (unsigned i = 0; i < count; i++) {
        text_add(&call->reply, i ? ",\"" : "[\"");
        device_friendly_name(call->dev, i, &call->reply);
        text_add(&call->reply, "\"");
    }
    text_add(&call->reply, "]");
}

static const char *or_zero(const char *topic)
{
    return topic[0] ? topic : "0";
}

static void status_short(struct command_call *call)
{
    struct device *dev = call->dev;
    const struct settings *settings = &dev->settings;
    struct text *out = &call->reply;
    text_format(out, "\"Status\":{\"Module\":%u,\"DeviceName\":\"",
                (unsigned)settings->module);
    device_name(dev, out);
    text_add(out, "\",\"FriendlyName\":");
    put_names(call);
    text_add(out, ",\"Topic\":\"");
    device_topic(dev, out);
    text_format(out, "\",\"ButtonTopic\":\"%s\",\"Power\":\"",
                or_zero(settings->button_topic));
    command_put_bits(call, dev->power);
    text_add(out, "\",\"PowerLock\":\"");
    command_put_bits(call, settings->power_lock);
    text_format(out,
                "\",\"PowerOnState\":%u,\"LedState\":%u,\"LedMask\":\"%04X\","
                "\"SaveData\":%u,\"SaveState\":%u,"
                "\"SwitchTopic\":\"%s\",\"SwitchMode\":[",
                (unsigned)settings->power_on_state,
                (unsigned)settings->led_state, (unsigned)settings->led_mask,
                (unsigned)settings->save_data,
                (unsigned)settings_option(settings, OPTION_SAVE_STATE),
                or_zero(settings->switch_topic));
    for (unsigned i = 0; i < SWITCHES; i++)
        text_format(out, i ? ",%u" : "%u", (unsigned)settings->switch_mode[i]);
    text_add(out, "]");
    status_put_retains(call);
    text_add(out, "}");
}

static void status_parameters(struct command_call *call)
{
    struct device *dev = call->dev;
    text_add(&call->reply,
             "\"StatusPRM\":{\"Baudrate\":115200,\"SerialConfig\":\"8N1\","
             "\"GroupTopic\":\"");
    topic_put_group(dev, 0, &call->reply);
    text_format(&call->reply,
                "\",\"OtaUrl\":\"%s\",\"RestartReason\":\"%s\",\"Uptime\":",
                dev->settings.ota_url, start_texts[dev->start]);
    put_uptime(call);
    text_add(&call->reply, ",\"StartupUTC\":\"");
    daytime_put_start(dev, &call->reply);
    text_format(&call->reply,
                "\",\"Sleep\":%u,\"CfgHolder\":%u,\"BootCount\":%u,"
                "\"BCResetTime\":\"",
                (unsigned)dev->settings.sleep, (unsigned)SETTINGS_LOG_MAGIC,
                (unsigned)dev->settings.boot_count);
    calendar_put(dev->settings.boots_since, &call->reply);
    text_format(&call->reply,
                "\",\"SaveCount\":%u,\"SaveAddress\":\"F7000\","
                "\"SafeMode\":%u,\"Rescue\":%u}",
                (unsigned)dev->settings.save_count,
                (unsigned)dev->rescue.is_safe, (unsigned)dev->rescue.is_open);
}

/* Tasmota's BuildDateTime, Boot and CR are left out: an image does not know
 * when it was built (two builds of one tree are the same), and Espressif's boot
 * loader is not there. Nor is Arduino's core. */
static void status_firmware(struct command_call *call)
{
    const struct update *update = &call->dev->update;
    struct hal_chip chip;
    hal_system_chip(&chip);
    text_format(&call->reply,
                "\"StatusFWR\":{\"Version\":\"%s(pogo)\",\"Core\":\"none\","
                "\"SDK\":\"%s\",\"CpuFrequency\":80,\"Hardware\":\"%s\","
                "\"Slot\":\"%c\",\"Confirmed\":\"%s\",\"Left\":\"",
                version_text, chip.sdk ? chip.sdk : "none",
                hal_system_is_8285() ? "ESP8285" : "ESP8266EX",
                'A' + (int)update->boot.slot,
                update->is_confirmed ? "ON" : "OFF");
    update_put_left(call->dev, &call->reply);
    text_add(&call->reply, "\"}");
}

static void status_log(struct command_call *call)
{
    const struct settings *settings = &call->dev->settings;
    text_format(&call->reply,
                "\"StatusLOG\":{\"SerialLog\":%u,\"WebLog\":%u,\"MqttLog\":%u,"
                "\"SysLog\":%u,\"LogHost\":\"%s\",\"LogPort\":%u,"
                "\"SSId\":[\"",
                (unsigned)settings->serial_log, (unsigned)settings->web_log,
                (unsigned)settings->mqtt_log, (unsigned)settings->sys_log,
                settings->log_host, (unsigned)settings->log_port);
    text_json(&call->reply, settings->ssid[0]);
    text_add(&call->reply, "\",\"");
    text_json(&call->reply, settings->ssid[1]);
    /* Resolution: Tasmota's decimals of sensors, of which there is none. */
    text_format(&call->reply,
                "\"],\"TelePeriod\":%u,\"Resolution\":\"00000000\","
                "\"SetOption\":[",
                (unsigned)settings->tele_period);
    options_put(settings, &call->reply);
    text_add(&call->reply, "]}");
}

/* As its record says; 0: there is none. */
static uint32_t image_size(const struct device *dev)
{
    struct slot_record record;
    if (slot_record_read(dev->flash, dev->update.boot.slot, &record) !=
            ERR_NONE ||
        record.state < SLOT_TRYING)
        return 0;
    return record.image.length;
}

/* Free is what an update may have. Of Features only the first is there, the
 * language (0x0809 is Britain's English): the others are bits of Tasmota's
 * drivers and sensors, of which there is none. */
static void status_memory(struct command_call *call)
{
    struct hal_chip chip;
    hal_system_chip(&chip);
    text_format(&call->reply,
                "\"StatusMEM\":{\"ProgramSize\":%u,\"Free\":%u,\"Heap\":%u,"
                "\"ProgramFlashSize\":1024,\"FlashSize\":%u,"
                "\"FlashChipId\":\"%06X\",\"FlashFrequency\":40,"
                "\"FlashMode\":\"DOUT\",\"Features\":[\"0809\"],"
                "\"Drivers\":\"\",\"Sensors\":\"\"}",
                (unsigned)((image_size(call->dev) + 1023) / 1024),
                (unsigned)(MAP_SLOT_SIZE / 1024),
                (unsigned)(chip.free_heap / 1024), (unsigned)chip.flash_kb,
                (unsigned)chip.flash_id);
}

void status_put_ip(struct command_call *call)
{
    if (call->dev->wifi.state == WIFI_JOINED)
        wifi_put_ip(call->dev, &call->reply);
    else
        text_add(&call->reply, "0.0.0.0");
}

void status_put_address(struct text *out, uint32_t address)
{
    for (unsigned i = 0; i < 4; i++)
        text_format(out, i ? ".%u" : "%u",
                    (unsigned)(address >> (24 - 8 * i) & 0xFFu));
}

void status_put_mac(struct text *out, const uint8_t mac[6])
{
    for (unsigned i = 0; i < 6; i++)
        text_format(out, i ? ":%02X" : "%02X", (unsigned)mac[i]);
}

/* Those besides our own, as they are now: zeroes while nothing is joined. */
static void put_addresses(struct command_call *call)
{
    static const char *const names[] = {[HAL_WIFI_GATEWAY] = "Gateway",
                                        [HAL_WIFI_MASK] = "Subnetmask",
                                        [HAL_WIFI_DNS1] = "DNSServer1",
                                        [HAL_WIFI_DNS2] = "DNSServer2"};
    struct hal_wifi_facts facts = {0};
    if (call->dev->wifi.state == WIFI_JOINED)
        hal_wifi_facts(&facts);
    for (unsigned i = HAL_WIFI_GATEWAY; i < HAL_WIFI_ADDRESSES; i++) {
        text_format(&call->reply, "\",\"%s\":\"", names[i]);
        status_put_address(&call->reply, facts.address[i]);
    }
}

static void status_network(struct command_call *call)
{
    const struct settings *settings = &call->dev->settings;
    struct hal_chip chip;
    hal_system_chip(&chip);
    text_format(&call->reply, "\"StatusNET\":{\"Hostname\":\"");
    wifi_host_name(call->dev, &call->reply);
    text_add(&call->reply, "\",\"IPAddress\":\"");
    status_put_ip(call);
    put_addresses(call);
    text_add(&call->reply, "\",\"Mac\":\"");
    status_put_mac(&call->reply, chip.mac);
    text_format(&call->reply,
                "\",\"Webserver\":%u,\"HTTP_API\":%u,"
                "\"WifiConfig\":%u,\"WifiPower\":",
                (unsigned)settings->web_server,
                settings_option(settings, OPTION_NO_API) ? 0u : 1u,
                (unsigned)settings->wifi_config);
    command_put_power(&call->reply, call->dev->settings.wifi_power);
    text_add(&call->reply, "}");
}

static void status_time(struct command_call *call)
{
    text_add(&call->reply, "\"StatusTIM\":{");
    daytime_put_status(call->dev, &call->reply);
    /* Nobody says where the device is. */
    text_add(&call->reply, ",\"Sunrise\":\"\",\"Sunset\":\"\"}");
}

void status_put_sensors(struct command_call *call)
{
    put_time(call);
    switches_report(call->dev, &call->reply);
    if (!board_has_analog(call->dev))
        return;
    unsigned value = hal_analog_read();
    if (value != HAL_ANALOG_NONE)
        text_format(&call->reply, ",\"ANALOG\":{\"A0\":%u}", value);
}

static void status_sensors(struct command_call *call)
{
    text_add(&call->reply, "\"StatusSNS\":{");
    status_put_sensors(call);
    text_add(&call->reply, "}");
}

unsigned status_percent(int dbm)
{
    int percent = 2 * (dbm + 100);
    if (percent > 100)
        return 100;
    return percent < 0 ? 0 : (unsigned)percent;
}

/* Only while it is joined, and what is known of it. */
static void put_wifi(struct command_call *call)
{
    const struct device *dev = call->dev;
    const struct wifi *wifi = &dev->wifi;
    struct hal_wifi_facts facts;
    int signal = hal_wifi_signal();
    if (wifi->state != WIFI_JOINED)
        return;
    text_format(&call->reply, ",\"Wifi\":{\"AP\":%u,\"SSId\":\"",
                wifi->network + 1u);
    text_json(&call->reply, dev->settings.ssid[wifi->network]);
    hal_wifi_facts(&facts);
    text_add(&call->reply, "\",\"BSSId\":\"");
    status_put_mac(&call->reply, facts.bssid);
    text_add(&call->reply, "\"");
    if (wifi->channel)
        text_format(&call->reply, ",\"Channel\":%u", (unsigned)wifi->channel);
    /* What the SDK begins with (API guide, wifi_get_phy_mode), and keeps. */
    text_add(&call->reply, ",\"Mode\":\"11n\"");
    if (signal)
        text_format(&call->reply, ",\"RSSI\":%u,\"Signal\":%d",
                    status_percent(signal), signal);
    text_format(&call->reply,
                ",\"LinkCount\":%u,\"Downtime\":", (unsigned)wifi->link_count);
    put_seconds(call, wifi->down_s);
    text_add(&call->reply, "}");
}

/* The inside of tele/STATE. */
void status_put_state(struct command_call *call)
{
    struct device *dev = call->dev;
    struct hal_chip chip;
    char key[16];
    hal_system_chip(&chip);
    put_time(call);
    text_add(&call->reply, ",\"Uptime\":");
    put_uptime(call);
    text_format(&call->reply, ",\"UptimeSec\":%u,\"Heap\":%u",
                (unsigned)dev->uptime_s, (unsigned)(chip.free_heap / 1024));
    text_format(&call->reply, ",\"SleepMode\":\"Dynamic\",\"Sleep\":%u",
                (unsigned)dev->settings.sleep);
    if (chip.load != HAL_LOAD_UNKNOWN)
        text_format(&call->reply, ",\"LoadAvg\":%u", (unsigned)chip.load);
    text_format(&call->reply, ",\"MqttCount\":%u", (unsigned)dev->mqtt.count);
    for (unsigned n = 1; n <= dev->relay_count; n++) {
        device_power_key(dev, n, key);
        text_format(&call->reply, ",\"%s\":\"%s\"", key,
                    device_state_text(dev, device_is_on(dev, n)));
    }
    put_wifi(call);
}

static void status_state(struct command_call *call)
{
    text_add(&call->reply, "\"StatusSTS\":{");
    status_put_state(call);
    text_add(&call->reply, "}");
}

/* clang-format off */
static const struct {
    uint8_t number;
    const char *topic;
    void (*put)(struct command_call *call);
} parts[] = {
    {0, "STATUS", status_short},
    {1, "STATUS1", status_parameters},
    {2, "STATUS2", status_firmware},
    {3, "STATUS3", status_log},
    {4, "STATUS4", status_memory},
    {5, "STATUS5", status_network},
    {6, "STATUS6", status_put_mqtt},
    {7, "STATUS7", status_time},
    {10, "STATUS10", status_sensors},
    {11, "STATUS11", status_state},
};
/* clang-format on */
#define PARTS (sizeof(parts) / sizeof(parts[0]))

/* Without MQTT there is nothing to say of it. */
static bool is_there(const struct device *dev, size_t row)
{
    return parts[row].put != status_put_mqtt ||
           settings_option(&dev->settings, OPTION_MQTT);
}

static void put_all_but(struct command_call *call, uint32_t left_out)
{
    const char *before = "{";
    for (size_t i = 0; i < PARTS; i++) {
        if (!is_there(call->dev, i) || (left_out & 1u << parts[i].number))
            continue;
        text_add(&call->reply, before);
        parts[i].put(call);
        before = ",";
    }
    text_add(&call->reply, "}");
}

/* With the longest names on a board with four relays all of it is longer than
 * the room for a reply: then what clients need least is left out. Asked for one
 * by one, all parts are there. */
void status_put_all(struct command_call *call)
{
    static const uint32_t left_out[] = {0, 1u << 3, 1u << 3 | 1u << 2,
                                        1u << 3 | 1u << 2 | 1u << 1};
    const struct text before = call->reply;
    for (size_t i = 0; i < sizeof(left_out) / sizeof(left_out[0]); i++) {
        call->reply = before;
        put_all_but(call, left_out[i]);
        if (!call->reply.is_cut)
            return;
    }
}

static void send_part(struct command_call *call, size_t row)
{
    text_add(&call->reply, "{");
    parts[row].put(call);
    text_add(&call->reply, "}");
    command_send(call, parts[row].topic);
}

/* 10's old name, and who asks for it by that waits for it so. */
static void send_sensors_as_8(struct command_call *call)
{
    text_add(&call->reply, "{");
    status_sensors(call);
    text_add(&call->reply, "}");
    command_send(call, "STATUS8");
}

/* Status0: all of it in one message. */
static void send_merged(struct command_call *call)
{
    status_put_all(call);
    command_send(call, "STATUS0");
}

void run_status(struct command_call *call)
{
    if (call->has_index && call->index == 0) {
        send_merged(call);
        return;
    }
    if (!call->is_query && !command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (call->is_query) {
        send_part(call, 0);
        return;
    }
    bool is_known = call->number == 8;
    if (is_known)
        send_sensors_as_8(call);
    for (size_t i = 0; i < PARTS; i++) {
        if (is_there(call->dev, i) &&
            (call->number == 0 || parts[i].number == call->number)) {
            send_part(call, i);
            is_known = true;
        }
    }
    if (!is_known)
        command_fail(call);
    else if (call->number == 0 && !call->dev->is_silent)
        call->dev->telemetry.wants_all = true;
}

void run_state(struct command_call *call)
{
    text_add(&call->reply, "{");
    status_put_state(call);
    text_add(&call->reply, "}");
    telemetry_switched(call->dev);
}

/* What the bench's Tasmota says of itself: Status 0 to 11, in the forms of
 * tasmota.md A.5; times and counts are made up. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "tool/bench_tasmota.h"

struct status {
    const struct tasmota *t;
    char *json;
    size_t room, size;
};

__attribute__((format(printf, 2, 3))) static void put(struct status *s,
                                                      const char *format, ...)
{
    va_list args;
    va_start(args, format);
    int n = vsnprintf(s->json + s->size, s->room - s->size, format, args);
    va_end(args);
    if (n > 0 && (size_t)n < s->room - s->size)
        s->size += (size_t)n;
}

void tasmota_quote(const char *text, char *out, size_t room)
{
    size_t n = 0;
    for (; *text && n + 3 < room; text++) {
        if (*text == '"' || *text == '\\')
            out[n++] = '\\';
        out[n++] = *text;
    }
    out[n] = '\0';
}

/* `"KEY":"text of the setting"` */
static void put_value(struct status *s, const char *key, const char *name)
{
    char quoted[2 * TASMOTA_VALUE];
    tasmota_quote(tasmota_get(s->t, name), quoted, sizeof(quoted));
    put(s, "\"%s\":\"%s\"", key, quoted);
}

static void put_all(struct status *s)
{
    char name[2 * TASMOTA_VALUE];
    bool is_new = s->t->version->major > 8;
    tasmota_quote(tasmota_get(s->t, "FriendlyName1"), name, sizeof(name));
    put(s, "{\"Status\":{\"Module\":%s,", tasmota_get(s->t, "Module"));
    if (s->t->version->major > 7) {
        put_value(s, "DeviceName", "DeviceName");
        put(s, ",");
    }
    put(s, "\"FriendlyName\":[\"%s\"],", name);
    put_value(s, "Topic", "Topic");
    put(s, ",\"ButtonTopic\":\"0\",");
    put(s, is_new ? "\"Power\":\"%d\"" : "\"Power\":%d", s->t->has_power);
    put(s, ",\"PowerOnState\":3,\"LedState\":1,\"SaveData\":1,\"SaveState\":1,"
           "\"SwitchTopic\":\"0\",\"ButtonRetain\":0,\"PowerRetain\":0}}");
}

static void put_parameters(struct status *s)
{
    put(s, "{\"StatusPRM\":{\"Baudrate\":115200,\"GroupTopic\":\"%s\",",
        s->t->version->major > 6 ? "tasmotas" : "sonoffs");
    put_value(s, "OtaUrl", "OtaUrl");
    put(s,
        ",\"RestartReason\":\"%s\",\"Uptime\":\"0T00:00:%02u\",\"Sleep\":50,"
        "\"BootCount\":%u,\"SaveCount\":12,\"SaveAddress\":\"F5000\"}}",
        s->t->restarts ? "Software/System restart" : "Power On",
        (unsigned)((s->t->now_ms - s->t->boot_ms) / 1000 % 60),
        s->t->restarts + 1);
}

static void put_firmware(struct status *s)
{
    char name[48];
    tasmota_name(s->t, name, sizeof(name));
    /* No device says PogoBench: by it pogo knows the bench. */
    put(s,
        "{\"StatusFWR\":{\"Version\":\"%s\",\"BuildDateTime\":"
        "\"2025-01-14T09:00:00\",\"Boot\":31,\"Core\":\"%s\","
        "\"Hardware\":\"%s\",\"PogoBench\":1}}",
        name, s->t->version->core, "ESP8285");
}

static void put_log(struct status *s)
{
    put(s,
        "{\"StatusLOG\":{\"SerialLog\":%s,\"WebLog\":2,\"MqttLog\":0,"
        "\"SysLog\":0,\"LogHost\":\"\",\"LogPort\":514,\"SSId\":[\"",
        tasmota_get(s->t, "SerialLog"));
    char one[2 * TASMOTA_VALUE], two[2 * TASMOTA_VALUE];
    tasmota_quote(tasmota_get(s->t, "SSId1"), one, sizeof(one));
    tasmota_quote(tasmota_get(s->t, "SSId2"), two, sizeof(two));
    put(s, "%s\",\"%s\"],\"TelePeriod\":%s}}", one, two,
        tasmota_get(s->t, "TelePeriod"));
}

static void put_memory(struct status *s)
{
    put(s,
        "{\"StatusMEM\":{\"ProgramSize\":%u,\"Free\":%u,\"Heap\":25,"
        "\"ProgramFlashSize\":1024,\"FlashSize\":1024,"
        "\"FlashChipId\":\"144051\",\"FlashMode\":%s}}",
        (s->t->program_size + 1023) / 1024, tasmota_free_kb(s->t),
        s->t->version->major > 8 ? "\"DOUT\"" : "3");
}

static void put_network(struct status *s)
{
    const uint8_t *m = s->t->mac;
    put(s, "{\"StatusNET\":{");
    put_value(s, "Hostname", "Hostname");
    put(s,
        ",\"IPAddress\":\"%s\",\"Gateway\":\"127.0.0.1\","
        "\"Subnetmask\":\"255.0.0.0\",\"Mac\":\"%02X:%02X:%02X:%02X:%02X:"
        "%02X\",\"Webserver\":2,\"WifiConfig\":%s}}",
        s->t->is_joined ? s->t->address : "0.0.0.0", m[0], m[1], m[2], m[3],
        m[4], m[5], tasmota_get(s->t, "WifiConfig"));
}

static void put_broker(struct status *s)
{
    put(s, "{\"StatusMQT\":{");
    put_value(s, "MqttHost", "MqttHost");
    put(s, ",\"MqttPort\":%s,\"MqttClient\":\"DVES_%02X%02X%02X\",",
        tasmota_get(s->t, "MqttPort"), s->t->mac[3], s->t->mac[4],
        s->t->mac[5]);
    put_value(s, "MqttUser", "MqttUser");
    put(s, ",\"MqttCount\":%u,\"KEEPALIVE\":30}}", s->t->broker_count);
}

static void put_time(struct status *s)
{
    const char *zone = tasmota_get(s->t, "Timezone");
    bool is_rules = strcmp(zone, "99") == 0;
    put(s, "{\"StatusTIM\":{\"UTC\":\"2025-01-14T10:00:00\",\"Local\":"
           "\"2025-01-14T11:00:00\",\"Timezone\":");
    put(s, is_rules ? "%s}}" : "\"%s\"}}", zone);
}

static void put_sensors(struct status *s)
{
    put(s, "{\"StatusSNS\":{\"Time\":\"2025-01-14T11:00:00\"}}");
}

static void put_state(struct status *s)
{
    char ssid[200];
    tasmota_quote(s->t->joined, ssid, sizeof(ssid));
    put(s,
        "{\"StatusSTS\":{\"Time\":\"2025-01-14T11:00:00\",\"Uptime\":"
        "\"0T00:00:10\",\"Heap\":25,\"MqttCount\":%u,\"POWER\":\"%s\","
        "\"Wifi\":{\"AP\":1,\"SSId\":\"%s\",\"Channel\":6,\"RSSI\":78}}}",
        s->t->broker_count, s->t->has_power ? "ON" : "OFF", ssid);
}

bool tasmota_status(const struct tasmota *t, unsigned n, char *json,
                    size_t room)
{
    static void (*const rows[])(struct status *) = {
        put_all,     put_parameters, put_firmware, put_log,
        put_memory,  put_network,    put_broker,   put_time,
        put_sensors, NULL,           put_sensors,  put_state};
    struct status s = {.t = t, .json = json, .room = room};
    if (n >= sizeof(rows) / sizeof(rows[0]) || !rows[n])
        return false;
    rows[n](&s);
    return true;
}

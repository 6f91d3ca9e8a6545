/* Fuzz: what a broker's clients send to a whole device, as its owner and from a
 * group. Nothing crashes it, and whatever the group sends, Wi-Fi, MQTT and
 * passwords stay what they were.
 *
 * Input: commands as lines, `Name payload`; the first byte of a line says who
 * sends it: '!' the owner, anything else the group. */
#include <string.h>

#include "test/firmware/fake_hal.h"
#include "test/firmware/fake_net.h"
#include "test/fuzz/fuzz.h"

enum { REPLIES, UNKNOWN, WRONG, REFUSED };
struct fuzz_way fuzz_ways[] = {{"replies", 0},
                               {"unknown commands", 0},
                               {"wrong values", 0},
                               {"refused from a group", 0},
                               {NULL, 0}};

static const uint8_t broker[4] = {127, 0, 0, 9};

/* A device that is on MQTT, made once: to make one takes milliseconds. */
static void make(void)
{
    static const struct hal_wifi_event joined = {.change = HAL_WIFI_GOT_IP};
    static const uint8_t connack[] = {0x20, 2, 0, 0};
    (void)fake_basic(NULL);
    fake_run(&fd, 10);
    fake_type(&fd, "Backlog0 SSId1 home;MqttHost broker;SetOption34 0");
    fake_run(&fd, 2200);
    fake_wifi(&fd, &joined);
    fake_run(&fd, 20);
    fake_resolved(&fd, broker);
    fake_connected(&fd, fd.device.mqtt.socket);
    fake_receive(&fd, fd.device.mqtt.socket, connack, sizeof(connack));
    FUZZ_CHECK(fd.device.mqtt.state == MQTT_UP);
}

static void begin(void)
{
    static struct fake world;
    static struct fake_net net;
    static struct fake_device device;
    if (!device.now_ms) {
        make();
        world = fake;
        net = fake_net;
        device = fd;
    }
    fake = world;
    fake_net = net;
    fd = device;
}

/* One line as a publication. */
static void send_line(const uint8_t *line, size_t size)
{
    static uint8_t bytes[8400];
    bool is_owner = line[0] == '!';
    const char *prefix = is_owner ? "cmnd/tasmota_A1B2C3/" : "cmnd/tasmotas/";
    const uint8_t *space = memchr(line + 1, ' ', size - 1);
    size_t name = space ? (size_t)(space - line) - 1 : size - 1;
    size_t payload = space ? size - 2 - name : 0, n = strlen(prefix);
    size_t all = 2 + n + name + payload, at = 0;
    bytes[at++] = 0x30;
    for (; all > 0x7F; all >>= 7)
        bytes[at++] = (uint8_t)(all & 0x7F) | 0x80;
    bytes[at++] = (uint8_t)all;
    bytes[at++] = (uint8_t)((n + name) >> 8);
    bytes[at++] = (uint8_t)(n + name);
    memcpy(bytes + at, prefix, n);
    memcpy(bytes + at + n, line + 1, name);
    memcpy(bytes + at + n + name, line + size - payload, payload);
    fake_forget();
    fake_receive(&fd, fd.device.mqtt.socket, bytes, at + n + name + payload);
    fake_run(&fd, 20); /* a backlog's commands */
    fake_net_forget(fd.device.mqtt.socket);
    fake_net.tcp[fd.device.mqtt.socket].queued = 0;
}

static void count_ways(void)
{
    fuzz_ways[UNKNOWN].count += fake_said("\"Command\":\"Unknown\"");
    fuzz_ways[WRONG].count += fake_said("\"Command\":\"Error\"");
    fuzz_ways[REFUSED].count += fake_said("\"Refused\"}");
    fuzz_ways[REPLIES].count += fake_said("RSL: RESULT = ");
}

/* What only its owner may change. */
static bool is_owners(const struct settings_row *row)
{
    return row->kind == KIND_SECRET || row->apply == APPLY_WIFI ||
           row->apply == APPLY_MQTT || row->key == KEY_TOPIC ||
           row->key == KEY_OTA_KEY || row->key == KEY_RETAIN;
}

static void check_same(const struct settings *before)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count && is_owners(row); k++)
            FUZZ_CHECK(memcmp(settings_at(before, row, k),
                              settings_at(&fd.device.settings, row, k),
                              row->room) == 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct settings before;
    const uint8_t *end = data + size;
    bool was_owner = false;
    begin();
    before = fd.device.settings;
    while (data < end && fd.device.mqtt.state == MQTT_UP &&
           !fd.device.is_restarting) {
        const uint8_t *newline = memchr(data, '\n', (size_t)(end - data));
        size_t n = newline ? (size_t)(newline - data) : (size_t)(end - data);
        was_owner |= n > 0 && data[0] == '!';
        if (n > 1 && n < 8192) {
            send_line(data, n);
            count_ways();
        }
        data += n + (newline != NULL);
    }
    if (!was_owner)
        check_same(&before);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "gPower 1\ngStatus 0\n!Power TOGGLE\n!State\ngXYZ 5",
        "gSSId1 evil\ngMqttHost evil\ngBacklog0 Password1 evilevil;Power 1",
        "gJson {\"Topic\":\"evil\",\"Power\":1,\"Backlog0\":\"MqttUser me\"}",
        "gTemplate {\"NAME\":\"x\",\"GPIO\":[32,1,1,1,1,0,0,0,224,320]}",
        "!SwitchMode0 3\n!PulseTime1 111\n!FriendlyName1 a\"b\n!LedMask 0xF0",
        "!Interlock 1,2 3,4\n!TimedPower1 500\n!Delay 3\n!Gpio14 160\n!Module",
        "gPublish a/b c\ngReset 1\ngUpgradeSerial 5000\ngSetOption3 0\ngOtaKey",
        "!Prefix1 do\n!FullTopic %topic%/%prefix%\n!MqttClient me",
        /* found: what stood behind a NUL was a command of the owner's */
        "gBacklog0 Power 1\1oPassword1 evilevil",
    };
    if (n >= sizeof(seeds) / sizeof(seeds[0]))
        return 0;
    size_t size = strlen(seeds[n]);
    FUZZ_CHECK(size <= room);
    for (size_t i = 0; i < size; i++) /* \1 stands for NUL */
        out[i] = seeds[n][i] == 1 ? 0 : (uint8_t)seeds[n][i];
    return size;
}

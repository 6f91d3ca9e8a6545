/* Fuzz: what devices in DIY mode, and whoever poses as one, say to `pogo diy`.
 * Whatever it is, texts end, hold nothing that moves a terminal, and no number
 * is beyond its limits; a range lies inside of its file.
 *
 * Input: what it is (0 to 99 multicast DNS, 100 to 199 an answer, else a Range
 * header), the bytes. */
#include <string.h>

#include "test/fuzz/fuzz.h"
#include "tool/diy_mdns.h"
#include "tool/diy_protocol.h"
#include "tool/diy_range.h"

enum { HEARD, UNHEARD, DONE, REFUSED, NO_ANSWER, PART, NO_PART };
struct fuzz_way fuzz_ways[] = {
    {"records of devices", 0}, {"messages without", 0},
    {"answers: done", 0},      {"answers: an error", 0},
    {"no answers", 0},         {"ranges", 0},
    {"no ranges", 0},          {NULL, 0}};

static void check_text(const char *text, size_t room)
{
    size_t n = strnlen(text, room);
    FUZZ_CHECK(n < room);
    for (size_t i = 0; i < n; i++)
        FUZZ_CHECK((unsigned char)text[i] >= 0x20 && text[i] != 0x7F);
}

static void check_state(const struct diy_state *s)
{
    char text[320];
    check_text(s->startup, sizeof(s->startup));
    check_text(s->ssid, sizeof(s->ssid));
    check_text(s->bssid, sizeof(s->bssid));
    check_text(s->version, sizeof(s->version));
    check_text(s->id, sizeof(s->id));
    FUZZ_CHECK(s->pulse_ms <= DIY_PULSE_MAX);
    FUZZ_CHECK(s->has_switch || !s->is_on);
    diy_state_text(s, text, sizeof(text));
    check_text(text, sizeof(text));
}

static void multicast(const uint8_t *bytes, size_t size)
{
    static struct diy_list list;
    static const uint8_t sender[4] = {10, 0, 0, 1};
    list.count = 0;
    unsigned taken = diy_mdns_read(&list, bytes, size, sender, "eth0");
    FUZZ_CHECK(list.count <= DIY_DEVICES && list.count <= taken);
    for (unsigned i = 0; i < list.count; i++) {
        const struct diy_device *d = &list.row[i];
        struct diy_state state;
        uint8_t out[DIY_MDNS_ROOM];
        check_text(d->name, DIY_NAME);
        check_text(d->host, DIY_NAME);
        check_text(d->id, DIY_NAME);
        check_text(d->type, DIY_NAME);
        check_text(d->data, DIY_DATA);
        FUZZ_CHECK(d->name[0] != '\0');
        FUZZ_CHECK(diy_mdns_ask(out, d->name) <= DIY_MDNS_ROOM);
        (void)diy_state_read(d->data, strlen(d->data), &state);
        check_state(&state);
    }
    fuzz_ways[taken > 0 ? HEARD : UNHEARD].count++;
}

static void answer(const char *text, size_t size)
{
    struct diy_answer out;
    enum err e = diy_answer_read(text, size, &out);
    check_state(&out.state);
    FUZZ_CHECK(e != ERR_NONE || out.number == 0);
    fuzz_ways[e == ERR_NONE         ? DONE
              : e == ERR_DIY_ANSWER ? NO_ANSWER
                                    : REFUSED]
        .count++;
}

static void range(const char *text, size_t size)
{
    size_t first = 0, count = 0;
    bool is_part = diy_range_read(text, size, &first, &count) == RANGE_PART;
    if (is_part)
        FUZZ_CHECK(count > 0 && first < size && count <= size - first);
    fuzz_ways[is_part ? PART : NO_PART].count++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 9000)
        return 0;
    char *bytes = malloc(size); /* its own, for ASan */
    FUZZ_CHECK(bytes);
    memcpy(bytes, data + 1, size - 1);
    bytes[size - 1] = '\0';
    if (data[0] >= 200) {
        range(bytes, 1000);
        range(bytes, 0);
    } else {
        char *exact = malloc(size);
        FUZZ_CHECK(exact);
        memcpy(exact + 1, bytes, size - 1); /* ends where the bytes end */
        if (data[0] < 100)
            multicast((const uint8_t *)exact + 1, size - 1);
        else
            answer(exact + 1, size - 1);
        free(exact);
    }
    free(bytes);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const struct fuzz_bytes seeds[] = {
        FUZZ_BYTES(
            "\x00\0\0\x84\0\0\0\0\4\0\0\0\0\x08_ewelink\x04_tcp\x05local\0"
            "\0\x0C\0\1\0\0\0\x78\0\x08\5eWe_1\xC0\x0C"
            "\xC0\x2B\0\x21\x80\1\0\0\0\x78\0\x13\0\0\0\0\x1F\x91\5eWe_1\5local"
            "\0\xC0\x2B\0\x10\x80\1\0\0\0\x78\0\x22\x07id=1000\x0Eencrypt=false"
            "1\x0B"
            "data1={\"a\":"
            "\5eWe_1\5local\0\0\1\x80\1\0\0\0\x78\0\4\x0A\0\0\7"),
        FUZZ_BYTES(
            "\x00\0\0\x84\0\0\1\0\1\0\0\0\0\x08_ewelink\x04_tcp\x05local\0"
            "\0\x0C\0\1\xC0\x0C\0\x0C\0\1\0\0\0\x78\0\x08\5eWe_1\xC0\x0C"),
        FUZZ_BYTES(
            "\x64{\"seq\":2,\"error\":0,\"data\":{\"switch\":\"on\","
            "\"startup\":"
            "\"stay\",\"pulse\":\"on\",\"pulseWidth\":2000,\"ssid\":\"x\","
            "\"otaUnlock\":true,\"rssi\":-70}}"),
        FUZZ_BYTES("\x64{\"seq\":2,\"error\":471}"),
        FUZZ_BYTES(
            "\x64{\"error\":0,\"data\":\"{\\\"fwVersion\\\":\\\"3.6.0\\\"}\"}"),
        FUZZ_BYTES("\xC8"
                   "bytes=0-4095"),
        FUZZ_BYTES("\xC8"
                   "bytes=-20"),
    };
    return FUZZ_BYTES_SEED(seeds, n, out, room);
}

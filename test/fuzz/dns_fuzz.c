/* Fuzz: what comes to the ports for names and time. Whatever it is, an answer
 * is a whole DNS message; a name ends inside of the message; no answer about
 * the time says a time before it could be; only an answer takes our name away.
 *
 * Input: what it is (0 to 63 DNS, 64 to 127 mDNS, 128 to 191 mDNS from a plain
 * client, else NTP), the bytes. */
#include <string.h>

#include "firmware/net/dns.h"
#include "firmware/net/mdns.h"
#include "firmware/net/ntp.h"
#include "test/fuzz/fuzz.h"

enum { NAMES, MULTICAST, ALONE, PLAIN, RIVALS, TIME, SILENT };
struct fuzz_way fuzz_ways[] = {{"answers to names", 0},
                               {"answers to multicast", 0},
                               {"answers to one who asks", 0},
                               {"answers to plain clients", 0},
                               {"others with our name", 0},
                               {"times", 0},
                               {"no answer", 0},
                               {NULL, 0}};

static const char *const text[] = {"v=1", NULL};
static const struct mdns_host host = {"pogo", {127, 0, 0, 1}, 80, text};

static unsigned get_u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static void check_message(const uint8_t *bytes, size_t size)
{
    FUZZ_CHECK(size >= DNS_HEAD && size <= DNS_UDP);
    FUZZ_CHECK(get_u16(bytes + 2) & 0x8000);
    unsigned questions = get_u16(bytes + 4);
    unsigned records = get_u16(bytes + 6) + get_u16(bytes + 10);
    size_t at = DNS_HEAD;
    for (; questions > 0; questions--) {
        at = dns_name_end(bytes, size, at);
        FUZZ_CHECK(at > 0 && size - at >= 4);
        at += 4;
    }
    for (; records > 0; records--) {
        at = dns_name_end(bytes, size, at);
        FUZZ_CHECK(at > 0 && size - at >= 10);
        at += 10 + get_u16(bytes + at + 8);
        FUZZ_CHECK(at <= size);
    }
    FUZZ_CHECK(at == size);
}

static void names(const uint8_t *bytes, size_t size)
{
    uint8_t out[DNS_UDP];
    size_t n = dns_answer_all(bytes, size, host.ip, out);
    for (size_t at = 0; at < size; at++) {
        size_t end = dns_name_end(bytes, size, at);
        FUZZ_CHECK(end == 0 || (end > at && end <= size));
        (void)dns_name_is(bytes, size, at, "pogo.local");
    }
    if (n > 0) {
        check_message(out, n);
    }
    fuzz_ways[n > 0 ? NAMES : SILENT].count++;
}

static void multicast(const uint8_t *bytes, size_t size, bool is_plain)
{
    uint8_t out[MDNS_ROOM];
    size_t n = 0;
    unsigned wanted = 0;
    uint16_t port = is_plain ? 40000 : MDNS_PORT;
    enum mdns_rival rival = mdns_rival(&host, bytes, size);
    enum mdns_to to = mdns_answer(&host, bytes, size, port, &wanted, out, &n);
    FUZZ_CHECK(rival == MDNS_ALONE ||
               (rival == MDNS_TAKEN) == (bytes[2] >> 7 == 1));
    fuzz_ways[RIVALS].count += rival != MDNS_ALONE;
    if (to == MDNS_NOBODY) {
        fuzz_ways[SILENT].count += rival == MDNS_ALONE;
        return;
    }
    FUZZ_CHECK((wanted & MDNS_RECORDS) != 0);
    if (to == MDNS_EVERYONE) {
        n = mdns_say(&host, wanted & MDNS_RECORDS, MDNS_EVER, out);
    }
    check_message(out, n);
    fuzz_ways[is_plain              ? PLAIN
              : to == MDNS_EVERYONE ? MULTICAST
                                    : ALONE]
        .count++;
}

static void time_(const uint8_t *bytes, size_t size)
{
    uint32_t s, ms;
    if (!ntp_read(bytes, size, 0x0101010101010101u, &s, &ms)) {
        fuzz_ways[SILENT].count++;
        return;
    }
    FUZZ_CHECK(s >= NTP_EARLIEST && ms < 1000 && size >= NTP_SIZE);
    fuzz_ways[TIME].count++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 1500) {
        return 0;
    }
    uint8_t *bytes = malloc(size); /* its own, for ASan */
    FUZZ_CHECK(bytes);
    memcpy(bytes, data + 1, size - 1);
    if (data[0] < 64) {
        names(bytes, size - 1);
    } else if (data[0] < 192) {
        multicast(bytes, size - 1, data[0] >= 128);
    } else {
        time_(bytes, size - 1);
    }
    free(bytes);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const struct fuzz_bytes seeds[] = {
#define QUERY "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
        FUZZ_BYTES("\x00" QUERY "\x03www\x07"
                   "example\x03"
                   "com\x00\x00\x01\x00\x01"),
        FUZZ_BYTES("\x40\x00\x00\x00\x00\x00\x02\x00\x00\x00\x00\x00\x00"
                   "\x05_http\x04_tcp\x05local\x00\x00\x0C\x00\x01"
                   "\x04pogo\xC0\x17\x00\xFF\x80\x01"),
        FUZZ_BYTES(
            "\x40\x00\x00\x84\x00\x00\x00\x00\x01\x00\x00\x00\x00"
            "\x04pogo\x05local\x00\x00\x01\x80\x01\x00\x00\x00\x78\x00\x04"
            "\x7F\x00\x00\x02"),
        FUZZ_BYTES(
            "\x40\x00\x00\x00\x00\x00\x01\x00\x00\x00\x01\x00\x00"
            "\x04pogo\x05local\x00\x00\xFF\x80\x01\xC0\x0C\x00\x01\x00\x01"
            "\x00\x00\x00\x78\x00\x04\x7F\x00\x00\x02"),
        FUZZ_BYTES(
            "\x40\x00\x00\x00\x00\x00\x01\x00\x01\x00\x00\x00\x00"
            "\x05_http\x04_tcp\x05local\x00\x00\x0C\x00\x01\xC0\x0C\x00\x0C"
            "\x00\x01\x00\x00\x11\x94\x00\x07\x04pogo\xC0\x0C"),
        FUZZ_BYTES("\x80" QUERY "\x04pogo\x05local\x00\x00\x01\x00\x01"),
        /* A pointer to a label that runs over it and on: an answer repeated
         * only half of that name. */
        FUZZ_BYTES(
            "\x80\x12\x34\x01\x00\x00\x02\x00\x00\x00\x00\x00\x00"
            "\x04pogo\x05local\x00\x00\x01\x00\x01\xC0\x1B\x00\x01\x00\x01"
            "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
            "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"),
        FUZZ_BYTES(
            "\xC0\x24\x02\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"
            "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x01\x01\x01\x01\x01\x01\x01"
            "\x01\x00\x00\x00\x00\x00\x00\x00\x00\xEC\xCA\x00\x00\x00\x00\x00"
            "\x00"),
    };
    return FUZZ_BYTES_SEED(seeds, n, out, room);
}

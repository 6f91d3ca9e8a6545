#include "firmware/net/mdns.h"

#include "firmware/net/dns.h"

#define RESPONSE 0x8400u /* ... and authoritative */
#define CLASS_IN 1u
#define CLASS_ONLY 0x8001u    /* nobody else has this record (6762, 10.2) */
#define WANTS_UNICAST 0x8000u /* in a question's class (5.4) */
#define LEGACY_TTL_S 10u      /* for plain DNS clients (6.7) */

static const char service[] = "_http._tcp.local";
static const char services[] = "_services._dns-sd._udp.local";

/* The records that we have. */
enum record { ADDRESS, PLACE, TEXT, SERVICE, KINDS, RECORDS };
#define BIT(record) (1u << (record))
#define ALL (BIT(RECORDS) - 1u)

struct names {
    char host[MDNS_NAME + 8];      /* "name.local" */
    char instance[MDNS_NAME + 20]; /* "name._http._tcp.local" */
};

static size_t add(char *to, size_t at, size_t room, const char *text)
{
    while (*text && at + 1 < room)
        to[at++] = *text++;
    to[at] = 0;
    return at;
}

static void make_names(const struct mdns_host *host, struct names *names)
{
    size_t at = add(names->host, 0, MDNS_NAME + 1, host->name);
    (void)add(names->host, at, sizeof(names->host), ".local");
    at = add(names->instance, 0, MDNS_NAME + 1, host->name);
    at = add(names->instance, at, sizeof(names->instance), ".");
    (void)add(names->instance, at, sizeof(names->instance), service);
}

/* clang-format off */
/* Which name has which records, and what they are. */
static const struct row {
    uint16_t type, class_;
    uint32_t ttl_s;
} rows[RECORDS] = {
    [ADDRESS] = {DNS_A, CLASS_ONLY, MDNS_TTL_S},
    [PLACE] = {DNS_SRV, CLASS_ONLY, MDNS_TTL_S},
    [TEXT] = {DNS_TXT, CLASS_ONLY, MDNS_PTR_TTL_S},
    [SERVICE] = {DNS_PTR, CLASS_IN, MDNS_PTR_TTL_S},
    [KINDS] = {DNS_PTR, CLASS_IN, MDNS_PTR_TTL_S},
};
/* clang-format on */

static const char *name_of(const struct names *names, enum record record)
{
    if (record == ADDRESS)
        return names->host;
    if (record == SERVICE)
        return service;
    return record == KINDS ? services : names->instance;
}

/* ---- records ------------------------------------------------------------- */

static void put_text(struct dns_out *out, const char *const *text)
{
    if (!*text)
        dns_put_u8(out, 0); /* an empty one: 6763, 6.1 */
    for (; *text; text++) {
        size_t n = 0;
        while (n < 255 && (*text)[n])
            n++;
        dns_put_u8(out, (unsigned)n);
        dns_put_bytes(out, *text, n);
    }
}

static void put_data(struct dns_out *out, const struct mdns_host *host,
                     const struct names *names, enum record record)
{
    if (record == ADDRESS) {
        dns_put_bytes(out, host->ip, 4);
    } else if (record == PLACE) {
        dns_put_u32(out, 0); /* priority, weight */
        dns_put_u16(out, host->port);
        dns_put_name(out, names->host);
    } else if (record == TEXT) {
        put_text(out, host->text);
    } else {
        dns_put_name(out, record == KINDS ? service : names->instance);
    }
}

struct message {
    const struct mdns_host *host;
    struct names names;
    struct dns_out out;
    uint32_t ttl_most_s;
    bool is_legacy;
};

static void put_record(struct message *message, enum record record)
{
    struct dns_out *out = &message->out;
    uint32_t ttl = rows[record].ttl_s;
    dns_put_name(out, name_of(&message->names, record));
    dns_put_u16(out, rows[record].type);
    dns_put_u16(out, message->is_legacy ? CLASS_IN : rows[record].class_);
    dns_put_u32(out, ttl < message->ttl_most_s ? ttl : message->ttl_most_s);
    size_t size_at = out->used;
    dns_put_u16(out, 0);
    put_data(out, message->host, &message->names, record);
    if (out->is_full)
        return;
    size_t size = out->used - size_at - 2;
    out->bytes[size_at] = (uint8_t)(size >> 8);
    out->bytes[size_at + 1] = (uint8_t)size;
}

static unsigned count(unsigned records)
{
    unsigned n = 0;
    for (; records; records &= records - 1)
        n++;
    return n;
}

static void put_head(struct message *message, unsigned id, unsigned questions,
                     unsigned answers, unsigned more)
{
    dns_put_u16(&message->out, id);
    dns_put_u16(&message->out, RESPONSE);
    dns_put_u16(&message->out, questions);
    dns_put_u16(&message->out, answers);
    dns_put_u16(&message->out, 0);
    dns_put_u16(&message->out, more);
}

static void put_records(struct message *message, unsigned records)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        if (records & BIT(i))
            put_record(message, (enum record)i);
    }
}

static void start(struct message *message, const struct mdns_host *host,
                  uint8_t *out)
{
    *message = (struct message){
        .host = host, .out = {out, MDNS_ROOM, 0, false}, .ttl_most_s = ~0u};
    make_names(host, &message->names);
}

/* ---- questions ----------------------------------------------------------- */

static unsigned records_for(const struct dns_query *query,
                            const struct dns_question *question,
                            const struct names *names)
{
    unsigned records = 0;
    if ((question->class_ & ~WANTS_UNICAST) != CLASS_IN &&
        (question->class_ & ~WANTS_UNICAST) != DNS_ANY)
        return 0;
    for (unsigned i = 0; i < RECORDS; i++) {
        if ((question->type == rows[i].type || question->type == DNS_ANY) &&
            dns_name_is(query->bytes, query->size, question->name,
                        name_of(names, (enum record)i)))
            records |= BIT(i);
    }
    return records;
}

/* What somebody who gets these records will ask next (6763, 12). */
static unsigned records_besides(unsigned records)
{
    unsigned more = 0;
    if (records & BIT(SERVICE))
        more |= BIT(PLACE) | BIT(TEXT) | BIT(ADDRESS);
    if (records & BIT(PLACE))
        more |= BIT(ADDRESS);
    return more & ~records;
}

enum mdns_to mdns_answer(const struct mdns_host *host, const uint8_t *bytes,
                         size_t size, uint16_t from_port, uint8_t *out,
                         size_t *out_size)
{
    struct message message;
    struct dns_query query;
    struct dns_question question;
    unsigned records = 0, questions = 0;
    bool is_unicast = true;
    start(&message, host, out);
    if (!dns_query_read(&query, bytes, size))
        return MDNS_NOBODY;
    for (; dns_query_next(&query, &question); questions++) {
        unsigned found = records_for(&query, &question, &message.names);
        if (found && !(question.class_ & WANTS_UNICAST))
            is_unicast = false;
        records |= found;
    }
    if (!records)
        return MDNS_NOBODY;
    message.is_legacy = from_port != MDNS_PORT;
    bool repeats = message.is_legacy && query.at <= MDNS_ROOM / 2;
    unsigned more = records_besides(records);
    if (message.is_legacy)
        message.ttl_most_s = LEGACY_TTL_S;
    put_head(&message, message.is_legacy ? query.id : 0,
             repeats ? questions : 0, count(records), count(more));
    if (repeats)
        dns_put_bytes(&message.out, bytes + DNS_HEAD, query.at - DNS_HEAD);
    put_records(&message, records);
    put_records(&message, more);
    if (message.out.is_full)
        return MDNS_NOBODY;
    *out_size = message.out.used;
    return message.is_legacy || is_unicast ? MDNS_SENDER : MDNS_EVERYONE;
}

size_t mdns_announce(const struct mdns_host *host, bool is_leaving,
                     uint8_t *out)
{
    struct message message;
    start(&message, host, out);
    if (is_leaving)
        message.ttl_most_s = 0;
    put_head(&message, 0, 0, count(ALL & ~BIT(KINDS)), 0);
    put_records(&message, ALL & ~BIT(KINDS));
    return message.out.is_full ? 0 : message.out.used;
}

#include "firmware/net/mdns_private.h"

#define RESPONSE 0x8400u /* ... and authoritative */
/* Nobody else has this record (6762, 10.2). */
#define CLASS_ONLY (MDNS_TOP_BIT | MDNS_CLASS_IN)
#define WANTS_UNICAST MDNS_TOP_BIT /* in a question's class (5.4) */
#define LEGACY_TTL_S 10u           /* for plain DNS clients (6.7) */

static const char service[] = "_http._tcp.local";
static const char services[] = "_services._dns-sd._udp.local";

#define BIT(record) (1u << (record))

static size_t add(char *to, size_t at, size_t room, const char *text)
{
    while (*text && at + 1 < room)
        to[at++] = *text++;
    to[at] = 0;
    return at;
}

void mdns_make_names(const struct mdns_host *host, struct mdns_names *names)
{
    size_t at = add(names->host, 0, MDNS_NAME + 1, host->name);
    (void)add(names->host, at, sizeof(names->host), ".local");
    at = add(names->instance, 0, MDNS_NAME + 1, host->name);
    at = add(names->instance, at, sizeof(names->instance), ".");
    (void)add(names->instance, at, sizeof(names->instance), service);
}

/* clang-format off */
/* Which name has which records, and what they are. */
const struct mdns_row mdns_rows[MDNS_COUNT] = {
    [MDNS_ADDRESS] = {DNS_A, CLASS_ONLY, MDNS_TTL_S},
    [MDNS_PLACE] = {DNS_SRV, CLASS_ONLY, MDNS_TTL_S},
    [MDNS_TEXT] = {DNS_TXT, CLASS_ONLY, MDNS_PTR_TTL_S},
    [MDNS_SERVICE] = {DNS_PTR, MDNS_CLASS_IN, MDNS_PTR_TTL_S},
    [MDNS_KINDS] = {DNS_PTR, MDNS_CLASS_IN, MDNS_PTR_TTL_S},
};
/* clang-format on */

const char *mdns_name_of(const struct mdns_names *names,
                         enum mdns_record record)
{
    if (record == MDNS_ADDRESS)
        return names->host;
    if (record == MDNS_SERVICE)
        return service;
    return record == MDNS_KINDS ? services : names->instance;
}

const char *mdns_leads_to(const struct mdns_names *names,
                          enum mdns_record record)
{
    return record == MDNS_KINDS ? service : names->instance;
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

void mdns_put_data(struct dns_out *out, const struct mdns_host *host,
                   const struct mdns_names *names, enum mdns_record record)
{
    if (record == MDNS_ADDRESS) {
        dns_put_bytes(out, host->ip, sizeof(host->ip));
    } else if (record == MDNS_PLACE) {
        dns_put_u32(out, 0); /* priority, weight */
        dns_put_u16(out, host->port);
        dns_put_name(out, names->host);
    } else if (record == MDNS_TEXT) {
        put_text(out, host->text);
    } else {
        dns_put_name(out, mdns_leads_to(names, record));
    }
}

struct message {
    const struct mdns_host *host;
    struct mdns_names names;
    struct dns_out out;
    uint32_t ttl_most_s;
    bool is_plain; /* for a plain DNS client, or a question: no top bits */
};

static void put_record(struct message *message, enum mdns_record record)
{
    struct dns_out *out = &message->out;
    const struct mdns_row *row = &mdns_rows[record];
    uint32_t ttl = row->ttl_s;
    dns_put_name(out, mdns_name_of(&message->names, record));
    dns_put_u16(out, row->type);
    dns_put_u16(out, message->is_plain ? MDNS_CLASS_IN : row->class_);
    dns_put_u32(out, ttl < message->ttl_most_s ? ttl : message->ttl_most_s);
    size_t size_at = out->used;
    dns_put_u16(out, 0);
    mdns_put_data(out, message->host, &message->names, record);
    if (out->is_full)
        return;
    size_t size = out->used - size_at - 2;
    out->bytes[size_at] = (uint8_t)(size >> 8);
    out->bytes[size_at + 1] = (uint8_t)size;
}

static void put_records(struct message *message, unsigned records)
{
    for (unsigned i = 0; i < MDNS_COUNT; i++) {
        if (records & BIT(i))
            put_record(message, (enum mdns_record)i);
    }
}

static unsigned count(unsigned records)
{
    unsigned n = 0;
    for (; records; records &= records - 1)
        n++;
    return n;
}

static void put_words(struct message *message, const uint32_t *words,
                      size_t number)
{
    for (size_t i = 0; i < number; i++)
        dns_put_u16(&message->out, words[i]);
}

static void start(struct message *message, const struct mdns_host *host,
                  uint8_t *out)
{
    *message = (struct message){.host = host,
                                .out = {out, MDNS_ROOM, 0, false},
                                .ttl_most_s = MDNS_EVER};
    mdns_make_names(host, &message->names);
}

/* What somebody who gets these records will ask next (6763, 12). */
static unsigned records_besides(unsigned records)
{
    unsigned more = 0;
    if (records & BIT(MDNS_SERVICE))
        more |= BIT(MDNS_PLACE) | BIT(MDNS_TEXT) | BIT(MDNS_ADDRESS);
    if (records & BIT(MDNS_PLACE))
        more |= BIT(MDNS_ADDRESS);
    return more & ~records;
}

/* An answer: these questions again, the records. The size, or 0. */
static size_t finish(struct message *message, const struct dns_query *query,
                     unsigned questions, unsigned records)
{
    unsigned more = records_besides(records);
    const uint32_t head[] = {query ? query->id : 0, RESPONSE, questions,
                             count(records),        0,        count(more)};
    put_words(message, head, sizeof(head) / sizeof(head[0]));
    if (questions > 0)
        dns_put_bytes(&message->out, query->bytes + DNS_HEAD,
                      query->at - DNS_HEAD);
    put_records(message, records);
    put_records(message, more);
    return message->out.is_full ? 0 : message->out.used;
}

/* ---- questions ----------------------------------------------------------- */

static unsigned records_for(const struct dns_query *query,
                            const struct dns_question *question,
                            const struct mdns_names *names)
{
    unsigned records = 0, class_ = question->class_ & ~WANTS_UNICAST;
    if (class_ != MDNS_CLASS_IN && class_ != DNS_ANY)
        return 0;
    for (unsigned i = 0; i < MDNS_COUNT; i++) {
        if ((question->type == mdns_rows[i].type ||
             question->type == DNS_ANY) &&
            dns_name_is(query->bytes, query->size, question->name,
                        mdns_name_of(names, (enum mdns_record)i)))
            records |= BIT(i);
    }
    return records;
}

/* A plain DNS client gets its id and its questions again (6.7). */
static size_t answer_one(struct message *message, const struct dns_query *query,
                         unsigned questions, unsigned records)
{
    if (!message->is_plain)
        return finish(message, NULL, 0, records);
    message->ttl_most_s = LEGACY_TTL_S;
    bool is_long = query->at > MDNS_ROOM / 2;
    return finish(message, query, is_long ? 0 : questions, records);
}

enum mdns_to mdns_answer(const struct mdns_host *host, const uint8_t *bytes,
                         size_t size, uint16_t from_port, unsigned *wanted,
                         uint8_t *out, size_t *out_size)
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
    message.is_plain = from_port != MDNS_PORT;
    struct dns_query rest = query;
    if (records && !message.is_plain)
        records &= ~mdns_known(host, &message.names, &rest);
    if (!records)
        return MDNS_NOBODY;
    *wanted = records | (query.authorities > 0 ? MDNS_URGENT : 0);
    if (!message.is_plain && !is_unicast)
        return MDNS_EVERYONE;
    *out_size = answer_one(&message, &query, questions, records);
    return *out_size > 0 ? MDNS_SENDER : MDNS_NOBODY;
}

/* ---- unasked ------------------------------------------------------------- */

size_t mdns_say(const struct mdns_host *host, unsigned records,
                uint32_t ttl_most_s, uint8_t *out)
{
    struct message message;
    start(&message, host, out);
    message.ttl_most_s = ttl_most_s;
    return finish(&message, NULL, 0, records);
}

/* Two questions, and what we would say as authorities: the instance's name is
 * the host's, so its place is enough. */
size_t mdns_probe(const struct mdns_host *host, uint8_t *out)
{
    static const uint32_t head[] = {0, 0, 2, 0, 2, 0},
                          kind[] = {DNS_ANY, WANTS_UNICAST | MDNS_CLASS_IN};
    struct message message;
    start(&message, host, out);
    message.is_plain = true;
    put_words(&message, head, sizeof(head) / sizeof(head[0]));
    dns_put_name(&message.out, message.names.host);
    put_words(&message, kind, 2);
    dns_put_name(&message.out, message.names.instance);
    put_words(&message, kind, 2);
    put_records(&message, BIT(MDNS_ADDRESS) | BIT(MDNS_PLACE));
    return message.out.is_full ? 0 : message.out.used;
}

/* What others say over multicast DNS: what they know already, and whether our
 * name is theirs. */
#include <string.h>

#include "firmware/net/mdns_private.h"

#define DATA 64u /* bytes of our text record, or longer ones never match */

struct hearing {
    const struct mdns_host *host;
    const struct mdns_names *names;
    const struct dns_query *message;
    struct dns_record record; /* the one that was read last */
};

static bool next(struct hearing *hearing, struct dns_query *message)
{
    hearing->message = message;
    return dns_record_next(message, &hearing->record);
}

static bool has_name(const struct hearing *hearing, const char *name)
{
    return dns_name_is(hearing->message->bytes, hearing->message->size,
                       hearing->record.name, name);
}

/* Of the internet: anything else is nobody's. */
static bool is_kind(const struct hearing *hearing, unsigned type)
{
    return hearing->record.type == type &&
           (hearing->record.class_ & ~MDNS_TOP_BIT) == MDNS_CLASS_IN;
}

static bool leads_to(const struct hearing *hearing, unsigned skipped,
                     const char *name)
{
    return hearing->record.size > skipped &&
           dns_name_is(hearing->message->bytes, hearing->message->size,
                       hearing->record.data + skipped, name);
}

/* Is its data what ours is? Names in it may be shortened. */
static bool is_ours(const struct hearing *hearing, enum mdns_record record)
{
    uint8_t own[DATA];
    struct dns_out out = {own, sizeof(own), 0, false};
    const uint8_t *data = hearing->message->bytes + hearing->record.data;
    if (record == MDNS_SERVICE || record == MDNS_KINDS)
        return leads_to(hearing, 0, mdns_leads_to(hearing->names, record));
    if (record == MDNS_PLACE) {
        dns_put_u32(&out, 0);
        dns_put_u16(&out, hearing->host->port);
        return leads_to(hearing, 6, hearing->names->host) &&
               memcmp(own, data, out.used) == 0;
    }
    mdns_put_data(&out, hearing->host, hearing->names, record);
    return !out.is_full && hearing->record.size == out.used &&
           memcmp(own, data, out.used) == 0;
}

unsigned mdns_known(const struct mdns_host *host,
                    const struct mdns_names *names, struct dns_query *query)
{
    struct hearing hearing = {.host = host, .names = names};
    unsigned known = 0;
    for (unsigned n = query->answers; n > 0 && next(&hearing, query); n--) {
        for (unsigned i = 0; i < MDNS_COUNT; i++) {
            enum mdns_record record = (enum mdns_record)i;
            if (is_kind(&hearing, mdns_rows[i].type) &&
                hearing.record.ttl_s >= mdns_rows[i].ttl_s / 2 &&
                has_name(&hearing, mdns_name_of(names, record)) &&
                is_ours(&hearing, record))
                known |= 1u << i;
        }
    }
    return known;
}

/* A record that only who has our name could have: of the host an address that
 * is not ours (we have no IPv6), of the service another place. */
static bool is_rival(const struct hearing *hearing)
{
    if (is_kind(hearing, DNS_AAAA))
        return has_name(hearing, hearing->names->host);
    if (is_kind(hearing, DNS_A))
        return has_name(hearing, hearing->names->host) &&
               !is_ours(hearing, MDNS_ADDRESS);
    return is_kind(hearing, DNS_SRV) &&
           has_name(hearing, hearing->names->instance) &&
           !is_ours(hearing, MDNS_PLACE);
}

/* Of two that ask for a name at the same time who brings the later address has
 * the right of way; so does one with IPv6 alone, for its type is the later
 * one. */
static enum mdns_rival rival_probe(struct hearing *hearing,
                                   struct dns_query *query)
{
    const uint8_t *own = hearing->host->ip;
    enum mdns_rival rival = MDNS_ALONE;
    for (unsigned n = dns_records(query); n > 0 && next(hearing, query); n--) {
        const uint8_t *data = query->bytes + hearing->record.data;
        if (!has_name(hearing, hearing->names->host))
            continue;
        if (is_kind(hearing, DNS_A) && hearing->record.size == 4)
            return memcmp(data, own, 4) > 0 ? MDNS_BEATEN : MDNS_ALONE;
        if (is_kind(hearing, DNS_AAAA))
            rival = MDNS_BEATEN;
    }
    return rival;
}

static enum mdns_rival rival_answer(struct hearing *hearing,
                                    struct dns_query *answer)
{
    for (unsigned n = dns_records(answer); n > 0 && next(hearing, answer);
         n--) {
        if (hearing->record.ttl_s > 0 && is_rival(hearing))
            return MDNS_TAKEN;
    }
    return MDNS_ALONE;
}

enum mdns_rival mdns_rival(const struct mdns_host *host, const uint8_t *bytes,
                           size_t size)
{
    struct mdns_names names;
    struct dns_query message;
    struct dns_question question;
    struct hearing hearing = {.host = host, .names = &names};
    if (!dns_message_read(&message, bytes, size))
        return MDNS_ALONE;
    mdns_make_names(host, &names);
    while (dns_query_next(&message, &question))
        continue;
    return message.flags & DNS_RESPONSE ? rival_answer(&hearing, &message)
                                        : rival_probe(&hearing, &message);
}

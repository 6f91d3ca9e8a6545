/* Between mdns.c, which makes messages, and mdns_hear.c, which reads those of
 * others. */
#ifndef FIRMWARE_NET_MDNS_PRIVATE_H
#define FIRMWARE_NET_MDNS_PRIVATE_H

#include "firmware/net/dns.h"
#include "firmware/net/mdns.h"

#define MDNS_CLASS_IN 1u
#define MDNS_TOP_BIT 0x8000u /* of a class */

/* The records that we have. */
enum mdns_record {
    MDNS_ADDRESS,
    MDNS_PLACE,
    MDNS_TEXT,
    MDNS_SERVICE,
    MDNS_KINDS,
    MDNS_COUNT
};

struct mdns_names {
    char host[MDNS_NAME + 8];      /* "name.local" */
    char instance[MDNS_NAME + 20]; /* "name._http._tcp.local" */
};

struct mdns_row {
    uint32_t type, class_, ttl_s; /* words, as in dns.h */
};

extern const struct mdns_row mdns_rows[MDNS_COUNT];

void mdns_make_names(const struct mdns_host *host, struct mdns_names *names);
/* Whose record it is, and the name that a record of the kind PTR leads to. */
const char *mdns_name_of(const struct mdns_names *names,
                         enum mdns_record record);
const char *mdns_leads_to(const struct mdns_names *names,
                          enum mdns_record record);
/* A record's data, names in full. */
void mdns_put_data(struct dns_out *out, const struct mdns_host *host,
                   const struct mdns_names *names, enum mdns_record record);

/* Bits of records that a query's sender has (7.1); its questions were read. */
unsigned mdns_known(const struct mdns_host *host,
                    const struct mdns_names *names, struct dns_query *query);

#endif

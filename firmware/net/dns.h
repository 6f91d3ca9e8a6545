/* DNS messages (RFC 1035), as far as a device needs them: the questions of a
 * query, and answers to it. For the set-up network, where every name leads to
 * the device, and for multicast DNS (mdns.h). Reading any bytes is safe; names
 * are compared where they lie, compressed or not, and never copied. */
#ifndef FIRMWARE_NET_DNS_H
#define FIRMWARE_NET_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DNS_HEAD 12u
#define DNS_UDP 512u /* the longest message without extensions */
#define DNS_RESPONSE 0x8000u

enum dns_type {
    DNS_A = 1,
    DNS_PTR = 12,
    DNS_TXT = 16,
    DNS_AAAA = 28,
    DNS_SRV = 33,
    DNS_NSEC = 47,
    DNS_ANY = 255
};

/* Their fields are words, which the chip reads more shortly than halves. */

struct dns_question {
    uint32_t name;         /* offset in the message */
    uint32_t type, class_; /* as sent, the top bit of class_ included */
};

struct dns_query {
    const uint8_t *bytes;
    size_t size;
    uint32_t id, flags;
    uint32_t questions;                  /* how many are to come */
    size_t at;                           /* of the next */
    uint32_t answers, authorities, more; /* records behind the questions */
};

/* A record behind the questions. */
struct dns_record {
    uint32_t name;         /* offset in the message */
    uint32_t type, class_; /* as sent, the top bit of class_ included */
    uint32_t ttl_s;
    uint32_t data, size; /* offset in the message, bytes */
};

/* The head of a query. False: it is none. */
bool dns_query_read(struct dns_query *query, const uint8_t *bytes, size_t size);
/* The next question; false: no more, or the message is damaged. */
bool dns_query_next(struct dns_query *query, struct dns_question *question);

/* The head of a query or an answer: DNS_RESPONSE in its flags tells. */
bool dns_message_read(struct dns_query *message, const uint8_t *bytes,
                      size_t size);
/* The next record, in the order of the head's counts; all questions were read
 * before. False: the message is damaged, or over. */
bool dns_record_next(struct dns_query *message, struct dns_record *record);
/* How many records the head says that there are. */
uint32_t dns_records(const struct dns_query *message);

/* Offset behind a name, or 0 when it is none or not whole. */
size_t dns_name_end(const uint8_t *bytes, size_t size, size_t at);
/* Is this name "label.label", in any case of ASCII letters? */
bool dns_name_is(const uint8_t *bytes, size_t size, size_t at,
                 const char *name);

/* The set-up network's answer: for the first question the address when it asks
 * for one (A or ANY), else that there is nothing (so that nobody waits). room
 * must be DNS_UDP. Returns the answer's size; 0: no answer is due. */
size_t dns_answer_all(const uint8_t *bytes, size_t size, const uint8_t ip[4],
                      uint8_t *out);

/* ---- putting messages together ---- */

struct dns_out {
    uint8_t *bytes;
    size_t room, used;
    bool is_full;
};

void dns_put_u8(struct dns_out *out, unsigned value);
void dns_put_u16(struct dns_out *out, unsigned value);
void dns_put_u32(struct dns_out *out, uint32_t value);
void dns_put_bytes(struct dns_out *out, const void *bytes, size_t size);
/* "label.label" and its end. A label is 1 to 63 bytes. */
void dns_put_name(struct dns_out *out, const char *name);

#endif

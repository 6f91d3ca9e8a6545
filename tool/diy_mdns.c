/* Multicast DNS for `pogo diy`: questions for devices of the vendor's firmware,
 * and what their answers say. */
#include "tool/diy_mdns.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#define SERVICE "_ewelink._tcp.local"
#define HEAD 12u
#define RECORD_HEAD 10u /* behind the name: type, class, time to live, size */
#define NAME_ROOM 256u  /* RFC 1035: 255 bytes */

#define TYPE_A 1u
#define TYPE_PTR 12u
#define TYPE_TXT 16u
#define TYPE_SRV 33u
#define CLASS_IN 1u
#define CLASS_MASK 0x7FFFu /* the top bit is the cache's */

struct message {
    const uint8_t *bytes;
    size_t size;
    const uint8_t *sender;
    const char *interface;
};

struct record {
    char name[NAME_ROOM];
    unsigned type;
    size_t at, size; /* of its data */
};

static unsigned get_u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

void diy_text(char *out, size_t room, const char *text, size_t size)
{
    size_t n = size < room - 1 ? size : room - 1;
    for (size_t i = 0; i < n; i++) {
        unsigned char c = (unsigned char)text[i];
        out[i] = c < 0x20 || c == 0x7F ? '?' : (char)c;
    }
    out[n] = '\0';
}

/* ---- names ---- */

/* The name at `at` as "a.b.c"; returns where it ends in the message, or 0. A
 * pointer (RFC 1035, 4.1.4) leads back only, so that none can lead in a
 * circle. */
static size_t get_name(const struct message *m, size_t at, char out[NAME_ROOM])
{
    size_t end = 0, used = 0, limit = at;
    for (;;) {
        if (at >= m->size)
            return 0;
        unsigned n = m->bytes[at];
        if (n >= 0xC0) {
            if (at + 2 > m->size)
                return 0;
            size_t to = get_u16(m->bytes + at) & 0x3FFFu;
            end = end ? end : at + 2;
            if (to >= limit)
                return 0;
            at = limit = to;
            continue;
        }
        if (n > 63 || at + 1 + n > m->size || used + n + 2 > NAME_ROOM)
            return 0;
        if (n == 0)
            break;
        if (used > 0)
            out[used++] = '.';
        diy_text(out + used, NAME_ROOM - used, (const char *)m->bytes + at + 1,
                 n);
        used += n;
        at += 1 + n;
    }
    out[used] = '\0';
    return end ? end : at + 1;
}

/* "NAME._ewelink._tcp.local": NAME, which may have dots. */
static bool is_of_service(const char *text, char out[DIY_NAME])
{
    size_t n = strlen(text), tail = strlen("." SERVICE);
    if (n <= tail || n - tail >= DIY_NAME ||
        strcasecmp(text + n - tail, "." SERVICE) != 0)
        return false;
    memcpy(out, text, n - tail);
    out[n - tail] = '\0';
    return true;
}

static size_t put_name(uint8_t *out, const char *name)
{
    size_t at = 0;
    while (*name) {
        size_t n = strcspn(name, ".");
        out[at++] = (uint8_t)n;
        memcpy(out + at, name, n);
        at += n;
        name += n + (name[n] == '.');
    }
    out[at++] = 0;
    return at;
}

/* ---- the questions ---- */

static size_t put_question(uint8_t *out, const char *name, unsigned type)
{
    size_t n = 0;
    if (name) {
        /* One label, dots and all. */
        n = strlen(name);
        out[0] = (uint8_t)n;
        memcpy(out + 1, name, n++);
    }
    n += put_name(out + n, SERVICE);
    const uint8_t tail[] = {0, (uint8_t)type, 0, CLASS_IN};
    memcpy(out + n, tail, sizeof(tail));
    return n + sizeof(tail);
}

size_t diy_mdns_ask(uint8_t out[DIY_MDNS_ROOM], const char *name)
{
    memset(out, 0, HEAD);
    out[5] = name ? 2 : 1; /* how many questions */
    size_t at = HEAD;
    if (!name)
        return at + put_question(out + at, NULL, TYPE_PTR);
    at += put_question(out + at, name, TYPE_SRV);
    return at + put_question(out + at, name, TYPE_TXT);
}

/* ---- the answers ---- */

static struct diy_device *find(struct diy_list *list, const struct message *m,
                               const char *name)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (strcasecmp(list->row[i].name, name) == 0)
            return &list->row[i];
    }
    if (list->count == DIY_DEVICES)
        return NULL;
    struct diy_device *d = &list->row[list->count++];
    memset(d, 0, sizeof(*d));
    memcpy(d->name, name, strlen(name) + 1);
    memcpy(d->ip, m->sender, 4);
    diy_text(d->interface, DIY_NAME, m->interface, strlen(m->interface));
    return d;
}

/* Whole data1 to data4; each piece where its number says. */
struct pieces {
    const char *at[4];
    size_t size[4];
};

static bool is_key(const char *text, size_t size, const char *key)
{
    size_t n = strlen(key);
    return size > n && strncasecmp(text, key, n) == 0 && text[n] == '=';
}

static void take_pair(struct diy_device *d, const char *text, size_t size,
                      struct pieces *pieces)
{
    if (is_key(text, size, "id"))
        diy_text(d->id, DIY_NAME, text + 3, size - 3);
    else if (is_key(text, size, "type"))
        diy_text(d->type, DIY_NAME, text + 5, size - 5);
    else if (is_key(text, size, "encrypt"))
        d->is_encrypted = size - 8 == 4 && memcmp(text + 8, "true", 4) == 0;
    else if (size > 6 && memcmp(text, "data", 4) == 0 && text[4] >= '1' &&
             text[4] <= '4' && text[5] == '=') {
        pieces->at[text[4] - '1'] = text + 6;
        pieces->size[text[4] - '1'] = size - 6;
    }
}

static void take_text(struct diy_device *d, const uint8_t *bytes, size_t size)
{
    struct pieces pieces = {{NULL}, {0}};
    d->is_encrypted = false;
    for (size_t at = 0; at < size && bytes[at] < size - at;
         at += 1u + bytes[at])
        take_pair(d, (const char *)bytes + at + 1, bytes[at], &pieces);
    size_t used = 0;
    for (unsigned i = 0; i < 4; i++) {
        if (pieces.size[i] >= DIY_DATA - used)
            break;
        diy_text(d->data + used, DIY_DATA - used, pieces.at[i], pieces.size[i]);
        used += pieces.size[i];
    }
    d->data[used] = '\0';
    d->has_text = true;
}

/* The service that the record is of, or names; false: none of ours, or damaged.
 * host: of an SRV record. */
static bool service_of(const struct message *m, const struct record *r,
                       char name[DIY_NAME], char host[NAME_ROOM])
{
    char pointed[NAME_ROOM];
    if (r->type == TYPE_PTR)
        return strcasecmp(r->name, SERVICE) == 0 &&
               get_name(m, r->at, pointed) != 0 && is_of_service(pointed, name);
    if (r->type == TYPE_SRV && (r->size < 7 || !get_name(m, r->at + 6, host)))
        return false;
    return (r->type == TYPE_SRV || r->type == TYPE_TXT) &&
           is_of_service(r->name, name);
}

static unsigned take(struct diy_list *list, const struct message *m,
                     const struct record *r)
{
    char name[DIY_NAME], host[NAME_ROOM];
    struct diy_device *d =
        service_of(m, r, name, host) ? find(list, m, name) : NULL;
    if (!d)
        return 0;
    if (r->type == TYPE_TXT)
        take_text(d, m->bytes + r->at, r->size);
    if (r->type == TYPE_SRV) {
        d->port = (uint16_t)get_u16(m->bytes + r->at + 4);
        diy_text(d->host, DIY_NAME, host, strlen(host));
    }
    return 1;
}

/* An address is of a host that a service named, in this message or before. */
static unsigned take_address(struct diy_list *list, const struct message *m,
                             const struct record *r)
{
    unsigned taken = 0;
    if (r->type != TYPE_A || r->size != 4)
        return 0;
    for (unsigned i = 0; i < list->count; i++) {
        struct diy_device *d = &list->row[i];
        if (d->host[0] == '\0' ||
            strncasecmp(d->host, r->name, DIY_NAME - 1) != 0)
            continue;
        memcpy(d->ip, m->bytes + r->at, 4);
        d->has_address = true;
        taken++;
    }
    return taken;
}

/* The record at `at`; returns where it ends, or 0. */
static size_t get_record(const struct message *m, size_t at, struct record *r)
{
    at = get_name(m, at, r->name);
    if (at == 0 || m->size - at < RECORD_HEAD)
        return 0;
    const uint8_t *p = m->bytes + at;
    r->type = (get_u16(p + 2) & CLASS_MASK) == CLASS_IN ? get_u16(p) : 0;
    r->at = at + RECORD_HEAD;
    r->size = get_u16(p + 8);
    return r->size <= m->size - r->at ? r->at + r->size : 0;
}

/* All records with the given function; at stands behind the questions. */
static unsigned
each_record(struct diy_list *list, const struct message *m, size_t at,
            unsigned (*with)(struct diy_list *, const struct message *,
                             const struct record *))
{
    struct record r;
    unsigned taken = 0;
    unsigned count =
        get_u16(m->bytes + 6) + get_u16(m->bytes + 8) + get_u16(m->bytes + 10);
    for (; count > 0 && (at = get_record(m, at, &r)) != 0; count--)
        taken += with(list, m, &r);
    return taken;
}

unsigned diy_mdns_read(struct diy_list *list, const uint8_t *bytes, size_t size,
                       const uint8_t sender[4], const char *interface)
{
    const struct message m = {bytes, size, sender, interface};
    char name[NAME_ROOM];
    size_t at = HEAD;
    if (size < HEAD || (bytes[2] & 0x80) == 0) /* a question */
        return 0;
    for (unsigned i = get_u16(bytes + 4); i > 0; i--) {
        at = get_name(&m, at, name);
        if (at == 0 || size - at < 4)
            return 0;
        at += 4;
    }
    unsigned taken = each_record(list, &m, at, take);
    return taken + each_record(list, &m, at, take_address);
}

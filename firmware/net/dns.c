#include "firmware/net/dns.h"

#define OPCODE 0x7800u
#define RECURSION_WANTED 0x0100u
#define AUTHORITATIVE 0x0400u
#define CLASS_IN 1u
#define NAME_MOST 255u
#define LABEL_MOST 63u
#define POINTER 0xC0u
#define ANSWER_TTL_S 60u

static uint16_t get_u16(const uint8_t *p)
{
    return (uint16_t)((unsigned)p[0] << 8 | p[1]);
}

/* In a loop, because the chip reads bytes by many instructions. */
static void get_words(const uint8_t *p, uint32_t *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        words[i] = get_u16(p + (size_t)2 * i);
}

/* ---- names --------------------------------------------------------------- */

/* Walks over the labels of a name, wherever pointers lead; each leads further
 * to the front, and what is there ends before the part that led to it, so the
 * walk ends. */
struct walk {
    const uint8_t *bytes;
    size_t size, at;
    size_t end;     /* behind the name; 0 until it is known */
    size_t front;   /* where the part that is being read began */
    unsigned total; /* bytes of the name so far */
};

enum step { STEP_LABEL, STEP_END, STEP_BAD };

static bool follow(struct walk *walk)
{
    size_t to = get_u16(walk->bytes + walk->at) & 0x3FFFu;
    if (walk->end == 0)
        walk->end = walk->at + 2;
    if (to >= walk->front || to < DNS_HEAD)
        return false;
    walk->size = walk->front;
    walk->at = walk->front = to;
    return true;
}

/* The next label: walk->at is behind it afterwards. */
static enum step next_label(struct walk *walk, const uint8_t **label,
                            size_t *size)
{
    for (;;) {
        if (walk->at >= walk->size)
            return STEP_BAD;
        unsigned n = walk->bytes[walk->at];
        if ((n & POINTER) == POINTER) {
            if (walk->size - walk->at < 2 || !follow(walk))
                return STEP_BAD;
            continue;
        }
        if (n > LABEL_MOST || walk->size - walk->at <= n)
            return STEP_BAD;
        *label = walk->bytes + walk->at + 1;
        *size = n;
        walk->at += 1 + n;
        walk->total += 1 + n;
        if (walk->total > NAME_MOST)
            return STEP_BAD;
        if (n > 0)
            return STEP_LABEL;
        if (walk->end == 0)
            walk->end = walk->at;
        return STEP_END;
    }
}

size_t dns_name_end(const uint8_t *bytes, size_t size, size_t at)
{
    struct walk walk = {bytes, size, at, 0, at, 0};
    const uint8_t *label;
    size_t n;
    enum step step;
    while ((step = next_label(&walk, &label, &n)) == STEP_LABEL)
        ;
    return step == STEP_END ? walk.end : 0;
}

static int lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
}

static bool same_label(const uint8_t *label, size_t size, const char *name)
{
    for (size_t i = 0; i < size; i++) {
        if (name[i] == 0 || lower(label[i]) != lower((uint8_t)name[i]))
            return false;
    }
    return name[size] == '.' || name[size] == 0;
}

bool dns_name_is(const uint8_t *bytes, size_t size, size_t at, const char *name)
{
    struct walk walk = {bytes, size, at, 0, at, 0};
    const uint8_t *label;
    size_t n;
    enum step step;
    while ((step = next_label(&walk, &label, &n)) == STEP_LABEL) {
        if (!same_label(label, n, name))
            return false;
        name += n;
        name += *name == '.';
    }
    return step == STEP_END && *name == 0;
}

/* ---- queries ------------------------------------------------------------- */

bool dns_message_read(struct dns_query *message, const uint8_t *bytes,
                      size_t size)
{
    uint32_t words[DNS_HEAD / 2];
    if (size < DNS_HEAD)
        return false;
    get_words(bytes, words, DNS_HEAD / 2);
    *message = (struct dns_query){.bytes = bytes,
                                  .size = size,
                                  .id = words[0],
                                  .flags = words[1],
                                  .questions = words[2],
                                  .at = DNS_HEAD,
                                  .answers = words[3],
                                  .authorities = words[4],
                                  .more = words[5]};
    return !(message->flags & OPCODE);
}

bool dns_query_read(struct dns_query *query, const uint8_t *bytes, size_t size)
{
    return dns_message_read(query, bytes, size) &&
           !(query->flags & DNS_RESPONSE);
}

bool dns_query_next(struct dns_query *query, struct dns_question *question)
{
    if (query->questions == 0)
        return false;
    size_t end = dns_name_end(query->bytes, query->size, query->at);
    if (end == 0 || query->size - end < 4) {
        query->questions = 0;
        return false;
    }
    uint32_t words[2];
    get_words(query->bytes + end, words, 2);
    *question = (struct dns_question){(uint32_t)query->at, words[0], words[1]};
    query->at = end + 4;
    query->questions--;
    return true;
}

uint32_t dns_records(const struct dns_query *message)
{
    return message->answers + message->authorities + message->more;
}

/* Behind the name: type, class, time to live, size. */
#define FIXED 10u

bool dns_record_next(struct dns_query *message, struct dns_record *record)
{
    size_t end = dns_name_end(message->bytes, message->size, message->at);
    if (end == 0 || message->size - end < FIXED)
        return false;
    uint32_t words[FIXED / 2];
    get_words(message->bytes + end, words, FIXED / 2);
    *record = (struct dns_record){.name = (uint32_t)message->at,
                                  .type = words[0],
                                  .class_ = words[1],
                                  .ttl_s = words[2] << 16 | words[3],
                                  .data = (uint32_t)(end + FIXED),
                                  .size = words[4]};
    if (message->size - record->data < record->size)
        return false;
    message->at = (size_t)record->data + record->size;
    return true;
}

size_t dns_answer_all(const uint8_t *bytes, size_t size, const uint8_t ip[4],
                      uint8_t *out)
{
    struct dns_query query;
    struct dns_question question;
    struct dns_out to = {out, DNS_UDP, 0, false};
    if (size > DNS_UDP || !dns_query_read(&query, bytes, size) ||
        !dns_query_next(&query, &question))
        return 0;
    bool is_asked = question.class_ == CLASS_IN &&
                    (question.type == DNS_A || question.type == DNS_ANY);
    dns_put_u16(&to, query.id);
    dns_put_u16(&to, DNS_RESPONSE | AUTHORITATIVE |
                         (query.flags & RECURSION_WANTED));
    dns_put_u16(&to, 1);
    dns_put_u16(&to, is_asked);
    dns_put_u32(&to, 0);
    dns_put_bytes(&to, bytes + DNS_HEAD, query.at - DNS_HEAD);
    if (is_asked) {
        dns_put_u16(&to, POINTER << 8 | question.name);
        dns_put_u16(&to, DNS_A);
        dns_put_u16(&to, CLASS_IN);
        dns_put_u32(&to, ANSWER_TTL_S);
        dns_put_u16(&to, 4);
        dns_put_bytes(&to, ip, 4);
    }
    return to.is_full ? 0 : to.used;
}

/* ---- putting messages together ------------------------------------------- */

void dns_put_u8(struct dns_out *out, unsigned value)
{
    if (out->used >= out->room)
        out->is_full = true;
    else
        out->bytes[out->used++] = (uint8_t)value;
}

void dns_put_u16(struct dns_out *out, unsigned value)
{
    dns_put_u8(out, value >> 8 & 0xFFu);
    dns_put_u8(out, value & 0xFFu);
}

void dns_put_u32(struct dns_out *out, uint32_t value)
{
    dns_put_u16(out, value >> 16);
    dns_put_u16(out, value & 0xFFFFu);
}

void dns_put_bytes(struct dns_out *out, const void *bytes, size_t size)
{
    const uint8_t *from = bytes;
    for (size_t i = 0; i < size; i++)
        dns_put_u8(out, from[i]);
}

void dns_put_name(struct dns_out *out, const char *name)
{
    while (*name) {
        size_t n = 0;
        while (name[n] && name[n] != '.')
            n++;
        if (n == 0 || n > LABEL_MOST) {
            out->is_full = true;
            return;
        }
        dns_put_u8(out, (unsigned)n);
        dns_put_bytes(out, name, n);
        name += n;
        name += *name == '.';
    }
    dns_put_u8(out, 0);
}

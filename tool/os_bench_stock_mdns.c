/* Multicast DNS of the bench's stock device: it answers to all, never to one.
 */
#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tool/bench_stock.h"
#include "tool/diy_mdns.h"

#define ROOM 1500u
#define TTL_S 120u
#define PIECE 249u /* of data1 to data4 */
#define SERVICE "\x08_ewelink\x04_tcp\x05local"
#define NAME_IS_SERVICE 0xC00Cu /* right behind the head */

struct out {
    uint8_t bytes[ROOM];
    size_t size;
};

static void put(struct out *o, const void *bytes, size_t size)
{
    if (size <= ROOM - o->size) {
        memcpy(o->bytes + o->size, bytes, size);
        o->size += size;
    }
}

static void put_u16(struct out *o, unsigned value)
{
    const uint8_t bytes[] = {(uint8_t)(value >> 8), (uint8_t)value};
    put(o, bytes, 2);
}

static void put_label(struct out *o, const char *text)
{
    uint8_t n = (uint8_t)strlen(text);
    put(o, &n, 1);
    put(o, text, n);
}

/* Type to size; returns where the size stands. */
static size_t begin(struct out *o, unsigned type, bool is_own)
{
    put_u16(o, type);
    put_u16(o, is_own ? 0x8001 : 1); /* IN; ours alone */
    put_u16(o, 0);
    put_u16(o, TTL_S);
    put_u16(o, 0);
    return o->size;
}

static void end(struct out *o, size_t from)
{
    o->bytes[from - 2] = (uint8_t)((o->size - from) >> 8);
    o->bytes[from - 1] = (uint8_t)(o->size - from);
}

static void put_text(struct out *o, const struct stock *s)
{
    char pair[256];
    const char *plain[] = {"txtvers=1", pair, "type=diy_plug", "apivers=1"};
    char *data = stock_state_json(s, false);
    snprintf(pair, sizeof(pair), "id=%s", s->id);
    for (unsigned i = 0; i < 4; i++)
        put_label(o, plain[i]);
    snprintf(pair, sizeof(pair), "seq=%u", s->seq);
    put_label(o, pair);
    if (s->faults.is_encrypted)
        put_label(o, "encrypt=true");
    size_t size = data ? strlen(data) : 0;
    for (size_t i = 0; i < 4 && i * PIECE < size; i++) {
        snprintf(pair, sizeof(pair), "data%zu=%.*s", i + 1, (int)PIECE,
                 data + i * PIECE);
        put_label(o, pair);
    }
    free(data);
}

/* Who it is, where, and how it is. */
static void make(struct out *o, const struct stock *s)
{
    char name[DIY_NAME + 10];
    const uint8_t head[12] = {0, 0, 0x84, 0, 0, 0, 0, 4};
    snprintf(name, sizeof(name), "eWeLink_%s", s->id);
    o->size = 0;
    put(o, head, sizeof(head));
    put(o, SERVICE, sizeof(SERVICE));
    size_t at = begin(o, 12, false); /* PTR */
    unsigned instance = 0xC000u | (unsigned)o->size;
    put_label(o, name);
    put_u16(o, NAME_IS_SERVICE);
    end(o, at);
    put_u16(o, instance);
    at = begin(o, 33, true); /* SRV */
    put_u16(o, 0);
    put_u16(o, 0);
    put_u16(o, s->port);
    unsigned host = 0xC000u | (unsigned)o->size;
    put_label(o, name);
    put(o, "\x05local", 7);
    end(o, at);
    put_u16(o, instance);
    at = begin(o, 16, true); /* TXT */
    put_text(o, s);
    end(o, at);
    put_u16(o, host);
    at = begin(o, 1, true); /* A */
    put(o, s->ip, 4);
    end(o, at);
}

void stock_mdns_tell(struct stock *s)
{
    static struct out out;
    const struct sockaddr_in to = {.sin_family = AF_INET,
                                   .sin_port = htons(MDNS_UDP_PORT),
                                   .sin_addr.s_addr = htonl(MDNS_GROUP)};
    pthread_mutex_lock(&s->lock);
    bool is_there = s->has_power && model_now_ms() >= s->away_until_ms;
    make(&out, s);
    pthread_mutex_unlock(&s->lock);
    if (is_there && s->mdns_fd >= 0)
        (void)sendto(s->mdns_fd, out.bytes, out.size, MSG_NOSIGNAL,
                     (const struct sockaddr *)&to, sizeof(to));
}

/* Whoever asks for the service or one of it is answered with everything. */
void stock_mdns_serve(struct stock *s)
{
    uint8_t bytes[ROOM];
    ssize_t n = recv(s->mdns_fd, bytes, sizeof(bytes), 0);
    if (n > 12 && (bytes[2] & 0x80) == 0 &&
        memmem(bytes + 12, (size_t)n - 12, SERVICE, sizeof(SERVICE)))
        stock_mdns_tell(s);
}

void stock_mdns_open(struct stock *s)
{
    const int on = 1, off = 0, hops = 255;
    struct ip_mreqn group = {.imr_multiaddr.s_addr = htonl(MDNS_GROUP)};
    const struct sockaddr_in all = {.sin_family = AF_INET,
                                    .sin_port = htons(MDNS_UDP_PORT)};
    memcpy(&group.imr_address, s->ip, 4);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    s->mdns_fd = fd;
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
    (void)setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof(on));
    if (fd >= 0 && bind(fd, (const struct sockaddr *)&all, sizeof(all)) == 0 &&
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_ALL, &off, sizeof(off)) == 0 &&
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_TTL, &hops, sizeof(hops)) ==
            0 &&
        setsockopt(fd, IPPROTO_IP, IP_MULTICAST_IF, &group, sizeof(group)) ==
            0 &&
        setsockopt(fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &group, sizeof(group)) ==
            0)
        return;
    stock_mdns_close(s);
    stock_say("has no multicast here: pogo diy --ip finds it");
}

void stock_mdns_close(struct stock *s)
{
    if (s->mdns_fd >= 0)
        close(s->mdns_fd);
    s->mdns_fd = -1;
}

/* TCP and UDP of one chip, on a host's sockets. The SDK's espconn functions
 * (sdk_espconn*.c) open endpoints here, each with a slot number, and the host
 * (tool/os_bench_net.c; a fake in tests) does the sockets behind struct
 * net_host.
 *
 * The emulator itself knows no sockets and no host clock: what arrives becomes
 * an event of the chip's clock, NET_LATENCY later. All is at the device's own
 * loopback address (chip_config.address). While a phone is joined, who connects
 * there is the phone at the soft AP: the guest sees the phone's address as the
 * remote and the soft AP's as its own.
 *
 * IPv4 addresses are in host order: 127.80.0.1 is 0x7F500001. */
#ifndef EMULATOR_NET_H
#define EMULATOR_NET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/clock.h"

struct chip;

#define NET_SLOTS 32u
#define NET_NONE NET_SLOTS /* no slot */
#define NET_GROUPS 4u      /* multicast groups joined at a time */
/* TCP_MSS and TCP_WND of the SDK's lwIP: a segment, and what a peer may send
 * ahead of the guest. */
#define NET_SEGMENT 1460u
#define NET_WINDOW ((size_t)4 * NET_SEGMENT)
#define NET_DATAGRAM 1472u /* the largest that is not a fragment */
#define NET_LATENCY (2u * (uint64_t)CYCLES_PER_MS)
/* Decided without a source: how long TCP tries again before it gives up. */
#define NET_PATIENCE (UINT64_C(20) * CYCLES_PER_S)

enum net_kind { NET_FREE, NET_LISTENER, NET_CONNECTION, NET_UDP };

/* How a connection ends when it is not the guest who ends it. */
enum net_end {
    NET_END_CLOSED, /* the peer has sent FIN */
    NET_END_RESET,  /* RST, also in answer to the first SYN */
    NET_END_TIMEOUT /* nobody answers any more */
};

/* What the host does; ctx is passed back. Slots are the chip's numbers. A bind
 * that is not allowed, or taken, is the host's business: it uses another port
 * and says so. */
struct net_host {
    void (*listen)(void *ctx, unsigned slot, uint16_t port);
    /* Answered with net_host_connected or net_host_ended. local_port 0: any. */
    void (*connect)(void *ctx, unsigned slot, uint32_t ip, uint16_t port,
                    uint16_t local_port);
    void (*udp_open)(void *ctx, unsigned slot, uint16_t port);
    /* All UDP endpoints, now and later, hear this group; or no longer. */
    void (*group)(void *ctx, uint32_t group, bool is_joined);
    /* The host keeps what the socket does not take (never more than the guest
     * has not seen acknowledged) and tells net_host_sent as it goes. */
    void (*send)(void *ctx, unsigned slot, const uint8_t *bytes, size_t size);
    void (*send_to)(void *ctx, unsigned slot, uint32_t ip, uint16_t port,
                    const uint8_t *bytes, size_t size);
    /* Read no more from this connection; or again. */
    void (*pause)(void *ctx, unsigned slot, bool is_paused);
    /* Forget the slot. Connections: send what is left and FIN, or (is_reset)
     * RST at once. Nothing is told about the slot after this. */
    void (*close)(void *ctx, unsigned slot, bool is_reset);
    /* Where a listener or UDP slot really is; 0: nowhere. */
    uint16_t (*port)(void *ctx, unsigned slot);
    void *ctx;
};

/* Who uses the endpoints: the SDK. All are called from clock events. */
struct net_user {
    /* Somebody has connected; false: refuse (RST). */
    bool (*accepted)(struct chip *chip, unsigned listener, unsigned slot);
    void (*connected)(struct chip *chip, unsigned slot);
    void (*received)(struct chip *chip, unsigned slot); /* see net_take */
    void (*sent)(struct chip *chip, unsigned slot, size_t size); /* ACKed */
    /* The slot is free when this returns. Bytes not taken yet are lost, except
     * with NET_END_CLOSED: then the user closes the slot. */
    void (*ended)(struct chip *chip, unsigned slot, enum net_end end);
    void (*datagram)(struct chip *chip, unsigned slot, uint32_t ip,
                     uint16_t port, const uint8_t *bytes, size_t size);
    void (*lost)(struct chip *chip);  /* the way to the device went away */
    void (*reset)(struct chip *chip); /* all slots are gone */
};

/* Who knows whether there is a way to the device, and the names in the air:
 * wifi.h; a fake in tests. */
struct net_way {
    bool (*station)(const struct chip *chip, uint32_t *ip);
    bool (*phone)(const struct chip *chip, uint32_t *ap_ip, uint32_t *phone_ip);
    bool (*look_up)(const struct chip *chip, const char *name, uint32_t *ip);
};

struct net_news;

struct net_endpoint {
    enum net_kind kind;
    uint8_t generation; /* counts the slot's owners: late news are dropped */
    bool is_lost;       /* the way to the device went away under it */
    bool is_void;       /* lost from the beginning: nobody is there */
    bool is_paused;
    uint32_t remote_ip; /* as the guest sees it */
    uint16_t remote_port, local_port;
    uint8_t *input; /* NET_WINDOW + NET_SEGMENT; NULL until something comes */
    size_t input_size;
    size_t coming; /* bytes in news that are on their way */
    size_t held;   /* bytes taken that make no room before net_unhold */
    struct clock_event tries; /* ends a connection that nobody answers */
    struct chip *chip;        /* for that event */
};

struct net {
    const struct net_user *user;
    struct net_way way;
    struct net_endpoint slot[NET_SLOTS];
    uint32_t group[NET_GROUPS]; /* 0: free */
    struct net_news *first, **last;
    struct clock_event arrival; /* of the first news */
    bool is_up;
    uint32_t phone; /* who the phone really is: the last one that came */
};

void net_init(struct chip *chip, const struct net_user *user);
void net_free(struct chip *chip);
/* Reset or power off: every socket vanishes at once. */
void net_reset(struct chip *chip);

/* The way to the device has changed: wifi_station_is_up or
 * wifi_phone_is_joined say something else than before. Listeners and UDP close
 * and open with it. Connections that lose their way get none of their bytes any
 * more and end for the guest when it sends (NET_PATIENCE) or times out. For the
 * real peer they are reset at once: a real one would wait for minutes. */
void net_link_changed(struct chip *chip);

/* ---- for the user; NET_NONE: no slot is free ---- */
unsigned net_listen(struct chip *chip, uint16_t port);
/* There must be a way to the device (net_is_up). Who is outside 127.0.0.0/8
 * never answers, and an event says so. */
unsigned net_connect(struct chip *chip, uint32_t ip, uint16_t port,
                     uint16_t local_port);
unsigned net_udp(struct chip *chip, uint16_t port);
bool net_is_up(const struct chip *chip);
/* The guest's own address toward this slot's peers; 0: it has none. */
uint32_t net_local_ip(const struct chip *chip);
/* A name of the air file, or localhost. False: nobody knows it. */
bool net_look_up(struct chip *chip, const char *name, uint32_t *ip);
/* False: too many groups. */
bool net_join(struct chip *chip, uint32_t group);
void net_leave(struct chip *chip, uint32_t group);
void net_send(struct chip *chip, unsigned slot, const uint8_t *bytes,
              size_t size);
void net_send_to(struct chip *chip, unsigned slot, uint32_t ip, uint16_t port,
                 const uint8_t *bytes, size_t size);
/* Up to room bytes that have come, at most a segment; 0: none. Taking makes
 * room for the peer, unless is_held. */
size_t net_take(struct chip *chip, unsigned slot, uint8_t *to, size_t room,
                bool is_held);
void net_unhold(struct chip *chip, unsigned slot);
void net_close(struct chip *chip, unsigned slot, bool is_reset);

/* ---- for the host ---- */
/* A new connection's slot; NET_NONE: refuse it. */
unsigned net_host_accepted(struct chip *chip, unsigned listener, uint32_t ip,
                           uint16_t port);
void net_host_connected(struct chip *chip, unsigned slot);
/* How much the peer's window leaves: what may be received now, up to a segment.
 */
size_t net_host_room(struct chip *chip, unsigned slot);
/* At most NET_SEGMENT bytes, and none while paused. */
void net_host_received(struct chip *chip, unsigned slot, const uint8_t *bytes,
                       size_t size);
void net_host_sent(struct chip *chip, unsigned slot, size_t size);
void net_host_ended(struct chip *chip, unsigned slot, enum net_end end);
void net_host_datagram(struct chip *chip, unsigned slot, uint32_t ip,
                       uint16_t port, const uint8_t *bytes, size_t size);

#endif

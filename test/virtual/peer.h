/* Who talks to the virtual device of machine.h over TCP, in its own time: the
 * sockets of emulator/net.h in memory. Tests connect to what the device listens
 * on, and serve the ports that it connects to. With them a minute of requests
 * takes a moment, times are exact, and a fork() of the process has its own
 * network. UDP goes nowhere. */
#ifndef TEST_VIRTUAL_PEER_H
#define TEST_VIRTUAL_PEER_H

#include "test/power/machine.h"

#define PEER_LINKS 16u
#define PEER_HEARD 32768u /* bytes of an answer; the end is dropped */
#define PEER_SERVERS 4u

struct peer;

/* One TCP connection, the peer's end. */
struct peer_link {
    bool is_used; /* until it is over, for those of the device: its own ones */
    bool is_open; /* neither side has ended it */
    bool is_reset;
    unsigned slot;
    uint16_t port; /* the device's, or for its own connections ours */
    uint8_t *out;  /* what it has not taken yet */
    size_t out_size, out_at;
    bool is_ending;       /* FIN follows what is in out */
    uint64_t first, last; /* cycles at which bytes came; 0: none did */
    size_t size;          /* of heard */
    char heard[PEER_HEARD + 1];
};

/* Bytes have come over a connection that the device made. They stay in heard
 * until they are taken (peer_take). */
typedef void peer_server(struct peer *peer, struct peer_link *link);

/* How a port meets who wants to connect. */
enum peer_door {
    PEER_OPEN,
    PEER_REFUSES, /* RST: the computer is there, the server is not */
    PEER_SILENT   /* nobody answers, and nothing is acknowledged */
};

struct peer {
    struct machine *machine;
    struct net_host host;
    uint16_t listener[NET_SLOTS]; /* ports by slot; 0: none */
    struct peer_link link[PEER_LINKS];
    struct {
        uint16_t port;
        enum peer_door door;
        unsigned tries;
        peer_server *fn;
    } server[PEER_SERVERS];
};

/* Opens the machine too (machine_open_in); *peer is all zero, or was opened
 * before. In the air there are the network
 * "home" with the password "correct horse", and the names broker.local and
 * files.local, 127.0.0.1. */
void peer_open(struct peer *peer, struct machine *machine, bool is_puya,
               uint32_t seed);
void peer_close(struct peer *peer);
/* The device may connect to this port; to others it is refused. */
void peer_serve(struct peer *peer, uint16_t port, peer_server *fn);
/* From now on; what is connected stays so. */
void peer_door(struct peer *peer, uint16_t port, enum peer_door door);
/* How often the device has tried to connect there, in vain or not. */
unsigned peer_tries(const struct peer *peer, uint16_t port);

/* Connect to the device. NULL: it does not listen, or has refused (RST). */
struct peer_link *peer_connect(struct peer *peer, uint16_t port);
/* The bytes are copied, and go as the device's window lets them. */
void peer_send(struct peer *peer, struct peer_link *link, const void *bytes,
               size_t size);
/* The first bytes of heard are done. */
void peer_take(struct peer_link *link, size_t size);
/* FIN, once all is sent. */
void peer_finish(struct peer *peer, struct peer_link *link);
/* Done with it: what is still open is reset. */
void peer_drop(struct peer *peer, struct peer_link *link);

/* Time passes until the device ends the connection, ms at the most. False: it
 * did not, or power is gone. */
bool peer_wait_end(struct peer *peer, struct peer_link *link, unsigned ms);

#endif

/* The home of the virtual device of machine.h: a network, an MQTT broker, a web
 * server that has an update, and a client of the device's own web server, all
 * in virtual time (peer.h). There is one per process; a fork() has its own. */
#ifndef TEST_VIRTUAL_HOME_H
#define TEST_VIRTUAL_HOME_H

#include "test/virtual/peer.h"

#define HOME_TOPIC "hall"
#define HOME_WEB 80u
#define HOME_BROKER 1883u
#define HOME_FILES 8000u
#define HOME_URL "http://files.local:8000/next.ota"

/* What becomes of a file on its way, up to the device or down from the server.
 */
struct home_file {
    const uint8_t *bytes; /* the caller's, while it is sent */
    size_t size;          /* that are sent */
    size_t said;          /* that the head speaks of */
    bool is_stalled;      /* after the last byte nothing comes, no end either */
};

/* Opens the machine, blank and without power. */
void home_open(struct machine *m, bool is_puya, uint32_t seed);
void home_close(void);
/* The image on its flash, set up with network, broker and no password; until it
 * is connected and its settings are kept. False (and told on stderr): it does
 * not get there. Power is on. */
bool home_set_up(void);
/* Until it is in its network and at its broker, again. */
bool home_is_back(unsigned ms);

/* ---- the broker ---- */
/* A packet of any bytes to the device; false: it is not connected. */
bool home_packet(const void *bytes, size_t size);
/* cmnd/hall/NAME, QoS 0. */
bool home_publish(const char *name, const char *payload);
/* What it has published since it was forgotten: "topic payload\n" each; the
 * beginning is dropped. */
const char *home_published(void);
void home_forget(void);
bool home_wait(const char *words, unsigned ms);
/* How the broker is from now on. */
enum home_broker {
    HOME_BROKER_THERE,
    HOME_BROKER_HANGS,    /* its computer takes bytes, it says nothing */
    HOME_BROKER_GONE,     /* its connection is reset, new ones are refused */
    HOME_BROKER_UNPLUGGED /* its computer answers nothing at all */
};
void home_broker(enum home_broker state);
enum home_broker home_broker_state(void);
/* How often it has tried to connect; how often it has. */
unsigned home_tries(void);
unsigned home_connects(void);

/* ---- the web server with an update, at HOME_URL ---- */
void home_offer(const struct home_file *file);

/* ---- the client ---- */
/* A request without a body, by its first line's target. NULL: refused. */
struct peer_link *home_request(const char *target);
/* A file for /u2, as browsers and curl send it. */
struct peer_link *home_upload(const struct home_file *file);
/* The whole answer; "" when there is none in time. Drops the link. */
const char *home_answer(struct peer_link *link, unsigned ms);
/* home_request and home_answer. */
const char *home_get(const char *target);
struct peer *home_peer(void);

#endif

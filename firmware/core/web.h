/* The web server, port 80: what browsers and Tasmota's clients ask for
 * (tasmota.md F), one row per route in web_routes.c. One request per
 * connection; every answer ends with its connection.
 *
 * Who is let in is decided when a request's head is complete, before a byte of
 * its body is used: web_access.h. Nothing here blocks, and what a client does
 * holds up neither buttons nor console: memory is bounded, slow clients are
 * dropped. */
#ifndef FIRMWARE_CORE_WEB_H
#define FIRMWARE_CORE_WEB_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/hal/net.h"
#include "firmware/net/http.h"
#include "firmware/net/multipart.h"

#define WEB_PORT 80u
#define WEB_CLIENTS 4u
/* Requests that are read at a time; a further one is answered with 503. */
#define WEB_ROOMS 2u
/* Bytes of a request: its line and the headers that count; then a form's body,
 * or one setting of a backup. */
#define WEB_ROOM 700u
#define WEB_REQUEST_MS 10000u /* from the connection to the whole request */
/* Without progress of a file, of an answer, or of an update's proof. */
#define WEB_STALL_MS 20000u
/* A client that says nothing so long makes room for another one. */
#define WEB_IDLE_MS 1000u
#define WEB_GUESSERS 4u /* addresses whose wrong passwords are counted */

struct device;
struct web_out;

/* WebServer, as Tasmota numbers them. On the set-up network it is always
 * WEB_ADMIN: a way back in. */
enum web_mode {
    WEB_OFF,  /* who connects is hung up on */
    WEB_USER, /* switching, and nothing else: all else is the page */
    WEB_ADMIN
};

enum web_state {
    WEB_FREE,
    WEB_HEAD,    /* its request is being read */
    WEB_BODY,    /* ... and its form */
    WEB_FILE,    /* ... or a file: web_file.h */
    WEB_PROVING, /* the update is whole: is its signature right? */
    WEB_SENDING  /* an answer that is longer than a connection holds */
};

/* More of an answer: write while there is room, from at on. False: all is
 * written. */
typedef bool web_more(struct device *dev, struct web_out *out, uint32_t *at);

struct web_client {
    uint8_t state; /* enum web_state */
    uint8_t socket;
    uint8_t room; /* which one; WEB_ROOMS: none */
    uint8_t ip[4];
    bool is_chunked, has_no_body; /* the answer */
    uint32_t since_ms;            /* of the connection, or the last progress */
    uint32_t left;                /* bytes of the body that are to come */
    uint32_t at;                  /* of the answer, in more's own measure */
    web_more *more;
};

enum web_file_kind { WEB_FILE_NEW, WEB_FILE_UPDATE, WEB_FILE_BACKUP };

/* A file on its way in. */
struct web_file {
    struct multipart part;
    bool is_multipart;
    bool is_restore;  /* sent to where backups go */
    bool is_whole;    /* the part's end was read */
    uint8_t kind;     /* enum web_file_kind */
    uint8_t error;    /* enum err */
    uint8_t depth;    /* of the backup's JSON */
    bool is_text;     /* within a string of it */
    bool is_escaped;  /* after a backslash there */
    bool is_over;     /* its closing brace was read */
    uint16_t size;    /* of ... */
    char member[512]; /* ... the member that is being read */
};

/* What a request needs while it is read. */
struct web_room {
    bool is_used;
    struct http_request request;
    union {
        char text[WEB_ROOM];
        struct web_file file;
    } as;
};

/* Wrong passwords of an address: guesses that it has left. */
struct web_guesser {
    uint8_t ip[4];
    uint8_t spent;
    uint32_t since_ms; /* when the last one was given back */
};

/* The fields are the server's own. */
struct web {
    struct web_client client[WEB_CLIENTS];
    struct web_room room[WEB_ROOMS];
    struct web_guesser guesser[WEB_GUESSERS];
    bool is_listening;
    bool has_names;    /* every name leads here: web_names.c */
    uint8_t names;     /* the UDP handle */
    bool is_restoring; /* settings are half those of a backup */
};

/* Listens; time-outs; answers that waited. */
void web_tick(struct device *dev);
/* News of TCP with local port WEB_PORT, or of one of its sockets; false: it is
 * not the server's. */
bool web_handle(struct device *dev, const struct hal_net_event *event);
/* Settings must not be written now: those of a backup are coming in. */
bool web_is_restoring(const struct device *dev);

/* On the set-up network every name leads to the device, so that phones open its
 * page by themselves (tasmota.md C.1). web_names.c. */
void web_names_tick(struct device *dev);
bool web_names_handle(struct device *dev, const struct hal_net_event *event);

#endif

/* One device of `pogo ota`: looked at first, then updated and waited for.
 * Prints what people are told. */
#ifndef TOOL_OTA_RUN_H
#define TOOL_OTA_RUN_H

#include "tool/ota_file.h"
#include "tool/ota_send.h"

/* The same for all devices. */
struct ota_wish {
    struct ota_file file;
    struct ota_file minimal; /* path NULL: none is given */
    bool is_raw, by_url;
    bool again; /* also where it runs already */
    uint16_t port;
    unsigned wait_s;
    char user[34];
    char password[OTA_SECRET];
    bool has_password;
};

struct ota_one {
    const char *place;
    struct ota_device device; /* as it was found */
    bool is_there;            /* nothing is to be done: it runs already */
    bool is_gone; /* it became Pogo and left the network: not seen since */
    char before[64], runs[64]; /* "Pogo 0.1.0"; "": unknown */
    char access_point[32];     /* where to go then; "": nowhere */
};

/* What is it, and may it have the file? Asks for a password at a terminal when
 * it wants one (it is then the wish's). Changes nothing. Returns the exit code
 * after its message. */
int ota_run_look(struct ota_wish *wish, const char *place, struct ota_one *out);
/* Update it, and wait until it is well. */
int ota_run_update(struct ota_wish *wish, struct ota_one *one);

#endif

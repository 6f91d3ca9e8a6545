/* What is one for many devices: which row each has, how many there may be, the
 * log, and what came of them. Who works on a device asks here, alone or from a
 * process of his own. */
#ifndef TOOL_FLEET_DESK_H
#define TOOL_FLEET_DESK_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "tool/fleet.h"
#include "tool/fleet_rows.h"

/* What came of a device. "": not known. */
struct fleet_result {
    char mac[24], chip[8], name[96], address[24], reason[512];
    unsigned row; /* 0: none */
    bool is_done;
    double seconds;
};

struct fleet_ask {
    enum { FLEET_BEGIN, FLEET_ROW, FLEET_END } what;
    unsigned port;              /* its number */
    char mac[24];               /* of FLEET_ROW */
    struct fleet_result result; /* of FLEET_END */
};

struct fleet_answer {
    bool is_over;    /* begin no device any more */
    unsigned number; /* of FLEET_BEGIN: of the device, from 1 */
    unsigned row;    /* of FLEET_ROW; 0: there is no file */
    enum err err;    /* of FLEET_ROW */
    char problem[512];
};

struct fleet_desk {
    const struct fleet *fleet;
    struct fleet_rows rows;
    FILE *log;
    char log_name[512];
    unsigned begun, done, failed;
    uint32_t boards;           /* 0: any number */
    bool is_busy[FLEET_PORTS]; /* a device is worked on there */
    bool is_broken;            /* the log can't be written */
};

/* EXIT_DONE, or the exit code after its message. */
int fleet_desk_open(struct fleet_desk *d, const struct fleet *f);
/* False: no answer yet; ask again once something has happened. */
bool fleet_desk_ask(struct fleet_desk *d, const struct fleet_ask *ask,
                    struct fleet_answer *answer);
/* No further device is wanted. */
bool fleet_desk_is_over(const struct fleet_desk *d);
/* The last words; EXIT_DONE when all devices were done, or EXIT_FAILED. */
int fleet_desk_close(struct fleet_desk *d);

#endif

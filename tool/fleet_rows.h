/* Which device of many has which row of the CSV file: each row once. What a log
 * tells of devices that were done before counts, too. Prints nothing. */
#ifndef TOOL_FLEET_ROWS_H
#define TOOL_FLEET_ROWS_H

#include <stdbool.h>
#include <stddef.h>

#include "format/err.h"

#define FLEET_DEVICES 1024u
#define FLEET_MAC 18u /* "5C:CF:7F:A1:B2:C3" */

struct fleet_rows {
    const char *path; /* of the CSV file; NULL: there is none */
    unsigned rows;    /* in it */
    unsigned done;    /* of them */
    struct {
        char mac[FLEET_MAC];
        unsigned row;    /* from 1 */
        unsigned holder; /* port number + 1; 0: it is a device's */
        bool is_done;
    } device[FLEET_DEVICES];
    unsigned devices;
};

/* Count the rows, and take over from the log which are done. Errors of
 * setup_config_read; a log that is not there is an empty one. */
MUST_USE enum err fleet_rows_open(struct fleet_rows *f, const char *path,
                                  const char *log, char *problem, size_t room);
/* Keep the next free row for the device on this port, whose MAC address is not
 * known yet; where there is none, nothing is kept. So rows go by the order of
 * the ports, whichever is faster. */
void fleet_rows_hold(struct fleet_rows *f, unsigned port);
/* The port's device ended before it took its row. */
void fleet_rows_release(struct fleet_rows *f, unsigned port);
/* The row of the device on this port: the one it had, the one with its MAC
 * address, the one kept for the port, or the next that is free. ERR_UNKNOWN:
 * none is left for it. ERR_TIMEOUT: perhaps there will be one, once another
 * port's device has told its MAC address. */
MUST_USE enum err fleet_rows_take(struct fleet_rows *f, unsigned port,
                                  const char *mac, unsigned *row, char *problem,
                                  size_t room);
/* The device with this row is done. */
void fleet_rows_finish(struct fleet_rows *f, unsigned row);

#endif

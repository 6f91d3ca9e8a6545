/* Which devices in DIY mode are there? By multicast DNS on every interface, or
 * where an address is given without looking. */
#ifndef TOOL_DIY_FIND_H
#define TOOL_DIY_FIND_H

#include "tool/diy_device.h"

#define DIY_WAIT_S 4u

struct diy_want {
    const char *ip;        /* "192.168.1.50" or with ":8081"; NULL: look */
    const char *id;        /* NULL: any */
    const char *interface; /* NULL: every one */
    unsigned wait_s;
};

/* All that answer within the time. Returns the exit code after its message; no
 * device at all is EXIT_NO_DEVICE. */
int diy_find_all(const struct diy_want *want, struct diy_list *out);
/* The one that is meant. */
int diy_find_one(const struct diy_want *want, struct diy_device *out);

/* "192.168.1.50:8081"; without a port DIY_PORT. */
bool diy_find_parse(const char *text, struct diy_device *out);

#endif

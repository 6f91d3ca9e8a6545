/* A port at which something else than a hand on the button does what a person
 * is asked for: who holds GPIO0 low, and who switches the power. The link asks
 * in other words then, and does by itself what it can. For pogo install
 * --hands. */
#ifndef TOOL_LINK_HANDS_H
#define TOOL_LINK_HANDS_H

#include <stdbool.h>

#include "tool/link.h"

enum hands_gpio0 {
    HANDS_BUTTON, /* a person */
    HANDS_JUMPER, /* on it until the device is to start its program */
    HANDS_DTR     /* the adapter's DTR, wired to GPIO0; EN is not wired */
};

/* In a power command: the port it is for. */
#define HANDS_PORT "%p"

struct hands {
    enum hands_gpio0 gpio0;
    bool wants_power;      /* a power command is meant */
    const char *power_cmd; /* a command for the shell, behind which on or off is
                              put; HANDS_PORT in it becomes the port, in quotes;
                              NULL: a person switches */
};

/* "jumper", "dtr-gpio0", "usb-power", and two of them with a comma between.
 * False: it is something else. */
bool hands_parse(const char *text, struct hands *out);

/* As link_open. The adapter may lose its power together with the device: for 20
 * s after a switch a port that went away is none of ERR_PORT_GONE. hands must
 * live as long as the link. */
MUST_USE enum err link_hands_open(const struct hands *hands, const char *port,
                                  unsigned baud, struct link **out,
                                  char *detail, size_t room);
/* Was its adapter away since it was opened? What came then was not heard. Of
 * any link; false: it is none of these. */
bool link_hands_was_away(struct link *link);

#endif

#include "firmware/core/net_events.h"

/* Nothing in the core opens a port or asks for a name yet, so what comes is for
 * nobody. */
void net_events_handle(struct device *dev, const struct hal_net_event *event)
{
    (void)dev;
    (void)event;
}

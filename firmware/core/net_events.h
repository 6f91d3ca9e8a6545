/* What the network brings (hal/net.h), to the part of the core that it is for:
 * TCP by the socket's number, UDP by its handle, an answered name by who asked.
 * Called from device_handle only. */
#ifndef FIRMWARE_CORE_NET_EVENTS_H
#define FIRMWARE_CORE_NET_EVENTS_H

#include "firmware/core/device.h"

/* event->bytes are gone when it returns. */
void net_events_handle(struct device *dev, const struct hal_net_event *event);

#endif

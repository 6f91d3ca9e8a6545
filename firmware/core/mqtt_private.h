/* Between mqtt_session.c (connect, keep, end), mqtt_publish.c (what is said)
 * and mqtt_command.c (what is heard). */
#ifndef FIRMWARE_CORE_MQTT_PRIVATE_H
#define FIRMWARE_CORE_MQTT_PRIVATE_H

#include "firmware/core/device.h"

/* A packet; size 0: it was too long for its buffer. False: it was not sent. */
bool mqtt_send(struct device *dev, const uint8_t *bytes, size_t size);

/* A publication came. It is run as a command when it is one of ours; what is
 * retained is old and is not. The packet is used up. */
void mqtt_take_publish(struct device *dev, const struct mqtt_packet *packet);

#endif

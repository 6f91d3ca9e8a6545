/* Between mqtt_session.c (when to connect, keep, end), mqtt_connect.c (the
 * first words), mqtt_publish.c (what is said) and mqtt_command.c (what is
 * heard). */
#ifndef FIRMWARE_CORE_MQTT_PRIVATE_H
#define FIRMWARE_CORE_MQTT_PRIVATE_H

#include "firmware/core/device.h"

/* A packet; size 0: it was too long for its buffer. False: it was not sent. */
bool mqtt_send(struct device *dev, const uint8_t *bytes, size_t size);

/* The connection is there: CONNECT. */
void mqtt_greet(struct device *dev);
/* The broker has accepted it: all that is told at a session's beginning. */
void mqtt_come_up(struct device *dev);
/* The attempt or session is over; there will be another. why comes after the
 * host's name. */
void mqtt_fail(struct device *dev, const char *why);
/* `MQT: before HOST after` */
void mqtt_log_host(struct device *dev, const char *before, const char *after);

/* A publication came. It is run as a command when it is one of ours; what is
 * retained is old and is not. The packet is used up. */
void mqtt_take_publish(struct device *dev, const struct mqtt_packet *packet);

#endif

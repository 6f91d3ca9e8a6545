/* What a button or a switch says instead of switching a relay here: with
 * ButtonTopic or SwitchTopic it publishes a command for another device, or for
 * this one (tasmota.md B.2). */
#ifndef FIRMWARE_CORE_KEY_H
#define FIRMWARE_CORE_KEY_H

#include <stdbool.h>

#include "firmware/core/relay.h"

struct device;

enum key_kind { KEY_OF_BUTTON, KEY_OF_SWITCH };

/* STATE_OFF to STATE_TOGGLE, and a hold. */
#define KEY_HOLD 3u

/* Publish cmnd/<its topic>/POWER<number> with the state's text. True: nothing
 * is to be done here. False: there is no such topic, no broker, or SetOption61
 * wants both. A toggle for the device's own topic is sent as ON or OFF, so that
 * a message that comes twice does no harm. */
bool key_send(struct device *dev, enum key_kind kind, unsigned number,
              unsigned state);

#endif

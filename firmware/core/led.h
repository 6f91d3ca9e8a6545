/* LEDs: the first one blinks once for each press and otherwise follows power
 * with LedState 1 (tasmota.md A.4). With several, LED k follows relay k; with
 * LedLink, that one blinks instead.
 *
 * What is missing is flashed, a quarter of a second each time (SetOption31 0):
 * without pause while the access point for set-up is open, every second while
 * no network is joined, every other second while the broker is away. A flash
 * turns the LED round, so that the relay's state is seen behind it. One that is
 * lit by hand (LedPower) stays lit. */
#ifndef FIRMWARE_CORE_LED_H
#define FIRMWARE_CORE_LED_H

#include <stdbool.h>
#include <stdint.h>

#define LEDS 4u
#define LED_BLINK_MS 200u
#define LED_BEAT_MS 250u /* of what is flashed */

struct device;

struct led {
    uint8_t pin;
    bool is_used, is_active_low;
    bool is_on;
};

void led_start(struct led *led, unsigned pin, bool is_active_low);
/* What LedState adds up. */
enum led_shows { LED_SHOWS_POWER = 1, LED_SHOWS_HEARD = 2, LED_SHOWS_SAID = 4 };

/* MQTT brought something, or something was published: blink, if LedState says
 * so. */
void leds_traffic(struct device *dev, enum led_shows what);
/* Blink once, from now. */
void leds_blink(struct device *dev);
/* Set every LED to what it should show now. */
void leds_update(struct device *dev);

#endif

/* The radio's start, and its news for the device. */
#ifndef PORT_ESP8266_WIFI_H
#define PORT_ESP8266_WIFI_H

#include <stdbool.h>

#include "firmware/hal/wifi.h"

/* From user_init: the radio off until the core wants it. on_news is called from
 * the SDK's task, perhaps inside of hal_wifi_*, when wifi_take has something.
 */
void wifi_start(void (*on_news)(void));
/* The oldest of the news; false: none. */
bool wifi_take(struct hal_wifi_event *out);

#endif

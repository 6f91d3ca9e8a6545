/* What the sdk_wifi*.c files share: layouts of the public API's structs
 * (user_interface.h; the SDK's own is compared by port/esp8266/chip/facts.c)
 * and access to them. Nobody else includes this. */
#ifndef EMULATOR_SDK_WIFI_PRIVATE_H
#define EMULATOR_SDK_WIFI_PRIVATE_H

#include "emulator/sdk_private.h"
#include "emulator/wifi_private.h"

#define SSID_SIZE 32u
#define PASSWORD_SIZE 64u

#define STATION_IF 0u
#define AP_IF 1u

/* In the SDK's own DRAM (sdk_private.h): 33 bytes. */
#define SDK_WIFI_HOSTNAME 0x3FFFFFD0u

/* Guest memory to and from; what is not memory stops the chip (and reads as
 * 0). */
void sdk_wifi_get(struct chip *chip, uint32_t from, uint8_t *to, size_t size);
bool sdk_wifi_put(struct chip *chip, uint32_t to, const uint8_t *from,
                  size_t size);
/* Addresses lie in guest memory in network order. */
uint32_t sdk_wifi_get_ip(struct chip *chip, uint32_t from);
void sdk_wifi_put_ip(struct chip *chip, uint32_t to, uint32_t ip);
void sdk_wifi_put_word(uint8_t *to, uint32_t value);
uint32_t sdk_wifi_word(const uint8_t *from);
/* The length of a name or password that a 0 ends if there is room for one. */
size_t sdk_wifi_text_size(const uint8_t *text, size_t room);

bool sdk_wifi_has_station(const struct chip *chip);
bool sdk_wifi_has_ap(const struct chip *chip);
/* What keeps its settings on flash. */
enum native_result sdk_wifi_no_flash(struct chip *chip, const char *name);

/* sdk_wifi_scan.c */
void sdk_wifi_scan_init(struct chip *chip);
void sdk_wifi_scan_stop(struct chip *chip);

#endif

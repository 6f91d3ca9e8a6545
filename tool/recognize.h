/* Whose firmware is it? Told by the marks and words that are in the images:
 * Pogo's mark (format/mark.h), the marker that Tasmota's own updater looks for
 * (5AA55AA5 FFFFFFFF A55AA55A, which ESPHome carries too), the names that the
 * programs print of themselves, the vendor's servers and network names. A guess
 * for people to read, but for what is made for another chip. */
#ifndef TOOL_RECOGNIZE_H
#define TOOL_RECOGNIZE_H

#include <stddef.h>
#include <stdint.h>

#include "format/image.h"

enum firmware_kind {
    FIRMWARE_UNKNOWN,
    FIRMWARE_POGO,
    FIRMWARE_TASMOTA,
    FIRMWARE_ESPHOME,
    FIRMWARE_ESPEASY,
    FIRMWARE_VENDOR, /* what Sonoffs are sold with */
    FIRMWARE_ARDUINO /* eboot at its start, nothing known behind it */
};

struct recognized {
    enum firmware_kind kind;
    char text[96];       /* "Tasmota 6.4.1(sonoff)" */
    const char *warning; /* why it would not start from 0; NULL: it may */
};

/* image: what image_check made of the file, with or without success. */
void recognize(const uint8_t *file, size_t size, const struct image *image,
               struct recognized *out);

/* By the words in a piece of a flash; FIRMWARE_UNKNOWN when there are none. */
enum firmware_kind recognize_words(const uint8_t *bytes, size_t size);
const char *recognize_name(enum firmware_kind kind);

/* The other chip that an image is made for: "an ESP32-C3", or NULL. Their
 * images begin with E9 as well; the id of the chip is u16 12 of Espressif's
 * longer header, and no entry lies in memory that an ESP8266 has. */
const char *recognize_other_chip(const uint8_t *file, size_t size);

#endif

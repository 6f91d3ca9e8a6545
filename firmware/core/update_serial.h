/* An update over the serial console: after `UpgradeSerial N` the console's next
 * N bytes are an OTA file. docs/flash.md says what a sender sees; `pogo update`
 * is one. The lines below come also when the log is off, and no log line begins
 * as they do:
 *
 *   +N       N bytes were taken. After each UPDATE_SERIAL_PART of them, at the
 *            end, and again every second while nothing comes.
 *   +done    verified and installed; the restart comes in two seconds
 *   -TEXT    given up: err_text. The console is a console again, after what
 *            may still be on its way. */
#ifndef FIRMWARE_CORE_UPDATE_SERIAL_H
#define FIRMWARE_CORE_UPDATE_SERIAL_H

#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define UPDATE_SERIAL_PART 512u      /* half of what a port must hold */
#define UPDATE_SERIAL_AGAIN_MS 1000u /* +N is said again */
#define UPDATE_SERIAL_QUIET_MS 500u  /* after -TEXT: bytes are dropped */

struct device;

enum update_serial_state {
    SERIAL_TEXT,    /* the console is one */
    SERIAL_TAKING,  /* its bytes are the file's */
    SERIAL_PROVING, /* all came: what will the update say? */
    SERIAL_DROPPING /* until no more come */
};

struct update_serial {
    enum update_serial_state state;
    uint32_t size, taken;
    uint32_t said_ms, heard_ms;
};

/* Begin; size bytes will come. Errors of update_begin, told to the sender. */
MUST_USE enum err update_serial_begin(struct device *dev, uint32_t size);
/* The console's bytes; how many of them were the file's. */
size_t update_serial_bytes(struct device *dev, const char *bytes, size_t size);
void update_serial_tick(struct device *dev);

#endif

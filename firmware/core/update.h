/* An update: the bytes of an OTA file (format/ota_file.h) on their way into the
 * slot that does not run, and what becomes of them (docs/flash.md).
 *
 * Fed by the console (UpgradeSerial), by uploads (web_file.h), from a url
 * (update_fetch.h). The order is what makes it safe: the other slot's record is
 * erased first; the image is written word by word, each once, and read back,
 * but for its first 16 bytes; these follow when the signature is right; the
 * record is written last. Then the device restarts, and the boot sector gives
 * the new image three tries.
 *
 * A new image is confirmed when its settings were read and the network that was
 * there before the update is there again, UPDATE_PROVE_S after its start at the
 * earliest; one that can't is left after its third start, with a reason. While
 * the running image is not confirmed there is no update: the other slot holds
 * what to go back to. */
#ifndef FIRMWARE_CORE_UPDATE_H
#define FIRMWARE_CORE_UPDATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/hal/boot.h"
#include "firmware/hal/crypto.h"
#include "format/ota_file.h"

#define UPDATE_HELD 16u        /* bytes of the image that wait */
#define UPDATE_PAGE 256u       /* bytes that are written at once */
#define UPDATE_STALL_MS 20000u /* without a byte: given up */
#define UPDATE_PROVE_S 10u     /* to be up before an image is confirmed */
#define UPDATE_GIVE_UP_S 300u  /* without the network: this start has failed */

struct device;
struct text;

/* Why an image was left: in its record. Numbers are on flash. */
enum update_reason {
    REASON_NONE = 0,    /* it did not last three starts, and nobody knows why */
    REASON_CRASHED = 1, /* it crashed, or a watchdog ended it */
    REASON_NO_NETWORK = 2,  /* the network did not come back */
    REASON_NO_SETTINGS = 3, /* it could not read its settings */
    REASON_DAMAGED = 4      /* what is in its slot is not what was written */
};

enum update_state {
    UPDATE_IDLE,
    UPDATE_RECEIVING,
    UPDATE_VERIFYING, /* until EVENT_VERIFIED */
    UPDATE_INSTALLED  /* the restart is coming */
};

/* What it needs only while bytes come and their signature is looked at. It is
 * in the backlog's room, which is then smaller (backlog.h). */
struct update_work {
    struct ota_reader reader;
    struct hal_sha256 hash;
    uint8_t held[UPDATE_HELD];
    uint32_t page[UPDATE_PAGE / 4];
};

/* The fields are the update's own; others may read state, error, boot,
 * is_confirmed and what was left. */
struct update {
    enum update_state state;
    struct hal_boot boot; /* of the running image */
    bool is_confirmed;    /* the running image */
    bool was_left;        /* the other slot holds an image that was left ... */
    uint32_t left_version;
    enum update_reason left_reason; /* ... for this reason */

    bool is_judged;    /* it was confirmed or given up at this start */
    bool has_way_back; /* the other slot holds a good image */
    uint8_t tries_left;

    enum err error; /* of the last update; ERR_NONE while one is going on */
    uint32_t sequence;
    uint32_t at;     /* bytes of the image that came, held ones included */
    uint32_t erased; /* bytes of the slot that are blank from its start */
    uint32_t heard_ms;
    uint8_t percent; /* as last told */
};

/* At a start, when the relays have their state: who runs, by which row, what
 * was left. Tells it. */
void update_start(struct device *dev);
/* Stalls, confirms, gives up. */
void update_tick(struct device *dev);

/* Is update_work in use? */
bool update_is_working(const struct device *dev);
/* Begin. ERR_UPDATE_BUSY while another is going on, ERR_UPDATE_UNCONFIRMED,
 * ERR_UPDATE_BACKLOG while more commands wait than BACKLOG_IN_UPDATE holds: all
 * were told. */
MUST_USE enum err update_begin(struct device *dev);
/* The file's next bytes. An error ends the update; the running image stays. It
 * was told on the console, and is returned: errors of format/ota_file.h, and
 * ERR_FLASH_FAILED. */
MUST_USE enum err update_feed(struct device *dev, const uint8_t *bytes,
                              size_t size);
/* No more bytes come: is it whole? Then the signature is looked at, and what
 * becomes of that is told. */
MUST_USE enum err update_end(struct device *dev);
/* Give it up, and say why. */
void update_cancel(struct device *dev, enum err why);
/* EVENT_VERIFIED. */
void update_verified(struct device *dev, bool is_right);

/* The slot that does not run. */
enum slot update_other_slot(const struct device *dev);

/* "1.2.3: why the other image was left", or nothing. */
void update_put_left(const struct device *dev, struct text *text);
/* Why an image was left, in plain words. */
const char *update_reason_text(enum update_reason reason);

/* Public key of the builder, embedded by the build (build/gen/update_key.c). */
extern const uint8_t update_builder_key[HAL_KEY_SIZE];

#endif

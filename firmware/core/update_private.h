/* What the update's own files share: update.c (bytes into the slot),
 * update_prove.c (the image that runs), update_serial.c, update_fetch.c and
 * command_update.c.
 */
#ifndef FIRMWARE_CORE_UPDATE_PRIVATE_H
#define FIRMWARE_CORE_UPDATE_PRIVATE_H

#include "firmware/core/text.h"
#include "firmware/core/update.h"

/* Two lines: why an update failed, or does not begin, and what to try. */
void update_tell_failure(struct device *dev, enum err why);

/* Confirms the running image, or gives it up. */
void update_prove(struct device *dev);
/* For the image that is installed: keep what it must have back. */
MUST_USE enum err update_note_network(struct device *dev);

/* The key that is trusted. */
const uint8_t *update_key(const struct device *dev, bool *is_owners);
/* As in the header of an OTA file. */
uint32_t update_key_id(const uint8_t key[HAL_KEY_SIZE]);

/* 1.2.3 */
void update_put_version(struct text *text, uint32_t version);

#endif

/* A file that a client sends: an update, or a backup of settings. Which one its
 * first byte says. As a form's file field (multipart) or as the body itself. */
#ifndef FIRMWARE_CORE_WEB_FILE_H
#define FIRMWARE_CORE_WEB_FILE_H

#include "firmware/core/web_private.h"

/* A POST whose client may; its body follows. */
void web_file_begin(struct device *dev, struct web_client *client);
void web_file_bytes(struct device *dev, struct web_client *client,
                    const uint8_t *bytes, size_t size);
/* Waits for the signature; time-outs. */
void web_file_tick(struct device *dev, struct web_client *client);
/* The client has gone. */
void web_file_lost(struct device *dev, struct web_client *client);

/* web_backup.c: bytes of a backup. An error ends it; nothing has changed. */
MUST_USE enum err web_restore_bytes(struct device *dev, struct web_file *file,
                                    const uint8_t *bytes, size_t size);
/* It is over: keep it, or (with an error, which is returned) forget it. */
enum err web_restore_end(struct device *dev, struct web_file *file, enum err e);

#endif

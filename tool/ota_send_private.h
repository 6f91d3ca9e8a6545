/* What the two ways of sending share: ota_send.c and ota_url.c. */
#ifndef TOOL_OTA_SEND_PRIVATE_H
#define TOOL_OTA_SEND_PRIVATE_H

#include "tool/ota_send.h"

/* The device fetches it from here: OtaUrl, Upgrade 1. Errors of ota_send. */
MUST_USE enum err ota_send_url(struct ota_job *job,
                               const struct ota_step *step);

#endif

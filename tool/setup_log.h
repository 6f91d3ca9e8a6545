/* What a device's log says of Wi-Fi and of its broker, as errors: rows of the
 * words that Tasmota (tasmota.md C.4) and Pogo use. */
#ifndef TOOL_SETUP_LOG_H
#define TOOL_SETUP_LOG_H

#include "format/err.h"

/* ERR_NONE: the line tells of no trouble; else ERR_JOIN_NOT_FOUND,
 * ERR_JOIN_PASSWORD, ERR_JOIN_ADDRESS, ERR_JOIN_SILENT. */
enum err setup_log_wifi(const char *line);
/* ERR_NONE, ERR_BROKER, ERR_BROKER_LOGIN. */
enum err setup_log_broker(const char *line);

#endif

/* What a start's log says of Wi-Fi and of the broker (words: setup_log.h). Text
 * in, findings out; no input or output here. */
#ifndef TOOL_DOCTOR_NETWORK_H
#define TOOL_DOCTOR_NETWORK_H

#include "tool/doctor_start.h"

/* The log's last word of Wi-Fi, or of the broker, is that it tries. */
bool doctor_network_is_waiting(const struct doctor_start *start);

/* What failed last. Called when all else of the start was read: an attempt
 * without any result is a finding only where nothing else went wrong. */
void doctor_network_read(const struct doctor_start *start,
                         struct doctor_findings *out);

#endif

/* What Pogo's settings on a flash tell of a device that nobody can ask any
 * more: its log is off, or its template has no part. Findings out. */
#ifndef TOOL_DOCTOR_SETTINGS_H
#define TOOL_DOCTOR_SETTINGS_H

#include "format/settings_log.h"
#include "tool/doctor_rows.h"

/* log is open. Of a log that is off the finding `mute` gets its cause, where
 * that was found; a template is a finding by itself. What the owner has named
 * is not told: pogo report shows this to everybody. */
void doctor_settings_read(const struct settings_log *log,
                          struct doctor_findings *out);

#endif

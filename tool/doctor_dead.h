/* A device that its vendor's DIY mode has left dead (diy-mode.md), told by what
 * is on its flash. Bytes in, findings out. What such a flash looks like was
 * never seen by us: decided from the document's words, and a flashing over
 * wires that was cut can look the same. */
#ifndef TOOL_DOCTOR_DEAD_H
#define TOOL_DOCTOR_DEAD_H

#include "tool/doctor_flash.h"

/* For a flash that does not begin with an image: adds a finding and returns
 * true when only the beginning is missing. */
bool doctor_dead_begins_blank(const struct doctor_flash *flash,
                              struct doctor_findings *out);

/* A damaged image among the vendor's own words is such a device, too: changes
 * the findings that tell of the image. */
void doctor_dead_vendor(const struct doctor_flash *flash,
                        struct doctor_findings *out);

#endif

/* A device in DIY mode on stdout: data, as of all of pogo's commands. */
#ifndef TOOL_DIY_SHOW_H
#define TOOL_DIY_SHOW_H

#include "tool/diy_protocol.h"

/* One JSON object, without a newline. */
void diy_show_json(const struct diy_device *device,
                   const struct diy_state *state);
/* A few lines; the first has id and address. */
void diy_show_text(const struct diy_device *device,
                   const struct diy_state *state);

#endif

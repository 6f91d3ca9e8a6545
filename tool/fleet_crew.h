/* Many devices at once: a worker for each port, all asking one desk. */
#ifndef TOOL_FLEET_CREW_H
#define TOOL_FLEET_CREW_H

#include "tool/fleet_desk.h"

/* Until all have ended; what each says has its port before it. EXIT_DONE, or
 * the exit code after its message when not all could be started. *stopped: for
 * os_crew_stopped, 0 when nobody ended it. */
int fleet_crew_run(struct fleet_desk *desk, int *stopped);

#endif

/* Between two devices on one port: waits until the last one was taken off. */
#ifndef TOOL_FLEET_GONE_H
#define TOOL_FLEET_GONE_H

/* Returns once nothing has answered for some seconds, neither a console nor a
 * boot ROM, or when the port is not there. Silence of a port whose device was
 * gone already takes as long. */
void fleet_wait_gone(const char *port);

#endif

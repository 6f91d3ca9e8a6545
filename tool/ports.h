/* `pogo ports` says which serial ports there are and which of them is likely
 * the adapter. Prints to stdout; finds nothing by itself: os_list_ports does.
 */
#ifndef TOOL_PORTS_H
#define TOOL_PORTS_H

#include <stdbool.h>

#include "tool/os.h"

/* What is behind a USB id, NULL when not known. *is_adapter: it is what an
 * ESP8266 is flashed with. */
const char *ports_usb_name(unsigned vendor, unsigned product, bool *is_adapter);
void ports_print(const struct os_port *ports, unsigned count, bool is_json);

#endif

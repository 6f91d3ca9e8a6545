/* The parts of struct device by size, for `make size`: compiled for the chip,
 * and only its symbols are read. */
#include "firmware/core/device.h"

/* Each as large as that member. */
#define PART(name, member)                                                     \
    extern char ram_##name[sizeof(((struct device *)0)->member)];              \
    char ram_##name[sizeof(((struct device *)0)->member)];

extern char ram_device[sizeof(struct device)];
char ram_device[sizeof(struct device)];
PART(settings, settings)
PART(settings_places, store)
PART(reply_or_save, reply)
PART(log_for_the_web, outlet)
PART(web_clients, web)
PART(mqtt_packet, mqtt)
PART(backlog_or_update, backlog)
PART(console_line, console)
PART(relays, relay)

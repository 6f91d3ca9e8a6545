/* Log lines to a syslog server in the network: one of the outlet's outlets, as
 * far as SysLog says (outlet.h). A line is one UDP datagram, written as Tasmota
 * writes it: `<host name> ESP-` and the line without its time. Nothing waits
 * and nothing is sent twice: what is said before the server's address is known
 * stands in the other logs only. */
#ifndef FIRMWARE_CORE_SYSLOG_H
#define FIRMWARE_CORE_SYSLOG_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/hal/net.h"

#define SYSLOG_LINE 480u /* bytes that every server takes (RFC 5424, 6.1) */
/* After a LogHost that nobody knows; Tasmota's. */
#define SYSLOG_PAUSE_MS 600000u

struct device;
struct outlet_line;

enum syslog_state { SYSLOG_OFF, SYSLOG_RESOLVING, SYSLOG_WAITING, SYSLOG_UP };

/* The fields are the syslog's own. */
struct syslog {
    uint8_t state;    /* enum syslog_state */
    uint8_t handle;   /* while SYSLOG_UP */
    bool has_changes; /* LogHost is another: ask again */
    uint8_t ip[4];
    uint32_t retry_ms; /* while SYSLOG_WAITING */
};

void syslog_tick(struct device *dev);
/* EVENT_NET. False: it is not about this. */
bool syslog_handle(struct device *dev, const struct hal_net_event *event);
/* LogHost was changed. */
void syslog_changed(struct device *dev);
/* For the outlet. Longer lines are cut. */
void syslog_write(struct device *dev, const struct outlet_line *line);
/* The level that counts now: SysLog, but 0 while the server can't be found. */
unsigned syslog_level(const struct device *dev);

#endif

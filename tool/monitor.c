/* Shows what a device says on its serial port. */
#include "tool/monitor.h"

#include <stdio.h>

#define MONITOR_BAUD 115200u
#define WAIT_MS 100u

static void show(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        uint8_t c = bytes[i];
        if (c == '\n' || c == '\t' || (c >= 0x20 && c != 0x7F))
            putchar(c);
        else if (c != '\r')
            putchar('.');
    }
    fflush(stdout);
}

enum err monitor_run(struct link *link, unsigned seconds)
{
    uint8_t bytes[256];
    enum err e = link->ops->set_baud(link, MONITOR_BAUD);
    uint64_t end = link->ops->now_ms(link) + (uint64_t)seconds * 1000;
    while (e == ERR_NONE && (seconds == 0 || link->ops->now_ms(link) < end)) {
        size_t got = 0;
        e = link->ops->read(link, bytes, sizeof(bytes), WAIT_MS, &got);
        show(bytes, got);
    }
    return e;
}

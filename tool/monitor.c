/* Shows what a device says on its serial port. */
#include "tool/monitor.h"

#include <stdio.h>

#include "tool/terminal_text.h"

#define MONITOR_BAUD 115200u
#define WAIT_MS 100u

enum err monitor_run(struct link *link, unsigned seconds)
{
    char text[257];
    enum err e = link->ops->set_baud(link, MONITOR_BAUD);
    uint64_t end = link->ops->now_ms(link) + (uint64_t)seconds * 1000;
    while (e == ERR_NONE && (seconds == 0 || link->ops->now_ms(link) < end)) {
        size_t got = 0;
        e = link->ops->read(link, (uint8_t *)text, sizeof(text) - 1, WAIT_MS,
                            &got);
        text[got] = '\0';
        /* The boot ROM's words at its own speed are no text. */
        fwrite(text, 1, terminal_text_plain(text, got), stdout);
        fflush(stdout);
    }
    return e;
}

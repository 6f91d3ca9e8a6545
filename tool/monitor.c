/* Shows what a device says on its serial port. */
#include "tool/monitor.h"

#include <stdio.h>

#include "tool/message.h"

#define MONITOR_BAUD 115200u
#define WAIT_MS 100u

/* The text ends with a 0. What is no text is a dot: the boot ROM's words at its
 * own speed are. */
static void show(const char *text, size_t size)
{
    for (size_t i = 0, step; i < size; i += step) {
        char c = text[i];
        step = message_utf8_size(text + i);
        bool is_text = step > 1 || (step == 1 && c >= 0x20 && c != 0x7F);
        if (is_text || c == '\n' || c == '\t')
            fwrite(text + i, 1, step, stdout);
        else if (c != '\r')
            putchar('.');
        step = step ? step : 1;
    }
    fflush(stdout);
}

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
        show(text, got);
    }
    return e;
}

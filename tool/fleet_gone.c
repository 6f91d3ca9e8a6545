/* Is the device still there? Asked in both tongues it may speak. */
#include "tool/fleet_gone.h"

#include <stdbool.h>

#include "tool/link.h"
#include "tool/loader.h"

#define BAUD 115200u
#define LISTEN_MS 700u
#define SYNC_MS 100u
#define GONE_LOOKS 4u /* a device that starts is silent for a moment */

/* Some answer, or some noise, came. */
static enum err hear(struct link *link, bool *is_there)
{
    static struct loader loader; /* large; one per program */
    static const uint8_t ask[] = "\nStatus 5\n";
    uint8_t answer[256];
    size_t got = 0;
    link->ops->discard_input(link);
    enum err e = link->ops->write(link, ask, sizeof(ask) - 1);
    if (e == ERR_NONE)
        e = link->ops->read(link, answer, sizeof(answer), LISTEN_MS, &got);
    *is_there = got > 0;
    if (e != ERR_NONE || *is_there)
        return e;
    loader_init(&loader, link);
    e = loader_sync(&loader, SYNC_MS);
    *is_there = e == ERR_NONE || loader.heard.bytes > 0;
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

void fleet_wait_gone(const char *port)
{
    struct link *link = NULL;
    char detail[512];
    enum err e = link_open(port, BAUD, &link, detail, sizeof(detail));
    if (e == ERR_NONE)
        e = link->ops->set_lines(link, false, false);
    for (unsigned silent = 0; e == ERR_NONE && silent < GONE_LOOKS;) {
        bool is_there = false;
        e = hear(link, &is_there);
        silent = is_there ? 0 : silent + 1;
        link->ops->sleep(link, LISTEN_MS);
    }
    link_close(link);
}

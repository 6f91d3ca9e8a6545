#include "tool/link.h"

#include <string.h>

#include "tool/os.h"

struct scheme {
    const char *prefix;
    enum err (*open)(const char *port, unsigned baud, struct link **out,
                     char *detail, size_t room);
};

/* The first that fits. */
static const struct scheme schemes[] = {
    {"rfc2217://", link_rfc2217_open},
    {"bench:", link_bench_open},
    {"", link_serial_open},
};

enum err link_open(const char *port, unsigned baud, struct link **out,
                   char *detail, size_t room)
{
    const struct scheme *s = schemes;
    while (strncmp(port, s->prefix, strlen(s->prefix)) != 0)
        s++;
    return s->open(port, baud, out, detail, room);
}

void link_close(struct link *link)
{
    if (link)
        link->ops->close(link);
}

void link_real_sleep(struct link *link, unsigned ms)
{
    (void)link;
    os_sleep_ms(ms);
}

uint64_t link_real_now_ms(struct link *link)
{
    (void)link;
    return os_now_ms();
}

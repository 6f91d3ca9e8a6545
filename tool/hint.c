#include "tool/hint.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

struct row {
    enum err err;
    const char *prefix; /* of the port; NULL: there is no port */
    const char *lacks;  /* a word that is not in it; NULL: no matter */
    const char *hint;
};

/* The first that fits. */
static const struct row rows[] = {
    {ERR_PORT_MISSING, NULL, NULL,
     "never with mains connected: plug the adapter in; -p bench:mini is a "
     "virtual device"},
    {ERR_PORT_MISSING, "rfc2217://", NULL,
     "is the server running there? check host and port number"},
    {ERR_TIMEOUT, "rfc2217://", NULL,
     "check power and cable; is the server one for RFC 2217?"},
    {ERR_PORT_MISSING, "COM", NULL,
     "COM ports are Windows'; here 'pogo ports' lists what there is"},
    {ERR_USAGE, "bench:", NULL,
     "-p bench:mini is a new, blank device; docs/bench-control.md has more"},
    {ERR_MISMATCH, "bench:", "flash=",
     "each bench:mini is a new, blank device; keep its flash with "
     "bench:mini,flash=FILE"},
};

static bool fits(const struct row *row, enum err e, const char *port)
{
    if (row->err != e || (row->prefix == NULL) != (port == NULL))
        return false;
    if (!port)
        return true;
    return strncmp(port, row->prefix, strlen(row->prefix)) == 0 &&
           !(row->lacks && strstr(port, row->lacks));
}

const char *hint_for(enum err e, const char *port)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (fits(&rows[i], e, port))
            return rows[i].hint;
    }
    return err_hint(e);
}

const char *hint_after(const struct flasher *f, enum err e)
{
    if (e == ERR_FLASH_FAILED && f->is_worn)
        return "its flash chip is at its end: do not use this device any more, "
               "it can't be trusted";
    return hint_for(e, f->config.port);
}

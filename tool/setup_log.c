/* The words of logs: one row each. */
#include "tool/setup_log.h"

#include <stddef.h>
#include <string.h>

struct row {
    const char *words;
    enum err err;
};

/* The first that fits, behind `WIF: Connect failed`. */
static const struct row wifi[] = {
    {"AP cannot be reached", ERR_JOIN_NOT_FOUND},
    {" was not found", ERR_JOIN_NOT_FOUND},
    {"no IP address", ERR_JOIN_ADDRESS},
    {" gave no address", ERR_JOIN_ADDRESS},
    {"password", ERR_JOIN_PASSWORD}, /* wrong, refused, wanted */
    {"", ERR_JOIN_SILENT},
};

/* Behind `MQT: Connect failed`. MQTT 3.1.1, 3.2.2.3: 4 and 5 are about who may
 * come in. */
static const struct row broker[] = {
    {"rc 4", ERR_BROKER_LOGIN},
    {"rc 5", ERR_BROKER_LOGIN},
    {"refused user or password", ERR_BROKER_LOGIN},
    {"does not let us in", ERR_BROKER_LOGIN},
    {"", ERR_BROKER},
};

static enum err find(const char *line, const char *begin,
                     const struct row *rows)
{
    const char *at = strstr(line, begin);
    if (!at)
        return ERR_NONE;
    at += strlen(begin);
    while (!strstr(at, rows->words))
        rows++;
    return rows->err;
}

enum err setup_log_wifi(const char *line)
{
    return find(line, "WIF: Connect failed", wifi);
}

enum err setup_log_broker(const char *line)
{
    return find(line, "MQT: Connect failed", broker);
}

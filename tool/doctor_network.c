/* Wi-Fi and the broker in the log of a start. */
#include "tool/doctor_network.h"

#include <string.h>

#include "tool/setup_log.h"

static const struct {
    enum err err;
    enum doctor_id id;
} network[] = {
    {ERR_JOIN_NOT_FOUND, DOCTOR_WIFI_NOT_FOUND},
    {ERR_JOIN_PASSWORD, DOCTOR_WIFI_PASSWORD},
    {ERR_JOIN_ADDRESS, DOCTOR_WIFI_ADDRESS},
    {ERR_JOIN_SILENT, DOCTOR_WIFI_JOIN},
    {ERR_BROKER, DOCTOR_BROKER},
    {ERR_BROKER_LOGIN, DOCTOR_BROKER_LOGIN},
};

static void add_network(enum err e, const char *line,
                        struct doctor_findings *out)
{
    for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++) {
        if (network[i].err == e)
            doctor_add(out, network[i].id, "%s", line);
    }
}

/* The last result of many attempts, and whether one is open that had none. */
struct attempts {
    enum err err;
    bool is_open, has_result;
    char line[DOCTOR_LINE]; /* the result's, or the open one's */
};

static void take_attempt(struct attempts *a, const char *line, enum err e,
                         bool is_done, bool is_begun)
{
    bool is_result = e != ERR_NONE || is_done;
    if (!is_result && (!is_begun || a->has_result))
        return;
    a->has_result = is_result;
    a->is_open = !is_result;
    a->err = e;
    memcpy(a->line, line, DOCTOR_LINE);
}

/* What failed last counts, and not what was mended since; whole lines only. */
static void read_attempts(const char *text, struct attempts *wifi,
                          struct attempts *broker)
{
    char line[DOCTOR_LINE];
    const char *end;
    for (const char *p = text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        doctor_start_line(text, p, line);
        take_attempt(wifi, line, setup_log_wifi(line),
                     strstr(line, "WIF: Connected") != NULL,
                     strstr(line, "WIF: Connecting") != NULL);
        take_attempt(broker, line, setup_log_broker(line),
                     strstr(line, "MQT: Connected") != NULL,
                     strstr(line, "MQT: Attempting connection") != NULL);
    }
}

bool doctor_network_is_waiting(const struct doctor_start *start)
{
    struct attempts wifi = {.err = ERR_NONE}, broker = {.err = ERR_NONE};
    read_attempts(start->text, &wifi, &broker);
    return wifi.is_open || broker.is_open;
}

/* An attempt without any result is a failure, too, after a while in which
 * nothing else went wrong. */
void doctor_network_read(const struct doctor_start *start,
                         struct doctor_findings *out)
{
    struct attempts wifi = {.err = ERR_NONE}, broker = {.err = ERR_NONE};
    read_attempts(start->text, &wifi, &broker);
    bool had_time = start->is_a_look && doctor_count(out) == 0;
    if (wifi.is_open && had_time)
        wifi.err = ERR_JOIN_SILENT;
    if (broker.is_open && had_time)
        broker.err = ERR_BROKER;
    add_network(wifi.err, wifi.line, out);
    add_network(broker.err, broker.line, out);
}

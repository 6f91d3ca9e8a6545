/* Rows, numbers and the log of many devices. */
#include "tool/fleet_desk.h"

#include <string.h>

#include "tool/args.h"
#include "tool/fleet_log.h"
#include "tool/message.h"

/* ---- the start ----------------------------------------------------------- */

static bool is_csv(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

/* fleet.csv has fleet.log.csv. */
static void name_log(struct fleet_desk *d)
{
    const char *log = d->fleet->value[SETUP_LOG];
    const char *config = d->fleet->value[SETUP_CONFIG];
    size_t n = config ? strlen(config) : 0;
    size_t dot = n > 4 && config[n - 4] == '.' ? n - 4 : n;
    if (log)
        snprintf(d->log_name, sizeof(d->log_name), "%s", log);
    else if (config)
        snprintf(d->log_name, sizeof(d->log_name), "%.*s.log.csv", (int)dot,
                 config);
    else
        snprintf(d->log_name, sizeof(d->log_name), "pogo-%s.log.csv",
                 d->fleet->command);
}

int fleet_desk_open(struct fleet_desk *d, const struct fleet *f)
{
    const char *config = f->value[SETUP_CONFIG];
    char problem[512];
    memset(d, 0, sizeof(*d));
    d->fleet = f;
    if (f->value[SETUP_BOARDS] &&
        (!args_number(f->value[SETUP_BOARDS], &d->boards) || !d->boards))
        return message_usage(f->command, "--boards: a number is meant");
    name_log(d);
    enum err e = fleet_rows_open(&d->rows, is_csv(config) ? config : NULL,
                                 d->log_name, problem, sizeof(problem));
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    d->log = fleet_log_open(d->log_name);
    if (!d->log)
        return message_fail(ERR_FILE_OPEN, "%s", d->log_name);
    if (d->rows.done > 0)
        message_talk("%u of the %u rows are done already, says %s.",
                     d->rows.done, d->rows.rows, d->log_name);
    for (unsigned i = 0; i < f->ports && !f->value[SETUP_LOOP]; i++)
        fleet_rows_hold(&d->rows, i);
    return EXIT_DONE;
}

/* ---- what is asked ------------------------------------------------------- */

static unsigned at_work(const struct fleet_desk *d)
{
    return d->begun - d->done - d->failed;
}

bool fleet_desk_is_over(const struct fleet_desk *d)
{
    bool is_enough = d->boards > 0 && d->begun >= d->boards;
    bool has_no_row = d->rows.path && d->rows.done == d->rows.rows;
    return is_enough || has_no_row || d->is_broken;
}

/* Those at work may need all rows that are left. */
static bool begin(struct fleet_desk *d, const struct fleet_ask *ask,
                  struct fleet_answer *answer)
{
    answer->is_over = fleet_desk_is_over(d);
    if (answer->is_over) {
        fleet_rows_release(&d->rows, ask->port);
        return true;
    }
    if (d->rows.path && at_work(d) >= d->rows.rows - d->rows.done)
        return false;
    fleet_rows_hold(&d->rows, ask->port);
    answer->number = ++d->begun;
    d->is_busy[ask->port] = true;
    return true;
}

/* What a device calls its MAC address stands in a file of ours. */
static bool is_mac(const char *text)
{
    return strlen(text) == FLEET_MAC - 1 &&
           strspn(text, "0123456789ABCDEF:") == FLEET_MAC - 1;
}

static bool take_row(struct fleet_desk *d, const struct fleet_ask *ask,
                     struct fleet_answer *answer)
{
    const char *mac = is_mac(ask->mac) ? ask->mac : "";
    if (!d->rows.path)
        return true;
    answer->err = fleet_rows_take(&d->rows, ask->port, mac, &answer->row,
                                  answer->problem, sizeof(answer->problem));
    return answer->err != ERR_TIMEOUT;
}

static bool log_device(const struct fleet_desk *d, const struct fleet_ask *ask)
{
    const struct fleet_result *r = &ask->result;
    const char *port = d->fleet->port[ask->port];
    bool is_plain = r->address[strspn(r->address, "0123456789.")] == '\0';
    const struct fleet_line line = {.mac = is_mac(r->mac) ? r->mac : "",
                                    .chip = r->chip,
                                    .port = port ? port : "",
                                    .image = d->fleet->image,
                                    .name = r->name,
                                    .address = is_plain ? r->address : "",
                                    .row = r->row,
                                    .is_done = r->is_done,
                                    .seconds = r->seconds,
                                    .reason = r->reason};
    return fleet_log_put(d->log, &line);
}

static void put_json(const struct fleet_desk *d, const struct fleet_ask *ask)
{
    const struct fleet_result *r = &ask->result;
    const char *port = d->fleet->port[ask->port];
    printf("{\"event\":\"device\",\"port\":");
    message_json(port ? port : "");
    printf(",\"mac\":");
    message_json(r->mac);
    printf(",\"row\":%u,\"address\":", r->row);
    message_json(r->address);
    printf(",\"result\":\"%s\",\"seconds\":%.1f,\"reason\":",
           r->is_done ? "PASS" : "FAIL", r->seconds);
    message_json(r->reason);
    printf("}\n");
    fflush(stdout);
}

static void end(struct fleet_desk *d, const struct fleet_ask *ask)
{
    const struct fleet_result *r = &ask->result;
    const char *port = d->fleet->port[ask->port];
    bool is_many = d->fleet->ports > 1 && port;
    fleet_rows_release(&d->rows, ask->port);
    d->is_busy[ask->port] = false;
    *(r->is_done ? &d->done : &d->failed) += 1;
    if (r->is_done && r->row > 0)
        fleet_rows_finish(&d->rows, r->row);
    message_talk("%s%s%s in %.1f s. %u passed, %u failed.", is_many ? port : "",
                 is_many ? ": " : "", r->is_done ? "PASS" : "FAIL", r->seconds,
                 d->done, d->failed);
    message_bell(r->is_done ? 1 : 3);
    if (d->fleet->value[SETUP_JSON])
        put_json(d, ask);
    if (!log_device(d, ask) && !d->is_broken) {
        d->is_broken = true;
        (void)message_fail(ERR_DISK_FULL, "%s", d->log_name);
    }
}

bool fleet_desk_ask(struct fleet_desk *d, const struct fleet_ask *ask,
                    struct fleet_answer *answer)
{
    *answer = (struct fleet_answer){.err = ERR_NONE};
    switch (ask->what) {
    case FLEET_BEGIN:
        return begin(d, ask, answer);
    case FLEET_ROW:
        return take_row(d, ask, answer);
    case FLEET_END:
    default:
        end(d, ask);
        answer->is_over = fleet_desk_is_over(d);
        return true;
    }
}

/* ---- the end ------------------------------------------------------------- */

static void put_summary(const struct fleet_desk *d, int code)
{
    printf("{\"passed\":%u,\"failed\":%u,\"log\":", d->done, d->failed);
    message_json(d->log_name);
    if (d->rows.path)
        printf(",\"rows\":%u,\"rows_done\":%u", d->rows.rows, d->rows.done);
    if (code != EXIT_DONE)
        printf(",\"error\":\"%u of %u devices failed\",\"try\":\"the log says "
               "why; the same command again\",\"code\":%d",
               d->failed, d->done + d->failed, code);
    printf("}\n");
}

int fleet_desk_close(struct fleet_desk *d)
{
    int code = d->failed == 0 && !d->is_broken ? EXIT_DONE : EXIT_FAILED;
    fclose(d->log);
    message_talk("%s", "");
    message_talk("%u passed, %u failed; each device has its line in %s.",
                 d->done, d->failed, d->log_name);
    if (d->rows.path && d->rows.done < d->rows.rows)
        message_talk("%u of %u rows are done; the same command goes on.",
                     d->rows.done, d->rows.rows);
    if (d->fleet->value[SETUP_JSON])
        put_summary(d, code);
    return code;
}

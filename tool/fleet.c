/* Many devices, one after the other. */
#include "tool/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/fleet_gone.h"
#include "tool/fleet_log.h"
#include "tool/fleet_rows.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/session.h"
#include "tool/setup_ask.h"
#include "tool/setup_session.h"

#define PORTS_FILE_MAX 65536u

/* ---- ports --------------------------------------------------------------- */

static bool add_port(struct fleet *f, const char *port)
{
    if (f->ports == FLEET_PORTS)
        return false;
    f->port[f->ports++] = port;
    return true;
}

/* Its names stay until the program ends. */
static int read_ports(struct fleet *f, const char *path)
{
    static char text[PORTS_FILE_MAX + 1];
    uint8_t *bytes = NULL;
    size_t size = 0;
    char *save = NULL;
    enum err e = os_read_file(path, PORTS_FILE_MAX, &bytes, &size);
    if (e != ERR_NONE)
        return message_fail(e, "%s", path);
    memcpy(text, bytes, size);
    text[size] = '\0';
    free(bytes);
    for (char *word = strtok_r(text, " \t\r\n", &save); word;
         word = strtok_r(NULL, " \t\r\n", &save)) {
        if (!add_port(f, word))
            return message_usage(f->command, "--ports: too many");
    }
    return f->ports ? EXIT_DONE
                    : message_usage(f->command, "--ports: no port in it");
}

int fleet_ports(struct fleet *f, const struct raw_option *rows, size_t count,
                int argc, char **argv, bool *is_many)
{
    f->ports =
        raw_args_all(rows, count, SETUP_PORT, argc, argv, f->port, FLEET_PORTS);
    int code = f->value[SETUP_PORTS] ? read_ports(f, f->value[SETUP_PORTS])
                                     : EXIT_DONE;
    *is_many = f->value[SETUP_LOOP] || f->value[SETUP_PORTS] || f->ports > 1;
    if (code == EXIT_DONE && !*is_many &&
        (f->value[SETUP_LOG] || f->value[SETUP_BOARDS]))
        code = message_usage(f->command, "--log and --boards go with --loop or "
                                         "several ports");
    if (code == EXIT_DONE && *is_many && f->value[SETUP_DEVICE])
        code = message_usage(f->command,
                             "--device is for one device; many have their rows "
                             "by MAC address, or in turn");
    return code;
}

/* ---- one device ---------------------------------------------------------- */

/* At work on all of them. */
struct work {
    struct fleet *fleet;
    struct fleet_rows rows;
    FILE *log;
    char log_name[512];
    unsigned done, failed;
    uint32_t boards;
    /* Of the device in turn. */
    const char *port;
    struct setup_wish wish;
    struct setup_one one;
    unsigned row;
};

/* What a device calls its MAC address stands in a file of ours. */
static bool is_mac(const char *text)
{
    return strlen(text) == FLEET_MAC - 1 &&
           strspn(text, "0123456789ABCDEF:") == FLEET_MAC - 1;
}

static int choose(void *ctx, const char *mac, struct setup_wish *wish)
{
    struct work *w = ctx;
    char problem[512];
    if (!w->rows.path)
        return EXIT_DONE;
    enum err e = fleet_rows_take(&w->rows, is_mac(mac) ? mac : "", &w->row,
                                 problem, sizeof(problem));
    if (e == ERR_UNKNOWN)
        return message_fail_hint(e, "give the file a row more", "%s", problem);
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    message_talk("Row %u of %s.", w->row, w->rows.path);
    return setup_ask_row(w->rows.path, w->row, wish);
}

/* From another's turn nothing is left. */
static int do_device(struct work *w)
{
    const struct fleet *f = w->fleet;
    const char *value[SETUP_KEYS];
    memcpy(value, f->value, sizeof(value));
    value[SETUP_PORT] = w->port;
    if (w->rows.path)
        value[SETUP_CONFIG] = NULL;
    w->wish = *f->wish;
    int code = f->flash ? f->flash(f->ctx, w->port) : EXIT_DONE;
    if (code == EXIT_DONE && !f->is_only_flash)
        code = setup_session(value, &w->wish, f->wait_s, f->flash != NULL,
                             &w->one);
    return code;
}

static bool log_device(struct work *w, bool is_done, double seconds)
{
    struct chip_info chip = {0};
    bool has_chip = w->fleet->flash && session_last_chip(&chip);
    const uint8_t *m = chip.mac;
    char mac[FLEET_MAC] = "";
    if (is_mac(w->one.mac))
        memcpy(mac, w->one.mac, sizeof(mac));
    else if (has_chip)
        snprintf(mac, sizeof(mac), "%02X:%02X:%02X:%02X:%02X:%02X", m[0], m[1],
                 m[2], m[3], m[4], m[5]);
    const char *address = w->one.address;
    const struct fleet_line line = {
        .mac = mac,
        .chip = !has_chip      ? ""
                : chip.is_8285 ? "ESP8285"
                               : "ESP8266",
        .port = w->port ? w->port : "",
        .image = w->fleet->image,
        .name = w->wish.text[SETUP_NAME],
        .address =
            address[strspn(address, "0123456789.")] == '\0' ? address : "",
        .row = w->row,
        .is_done = is_done,
        .seconds = seconds,
        .reason = message_last_failure()};
    return fleet_log_put(w->log, &line);
}

static void put_json(const struct work *w, bool is_done, double seconds)
{
    printf("{\"event\":\"device\",\"port\":");
    message_json(w->port ? w->port : "");
    printf(",\"mac\":");
    message_json(w->one.mac);
    printf(",\"row\":%u,\"result\":\"%s\",\"seconds\":%.1f}\n", w->row,
           is_done ? "PASS" : "FAIL", seconds);
    fflush(stdout);
}

/* False: the log can't be written, and there is no use in going on. */
static bool take_turn(struct work *w, const char *port)
{
    uint64_t start = os_now_ms();
    w->port = port;
    w->row = 0;
    w->one = (struct setup_one){.choose = choose,
                                .ctx = w,
                                .test = w->fleet->test,
                                .test_ctx = w->fleet->ctx};
    message_forget_failure();
    message_talk("%s", "");
    message_talk("Device %u%s%s:", w->done + w->failed + 1, port ? ", " : "",
                 port ? port : "");
    bool is_done = do_device(w) == EXIT_DONE;
    double seconds = (double)(os_now_ms() - start) / 1000.0;
    *(is_done ? &w->done : &w->failed) += 1;
    if (is_done && w->row > 0)
        fleet_rows_finish(&w->rows, w->row);
    message_talk("%s in %.1f s. %u passed, %u failed.",
                 is_done ? "PASS" : "FAIL", seconds, w->done, w->failed);
    message_bell(is_done ? 1 : 3);
    bool is_kept = log_device(w, is_done, seconds);
    if (w->fleet->value[SETUP_JSON])
        put_json(w, is_done, seconds);
    memset(&w->wish, 0, sizeof(w->wish));
    if (!is_kept)
        (void)message_fail(ERR_DISK_FULL, "%s", w->log_name);
    return is_kept;
}

/* ---- all of them --------------------------------------------------------- */

static bool is_over(const struct work *w)
{
    bool is_enough = w->boards > 0 && w->done + w->failed >= w->boards;
    return is_enough || (w->rows.path && w->rows.done == w->rows.rows);
}

/* Each port in its turn; with --loop again, for the next device there. */
static bool take_turns(struct work *w)
{
    struct fleet *f = w->fleet;
    bool is_well = true;
    for (unsigned i = 0; is_well && !is_over(w); i++) {
        unsigned at = f->ports ? i % f->ports : 0;
        bool is_again = i > at;
        if (is_again && !f->value[SETUP_LOOP])
            break;
        if (is_again) {
            message_talk("Never with mains connected; 3.3 V only: take the "
                         "device off, put the next one in.");
            fleet_wait_gone(f->port[at]);
        }
        is_well = take_turn(w, f->port[at]);
    }
    return is_well;
}

/* fleet.csv has fleet.log.csv. */
static void name_log(struct work *w)
{
    const char *log = w->fleet->value[SETUP_LOG];
    const char *config = w->fleet->value[SETUP_CONFIG];
    size_t n = config ? strlen(config) : 0;
    size_t dot = n > 4 && config[n - 4] == '.' ? n - 4 : n;
    if (log)
        snprintf(w->log_name, sizeof(w->log_name), "%s", log);
    else if (config)
        snprintf(w->log_name, sizeof(w->log_name), "%.*s.log.csv", (int)dot,
                 config);
    else
        snprintf(w->log_name, sizeof(w->log_name), "pogo-%s.log.csv",
                 w->fleet->command);
}

static int start(struct work *w)
{
    const struct fleet *f = w->fleet;
    const char *config = f->value[SETUP_CONFIG];
    size_t n = config ? strlen(config) : 0;
    bool is_csv = n > 4 && strcmp(config + n - 4, ".csv") == 0;
    char problem[512];
    if (f->value[SETUP_BOARDS] &&
        (!args_number(f->value[SETUP_BOARDS], &w->boards) || !w->boards))
        return message_usage(f->command, "--boards: a number is meant");
    name_log(w);
    enum err e = fleet_rows_open(&w->rows, is_csv ? config : NULL, w->log_name,
                                 problem, sizeof(problem));
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    w->log = fleet_log_open(w->log_name);
    if (!w->log)
        return message_fail(ERR_FILE_OPEN, "%s", w->log_name);
    if (w->rows.done > 0)
        message_talk("%u of the %u rows are done already, says %s.",
                     w->rows.done, w->rows.rows, w->log_name);
    return EXIT_DONE;
}

int fleet_run(struct fleet *f)
{
    static struct work w; /* large */
    w = (struct work){.fleet = f};
    if (f->ports == 0)
        f->port[f->ports++] = NULL; /* the only adapter there is */
    if (f->ports == 1 && !f->port[0] && f->value[SETUP_LOOP]) {
        static char port[512];
        const struct args args = {.port = NULL};
        int found = session_port(&args, port, sizeof(port));
        if (found != EXIT_DONE)
            return found;
        f->port[0] = port;
    }
    int code = start(&w);
    if (code != EXIT_DONE)
        return code;
    bool is_well = take_turns(&w);
    fclose(w.log);
    message_talk("%s", "");
    message_talk("%u passed, %u failed; each device has its line in %s.",
                 w.done, w.failed, w.log_name);
    if (w.rows.path && w.rows.done < w.rows.rows)
        message_talk("%u of %u rows are done; the same command goes on.",
                     w.rows.done, w.rows.rows);
    return is_well && w.failed == 0 ? EXIT_DONE : EXIT_FAILED;
}

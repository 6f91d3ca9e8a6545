/* One device of many after the other, on one port. */
#include "tool/fleet_turn.h"

#include <string.h>

#include "tool/fleet_wait.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/session.h"
#include "tool/setup_ask.h"
#include "tool/setup_session.h"

static int choose(void *ctx, const char *mac, struct setup_wish *wish)
{
    struct fleet_turn *t = ctx;
    const char *path = t->fleet->value[SETUP_CONFIG];
    struct fleet_ask ask = {.what = FLEET_ROW, .port = t->port};
    struct fleet_answer answer;
    snprintf(ask.mac, sizeof(ask.mac), "%s", mac);
    if (!t->ask(t->ctx, &ask, &answer))
        return EXIT_FAILED;
    if (answer.err == ERR_UNKNOWN)
        return message_fail_hint(answer.err, "give the file a row more", "%s",
                                 answer.problem);
    if (answer.err != ERR_NONE)
        return message_fail(answer.err, "%s", answer.problem);
    t->result.row = answer.row;
    if (answer.row == 0)
        return EXIT_DONE;
    message_talk("Row %u of %s.", answer.row, path);
    return setup_ask_row(path, answer.row, wish);
}

static bool is_csv(const char *path)
{
    size_t n = path ? strlen(path) : 0;
    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

/* From another's turn nothing is left. */
static int do_device(struct fleet_turn *t, struct setup_one *one)
{
    const struct fleet *f = t->fleet;
    const char *port = f->port[t->port];
    const char *value[SETUP_KEYS];
    memcpy(value, f->value, sizeof(value));
    value[SETUP_PORT] = port;
    if (is_csv(value[SETUP_CONFIG])) /* choose has the row */
        value[SETUP_CONFIG] = NULL;
    t->wish = *f->wish;
    int code = f->flash ? f->flash(f->ctx, port) : EXIT_DONE;
    if (code == EXIT_DONE && !f->is_only_flash)
        code = setup_session(value, &t->wish, f->wait_s, f->flash != NULL, one);
    return code;
}

/* Who it was: as it calls itself, or as its chip does. */
static void keep_names(struct fleet_turn *t, const struct setup_one *one)
{
    struct fleet_result *r = &t->result;
    struct chip_info chip = {0};
    bool has_chip = t->fleet->flash && session_last_chip(&chip);
    const uint8_t *m = chip.mac;
    if (has_chip)
        snprintf(r->chip, sizeof(r->chip), "%s",
                 chip.is_8285 ? "ESP8285" : "ESP8266");
    if (one->mac[0])
        snprintf(r->mac, sizeof(r->mac), "%s", one->mac);
    else if (has_chip)
        snprintf(r->mac, sizeof(r->mac), "%02X:%02X:%02X:%02X:%02X:%02X", m[0],
                 m[1], m[2], m[3], m[4], m[5]);
    snprintf(r->name, sizeof(r->name), "%.*s", (int)sizeof(r->name) - 1,
             t->wish.text[SETUP_NAME]);
    snprintf(r->address, sizeof(r->address), "%s", one->address);
}

static struct fleet_answer end(struct fleet_turn *t, bool is_done,
                               double seconds)
{
    struct fleet_ask ask = {.what = FLEET_END, .port = t->port};
    struct fleet_answer answer;
    struct fleet_result *r = &t->result;
    r->is_done = is_done;
    r->seconds = seconds;
    snprintf(r->reason, sizeof(r->reason), "%.*s", (int)sizeof(r->reason) - 1,
             is_done ? "" : message_last_failure());
    ask.result = *r;
    if (!t->ask(t->ctx, &ask, &answer))
        answer.is_over = true;
    return answer;
}

/* *is_over: no other device. False: it failed. */
static bool take_turn(struct fleet_turn *t, unsigned number, bool *is_over)
{
    struct setup_one one = {.choose = choose,
                            .ctx = t,
                            .test = t->fleet->test,
                            .test_ctx = t->fleet->ctx};
    const char *port = t->fleet->port[t->port];
    uint64_t start = os_now_ms();
    t->result = (struct fleet_result){.row = 0};
    message_forget_failure();
    message_talk("Device %u%s%s:", number, port ? ", " : "", port ? port : "");
    bool is_done = do_device(t, &one) == EXIT_DONE;
    double seconds = (double)(os_now_ms() - start) / 1000.0;
    keep_names(t, &one);
    *is_over = end(t, is_done, seconds).is_over;
    memset(&t->wish, 0, sizeof(t->wish));
    return is_done;
}

/* A port that is not there never has a device. */
static void report_port(struct fleet_turn *t)
{
    t->result = (struct fleet_result){.row = 0};
    (void)end(t, false, 0.0);
}

void fleet_turn_run(struct fleet_turn *t)
{
    const struct fleet *f = t->fleet;
    const char *port = f->port[t->port];
    bool is_loop = f->value[SETUP_LOOP] != NULL, is_flash = f->flash != NULL;
    bool is_over = false, is_there = true;
    while (!is_over) {
        struct fleet_ask ask = {.what = FLEET_BEGIN, .port = t->port};
        struct fleet_answer answer;
        if (is_loop)
            is_there = fleet_wait_there(port, is_flash);
        if (!t->ask(t->ctx, &ask, &answer) || answer.is_over)
            break;
        if (!is_there) {
            report_port(t);
            break;
        }
        bool is_done = take_turn(t, answer.number, &is_over);
        if (!is_loop || is_over)
            break;
        message_talk("Never with mains connected; 3.3 V only: take the device "
                     "off, put the next one in.");
        fleet_wait_gone(port, is_flash && !is_done);
    }
}

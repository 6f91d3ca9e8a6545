/* A worker for each port. */
#include "tool/fleet_crew.h"

#include <stdio.h>
#include <string.h>

#include "tool/fleet_turn.h"
#include "tool/message.h"
#include "tool/os_crew.h"

#define NAME 31u /* of a port, before a line */
#define COLUMNS 80u

struct crew {
    struct fleet_desk *desk;
    struct {
        struct fleet_ask ask;
        bool is_waiting; /* for the answer */
        bool is_ended;
    } at[FLEET_PORTS];
};

/* ---- in a worker --------------------------------------------------------- */

/* "ttyUSB0", "pi:2217": enough to tell one from the other. */
static const char *short_name(const char *port)
{
    static const char *const usual[] = {"/dev/", "rfc2217://"};
    for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++) {
        if (strncmp(port, usual[i], strlen(usual[i])) == 0)
            return port + strlen(usual[i]);
    }
    return port;
}

static int prefix_size(const char *port)
{
    size_t n = strlen(short_name(port));
    return n < NAME ? (int)n : (int)NAME;
}

static bool ask_desk(void *ctx, const struct fleet_ask *ask,
                     struct fleet_answer *answer)
{
    (void)ctx;
    fflush(stdout); /* who is not needed any more is ended */
    return os_crew_ask(ask, sizeof(*ask), answer, sizeof(*answer));
}

static void work(void *ctx, unsigned who)
{
    static struct fleet_turn turn; /* large */
    struct crew *c = ctx;
    const struct fleet *f = c->desk->fleet;
    message_narrow(COLUMNS - 2 - (unsigned)prefix_size(f->port[who]));
    turn = (struct fleet_turn){.fleet = f, .port = who, .ask = ask_desk};
    fleet_turn_run(&turn);
}

/* ---- what comes from them ------------------------------------------------ */

/* Every object of theirs is an event of its port's. */
static void put_object(const char *port, const char *line)
{
    bool is_event = strncmp(line, "{\"event\":", 9) == 0;
    printf("%s\"port\":", is_event ? "{" : "{\"event\":\"result\",");
    message_json(port);
    if (is_event)
        printf(",%s\n", line + 1);
    else
        printf(",\"result\":%s}\n", line);
    fflush(stdout);
}

static void said(void *ctx, unsigned who, bool is_talk, const char *line)
{
    const struct crew *c = ctx;
    const char *port = c->desk->fleet->port[who];
    if (is_talk) {
        message_talk("%.*s: %s", prefix_size(port), short_name(port), line);
    } else if (c->desk->fleet->value[SETUP_JSON] && line[0] == '{') {
        put_object(port, line);
    } else {
        printf("%.*s: %s\n", prefix_size(port), short_name(port), line);
        fflush(stdout);
    }
}

static bool answer_one(struct crew *c, unsigned who)
{
    struct fleet_answer answer;
    if (!c->at[who].is_waiting ||
        !fleet_desk_ask(c->desk, &c->at[who].ask, &answer))
        return false;
    c->at[who].is_waiting = false;
    os_crew_answer(who, &answer, sizeof(answer));
    return true;
}

/* What one asks may be what another waits for. Who has no device and gets none
 * any more is not needed. */
static void answer_all(struct crew *c)
{
    unsigned ports = c->desk->fleet->ports;
    for (unsigned i = 0; i < ports; i++) {
        if (answer_one(c, i))
            i = (unsigned)-1; /* from the first on again */
    }
    for (unsigned i = 0; i < ports && fleet_desk_is_over(c->desk); i++) {
        if (!c->desk->is_busy[i] && !c->at[i].is_ended)
            os_crew_end(i);
    }
}

static void asked(void *ctx, unsigned who, const void *message, size_t size)
{
    struct crew *c = ctx;
    if (size != sizeof(c->at[who].ask))
        return;
    memcpy(&c->at[who].ask, message, size);
    c->at[who].ask.port = who;
    c->at[who].is_waiting = true;
    answer_all(c);
}

/* One that was ended in the middle has failed. */
static void ended(void *ctx, unsigned who)
{
    struct crew *c = ctx;
    struct fleet_answer answer;
    c->at[who].is_waiting = false;
    c->at[who].is_ended = true;
    if (c->desk->is_busy[who]) {
        struct fleet_ask ask = {.what = FLEET_END, .port = who};
        snprintf(ask.result.reason, sizeof(ask.result.reason), "interrupted");
        (void)fleet_desk_ask(c->desk, &ask, &answer);
    }
    answer_all(c);
}

int fleet_crew_run(struct fleet_desk *desk, int *stopped)
{
    static const struct os_crew_ops ops = {
        .work = work, .said = said, .asked = asked, .ended = ended};
    static struct crew crew; /* large */
    crew = (struct crew){.desk = desk};
    enum err e = os_crew_run(&ops, &crew, desk->fleet->ports, stopped);
    return e == ERR_NONE ? EXIT_DONE
                         : message_fail(e, "a process for each port");
}

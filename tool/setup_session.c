/* One device is set up, and whoever watches is told how. */
#include "tool/setup_session.h"

#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/hint.h"
#include "tool/message.h"
#include "tool/session.h"
#include "tool/setup_ask.h"
#include "tool/setup_run.h"

#define BAUD 115200u
#define ROUNDS 2u
#define NO_MAINS "never with mains connected: "

/* The hints of the table are for chips that are to be flashed. */
static const char *hint_of(enum err e, const char *port)
{
    if (e == ERR_NO_ANSWER)
        return NO_MAINS "check 3.3 V, and that RX and TX cross; is firmware on "
                        "it (pogo flash)? Release the button, disconnect the "
                        "3.3 V and connect it again";
    return hint_for(e, port);
}

static int fail(const struct setup_run *run, enum err e, const char *port)
{
    const char *hint = hint_of(e, port);
    /* Then no wire is to blame. */
    if (e == ERR_SETUP_DIFFERS && run->refused[0])
        hint = "the firmware does not take this value: say another one";
    if (run->detail[0])
        return message_fail_hint(e, hint, "%s: %s", port, run->detail);
    return message_fail_hint(e, hint_of(e, port), "%s", port);
}

/* ---- the end ------------------------------------------------------------- */

static void tell_json(const struct setup_run *run,
                      const struct setup_plan *plan, const char *port)
{
    const char *const texts[][2] = {{"port", port},
                                    {"mac", run->mac},
                                    {"version", run->version},
                                    {"address", run->address}};
    message_result_begin();
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        printf("%c\"%s\":", i ? ',' : '{', texts[i][0]);
        message_json(texts[i][1]);
    }
    printf(",\"broker\":%s,\"settings\":{",
           run->broker_count ? "true" : "false");
    for (unsigned i = 0; i < plan->checks; i++) {
        printf("%s", i ? "," : "");
        message_json(plan->check[i].name);
        printf(":");
        message_json(plan->check[i].got);
    }
    printf("}}");
    message_result_end();
}

static void tell(const struct setup_run *run, const struct setup_plan *plan)
{
    for (unsigned i = 0; i < plan->checks; i++) {
        char line[256];
        snprintf(line, sizeof(line), "  %s %.200s", plan->check[i].name,
                 plan->check[i].got);
        setup_hide(run, line);
        if (!plan->check[i].is_list)
            message_talk("%s", line);
    }
    if (run->broker_count > 0)
        message_talk("It has reached its MQTT broker.");
    if (run->address[0] && strcmp(run->address, "0.0.0.0") != 0) {
        message_talk("The device is in the network; its page:");
        printf("http://%s/\n", run->address);
        fflush(stdout); /* before what follows on stderr */
        message_talk("Before mains comes near it: unplug the adapter, close "
                     "the case.");
    } else {
        message_talk("The device is in no network.");
    }
}

/* ---- the work ------------------------------------------------------------ */

static bool is_join(enum err e)
{
    return e == ERR_JOIN_NOT_FOUND || e == ERR_JOIN_PASSWORD ||
           e == ERR_JOIN_SILENT;
}

/* A name that was damaged on its way is told as one that differs; what is only
 * not told says nothing. */
static enum err look_why(struct setup_run *run, struct setup_plan *plan,
                         enum err e)
{
    char detail[sizeof(run->detail)];
    memcpy(detail, run->detail, sizeof(detail));
    enum err looked = setup_look_back(run, plan);
    const struct setup_check *wrong = setup_plan_wrong(plan);
    if (looked == ERR_SETUP_DIFFERS && wrong && wrong->has_got)
        return looked;
    memcpy(run->detail, detail, sizeof(detail));
    return e;
}

static enum err wait_for_all(struct setup_run *run, struct setup_plan *plan,
                             const struct setup_wish *wish)
{
    enum err e = ERR_NONE;
    if (wish->has[SETUP_SSID]) {
        message_talk("Waiting until it has joined %s ...",
                     wish->text[SETUP_SSID]);
        e = setup_wait_joined(run, wish->text[SETUP_SSID]);
    }
    if (e == ERR_NONE)
        return setup_look_back(run, plan);
    /* Perhaps it looks for another network than it was told. */
    return is_join(e) ? look_why(run, plan, e) : e;
}

/* A byte that was lost on the way makes a value that differs: once more. */
static int do_plan(struct setup_run *run, struct setup_plan *plan,
                   const struct setup_wish *wish, const char *port)
{
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < ROUNDS && (i == 0 || e == ERR_SETUP_DIFFERS);
         i++) {
        e = setup_send(run, plan);
        if (e == ERR_NONE)
            e = wait_for_all(run, plan, wish);
    }
    if (e == ERR_NONE && wish->text[SETUP_MQTT][0])
        e = setup_wait_broker(run);
    return e == ERR_NONE ? EXIT_DONE : fail(run, e, port);
}

static int make_plan(const struct setup_wish *wish, struct setup_plan *plan,
                     const char *version)
{
    char problem[256];
    enum err e = setup_plan_make(wish, setup_firmware_of(version), plan,
                                 problem, sizeof(problem));
    if (e == ERR_FORMAT)
        return message_fail_hint(ERR_SETUP_VALUE,
                                 "its GPIO has 13 or 14 numbers; pogo boards "
                                 "--templates DIR WORD finds some",
                                 "no template: %s", problem);
    return e == ERR_NONE ? EXIT_DONE : message_fail(e, "%s", problem);
}

static int set_up(struct setup_run *run, const char *const value[SETUP_KEYS],
                  struct setup_wish *wish, const char *port,
                  const struct setup_one *one)
{
    static struct setup_plan plan; /* large */
    struct link *link = run->console.link;
    /* Both off is neutral, however the lines are wired. */
    enum err e = link->ops->set_lines(link, false, false);
    if (e == ERR_NONE)
        e = setup_meet(run);
    if (e != ERR_NONE)
        return fail(run, e, port);
    char line[128];
    snprintf(line, sizeof(line), "Version %s, MAC %s", run->version, run->mac);
    setup_hide(run, line);
    message_talk("%s", line);
    if (strstr(run->version, "(minimal)"))
        message_talk("That is Tasmota's minimal image, for updates only: what "
                     "it is told is lost.\nPut a full one on it first (pogo "
                     "flash, pogo ota).");
    int code =
        one && one->choose ? one->choose(one->ctx, run->mac, wish) : EXIT_DONE;
    if (code == EXIT_DONE)
        code =
            setup_ask_rest(value, run->mac, run->version, run->is_fresh, wish);
    run->secret[0] = wish->text[SETUP_PASSWORD];
    run->secret[1] = wish->text[SETUP_MQTT_PASSWORD];
    run->secret[2] = wish->text[SETUP_WEB_PASSWORD];
    if (code == EXIT_DONE)
        code = make_plan(wish, &plan, run->version);
    message_interrupted("the device may have some of its settings",
                        "run the same command again");
    if (code == EXIT_DONE)
        code = do_plan(run, &plan, wish, port);
    if (code == EXIT_DONE && one && one->test)
        code = one->test(one->test_ctx, run, wish);
    message_interrupted("", "");
    if (code == EXIT_DONE && value[SETUP_JSON])
        tell_json(run, &plan, port);
    else if (code == EXIT_DONE)
        tell(run, &plan);
    return code;
}

int setup_session(const char *const value[SETUP_KEYS], struct setup_wish *wish,
                  uint32_t wait_s, bool is_fresh, struct setup_one *one)
{
    static struct setup_run run; /* large */
    static char port[512];
    char detail[512] = "";
    const struct args args = {.port = value[SETUP_PORT]};
    struct link *link = NULL;
    int code = session_port(&args, port, sizeof(port));
    if (code != EXIT_DONE)
        return code;
    enum err e = link_open(port, BAUD, &link, detail, sizeof(detail));
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, port), "%s", detail);
    run = (struct setup_run){.console.link = link,
                             .say = message_say,
                             .wait_ms = wait_s * 1000u,
                             .is_fresh = is_fresh};
    code = set_up(&run, value, wish, port, one);
    if (one) {
        memcpy(one->mac, run.mac, sizeof(one->mac));
        memcpy(one->address, run.address, sizeof(one->address));
        one->is_pogo = strstr(run.version, "(pogo)") != NULL;
    }
    link_close(link);
    return code;
}

bool setup_wait_of(const char *const value[SETUP_KEYS], uint32_t *wait_s)
{
    return !value[SETUP_WAIT] ||
           (args_number(value[SETUP_WAIT], wait_s) && *wait_s <= 86400);
}

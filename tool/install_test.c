/* pogo install's self-test: relays, button, S2, Wi-Fi and MQTT, over the
 * console of a device that hangs on an adapter's 3.3 V. */
#include <stdio.h>
#include <string.h>

#include "tool/boards.h"
#include "tool/install.h"
#include "tool/json_text.h"
#include "tool/message.h"
#include "tool/os.h"

#define RELAYS 8u
#define TRIES 3u
#define ANSWER_MS 1500u
#define SWITCH_MS 300u /* from a command to what it does */
#define PRESS_MS 30000u
/* Buttons and switches count only after 4 s of uptime (tasmota.md, Buttons). */
#define AWAKE_MS 4500u
#define APART_MS 10000u /* until the wire at S2 is away */
/* Tasmota's number of an input for a switch (tasmota.md D.3). */
#define SWITCH_1 ",160,"

enum seen { NOT_THERE, NOT_ASKED, SEEN, NOT_SEEN };
static const char *const seen_names[] = {"not there", "not asked", "seen",
                                         "not seen"};

struct test {
    struct install *in;
    struct setup_run *run;
    unsigned relays;
    bool is_on[RELAYS]; /* as it was told last */
    bool was_on[RELAYS];
    bool has_told;   /* since the last question */
    bool has_change; /* an input has done something */
    enum seen button, s2;
};

/* ---- what the device tells ----------------------------------------------- */

/* A state by the names it may have; false: it is not in there. */
static bool find_power(const char *json, const char *prefix, unsigned i,
                       bool *is_on)
{
    char path[32], value[8];
    snprintf(path, sizeof(path), "%sPOWER%u", prefix, i + 1);
    bool is_there = json_text_find(json, path, value, sizeof(value));
    if (!is_there && i == 0) {
        snprintf(path, sizeof(path), "%sPOWER", prefix);
        is_there = json_text_find(json, path, value, sizeof(value));
    }
    if (is_there)
        *is_on = strcmp(value, "ON") == 0;
    return is_there;
}

static bool take_status(void *ctx, const char *topic, const char *json)
{
    struct test *t = ctx;
    if (strcmp(topic, "STATUS11") != 0 || !json_text_is_whole(json))
        return false;
    t->relays = 0;
    for (unsigned i = 0; i < RELAYS; i++) {
        if (find_power(json, "StatusSTS.", i, &t->is_on[i]))
            t->relays = i + 1;
    }
    t->has_told = true;
    return true;
}

/* ERR_BYTES_LOST: no answer, though it has answered before. */
static enum err look(struct test *t)
{
    enum err e = ERR_TIMEOUT;
    t->has_told = false;
    for (unsigned i = 0; i < TRIES && e == ERR_TIMEOUT; i++) {
        e = console_line_send(&t->run->console, "Status 11");
        if (e == ERR_NONE)
            e = setup_hear_answers(t->run, ANSWER_MS, take_status, t);
    }
    return e == ERR_TIMEOUT ? ERR_BYTES_LOST : e;
}

/* ---- relays -------------------------------------------------------------- */

static bool take_nothing(void *ctx, const char *topic, const char *value)
{
    (void)ctx;
    (void)topic;
    (void)value;
    return false;
}

/* ERR_SELF_TEST: it is not as it was told. */
static enum err set_relay(struct test *t, unsigned i, bool is_on)
{
    char command[24];
    enum err e = ERR_NONE;
    snprintf(command, sizeof(command), "Power%u %s", i + 1,
             is_on ? "ON" : "OFF");
    for (unsigned n = 0; n < TRIES && e == ERR_NONE; n++) {
        e = console_line_send(&t->run->console, command);
        if (e == ERR_NONE)
            e = setup_hear_answers(t->run, SWITCH_MS, take_nothing, NULL);
        if (e == ERR_NONE || e == ERR_TIMEOUT)
            e = look(t);
        if (e == ERR_NONE && t->is_on[i] == is_on)
            return ERR_NONE;
    }
    return e == ERR_NONE ? ERR_SELF_TEST : e;
}

static enum err put_back(struct test *t)
{
    enum err e = look(t);
    for (unsigned i = 0; i < t->relays && e == ERR_NONE; i++) {
        if (t->is_on[i] != t->was_on[i])
            e = set_relay(t, i, t->was_on[i]);
    }
    return e;
}

static int fail(struct test *t, enum err e, const char *what)
{
    enum err back = put_back(t);
    (void)back; /* the first failure is what is told */
    return message_fail(e, "%s", what);
}

static int test_relays(struct test *t)
{
    char what[64];
    enum err e = look(t);
    if (e != ERR_NONE)
        return message_fail(e, "Status 11 is not answered");
    memcpy(t->was_on, t->is_on, sizeof(t->was_on));
    for (unsigned i = 0; i < t->relays; i++) {
        for (unsigned n = 0; n < 2 && e == ERR_NONE; n++) {
            snprintf(what, sizeof(what), "relay %u does not go %s", i + 1,
                     n ? "off" : "on");
            e = set_relay(t, i, n == 0);
        }
        if (e != ERR_NONE)
            return fail(t, e, what);
    }
    e = put_back(t);
    if (e != ERR_NONE)
        return message_fail(e, "a relay does not go back to what it was");
    if (t->relays == 0)
        message_talk("  relay: the device tells of none");
    else
        message_talk("  relay: on and off, %u of %u; with 3.3 V it does not "
                     "click",
                     t->relays, t->relays);
    return EXIT_DONE;
}

/* ---- button and S2 ------------------------------------------------------- */

/* A relay that changes by itself, or the input's own message. */
static bool take_input(void *ctx, const char *topic, const char *value)
{
    struct test *t = ctx;
    char action[16];
    bool is_on = false;
    (void)topic;
    for (unsigned i = 0; i < RELAYS; i++) {
        if (find_power(value, "", i, &is_on) && is_on != t->is_on[i]) {
            t->is_on[i] = is_on;
            return true;
        }
    }
    return json_text_find(value, "Button1.Action", action, sizeof(action)) ||
           json_text_find(value, "Switch1.Action", action, sizeof(action));
}

static bool may_ask(const struct test *t)
{
    return os_is_terminal(0) || t->in->value[INSTALL_TEST_BUTTON];
}

static int test_button(struct test *t)
{
    t->button = may_ask(t) ? NOT_SEEN : NOT_ASKED;
    if (t->button == NOT_ASKED)
        return EXIT_DONE;
    enum err e = setup_hear_answers(t->run, AWAKE_MS, take_nothing, NULL);
    message_talk("Never with mains connected: press the device's button once, "
                 "within %u s.",
                 PRESS_MS / 1000);
    if (e == ERR_TIMEOUT)
        e = setup_hear_answers(t->run, PRESS_MS, take_input, t);
    if (e == ERR_TIMEOUT)
        return fail(t, ERR_SELF_TEST, "no press of the button was seen");
    if (e == ERR_NONE)
        e = put_back(t);
    if (e != ERR_NONE)
        return message_fail(e, "while it waited for the button");
    t->button = SEEN;
    return EXIT_DONE;
}

static bool has_s2(const struct setup_wish *wish)
{
    const struct known_board *b = known_board_find(wish->text[SETUP_BOARD]);
    return wish->has[SETUP_BOARD] && b && strstr(b->template_new, SWITCH_1);
}

static int test_s2(struct test *t, const struct setup_wish *wish)
{
    t->s2 = !has_s2(wish) ? NOT_THERE : may_ask(t) ? NOT_SEEN : NOT_ASKED;
    if (t->s2 != NOT_SEEN)
        return EXIT_DONE;
    message_talk("Never with mains connected, on the adapter's 3.3 V alone: "
                 "touch S1 and S2 with the two ends of one piece of wire, "
                 "within %u s.",
                 PRESS_MS / 1000);
    enum err e = setup_hear_answers(t->run, PRESS_MS, take_input, t);
    if (e == ERR_TIMEOUT)
        return fail(t, ERR_SELF_TEST, "nothing was seen at S2");
    if (e == ERR_NONE) {
        message_talk("Seen. Take the wire away.");
        e = setup_hear_answers(t->run, APART_MS, take_input, t);
    }
    if (e == ERR_NONE || e == ERR_TIMEOUT)
        e = put_back(t);
    if (e != ERR_NONE)
        return message_fail(e, "while it waited for S2");
    t->s2 = SEEN;
    return EXIT_DONE;
}

/* ---- all of it ----------------------------------------------------------- */

static bool is_in_network(const struct setup_run *run)
{
    return run->address[0] && strcmp(run->address, "0.0.0.0") != 0;
}

static void tell(const struct test *t)
{
    bool has_wifi = is_in_network(t->run), has_mqtt = t->run->broker_count > 0;
    message_talk("  button: %s%s", seen_names[t->button],
                 t->button == NOT_ASKED ? " (--test-button does)" : "");
    if (t->s2 != NOT_THERE)
        message_talk("  S2: %s", seen_names[t->s2]);
    message_talk("  Wi-Fi: %s", has_wifi ? "joined" : "not set up");
    message_talk("  MQTT: %s", has_mqtt ? "connected" : "not set up");
    if (t->in->value[SETUP_JSON])
        printf("{\"event\":\"test\",\"relays\":%u,\"button\":\"%s\","
               "\"s2\":\"%s\",\"wifi\":%s,\"mqtt\":%s}\n",
               t->relays, seen_names[t->button], seen_names[t->s2],
               has_wifi ? "true" : "false", has_mqtt ? "true" : "false");
}

static int test(struct test *t, const struct setup_wish *wish)
{
    install_begin(t->in, INSTALL_TEST);
    int code = test_relays(t);
    if (code == EXIT_DONE)
        code = test_button(t);
    if (code == EXIT_DONE)
        code = test_s2(t, wish);
    if (code == EXIT_DONE)
        tell(t);
    return code;
}

int install_test(void *ctx, struct setup_run *run,
                 const struct setup_wish *wish)
{
    struct test t = {.in = ctx, .run = run};
    int code = t.in->value[INSTALL_NO_TEST] ? EXIT_DONE : test(&t, wish);
    if (code == EXIT_DONE)
        install_finished(t.in);
    return code;
}

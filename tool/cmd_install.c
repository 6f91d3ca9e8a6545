/* pogo install: from the box to the network in one command. Backup, flash,
 * start, set-up and self-test, one after the other. */
#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/boards.h"
#include "tool/cmd.h"
#include "tool/fleet.h"
#include "tool/install.h"
#include "tool/message.h"
#include "tool/setup_session.h"

static const struct raw_option own[] = {
    {"no-backup", NULL, false,
     "  --no-backup          don't save what is on the flash first"},
    {"no-setup", NULL, false,
     "  --no-setup           only flash and start; pogo setup may follow "
     "later"},
    {"no-test", NULL, false, "  --no-test            no self-test at the end"},
    {"test-button", NULL, false,
     "  --test-button        test button and S2 without a terminal, too: it "
     "waits\n"
     "                       30 s for each"},
    {"hands", NULL, true,
     "  --hands H            what spares your hands: jumper (on GPIO0), "
     "dtr-gpio0\n"
     "                       (DTR is wired to GPIO0), usb-power; "
     "dtr-gpio0,usb-power"},
    {"power-cmd", NULL, true,
     "  --power-cmd CMD      with usb-power: CMD off and CMD on switch the "
     "3.3 V, as\n"
     "                       in --power-cmd 'uhubctl -l 1-1 -p 2 -a'; %p in "
     "CMD "
     "is the\n"
     "                       port"},
};
_Static_assert(sizeof(own) / sizeof(own[0]) == INSTALL_KEYS - SETUP_KEYS,
               "one row for each key");

static void make_options(struct raw_option rows[INSTALL_KEYS])
{
    memcpy(rows, setup_keys, sizeof(setup_keys));
    memcpy(rows + SETUP_KEYS, own, sizeof(own));
}

static int print_help(const struct raw_option rows[INSTALL_KEYS])
{
    printf("pogo install [options] FILE\n\n%s\n"
           "Asks which board it is, saves what is on it (a file with MAC "
           "address and date),\nwrites FILE (Tasmota's or Pogo's image) and "
           "reads it back, watches it start,\ndoes what pogo setup does "
           "(Wi-Fi, MQTT, names, board), and tests it. A failure\nsays at "
           "which step it was and what to do.\n\n"
           "  pogo install tasmota.bin\n"
           "  pogo install --board mini -s \"My home\" --password-file f "
           "tasmota.bin\n"
           "  pogo install --loop --config house.csv tasmota.bin   a box of "
           "them\n\nOptions:\n",
           known_board_warning);
    for (size_t i = 0; i < INSTALL_KEYS; i++) {
        if (rows[i].help[0] && i != SETUP_HELP)
            printf("%s\n", rows[i].help);
    }
    printf("%s\n", rows[SETUP_HELP].help);
    return EXIT_DONE;
}

/* ---- the steps ----------------------------------------------------------- */

static const struct {
    const char *name, *what;
} steps[INSTALL_STEPS] = {
    [INSTALL_BOARD] = {"board", "which board it is"},
    [INSTALL_WRITE] = {"write", "save what is on it, write, read back"},
    [INSTALL_START] = {"start", "start it and watch"},
    [INSTALL_SETUP] = {"set-up", "Wi-Fi and all else"},
    [INSTALL_TEST] = {"test", "does it do what it should"},
};

static unsigned step_count(const struct install *in)
{
    if (in->value[INSTALL_NO_SETUP])
        return INSTALL_SETUP;
    return in->value[INSTALL_NO_TEST] ? INSTALL_TEST : INSTALL_STEPS;
}

void install_begin(struct install *in, enum install_step step)
{
    char name[48];
    in->step = step;
    message_talk("Step %u of %u, %s: %s.", (unsigned)step + 1, step_count(in),
                 steps[step].name, steps[step].what);
    if (in->is_many)
        return;
    snprintf(name, sizeof(name), "step %u of %u, %s", (unsigned)step + 1,
             step_count(in), steps[step].name);
    message_interrupted_at(
        name,
        step > INSTALL_WRITE
            ? "the same command goes on; so does pogo setup: the firmware "
              "is on it"
            : "run the same command again: what is done is not done "
              "twice");
}

/* Where it stopped. At the first step nothing was done. */
static int stop(const struct install *in, int code)
{
    /* Refused means that nothing was changed: no more, once it was written. */
    if (code == EXIT_REFUSED && in->step > INSTALL_WRITE)
        code = EXIT_FAILED;
    bool may_go_on = code != EXIT_USAGE && code != EXIT_REFUSED;
    if (code != EXIT_DONE && in->step > INSTALL_BOARD)
        message_talk("It stopped at step %u of %u, %s.%s",
                     (unsigned)in->step + 1, step_count(in),
                     steps[in->step].name,
                     may_go_on ? " The same command again goes on: what is "
                                 "done is not done twice."
                               : "");
    return code;
}

/* From the adapter's first word to the start of what was written. */
static int put_on(struct install *in)
{
    install_begin(in, INSTALL_WRITE);
    if (install_runs_already(in))
        return EXIT_DONE;
    int code = install_flash(in);
    if (code != EXIT_DONE)
        return code;
    install_begin(in, INSTALL_START);
    code = install_watch(in);
    if (code == EXIT_DONE && in->value[INSTALL_NO_SETUP])
        install_finished(in);
    return code;
}

/* The click is for later: on the adapter's 3.3 V the coil does not move. */
static void say_next(const struct setup_one *one, bool has_password)
{
    const char *address = one->address;
    if (address[0] == '\0' || strcmp(address, "0.0.0.0") == 0)
        return;
    if (has_password) {
        message_talk("Then mains. Open its page, log in as admin with the "
                     "password for its page, press the relay's button there, "
                     "and you hear the click:");
        message_talk("  http://%s/", address);
    } else if (one->is_pogo) {
        message_talk("Before that: its page lets one look only, until it has "
                     "a password:");
        message_talk("  pogo setup --web-password-file F");
        message_talk("(F: a file with the password in its first line. Never "
                     "with mains connected; 3.3 V only.) Then mains: open the "
                     "page, log in as admin and press the relay's button, and "
                     "you hear the click:");
        message_talk("  http://%s/", address);
    } else {
        message_talk("Then mains. This switches its relay, and you hear the "
                     "click:");
        message_talk("  http://%s/cm?cmnd=Power%%20TOGGLE", address);
    }
}

static int set_up(struct install *in, struct setup_wish *wish)
{
    struct setup_one one = {.test = install_test, .test_ctx = in};
    install_begin(in, INSTALL_SETUP);
    int code = setup_session(in->value, wish, in->wait_s, true, &one);
    if (code == EXIT_DONE)
        say_next(&one, wish->has[SETUP_WEB_PASSWORD]);
    else
        message_talk("The firmware is on it: pogo setup goes on from here.");
    return code;
}

/* --hands and --power-cmd. */
static int read_hands(struct install *in)
{
    const char *text = in->value[INSTALL_HANDS];
    if (text && !hands_parse(text, &in->hands))
        return message_usage("install", "--hands: jumper, dtr-gpio0 or "
                                        "usb-power is meant");
    in->hands.power_cmd = in->value[INSTALL_POWER_CMD];
    if (in->hands.wants_power && !in->hands.power_cmd)
        return message_usage("install", "--hands usb-power wants --power-cmd");
    in->has_hands = text || in->hands.power_cmd;
    return EXIT_DONE;
}

/* One command for several ports would switch off the neighbour, too. */
static int check_power(const struct install *in, unsigned ports)
{
    const char *cmd = in->hands.power_cmd;
    if (ports > 1 && cmd && !strstr(cmd, HANDS_PORT))
        return message_usage("install", "--power-cmd with several ports wants "
                                        "%p in it: the port it switches");
    return EXIT_DONE;
}

static int install(struct install *in, struct setup_wish *wish)
{
    int code = install_ask(in, wish);
    if (code == EXIT_DONE)
        code = put_on(in);
    if (code == EXIT_DONE && !in->value[INSTALL_NO_SETUP])
        code = set_up(in, wish);
    message_interrupted_at("", "");
    return stop(in, code);
}

/* ---- one of many --------------------------------------------------------- */

static int flash_one(void *ctx, const char *port)
{
    struct install *in = ctx;
    in->port = port;
    int code = put_on(in);
    if (code == EXIT_DONE && !in->value[INSTALL_NO_SETUP])
        install_begin(in, INSTALL_SETUP);
    return stop(in, code);
}

static int install_many(struct fleet *fleet, struct install *in,
                        struct setup_wish *wish)
{
    int code = install_ask(in, wish);
    fleet->flash = flash_one;
    fleet->test = install_test;
    fleet->ctx = in;
    fleet->is_only_flash = in->value[INSTALL_NO_SETUP] != NULL;
    return code == EXIT_DONE ? fleet_run(fleet) : code;
}

int cmd_install(int argc, char **argv)
{
    static struct setup_wish wish; /* large */
    struct raw_option rows[INSTALL_KEYS];
    const char *value[INSTALL_KEYS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    struct install in = {.value = value, .wait_s = ARGS_WAIT_S};
    make_options(rows);
    enum err e = raw_args_parse(rows, INSTALL_KEYS, argc, argv, value, word,
                                &words, problem, sizeof(problem));
    wish = (struct setup_wish){.has = {false}};
    if (value[SETUP_HELP])
        return print_help(rows);
    message_json_errors(value[SETUP_JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("install", problem);
    if (words != 1)
        return message_usage("install", "one file is meant: the image");
    if (!setup_wait_of(value, &in.wait_s))
        return message_usage("install", "--wait: seconds are meant");
    in.file = word[0];
    in.port = value[SETUP_PORT];
    int code = read_hands(&in);
    if (code != EXIT_DONE)
        return code;
    struct fleet fleet = {.command = "install",
                          .value = value,
                          .wish = &wish,
                          .wait_s = in.wait_s,
                          .image = word[0]};
    bool is_many = false;
    code = fleet_ports(&fleet, rows, INSTALL_KEYS, argc, argv, &is_many);
    in.is_many = is_many;
    if (code == EXIT_DONE)
        code = check_power(&in, fleet.ports);
    if (code == EXIT_DONE)
        code = is_many ? install_many(&fleet, &in, &wish) : install(&in, &wish);
    memset(&wish, 0, sizeof(wish));
    return code;
}

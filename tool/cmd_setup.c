/* pogo setup: a device that is flashed gets its Wi-Fi, MQTT, names and board
 * over its serial console, and is asked whether it has them. */
#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/fleet.h"
#include "tool/message.h"
#include "tool/setup_ask.h"
#include "tool/setup_session.h"

static int print_help(void)
{
    printf(
        "pogo setup [options]\n\n"
        "Never with mains connected; 3.3 V only.\n"
        "Gives a device that runs Tasmota or Pogo its Wi-Fi and what else "
        "you say, over\nthe serial cable, waits until it has joined, asks "
        "it for each value, and tells\nits address. The button is not "
        "held. Passwords are asked for, or come from a\nfile or the "
        "environment; they are never shown. Without options pogo asks.\n\n"
        "  pogo setup\n"
        "  pogo setup -s \"My home\" --mqtt 192.168.1.5 --name Lamp "
        "--board mini\n"
        "  pogo setup --config pogo.conf\n"
        "  pogo setup --loop --config house.csv        one after the other\n\n"
        "Options:\n");
    for (size_t i = 0; i < SETUP_KEYS; i++) {
        if (setup_keys[i].help[0])
            printf("%s\n", setup_keys[i].help);
    }
    return EXIT_DONE;
}

int cmd_setup(int argc, char **argv)
{
    static struct setup_wish wish; /* large */
    const char *value[SETUP_KEYS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    uint32_t wait_s = ARGS_WAIT_S;
    enum err e = raw_args_parse(setup_keys, SETUP_KEYS, argc, argv, value, word,
                                &words, problem, sizeof(problem));
    wish = (struct setup_wish){.has = {false}};
    if (value[SETUP_HELP])
        return print_help();
    message_json_errors(value[SETUP_JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("setup", problem);
    if (words > 0)
        return message_usage("setup", "it takes options only (a name with "
                                      "blanks needs quotes)");
    if (!setup_wait_of(value, &wait_s))
        return message_usage("setup", "--wait: seconds are meant");
    struct fleet fleet = {
        .command = "setup", .value = value, .wish = &wish, .image = ""};
    bool is_many = false;
    fleet.wait_s = wait_s;
    int code =
        fleet_ports(&fleet, setup_keys, SETUP_KEYS, argc, argv, &is_many);
    if (code == EXIT_DONE)
        code = setup_ask_line(value, &wish);
    if (code == EXIT_DONE && is_many)
        code = setup_ask_check(value, &wish);
    if (code == EXIT_DONE)
        code = is_many ? fleet_run(&fleet)
                       : setup_session(value, &wish, wait_s, false, NULL);
    memset(&wish, 0, sizeof(wish));
    return code;
}

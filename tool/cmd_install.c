/* pogo install: from the box to the network in one command. Backup, flash and
 * set-up, each the subcommand of its own that it also is. */
#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/boards.h"
#include "tool/cmd.h"
#include "tool/fleet.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/setup_ask.h"
#include "tool/setup_session.h"

enum { NO_BACKUP = SETUP_KEYS, NO_SETUP, OPTIONS };

static const struct raw_option own[] = {
    {"no-backup", NULL, false,
     "  --no-backup          don't save what is on the flash first"},
    {"no-setup", NULL, false,
     "  --no-setup           only flash; pogo setup may follow later"},
};

static void make_options(struct raw_option rows[OPTIONS])
{
    memcpy(rows, setup_keys, sizeof(setup_keys));
    memcpy(rows + SETUP_KEYS, own, sizeof(own));
}

static int print_help(const struct raw_option rows[OPTIONS])
{
    printf("pogo install [options] FILE\n\n%s\n"
           "Asks which board it is, saves what is on it (a file with MAC "
           "address and date),\nwrites FILE (Tasmota's or Pogo's image) and "
           "reads it back, waits until it runs,\nand does what pogo setup "
           "does: Wi-Fi, MQTT, names, board. A failure says what to\ndo. Once "
           "the image is on it, pogo setup goes on.\n\n"
           "  pogo install tasmota.bin\n"
           "  pogo install --board mini -s \"My home\" --password-file f "
           "tasmota.bin\n"
           "  pogo install --loop --config house.csv tasmota.bin   a box of "
           "them\n\nOptions:\n",
           known_board_warning);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (rows[i].help[0])
            printf("%s\n", rows[i].help);
    }
    return EXIT_DONE;
}

/* ---- before -------------------------------------------------------------- */

static void say_lines(const char *text)
{
    while (*text) {
        size_t n = strcspn(text, "\n");
        message_talk("%.*s", (int)n, text);
        text += n + (text[n] == '\n');
    }
}

/* Which board, from who sits there; EXIT_DONE also when he does not know. */
static int ask_board(struct setup_wish *wish)
{
    char name[32], names[256] = "";
    bool is_said = wish->has[SETUP_BOARD] || wish->has[SETUP_TEMPLATE] ||
                   wish->has[SETUP_MODULE];
    if (is_said || !os_is_terminal(0))
        return EXIT_DONE;
    for (size_t i = 0; i < known_board_count; i++) {
        size_t n = strlen(names);
        snprintf(names + n, sizeof(names) - n, " %s", known_boards[i].name);
    }
    message_talk("Boards:%s", names);
    if (!os_ask("Which is it (Enter: none of these)? ", name, sizeof(name)))
        return EXIT_FAILED;
    if (name[0])
        (void)setup_wish_keep(wish, SETUP_BOARD, name);
    return EXIT_DONE;
}

static int show_board(const struct setup_wish *wish)
{
    const char *name = wish->text[SETUP_BOARD];
    if (!wish->has[SETUP_BOARD])
        return EXIT_DONE;
    const struct known_board *b = known_board_find(name);
    if (!b)
        return message_fail_hint(ERR_UNKNOWN, "pogo boards lists them",
                                 "no board %.40s", name);
    message_talk("%s: %s, %s.", b->title, b->chip, b->button);
    say_lines(b->pads);
    if (b->picture)
        say_lines(b->picture);
    return EXIT_DONE;
}

static int confirm(void)
{
    char answer[16];
    if (!os_is_terminal(0))
        return EXIT_DONE;
    if (os_ask("Is mains disconnected, and is it 3.3 V on VCC (yes)? ", answer,
               sizeof(answer)) &&
        (strcmp(answer, "yes") == 0 || strcmp(answer, "y") == 0))
        return EXIT_DONE;
    message_talk("Then nothing is done.");
    return EXIT_REFUSED;
}

/* ---- the steps ----------------------------------------------------------- */

static int flash(const char *const value[OPTIONS], const char *to,
                 const char *file)
{
    char program[] = "pogo", name[] = "flash";
    char port[512], path[4096], problem[256];
    char letter[] = "-p", backup[] = "--backup", dash[] = "-",
         json[] = "--json";
    char *argv[10] = {program, name};
    int argc = 2;
    struct args args;
    snprintf(path, sizeof(path), "%s", file);
    if (to) {
        snprintf(port, sizeof(port), "%s", to);
        argv[argc++] = letter;
        argv[argc++] = port;
    }
    if (!value[NO_BACKUP]) {
        argv[argc++] = backup;
        argv[argc++] = dash;
    }
    if (value[SETUP_JSON])
        argv[argc++] = json;
    argv[argc++] = path;
    enum err e = args_parse(argc, argv, 1, &args, problem, sizeof(problem));
    return e == ERR_NONE ? cmd_flash(&args) : message_usage("install", problem);
}

static void say_flashed(void)
{
    message_talk("The firmware is on it. Waiting until it runs ... If it does "
                 "not: never with mains connected, release the button, "
                 "disconnect the 3.3 V and connect it again.");
}

/* All that is asked, and said, before the first device. */
static int prepare(const char *const value[OPTIONS], struct setup_wish *wish)
{
    say_lines(known_board_warning);
    int code = setup_ask_line(value, wish);
    if (code == EXIT_DONE && !value[NO_SETUP])
        code = setup_ask_check(value, wish);
    if (code == EXIT_DONE)
        code = ask_board(wish);
    if (code == EXIT_DONE)
        code = show_board(wish);
    return code == EXIT_DONE ? confirm() : code;
}

static int install(const char *const value[OPTIONS], struct setup_wish *wish,
                   uint32_t wait_s, const char *file)
{
    int code = prepare(value, wish);
    if (code == EXIT_DONE)
        code = flash(value, value[SETUP_PORT], file);
    if (code != EXIT_DONE || value[NO_SETUP])
        return code;
    say_flashed();
    code = setup_session(value, wish, wait_s, true, NULL);
    if (code != EXIT_DONE)
        message_talk("The firmware is on it: pogo setup goes on from here.");
    return code;
}

/* One of many. */
struct flash_job {
    const char *const *value;
    const char *file;
};

static int flash_one(void *ctx, const char *port)
{
    const struct flash_job *job = ctx;
    int code = flash(job->value, port, job->file);
    if (code == EXIT_DONE && !job->value[NO_SETUP])
        say_flashed();
    return code;
}

static int install_many(struct fleet *fleet, struct flash_job *job,
                        struct setup_wish *wish)
{
    int code = prepare(job->value, wish);
    fleet->flash = flash_one;
    fleet->ctx = job;
    fleet->is_only_flash = job->value[NO_SETUP] != NULL;
    return code == EXIT_DONE ? fleet_run(fleet) : code;
}

int cmd_install(int argc, char **argv)
{
    static struct setup_wish wish; /* large */
    struct raw_option rows[OPTIONS];
    const char *value[OPTIONS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    uint32_t wait_s = ARGS_WAIT_S;
    make_options(rows);
    enum err e = raw_args_parse(rows, OPTIONS, argc, argv, value, word, &words,
                                problem, sizeof(problem));
    wish = (struct setup_wish){.has = {false}};
    if (value[SETUP_HELP])
        return print_help(rows);
    message_json_errors(value[SETUP_JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("install", problem);
    if (words != 1)
        return message_usage("install", "one file is meant: the image");
    if (!setup_wait_of(value, &wait_s))
        return message_usage("install", "--wait: seconds are meant");
    struct flash_job job = {value, word[0]};
    struct fleet fleet = {.command = "install",
                          .value = value,
                          .wish = &wish,
                          .wait_s = wait_s,
                          .image = word[0]};
    bool is_many = false;
    int code = fleet_ports(&fleet, rows, OPTIONS, argc, argv, &is_many);
    if (code == EXIT_DONE)
        code = is_many ? install_many(&fleet, &job, &wish)
                       : install(value, &wish, wait_s, word[0]);
    memset(&wish, 0, sizeof(wish));
    return code;
}

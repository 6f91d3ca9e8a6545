/* pogo install's writing: what pogo flash does, but the chip stays in download
 * mode, so that all of its start is heard afterwards. */
#include <stdio.h>

#include "tool/args.h"
#include "tool/cmd_flash.h"
#include "tool/firmware_file.h"
#include "tool/hint.h"
#include "tool/install.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/session.h"

/* The line of a pogo flash, and what it is read into. */
struct line {
    char program[8], name[8], letter[4], port[512];
    char backup[12], dash[4], json[8], path[4096];
    struct args args;
};

static int make_line(const struct install *in, struct line *l)
{
    char *argv[10] = {l->program, l->name}, problem[256];
    int argc = 2;
    *l = (struct line){"pogo", "flash",  "-p", "", "--backup",
                       "-",    "--json", "",   {0}};
    snprintf(l->path, sizeof(l->path), "%s", in->file);
    if (in->port) {
        snprintf(l->port, sizeof(l->port), "%s", in->port);
        argv[argc++] = l->letter;
        argv[argc++] = l->port;
    }
    if (!in->value[INSTALL_NO_BACKUP]) {
        argv[argc++] = l->backup;
        argv[argc++] = l->dash;
    }
    if (in->value[SETUP_JSON])
        argv[argc++] = l->json;
    argv[argc++] = l->path;
    enum err e = args_parse(argc, argv, 1, &l->args, problem, sizeof(problem));
    return e == ERR_NONE ? EXIT_DONE : message_usage("install", problem);
}

/* It is opened later: opening resets some devices. A switched one may not have
 * power yet. */
static int look_at_port(const struct install *in, const struct args *args)
{
    char port[512];
    int code = session_port(args, port, sizeof(port));
    if (code == EXIT_DONE && port[0] == '/' && !in->hands.wants_power &&
        !os_has_file_like(port))
        code = message_fail_hint(ERR_PORT_MISSING,
                                 hint_for(ERR_PORT_MISSING, port), "%s", port);
    return code;
}

int install_look(struct install *in)
{
    static struct line line;        /* large */
    static struct firmware_set set; /* large */
    if (in->is_many)
        return EXIT_DONE; /* told of each port, and in its log */
    int code = make_line(in, &line);
    if (code != EXIT_DONE)
        return code;
    code = firmware_load(&line.args, &set);
    firmware_free(&set);
    return code == EXIT_DONE ? look_at_port(in, &line.args) : code;
}

int install_flash(struct install *in)
{
    static struct line line; /* large */
    struct args *args = &line.args;
    int code = make_line(in, &line);
    if (code != EXIT_DONE)
        return code;
    args->hands = in->has_hands ? &in->hands : NULL;
    args->after = AFTER_NO_RESET;
    args->wait_s = in->wait_s > ARGS_WAIT_S ? in->wait_s : ARGS_WAIT_S;
    const struct flash_hooks hooks = {
        .find_backup = install_find_backup, .saved = install_saved, .ctx = in};
    code = flash_files(args, &hooks);
    if (code == EXIT_DONE)
        install_written(in);
    return code;
}

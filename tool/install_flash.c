/* pogo install's writing: what pogo flash does, but the chip stays in download
 * mode, so that all of its start is heard afterwards. */
#include <stdio.h>

#include "tool/args.h"
#include "tool/cmd_flash.h"
#include "tool/install.h"
#include "tool/message.h"

int install_flash(struct install *in)
{
    char program[] = "pogo", name[] = "flash";
    char port[512], path[4096], problem[256];
    char letter[] = "-p", backup[] = "--backup", dash[] = "-",
         json[] = "--json";
    char *argv[10] = {program, name};
    int argc = 2;
    struct args args;
    snprintf(path, sizeof(path), "%s", in->file);
    if (in->port) {
        snprintf(port, sizeof(port), "%s", in->port);
        argv[argc++] = letter;
        argv[argc++] = port;
    }
    if (!in->value[INSTALL_NO_BACKUP]) {
        argv[argc++] = backup;
        argv[argc++] = dash;
    }
    if (in->value[SETUP_JSON])
        argv[argc++] = json;
    argv[argc++] = path;
    enum err e = args_parse(argc, argv, 1, &args, problem, sizeof(problem));
    if (e != ERR_NONE)
        return message_usage("install", problem);
    args.hands = in->has_hands ? &in->hands : NULL;
    args.after = AFTER_NO_RESET;
    args.wait_s = in->wait_s > ARGS_WAIT_S ? in->wait_s : ARGS_WAIT_S;
    const struct flash_hooks hooks = {
        .find_backup = install_find_backup, .saved = install_saved, .ctx = in};
    int code = flash_files(&args, &hooks);
    if (code == EXIT_DONE)
        install_written(in);
    return code;
}

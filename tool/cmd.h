/* The subcommands of pogo: one row each in main.c, one cmd_*.c each. A handler
 * returns one of the exit codes in format/err.h and has printed its messages.
 * Data goes to stdout, talk to stderr. */
#ifndef TOOL_CMD_H
#define TOOL_CMD_H

#include <stddef.h>

struct args;

struct command {
    const char *name;
    /* Exactly one of the two is set: run gets the parsed command line, run_raw
     * its own words, argv[0] being the name. */
    int (*run)(const struct args *args);
    int (*run_raw)(int argc, char **argv);
    const char *summary; /* one line for `pogo --help` */
    const char *usage;   /* what follows `pogo NAME` */
    const char *help;    /* for `pogo NAME --help`, at most 80 columns wide */
};

extern const struct command commands[];
extern const size_t command_count;
const struct command *command_find(const char *name); /* NULL: none */
/* The first whose name is one slip of the fingers away: a letter more, less or
 * another one, or two exchanged. NULL: none. */
const struct command *command_near(const char *word);

int cmd_flash(const struct args *args);
int cmd_backup(const struct args *args);
int cmd_restore(const struct args *args);
int cmd_flash_status(const struct args *args);
int cmd_merge(const struct args *args);
int cmd_read(const struct args *args);
int cmd_erase(const struct args *args);
int cmd_verify(const struct args *args);
int cmd_info(const struct args *args);
int cmd_image(const struct args *args);
int cmd_run(const struct args *args);
int cmd_update(const struct args *args);
int cmd_key(const struct args *args);
int cmd_console(const struct args *args);
int cmd_ports(const struct args *args);
int cmd_install(int argc, char **argv);
int cmd_setup(int argc, char **argv);
int cmd_boards(int argc, char **argv);
int cmd_doctor(int argc, char **argv);
int cmd_diy(int argc, char **argv);
int cmd_report(int argc, char **argv);
int cmd_ota(int argc, char **argv);
int cmd_bench(int argc, char **argv); /* tool/cmd_bench.c */

#endif

/* The command line of pogo's own subcommands, parsed. esptool's everyday
 * spellings are understood too, because people paste them (args_names.c). No
 * printing and no files here. */
#ifndef TOOL_ARGS_H
#define TOOL_ARGS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/flasher.h"

#define ARGS_WORDS 40u
#define ARGS_FILES 16u
#define ARGS_WAIT_S 60u

/* A header field that is not set to a number. */
enum args_keep { ARGS_NOT_GIVEN = -1, ARGS_KEEP = -2, ARGS_DETECT = -3 };

struct hands;
struct args {
    const char *command;       /* pogo's name of it; NULL: none on the line */
    const char *port;          /* NULL: not given */
    const struct hands *hands; /* of pogo install: link_hands.h; NULL: none */
    unsigned baud;             /* 0: not given */
    bool is_rom_only;
    enum before before;
    enum after after;
    unsigned wait_s;
    bool has_reset_sequence;
    struct reset_sequence reset_sequence;
    const char *key; /* NULL: not given */
    bool is_json;
    bool is_force;
    bool is_erase_all;
    bool is_loop; /* flash: one board after the other */
    bool is_say;
    uint32_t boards; /* with is_loop; 0: until Ctrl-C */
    const char *log; /* of is_loop and of console; NULL: not given */
    bool has_times;  /* console */
    bool is_hex;
    bool is_reset_first;
    bool is_help;
    bool is_version;
    int flash_mode; /* header values, or enum args_keep */
    int flash_size;
    int flash_freq;
    const char *backup; /* NULL: not given */
    const char *output;
    bool is_monitor;
    unsigned monitor_s; /* 0: until Ctrl-C */
    bool is_verify_read;
    uint32_t target_offset;
    uint32_t pad_to_size;         /* 0: not given */
    const char *word[ARGS_WORDS]; /* what stood there besides options */
    unsigned word_count;
};

struct args_file {
    const char *path;
    uint32_t address;
};

/* How many words at the start of the line name a program (`pogo`, and a pasted
 * `esptool.py`, `python -m esptool`). */
int args_skip_program(int argc, char **argv);
/* Index of the subcommand in argv, or argc. Options may stand before it. */
int args_find_command(int argc, char **argv);
/* pogo's name for a subcommand: "write_flash" gives "flash". NULL: unknown. */
const char *args_command_name(const char *word);
/* What to do instead of a subcommand of esptool that pogo has not. NULL: it is
 * none of those. */
const char *args_instead_of(const char *word);

/* Parse all words from argv[first] on. ERR_USAGE with the reason in problem. */
MUST_USE enum err args_parse(int argc, char **argv, int first, struct args *out,
                             char *problem, size_t room);

/* A number: 0x10, 16, 4K, 1MB. */
bool args_number(const char *text, uint32_t *out);
/* `FILE`, `FILE@ADDR` and `ADDR FILE` in any mixture. path of each points into
 * text[room], where the names are put. */
MUST_USE enum err args_files(const struct args *args, struct args_file *files,
                             unsigned *count, char *text, size_t room,
                             char *problem, size_t problem_room);

/* Option i as lines for a subcommand's --help; "" when it has not this option,
 * NULL at the end. */
const char *args_option_help(unsigned i, const char *command);
/* Rows for tests: names of option i, NULL at the end. */
const char *args_option_name(unsigned i);

#endif

/* Words of the command line: subcommands with esptool's names for them,
 * numbers, and files with addresses. */
#include "tool/args.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define NAME_ROOM 32u

struct alias {
    const char *word;
    const char *command; /* or, in others, the advice */
};

static const struct alias aliases[] = {
    {"flash", "flash"},
    {"write-flash", "flash"},
    {"backup", "backup"},
    {"restore", "restore"},
    {"read", "read"},
    {"read-flash", "read"},
    {"erase", "erase"},
    {"erase-flash", "erase"},
    {"erase-region", "erase"},
    {"verify", "verify"},
    {"verify-flash", "verify"},
    {"info", "info"},
    {"flash-id", "info"},
    {"read-mac", "info"},
    {"chip-id", "info"},
    {"flash-status", "flash-status"},
    {"read-flash-status", "flash-status"},
    {"read-flash-sfdp", "flash-status"},
    {"merge", "merge"},
    {"merge-bin", "merge"},
    {"image", "image"},
    {"image-info", "image"},
    {"run", "run"},
    {"doctor", "doctor"},
    {"report", "report"},
    {"ota", "ota"},
    {"diy", "diy"},
    {"bench", "bench"},
    {"update", "update"},
    {"key", "key"},
    {"console", "console"},
    {"ports", "ports"},
    {"list-ports", "ports"},
    {"install", "install"},
    {"setup", "setup"},
    {"boards", "boards"},
};

/* esptool's words that pogo has nothing for. */
static const struct alias others[] = {
    {"elf2image",
     "pogo takes finished images: esptool elf2image, or make in the "
     "SDK's folder, makes the .bin of an ELF file; then pogo image "
     "checks it and pogo flash writes it"},
    {"make-image", "pogo takes finished images: pogo merge puts files together "
                   "at their addresses; segments need esptool's make_image"},
    {"load-ram", "pogo writes to the flash only: pogo flash FILE"},
    {"read-mem", "pogo info tells of the chip, pogo read reads its flash"},
    {"write-mem", "pogo writes to the flash only: pogo flash FILE"},
    {"dump-mem", "pogo reads the flash only: pogo read FILE"},
    {"write-flash-status", "pogo flash takes a flash chip's protection away by "
                           "itself; pogo flash-status shows it"},
};

static void plain_name(const char *word, char name[NAME_ROOM])
{
    size_t i = 0;
    for (; i < NAME_ROOM - 1 && word[i]; i++)
        name[i] = word[i] == '_' ? '-' : word[i];
    name[i] = '\0';
}

const char *args_instead_of(const char *word)
{
    char name[NAME_ROOM];
    plain_name(word, name);
    for (size_t k = 0; k < sizeof(others) / sizeof(others[0]); k++) {
        if (strcmp(others[k].word, name) == 0)
            return others[k].command;
    }
    return NULL;
}

const char *args_command_name(const char *word)
{
    char name[NAME_ROOM];
    plain_name(word, name);
    for (size_t k = 0; k < sizeof(aliases) / sizeof(aliases[0]); k++) {
        if (strcmp(aliases[k].word, name) == 0)
            return aliases[k].command;
    }
    return NULL;
}

static bool is_program(const char *word)
{
    static const char *const names[] = {"python", "python3", "-m", "esptool",
                                        "esptool.py"};
    const char *slash = strrchr(word, '/');
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(slash ? slash + 1 : word, names[i]) == 0)
            return true;
    }
    return false;
}

int args_skip_program(int argc, char **argv)
{
    int i = 1;
    while (i < argc && is_program(argv[i]))
        i++;
    return i < argc ? i : argc;
}

bool args_number(const char *text, uint32_t *out)
{
    char *end;
    if (text[0] < '0' || text[0] > '9')
        return false;
    /* Not octal: 0100 is what people type for 100. */
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    unsigned long long n = strtoull(text, &end, is_hex ? 16 : 10);
    unsigned shift = 0;
    if (*end == 'k' || *end == 'K')
        shift = 10;
    else if (*end == 'M' || *end == 'm')
        shift = 20;
    end += shift != 0;
    if (shift != 0 && (*end == 'B' || *end == 'b'))
        end++;
    if (*end != '\0' || n > UINT32_MAX || (n << shift) > UINT32_MAX)
        return false;
    *out = (uint32_t)(n << shift);
    return true;
}

/* `FILE@ADDR` without its address; the name is copied to text. */
static const char *split_at(const char *word, uint32_t *address, char **text,
                            size_t *room)
{
    const char *at = strrchr(word, '@');
    size_t size = strlen(word);
    if (at && args_number(at + 1, address))
        size = (size_t)(at - word);
    if (size + 1 > *room)
        return NULL;
    char *name = *text;
    memcpy(name, word, size);
    name[size] = '\0';
    *text += size + 1;
    *room -= size + 1;
    return name;
}

enum err args_files(const struct args *args, struct args_file *files,
                    unsigned *count, char *text, size_t room, char *problem,
                    size_t problem_room)
{
    *count = 0;
    for (unsigned i = 0; i < args->word_count; i++) {
        uint32_t address = 0;
        if (args_number(args->word[i], &address)) {
            if (++i == args->word_count) {
                snprintf(problem, problem_room, "no file after the address %s",
                         args->word[i - 1]);
                return ERR_USAGE;
            }
        }
        const char *path = NULL;
        if (*count < ARGS_FILES)
            path = split_at(args->word[i], &address, &text, &room);
        if (!path) {
            snprintf(problem, problem_room, "too many files");
            return ERR_USAGE;
        }
        files[(*count)++] = (struct args_file){path, address};
    }
    if (*count > 0)
        return ERR_NONE;
    snprintf(problem, problem_room, "no file given");
    return ERR_USAGE;
}

/* Writes the tables of docs/commands.md from those of the firmware: commands,
 * SetOptions. `make golden` puts them behind the text that people wrote. */
#include <stdio.h>
#include <string.h>

#include "firmware/core/command.h"
#include "firmware/core/option.h"
#include "firmware/core/settings.h"

/* A table's bar would end the cell, and a bracket would begin a tag. */
static void put_cell(const char *text)
{
    for (; *text; text++) {
        if (*text == '<') {
            fputs("&lt;", stdout);
            continue;
        }
        if (*text == '|')
            putchar('\\');
        putchar(*text);
    }
}

static void put_name(const struct command *row)
{
    unsigned count = command_indexes(row);
    printf("| `%s%s` | ", row->name, count == 0 ? "" : "<n>");
}

static void put_setting(const struct settings_row *row)
{
    if (row->kind == KIND_NUMBER && row->count == 1)
        printf("%u to %u, at first %u", (unsigned)row->min, (unsigned)row->max,
               (unsigned)row->initial);
    else if (row->kind == KIND_NUMBER)
        printf("%u to %u, at first %u; n 1 to %u", (unsigned)row->min,
               (unsigned)row->max, (unsigned)row->initial,
               (unsigned)row->count);
    else if (row->kind == KIND_TEXT || row->kind == KIND_SECRET)
        printf("up to %u bytes", (unsigned)row->room - 1u);
    if (row->kind != KIND_NUMBER && row->count > 1)
        printf("; n 1 to %u", (unsigned)row->count);
    if (row->apply == APPLY_RESTART)
        printf("; restarts");
}

static void put_values(const struct command *row)
{
    const struct settings_row *setting = settings_row(row->key);
    if (setting)
        put_setting(setting);
    else if (row->min < row->max)
        printf("%d to %d", (int)row->min, (int)row->max);
    if (!setting && (row->indexes & COMMAND_INDEXES) > 1)
        printf("%sn 1 to %u", row->min < row->max ? "; " : "",
               (unsigned)(row->indexes & COMMAND_INDEXES));
    printf(" | ");
}

static void put_commands(void)
{
    puts("## Commands\n");
    puts("| command | values | what it does |");
    puts("|---|---|---|");
    for (size_t i = 0; i < command_count; i++) {
        put_name(&commands[i]);
        put_values(&commands[i]);
        put_cell(commands[i].help);
        puts(" |");
    }
}

/* Some are kept the other way round (option.c). */
static bool is_on(const struct settings *settings, unsigned bit)
{
    bool is_set =
        settings_option(settings, (enum option_bit)(bit & ~OPTION_INVERSE));
    return is_set != ((bit & OPTION_INVERSE) != 0);
}

static void put_options(void)
{
    struct settings settings;
    settings_default(&settings);
    puts("\n## SetOptions\n");
    puts("| | values | what it does |");
    puts("|---|---|---|");
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &options[i];
        const struct settings_row *setting = settings_row(row->key);
        printf("| `SetOption%u` | ", (unsigned)row->number);
        if (row->key == KEY_OPTION)
            printf("0, 1; at first %u", (unsigned)is_on(&settings, row->bit));
        else if (!setting)
            printf("always %u", (unsigned)row->bit);
        else
            put_setting(setting);
        printf(" | ");
        put_cell(row->help);
        puts(" |");
    }
}

int main(void)
{
    put_commands();
    put_options();
    return fflush(stdout) == 0 ? 0 : 1;
}

/* pogo.conf, and CSV files of many devices. */
#include "tool/setup_keys.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/os.h"
#include "tool/setup_plan.h"

#define FILE_MAX (1u << 20)
#define COLUMNS 32u

struct reader {
    const char *path, *mac, *name;
    struct setup_wish *wish;
    struct setup_wish all;      /* what is for all: it comes last */
    struct setup_wish other;    /* another device's: only looked at */
    bool is_found, has_devices; /* the one meant; any of its own section */
    /* Of CSV files: the row meant (0: by its label), and what was seen. */
    unsigned row, rows, own_row, after, free_row;
    unsigned line;
    char *problem;
    size_t room;
};

/* A problem is told without values: they may be passwords. */
static enum err wrong(const struct reader *r, const char *what,
                      const char *word)
{
    snprintf(r->problem, r->room, "%s:%u: %s%s%.40s", r->path, r->line, what,
             word[0] ? ": " : "", word);
    return ERR_FORMAT;
}

/* Twelve hex digits, with or without what parts them. */
static bool same_mac(const char *a, const char *b)
{
    unsigned digits = 0;
    for (;; a++, b++, digits++) {
        while (*a == ':' || *a == '-')
            a++;
        while (*b == ':' || *b == '-')
            b++;
        if (!*a || !*b)
            return *a == *b && digits == 12;
        if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
            return false;
    }
}

static bool is_meant(const struct reader *r, const char *label)
{
    if (r->name[0])
        return strcmp(r->name, label) == 0;
    return r->mac[0] && same_mac(r->mac, label);
}

static enum err keep(struct reader *r, struct setup_wish *wish, const char *key,
                     const char *value)
{
    const struct raw_option *row =
        raw_args_find(setup_keys, SETUP_FILE_KEYS, key, strlen(key));
    if (!row)
        return wrong(r, "not a key", key);
    unsigned at = (unsigned)(row - setup_keys);
    if (!row->takes_value && strcmp(value, "no") == 0)
        return ERR_NONE;
    if (!row->takes_value && strcmp(value, "yes") != 0)
        return wrong(r, "yes or no is meant", key);
    const char *fault = setup_value_fault(at, value);
    if (fault)
        return wrong(r, fault, key);
    return setup_wish_keep(wish, at, value) ? ERR_NONE
                                            : wrong(r, "too long", key);
}

/* Blanks around go, and quotes around what is left. */
static char *trim(char *text)
{
    text += strspn(text, " \t");
    size_t n = strlen(text);
    while (n > 0 && isspace((unsigned char)text[n - 1]))
        text[--n] = '\0';
    if (n > 1 && text[0] == '"' && text[n - 1] == '"') {
        text[n - 1] = '\0';
        text++;
    }
    return text;
}

/* ---- pogo.conf ----------------------------------------------------------- */

static enum err take_section(struct reader *r, char *line,
                             struct setup_wish **into)
{
    size_t n = strlen(line);
    if (line[n - 1] != ']')
        return wrong(r, "a section ends with ]", "");
    line[n - 1] = '\0';
    *into = &r->other;
    if (strcmp(line + 1, "*") == 0)
        *into = &r->all;
    else
        r->has_devices = true;
    if (is_meant(r, line + 1)) {
        *into = r->wish;
        r->is_found = true;
    }
    return ERR_NONE;
}

static enum err take_key(struct reader *r, char *line, struct setup_wish *into)
{
    char *equals = strchr(line, '=');
    if (!equals)
        return wrong(r, "KEY = VALUE is meant", "");
    *equals = '\0';
    return keep(r, into, trim(line), trim(equals + 1));
}

static enum err read_conf(struct reader *r, char *text)
{
    struct setup_wish *into = &r->all;
    enum err e = ERR_NONE;
    while (e == ERR_NONE && *text) {
        char *line = text;
        text += strcspn(text, "\n");
        if (*text)
            *text++ = '\0';
        r->line++;
        line = trim(line);
        if (line[0] == '[')
            e = take_section(r, line, &into);
        else if (line[0] != '\0' && line[0] != '#' && line[0] != ';')
            e = take_key(r, line, into);
    }
    /* A file that names no device is about any; one by name is not there. */
    if (!r->has_devices && !r->name[0])
        r->is_found = true;
    return e;
}

/* ---- CSV ----------------------------------------------------------------- */

/* The next field, with its quotes taken off; *text moves behind it. *is_last: a
 * line ended with it. */
static char *next_field(char **text, bool *is_last, unsigned *lines)
{
    char *from = *text, *to = *text, *field = *text;
    bool is_quoted = *from == '"';
    from += is_quoted;
    for (; *from; from++) {
        if (is_quoted && from[0] == '"' && from[1] == '"')
            from++;
        else if (is_quoted && *from == '"') {
            is_quoted = false;
            continue;
        } else if (!is_quoted && (*from == ',' || *from == '\n'))
            break;
        else if (!is_quoted && *from == '\r')
            continue;
        *lines += *from == '\n';
        *to++ = *from;
    }
    *is_last = *from != ',';
    *lines += *from == '\n';
    *text = from + (*from != '\0');
    *to = '\0';
    return field;
}

static enum err read_row(struct reader *r, char **text, char *field[COLUMNS],
                         unsigned *count)
{
    bool is_last = false;
    unsigned lines = 0;
    for (*count = 0; !is_last; ++*count) {
        if (*count == COLUMNS)
            return wrong(r, "too many columns", "");
        field[*count] = next_field(text, &is_last, &lines);
    }
    r->line += lines;
    return ERR_NONE;
}

static bool is_label(const char *column)
{
    return strcmp(column, "mac") == 0 || strcmp(column, "device") == 0;
}

static enum err take_row(struct reader *r, char *const head[COLUMNS],
                         char *const field[COLUMNS], unsigned count)
{
    bool is_it = false, is_free = true;
    enum err e = ERR_NONE;
    for (unsigned i = 0; i < count; i++) {
        is_it |= is_label(head[i]) && is_meant(r, field[i]);
        is_free &= strcmp(head[i], "mac") != 0 || !field[i][0];
    }
    r->rows++;
    if (is_it)
        r->own_row = r->rows;
    else if (is_free && r->free_row == 0 && r->rows > r->after)
        r->free_row = r->rows;
    if (r->row)
        is_it = r->row == r->rows;
    /* An empty field says nothing, but for a password: the network is open. */
    for (unsigned i = 0; i < count && e == ERR_NONE; i++) {
        bool is_said = field[i][0] || strcmp(head[i], "password") == 0;
        if (!is_label(head[i]) && is_said)
            e = keep(r, is_it ? r->wish : &r->other, head[i], field[i]);
    }
    r->is_found |= is_it;
    return e;
}

static enum err read_csv(struct reader *r, char *text)
{
    char *head[COLUMNS], *field[COLUMNS];
    unsigned columns = 0, count = 0;
    r->line = 1;
    enum err e = read_row(r, &text, head, &columns);
    while (e == ERR_NONE && *text) {
        unsigned line = r->line;
        e = read_row(r, &text, field, &count);
        if (e != ERR_NONE || (count == 1 && field[0][0] == '\0'))
            continue;
        unsigned after = r->line;
        r->line = line;
        e = count == columns
                ? take_row(r, head, field, count)
                : wrong(r, "as many fields as columns are meant", "");
        r->line = e == ERR_NONE ? after : line;
    }
    return e;
}

/* ---- both ---------------------------------------------------------------- */

static bool is_csv(const char *path)
{
    size_t n = strlen(path);
    return n > 4 && strcmp(path + n - 4, ".csv") == 0;
}

static enum err read_file(struct reader *r)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    snprintf(r->problem, r->room, "%s", r->path);
    enum err e = os_read_file(r->path, FILE_MAX, &bytes, &size);
    char *text = e == ERR_NONE ? malloc(size + 1) : NULL;
    if (e == ERR_NONE && !text)
        e = ERR_MEMORY;
    if (e == ERR_NONE) {
        memcpy(text, bytes, size);
        text[size] = '\0';
        e = is_csv(r->path) ? read_csv(r, text) : read_conf(r, text);
    }
    for (unsigned k = 0; k < SETUP_FILE_KEYS && e == ERR_NONE; k++) {
        if (r->all.has[k])
            (void)setup_wish_keep(r->wish, k, r->all.text[k]);
    }
    free(bytes);
    free(text);
    return e;
}

static struct reader reader; /* large */

enum err setup_config_read(const char *path, const char *mac, const char *name,
                           struct setup_wish *wish, bool *is_found,
                           char *problem, size_t room)
{
    reader = (struct reader){.path = path,
                             .mac = mac,
                             .name = name,
                             .wish = wish,
                             .problem = problem,
                             .room = room};
    enum err e = read_file(&reader);
    *is_found = reader.is_found;
    return e;
}

enum err setup_config_find_row(const char *path, const char *mac,
                               unsigned after, unsigned *row, bool *is_own,
                               unsigned *rows, char *problem, size_t room)
{
    static struct setup_wish unused; /* large */
    unused = (struct setup_wish){.has = {false}};
    reader = (struct reader){.path = path,
                             .mac = mac,
                             .name = "",
                             .wish = &unused,
                             .after = after,
                             .problem = problem,
                             .room = room};
    enum err e = read_file(&reader);
    *is_own = reader.own_row > 0;
    *row = *is_own ? reader.own_row : reader.free_row;
    *rows = reader.rows;
    return e;
}

enum err setup_config_row(const char *path, unsigned row,
                          struct setup_wish *wish, char *problem, size_t room)
{
    reader = (struct reader){.path = path,
                             .mac = "",
                             .name = "",
                             .wish = wish,
                             .row = row,
                             .problem = problem,
                             .room = room};
    return read_file(&reader);
}

/* Templates as text, in files and in folders. */
#include "tool/template_file.h"

#include <ctype.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/json_text.h"
#include "tool/os.h"

#define FILE_MAX 65536u
#define PINS_OLD 13u
#define PINS_NEW 14u
#define OLD_MOST 255u

enum template_kind template_kind(const char *text)
{
    unsigned count = json_text_count(text, "GPIO"), most = 0;
    if (!json_text_is_whole(text) || count < PINS_OLD || count > PINS_NEW)
        return TEMPLATE_BAD;
    for (unsigned i = 0; i < count; i++) {
        char path[16], number[16];
        snprintf(path, sizeof(path), "GPIO.%u", i);
        if (!json_text_find(text, path, number, sizeof(number)) ||
            number[strspn(number, "0123456789")] != '\0' || !number[0])
            return TEMPLATE_BAD;
        unsigned long n = strtoul(number, NULL, 10);
        most = n > most ? (unsigned)n : most;
    }
    return count == PINS_OLD && most <= OLD_MOST ? TEMPLATE_OLD : TEMPLATE_NEW;
}

static bool keep(const char *text, struct template_file *out)
{
    enum template_kind kind = template_kind(text);
    if (kind == TEMPLATE_OLD)
        snprintf(out->old_text, sizeof(out->old_text), "%s", text);
    if (kind == TEMPLATE_NEW)
        snprintf(out->new_text, sizeof(out->new_text), "%s", text);
    return kind != TEMPLATE_BAD;
}

/* The value of `name: value` or `name: 'value'`, where a line begins so. A
 * quote inside of single quotes is doubled there (YAML). */
static bool take_line(const char *line, size_t size, const char *name,
                      char *out, size_t room)
{
    size_t n = strlen(name), used = 0;
    if (size <= n || strncmp(line, name, n) != 0 || line[n] != ':')
        return false;
    line += n + 1;
    size -= n + 1;
    while (size > 0 && isspace((unsigned char)line[0]))
        line++, size--;
    while (size > 0 && isspace((unsigned char)line[size - 1]))
        size--;
    char quote = '\0';
    if (size > 1 && (line[0] == '\'' || line[0] == '"') &&
        line[size - 1] == line[0]) {
        quote = line[0];
        line++;
        size -= 2;
    }
    for (size_t i = 0; i < size; i++) {
        if (used + 1 >= room)
            return false;
        out[used++] = line[i];
        if (quote == '\'' && line[i] == '\'' && i + 1 < size &&
            line[i + 1] == '\'')
            i++;
    }
    out[used] = '\0';
    return used > 0;
}

bool template_parse(const char *content, struct template_file *out)
{
    static const char *const names[] = {"template", "template9"};
    bool has_one = false;
    *out = (struct template_file){.title = ""};
    while (*content) {
        char text[TEMPLATE_TEXT];
        size_t size = strcspn(content, "\n");
        (void)take_line(content, size, "title", out->title, TEMPLATE_TITLE);
        (void)take_line(content, size, "model", out->model, TEMPLATE_TITLE);
        for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
            has_one |= take_line(content, size, names[i], text, sizeof(text)) &&
                       keep(text, out);
        content += size + (content[size] == '\n');
    }
    return has_one;
}

/* A file may also be nothing but the template. */
static bool parse_any(const char *content, struct template_file *out)
{
    char text[TEMPLATE_TEXT];
    if (template_parse(content, out))
        return true;
    content += strspn(content, " \t\r\n");
    size_t size = strlen(content);
    while (size > 0 && isspace((unsigned char)content[size - 1]))
        size--;
    if (size >= sizeof(text))
        return false;
    snprintf(text, sizeof(text), "%.*s", (int)size, content);
    if (!keep(text, out))
        return false;
    (void)json_text_find(text, "NAME", out->title, sizeof(out->title));
    return true;
}

static enum err read_file(const char *path, struct template_file *out)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    char *content = NULL;
    enum err e = os_read_file(path, FILE_MAX, &bytes, &size);
    if (e == ERR_NONE && !(content = malloc(size + 1)))
        e = ERR_MEMORY;
    if (e == ERR_NONE) {
        memcpy(content, bytes, size);
        content[size] = '\0';
        e = parse_any(content, out) ? ERR_NONE : ERR_FORMAT;
    }
    free(bytes);
    free(content);
    return e;
}

enum err template_read(const char *what, struct template_file *out)
{
    *out = (struct template_file){.title = ""};
    if (what[strspn(what, " ")] == '{')
        return parse_any(what, out) ? ERR_NONE : ERR_FORMAT;
    return read_file(what, out);
}

static bool holds(const char *text, const char *word)
{
    size_t n = strlen(word);
    for (; *text; text++) {
        size_t i = 0;
        while (i < n && tolower((unsigned char)text[i]) ==
                            tolower((unsigned char)word[i]))
            i++;
        if (i == n)
            return true;
    }
    return n == 0;
}

enum err template_search(const char *folder, const char *word,
                         void (*found)(void *ctx, const char *name,
                                       const struct template_file *t),
                         void *ctx, unsigned *count)
{
    DIR *dir = opendir(folder);
    *count = 0;
    if (!dir)
        return ERR_FILE_OPEN;
    for (const struct dirent *d; (d = readdir(dir)) != NULL;) {
        static struct template_file t;
        char path[4096];
        snprintf(path, sizeof(path), "%s/%s", folder, d->d_name);
        if (d->d_name[0] == '.' || read_file(path, &t) != ERR_NONE)
            continue;
        if (!holds(d->d_name, word) && !holds(t.title, word) &&
            !holds(t.model, word))
            continue;
        found(ctx, d->d_name, &t);
        ++*count;
    }
    closedir(dir);
    return ERR_NONE;
}

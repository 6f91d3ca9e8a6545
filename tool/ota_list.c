/* Reads lists of devices. */
#include "tool/ota_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "tool/os.h"

#define FILE_LIMIT 0x100000u
#define FIELDS 64u

enum err ota_list_add(struct ota_list *list, const char *place)
{
    static struct ota_talk talk; /* large */
    if (!ota_talk_begin(&talk, place))
        return ERR_FORMAT;
    for (unsigned i = 0; i < list->count; i++) {
        if (strcasecmp(list->place[i], talk.place) == 0)
            return ERR_NONE;
    }
    if (list->count == OTA_DEVICES)
        return ERR_NO_ROOM;
    memcpy(list->place[list->count++], talk.place, OTA_PLACE);
    return ERR_NONE;
}

/* Field number `wanted` of a line of CSV (RFC 4180); false: it has fewer. */
static bool take_field(const char *line, unsigned wanted, char *out,
                       size_t room)
{
    for (unsigned field = 0;; field++) {
        size_t n = 0;
        bool is_quoted = *line == '"';
        line += is_quoted;
        while (*line && (is_quoted || *line != ',')) {
            if (is_quoted && *line == '"' && *++line != '"')
                break;
            if (n + 1 < room)
                out[n++] = *line;
            line++;
        }
        while (n > 0 && (out[n - 1] == ' ' || out[n - 1] == '\t'))
            n--;
        out[n] = '\0';
        if (field == wanted)
            return true;
        line += strcspn(line, ",");
        if (*line++ == '\0')
            return false;
    }
}

/* Is it a head with a column "address"? */
static bool find_column(const char *line, unsigned *column)
{
    char field[OTA_PLACE];
    for (unsigned i = 0; i < FIELDS; i++) {
        if (!take_field(line, i, field, sizeof(field)))
            return false;
        if (strcasecmp(field, "address") == 0) {
            *column = i;
            return true;
        }
    }
    return false;
}

static enum err add_line(struct ota_list *list, char *line, unsigned column)
{
    char field[2 * OTA_PLACE];
    line[strcspn(line, "#\r")] = '\0';
    line += strspn(line, " \t");
    if (!take_field(line, column, field, sizeof(field)) || !field[0])
        return ERR_NONE;
    return ota_list_add(list, field);
}

enum err ota_list_read(struct ota_list *list, const char *path, char *problem,
                       size_t room)
{
    uint8_t *bytes;
    size_t size;
    unsigned column = 0, number = 1;
    snprintf(problem, room, "%s", path);
    enum err e = os_read_file(path, FILE_LIMIT, &bytes, &size);
    if (e != ERR_NONE)
        return e;
    char *text = malloc(size + 1);
    if (text) {
        memcpy(text, bytes, size);
        text[size] = '\0';
    }
    free(bytes);
    e = text ? ERR_NONE : ERR_MEMORY;
    for (char *line = text; e == ERR_NONE && line; number++) {
        char *end = strchr(line, '\n');
        if (end)
            *end++ = '\0';
        if (number > 1 || !find_column(line, &column))
            e = add_line(list, line, column);
        line = end;
    }
    if (e == ERR_FORMAT)
        snprintf(problem, room, "%s, line %u: no address", path, number - 1);
    free(text);
    return e;
}

/* Rows of a CSV file and the devices that have them. */
#include "tool/fleet_rows.h"

#include <stdio.h>
#include <string.h>

#include "tool/setup_keys.h"

static bool is_taken(const struct fleet_rows *f, unsigned row)
{
    for (unsigned i = 0; i < f->devices; i++) {
        if (f->device[i].row == row)
            return true;
    }
    return false;
}

static void add(struct fleet_rows *f, const char *mac, unsigned row)
{
    if (f->devices == FLEET_DEVICES)
        return;
    snprintf(f->device[f->devices].mac, FLEET_MAC, "%s", mac);
    f->device[f->devices].is_done = false;
    f->device[f->devices++].row = row;
}

/* Lines of fleet_log.c: time,mac,row,result. */
static void read_log(struct fleet_rows *f, const char *path)
{
    char line[4096], mac[FLEET_MAC], result[8];
    unsigned row;
    FILE *log = fopen(path, "r");
    while (log && fgets(line, sizeof(line), log)) {
        if (sscanf(line, "%*[^,],%17[^,],%u,%7[A-Z]", mac, &row, result) != 3 ||
            strcmp(result, "PASS") != 0 || row == 0 || is_taken(f, row))
            continue;
        add(f, mac, row);
        fleet_rows_finish(f, row);
    }
    if (log)
        fclose(log);
}

enum err fleet_rows_open(struct fleet_rows *f, const char *path,
                         const char *log, char *problem, size_t room)
{
    unsigned row;
    bool is_own;
    f->path = path;
    f->rows = f->done = f->devices = 0;
    if (!path)
        return ERR_NONE;
    enum err e = setup_config_find_row(path, "", 0, &row, &is_own, &f->rows,
                                       problem, room);
    if (e == ERR_NONE)
        read_log(f, log);
    return e;
}

enum err fleet_rows_take(struct fleet_rows *f, const char *mac, unsigned *row,
                         char *problem, size_t room)
{
    bool is_own = false;
    unsigned rows;
    *row = 0;
    for (unsigned i = 0; mac[0] && i < f->devices && *row == 0; i++) {
        if (strcmp(f->device[i].mac, mac) == 0)
            *row = f->device[i].row;
    }
    if (*row > 0)
        return ERR_NONE;
    do {
        enum err e = setup_config_find_row(f->path, mac, *row, row, &is_own,
                                           &rows, problem, room);
        if (e != ERR_NONE)
            return e;
    } while (*row > 0 && !is_own && is_taken(f, *row));
    if (*row == 0 || f->devices == FLEET_DEVICES) {
        snprintf(problem, room, "%s has no row left for %s", f->path, mac);
        return ERR_UNKNOWN;
    }
    add(f, mac, *row);
    return ERR_NONE;
}

void fleet_rows_finish(struct fleet_rows *f, unsigned row)
{
    for (unsigned i = 0; i < f->devices; i++) {
        if (f->device[i].row != row || f->device[i].is_done)
            continue;
        f->device[i].is_done = true;
        f->done++;
    }
}

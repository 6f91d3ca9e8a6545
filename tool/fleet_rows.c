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

/* Their number where there is none. */
static unsigned find_mac(const struct fleet_rows *f, const char *mac)
{
    unsigned i = 0;
    while (i < f->devices && (!mac[0] || strcmp(f->device[i].mac, mac) != 0))
        i++;
    return i;
}

static unsigned find_held(const struct fleet_rows *f, unsigned port)
{
    unsigned i = 0;
    while (i < f->devices && f->device[i].holder != port + 1)
        i++;
    return i;
}

static bool is_any_held(const struct fleet_rows *f)
{
    for (unsigned i = 0; i < f->devices; i++) {
        if (f->device[i].holder > 0)
            return true;
    }
    return false;
}

static void add(struct fleet_rows *f, const char *mac, unsigned row,
                unsigned holder)
{
    if (f->devices == FLEET_DEVICES)
        return;
    snprintf(f->device[f->devices].mac, FLEET_MAC, "%s", mac);
    f->device[f->devices].is_done = false;
    f->device[f->devices].holder = holder;
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
        add(f, mac, row, 0);
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

/* The row with this MAC address, or the next that nobody has; 0: none. */
static enum err find_row(struct fleet_rows *f, const char *mac, unsigned *row,
                         bool *is_own, char *problem, size_t room)
{
    unsigned rows;
    *row = 0;
    do {
        enum err e = setup_config_find_row(f->path, mac, *row, row, is_own,
                                           &rows, problem, room);
        if (e != ERR_NONE)
            return e;
    } while (*row > 0 && !*is_own && is_taken(f, *row));
    return ERR_NONE;
}

void fleet_rows_hold(struct fleet_rows *f, unsigned port)
{
    unsigned row;
    bool is_own;
    char problem[512];
    if (f->path && find_held(f, port) == f->devices &&
        find_row(f, "", &row, &is_own, problem, sizeof(problem)) == ERR_NONE &&
        row > 0)
        add(f, "", row, port + 1);
}

void fleet_rows_release(struct fleet_rows *f, unsigned port)
{
    unsigned i = find_held(f, port);
    if (i < f->devices)
        f->device[i] = f->device[--f->devices];
}

enum err fleet_rows_take(struct fleet_rows *f, unsigned port, const char *mac,
                         unsigned *row, char *problem, size_t room)
{
    bool is_own = false;
    unsigned known = find_mac(f, mac);
    if (known < f->devices) {
        *row = f->device[known].row;
        fleet_rows_release(f, port);
        return ERR_NONE;
    }
    enum err e = find_row(f, mac, row, &is_own, problem, room);
    if (e != ERR_NONE)
        return e;
    unsigned held = find_held(f, port);
    if (!is_own && held < f->devices)
        *row = f->device[held].row;
    fleet_rows_release(f, port);
    if (*row == 0 && is_any_held(f))
        return ERR_TIMEOUT;
    if (*row == 0 || f->devices == FLEET_DEVICES) {
        snprintf(problem, room, "%s has no row left for %s", f->path, mac);
        return ERR_UNKNOWN;
    }
    add(f, mac, *row, 0);
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

/* A line for each device. fleet_rows.c reads its first four fields again. */
#include "tool/fleet_log.h"

#include <time.h>

FILE *fleet_log_open(const char *path)
{
    FILE *before = fopen(path, "r");
    bool is_new = !before || fgetc(before) == EOF;
    if (before)
        fclose(before);
    FILE *log = fopen(path, "a");
    if (log && is_new)
        fputs("time,mac,row,result,seconds,chip,port,image,name,address,"
              "reason\n",
              log);
    return log;
}

/* Quoted, and on one line, whatever is in it. */
static void put_text(FILE *log, const char *text, char after)
{
    fputc('"', log);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', log);
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, log);
    }
    fprintf(log, "\"%c", after);
}

bool fleet_log_put(FILE *log, const struct fleet_line *l)
{
    char when[32] = "";
    time_t now = time(NULL);
    if (strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now)) == 0)
        when[0] = '\0';
    fprintf(log, "%s,%s,%u,%s,%.1f,%s,", when, l->mac[0] ? l->mac : "-", l->row,
            l->is_done ? "PASS" : "FAIL", l->seconds, l->chip);
    put_text(log, l->port, ',');
    put_text(log, l->image, ',');
    put_text(log, l->name, ',');
    fprintf(log, "%s,", l->address);
    put_text(log, l->is_done ? "" : l->reason, '\n');
    return fflush(log) == 0;
}

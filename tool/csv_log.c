/* What the logs of a jig and of many devices have in common. */
#include "tool/csv_log.h"

#include <stdbool.h>
#include <time.h>

FILE *csv_log_open(const char *path, const char *head)
{
    FILE *before = fopen(path, "r");
    bool is_new = !before || fgetc(before) == EOF;
    if (before)
        fclose(before);
    FILE *log = fopen(path, "a");
    if (log && is_new)
        fprintf(log, "%s\n", head);
    return log;
}

void csv_log_time(FILE *log)
{
    char when[32];
    time_t now = time(NULL);
    if (strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now)) == 0)
        when[0] = '\0';
    fputs(when, log);
}

void csv_log_text(FILE *log, const char *text)
{
    fputs(",\"", log);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', log);
        fputc((unsigned char)*text < 0x20 ? ' ' : *text, log);
    }
    fputc('"', log);
}

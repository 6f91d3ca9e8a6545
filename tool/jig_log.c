/* The CSV log of a jig. */
#include "tool/jig_log.h"

#include <stdio.h>
#include <time.h>

const char *jig_result_name(enum jig_result result)
{
    static const char *const names[] = {"PASS", "FAIL", "SILENT"};
    return names[result];
}

void jig_mac(const struct jig_board *board, char out[18])
{
    const uint8_t *m = board->chip.mac;
    out[0] = '\0';
    if (board->is_known)
        snprintf(out, 18, "%02X:%02X:%02X:%02X:%02X:%02X", m[0], m[1], m[2],
                 m[3], m[4], m[5]);
}

FILE *jig_log_open(const char *path)
{
    FILE *before = fopen(path, "r");
    bool is_new = !before || fgetc(before) == EOF;
    if (before)
        fclose(before);
    FILE *log = fopen(path, "a");
    if (log && is_new)
        fputs("time,number,mac,chip,image,result,seconds,reason\n", log);
    return log;
}

/* Quoted, so that commas and quotes in it do no harm. */
static void put_text(FILE *log, const char *text)
{
    fputc('"', log);
    for (; *text; text++) {
        if (*text == '"')
            fputc('"', log);
        fputc(*text, log);
    }
    fputc('"', log);
}

bool jig_log_put(FILE *log, const struct jig_board *board, const char *image)
{
    char mac[18], when[32];
    time_t now = time(NULL);
    const char *chip = board->chip.is_8285 ? "ESP8285" : "ESP8266";
    jig_mac(board, mac);
    if (strftime(when, sizeof(when), "%Y-%m-%dT%H:%M:%SZ", gmtime(&now)) == 0)
        when[0] = '\0';
    fprintf(log, "%s,%u,%s,%s,", when, board->number, mac,
            board->is_known ? chip : "");
    put_text(log, image);
    fprintf(log, ",%s,%.1f,", jig_result_name(board->result),
            (double)board->ms / 1000.0);
    if (board->result != JIG_PASS) {
        char reason[FLASHER_DETAIL + 128];
        snprintf(reason, sizeof(reason), "%s: %s", err_text(board->err),
                 board->detail);
        put_text(log, reason);
    }
    fputc('\n', log);
    return fflush(log) == 0;
}

/* The CSV log of a jig. */
#include "tool/jig_log.h"

#include <stdio.h>

#include "tool/csv_log.h"

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
    return csv_log_open(path,
                        "time,number,mac,chip,image,result,seconds,reason");
}

bool jig_log_put(FILE *log, const struct jig_board *board, const char *image)
{
    char mac[18];
    const char *chip = board->chip.is_8285 ? "ESP8285" : "ESP8266";
    jig_mac(board, mac);
    csv_log_time(log);
    fprintf(log, ",%u,%s,%s", board->number, mac, board->is_known ? chip : "");
    csv_log_text(log, image);
    fprintf(log, ",%s,%.1f", jig_result_name(board->result),
            (double)board->ms / 1000.0);
    if (board->result != JIG_PASS) {
        char reason[FLASHER_DETAIL + 128];
        snprintf(reason, sizeof(reason), "%s: %s", err_text(board->err),
                 board->detail);
        csv_log_text(log, reason);
    } else {
        fputc(',', log);
    }
    fputc('\n', log);
    return fflush(log) == 0;
}

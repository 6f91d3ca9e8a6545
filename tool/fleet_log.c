/* A line for each device. fleet_rows.c reads its first four fields again. */
#include "tool/fleet_log.h"

#include "tool/csv_log.h"

FILE *fleet_log_open(const char *path)
{
    return csv_log_open(path, "time,mac,row,result,seconds,chip,port,image,"
                              "name,address,reason");
}

bool fleet_log_put(FILE *log, const struct fleet_line *l)
{
    csv_log_time(log);
    fprintf(log, ",%s,%u,%s,%.1f,%s", l->mac[0] ? l->mac : "-", l->row,
            l->is_done ? "PASS" : "FAIL", l->seconds, l->chip);
    csv_log_text(log, l->port);
    csv_log_text(log, l->image);
    csv_log_text(log, l->name);
    fprintf(log, ",%s", l->address);
    csv_log_text(log, l->is_done ? "" : l->reason);
    fputc('\n', log);
    return fflush(log) == 0;
}

/* pogo console: a terminal for a device. */
#include <stdio.h>

#include "tool/cmd.h"
#include "tool/console.h"
#include "tool/hint.h"
#include "tool/session.h"

#define BAUD 115200u

int cmd_console(const struct args *args)
{
    char port[512], detail[512];
    if (args->word_count > 0)
        return message_usage("console", "it takes options only");
    int code = session_port(args, port, sizeof(port));
    if (code != EXIT_DONE)
        return code;
    const struct console_config config = {
        .port = port,
        .baud = args->baud ? args->baud : BAUD,
        .has_times = args->has_times,
        .is_hex = args->is_hex,
        .is_reset_first = args->is_reset_first,
        .log = args->log,
        .seconds = args->monitor_s,
        .is_json = args->is_json,
    };
    enum err e = console_run(&config, detail, sizeof(detail));
    return e == ERR_NONE
               ? EXIT_DONE
               : message_fail_hint(e, hint_for(e, port), "%s", detail);
}

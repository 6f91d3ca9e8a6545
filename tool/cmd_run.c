/* pogo run: leave download mode and start what is on the flash. */
#include <stdio.h>

#include "tool/cmd.h"
#include "tool/session.h"

int cmd_run(const struct args *args)
{
    static struct session s;
    struct args rom = *args;
    if (args->word_count > 0)
        return message_usage("run", "it takes options only");
    rom.is_rom_only = true; /* nothing to upload for that */
    int code = session_open(&s, &rom);
    if (code != EXIT_DONE)
        return code;
    code = session_finish(&s, args, ERR_NONE);
    if (code == EXIT_DONE && s.flasher.was_reset)
        message_talk(
            "It starts what is on its flash; whether that is a program "
            "was not looked at.");
    if (code == EXIT_DONE && args->is_json)
        printf("{\"was_reset\":%s}\n", s.flasher.was_reset ? "true" : "false");
    return code;
}

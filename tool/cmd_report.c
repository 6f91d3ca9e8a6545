/* pogo report: what a public issue needs to know of a device and the computer
 * it hangs on, and no secrets. */
#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/raw_args.h"
#include "tool/report.h"

#define LISTEN_S 30u

enum { PORT, BOARD, OUT, TIME, NO_START, WAIT, JSON, HELP, KEYS };

static const struct raw_option options[KEYS] = {
    [PORT] = {"port", "-p", true,
              "  -p, --port PORT  default: POGO_PORT, or the only adapter"},
    [BOARD] = {"board", NULL, true,
               "  --board NAME     which board it is: pogo boards lists them"},
    [OUT] = {"out", NULL, true,
             "  --out FILE       write it there, not to the screen"},
    [TIME] = {"time", NULL, true,
              "  --time S         listen to the start so long (default 30)"},
    [NO_START] = {"no-start", NULL, false,
                  "  --no-start       only the chip and its flash"},
    [WAIT] = {"wait", NULL, true,
              "  --wait S         for you at the device (default 60)"},
    [JSON] = {"json", NULL, false, "  --json           for machines"},
    [HELP] = {"help", "-h", false, "  -h, --help       this text"},
};

static int print_help(void)
{
    printf(
        "pogo report [options]\n\n"
        "Never with mains connected; 3.3 V only.\n"
        "Makes a text to paste into an issue: versions, adapter, chip, flash, "
        "what\nfirmware is on it, what pogo doctor finds, and how long things "
        "took. It reads\nthe flash and then watches the device start; it "
        "changes nothing. Left out are\nnames of networks, brokers and "
        "devices, addresses, passwords, and half of the\nMAC. Look through it "
        "before you paste it. Where no chip answers, it says why.\n\n"
        "  pogo report\n"
        "  pogo report --board mini --out report.txt\n\n"
        "Options:\n");
    for (size_t i = 0; i < KEYS; i++)
        printf("%s\n", options[i].help);
    return EXIT_DONE;
}

/* The report, where it was asked for. */
static int deliver(const char *path, const struct report_out *out)
{
    struct os_output file;
    if (!path) {
        fwrite(out->text, 1, out->size, stdout);
        return EXIT_DONE;
    }
    enum err e = os_output_open(&file, path, out->size, false);
    if (e == ERR_NONE)
        e = os_output_finish(&file, (const uint8_t *)out->text, out->size);
    if (e != ERR_NONE)
        return message_fail(e, "%s", path);
    message_talk("The report is in %s.", path);
    return EXIT_DONE;
}

static int make(struct report *r, const char *const *value)
{
    static struct report_out out; /* large */
    int code = report_gather(r);
    out.size = 0;
    if (value[JSON])
        report_write_json(r, &out);
    else
        report_write_text(r, &out);
    int delivered = deliver(value[OUT], &out);
    return code != EXIT_DONE ? code : delivered;
}

int cmd_report(int argc, char **argv)
{
    static struct report r; /* large */
    const char *value[KEYS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    enum err e = raw_args_parse(options, KEYS, argc, argv, value, word, &words,
                                problem, sizeof(problem));
    if (value[HELP])
        return print_help();
    message_json_errors(value[JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("report", problem);
    if (words > 0)
        return message_usage("report", "it takes options only");
    r = (struct report){.listen_s = LISTEN_S, .wait_s = ARGS_WAIT_S};
    if (!raw_args_seconds(value[TIME], &r.listen_s) ||
        !raw_args_seconds(value[WAIT], &r.wait_s))
        return message_usage("report", "--time, --wait: seconds are meant");
    if (value[BOARD] && !(r.board = known_board_find(value[BOARD])))
        return message_usage("report", "--board: pogo boards lists the names");
    if (value[NO_START])
        r.listen_s = 0;
    if (value[PORT])
        snprintf(r.port, sizeof(r.port), "%s", value[PORT]);
    /* From here on stdout is one object, the report, also where it fails. */
    message_json_errors(false);
    return make(&r, value);
}

/* pogo doctor: watches a device start, looks at its flash where that helps, and
 * says what is wrong and what to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/doctor.h"
#include "tool/doctor_elf.h"
#include "tool/hint.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/raw_args.h"
#include "tool/session.h"

#define LISTEN_S 30u
#define ELF_LIMIT 0x4000000u

enum { PORT, ELF, FLASH, NO_FLASH, NO_AP, TIME, WAIT, ROWS, JSON, HELP, KEYS };

static const struct raw_option options[KEYS] = {
    [PORT] = {"port", "-p", true,
              "  -p, --port PORT   default: POGO_PORT, or the only adapter"},
    [ELF] = {"elf", NULL, true,
             "  --elf FILE        the program's ELF file: names a crash's "
             "function"},
    [FLASH] = {"flash", NULL, false,
               "  --flash           look at the flash, too, whatever the start "
               "says"},
    [NO_FLASH] = {"no-flash", NULL, false,
                  "  --no-flash        never do that: no button to be held"},
    [NO_AP] = {"no-ap", NULL, false,
               "  --no-ap           it starts, but you see no access point"},
    [TIME] = {"time", NULL, true,
              "  --time S          listen so long (default 30)"},
    [WAIT] = {"wait", NULL, true,
              "  --wait S          for you at the device (default 60)"},
    [ROWS] = {"rows", NULL, false,
              "  --rows            the table of all that it can find"},
    [JSON] = {"json", NULL, false, "  --json            for machines"},
    [HELP] = {"help", "-h", false, "  -h, --help        this text"},
};

static int print_help(void)
{
    printf(
        "pogo doctor [options]\n\n"
        "Never with mains connected; 3.3 V only.\n"
        "Watches the device start (it resets it, or asks you to), reads what "
        "its boot\nROM and its program say, and says what is wrong and what "
        "to do. Where a look\nat the flash helps, it asks for the button. "
        "Changes nothing. Exit code 0:\nhealthy, 1: something was found, 3: "
        "no device.\n\n"
        "  pogo doctor\n"
        "  pogo doctor --flash\n"
        "  pogo doctor --elf slot-a.elf     (of the build that crashes)\n\n"
        "Options:\n");
    for (size_t i = 0; i < KEYS; i++)
        printf("%s\n", options[i].help);
    return EXIT_DONE;
}

/* ---- all of it ----------------------------------------------------------- */

static int examine(struct doctor *d, const char *const *value,
                   struct link *link)
{
    bool wants = value[FLASH] != NULL;
    int code = EXIT_DONE;
    enum err e = doctor_listen(d, link);
    doctor_start_read(&d->start, &d->findings);
    if (e == ERR_NONE)
        e = doctor_listen_again(d, link);
    if (e == ERR_NONE)
        e = doctor_ask(d, link);
    if (e != ERR_NONE) {
        link_close(link);
        return message_fail_hint(e, hint_for(e, d->port), "%s", d->port);
    }
    wants |= doctor_wants_flash(&d->findings) && !value[NO_FLASH];
    d->wants_flash = wants;
    if (!wants) {
        link_close(link);
    } else {
        message_talk("Now a look at the flash.");
        code = doctor_look(d, link);
    }
    doctor_drop_effects(&d->findings);
    if (value[JSON])
        doctor_print_json(d);
    else
        doctor_print_text(d);
    if (d->findings.has[DOCTOR_SILENT] && !d->has_flash)
        return EXIT_NO_DEVICE;
    if (doctor_count(&d->findings) > 0)
        return EXIT_FAILED;
    return code;
}

static int open_and_examine(struct doctor *d, const char *const *value)
{
    char detail[512] = "";
    const struct args args = {.port = value[PORT]};
    struct link *link = NULL;
    int code = session_port(&args, d->port, sizeof(d->port));
    if (code != EXIT_DONE)
        return code;
    enum err e =
        link_open(d->port, DOCTOR_ROM_BAUD, &link, detail, sizeof(detail));
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d->port), "%s", detail);
    return examine(d, value, link);
}

static int with_elf(struct doctor *d, const char *const *value)
{
    uint8_t *elf = NULL;
    size_t size = 0;
    const char *path = value[ELF];
    enum err e = path ? os_read_file(path, ELF_LIMIT, &elf, &size) : ERR_NONE;
    if (e == ERR_NONE && path && !doctor_elf_is(elf, size))
        e = ERR_ELF;
    d->start.elf = elf;
    d->start.elf_size = size;
    int code = e == ERR_NONE ? open_and_examine(d, value)
                             : message_fail(e, "%s", path);
    free(elf);
    return code;
}

int cmd_doctor(int argc, char **argv)
{
    static struct doctor d; /* large */
    const char *value[KEYS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    enum err e = raw_args_parse(options, KEYS, argc, argv, value, word, &words,
                                problem, sizeof(problem));
    if (value[HELP])
        return print_help();
    message_json_errors(value[JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("doctor", problem);
    if (words > 0)
        return message_usage("doctor", "it takes options only");
    if (value[ROWS]) {
        doctor_print_rows();
        return EXIT_DONE;
    }
    d = (struct doctor){.listen_s = LISTEN_S, .wait_s = ARGS_WAIT_S};
    if (!raw_args_seconds(value[TIME], &d.listen_s) ||
        !raw_args_seconds(value[WAIT], &d.wait_s))
        return message_usage("doctor", "--time, --wait: seconds are meant");
    d.start.has_no_ap = value[NO_AP] != NULL;
    return with_elf(&d, value);
}

/* pogo doctor: watches a device start, looks at its flash where that helps, and
 * says what is wrong and what to do. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/doctor_elf.h"
#include "tool/doctor_flash.h"
#include "tool/doctor_watch.h"
#include "tool/flash_status.h"
#include "tool/hint.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/raw_args.h"
#include "tool/session.h"

#define ROM_BAUD 74880u
#define LISTEN_S 30u
#define LINES_MS 4000u /* a chip that was reset speaks within that */
#define RESET_MS 100u
#define ELF_LIMIT 0x4000000u
#define COLUMNS 79u

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

struct doctor {
    const char *const *value;
    struct doctor_start start;
    struct doctor_findings findings;
    struct doctor_flash flash;
    bool has_flash; /* it was looked at */
    char port[512];
    uint32_t listen_s, wait_s;
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

static int print_rows(void)
{
    printf("| id | how it is seen | what is wrong | what to do | known from "
           "|\n|---|---|---|---|---|\n");
    for (size_t i = 0; i < DOCTOR_IDS; i++) {
        const struct doctor_row *r = &doctor_rows[i];
        printf("| `%s` | %s | %s | %s | %s |\n", r->name, r->seen, r->wrong,
               r->fix, r->source);
    }
    return EXIT_DONE;
}

/* ---- what was found ------------------------------------------------------ */

/* A paragraph, broken at blanks; all lines begin with two of them. */
static void print_words(const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t size = strcspn(text, " ");
        if (column > 0 && column + 1 + size > COLUMNS) {
            printf("\n");
            column = 0;
        }
        column +=
            (size_t)printf("%s%.*s", column ? " " : "  ", (int)size, text);
        text += size;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void print_finding(const struct doctor *d, unsigned i)
{
    const struct doctor_row *r = &doctor_rows[i];
    char line[DOCTOR_DETAIL + 16];
    printf("%s\n", r->name);
    print_words(r->wrong);
    if (d->findings.detail[i][0]) {
        snprintf(line, sizeof(line), "seen: %s", d->findings.detail[i]);
        print_words(line);
    }
    printf("  What to do:\n");
    print_words(r->fix);
    printf("\n");
}

static void print_text(const struct doctor *d)
{
    char program[DOCTOR_DETAIL];
    doctor_start_program(&d->start, program, sizeof(program));
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (d->findings.has[i])
            print_finding(d, i);
    }
    if (doctor_count(&d->findings) == 0) {
        printf("healthy\n");
        print_words(d->has_flash
                        ? "Looked at: the start (boot ROM, crashes, supply, "
                          "Wi-Fi and MQTT in the log); the flash (id, status, "
                          "read twice, header, sums, slots, settings)."
                        : "Looked at: the start (boot ROM, crashes, supply, "
                          "Wi-Fi and MQTT in the log). Not the flash: that is "
                          "--flash.");
        print_words(program[0] ? program
                               : "The program does not tell its name.");
    }
}

static void print_json_finding(const struct doctor *d, unsigned i,
                               const char *comma)
{
    const struct doctor_row *r = &doctor_rows[i];
    const char *const texts[][2] = {{"id", r->name},
                                    {"seen", d->findings.detail[i]},
                                    {"wrong", r->wrong},
                                    {"do", r->fix}};
    printf("%s", comma);
    for (unsigned k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        printf("%c\"%s\":", k ? ',' : '{', texts[k][0]);
        message_json(texts[k][1]);
    }
    printf("}");
}

static void print_json(const struct doctor *d)
{
    const char *comma = "";
    printf("{\"healthy\":%s,\"flash\":%s,\"findings\":[",
           doctor_count(&d->findings) ? "false" : "true",
           d->has_flash ? "true" : "false");
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (!d->findings.has[i])
            continue;
        print_json_finding(d, i, comma);
        comma = ",\n";
    }
    printf("]}\n");
}

/* ---- the start ----------------------------------------------------------- */

/* What the program said until it was reset is noise at the ROM's speed. */
static enum err start_anew(struct link *link)
{
    enum err e = link->ops->set_baud(link, ROM_BAUD);
    if (e == ERR_NONE)
        e = link->ops->set_lines(link, false, true);
    link->ops->sleep(link, RESET_MS);
    link->ops->discard_input(link);
    return e == ERR_NONE ? link->ops->set_lines(link, false, false) : e;
}

static enum err by_hand(struct doctor *d, struct link *link)
{
    message_talk(
        "Never with mains connected; 3.3 V only. Disconnect the 3.3 V, "
        "release the button, and connect the 3.3 V again: pogo "
        "listens.");
    if (link->ops->ask)
        link->ops->ask(link, LINK_ASK_RUN);
    return doctor_watch(link, !link->ops->ask, d->wait_s * 1000u,
                        d->listen_s * 1000u, &d->start);
}

/* By the lines where there are some; they may lead nowhere, then by hand. */
static enum err watch(struct doctor *d, struct link *link)
{
    enum err e = ERR_NONE;
    if (link->has_lines) {
        message_talk("Resetting the device and listening for %u s ...",
                     (unsigned)d->listen_s);
        e = start_anew(link);
        if (e == ERR_NONE)
            e = doctor_watch(link, false, LINES_MS, d->listen_s * 1000u,
                             &d->start);
        if (e != ERR_NONE || d->start.bytes > 0)
            return e;
    } else {
        e = link->ops->set_lines(link, false, false);
    }
    return e == ERR_NONE ? by_hand(d, link) : e;
}

/* Again at the ROM's speed, where that may tell why. What loops speaks by
 * itself, what is mute has to start once more. */
static enum err watch_again(struct doctor *d, struct link *link)
{
    bool is_loop = d->findings.has[DOCTOR_LOOP];
    unsigned wait_ms = LINES_MS;
    enum err e = ERR_NONE;
    bool is_mute = d->findings.has[DOCTOR_MUTE];
    if (!is_loop && !is_mute)
        return ERR_NONE;
    message_talk("Once more, at the boot ROM's speed.");
    if (!is_loop && link->has_lines) {
        e = start_anew(link);
    } else if (!is_loop) {
        message_talk("Disconnect the 3.3 V and connect it again.");
        wait_ms = d->wait_s * 1000u;
        if (link->ops->ask)
            link->ops->ask(link, LINK_ASK_RUN);
    }
    if (e == ERR_NONE)
        e = doctor_watch_rom(link, wait_ms, d->listen_s * 500u, &d->start);
    memset(&d->findings, 0, sizeof(d->findings));
    doctor_start_read(&d->start, &d->findings);
    if (is_mute && doctor_count(&d->findings) == 0)
        doctor_add(&d->findings, DOCTOR_MUTE, "%s", "");
    return e;
}

/* ---- the flash ----------------------------------------------------------- */

static enum err read_flash(struct doctor *d, struct flasher *f)
{
    struct flash_status status;
    enum err e = flash_status_read(f, &status);
    uint32_t size = f->chip.flash_size;
    d->flash.is_8285 = f->chip.is_8285;
    d->flash.jedec = f->chip.jedec;
    d->flash.is_protected = e == ERR_NONE && flash_status_is_protected(&status);
    uint8_t *bytes = e == ERR_NONE && size > 0 ? malloc(size) : NULL;
    if (e == ERR_NONE && size > 0 && !bytes)
        return ERR_MEMORY;
    if (bytes)
        e = flasher_read(f, 0, bytes, size);
    if (bytes && e == ERR_NONE)
        e = flasher_verify(f, 0, bytes, size);
    d->flash.bytes = bytes;
    d->flash.size = size;
    return e;
}

/* Takes the link; it is closed afterwards. */
static int look_at_flash(struct doctor *d, struct link *link)
{
    static struct flasher f; /* large */
    struct message_progress progress = {.phases = 0};
    const struct flasher_config config = {.port = d->port,
                                          .link = link,
                                          .wait_ms = d->wait_s * 1000u,
                                          .say = message_say,
                                          .progress = message_progress,
                                          .ctx = &progress};
    enum err e = flasher_open(&f, &config);
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d->port), "%s", f.detail);
    e = read_flash(d, &f);
    if (e == ERR_MISMATCH)
        doctor_add(&d->findings, DOCTOR_UNREADABLE, "the sector at 0x%05x",
                   (unsigned)f.differs_at);
    else if (e == ERR_NONE && d->flash.size == 0)
        doctor_add(&d->findings, DOCTOR_FLASH_ID, "0x%06x",
                   (unsigned)d->flash.jedec);
    else if (e == ERR_NONE)
        doctor_flash_read(&d->flash, &d->findings);
    d->has_flash = e == ERR_NONE || e == ERR_MISMATCH;
    flasher_close(&f, d->has_flash ? ERR_NONE : e);
    free((void *)(uintptr_t)d->flash.bytes);
    return d->has_flash
               ? EXIT_DONE
               : message_fail_hint(e, hint_for(e, d->port), "%s", f.detail);
}

/* ---- all of it ----------------------------------------------------------- */

static int examine(struct doctor *d, struct link *link)
{
    bool wants = d->value[FLASH] != NULL;
    int code = EXIT_DONE;
    enum err e = watch(d, link);
    doctor_start_read(&d->start, &d->findings);
    if (e == ERR_NONE)
        e = watch_again(d, link);
    if (e != ERR_NONE) {
        link_close(link);
        return message_fail_hint(e, hint_for(e, d->port), "%s", d->port);
    }
    wants |= doctor_wants_flash(&d->findings) && !d->value[NO_FLASH];
    if (!wants) {
        link_close(link);
    } else {
        message_talk("Now a look at the flash.");
        code = look_at_flash(d, link);
    }
    if (d->value[JSON])
        print_json(d);
    else
        print_text(d);
    if (d->findings.has[DOCTOR_SILENT] && !d->has_flash)
        return EXIT_NO_DEVICE;
    if (doctor_count(&d->findings) > 0)
        return EXIT_FAILED;
    return code;
}

static int open_and_examine(struct doctor *d)
{
    char detail[512] = "";
    const struct args args = {.port = d->value[PORT]};
    struct link *link = NULL;
    int code = session_port(&args, d->port, sizeof(d->port));
    if (code != EXIT_DONE)
        return code;
    enum err e = link_open(d->port, ROM_BAUD, &link, detail, sizeof(detail));
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d->port), "%s", detail);
    return examine(d, link);
}

static int with_elf(struct doctor *d)
{
    uint8_t *elf = NULL;
    size_t size = 0;
    const char *path = d->value[ELF];
    enum err e = path ? os_read_file(path, ELF_LIMIT, &elf, &size) : ERR_NONE;
    if (e == ERR_NONE && path && !doctor_elf_is(elf, size))
        e = ERR_ELF;
    d->start.elf = elf;
    d->start.elf_size = size;
    int code =
        e == ERR_NONE ? open_and_examine(d) : message_fail(e, "%s", path);
    free(elf);
    return code;
}

static bool seconds_of(const char *text, uint32_t *out)
{
    return !text || (args_number(text, out) && *out > 0 && *out <= 86400);
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
    if (value[ROWS])
        return print_rows();
    d = (struct doctor){
        .value = value, .listen_s = LISTEN_S, .wait_s = ARGS_WAIT_S};
    if (!seconds_of(value[TIME], &d.listen_s) ||
        !seconds_of(value[WAIT], &d.wait_s))
        return message_usage("doctor", "--time, --wait: seconds are meant");
    d.start.has_no_ap = value[NO_AP] != NULL;
    return with_elf(&d);
}

#include "tool/session.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/hint.h"
#include "tool/link_hands.h"
#include "tool/monitor.h"
#include "tool/os.h"

#define BAUD 115200u /* the loader's */

/* What `pogo` without --port uses; lives as long as the program. */
static enum err find_port(const struct args *args, char *out, size_t room,
                          char *problem, size_t problem_room)
{
    struct os_ports ports;
    const char *name = args->port ? args->port : getenv("POGO_PORT");
    if (name && *name) {
        snprintf(out, room, "%s", name);
        return ERR_NONE;
    }
    os_find_ports(&ports);
    if (ports.count == 1) {
        snprintf(out, room, "%s", ports.name[0]);
        return ERR_NONE;
    }
    if (ports.count == 0) {
        snprintf(problem, problem_room,
                 "neither /dev/ttyUSB* nor /dev/ttyACM* is there");
        return ERR_PORT_MISSING;
    }
    snprintf(problem, problem_room, "give one of these ports with -p:");
    for (unsigned i = 0; i < ports.count; i++) {
        size_t n = strlen(problem);
        snprintf(problem + n, problem_room - n, " %s", ports.name[i]);
    }
    return ERR_USAGE;
}

void session_name_chip(const struct flasher *f)
{
    const struct chip_info *c = &f->chip;
    message_talk("%s%s, MAC %02X:%02X:%02X:%02X:%02X:%02X",
                 c->is_8285 ? "ESP8285" : "ESP8266",
                 c->is_bench ? " on the bench" : "", c->mac[0], c->mac[1],
                 c->mac[2], c->mac[3], c->mac[4], c->mac[5]);
    message_talk("flash %u KB (%s), %s at %u baud", c->flash_size / 1024,
                 c->maker, flasher_has_stub(f) ? "stub" : "boot ROM", f->baud);
}

int session_port(const struct args *args, char *out, size_t room)
{
    char problem[512];
    enum err e = find_port(args, out, room, problem, sizeof(problem));
    return e == ERR_NONE
               ? EXIT_DONE
               : message_fail_hint(e, hint_for(e, NULL), "%s", problem);
}

/* Of the program's last session: its log is written once that is over. */
static struct chip_info last_chip;
static bool has_last_chip;

bool session_last_chip(struct chip_info *out)
{
    *out = last_chip;
    return has_last_chip;
}

static int open_link(struct session *s, const struct args *args,
                     const char *port)
{
    char detail[512] = "";
    if (!args->hands)
        return EXIT_DONE;
    enum err e = link_hands_open(args->hands, port, BAUD, &s->link, detail,
                                 sizeof(detail));
    return e == ERR_NONE
               ? EXIT_DONE
               : message_fail_hint(e, hint_for(e, port), "%s", detail);
}

static const char *again(const struct session *s)
{
    return s->has_backup ? "run the same command again, but without --backup: "
                           "that is done"
                         : "run the same command again";
}

/* What Ctrl-C at this moment leaves on the flash. */
static void prepare_farewell(const struct session *s)
{
    const struct flasher *f = &s->flasher;
    char account[FLASHER_ACCOUNT], what[800];
    if (!f->is_incomplete || !f->has_begun)
        return;
    flasher_account(f, account);
    if (s->writing)
        snprintf(what, sizeof(what), "%s is not whole on the flash: %s",
                 s->writing, account);
    else
        snprintf(what, sizeof(what), "%s", account);
    message_interrupted(what, again(s));
}

static void progress(void *ctx, const char *what, uint32_t done, uint32_t total)
{
    struct session *s = ctx;
    prepare_farewell(s);
    message_progress(&s->progress, what, done, total);
}

int session_open(struct session *s, const struct args *args)
{
    static char port[512];
    static struct reset_memory memory; /* from one chip to the next */
    memset(s, 0, sizeof(*s));
    has_last_chip = false;
    if (args->is_json && args->is_monitor)
        return message_usage(args->command,
                             "--json and --monitor both use stdout");
    int code = session_port(args, port, sizeof(port));
    if (code != EXIT_DONE)
        return code;
    code = open_link(s, args, port);
    if (code != EXIT_DONE)
        return code;
    const struct flasher_config config = {
        .port = port,
        .link = s->link,
        .baud = args->baud,
        .is_rom_only = args->is_rom_only,
        .before = args->before,
        .after = args->after,
        .wait_ms = args->wait_s * 1000u,
        .reset = args->has_reset_sequence ? &args->reset_sequence : NULL,
        .memory = &memory,
        .say = message_say,
        .progress = progress,
        .ctx = s,
    };
    enum err e = flasher_open(&s->flasher, &config);
    if (e != ERR_NONE) {
        link_close(s->link);
        return message_fail_hint(e, hint_for(e, port), "%s", s->flasher.detail);
    }
    message_begin(&s->progress);
    last_chip = s->flasher.chip;
    has_last_chip = true;
    session_name_chip(&s->flasher);
    return EXIT_DONE;
}

void session_writing(struct session *s, const char *file)
{
    char what[512];
    s->writing = file;
    snprintf(what, sizeof(what), "%s is not whole on the flash", file);
    message_interrupted(what, again(s));
}

/* With what is on the flash now, where something was to be changed. */
static int fail(struct session *s, enum err e, bool is_incomplete)
{
    const struct flasher *f = &s->flasher;
    const char *hint = hint_after(f, e);
    char account[FLASHER_ACCOUNT];
    flasher_account(f, account);
    bool is_whole =
        !f->is_erase && f->good_until > f->good_from && e != ERR_MISMATCH;
    if (!is_incomplete && s->writing && is_whole)
        return message_fail_hint(e, hint, "%s; %s is whole on the flash",
                                 f->detail, s->writing);
    if (!is_incomplete)
        return message_fail_hint(e, hint, "%s", f->detail);
    if (f->may_be_astray)
        hint = "never with mains connected: check the wires, GND first; then "
               "restore a backup, or flash with --erase all, without --no-stub";
    if (s->writing)
        return message_fail_hint(e, hint,
                                 "%s; %s is not whole on the flash: %s",
                                 f->detail, s->writing, account);
    return message_fail_hint(e, hint, "%s; %s", f->detail, account);
}

/* What failed, if anything; the chip is left already. */
static int report(struct session *s, enum err e, bool is_incomplete)
{
    if (e != ERR_NONE)
        return fail(s, e, is_incomplete);
    message_done(&s->progress, s->writing != NULL);
    return EXIT_DONE;
}

int session_close(struct session *s, enum err e)
{
    message_interrupted("", "");
    bool is_incomplete = s->flasher.is_incomplete;
    flasher_close(&s->flasher, e);
    link_close(s->link);
    return report(s, e, is_incomplete);
}

int session_finish(struct session *s, const struct args *args, enum err e)
{
    struct flasher *f = &s->flasher;
    if (e != ERR_NONE || !args->is_monitor)
        return session_close(s, e);
    message_interrupted("", "");
    struct link *link = flasher_leave(f, e);
    message_talk("What the device says, after its boot ROM's odd signs%s:",
                 args->monitor_s == 0 ? " (Ctrl-C ends this)" : "");
    e = link ? monitor_run(link, args->monitor_s) : ERR_NONE;
    link_close(link);
    if (e != ERR_NONE)
        (void)flasher_fail(f, e, "%s", f->config.port);
    return report(s, e, false);
}

enum err session_read_back(struct flasher *f, uint32_t address,
                           const uint8_t *bytes, uint32_t size)
{
    uint8_t *got = malloc(size);
    if (!got)
        return ERR_MEMORY;
    enum err e = flasher_read(f, address, got, size);
    uint32_t at = 0;
    while (e == ERR_NONE && at < size && got[at] == bytes[at])
        at++;
    if (e == ERR_NONE && at < size)
        e = flasher_fail(f, ERR_MISMATCH, "0x%02X at 0x%05x, not 0x%02X",
                         got[at], (unsigned)(address + at), bytes[at]);
    free(got);
    if (e == ERR_NONE)
        flasher_say(f, "  every byte was read back: %u", (unsigned)size);
    return e;
}

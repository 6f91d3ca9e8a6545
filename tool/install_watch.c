/* pogo install watches the device start: what was written has to prove itself,
 * by the doctor's eyes, before anything is set up. */
#include <string.h>

#include "tool/args.h"
#include "tool/doctor.h"
#include "tool/hint.h"
#include "tool/install.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/session.h"

#define LOOK_MS 200u
#define LISTEN_S 12u /* a look, as doctor_watch.c has it */

/* Findings that leave nothing to set up. The others are told, and the set-up
 * shows what they mean. */
static const enum doctor_id ends[] = {
    DOCTOR_SILENT,   DOCTOR_NOISE,    DOCTOR_POWER, DOCTOR_DOWNLOAD,
    DOCTOR_STRAP,    DOCTOR_NO_IMAGE, DOCTOR_SLOTS, DOCTOR_UNREADABLE,
    DOCTOR_CHECKSUM, DOCTOR_PHY,      DOCTOR_LOOP,  DOCTOR_EXCEPTION,
    DOCTOR_MINIMAL};
/* And of these a person may still do what was asked. */
static const enum doctor_id again[] = {DOCTOR_DOWNLOAD, DOCTOR_NOISE};
#define ENDS (sizeof(ends) / sizeof(ends[0]))
#define AGAIN (sizeof(again) / sizeof(again[0]))

static bool find(const struct doctor *d, const enum doctor_id *ids,
                 size_t count, enum doctor_id *out)
{
    for (size_t i = 0; i < count; i++) {
        *out = ids[i];
        if (d->findings.has[ids[i]])
            return true;
    }
    return false;
}

static void say_why_again(const struct doctor *d)
{
    enum doctor_id id;
    if (find(d, again, AGAIN, &id))
        message_talk("%s Once more.", doctor_rows[id].wrong);
}

/* A power cycle by hand may need a second one. */
static enum err listen(struct doctor *d, struct link *link)
{
    uint64_t end = link->ops->now_ms(link) + (uint64_t)d->wait_s * 1000u;
    enum err e = ERR_NONE;
    enum doctor_id id;
    do {
        say_why_again(d);
        memset(&d->findings, 0, sizeof(d->findings));
        e = doctor_listen(d, link);
        if (e == ERR_NONE)
            doctor_start_read(&d->start, &d->findings);
    } while (e == ERR_NONE && !doctor_start_is_up(&d->start) &&
             !link_hands_was_away(link) && find(d, again, AGAIN, &id) &&
             link->ops->now_ms(link) < end);
    bool is_loop = d->findings.has[DOCTOR_LOOP];
    if (e == ERR_NONE && is_loop && !doctor_start_is_up(&d->start))
        e = doctor_listen_again(d, link); /* the ROM may say why */
    return e;
}

static int fail(const struct doctor *d, enum doctor_id id)
{
    const struct doctor_row *r = &doctor_rows[id];
    const char *seen = d->findings.detail[id];
    enum exit_code code = id == DOCTOR_SILENT ? EXIT_NO_DEVICE : EXIT_FAILED;
    return message_fail_code(ERR_START, code, r->fix, "%s: %s%s%s", r->name,
                             r->wrong, seen[0] ? " Seen: " : "", seen);
}

/* It is up, or what is odd may not matter. */
static int go_on(const struct doctor *d)
{
    char program[DOCTOR_DETAIL];
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (d->findings.has[i])
            message_talk("%s: %s %s", doctor_rows[i].name, doctor_rows[i].wrong,
                         d->findings.detail[i]);
    }
    doctor_start_program(&d->start, program, sizeof(program));
    message_talk("%s", program[0] ? program : "It has started.");
    return EXIT_DONE;
}

static int judge(const struct install *in, const struct doctor *d)
{
    enum doctor_id id;
    if (doctor_start_is_up(&d->start) && !d->findings.has[DOCTOR_MINIMAL])
        return go_on(d);
    if (find(d, ends, ENDS, &id))
        return fail(d, id);
    if (d->findings.has[DOCTOR_MUTE] && in->value[INSTALL_NO_SETUP])
        return fail(d, DOCTOR_MUTE);
    return go_on(d);
}

/* ---- an adapter that goes with the device ---------------------------------
 */

/* Whoever pulls the USB plug to take the 3.3 V away takes the port away, too;
 * by the time it is back the device has spoken. */
static bool comes_back(const struct doctor *d)
{
    char detail[512];
    struct link *link = NULL;
    uint64_t end = os_now_ms() + (uint64_t)d->wait_s * 1000u;
    while (os_now_ms() < end) {
        if (link_open(d->port, DOCTOR_ROM_BAUD, &link, detail,
                      sizeof(detail)) == ERR_NONE) {
            link_close(link);
            return true;
        }
        os_sleep_ms(LOOK_MS);
    }
    return false;
}

static bool is_unheard(struct link *link, const struct doctor *d, enum err e)
{
    if (e == ERR_PORT_GONE)
        return comes_back(d);
    return e == ERR_NONE && link_hands_was_away(link) &&
           !doctor_start_is_up(&d->start) &&
           (d->findings.has[DOCTOR_SILENT] || d->findings.has[DOCTOR_NOISE]);
}

static enum err open_link(const struct install *in, const struct doctor *d,
                          struct link **link, char *detail, size_t room)
{
    return in->has_hands
               ? link_hands_open(&in->hands, d->port, DOCTOR_ROM_BAUD, link,
                                 detail, room)
               : link_open(d->port, DOCTOR_ROM_BAUD, link, detail, room);
}

int install_watch(struct install *in)
{
    static struct doctor d; /* large */
    char detail[512] = "";
    const struct args args = {.port = in->port};
    struct link *link = NULL;
    d = (struct doctor){.listen_s = LISTEN_S, .wait_s = in->wait_s};
    d.start.is_brief = true;
    int code = session_port(&args, d.port, sizeof(d.port));
    if (code != EXIT_DONE)
        return code;
    enum err e = open_link(in, &d, &link, detail, sizeof(detail));
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d.port), "%s", detail);
    e = listen(&d, link);
    bool is_missed = is_unheard(link, &d, e);
    link_close(link);
    if (is_missed)
        message_talk("The adapter went with it and is back: its start was not "
                     "heard.");
    else if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d.port), "%s", d.port);
    return is_missed ? EXIT_DONE : judge(in, &d);
}

/* pogo doctor at the serial line: it starts the device, or asks a person to,
 * and hears it. */
#include <string.h>

#include "tool/doctor.h"
#include "tool/doctor_network.h"
#include "tool/doctor_watch.h"
#include "tool/message.h"

#define LINES_MS 4000u /* a chip that was reset speaks within that */
#define RESET_MS 100u
#define STILL_S 60u /* for an attempt that is under way: DHCP takes long */

/* What the program said until it was reset is noise at the ROM's speed. */
static enum err start_anew(struct link *link)
{
    enum err e = link->ops->set_baud(link, DOCTOR_ROM_BAUD);
    if (e == ERR_NONE)
        e = link->ops->set_lines(link, false, true);
    link->ops->sleep(link, RESET_MS);
    link->ops->discard_input(link);
    return e == ERR_NONE ? link->ops->set_lines(link, false, false) : e;
}

static enum err by_hand(struct doctor *d, struct link *link)
{
    if (link->ask_words[LINK_ASK_RUN])
        message_talk("%s Pogo listens.", link->ask_words[LINK_ASK_RUN]);
    else
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
static enum err hear_start(struct doctor *d, struct link *link)
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

/* An attempt is under way, and nothing else is wrong: its end is worth waiting
 * for.
 */
static bool is_still_trying(const struct doctor *d)
{
    static struct doctor_findings found; /* large */
    memset(&found, 0, sizeof(found));
    if (!d->start.is_a_look || d->start.is_brief ||
        !doctor_network_is_waiting(&d->start))
        return false;
    doctor_start_read(&d->start, &found);
    found.has[DOCTOR_WIFI_JOIN] = found.has[DOCTOR_BROKER] = false;
    return doctor_count(&found) == 0;
}

enum err doctor_listen(struct doctor *d, struct link *link)
{
    enum err e = hear_start(d, link);
    if (e != ERR_NONE || !is_still_trying(d))
        return e;
    message_talk("It is still trying to get in: listening for up to %u s more.",
                 STILL_S);
    return doctor_watch_on(link, STILL_S * 1000u, &d->start);
}

/* Again at the ROM's speed, where that may tell why. What loops speaks by
 * itself, what is mute has to start once more. */
enum err doctor_listen_again(struct doctor *d, struct link *link)
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

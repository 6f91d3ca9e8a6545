/* Getting an answer from the chip: by the adapter's lines where they exist and
 * are wired, else by the hand of a person who is told what to do. Listens all
 * the while, so that a failure can say what was heard. */
#include "tool/flasher.h"

#include <string.h>

#define SYNC_TIMEOUT_MS 100u
#define QUICK_SYNCS 3
#define RESET_SYNCS 5
#define QUIET_MS 60u
#define RESTART_MS 300u
#define LOADER_BAUD 115200u
/* The ROM's banner comes at this speed; its autobaud takes SYNC at any. */
#define BANNER_BAUD 74880u
/* While a person is at it: how long at each of the two speeds. */
#define BANNER_TURN_MS 2000u
#define LOADER_TURN_MS 400u

/* After a first SYNC: drop the other answers to it and to earlier ones. */
static enum err settle(struct flasher *f)
{
    for (;;) {
        enum err e = loader_frame(&f->loader, QUIET_MS);
        if (e == ERR_TIMEOUT)
            break;
        if (e != ERR_NONE)
            return e;
    }
    loader_discard(&f->loader);
    return ERR_NONE;
}

static enum err try_sync(struct flasher *f, int tries)
{
    enum err e = ERR_TIMEOUT;
    for (int i = 0; i < tries && e == ERR_TIMEOUT; i++)
        e = loader_sync(&f->loader, SYNC_TIMEOUT_MS);
    if (e == ERR_CHIP_REFUSED)
        e = ERR_TIMEOUT; /* an old reply to something else */
    return e == ERR_NONE ? settle(f) : e;
}

static enum err set_baud(struct flasher *f, unsigned baud)
{
    if (f->config.baud != 0 && f->config.baud < baud)
        baud = f->config.baud;
    if (baud == f->baud)
        return ERR_NONE;
    enum err e = f->link->ops->set_baud(f->link, baud);
    if (e == ERR_NONE)
        f->baud = baud;
    return e;
}

/* ---- what was heard ---- */

enum heard { HEARD_NOTHING, HEARD_PROGRAM, HEARD_LOADER, HEARD_NOISE };

/* The banner says `boot mode:(3,6)`: the first number is the strap, 3 to run
 * from flash, 1 to wait for a loader (chip.md A7). */
static enum heard what_was_heard(const struct hearing *h)
{
    const char *mode = NULL;
    for (const char *p = h->text; (p = strstr(p, "boot mode:(")) != NULL; p++)
        mode = p + strlen("boot mode:(");
    if (mode && (*mode == '3' || *mode == '1'))
        return *mode == '3' ? HEARD_PROGRAM : HEARD_LOADER;
    return h->bytes == 0 ? HEARD_NOTHING : HEARD_NOISE;
}

static enum err explain(struct flasher *f, unsigned waited_ms)
{
    const char *port = f->config.port;
    switch (what_was_heard(&f->loader.heard)) {
    case HEARD_PROGRAM:
        return flasher_fail(f, ERR_STARTED_PROGRAM,
                            "%s: the chip said boot mode 3: GPIO0 was not low",
                            port);
    case HEARD_LOADER:
        return flasher_fail(f, ERR_NO_ANSWER,
                            "%s: it is in download mode but does not answer: "
                            "is the adapter's TX on the chip's RX?",
                            port);
    case HEARD_NOISE:
        return flasher_fail(f, ERR_NOISE,
                            "%s: %zu bytes came, no loader's answer among them",
                            port, f->loader.heard.bytes);
    case HEARD_NOTHING:
    default:
        return flasher_fail(f, ERR_NO_ANSWER, "%s: silence for %u s", port,
                            (waited_ms + 500) / 1000);
    }
}

/* ---- by lines ---- */

static enum err by_lines(struct flasher *f)
{
    static const enum reset_style any[] = {
        RESET_TIGHT, RESET_CLASSIC, RESET_TIGHT_SLOW, RESET_CLASSIC_SLOW};
    static const enum reset_style direct[] = {RESET_CLASSIC,
                                              RESET_CLASSIC_SLOW};
    const enum reset_style *style = f->link->is_direct ? direct : any;
    unsigned count = f->link->is_direct ? 2 : 4;
    enum err e = ERR_TIMEOUT;
    for (unsigned i = 0; i < count && e == ERR_TIMEOUT; i++) {
        e = reset_to_loader(f->link, style[i]);
        if (e == ERR_NONE)
            e = try_sync(f, RESET_SYNCS);
    }
    return e;
}

/* ---- by hand ---- */

static void tell_how(struct flasher *f)
{
    if (f->link->has_lines)
        flasher_say(f,
                    "no answer after a reset by DTR and RTS; by hand, then:");
    else
        flasher_say(f, "this port has no reset lines, so by hand:");
    flasher_say(f, "  Never with mains connected; 3.3 V only, never 5 V.");
    flasher_say(f, "  Disconnect the power. Hold the device's button (GPIO0),");
    flasher_say(f, "  connect the 3.3 V, and let go after two seconds.");
    flasher_say(f, "  Waiting for the chip, up to %u s ...",
                f->config.wait_ms / 1000);
}

/* Once per start of the chip with the button up. */
static void tell_if_it_ran(struct flasher *f)
{
    if (what_was_heard(&f->loader.heard) != HEARD_PROGRAM || f->has_told)
        return;
    f->has_told = true;
    flasher_say(f, "  It started its own program (boot mode 3): the button was "
                   "not held.");
    flasher_say(f, "  Disconnect, hold the button first, connect again.");
}

static enum err sync_until(struct flasher *f, unsigned baud, uint64_t end)
{
    struct link *link = f->link;
    enum err e = set_baud(f, baud);
    if (e != ERR_NONE)
        return baud == BANNER_BAUD ? ERR_TIMEOUT : e; /* not every port can */
    do {
        e = try_sync(f, 1);
        tell_if_it_ran(f);
    } while (e == ERR_TIMEOUT && link->ops->now_ms(link) < end);
    return e;
}

/* *start becomes the moment when the person was asked. */
static enum err by_hand(struct flasher *f, uint64_t *start)
{
    struct link *link = f->link;
    *start = link->ops->now_ms(link);
    uint64_t end = *start + f->config.wait_ms;
    enum err e = ERR_TIMEOUT;
    f->has_asked = true;
    loader_forget_hearing(&f->loader);
    tell_how(f);
    if (link->ops->ask)
        link->ops->ask(link, LINK_ASK_DOWNLOAD);
    for (unsigned turn = 0; e == ERR_TIMEOUT; turn++) {
        uint64_t now = link->ops->now_ms(link);
        bool is_banner = turn % 2 == 0;
        uint64_t until = now + (is_banner ? BANNER_TURN_MS : LOADER_TURN_MS);
        if (now >= end)
            break;
        e = sync_until(f, is_banner ? BANNER_BAUD : LOADER_BAUD,
                       until < end ? until : end);
    }
    return e;
}

/* --no-stub, but a stub is there from the command before: a restart brings the
 * ROM's loader back, as the latched strap says. */
static enum err leave_stub(struct flasher *f)
{
    enum err e = stub_path.restart(f);
    f->loader.is_stub = false;
    if (e != ERR_NONE)
        return e;
    f->link->ops->sleep(f->link, RESTART_MS);
    loader_discard(&f->loader);
    return try_sync(f, RESET_SYNCS);
}

static enum err reach(struct flasher *f)
{
    bool may_reset = f->config.before == BEFORE_RESET && f->link->has_lines;
    uint64_t start = f->link->ops->now_ms(f->link);
    enum err e = ERR_TIMEOUT;
    if (may_reset)
        e = by_lines(f);
    else
        e = try_sync(f, QUICK_SYNCS);
    if (e == ERR_TIMEOUT && f->config.wait_ms > 0 &&
        f->config.before == BEFORE_RESET)
        e = by_hand(f, &start);
    if (e == ERR_TIMEOUT)
        return explain(f, (unsigned)(f->link->ops->now_ms(f->link) - start));
    return e;
}

enum err flasher_connect(struct flasher *f)
{
    if (f->config.before == BEFORE_NO_SYNC)
        return ERR_NONE;
    enum err e = reach(f);
    if (e == ERR_NONE && f->config.is_rom_only && f->loader.is_stub)
        e = leave_stub(f);
    return e;
}

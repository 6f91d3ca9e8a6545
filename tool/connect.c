/* Getting an answer from the chip: by the adapter's lines where they exist and
 * are wired, else by the hand of a person who is told what to do. Listens all
 * the while, so that a failure can say what was heard. */
#include "tool/flasher_private.h"

#include <string.h>

#define SYNC_TIMEOUT_MS 100u
/* The ROM's autobaud takes the first SYNC of all: no answer to wait for, or one
 * after 5 ms and what an adapter keeps it (16 ms). The second one gets the time
 * that is left over. */
#define FIRST_TIMEOUT_MS 24u
#define SECOND_TIMEOUT_MS (2 * SYNC_TIMEOUT_MS - FIRST_TIMEOUT_MS)
#define QUICK_SYNCS 3
#define RESET_SYNCS 5
#define QUIET_MS 60u
/* The ROM answers a SYNC eight times (chip.md A3), the stub once. */
#define MORE_ANSWERS 7
#define ALL_CAME_MS 5u
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
    unsigned left = f->loader.is_stub ? 0 : MORE_ANSWERS;
    for (;; left -= left > 0) {
        enum err e = loader_frame(&f->loader, left ? QUIET_MS : ALL_CAME_MS);
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
    for (int i = 0; i < tries && e == ERR_TIMEOUT; i++) {
        unsigned ms = i == 0 && tries > 1 ? FIRST_TIMEOUT_MS
                      : i == 1            ? SECOND_TIMEOUT_MS
                                          : SYNC_TIMEOUT_MS;
        e = loader_sync(&f->loader, ms);
    }
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

/* Whatever was said at this speed so far. */
static void listen(struct flasher *f)
{
    hear_add(&f->heard, &f->loader.heard, f->baud);
}

static void forget(struct flasher *f)
{
    loader_forget_hearing(&f->loader);
    memset(&f->heard, 0, sizeof(f->heard));
}

/* ---- by lines ---- */

static enum err try_reset(struct flasher *f, enum reset_style style)
{
    enum err e = f->config.reset ? reset_by(f->link, f->config.reset)
                                 : reset_to_loader(f->link, style);
    if (e == ERR_NONE)
        e = try_sync(f, RESET_SYNCS);
    listen(f);
    return e;
}

static enum err try_styles(struct flasher *f, const enum reset_style *styles,
                           unsigned count, enum reset_style *last)
{
    struct reset_memory *memory = f->config.memory;
    enum err e = ERR_TIMEOUT;
    if (memory && memory->worked > 0) {
        *last = (enum reset_style)(memory->worked - 1);
        e = try_reset(f, *last);
    }
    for (unsigned i = 0; i < count && e == ERR_TIMEOUT; i++) {
        *last = styles[i];
        e = try_reset(f, *last);
    }
    if (memory && e == ERR_NONE)
        memory->worked = (unsigned)*last + 1;
    return e;
}

/* The ROM's banner is noise at the loader's speed: once more, for its words. */
static enum err hear_banner(struct flasher *f, enum reset_style style)
{
    if (f->heard.kind == HEARD_NOTHING || set_baud(f, BANNER_BAUD) != ERR_NONE)
        return ERR_TIMEOUT;
    hear_new_speed(&f->loader.heard);
    enum err e = try_reset(f, style);
    if (e != ERR_TIMEOUT)
        return e;
    hear_new_speed(&f->loader.heard);
    e = set_baud(f, LOADER_BAUD);
    return e == ERR_NONE ? ERR_TIMEOUT : e;
}

static enum err by_lines(struct flasher *f)
{
    static const enum reset_style any[] = {
        RESET_TIGHT, RESET_CLASSIC, RESET_TIGHT_SLOW, RESET_CLASSIC_SLOW};
    static const enum reset_style direct[] = {RESET_CLASSIC,
                                              RESET_CLASSIC_SLOW};
    enum reset_style last = RESET_CLASSIC;
    enum err e;
    if (f->config.reset)
        e = try_reset(f, last);
    else if (f->link->is_direct)
        e = try_styles(f, direct, 2, &last);
    else
        e = try_styles(f, any, 4, &last);
    return e == ERR_TIMEOUT ? hear_banner(f, last) : e;
}

/* ---- by hand ---- */

/* At one speed until `end`, or until what comes is no text at it. */
static enum err turn(struct flasher *f, unsigned baud, uint64_t end)
{
    struct link *link = f->link;
    uint64_t start = link->ops->now_ms(link);
    enum err e = set_baud(f, baud);
    bool is_wrong_speed = false;
    if (e != ERR_NONE)
        return baud == BANNER_BAUD ? ERR_TIMEOUT : e; /* not every port can */
    loader_discard(&f->loader); /* what came at the old speed */
    hear_new_speed(&f->loader.heard);
    do {
        e = try_sync(f, 1);
        if (e != ERR_TIMEOUT)
            return e;
        listen(f);
        connect_tell(f, false);
        is_wrong_speed = hear_kind(&f->loader.heard) == HEARD_NOISE &&
                         link->ops->now_ms(link) >= start + LOADER_TURN_MS;
    } while (link->ops->now_ms(link) < end && !is_wrong_speed &&
             f->heard.kind != HEARD_OTHER_CHIP);
    return ERR_TIMEOUT;
}

/* *start becomes the moment when the person was asked. */
static enum err by_hand(struct flasher *f, uint64_t *start)
{
    struct link *link = f->link;
    *start = link->ops->now_ms(link);
    uint64_t end = *start + f->config.wait_ms;
    enum err e = ERR_TIMEOUT;
    f->has_asked = true;
    forget(f);
    connect_ask(f);
    if (link->ops->ask)
        link->ops->ask(link, LINK_ASK_DOWNLOAD);
    for (unsigned n = 0; e == ERR_TIMEOUT; n++) {
        uint64_t now = link->ops->now_ms(link);
        bool is_banner = n % 2 == 0;
        uint64_t until = now + (is_banner ? BANNER_TURN_MS : LOADER_TURN_MS);
        if (now >= end || f->heard.kind == HEARD_OTHER_CHIP)
            break;
        if (n > 1) /* both speeds have had their turn */
            connect_tell(f, true);
        e = turn(f, is_banner ? BANNER_BAUD : LOADER_BAUD,
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
    listen(f);
    if (e == ERR_TIMEOUT && f->config.wait_ms > 0 &&
        f->config.before == BEFORE_RESET)
        e = by_hand(f, &start);
    if (e == ERR_TIMEOUT)
        return connect_explain(
            f, (unsigned)(f->link->ops->now_ms(f->link) - start));
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

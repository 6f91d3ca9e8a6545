/* Boards in a jig, one after the other. */
#include "tool/jig.h"

#include <string.h>

#define LOADER_BAUD 115200u
#define LOOK_TRIES 3
#define LOOK_MS 100u
#define LOOK_PAUSE_MS 200u
/* A worn contact is silent for a moment; a hand needs longer. */
#define GONE_LOOKS 3u
#define REOPEN_MS 500u

static uint64_t now_ms(const struct jig *jig)
{
    return jig->link->ops->now_ms(jig->link);
}

static bool is_port_lost(enum err e)
{
    return e == ERR_PORT_GONE || e == ERR_PORT_MISSING || e == ERR_IO;
}

static enum err open_port(struct jig *jig)
{
    struct flasher *f = &jig->flasher;
    if (jig->config.link) {
        jig->link = jig->config.link;
        return ERR_NONE;
    }
    return link_open(jig->config.port, LOADER_BAUD, &jig->link, f->detail,
                     sizeof(f->detail));
}

/* The adapter was pulled out: until it is back. Its time begins anew. */
static void reopen_port(struct jig *jig)
{
    if (jig->config.link)
        return;
    link_close(jig->link);
    jig->link = NULL;
    while (open_port(jig) != ERR_NONE)
        link_real_sleep(NULL, REOPEN_MS);
    jig->has_silence = true;
    jig->idle_since_ms = now_ms(jig);
}

/* ---- a board's time ---- */

/* The chip is left before anybody is told to take the board off. */
static void end_board(struct jig *jig, enum jig_result result, enum err e,
                      uint64_t start_ms)
{
    struct jig_board *b = &jig->board;
    b->result = result;
    b->err = e;
    memcpy(b->detail, jig->flasher.detail, sizeof(b->detail));
    b->ms = now_ms(jig) - start_ms;
    flasher_close(&jig->flasher, e);
    jig->ended(jig->ctx, b);
    b->number++;
    jig->idle_since_ms = now_ms(jig);
}

/* It never went away. One that failed before its MAC was read, too. */
static bool is_last(const struct jig *jig, enum err e)
{
    if (jig->has_silence)
        return false;
    if (e != ERR_NONE)
        return jig->has_nameless;
    return jig->has_last && memcmp(jig->last_mac, jig->flasher.chip.mac,
                                   sizeof(jig->last_mac)) == 0;
}

static void work_on_board(struct jig *jig, uint64_t start_ms)
{
    struct flasher *f = &jig->flasher;
    jig->board.chip = f->chip;
    jig->board.is_known = true;
    memcpy(jig->last_mac, f->chip.mac, sizeof(jig->last_mac));
    jig->has_last = true;
    jig->has_nameless = false;
    f->config.say = jig->config.say;
    enum err e = jig->work(jig->ctx, f, jig->board.number);
    f->config.say = NULL;
    end_board(jig, e == ERR_NONE ? JIG_PASS : JIG_FAIL, e, start_ms);
}

/* For too long nothing that can be worked with. Once, until a board came. */
static void count_silence(struct jig *jig, enum err e)
{
    uint64_t since = jig->idle_since_ms;
    if (jig->config.wait_ms == 0 || jig->has_counted ||
        now_ms(jig) - since < jig->config.wait_ms)
        return;
    jig->has_counted = true;
    jig->board.is_known = false;
    if (e == ERR_NO_ANSWER)
        e = flasher_fail(&jig->flasher, e, "%s: nothing for %u s",
                         jig->config.port, jig->config.wait_ms / 1000);
    end_board(jig, e == ERR_NO_ANSWER ? JIG_SILENT : JIG_FAIL, e, since);
}

/* One try to reach a board. *is_there: there is one, and it had its turn. */
static enum err try_board(struct jig *jig, bool *is_there)
{
    struct flasher_config config = jig->config;
    uint64_t start = now_ms(jig);
    config.link = jig->link;
    config.wait_ms = 0;
    config.after = AFTER_NO_RESET;
    config.say = NULL; /* of each try, until a board is there */
    enum err e = flasher_open(&jig->flasher, &config);
    *is_there = jig->flasher.has_answered;
    if (!*is_there) {
        if (jig->flasher.loader.heard.bytes == 0)
            jig->has_silence = true;
        if (!is_port_lost(e))
            count_silence(jig, e);
        return e;
    }
    if (is_last(jig, e)) {
        flasher_close(&jig->flasher, e);
        return e;
    }
    jig->has_counted = false;
    jig->has_silence = false;
    if (e == ERR_NONE) {
        work_on_board(jig, start);
        return e;
    }
    jig->board.is_known = false;
    jig->has_last = false;
    jig->has_nameless = true;
    end_board(jig, JIG_FAIL, e, start);
    return e;
}

/* ---- until it is gone ---- */

/* Who answers there: our stub, which a board keeps as long as it has power, or
 * a ROM, which may be the next board's. What only makes noise is there, too. */
static enum err look(struct jig *jig, bool *is_same)
{
    struct loader *l = &jig->loader;
    enum err e = jig->link->ops->set_baud(jig->link, LOADER_BAUD);
    loader_init(l, jig->link);
    if (e == ERR_NONE)
        e = ERR_TIMEOUT;
    loader_discard(l);
    for (int i = 0; i < LOOK_TRIES && e == ERR_TIMEOUT; i++)
        e = loader_sync(l, LOOK_MS);
    *is_same = e == ERR_NONE ? l->is_stub : l->heard.bytes > 0;
    return e;
}

static enum err wait_until_gone(struct jig *jig)
{
    unsigned silent = 0;
    while (silent < GONE_LOOKS) {
        bool is_same;
        enum err e = look(jig, &is_same);
        if (is_port_lost(e))
            return e;
        if (e == ERR_NONE && !is_same)
            break;
        silent = is_same ? 0 : silent + 1;
        jig->link->ops->sleep(jig->link, LOOK_PAUSE_MS);
    }
    jig->idle_since_ms = now_ms(jig);
    return ERR_NONE;
}

static bool is_more(const struct jig *jig)
{
    return jig->boards == 0 || jig->board.number <= jig->boards;
}

enum err jig_run(struct jig *jig)
{
    enum err e = open_port(jig);
    if (e != ERR_NONE)
        return e;
    jig->board = (struct jig_board){.number = 1};
    jig->has_last = jig->has_nameless = jig->has_counted = false;
    jig->idle_since_ms = now_ms(jig);
    while (is_more(jig)) {
        bool is_there;
        e = try_board(jig, &is_there);
        if (is_there && is_more(jig) && !is_port_lost(e))
            e = wait_until_gone(jig);
        if (is_port_lost(e))
            reopen_port(jig);
    }
    if (!jig->config.link)
        link_close(jig->link);
    return ERR_NONE;
}

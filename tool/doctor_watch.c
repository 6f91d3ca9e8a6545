/* Text from a line that changes its speed. */
#include "tool/doctor_watch.h"

#include <string.h>

#include "tool/baud_change.h"
#include "tool/doctor_network.h"

#define READ_MS 10u
#define UP_MS 1000u   /* that follow on its first words of Wi-Fi */
#define A_LOOK 10000u /* ms: every known program has said its first words */

struct watch {
    struct link *link;
    struct baud_change baud;
    struct doctor_start *out;
    size_t room; /* for text */
    size_t line; /* where the line begins that comes now */
    size_t run;  /* printable bytes in a row, up to now */
    uint64_t heard_ms;
};

static void take(struct watch *w, uint8_t byte)
{
    struct doctor_start *out = w->out;
    bool is_text = (byte >= ' ' && byte < 0x7F) || byte == '\n';
    w->run = is_text || byte == '\r' ? w->run + 1 : 0;
    if (w->run > out->run)
        out->run = w->run;
    if (!is_text || out->size + 1 >= w->room)
        return;
    out->text[out->size++] = (char)byte;
    out->text[out->size] = '\0';
    if (byte == '\n')
        w->line = out->size;
}

/* What came last was noise, but the banner's beginning may stand before it: a
 * program changes the speed while the ROM's words are still on their way. */
static void break_off(struct watch *w)
{
    if (w->out->size > w->line)
        take(w, '\n');
}

static enum err listen(struct watch *w)
{
    return w->link->ops->set_baud(w->link, w->baud.now);
}

static enum err take_quiet(struct watch *w, uint64_t ms)
{
    switch (baud_change_quiet(&w->baud, (unsigned)(ms - w->heard_ms))) {
    case BAUD_NOISE:
        break_off(w);
        return ERR_NONE;
    case BAUD_ENDED:
        take(w, '\n');
        return listen(w);
    case BAUD_FINE:
    case BAUD_CHANGED:
        break;
    }
    return ERR_NONE;
}

/* The bytes of one read. After a change of speed the rest of them is noise. */
static enum err take_bytes(struct watch *w, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        enum baud_verdict verdict = baud_change_byte(&w->baud, bytes[i]);
        if (verdict == BAUD_NOISE || verdict == BAUD_CHANGED)
            break_off(w);
        else
            take(w, bytes[i]);
        if (verdict == BAUD_ENDED)
            take(w, '\n');
        if (verdict == BAUD_CHANGED || verdict == BAUD_ENDED)
            return listen(w);
    }
    return ERR_NONE;
}

static enum err step(struct watch *w)
{
    uint8_t bytes[256];
    size_t got = 0;
    enum err e =
        w->link->ops->read(w->link, bytes, sizeof(bytes), READ_MS, &got);
    uint64_t ms = w->link->ops->now_ms(w->link);
    if (e != ERR_NONE)
        return e;
    if (got == 0)
        return take_quiet(w, ms);
    w->heard_ms = ms;
    w->out->bytes += got;
    return take_bytes(w, bytes, got);
}

static enum err listen_for(struct watch *w, unsigned wait_ms,
                           unsigned listen_ms)
{
    const struct link_ops *ops = w->link->ops;
    uint64_t end = ops->now_ms(w->link) + wait_ms;
    size_t before = w->out->bytes;
    bool has_begun = false, is_up = false;
    w->heard_ms = ops->now_ms(w->link);
    w->line = w->out->size;
    enum err e = listen(w);
    while (e == ERR_NONE && ops->now_ms(w->link) < end) {
        e = step(w);
        if (!has_begun && w->out->bytes > before) {
            has_begun = true;
            end = ops->now_ms(w->link) + listen_ms;
        }
        if (w->out->is_brief && !is_up && doctor_start_is_up(w->out)) {
            is_up = true;
            end = ops->now_ms(w->link) + UP_MS;
        }
    }
    return e;
}

enum err doctor_watch(struct link *link, bool is_by_hand, unsigned wait_ms,
                      unsigned listen_ms, struct doctor_start *out)
{
    /* A loop would fill it all: half is kept for doctor_watch_rom. */
    struct watch w = {.link = link, .out = out, .room = DOCTOR_TEXT / 2};
    out->bytes = out->size = out->run = 0;
    out->text[0] = '\0';
    baud_change_start(&w.baud, DOCTOR_PROGRAM_BAUD);
    baud_change_reset(&w.baud, is_by_hand);
    out->is_a_look = listen_ms >= A_LOOK;
    return listen_for(&w, wait_ms, listen_ms);
}

enum err doctor_watch_on(struct link *link, unsigned ms,
                         struct doctor_start *out)
{
    struct watch w = {
        .link = link, .out = out, .room = DOCTOR_TEXT, .line = out->size};
    uint64_t end = link->ops->now_ms(link) + ms;
    baud_change_start(&w.baud, DOCTOR_PROGRAM_BAUD);
    w.heard_ms = link->ops->now_ms(link);
    enum err e = listen(&w);
    while (e == ERR_NONE && doctor_network_is_waiting(out) &&
           link->ops->now_ms(link) < end)
        e = step(&w);
    return e;
}

enum err doctor_watch_rom(struct link *link, unsigned wait_ms,
                          unsigned listen_ms, struct doctor_start *out)
{
    struct watch w = {.link = link, .out = out, .room = DOCTOR_TEXT};
    /* One speed for both: nothing to change to. */
    baud_change_start(&w.baud, BAUD_OF_ROM);
    take(&w, '\n');
    return listen_for(&w, wait_ms, listen_ms);
}

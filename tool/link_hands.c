/* A link around another one, whose power or GPIO0 no hand is needed for. */
#include "tool/link_hands.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/os.h"

#define OFF_MS 1500u   /* until the board's capacitors are empty */
#define HAND_MS 5000u  /* for a hand at the button or the jumper */
#define BACK_MS 20000u /* until an adapter that was switched is there again */
#define REOPEN_MS 100u

struct hands_link {
    struct link link;
    const struct hands *hands;
    struct link *inner; /* NULL: the adapter is away */
    char port[512];
    unsigned baud;
    bool was_away;
    uint64_t switched_ms; /* os_now_ms of the last switch; 0: none */
    char words[2][192];
};

static struct hands_link *hands_of(struct link *link)
{
    return (struct hands_link *)link;
}

/* ---- an adapter that loses its power, too -------------------------------- */

static bool may_be_away(const struct hands_link *h)
{
    return h->switched_ms > 0 && os_now_ms() < h->switched_ms + BACK_MS;
}

/* What the adapter's way out means. */
static enum err check(struct hands_link *h, enum err e)
{
    if (e != ERR_PORT_GONE || !may_be_away(h))
        return e;
    link_close(h->inner);
    h->inner = NULL;
    h->was_away = true;
    return ERR_NONE;
}

static enum err come_back(struct hands_link *h)
{
    char detail[512];
    struct link *inner = NULL;
    if (h->inner)
        return ERR_NONE;
    if (!may_be_away(h))
        return ERR_PORT_GONE;
    enum err e = link_open(h->port, h->baud, &inner, detail, sizeof(detail));
    if (e != ERR_NONE || !inner) {
        os_sleep_ms(REOPEN_MS);
        return ERR_NONE;
    }
    h->inner = inner;
    return check(h, inner->ops->set_lines(inner, false, false));
}

/* ---- as the inner link does ---------------------------------------------- */

static enum err hands_read(struct link *link, uint8_t *data, size_t room,
                           unsigned timeout_ms, size_t *got)
{
    struct hands_link *h = hands_of(link);
    enum err e = come_back(h);
    *got = 0;
    if (e != ERR_NONE || !h->inner)
        return e;
    return check(h, h->inner->ops->read(h->inner, data, room, timeout_ms, got));
}

static enum err hands_write(struct link *link, const uint8_t *data, size_t size)
{
    struct hands_link *h = hands_of(link);
    enum err e = come_back(h);
    if (e != ERR_NONE || !h->inner)
        return e;
    return check(h, h->inner->ops->write(h->inner, data, size));
}

static enum err hands_set_baud(struct link *link, unsigned baud)
{
    struct hands_link *h = hands_of(link);
    enum err e = come_back(h);
    h->baud = baud;
    if (e != ERR_NONE || !h->inner)
        return e;
    return check(h, h->inner->ops->set_baud(h->inner, baud));
}

static enum err hands_set_lines(struct link *link, bool dtr, bool rts)
{
    struct hands_link *h = hands_of(link);
    enum err e = come_back(h);
    if (e != ERR_NONE || !h->inner)
        return e;
    return check(h, h->inner->ops->set_lines(h->inner, dtr, rts));
}

static void hands_sleep(struct link *link, unsigned ms)
{
    struct hands_link *h = hands_of(link);
    if (h->inner)
        h->inner->ops->sleep(h->inner, ms);
    else
        os_sleep_ms(ms);
}

static uint64_t hands_now_ms(struct link *link)
{
    struct hands_link *h = hands_of(link);
    return h->inner ? h->inner->ops->now_ms(h->inner) : os_now_ms();
}

static void hands_discard(struct link *link)
{
    struct hands_link *h = hands_of(link);
    if (h->inner)
        h->inner->ops->discard_input(h->inner);
}

static void hands_close(struct link *link)
{
    link_close(hands_of(link)->inner);
    free(link);
}

/* ---- what a person would do ---------------------------------------------- */

/* The power command for this port. Double quotes mean the same to both kinds of
 * shell; a port with signs that act inside of them is not put in. */
static bool make_command(const struct hands_link *h, char *out, size_t room)
{
    const char *from = h->hands->power_cmd;
    size_t used = 0;
    while (*from) {
        const char *at = strstr(from, HANDS_PORT);
        int plain = (int)(at ? (size_t)(at - from) : strlen(from));
        const char *quote = at ? "\"" : "";
        int n = snprintf(out + used, room - used, "%.*s%s%s%s", plain, from,
                         quote, at ? h->port : "", quote);
        if (n < 0 || (size_t)n >= room - used ||
            (at && strpbrk(h->port, "\"$`")))
            return false;
        used += (size_t)n;
        from = at ? at + strlen(HANDS_PORT) : from + plain;
    }
    return true;
}

static void run(struct hands_link *h, const char *word)
{
    char command[900] = "", line[1024];
    bool is_made = make_command(h, command, sizeof(command));
    /* stdout is for what pogo says itself. */
    snprintf(line, sizeof(line), "%s %s >&2", command, word);
    int code = is_made ? os_run(line) : -1;
    if (code != 0)
        message_talk("The power command has failed (%d): %s %s", code,
                     h->hands->power_cmd, word);
}

static void hands_ask(struct link *link, enum link_ask what)
{
    struct hands_link *h = hands_of(link);
    bool is_low = what == LINK_ASK_DOWNLOAD;
    bool wants_hand = h->hands->gpio0 == HANDS_BUTTON ||
                      (h->hands->gpio0 == HANDS_JUMPER && !is_low);
    /* An error shows at the next read. */
    if (h->hands->gpio0 == HANDS_DTR)
        (void)!hands_set_lines(link, is_low, false);
    if (!h->hands->power_cmd)
        return;
    if (wants_hand)
        hands_sleep(link, HAND_MS);
    run(h, "off");
    h->switched_ms = os_now_ms();
    hands_sleep(link, OFF_MS);
    hands_discard(link);
    run(h, "on");
    h->switched_ms = os_now_ms();
}

/* ---- open ---------------------------------------------------------------- */

static const struct link_ops hands_ops = {
    .read = hands_read,
    .write = hands_write,
    .set_baud = hands_set_baud,
    .set_lines = hands_set_lines,
    .sleep = hands_sleep,
    .now_ms = hands_now_ms,
    .discard_input = hands_discard,
    .close = hands_close,
    .ask = hands_ask,
};

bool link_hands_was_away(struct link *link)
{
    return link->ops == &hands_ops && hands_of(link)->was_away;
}

static void make_words(struct hands_link *h)
{
    static const char *const gpio0[][2] = {
        [HANDS_BUTTON] = {"Hold the device's button (GPIO0)",
                          "Release the button"},
        [HANDS_JUMPER] = {"The jumper is on GPIO0",
                          "Take the jumper off GPIO0"},
        [HANDS_DTR] = {"DTR holds GPIO0 low", "DTR has let go of GPIO0"},
    };
    const char *power = h->hands->power_cmd
                            ? "the power command switches the 3.3 V off and on"
                            : "disconnect the 3.3 V, and connect it again";
    for (unsigned i = 0; i < 2; i++) {
        snprintf(h->words[i], sizeof(h->words[i]),
                 "Never with mains connected; 3.3 V only. %s: %s.",
                 gpio0[h->hands->gpio0][i], power);
        h->link.ask_words[i] = h->words[i];
    }
}

enum err link_hands_open(const struct hands *hands, const char *port,
                         unsigned baud, struct link **out, char *detail,
                         size_t room)
{
    struct hands_link *h = calloc(1, sizeof(*h));
    if (!h)
        return ERR_MEMORY;
    h->hands = hands;
    h->baud = baud;
    snprintf(h->port, sizeof(h->port), "%s", port);
    enum err e = link_open(port, baud, &h->inner, detail, room);
    if (e == ERR_NONE && hands->gpio0 != HANDS_DTR)
        e = h->inner->ops->set_lines(h->inner, false, false);
    if (e != ERR_NONE) {
        link_close(h->inner);
        free(h);
        return e;
    }
    /* The lines reset nothing here: has_lines stays false. */
    h->link.ops = &hands_ops;
    h->link.name = h->port;
    make_words(h);
    *out = &h->link;
    return ERR_NONE;
}

/* ---- the option ---------------------------------------------------------- */

static bool take_word(const char *word, size_t size, struct hands *out)
{
    static const struct {
        const char *name;
        enum hands_gpio0 gpio0;
        bool is_power;
    } words[] = {{"jumper", HANDS_JUMPER, false},
                 {"dtr-gpio0", HANDS_DTR, false},
                 {"usb-power", HANDS_BUTTON, true}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strlen(words[i].name) != size ||
            strncmp(words[i].name, word, size) != 0)
            continue;
        if (words[i].is_power)
            out->wants_power = true;
        else
            out->gpio0 = words[i].gpio0;
        return true;
    }
    return false;
}

bool hands_parse(const char *text, struct hands *out)
{
    for (;; text++) {
        size_t size = strcspn(text, ",");
        if (!take_word(text, size, out))
            return false;
        text += size;
        if (!*text)
            return true;
    }
}

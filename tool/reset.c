/* Reset by the adapter's lines. DTR asserted pulls GPIO0 low, RTS asserted
 * pulls EN low; on boards with the two-transistor circuit only while the other
 * one is not asserted (chip.md A5). */
#include "tool/reset.h"

#include <string.h>

#define WAIT_MAX_MS 10000u

/* clang-format off */
static const struct reset_sequence styles[RESET_STYLES] = {
    /* Both lines move at once, so the circuit never sees a false pair. */
    [RESET_TIGHT] = {{{false, false, 0}, {true, true, 0}, {false, true, 100},
                      {true, false, 50}, {false, false, 0}}, 5},
    /* For an EN with a large capacitor. */
    [RESET_TIGHT_SLOW] = {{{false, false, 0}, {true, true, 0}, {false, true, 100},
                           {true, false, 550}, {false, false, 0}}, 5},
    [RESET_CLASSIC] = {{{false, true, 100}, {true, false, 50},
                        {false, false, 0}}, 3},
    [RESET_CLASSIC_SLOW] = {{{false, true, 100}, {true, false, 550},
                             {false, false, 0}}, 3},
};
static const struct reset_sequence to_program = {
    {{false, true, 100}, {false, false, 0}}, 2
};
/* clang-format on */

enum err reset_by(struct link *link, const struct reset_sequence *sequence)
{
    for (unsigned i = 0; i < sequence->count; i++) {
        const struct reset_step *step = &sequence->step[i];
        enum err e = link->ops->set_lines(link, step->dtr, step->rts);
        if (e != ERR_NONE)
            return e;
        if (step->wait_ms > 0)
            link->ops->sleep(link, step->wait_ms);
    }
    return ERR_NONE;
}

enum err reset_to_loader(struct link *link, enum reset_style style)
{
    return reset_by(link, &styles[style]);
}

enum err reset_to_program(struct link *link)
{
    return reset_by(link, &to_program);
}

/* ---- esptool's words ---- */

static bool take_bit(const char **p, bool *out)
{
    if (**p != '0' && **p != '1')
        return false;
    *out = *(*p)++ == '1';
    return true;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Seconds with up to three decimals, as milliseconds. */
static bool take_seconds(const char **p, unsigned *ms)
{
    const char *start = *p;
    unsigned n = 0, decimals = 0;
    bool has_digit =
        is_digit(start[0]) || (start[0] == '.' && is_digit(start[1]));
    for (; is_digit(**p) && n <= WAIT_MAX_MS; (*p)++)
        n = n * 10 + (unsigned)(**p - '0');
    if (**p == '.') {
        for ((*p)++; is_digit(**p) && decimals < 3; decimals++)
            n = n * 10 + (unsigned)(*(*p)++ - '0');
    }
    for (; decimals < 3; decimals++)
        n *= 10;
    *ms = n;
    return has_digit && n <= WAIT_MAX_MS;
}

/* One word; *step is the lines' state before it. */
static bool take_word(const char **p, struct reset_step *step)
{
    char letter = *(*p)++;
    step->wait_ms = 0;
    if (letter == 'D')
        return take_bit(p, &step->dtr);
    if (letter == 'R')
        return take_bit(p, &step->rts);
    if (letter == 'W')
        return take_seconds(p, &step->wait_ms);
    return letter == 'U' && take_bit(p, &step->dtr) && *(*p)++ == ',' &&
           take_bit(p, &step->rts);
}

bool reset_parse(const char *text, struct reset_sequence *out)
{
    struct reset_step step = {false, false, 0};
    memset(out, 0, sizeof(*out));
    for (const char *p = text; out->count < RESET_STEPS; p++) {
        if (*p == '\0' || !take_word(&p, &step))
            return false;
        out->step[out->count++] = step;
        if (*p == '\0')
            return true;
        if (*p != '|')
            return false;
    }
    return false;
}

/* Reset by the adapter's lines. DTR asserted pulls GPIO0 low, RTS asserted
 * pulls EN low; on boards with the two-transistor circuit only while the other
 * one is not asserted (chip.md A5). */
#include "tool/flasher.h"

struct step {
    bool dtr, rts;
    unsigned wait_ms; /* after it */
};

#define STEPS 6

/* clang-format off */
static const struct style {
    struct step step[STEPS];
    unsigned count;
} styles[] = {
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
static const struct style to_program = {
    {{false, true, 100}, {false, false, 0}}, 2
};
/* clang-format on */

static enum err take(struct link *link, const struct style *style)
{
    for (unsigned i = 0; i < style->count; i++) {
        const struct step *step = &style->step[i];
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
    return take(link, &styles[style]);
}

enum err reset_to_program(struct link *link)
{
    return take(link, &to_program);
}

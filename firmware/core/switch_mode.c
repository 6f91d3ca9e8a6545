/* The modes of a switch: levels in time in, actions out. */
#include "firmware/core/switch.h"

enum kind { KIND_EDGE, KIND_HOLD, KIND_MULTI, KIND_DIMMER };

/* What the edges do, by mode. */
static const struct {
    uint8_t kind;
    uint8_t on_low, on_high;
    uint8_t push; /* the level that begins a hold, or a dimmer's push */
} modes[SWITCH_MODE_LAST + 1] = {
    [0] = {KIND_EDGE, SWITCH_TOGGLE, SWITCH_TOGGLE, 0},
    [1] = {KIND_EDGE, SWITCH_OFF, SWITCH_ON, 0},
    [2] = {KIND_EDGE, SWITCH_ON, SWITCH_OFF, 0},
    [3] = {KIND_EDGE, SWITCH_TOGGLE, SWITCH_NOTHING, 0},
    [4] = {KIND_EDGE, SWITCH_NOTHING, SWITCH_TOGGLE, 0},
    [5] = {KIND_HOLD, SWITCH_NOTHING, SWITCH_TOGGLE, 0},
    [6] = {KIND_HOLD, SWITCH_TOGGLE, SWITCH_NOTHING, 1},
    [7] = {KIND_EDGE, SWITCH_TOGGLE, SWITCH_TOGGLE, 0},
    [8] = {KIND_MULTI, SWITCH_TOGGLE, SWITCH_TOGGLE, 0},
    [9] = {KIND_MULTI, SWITCH_OFF, SWITCH_ON, 0},
    [10] = {KIND_MULTI, SWITCH_ON, SWITCH_OFF, 0},
    [11] = {KIND_DIMMER, SWITCH_NOTHING, SWITCH_NOTHING, 1},
    [12] = {KIND_DIMMER, SWITCH_NOTHING, SWITCH_NOTHING, 0},
    [13] = {KIND_EDGE, SWITCH_ON, SWITCH_NOTHING, 0},
    [14] = {KIND_EDGE, SWITCH_NOTHING, SWITCH_ON, 0},
    [15] = {KIND_EDGE, SWITCH_SENSOR, SWITCH_SENSOR, 0},
    [16] = {KIND_EDGE, SWITCH_SENSOR, SWITCH_SENSOR, 0},
};

static enum switch_action of_level(unsigned mode, bool level)
{
    return level ? modes[mode].on_high : modes[mode].on_low;
}

static void begin(struct switch_contact *contact, uint32_t now_ms)
{
    contact->is_timing = true;
    contact->has_told = false;
    contact->since_ms = now_ms;
}

/* ---- holds: 5, 6 --------------------------------------------------------- */

static enum switch_action hold_edge(struct switch_contact *contact,
                                    unsigned mode, uint32_t now_ms)
{
    bool was_timing = contact->is_timing;
    contact->is_timing = false;
    if (contact->level == modes[mode].push)
        begin(contact, now_ms);
    /* else it was a hold, or down from the start */
    return was_timing ? of_level(mode, contact->level) : SWITCH_NOTHING;
}

/* ---- two changes: 8, 9, 10 ------------------------------------------------
 */

static enum switch_action multi_edge(struct switch_contact *contact,
                                     uint32_t now_ms)
{
    if (contact->is_timing) {
        contact->is_timing = false;
        return SWITCH_HOLD;
    }
    begin(contact, now_ms);
    return SWITCH_NOTHING;
}

/* ---- a dimmer's push button: 11, 12 ---------------------------------------
 */

static uint32_t part_of(uint32_t hold_ms)
{
    return hold_ms * 6 / 10;
}

static enum switch_action pushed(struct switch_contact *contact)
{
    if (!contact->is_timing)
        return SWITCH_NOTHING;
    contact->push = contact->push == PUSH_FIRST ? PUSH_SECOND : PUSH_NONE;
    return SWITCH_INVERT;
}

static enum switch_action released(struct switch_contact *contact,
                                   uint32_t passed_ms, uint32_t hold_ms)
{
    bool is_short = contact->is_timing && passed_ms < part_of(hold_ms) &&
                    !contact->has_told;
    bool is_second = contact->push == PUSH_SECOND;
    contact->push = is_short && !is_second ? PUSH_FIRST : PUSH_NONE;
    if (!is_short)
        return SWITCH_RELEASE;
    return is_second ? SWITCH_FULL : SWITCH_TOGGLE;
}

static enum switch_action dimmer_edge(struct switch_contact *contact,
                                      unsigned mode, uint32_t now_ms,
                                      uint32_t hold_ms)
{
    bool is_push = contact->level == modes[mode].push;
    enum switch_action action =
        is_push ? pushed(contact)
                : released(contact, now_ms - contact->since_ms, hold_ms);
    begin(contact, now_ms);
    return action;
}

/* At 0.6 T. */
static enum switch_action dimmer_part(struct switch_contact *contact,
                                      bool is_push)
{
    contact->has_told = true;
    if (is_push)
        return SWITCH_INCREMENT;
    if (contact->push != PUSH_FIRST)
        return SWITCH_NOTHING;
    contact->push = PUSH_NONE;
    contact->is_timing = false;
    return SWITCH_DELAYED;
}

static enum switch_action dimmer_time(struct switch_contact *contact,
                                      unsigned mode, uint32_t now_ms,
                                      uint32_t hold_ms)
{
    bool is_push = contact->level == modes[mode].push;
    uint32_t passed_ms = now_ms - contact->since_ms;
    if (!contact->has_told && passed_ms >= part_of(hold_ms))
        return dimmer_part(contact, is_push);
    if (passed_ms < hold_ms)
        return SWITCH_NOTHING;
    if (is_push) { /* again after 0.4 T */
        contact->since_ms += hold_ms - part_of(hold_ms);
        return SWITCH_INCREMENT;
    }
    contact->is_timing = false;
    contact->push = PUSH_NONE;
    return SWITCH_CLEAR;
}

/* ---- all ------------------------------------------------------------------
 */

static enum switch_action edge(struct switch_contact *contact, unsigned mode,
                               uint32_t now_ms, uint32_t hold_ms)
{
    switch ((enum kind)modes[mode].kind) {
    case KIND_HOLD:
        return hold_edge(contact, mode, now_ms);
    case KIND_MULTI:
        return multi_edge(contact, now_ms);
    case KIND_DIMMER:
        return dimmer_edge(contact, mode, now_ms, hold_ms);
    case KIND_EDGE:
        break;
    }
    contact->is_timing = false;
    return of_level(mode, contact->level);
}

enum switch_action switch_step(struct switch_contact *contact, unsigned mode,
                               bool level, uint32_t now_ms, uint32_t hold_ms)
{
    if (mode > SWITCH_MODE_LAST)
        mode = 0;
    if (level != contact->level) {
        contact->level = level;
        return edge(contact, mode, now_ms, hold_ms);
    }
    if (!contact->is_timing)
        return SWITCH_NOTHING;
    if (modes[mode].kind == KIND_DIMMER)
        return dimmer_time(contact, mode, now_ms, hold_ms);
    bool is_multi = modes[mode].kind == KIND_MULTI;
    if (now_ms - contact->since_ms < (is_multi ? SWITCH_MULTI_MS : hold_ms))
        return SWITCH_NOTHING;
    contact->is_timing = false;
    return is_multi ? of_level(mode, level) : SWITCH_HOLD;
}

bool switch_is_inverted(unsigned mode)
{
    return mode % 2 == 0 && mode != 0 && mode != 8; /* TOGGLE, TOGGLEMULTI */
}

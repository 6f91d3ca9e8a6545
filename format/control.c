/* The control lines' table and their parser. */
#include "format/control.h"

#include <string.h>

#include "format/word.h"

#define DEFAULT_WAIT_MS 5000u

/* What stands between a verb and the end of its line. Spaces at both ends are
 * not part of it. */
struct rest {
    const char *text;
    size_t size;
};

static bool is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(struct rest *rest)
{
    while (rest->size > 0 && is_space(rest->text[0])) {
        rest->text++;
        rest->size--;
    }
    while (rest->size > 0 && is_space(rest->text[rest->size - 1])) {
        rest->size--;
    }
}

static struct rest take_word(struct rest *rest)
{
    trim(rest);
    struct rest word = {rest->text, 0};
    while (word.size < rest->size && !is_space(rest->text[word.size])) {
        word.size++;
    }
    rest->text += word.size;
    rest->size -= word.size;
    trim(rest);
    return word;
}

static struct rest last_word(const struct rest *rest)
{
    size_t from = rest->size;
    while (from > 0 && !is_space(rest->text[from - 1])) {
        from--;
    }
    return (struct rest){rest->text + from, rest->size - from};
}

static void cut_last_word(struct rest *rest)
{
    rest->size -= last_word(rest).size;
    trim(rest);
}

static bool is_word(const struct rest *word, const char *text)
{
    return word->size == strlen(text) &&
           memcmp(word->text, text, word->size) == 0;
}

/* Decimal, up to max, nothing else. */
static bool to_number_up_to(const struct rest *word, uint64_t max,
                            uint64_t *out)
{
    uint64_t value = 0;
    for (size_t i = 0; i < word->size; i++) {
        if (word->text[i] < '0' || word->text[i] > '9') {
            return false;
        }
        uint64_t digit = (uint64_t)(word->text[i] - '0');
        if (value > (max - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *out = value;
    return word->size > 0;
}

static bool to_number(const struct rest *word, uint32_t *out)
{
    uint64_t value;
    bool is_number = to_number_up_to(word, UINT32_MAX, &value);
    if (is_number) {
        *out = (uint32_t)value;
    }
    return is_number;
}

static enum err take_number(struct rest *rest, uint32_t *out)
{
    struct rest word = take_word(rest);
    return to_number(&word, out) ? ERR_NONE : ERR_FORMAT;
}

static enum err at_end(const struct rest *rest)
{
    return rest->size == 0 ? ERR_NONE : ERR_FORMAT;
}

/* One of two words, and nothing after it. */
static enum err take_choice(struct rest *rest, const char *yes, const char *no,
                            bool *out)
{
    struct rest word = take_word(rest);
    *out = is_word(&word, yes);
    return *out || is_word(&word, no) ? at_end(rest) : ERR_FORMAT;
}

static enum err put_text(struct control *out, const struct rest *rest)
{
    if (rest->size >= CONTROL_TEXT) {
        return ERR_NO_ROOM;
    }
    if (memchr(rest->text, 0, rest->size)) {
        return ERR_FORMAT;
    }
    memcpy(out->text, rest->text, rest->size);
    out->text[rest->size] = 0;
    return ERR_NONE;
}

static enum err parse_plain(struct rest *rest, struct control *out)
{
    (void)out;
    return at_end(rest);
}

static enum err parse_power(struct rest *rest, struct control *out)
{
    struct rest word = take_word(rest);
    if (is_word(&word, "on")) {
        out->verb = CONTROL_POWER_ON;
    } else if (is_word(&word, "off")) {
        out->verb = CONTROL_POWER_OFF;
    } else if (is_word(&word, "cycle")) {
        out->verb = CONTROL_POWER_CYCLE;
    } else {
        return ERR_FORMAT;
    }
    return at_end(rest);
}

static enum err parse_press(struct rest *rest, struct control *out)
{
    enum err e = take_number(rest, &out->number);
    if (e != ERR_NONE || rest->size == 0) {
        return e;
    }
    e = take_number(rest, &out->ms);
    return e == ERR_NONE ? at_end(rest) : e;
}

static enum err parse_number(struct rest *rest, struct control *out)
{
    enum err e = take_number(rest, &out->number);
    return e == ERR_NONE ? at_end(rest) : e;
}

static enum err parse_s2(struct rest *rest, struct control *out)
{
    out->number = 1;
    return take_choice(rest, "close", "open", &out->is_on);
}

static enum err parse_switch(struct rest *rest, struct control *out)
{
    enum err e = take_number(rest, &out->number);
    return e == ERR_NONE ? take_choice(rest, "close", "open", &out->is_on) : e;
}

static enum err parse_analog(struct rest *rest, struct control *out)
{
    enum err e = parse_number(rest, out);
    return e == ERR_NONE && out->number > CONTROL_ANALOG_MV ? ERR_FORMAT : e;
}

static enum err parse_on_off(struct rest *rest, struct control *out)
{
    return take_choice(rest, "on", "off", &out->is_on);
}

/* Which of the words is it? Words are in the order of an enum. */
static bool take_name(struct rest *rest, const char *const *names,
                      unsigned count, unsigned *out)
{
    struct rest word = take_word(rest);
    for (*out = 0; *out < count; ++*out) {
        if (is_word(&word, names[*out])) {
            return true;
        }
    }
    return false;
}

/* `N flash`, then maybe how. */
static enum err parse_cut_flash(struct rest *rest, struct control *out)
{
    static const char *const outcomes[] = {"torn", "before", "after"};
    unsigned outcome = CUT_TORN;
    enum err e = take_number(rest, &out->number);
    struct rest word = take_word(rest);
    if (e != ERR_NONE || out->number == 0 || !is_word(&word, "flash") ||
        (rest->size > 0 && !take_name(rest, outcomes, 3, &outcome))) {
        return ERR_FORMAT;
    }
    out->outcome = (enum control_outcome)outcome;
    return at_end(rest);
}

static enum err parse_cut(struct rest *rest, struct control *out)
{
    static const char *const names[] = {"off", "at", "in", "cycle", "after"};
    unsigned cut;
    if (!take_name(rest, names, 5, &cut)) {
        return ERR_FORMAT;
    }
    out->cut = (enum control_cut)cut;
    switch (out->cut) {
    case CUT_OFF:
        return at_end(rest);
    case CUT_FLASH:
        return parse_cut_flash(rest, out);
    case CUT_CYCLE: {
        struct rest word = take_word(rest);
        return to_number_up_to(&word, UINT64_MAX, &out->cycle) ? at_end(rest)
                                                               : ERR_FORMAT;
    }
    case CUT_AT:
    case CUT_IN:
        break;
    }
    enum err e = take_number(rest, &out->ms);
    return e == ERR_NONE ? at_end(rest) : e;
}

static enum err parse_brownout(struct rest *rest, struct control *out)
{
    if (take_number(rest, &out->number) != ERR_NONE ||
        take_number(rest, &out->ms) != ERR_NONE ||
        take_number(rest, &out->off_ms) != ERR_NONE) {
        return ERR_FORMAT;
    }
    bool is_nothing = out->number == 0 || out->ms == 0 || out->off_ms == 0;
    return is_nothing ? ERR_FORMAT : at_end(rest);
}

static enum err parse_sector(struct rest *rest, struct control *out)
{
    enum err e = take_number(rest, &out->number);
    struct rest word = take_word(rest);
    out->is_on = word.size == 0;
    return e != ERR_NONE || (word.size > 0 && !is_word(&word, "off"))
               ? ERR_FORMAT
               : at_end(rest);
}

static enum err parse_flash(struct rest *rest, struct control *out)
{
    static const char *const names[] = {"sound", "dead", "protected"};
    return take_name(rest, names, 3, &out->choice) ? at_end(rest) : ERR_FORMAT;
}

static enum err parse_tie(struct rest *rest, struct control *out)
{
    static const char *const names[] = {"off", "low", "high"};
    if (take_number(rest, &out->number) != ERR_NONE ||
        !take_name(rest, names, 3, &out->choice)) {
        return ERR_FORMAT;
    }
    return at_end(rest);
}

/* 1, 0.25 or 0.001 percent as thousandths of one. */
static bool take_percent(struct rest *rest, uint32_t *out)
{
    struct rest word = take_word(rest), after = {NULL, 0};
    const char *point = memchr(word.text, '.', word.size);
    uint32_t whole, part = 0;
    if (point) {
        after.text = point + 1;
        after.size = word.size - (size_t)(point - word.text) - 1;
        word.size = (size_t)(point - word.text);
    }
    if (!to_number(&word, &whole) || whole > 100 ||
        (point && (after.size > 3 || !to_number(&after, &part)))) {
        return false;
    }
    for (size_t i = after.size; i < 3; i++) {
        part *= 10;
    }
    *out = whole * 1000 + part;
    return *out <= CONTROL_PERCENT_ALL;
}

static enum err parse_noise(struct rest *rest, struct control *out)
{
    static const char *const kinds[] = {"off", "lose", "double", "flip"};
    static const char *const sides[] = {"to", "from", "both"};
    unsigned kind, side = 2;
    if (!take_name(rest, kinds, 4, &kind)) {
        return ERR_FORMAT;
    }
    out->noise = (enum control_noise)kind;
    if (out->noise == LINE_QUIET) {
        return at_end(rest);
    }
    if (!take_percent(rest, &out->number) ||
        (rest->size > 0 && !take_name(rest, sides, 3, &side))) {
        return ERR_FORMAT;
    }
    out->is_to = side != 1;
    out->is_from = side != 0;
    return at_end(rest);
}

static enum err parse_sleep(struct rest *rest, struct control *out)
{
    enum err e = take_number(rest, &out->ms);
    return e == ERR_NONE ? at_end(rest) : e;
}

static enum err parse_unplug(struct rest *rest, struct control *out)
{
    return rest->size == 0 ? ERR_NONE : parse_sleep(rest, out);
}

/* `join [NAME [PASSWORD]]`: both may be quoted, so they stay as they are. */
static enum err parse_phone(struct rest *rest, struct control *out)
{
    char word[CONTROL_TEXT];
    size_t size;
    unsigned kind, count = 0;
    static const char *const kinds[] = {"leave", "join"};
    if (!take_name(rest, kinds, 2, &kind)) {
        return ERR_FORMAT;
    }
    out->is_on = kind == 1;
    const char *at = rest->text, *end = rest->text + rest->size;
    enum word next;
    while ((next = word_take(&at, end, word, sizeof(word), &size)) !=
           WORD_NONE) {
        if (next == WORD_BAD || ++count > (out->is_on ? 2u : 0u)) {
            return ERR_FORMAT;
        }
    }
    return put_text(out, rest);
}

static enum err parse_console(struct rest *rest, struct control *out)
{
    return rest->size > 0 ? put_text(out, rest) : ERR_FORMAT;
}

/* `… within MS` at the end. */
static bool cut_within(struct rest *rest, uint32_t *ms)
{
    struct rest before = *rest;
    struct rest number = last_word(&before);
    if (!to_number(&number, ms)) {
        return false;
    }
    cut_last_word(&before);
    struct rest within = last_word(&before);
    if (!is_word(&within, "within")) {
        return false;
    }
    cut_last_word(&before);
    *rest = before;
    return true;
}

static enum err take_event_words(struct rest *rest, struct control *out)
{
    struct rest peek = *rest;
    struct rest first = take_word(&peek);
    if (is_word(&first, "console")) {
        out->is_console = true;
        *rest = peek;
    }
    return rest->size > 0 ? put_text(out, rest) : ERR_FORMAT;
}

static enum err parse_expect(struct rest *rest, struct control *out)
{
    if (!cut_within(rest, &out->ms)) {
        return ERR_FORMAT;
    }
    return take_event_words(rest, out);
}

static enum err parse_wait(struct rest *rest, struct control *out)
{
    if (!cut_within(rest, &out->ms)) {
        struct rest number = last_word(rest);
        if (to_number(&number, &out->ms)) {
            cut_last_word(rest);
        } else {
            out->ms = DEFAULT_WAIT_MS;
        }
    }
    return take_event_words(rest, out);
}

/* clang-format off */
static const struct row {
    const char *word;
    enum control_verb verb;
    enum err (*parse)(struct rest *rest, struct control *out);
} rows[] = {
    {"power",   CONTROL_POWER_ON, parse_power},
    {"press",   CONTROL_PRESS,    parse_press},
    {"release", CONTROL_RELEASE,  parse_number},
    {"s2",      CONTROL_SWITCH,   parse_s2},
    {"switch",  CONTROL_SWITCH,   parse_switch},
    {"analog",  CONTROL_ANALOG,   parse_analog},
    {"dtr",     CONTROL_DTR,      parse_on_off},
    {"rts",     CONTROL_RTS,      parse_on_off},
    {"console", CONTROL_CONSOLE,  parse_console},
    {"cut",     CONTROL_CUT,      parse_cut},
    {"brownout", CONTROL_BROWNOUT, parse_brownout},
    {"stuck",   CONTROL_STUCK,    parse_sector},
    {"worn",    CONTROL_WORN,     parse_sector},
    {"weak",    CONTROL_WEAK,     parse_sector},
    {"flash",   CONTROL_FLASH,    parse_flash},
    {"softap",  CONTROL_SOFTAP,   parse_on_off},
    {"tie",     CONTROL_TIE,      parse_tie},
    {"strict",  CONTROL_STRICT,   parse_on_off},
    {"noise",   CONTROL_NOISE,    parse_noise},
    {"unplug",  CONTROL_UNPLUG,   parse_unplug},
    {"plug",    CONTROL_PLUG,     parse_plain},
    {"phone",   CONTROL_PHONE,    parse_phone},
    {"air",     CONTROL_AIR,      parse_console},
    {"sleep",   CONTROL_SLEEP,    parse_sleep},
    {"wait",    CONTROL_EXPECT,   parse_wait},
    {"expect",  CONTROL_EXPECT,   parse_expect},
    {"refute",  CONTROL_REFUTE,   parse_expect},
    {"show",    CONTROL_SHOW,     parse_plain},
    {"quit",    CONTROL_QUIT,     parse_plain},
};
/* clang-format on */

static enum err parse_verb(struct rest *rest, struct control *out)
{
    struct rest word = take_word(rest);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (is_word(&word, rows[i].word)) {
            out->verb = rows[i].verb;
            return rows[i].parse(rest, out);
        }
    }
    return ERR_UNKNOWN;
}

enum err control_parse(const char *line, struct control *out)
{
    memset(out, 0, sizeof(*out));
    struct rest rest = {line, strlen(line)};
    trim(&rest);
    if (rest.size == 0 || rest.text[0] == '#') {
        return ERR_NONE;
    }
    struct rest peek = rest;
    struct rest first = take_word(&peek);
    if (is_word(&first, "at")) {
        out->has_at = true;
        enum err e = take_number(&peek, &out->at_ms);
        if (e != ERR_NONE) {
            return e;
        }
        rest = peek;
    }
    enum err e = parse_verb(&rest, out);
    if (e != ERR_NONE) {
        out->verb = CONTROL_NOTHING;
    }
    return e;
}

const char *control_word(size_t i)
{
    return i < sizeof(rows) / sizeof(rows[0]) ? rows[i].word : NULL;
}

bool control_matches(const struct control *expect, const char *event)
{
    size_t size = strlen(expect->text);
    return strncmp(event, expect->text, size) == 0 &&
           (event[size] == 0 || event[size] == ' ');
}

#include "tool/bench_help.h"

#include <ctype.h>
#include <string.h>

#include "emulator/sdk_rule.h"
#include "tool/message.h"

/* clang-format off */
static const struct {
    const char *words; /* with which such lines begin */
    const char *usage, *meaning;
} rows[] = {
    {"power", "power on|off|cycle", "the board's supply; cycle: off 500 ms"},
    {"press release", "press N [MS], release N", "the button on GPIO N; for MS if said"},
    {"s2 switch", "s2 open|close, switch N open|close", "the S1/S2 contact; any by number"},
    {"dtr rts", "dtr on|off, rts on|off", "the adapter's lines, two transistors"},
    {"console", "console TEXT", "TEXT and a newline to the console"},
    {"sleep at", "sleep MS, at MS LINE", "let MS pass; LINE at MS from the start"},
    {"wait", "wait WORDS [MS]", "until an event begins with WORDS"},
    {"wait", "wait console TEXT [MS]", "until the console has said TEXT"},
    {"expect refute", "expect|refute WORDS within MS", "that it happens; that it does not"},
    {"cut", "cut in|at MS, cut cycle N, cut off", "the supply goes then; off: forget it"},
    {"cut", "cut after N flash [torn|before|after]", "it goes at the N-th program or erase"},
    {"brownout", "brownout N ON_MS OFF_MS", "the supply, N times off and on again"},
    {"stuck worn", "stuck N [off], worn N [off]", "sector N can't change; keeps wrong bits"},
    {"weak", "weak N [off]", "its bits differ at each reading"},
    {"flash", "flash dead|protected|sound", "the flash chip, broken or not"},
    {"softap", "softap off|on", "the access point can't be opened; can"},
    {"tie", "tie N low|high|off", "a wire on GPIO N to GND or 3.3 V"},
    {"strict", "strict on|off", "say when a flash word is written twice"},
    {"noise", "noise lose|double|flip PERCENT [SIDE]", "SIDE: to|from|both; noise off: ends it"},
    {"unplug plug", "unplug [MS], plug", "the serial adapter; back after MS"},
    {"analog", "analog MV", "the voltage at A0, 0 to 3300 mV"},
    {"phone", "phone join [NAME [PASSWORD]]", "a phone joins the device's access point"},
    {"phone", "phone leave", "and leaves it"},
    {"air", "air down|up NAME, kick NAME [REASON]", "an access point; kick: stations go out"},
    {"air", "air refuse NAME for MS", "every password is wrong so long"},
    {"air", "air rssi NAME N, password NAME TEXT", "its strength in dBm; a new password"},
    {"show", "show", "every part's state; the addresses"},
    {"help quit", "help, quit", "this; the bench's end"},
    {"", "N LINE, all LINE", "with --count: to device N, to all"},
};
/* clang-format on */

#define ROWS (sizeof(rows) / sizeof(rows[0]))

void bench_help_lines(FILE *to)
{
    for (size_t i = 0; i < ROWS; i++) {
        fprintf(to, "%-37s  %s\n", rows[i].usage, rows[i].meaning);
    }
    fputs("More is in docs/bench-control.md.\n", to);
}

/* ---- rules ---- */

void bench_help_rules(FILE *to)
{
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        const struct sdk_rule_row *row = &sdk_rules[i];
        fprintf(to, "%s\n    %s\n    try: %s\n", row->name, row->text,
                row->advice);
    }
}

void bench_help_rules_json(void)
{
    for (unsigned i = 0; i < RULE_COUNT; i++) {
        printf("{\"rule\":");
        message_json(sdk_rules[i].name);
        printf(",\"text\":");
        message_json(sdk_rules[i].text);
        printf(",\"try\":");
        message_json(sdk_rules[i].advice);
        printf("}\n");
    }
}

/* ---- boards ---- */

/* `GPIO0,9,10`; false when the board has none of that kind. */
static bool put_gpios(const struct board *board, enum part_kind kind,
                      const char *before, FILE *to)
{
    bool has_one = false;
    for (unsigned i = 0; i < BOARD_PARTS; i++) {
        if (board->parts[i].kind == kind) {
            fprintf(to, "%s%u", has_one ? "," : before, board->parts[i].gpio);
            has_one = true;
        }
    }
    return has_one;
}

void bench_help_board(const struct board *board, FILE *to)
{
    fprintf(to, "%s: %s\n", board->title, board->note);
}

void bench_help_boards(FILE *to)
{
    for (size_t i = 0; i < board_count; i++) {
        bool is_last = i + 1 == board_count;
        fprintf(to, "%s%s",
                i == 0    ? ""
                : is_last ? " or "
                          : ", ",
                boards[i].name);
    }
}

void bench_help_greet(const struct board *board, unsigned port, FILE *to)
{
    bench_help_board(board, to);
    (void)put_gpios(board, PART_BUTTON, "Button GPIO", to);
    (void)put_gpios(board, PART_SWITCH, "; s2 GPIO", to);
    (void)put_gpios(board, PART_RELAY, "; relay GPIO", to);
    (void)put_gpios(board, PART_LED, "; LED GPIO", to);
    fprintf(
        to,
        "\nAnother terminal: esptool --port rfc2217://127.0.0.1:%u chip_id\n"
        "                  pogo flash --port rfc2217://127.0.0.1:%u FILE\n"
        "Type here: press 0 100 | console Power TOGGLE | power cycle | show\n"
        "           help | quit   (docs/bench-control.md)\n",
        port, port);
}

void bench_help_greet_many(unsigned count, FILE *to)
{
    fprintf(to,
            "%u devices: 1 press 0 100 | %u console Status | all power cycle\n",
            count, count);
}

void bench_help_try_address(unsigned count, const char *line, FILE *to)
{
    if (*line) {
        fprintf(to, "  try: 1 %s     or: all %s\n", line, line);
    } else {
        fprintf(to, "  try: 1 to %u, or all\n", count);
    }
}

/* ---- wrong lines ---- */

static const char *skip_word(const char *line)
{
    line += strcspn(line, " \t");
    return line + strspn(line, " \t");
}

/* Where the verb stands: `at MS` may come before it. */
static const char *verb_of(const char *line)
{
    line += strspn(line, " \t");
    const char *ms = skip_word(line);
    bool is_at = strncmp(line, "at", 2) == 0 && (line[2] == ' ' || !line[2]);
    return is_at && isdigit((unsigned char)*ms) && *skip_word(ms)
               ? skip_word(ms)
               : line;
}

/* Is the first word of the line one of these? */
static bool is_among(const char *words, const char *line)
{
    size_t size = strcspn(line, " \t");
    while (*words) {
        size_t n = strcspn(words, " ");
        if (n == size && memcmp(words, line, n) == 0) {
            return true;
        }
        words = skip_word(words);
    }
    return false;
}

/* What the board has of what the line is about. */
static void put_parts(const struct board *board, const char *verb, FILE *to)
{
    if (is_among("press release", verb)) {
        (void)put_gpios(board, PART_BUTTON, "   (N here: ", to);
        fputc(')', to);
    } else if (is_among("s2 switch", verb)) {
        bool has_one = put_gpios(board, PART_SWITCH, "   (here on GPIO", to);
        fputs(has_one ? ")" : "   (this board has none)", to);
    }
}

void bench_help_try(const struct board *board, const char *line, FILE *to)
{
    const char *verb = verb_of(line), *before = "  try: ";
    for (size_t i = 0; i < ROWS; i++) {
        if (is_among(rows[i].words, verb)) {
            fprintf(to, "%s%s", before, rows[i].usage);
            put_parts(board, verb, to);
            fputc('\n', to);
            before = "       ";
        }
    }
    if (before[2] == 't') {
        fputs("  try: help\n", to);
    }
}

/* That no command and no SetOption lacks its rows in test/commands/: one that
 * asks, one that sets, one that is refused, and its bounds. */
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/command.h"
#include "firmware/core/option.h"

#define ROWS 2000u

/* One row: what is sent, taken apart as command_run does. */
struct row {
    char name[32]; /* without topic, underscore and index */
    int index;     /* -1: none */
    char payload[256];
    bool is_refused;
};

static struct row rows[ROWS];
static size_t row_count;

/* They only say or do something, whatever follows. */
static const char *const never_refuse[] = {"Modules", "Gpios",   "State",
                                           "NoDelay", "Upgrade", "Upload"};
/* To ask is refused; of SetOption each has rows of its own. */
static const char *const never_ask[] = {"Restart", "Reset", "UpgradeSerial",
                                        "SetOption", "Publish"};
/* With holes (Status 6, modules that are not known, Gpio 255); what is written
 * as no number; and what would eat the rows that follow. */
static const char *const no_bounds[] = {
    "Status",   "Module",  "Template", "Gpio",      "UpgradeSerial",
    "Timezone", "TimeStd", "TimeDst",  "IPAddress", "WifiPower"};

#define IS_IN(list, name) is_in(list, sizeof(list) / sizeof(list[0]), name)

static bool is_in(const char *const *names, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++) {
        if (strcmp(names[i], name) == 0)
            return true;
    }
    return false;
}

static void take_line(char *line)
{
    char *arrow = strstr(line, " =>"), *refused = strstr(line, " =!");
    struct row *row = &rows[row_count];
    char *end = refused ? refused : arrow;
    if (line[0] == '#' || !end || line[0] == '=')
        return;
    assert_true(row_count < ROWS);
    *end = 0;
    char *name = strrchr(line, '/') && strncmp(line, "cmnd/", 5) == 0
                     ? strrchr(line, '/') + 1
                     : line;
    name += name[0] == '_';
    size_t size = strcspn(name, " "), letters = size;
    while (letters > 0 && name[letters - 1] >= '0' && name[letters - 1] <= '9')
        letters--;
    assert_true(letters < sizeof(row->name));
    memcpy(row->name, name, letters);
    row->index = letters < size ? atoi(name + letters) : -1;
    if (name[size])
        snprintf(row->payload, sizeof(row->payload), "%s", name + size + 1);
    row->is_refused = refused != NULL;
    row_count++;
}

static int read_rows(void **state)
{
    glob_t found;
    (void)state;
    if (glob("test/commands/*.txt", 0, NULL, &found) != 0)
        return -1;
    for (size_t i = 0; i < found.gl_pathc; i++) {
        char line[600];
        FILE *file = fopen(found.gl_pathv[i], "r");
        while (file && fgets(line, sizeof(line), file))
            take_line(line);
        if (file)
            fclose(file);
    }
    globfree(&found);
    return 0;
}

/* ---- what a row must be -------------------------------------------------- */

struct wanted {
    const char *name;
    int index;           /* -1: any */
    const char *payload; /* NULL: any, but a query's */
    bool is_refused;
};

static bool is_query(const char *payload)
{
    return payload[0] == 0 || strcmp(payload, "?") == 0;
}

static bool is_row(const struct row *row, const struct wanted *wanted)
{
    bool is_payload = wanted->payload
                          ? strcmp(row->payload, wanted->payload) == 0
                          : !is_query(row->payload);
    return text_same(row->name, wanted->name) && is_payload &&
           (wanted->index < 0 || row->index == wanted->index) &&
           row->is_refused == wanted->is_refused;
}

static unsigned missing;

static void need(const struct wanted *wanted, const char *what)
{
    for (size_t i = 0; i < row_count; i++) {
        if (is_row(&rows[i], wanted))
            return;
    }
    char index[12] = "";
    if (wanted->index >= 0)
        snprintf(index, sizeof(index), "%d", wanted->index);
    print_message("# test/commands/*.txt lacks: %s%s%s%s %s (%s)\n",
                  wanted->name, index, wanted->payload ? " " : "",
                  wanted->payload ? wanted->payload : " ...",
                  wanted->is_refused ? "=!" : "=>", what);
    missing++;
}

static void need_number(const char *name, int index, long long number,
                        bool is_refused)
{
    char payload[24];
    snprintf(payload, sizeof(payload), "%lld", number);
    need(&(struct wanted){name, index, payload, is_refused}, "a bound");
}

static void need_bounds(const char *name, int index, long long min,
                        long long max)
{
    need_number(name, index, min, false);
    need_number(name, index, max, false);
    need_number(name, index, min - 1, true);
    need_number(name, index, max + 1, true);
}

/* A text that is as long as can be, and one that is longer. */
static void need_lengths(const char *name, size_t longest)
{
    bool has_longest = false, has_longer = false;
    for (size_t i = 0; i < row_count; i++) {
        if (!text_same(rows[i].name, name))
            continue;
        size_t size = strlen(rows[i].payload);
        has_longest |= size == longest && !rows[i].is_refused;
        has_longer |= size == longest + 1 && rows[i].is_refused;
    }
    if (has_longest && has_longer)
        return;
    print_message("# test/commands/*.txt lacks: %s with %zu bytes =>, or with "
                  "one more =!\n",
                  name, longest);
    missing++;
}

/* ---- the tests ----------------------------------------------------------- */

static void every_command_has_its_rows(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; i < command_count; i++) {
        const char *name = commands[i].name;
        if (!IS_IN(never_ask, name))
            need(&(struct wanted){name, -1, "", false}, "asks");
        if (strcmp(name, "UpgradeSerial") != 0)
            need(&(struct wanted){name, -1, NULL, false}, "sets");
        if (!IS_IN(never_refuse, name))
            need(&(struct wanted){name, -1, NULL, true}, "is refused");
    }
    assert_int_equal(missing, 0);
}

static void every_bound_has_its_rows(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; i < command_count; i++) {
        const struct command *row = &commands[i];
        const struct settings_row *setting = settings_row(row->key);
        if (IS_IN(no_bounds, row->name))
            continue;
        if (setting && setting->kind == KIND_NUMBER)
            need_bounds(row->name, -1, setting->min, setting->max);
        else if (setting && setting->kind != KIND_BYTES)
            need_lengths(row->name, setting->room - 1u);
        else if (row->min < row->max)
            need_bounds(row->name, -1, row->min, row->max);
    }
    assert_int_equal(missing, 0);
}

static void every_option_has_its_rows(void **state)
{
    (void)state;
    missing = 0;
    for (size_t i = 0; i < option_count; i++) {
        const struct option_row *row = &options[i];
        const struct settings_row *setting = settings_row(row->key);
        int number = row->number;
        need(&(struct wanted){"SetOption", number, "", false}, "asks");
        if (row->key == KEY_NONE && option_is_number(row)) {
            need_bounds("SetOption", number, 0, 255);
            continue;
        }
        if (setting && row->key != KEY_OPTION) {
            need_bounds("SetOption", number, setting->min, setting->max);
            continue;
        }
        need(&(struct wanted){"SetOption", number, NULL, false}, "sets");
        need_number("SetOption", number, 2, true);
    }
    assert_int_equal(missing, 0);
}

static void every_row_is_about_a_command(void **state)
{
    (void)state;
    for (size_t i = 0; i < row_count; i++) {
        bool is_known = rows[i].is_refused; /* unknown ones are */
        for (size_t k = 0; k < command_count; k++)
            is_known |= text_same(rows[i].name, commands[k].name);
        if (!is_known)
            fail_msg("a row for %s, which is no command", rows[i].name);
    }
}

static void options_are_sorted_and_explained(void **state)
{
    (void)state;
    uint32_t seen = 1u << OPTION_INTERLOCK; /* a bit that no option has */
    for (size_t i = 0; i < option_count; i++) {
        assert_true(strlen(options[i].help) > 10);
        assert_true(i == 0 || options[i].number > options[i - 1].number);
        if (options[i].key == KEY_NONE)
            assert_in_range(options[i].bit, 0,
                            option_is_number(&options[i]) ? 255 : 1);
        else
            assert_non_null(settings_row(options[i].key));
        if (options[i].key != KEY_OPTION)
            continue;
        assert_false(seen >> (options[i].bit & 31u) & 1u);
        seen |= 1u << (options[i].bit & 31u);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_command_has_its_rows),
        cmocka_unit_test(every_bound_has_its_rows),
        cmocka_unit_test(every_option_has_its_rows),
        cmocka_unit_test(every_row_is_about_a_command),
        cmocka_unit_test(options_are_sorted_and_explained),
    };
    return cmocka_run_group_tests(tests, read_rows, NULL);
}

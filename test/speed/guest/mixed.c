/* A workload: records are made up, written as text, sorted by number and by
 * name, and read back from the text. What firmware does when it handles
 * commands and reports: formatting, comparing, division, short loops. */
#include <stdarg.h>
#include <stdbool.h>

#include "test/speed/guest/guest.h"

#define RECORDS 48u
#define NAME 8u
#define LINE 64u

struct record {
    uint32_t id;
    int32_t value;
    char name[NAME + 1];
};

static struct record records[RECORDS];
static const struct record *order[RECORDS];
static char lines[RECORDS][LINE];

/* ---- made up --------------------------------------------------------------
 */

static uint32_t next_random(uint32_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 17;
    *state ^= *state << 5;
    return *state;
}

static void make_records(uint32_t *random)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        struct record *record = &records[i];
        unsigned length = 3 + next_random(random) % (NAME - 2);
        record->id = next_random(random) % 100000;
        record->value = (int32_t)next_random(random) / 1000;
        for (unsigned k = 0; k < length; k++)
            record->name[k] = (char)('a' + next_random(random) % 26);
        record->name[length] = '\0';
        order[i] = record;
    }
}

/* ---- formatting: %s %u %d %x, with a width for numbers ---------------------
 */

static char *put_number(char *to, uint32_t value, unsigned base, unsigned width)
{
    char digits[10];
    unsigned count = 0;
    do {
        digits[count++] = "0123456789abcdef"[value % base];
        value /= base;
    } while (value != 0);
    while (width > count) {
        *to++ = '0';
        width--;
    }
    while (count > 0)
        *to++ = digits[--count];
    return to;
}

static char *put_signed(char *to, int32_t value)
{
    if (value < 0)
        *to++ = '-';
    return put_number(to, value < 0 ? 0u - (uint32_t)value : (uint32_t)value,
                      10, 0);
}

static char *put_text(char *to, const char *text)
{
    while (*text)
        *to++ = *text++;
    return to;
}

static void format(char *to, const char *pattern, ...)
{
    va_list args;
    va_start(args, pattern);
    for (; *pattern; pattern++) {
        unsigned width = 0;
        if (*pattern != '%') {
            *to++ = *pattern;
            continue;
        }
        while (*++pattern >= '0' && *pattern <= '9')
            width = width * 10 + (unsigned)(*pattern - '0');
        if (*pattern == 's')
            to = put_text(to, va_arg(args, const char *));
        else if (*pattern == 'd')
            to = put_signed(to, va_arg(args, int32_t));
        else
            to = put_number(to, va_arg(args, uint32_t),
                            *pattern == 'x' ? 16 : 10, width);
    }
    va_end(args);
    *to = '\0';
}

/* ---- sorting ---------------------------------------------------------------
 */

static int by_value(const struct record *a, const struct record *b)
{
    return a->value < b->value ? -1 : a->value > b->value;
}

static int by_name(const struct record *a, const struct record *b)
{
    const char *left = a->name, *right = b->name;
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return *left - *right;
}

/* Heap sort: sift down from `at` in the first `count`. */
static void sift(int (*compare)(const struct record *, const struct record *),
                 unsigned at, unsigned count)
{
    while (2 * at + 1 < count) {
        unsigned child = 2 * at + 1;
        if (child + 1 < count && compare(order[child], order[child + 1]) < 0)
            child++;
        if (compare(order[at], order[child]) >= 0)
            return;
        const struct record *kept = order[at];
        order[at] = order[child];
        order[child] = kept;
        at = child;
    }
}

static void sort(int (*compare)(const struct record *, const struct record *))
{
    for (unsigned at = RECORDS / 2; at-- > 0;)
        sift(compare, at, RECORDS);
    for (unsigned count = RECORDS; count-- > 1;) {
        const struct record *first = order[0];
        order[0] = order[count];
        order[count] = first;
        sift(compare, 0, count);
    }
}

/* ---- parsing ---------------------------------------------------------------
 */

static bool skip(const char **at, const char *word)
{
    const char *from = *at;
    while (*word)
        if (*from++ != *word++)
            return false;
    *at = from;
    return true;
}

static uint32_t read_number(const char **at, uint32_t base)
{
    uint32_t value = 0;
    for (;; (*at)++) {
        uint32_t digit = (uint32_t)(**at - '0');
        if (digit > 9)
            digit = (uint32_t)(**at - 'a') + 10;
        if (digit >= base)
            return value;
        value = value * base + digit;
    }
}

/* A line back into a record; the mask tells whether it was read rightly. */
static bool parse(const char *line, struct record *out)
{
    unsigned length = 0;
    if (!skip(&line, "name="))
        return false;
    while (*line >= 'a' && *line <= 'z' && length < NAME)
        out->name[length++] = *line++;
    out->name[length] = '\0';
    if (!skip(&line, " id="))
        return false;
    out->id = read_number(&line, 10);
    if (!skip(&line, " value="))
        return false;
    bool is_negative = skip(&line, "-");
    uint32_t size = read_number(&line, 10);
    out->value = (int32_t)(is_negative ? 0u - size : size);
    return skip(&line, " mask=") &&
           read_number(&line, 16) == (out->id ^ (uint32_t)out->value);
}

/* ---- a round ---------------------------------------------------------------
 */

static uint32_t sum_of(const struct record *record, uint32_t sum)
{
    sum = sum * 31 + record->id;
    sum = sum * 31 + (uint32_t)record->value;
    for (const char *at = record->name; *at; at++)
        sum = sum * 31 + (uint8_t)*at;
    return sum;
}

static uint32_t read_lines(uint32_t sum)
{
    struct record back;
    for (unsigned i = 0; i < RECORDS; i++)
        sum = parse(lines[i], &back) ? sum_of(&back, sum) : sum + 1;
    return sum;
}

static void write_lines(void)
{
    for (unsigned i = 0; i < RECORDS; i++) {
        const struct record *record = order[i];
        format(lines[i], "name=%s id=%5u value=%d mask=%8x", record->name,
               record->id, record->value, record->id ^ (uint32_t)record->value);
    }
}

uint32_t guest_work(uint32_t rounds)
{
    uint32_t random = 1, sum = 0;
    while (rounds-- > 0) {
        make_records(&random);
        sort(by_value);
        write_lines();
        sum = read_lines(sum);
        sort(by_name);
        write_lines();
        sum = read_lines(sum);
    }
    return sum;
}

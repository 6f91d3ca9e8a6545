/* Compares lines with the forms that they should have. */
#include "tool/doctor_damage.h"

#include <assert.h>
#include <ctype.h>
#include <stddef.h>
#include <string.h>

/* In a form: one decimal digit, some of them, one hexadecimal digit. */
#define DIGIT '#'
#define NUMBER 'N'
#define HEX 'X'
#define FORM 96u
#define LINE 128u
#define FAR 1000u
/* Up to one byte in so many is wrong: else it is some other line. */
#define LIKE 4u
#define JUNK 2u

enum { BANNER };
static const struct {
    char form[FORM]; /* and is_piece has room for each */
    bool is_start;   /* a line begins so, and goes on */
} forms[] = {
    [BANNER] = {"ets Jan  8 2013,rst cause:#, boot mode:(#,#)", false},
    {"load 0xXXXXXXXX, len N, room N ", false},
    {"chksum 0xXX", false},
    {"csum 0xXX", false},
    {"##:##:##.### Project pogo, a switch firmware with Tasmota's commands, "
     "Version N.N.N",
     false},
    {"##:##:##", true},
};
#define FORMS (sizeof(forms) / sizeof(forms[0]))

static bool is_fit(char form, char c)
{
    if (form == NUMBER)
        return c == '-' || isdigit((unsigned char)c) != 0;
    if (form == DIGIT)
        return isdigit((unsigned char)c) != 0;
    return form == HEX ? isxdigit((unsigned char)c) != 0 : form == c;
}

static unsigned least(unsigned a, unsigned b)
{
    return a < b ? a : b;
}

/* How many bytes are to be changed, put in or taken out, so that the line is of
 * that form: the row of a table (Levenshtein's) for each sign of the form. */
static unsigned distance(const char *form, const char *line, size_t size)
{
    unsigned row[LINE + 1], above[LINE + 1];
    for (size_t j = 0; j <= size; j++)
        row[j] = (unsigned)j;
    for (size_t i = 0; form[i]; i++) {
        memcpy(above, row, sizeof(row[0]) * (size + 1));
        row[0] = above[0] + 1;
        for (size_t j = 1; j <= size; j++) {
            unsigned wrong = is_fit(form[i], line[j - 1]) ? 0 : 1;
            row[j] =
                least(above[j - 1] + wrong, least(above[j], row[j - 1]) + 1);
            if (form[i] == NUMBER && wrong == 0)
                row[j] = least(row[j], row[j - 1]);
        }
    }
    return row[size];
}

/* A line is a piece of the form, cut at either end. */
static bool is_piece(const char *form, const char *line, size_t size)
{
    char cut[FORM];
    size_t length = strlen(form);
    for (size_t from = 0; from < length; from++) {
        if (distance(form + from, line, size) == 0)
            return true;
    }
    assert(length < FORM);
    for (size_t end = 0; end < length; end++) {
        memcpy(cut, form, end);
        cut[end] = '\0';
        if (distance(cut, line, size) == 0)
            return true;
    }
    return false;
}

/* The best of the line's beginnings that are about as long as the form. */
static unsigned distance_of_start(const char *form, const char *line,
                                  size_t size)
{
    size_t length = strlen(form);
    unsigned best = FAR;
    for (size_t n = length - 2; n <= length + 2 && n <= size; n++)
        best = least(best, distance(form, line, n));
    return best;
}

static unsigned distance_of(size_t form, const char *line, size_t size)
{
    return forms[form].is_start
               ? distance_of_start(forms[form].form, line, size)
               : distance(forms[form].form, line, size);
}

/* Behind the change of speed a letter or two of noise may come first. */
static bool is_whole(size_t form, const char *line, size_t size)
{
    for (size_t skip = 0; skip <= JUNK && skip < size; skip++) {
        if (distance_of(form, line + skip, size - skip) == 0)
            return true;
    }
    return false;
}

/* The form that the line is most like, or FORMS. That of a whole line says
 * more than that of a beginning, which stands last in the table. */
static size_t form_of(const char *line, size_t size)
{
    size_t best = FORMS;
    unsigned least_wrong = FAR;
    for (size_t i = 0; i < FORMS && !(forms[i].is_start && best < i); i++) {
        unsigned wrong =
            is_whole(i, line, size) ? 0 : distance_of(i, line, size);
        if (wrong > strlen(forms[i].form) / LIKE || wrong >= least_wrong)
            continue;
        best = i;
        least_wrong = wrong;
    }
    return best;
}

static void count_line(const char *line, size_t size, struct doctor_damage *out)
{
    size_t i = form_of(line, size);
    if (i == FORMS)
        return;
    bool is_damaged = !is_whole(i, line, size);
    if (is_damaged && !forms[i].is_start && is_piece(forms[i].form, line, size))
        return;
    out->lines++;
    out->damaged += is_damaged;
    out->starts += i == BANNER;
}

struct doctor_damage doctor_damage_of(const char *text)
{
    struct doctor_damage damage = {0};
    while (*text) {
        size_t size = strcspn(text, "\n");
        const char *next = text + size + (text[size] == '\n');
        while (size > 0 && *text == ' ') {
            text++;
            size--;
        }
        count_line(text, size < LINE ? size : LINE, &damage);
        text = next;
    }
    return damage;
}

bool doctor_damage_is_noise(const struct doctor_damage *damage)
{
    return damage->damaged > 1 && damage->damaged > damage->starts &&
           damage->damaged * 10 >= damage->lines;
}

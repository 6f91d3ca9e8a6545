/* What pogo doctor tells: findings as text and as JSON, and its table of rows.
 */
#include <stdio.h>
#include <string.h>

#include "tool/doctor.h"
#include "tool/message.h"

#define COLUMNS 79u

/* A paragraph, broken at blanks; all lines begin with two of them. */
static void print_words(const char *text)
{
    size_t column = 0;
    while (*text) {
        size_t size = strcspn(text, " ");
        if (column > 0 && column + 1 + size > COLUMNS) {
            printf("\n");
            column = 0;
        }
        column +=
            (size_t)printf("%s%.*s", column ? " " : "  ", (int)size, text);
        text += size;
        text += strspn(text, " ");
    }
    printf("\n");
}

static void print_finding(const struct doctor *d, unsigned i)
{
    const struct doctor_row *r = &doctor_rows[i];
    char line[DOCTOR_DETAIL + 16];
    printf("%s\n", r->name);
    print_words(r->wrong);
    if (d->findings.detail[i][0]) {
        snprintf(line, sizeof(line), "seen: %s", d->findings.detail[i]);
        print_words(line);
    }
    printf("  What to do:\n");
    print_words(r->fix);
    printf("\n");
}

/* Rows stand in the order of cause and effect; of two no cause is proven. */
static void print_order(const struct doctor *d)
{
    unsigned first = 0;
    while (first < DOCTOR_IDS && !d->findings.has[first])
        first++;
    if (doctor_count(&d->findings) < 2)
        return;
    if (first == DOCTOR_PROTECTED || first == DOCTOR_RF_DATA)
        printf("Begin with the first, then pogo doctor again.\n\n");
    else
        printf("The first is the likely cause of the rest: mend it, then pogo "
               "doctor again.\n\n");
}

/* Not by the start alone, where the flash was to be seen as well. */
static bool is_healthy(const struct doctor *d)
{
    return doctor_count(&d->findings) == 0 && (d->has_flash || !d->wants_flash);
}

void doctor_print_text(const struct doctor *d)
{
    char program[DOCTOR_DETAIL];
    doctor_start_program(&d->start, program, sizeof(program));
    print_order(d);
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (d->findings.has[i])
            print_finding(d, i);
    }
    if (doctor_count(&d->findings) == 0 && !is_healthy(d)) {
        printf("not known whether it is healthy\n");
        print_words("Nothing is wrong with the start. The flash was asked for, "
                    "and could not be read.");
    } else if (is_healthy(d)) {
        printf("healthy\n");
        print_words(d->has_flash
                        ? "Looked at: the start (boot ROM, crashes, supply, "
                          "Wi-Fi and MQTT in the log); the flash (id, status, "
                          "read twice, header, sums, slots, settings)."
                        : "Looked at: the start (boot ROM, crashes, supply, "
                          "Wi-Fi and MQTT in the log). Not the flash: that is "
                          "--flash.");
        print_words(program[0] ? program
                               : "The program does not tell its name.");
    }
}

static void print_json_finding(const struct doctor *d, unsigned i,
                               const char *comma)
{
    const struct doctor_row *r = &doctor_rows[i];
    const char *const texts[][2] = {{"id", r->name},
                                    {"seen", d->findings.detail[i]},
                                    {"wrong", r->wrong},
                                    {"do", r->fix}};
    printf("%s", comma);
    for (unsigned k = 0; k < sizeof(texts) / sizeof(texts[0]); k++) {
        printf("%c\"%s\":", k ? ',' : '{', texts[k][0]);
        message_json(texts[k][1]);
    }
    printf("}");
}

void doctor_print_json(const struct doctor *d)
{
    const char *comma = "";
    printf("{\"healthy\":%s,\"flash\":%s,\"findings\":[",
           is_healthy(d) ? "true" : "false", d->has_flash ? "true" : "false");
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (!d->findings.has[i])
            continue;
        print_json_finding(d, i, comma);
        comma = ",\n";
    }
    printf("]}\n");
}

void doctor_print_rows(void)
{
    printf("| id | how it is seen | what is wrong | what to do | known from "
           "| shown on the bench by |\n|---|---|---|---|---|---|\n");
    for (size_t i = 0; i < DOCTOR_IDS; i++) {
        const struct doctor_row *r = &doctor_rows[i];
        printf("| `%s` | %s | %s | %s | %s | %s |\n", r->name, r->seen,
               r->wrong, r->fix, r->source, r->shown);
    }
}

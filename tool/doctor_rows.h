/* What pogo doctor can find, one row each, and the list of what it has found.
 * doctor_start.h and doctor_flash.h fill the list, doctor_print.c prints it,
 * docs/doctor.md holds the same table. Prints nothing. */
#ifndef TOOL_DOCTOR_ROWS_H
#define TOOL_DOCTOR_ROWS_H

#include <stdbool.h>
#include <stddef.h>

/* In the order in which they are told: what is more basic first. */
enum doctor_id {
    DOCTOR_SILENT,
    DOCTOR_NOISE,
    DOCTOR_LINE_NOISE,
    DOCTOR_POWER,
    DOCTOR_DOWNLOAD,
    DOCTOR_STRAP,
    DOCTOR_FLASH_ID,
    DOCTOR_UNREADABLE,
    DOCTOR_NO_IMAGE,
    DOCTOR_DIY_DEAD,
    DOCTOR_PARTIAL,
    DOCTOR_MODE,
    DOCTOR_SIZE,
    DOCTOR_CHECKSUM,
    DOCTOR_PROTECTED,
    DOCTOR_SLOTS,
    DOCTOR_PHY,
    DOCTOR_RF_DATA,
    DOCTOR_EXCEPTION,
    DOCTOR_LOOP,
    DOCTOR_MUTE,
    DOCTOR_SAFE_MODE,
    DOCTOR_TEMPLATE,
    DOCTOR_SETTINGS,
    DOCTOR_MINIMAL,
    DOCTOR_WIFI_NOT_FOUND,
    DOCTOR_WIFI_PASSWORD,
    DOCTOR_WIFI_ADDRESS,
    DOCTOR_WIFI_JOIN,
    DOCTOR_NO_AP,
    DOCTOR_BROKER,
    DOCTOR_BROKER_LOGIN,
    DOCTOR_IDS
};

/* Texts are one line; whoever prints breaks them. No row was ever seen on
 * hardware by us; source says who has: owners in public threads, the documents.
 */
struct doctor_row {
    const char *name;  /* for --json: "flash-mode" */
    const char *seen;  /* by what it is recognized */
    const char *wrong; /* what is wrong */
    const char *fix;   /* what to do */
    const char *source;
    bool wants_flash; /* seen in the start: a look at the flash says more */
    /* The script in test/tool that makes the fault on the bench, sees it named
     * and mended (doctor_steps.sh). */
    const char *shown;
};
extern const struct doctor_row doctor_rows[DOCTOR_IDS];

#define DOCTOR_DETAIL 256u
struct doctor_findings {
    bool has[DOCTOR_IDS];
    char detail[DOCTOR_IDS][DOCTOR_DETAIL]; /* the concrete thing, or "" */
};

/* Add one; of one that is there already the first detail stays. */
__attribute__((format(printf, 3, 4))) void doctor_add(struct doctor_findings *f,
                                                      enum doctor_id id,
                                                      const char *format, ...);
/* Take away "it starts again and again" and "it says nothing" where a finding
 * about the image explains them. After the look at the flash. */
void doctor_drop_effects(struct doctor_findings *f);
unsigned doctor_count(const struct doctor_findings *f);
bool doctor_wants_flash(const struct doctor_findings *f);

#endif

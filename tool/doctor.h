/* pogo doctor's parts and what they share: cmd_doctor.c reads the options and
 * goes through the steps, doctor_listen.c hears the start, doctor_ask.c asks
 * the program what its board is, doctor_look.c reads the flash, doctor_print.c
 * tells what was found. They talk to the person. */
#ifndef TOOL_DOCTOR_H
#define TOOL_DOCTOR_H

#include <stdbool.h>
#include <stdint.h>

#include "format/err.h"
#include "tool/doctor_flash.h"
#include "tool/doctor_rows.h"
#include "tool/doctor_start.h"
#include "tool/link.h"

#define DOCTOR_ROM_BAUD 74880u

struct doctor {
    struct doctor_start start;
    struct doctor_findings findings;
    struct doctor_flash flash; /* bytes: NULL after the look */
    bool wants_flash;          /* it was asked for, or has to be seen */
    bool has_flash;            /* it was looked at */
    char port[512];
    uint32_t listen_s; /* to the program */
    uint32_t wait_s;   /* for the person at the device */
};

/* Start the device, by the port's lines or by asking for the power, and hear
 * it: d->start. Errors of the port; a device that says nothing is none. */
MUST_USE enum err doctor_listen(struct doctor *d, struct link *link);
/* Once more at the boot ROM's speed, where d->findings say that it may tell
 * why. The findings are made anew then. Errors of the port. */
MUST_USE enum err doctor_listen_again(struct doctor *d, struct link *link);
/* Ask a program that runs what its board is; one that does not answer is no
 * error. Errors of the port. */
MUST_USE enum err doctor_ask(struct doctor *d, struct link *link);

/* Read the flash into findings. Takes the link; it is closed afterwards.
 * EXIT_DONE or, with a message, the exit code. */
int doctor_look(struct doctor *d, struct link *link);

/* To stdout: the findings, or that it is healthy. */
void doctor_print_text(const struct doctor *d);
void doctor_print_json(const struct doctor *d);
/* The table of docs/doctor.md. */
void doctor_print_rows(void);

#endif

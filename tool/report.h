/* pogo report's parts and what they share: cmd_report.c reads the options,
 * report_gather.c asks the computer and the device, report_text.c and
 * report_json.c write it down, report_mask.h keeps secrets out. The report is
 * for a public issue: names of networks, brokers and devices, passwords,
 * addresses and the end of the MAC are not in it, nor even in struct report,
 * but for the port's name. */
#ifndef TOOL_REPORT_H
#define TOOL_REPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/image.h"
#include "tool/boards.h"
#include "tool/doctor_rows.h"
#include "tool/flasher.h"
#include "tool/report_mask.h"

#define REPORT_STEPS 6u
#define REPORT_LINES 40u    /* of the log; more are counted */
#define REPORT_ROOM 0x8000u /* more than the longest report */

struct report_step {
    const char *name;
    uint64_t ms;
    size_t bytes; /* read, written or heard; 0: does not apply */
};

struct report {
    /* What was asked for. */
    char port[512];                  /* "": none was found */
    const struct known_board *board; /* NULL: the owner did not say */
    uint32_t listen_s;               /* to the start; 0: not at all */
    uint32_t wait_s;                 /* for the person at the device */

    char system[192];         /* this computer's */
    unsigned vendor, product; /* the adapter's USB ids; 0: none known */
    const char *failure; /* why there is no chip in here; NULL: there is one */

    struct chip_info chip; /* its MAC is masked where it is printed */
    unsigned baud;
    bool has_stub, was_by_hand;

    char image[96];      /* "Tasmota 6.4.1(sonoff)" */
    struct image header; /* version 0: there is no image */
    bool is_whole;       /* its sums are right */

    struct doctor_findings findings;      /* details are masked already */
    bool was_heard;                       /* it was started and listened to */
    char line[REPORT_LINES][REPORT_LINE]; /* masked */
    unsigned lines, left_out;

    struct report_step step[REPORT_STEPS];
    unsigned steps;
};

/* Fill it from port, board, listen_s and wait_s on. Talks to the person.
 * Returns an exit code: where it is not EXIT_DONE, its message was given, and
 * the report says as much as is known. */
int report_gather(struct report *r);

/* How the port is called in public: "serial", "rfc2217", "bench", "none". */
const char *report_port_kind(const struct report *r);

/* A text that grows up to its room. */
struct report_out {
    char text[REPORT_ROOM];
    size_t size;
};
__attribute__((format(printf, 2, 3))) void report_put(struct report_out *out,
                                                      const char *format, ...);
void report_write_text(const struct report *r, struct report_out *out);
void report_write_json(const struct report *r, struct report_out *out);

#endif

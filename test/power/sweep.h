/* Takes the power of a virtual device at every flash operation of a story. At
 * each operation the process forks: the child is the same device at the same
 * moment, loses power before, in or after its next operation, starts again and
 * is looked at; the parent's device goes on undisturbed. */
#ifndef TEST_POWER_SWEEP_H
#define TEST_POWER_SWEEP_H

#include <stdbool.h>
#include <stdint.h>

#include "test/power/machine.h"
#include "test/power/report.h"

struct story {
    const char *name;
    unsigned kind; /* for the functions */
    /* Make the device ready; power is off before and after. */
    void (*prepare)(struct machine *m, unsigned kind);
    /* What happens, from power on; returns when it is over or power is cut. */
    void (*act)(struct machine *m, unsigned kind);
    /* Power is off, after a cut or after act. Start it (sweep_boot), look, and
     * leave power on; sweep_broken says what is wrong. */
    void (*check)(struct machine *m, unsigned kind);
    /* How the device is opened; NULL: machine_open. */
    void (*open)(struct machine *m, bool is_puya, uint32_t seed);
};

struct sweep {
    bool is_puya;
    uint32_t seed;
    unsigned one_in; /* cut at one in so many; 1: all; no multiple of 3 (the
                        ways to cut) */
    unsigned pairs;  /* after one in so many cuts, cut all of what follows it,
                        too; 0: none */
};

/* Run it, also without a cut, and add what was found to the report. */
void sweep_run(const struct story *story, const struct sweep *sweep,
               struct report *report);

#define SWEEP_RELAY_MS 300u /* promise 5 */

/* ---- for check ---- */

/* Power on. False when that did not bring up a device that answers `Status 0`
 * within some seconds: told, unless power was cut again. */
bool sweep_boot(struct machine *m);
/* Without sweep_boot: there was a start. */
void sweep_count_boot(void);
/* True for one cut in so many, and without a cut. */
bool sweep_is_one_in(unsigned n);
/* report_broken, with where power was cut. */
void sweep_broken(enum report_broken what, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif

/* The story of a person, or a bad supply, that switches power off and on many
 * times, while it may go in the middle of what each start writes: the set-up
 * access point opens, and all settings are kept. */
#include <stdio.h>
#include <string.h>

#include "firmware/core/rescue.h"
#include "test/power/stories.h"

#define QUICK_MS                                                               \
    2500u /* up: the start is counted, and it is no quick one yet */
#define QUICK_ONES (RESCUE_QUICK_STARTS + 2)
#define SETTLED_MS (RESCUE_QUICK_S * 1000u + 3000u)

static void prepare(struct machine *m, unsigned kind)
{
    (void)kind;
    machine_flash(m, 0, "pogo-bench.bin");
    if (!sweep_boot(m) ||
        !machine_ask(m, "Backlog0 FriendlyName1 hall; PowerOnState 1",
                     "{\"PowerOnState\":1}", NULL, 0) ||
        !machine_ask(m, "Backlog0 Ssid1 home; Password1 correct horse", "RSL",
                     NULL, 0) ||
        !machine_run(m, SETTLED_MS))
        sweep_broken(REPORT_BOOTS, "it can't be set up: %s", m->text);
    machine_off(m);
}

static void act(struct machine *m, unsigned kind)
{
    (void)kind;
    for (unsigned i = 0; i < QUICK_ONES; i++) {
        machine_on(m);
        if (!machine_run(m, QUICK_MS))
            return;
        bool is_open = machine_shows_ap(m),
             wants = i + 1 >= RESCUE_QUICK_STARTS;
        if (is_open != wants)
            sweep_broken(REPORT_BOOTS, "start %u: the access point is %s",
                         i + 1, is_open ? "there" : "not there");
        machine_off(m);
    }
    machine_on(m);
    (void)machine_run(m, SETTLED_MS);
}

static bool has(struct machine *m, const char *command, const char *value)
{
    char reply[200];
    if (!machine_ask(m, command, "RESULT = ", reply, sizeof(reply)))
        return m->is_cut;
    if (strstr(reply, value))
        return true;
    sweep_broken(REPORT_SETTINGS, "%s: %s", command, reply);
    return false;
}

static void check(struct machine *m, unsigned kind)
{
    (void)kind;
    if (!sweep_boot(m))
        return;
    if (m->relay_ms == 0 || m->relay_ms - m->power_ms > SWEEP_RELAY_MS)
        sweep_broken(REPORT_RELAY, "the relay is late");
    if (m->is_damaged)
        sweep_broken(REPORT_SETTINGS, "it finds settings damaged");
    (void)(has(m, "FriendlyName1", "\"hall\"") &&
           has(m, "PowerOnState", ":1}") && has(m, "Ssid1", "\"home\""));
    /* Power that stays ends the count: the next start is as ever. */
    if (!machine_run(m, SETTLED_MS))
        return;
    machine_off(m);
    if (sweep_boot(m) && machine_run(m, QUICK_MS) && machine_shows_ap(m))
        sweep_broken(REPORT_BOOTS, "the access point opens by itself");
}

const struct story story_rescue = {
    "bench power cycles", 0, prepare, act, check, NULL};

/* Story (a): settings that are changed again and again, one key and many keys
 * at a time, through several compactions of the log. Every change has an age;
 * all keys of one change tell the same one. */
#include "test/power/host_stories.h"

#include <stdio.h>
#include <string.h>

#include "format/flash_map.h"
#include "test/power/host_cuts.h"
#include "test/power/host_owner.h"

#define AGES_MOST 2000u
#define NAME "a name of some length, "

static unsigned age;  /* that is being set */
static bool has_many; /* keys; else one */

/* ---- the settings of an age ---------------------------------------------- */

/* Those that are there from the first save on, and stay. */
static const char *const still[] = {"SwitchMode1 5", "Topic kitchen",
                                    "PowerOnState 3", "LedState 3", NULL};

static void type_number(const char *command, unsigned number)
{
    char line[64];
    snprintf(line, sizeof(line), "%s %u", command, number);
    host_type(line);
}

static void type_name(const char *command, unsigned number)
{
    char line[64];
    snprintf(line, sizeof(line), "%s " NAME "%u", command, number);
    host_type(line);
}

static void type_age(void)
{
    for (unsigned i = 0; still[i]; i++)
        host_type(still[i]);
    type_number("PulseTime2", age + 1);
    if (!has_many)
        return;
    type_number("BlinkCount", age + 1);
    type_number("Power1", age % 2);
    type_name("DeviceName", age);
    for (unsigned i = 1; i <= 8; i++) {
        char command[32];
        snprintf(command, sizeof(command), "FriendlyName%u", i);
        type_name(command, age + i);
    }
}

static bool is_named(const char *text, unsigned number)
{
    char wanted[64];
    snprintf(wanted, sizeof(wanted), NAME "%u", number);
    return strcmp(text, wanted) == 0;
}

/* Is everything that `still` sets as it should be? */
static bool is_still(const struct settings *settings)
{
    return settings->switch_mode[0] == 5 && settings->power_on_state == 3 &&
           settings->led_state == 3 && strcmp(settings->topic, "kitchen") == 0;
}

/* All keys of an age; with one key only that one differs from age to age. */
static bool is_of_age(const struct settings *settings, unsigned number)
{
    if (settings->pulse_time[1] != number + 1)
        return false;
    if (!has_many)
        return true;
    if (settings->blink_count != number + 1 ||
        (settings->power & 1u) != number % 2 ||
        !is_named(settings->device_name, number))
        return false;
    for (unsigned i = 0; i < 8; i++) {
        if (!is_named(settings->friendly_name[i], number + i + 1))
            return false;
    }
    return true;
}

static bool is_default(const struct settings *settings)
{
    static struct settings none;
    settings_default(&none);
    return settings->pulse_time[1] == none.pulse_time[1] &&
           settings->blink_count == none.blink_count &&
           settings->switch_mode[0] == none.switch_mode[0] &&
           settings->power_on_state == none.power_on_state &&
           strcmp(settings->topic, none.topic) == 0 &&
           strcmp(settings->device_name, none.device_name) == 0 &&
           strcmp(settings->friendly_name[7], none.friendly_name[7]) == 0;
}

/* ---- the goal ------------------------------------------------------------ */

static bool is_there(void)
{
    return owner_is_saved() && is_still(&host.device.settings) &&
           is_of_age(&host.device.settings, age);
}

static void act(void)
{
    if (!is_of_age(&host.device.settings, age) ||
        !is_still(&host.device.settings))
        type_age();
    (void)host_run_until(owner_is_saved, 3 * DEVICE_SAVE_MS);
}

/* Promise 2. */
static void check(void)
{
    const struct settings *is = &host.device.settings;
    bool is_old =
        age == 1 ? is_default(is) : is_still(is) && is_of_age(is, age - 1);
    if (!is_old && !(is_still(is) && is_of_age(is, age)))
        report_broken(host_report, REPORT_SETTINGS,
                      "age %u: number %u, count %u, power %u, name '%s'", age,
                      is->pulse_time[1] - 1, is->blink_count - 1u, is->power,
                      is->device_name);
}

static const struct goal goal = {is_there, act, check, NULL};

/* ---- sweeps -------------------------------------------------------------- */

static unsigned ring_erases(void)
{
    unsigned erases = 0;
    for (unsigned i = 0; i < host.sim.count; i++) {
        if (host.sim.address[i] - MAP_SETTINGS < MAP_SETTINGS_SIZE)
            erases += host.sim.erases[i];
    }
    return erases;
}

static void prepare(const uint8_t *rest, uint64_t seed)
{
    host_new(rest, seed);
    host_put(SLOT_A, IMAGE_FIRST, 1);
    host_settle();
    age = 0;
}

/* Ages go by without cuts until the log is about to move on `moves` times. */
static void sweep_ages(const char *name, const uint8_t *rest, unsigned moves,
                       struct thinning thinning, struct report *total)
{
    struct report report;
    report_start(&report, name);
    host_report = &report;
    prepare(rest, moves);
    while (ring_erases() < moves && age < AGES_MOST) {
        age++;
        host_sweep(&goal, thinning);
    }
    if (age == AGES_MOST)
        report_broken(&report, REPORT_SETTINGS, "the log never moved on");
    report_line(&report, total);
}

/* The first save ever, one that is appended, one that moves on. */
static void sweep_pairs(const uint8_t *rest, struct thinning thinning,
                        struct report *total)
{
    static struct host before;
    struct report report;
    report_start(&report, "settings, pairs of cuts");
    host_report = &report;
    prepare(rest, 7);
    has_many = false;
    age = 1;
    host_sweep_pairs(&goal, thinning);
    age = 2;
    host_sweep_pairs(&goal, thinning);
    has_many = true; /* fills the sector */
    age++;
    act();
    unsigned erases = ring_erases();
    do {
        age++;
        host_save(&before);
        (void)host_reach(&goal);
    } while (ring_erases() == erases && age < AGES_MOST);
    host_restore(&before);
    host_sweep_pairs(&goal, thinning);
    report_line(&report, total);
}

void story_settings(bool is_full, struct report *total)
{
    static uint8_t blank[MAP_END];
    memset(blank, 0xFF, sizeof(blank));
    has_many = false;
    sweep_ages("settings, one key at a time", blank, is_full ? 5 : 3,
               (struct thinning){is_full ? 1 : 3, 4}, total);
    has_many = true;
    sweep_ages("settings, many keys at a time", blank, is_full ? 9 : 4,
               (struct thinning){is_full ? 1 : 10, 4}, total);
    sweep_pairs(blank, (struct thinning){is_full ? 1 : 10, 0}, total);
}

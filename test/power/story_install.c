/* The story of a first start: pogo-bench.bin was written alone at 0x0, over
 * leftovers, and power may go while the boot sector and the firmware make a
 * fresh Pogo of it. */
#include <stdio.h>
#include <string.h>

#include "firmware/boot/phy_data.h"
#include "format/bytes.h"
#include "format/flash_map.h"
#include "test/power/leftovers.h"
#include "test/power/stories.h"

#define ACT_MS 15000u /* until it is confirmed, and its settings are saved */
#define ANSWER 200u

/* What a device says that was never set up. */
static const char *const questions[] = {
    "Module",     "Template",    "PowerOnState", "FriendlyName1",
    "DeviceName", "SwitchMode1", "PulseTime1",   "LedState",
    "Topic",      "SetOption0",  "BlinkCount"};
#define QUESTIONS (sizeof(questions) / sizeof(questions[0]))

struct answers {
    char text[QUESTIONS][ANSWER];
};
static struct answers fresh; /* of a blank flash */
static bool has_fresh;

static bool ask_all(struct machine *m, struct answers *out)
{
    for (unsigned i = 0; i < QUESTIONS; i++) {
        if (!machine_ask(m, questions[i], "RSL: ", out->text[i], ANSWER))
            return false;
    }
    return true;
}

/* ---- the story ---- */

static void install(struct machine *m, const struct leftovers *over)
{
    over->fill(machine_cells(m), 1);
    machine_flash(m, 0, "pogo-bench.bin");
}

static void prepare(struct machine *m, unsigned kind)
{
    if (!has_fresh) {
        install(m, &leftovers[0]);
        has_fresh = sweep_boot(m) && ask_all(m, &fresh);
        machine_off(m);
    }
    install(m, &leftovers[kind]);
}

static void act(struct machine *m, unsigned kind)
{
    (void)kind;
    machine_on(m);
    (void)machine_run(m, ACT_MS);
}

/* ---- afterwards ---- */

static void check_settings(struct machine *m, const struct leftovers *over)
{
    struct answers is = {0};
    if (!ask_all(m, &is))
        return;
    for (unsigned i = 0; i < QUESTIONS; i++) {
        const char *want = fresh.text[i];
        if (over->has_settings && strcmp(questions[i], "FriendlyName1") == 0)
            want = "RSL: RESULT = {\"FriendlyName1\":\"" LEFTOVERS_NAME "\"}";
        else if (over->has_settings && strcmp(questions[i], "DeviceName") == 0)
            want = "RSL: RESULT = {\"DeviceName\":\"" LEFTOVERS_NAME "\"}";
        else if (over->has_settings &&
                 strcmp(questions[i], "PowerOnState") == 0)
            want = "RSL: RESULT = {\"PowerOnState\":1}";
        if (strcmp(is.text[i], want) != 0)
            sweep_broken(REPORT_SETTINGS, "%s, not %s", is.text[i], want);
    }
}

static bool is_blank(const uint8_t *cells, uint32_t from, uint32_t size)
{
    for (uint32_t at = from; at < from + size; at++) {
        if (cells[at] != 0xFF)
            return false;
    }
    return true;
}

/* What a first start leaves (docs/flash.md); NULL: just that. */
static const char *wrong_place(struct machine *m)
{
    const uint8_t *cells = machine_cells(m);
    if (!is_blank(cells, MAP_SLOT_B_RECORD, FLASH_SECTOR_SIZE))
        return "slot B has a record";
    if (machine_record(m, SLOT_A).image.sequence != 1)
        return "slot A's record is not the first";
    if (!is_blank(cells, MAP_RF_CAL, FLASH_SECTOR_SIZE))
        return "RF calibration is there";
    if (!is_blank(cells, MAP_SDK_PARAMS, MAP_SDK_PARAMS_SIZE))
        return "parameters of an SDK are there";
    if (cells[MAP_PHY_DATA] != PHY_DATA_FIRST ||
        !is_blank(cells, MAP_PHY_DATA + PHY_DATA_SIZE,
                  FLASH_SECTOR_SIZE - PHY_DATA_SIZE))
        return "the PHY data are not ours";
    /* Both may be torn: what is not blank counts. */
    if (is_blank(cells, MAP_INSTALL_WORD, 8))
        return "the install word is not there";
    return NULL;
}

static void check(struct machine *m, unsigned kind)
{
    /* Once right after the cut, and once with all that the first time wrote. */
    for (unsigned i = 0; i < 2; i++) {
        if (!sweep_boot(m))
            return;
        const char *wrong = wrong_place(m);
        if (wrong)
            sweep_broken(REPORT_BOOTS, "%s", wrong);
        if (!machine_is_verified(m) || machine_slot(m) != SLOT_A)
            sweep_broken(REPORT_IMAGE, "what runs is not what was flashed");
        if (m->is_damaged && !leftovers[kind].is_damaged)
            sweep_broken(REPORT_SETTINGS, "it finds settings damaged");
        check_settings(m, &leftovers[kind]);
        if (!m->is_cut && !machine_shows_ap(m))
            sweep_broken(REPORT_BOOTS, "no access point for set-up");
        if (i > 0 || !machine_run(m, 3000))
            return;
        machine_off(m);
    }
}

const struct story story_install = {"install", 0, prepare, act, check, NULL};

/* The stories of an update while power may go, from its first byte until the
 * new image is confirmed or left: one that is good, on each road, one that
 * crashes, and one that does nothing. */
#include <string.h>

#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/ota_file.h"
#include "test/power/roads.h"
#include "test/power/stories.h"

#define SETTLED_MS 12500u /* confirmed, and what a start counts is saved */
#define LOOK_MS 6000u     /* for a start to bring up ours */
#define UPDATED_AGAIN 64u /* one device in so many is updated after a cut */
#define OLD_VERSION "0.1.0"
#define NEW_VERSION "0.2.0"

static const char *const files[] = {"update/next.ota", "update/broken.ota",
                                    "update/mute.ota", "update/next.ota",
                                    "update/next.ota", "update/next.ota"};
/* BACK: GOOD once more, from B to A. UPLOAD, FETCH: GOOD over the network. */
enum { GOOD, BROKEN, MUTE, BACK, UPLOAD, FETCH };

static struct {
    uint8_t file[MAP_SLOT_SIZE];
    size_t size;
    struct slot_image old; /* what runs before */
    enum slot from;        /* and where */
    struct ota_header header;
    enum road road;
} now;

static bool send_update(struct machine *m)
{
    return road_send(m, now.road, now.file, now.size);
}

/* ---- before ---- */

static void load(unsigned kind)
{
    now.size = machine_file(files[kind], now.file, sizeof(now.file));
    if (ota_header_read(now.file, &now.header) != ERR_NONE)
        sweep_broken(REPORT_BOOTS, "%s is no update", files[kind]);
}

static bool set_up(struct machine *m)
{
    if (now.road != ROAD_CONSOLE)
        return home_set_up();
    machine_flash(m, 0, "pogo-bench.bin");
    return sweep_boot(m) &&
           machine_ask(m, "FriendlyName1 hall", "RESULT", NULL, 0) &&
           machine_ask(m, "PowerOnState 1", "RESULT", NULL, 0) &&
           machine_run(m, SETTLED_MS);
}

static void prepare(struct machine *m, unsigned kind)
{
    load(kind);
    m->may_crash = kind == BROKEN;
    now.road = kind == UPLOAD  ? ROAD_UPLOAD
               : kind == FETCH ? ROAD_FETCH
                               : ROAD_CONSOLE;
    bool is_ready = set_up(m);
    now.from = kind == BACK ? SLOT_B : SLOT_A;
    if (kind == BACK)
        is_ready = is_ready && send_update(m) && machine_run(m, 2 * SETTLED_MS);
    struct slot_record record = machine_record(m, now.from);
    if (!is_ready || record.state != SLOT_GOOD)
        sweep_broken(REPORT_BOOTS, "the first image is not confirmed: %s",
                     m->text);
    now.old = record.image;
    machine_off(m);
}

/* ---- the story ---- */

static void act(struct machine *m, unsigned kind)
{
    machine_on(m);
    if (!machine_wait(m, "Module: ", 3000) || !machine_run(m, SETTLED_MS))
        return;
    if (!send_update(m)) {
        if (!m->is_cut)
            sweep_broken(REPORT_BOOTS, "no update: %s", m->text);
        return;
    }
    machine_forget(m);
    if (kind == MUTE) {
        for (unsigned i = 0; i < SLOT_TRIES; i++) {
            if (!machine_run(m, 4000))
                return;
            machine_off(m);
            machine_on(m);
        }
    }
    if (machine_wait(m, "Module: ", 20000))
        (void)machine_run(m, SETTLED_MS);
}

/* ---- afterwards ---- */

/* Also what does not run: a record is there only with its image. */
static void check_records(struct machine *m)
{
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        struct slot_record record = machine_record(m, (enum slot)i);
        const uint8_t *at = machine_cells(m) + slot_image_address((enum slot)i);
        bool has_image =
            record.state == SLOT_TRYING || record.state == SLOT_GOOD;
        if (has_image &&
            crc32_update(0, at, record.image.length) != record.image.crc)
            sweep_broken(REPORT_IMAGE, "slot %c has a record and not its image",
                         'A' + (int)i);
    }
}

/* What runs is one of the two, whole, and says so. */
static void check_image(struct machine *m)
{
    char reply[300];
    check_records(m);
    enum slot slot = machine_slot(m);
    const uint8_t *at = machine_cells(m) + slot_image_address(slot);
    bool is_new = slot != now.from;
    uint32_t crc = is_new ? now.header.image_crc[slot] : now.old.crc;
    uint32_t size = is_new ? now.header.image_size : now.old.length;
    if (!machine_is_verified(m) || crc32_update(0, at, size) != crc)
        sweep_broken(REPORT_IMAGE, "what runs in slot %c is not whole",
                     'A' + (int)slot);
    if (!machine_ask(m, "Status 2", "\"Version\":\"", reply, sizeof(reply)))
        return;
    if (!strstr(reply,
                is_new || now.from == SLOT_B ? NEW_VERSION : OLD_VERSION))
        sweep_broken(REPORT_IMAGE, "slot %c runs, and says %s", 'A' + (int)slot,
                     reply);
}

static void check_settings(struct machine *m)
{
    char name[100], state[100];
    if (!machine_ask(m, "FriendlyName1", "RESULT = ", name, sizeof(name)) ||
        !machine_ask(m, "PowerOnState", "RESULT = ", state, sizeof(state)))
        return;
    if (!strstr(name, "\"hall\"") || !strstr(state, ":1}") || m->is_damaged)
        sweep_broken(REPORT_SETTINGS, "%s, %s", name, state);
}

static void check_relay(struct machine *m)
{
    if (m->relay_ms == 0 || m->relay_ms - m->power_ms > SWEEP_RELAY_MS)
        sweep_broken(REPORT_RELAY, "the relay is late: at %u ms (0: never)",
                     (unsigned)(m->relay_ms ? m->relay_ms - m->power_ms : 0));
}

static void check_button(struct machine *m)
{
    unsigned moves = m->moves;
    machine_do(m, "press 0 100");
    if (machine_run(m, 1000) && m->moves != moves + 1)
        sweep_broken(REPORT_RELAY, "a press does not switch it");
}

/* It can be updated: the old one still, and the new one again. */
static void update_again(struct machine *m)
{
    load(GOOD);
    if (!machine_run(m, SETTLED_MS))
        return;
    check_button(m);
    if (now.road != ROAD_CONSOLE && !home_publish("Power", "1"))
        sweep_broken(REPORT_SETTINGS, "not at its broker again: %s", m->text);
    enum slot slot = machine_slot(m);
    if (machine_record(m, slot).state != SLOT_GOOD) {
        sweep_broken(REPORT_BOOTS, "what runs is not confirmed: %s", m->text);
        return;
    }
    if (!sweep_is_one_in(UPDATED_AGAIN))
        return;
    if (!send_update(m) || !machine_wait(m, "Module: ", 9000) ||
        machine_slot(m) == slot || !machine_is_verified(m)) {
        if (!m->is_cut)
            sweep_broken(REPORT_BOOTS, "no update after a cut: %s", m->text);
    }
}

static void check(struct machine *m, unsigned kind)
{
    (void)kind;
    if (!sweep_boot(m))
        return;
    check_relay(m);
    check_image(m);
    check_settings(m);
    update_again(m);
}

/* An image that is bad: at the latest after three starts the old one runs, and
 * tells of it when there was one. */
static void check_left(struct machine *m, unsigned kind)
{
    char reply[200];
    bool was_installed = machine_record(m, SLOT_B).state == SLOT_TRYING;
    unsigned starts = 0;
    sweep_count_boot();
    machine_on(m);
    while (
        !machine_wait(m, "Module: ", kind == BROKEN ? LOOK_MS * 3 : LOOK_MS)) {
        if (m->is_cut)
            return;
        if (++starts > SLOT_TRIES) {
            sweep_broken(REPORT_LEFT, "the old image does not come back");
            return;
        }
        machine_off(m);
        sweep_count_boot();
        machine_on(m);
    }
    check_image(m);
    check_settings(m);
    if (was_installed &&
        machine_ask(m, "Upgrade", "{\"Upgrade\"", reply, sizeof(reply)) &&
        !strstr(reply, "left " NEW_VERSION ": "))
        sweep_broken(REPORT_LEFT, "it does not say that it was left: %s",
                     reply);
    update_again(m);
}

const struct story story_update = {"bench update", GOOD, prepare, act,
                                   check,          NULL};
const struct story story_upload = {
    "bench update over the web", UPLOAD, prepare, act, check, home_open};
const struct story story_fetch = {
    "bench update by OtaUrl", FETCH, prepare, act, check, home_open};
const struct story story_back = {
    "bench update from slot B", BACK, prepare, act, check, NULL};
const struct story story_crash = {"bench revert of an image that crashes",
                                  BROKEN,
                                  prepare,
                                  act,
                                  check_left,
                                  NULL};
const struct story story_mute = {"bench revert of an image that does nothing",
                                 MUTE,
                                 prepare,
                                 act,
                                 check_left,
                                 NULL};

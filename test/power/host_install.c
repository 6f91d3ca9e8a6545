/* Story (e): the file for a first install is written over a flash full of
 * anything, and the device starts for the first time. In the first sweep the
 * file is there and power goes in the starts after it; in the second one it
 * goes while the file is being written over a Pogo that was in use. */
#include "test/power/host_stories.h"

#include <string.h>

#include "format/bytes.h"
#include "format/flash_map.h"
#include "test/power/host_cuts.h"
#include "test/power/host_owner.h"

enum leftovers { LEFT_BLANK, LEFT_ZEROS, LEFT_NOISE, LEFT_POGO, LEFT_KINDS };

#define SECTORS 3u /* of the file: boot sector, two of slot A */
#define FILE_SIZE (SECTORS * FLASH_SECTOR_SIZE)

static uint8_t rest[MAP_END];
static uint32_t file[FILE_SIZE / 4]; /* the boot sector and slot A */
static enum leftovers left;

/* ---- the file, and what was there before --------------------------------- */

/* Only the install word's page of the boot sector counts here: the sweep's own
 * boot sector is the code it is linked with. */
static void make_file(enum host_image_name name)
{
    uint8_t *bytes = (uint8_t *)file;
    memset(bytes, 0xFF, FILE_SIZE);
    for (unsigned i = 0; i < MAP_INSTALL_PAGE; i++)
        bytes[i] = (uint8_t)(i * 5 + 1);
    (void)host_image_put(&host_images[name], bytes + MAP_SLOT_A);
}

static void fill_rest(void)
{
    uint64_t seed = 99;
    memset(rest, left == LEFT_ZEROS ? 0 : 0xFF, sizeof(rest));
    for (uint32_t at = 0; left >= LEFT_NOISE && at < MAP_END; at += 4)
        put_u32le(rest + at, sim_below(&seed, 0xFFFFFFFF));
}

/* ---- the first sweep ----------------------------------------------------- */

/* Nothing but the new image runs; settings are those of the older Pogo, which
 * live on, or none. */
static void check(void)
{
    if (host.choice.slot != SLOT_A)
        report_broken(host_report, REPORT_IMAGE, "leftovers in slot B start");
    if (left == LEFT_POGO ? !owner_has_all() : !owner_has_nothing())
        report_broken(host_report, REPORT_SETTINGS, "leftovers are settings");
}

static bool is_installed(void)
{
    return host.image == IMAGE_FIRST && owner_is_saved();
}

static void act(void)
{
    (void)host_run_until(is_installed, 3 * DEVICE_SAVE_MS);
}

static void prepare(void)
{
    fill_rest();
    host_new(rest, left);
    if (left == LEFT_POGO)
        owner_live();
    for (uint32_t at = 0; at < FILE_SIZE; at += FLASH_SECTOR_SIZE)
        memcpy(sim_bytes(&host.sim, at), (uint8_t *)file + at,
               FLASH_SECTOR_SIZE);
    host.is_running = false;
    host_settle();
}

void story_install(bool is_full, struct report *total)
{
    static const struct goal goal = {is_installed, act, check, NULL};
    struct report report;
    report_start(&report, "first starts over anything");
    host_report = &report;
    make_file(IMAGE_FIRST);
    for (int kind = 0; kind < LEFT_KINDS; kind++) {
        left = (enum leftovers)kind;
        prepare();
        host_sweep(&goal, (struct thinning){is_full ? 1 : 2, 3});
        prepare();
        host_sweep_pairs(&goal, (struct thinning){is_full ? 1 : 100, 0});
    }
    report_line(&report, total);
}

/* ---- the second sweep ---------------------------------------------------- */

/* Up to here the flash is as the file. */
static uint32_t written(void)
{
    for (uint32_t at = 0; at < FILE_SIZE; at += 4) {
        bool is_word = at - MAP_INSTALL_WORD < 8;
        if (!is_word && memcmp(sim_bytes(&host.sim, at), file + at / 4, 4) != 0)
            return at;
    }
    return FILE_SIZE;
}

/* As a serial loader does that erases sector by sector. False: power went. */
static bool write_file(void)
{
    const struct flash flash = sim_flash(&host.sim);
    for (uint32_t at = 0; at < FILE_SIZE; at += FLASH_PAGE_SIZE) {
        if (at % FLASH_SECTOR_SIZE == 0 && flash.erase(&flash, at) != ERR_NONE)
            return false;
        const uint32_t *page = file + at / 4;
        bool is_blank = true;
        for (unsigned i = 0; i < FLASH_PAGE_SIZE / 4; i++)
            is_blank = is_blank && page[i] == 0xFFFFFFFF;
        if (!is_blank &&
            flash.write(&flash, at, page, FLASH_PAGE_SIZE) != ERR_NONE)
            return false;
    }
    return true;
}

/* Power comes back. Half a file may start nothing, or the whole image that is
 * still there; then the owner flashes again. The boot ROM does not start half a
 * boot sector. */
static void start_or_flash(void)
{
    host.is_blank = true;
    if (written() >= MAP_INSTALL_PAGE && written() < FILE_SIZE) {
        host_start(START_POWER_ON);
        host.is_running = false;
    }
    if (!host.sim.has_power || (written() < FILE_SIZE && !write_file()))
        return;
    host.is_blank = false;
    host_start(START_POWER_ON);
}

static bool is_next(void)
{
    return host.image == IMAGE_NEXT && owner_is_saved();
}

static void act_next(void)
{
    (void)host_run_until(is_next, 3 * DEVICE_SAVE_MS);
}

void story_flashing(bool is_full, struct report *total)
{
    static const struct goal goal = {is_next, act_next, check, start_or_flash};
    struct report report;
    report_start(&report, "a file over a Pogo in use");
    host_report = &report;
    left = LEFT_POGO;
    fill_rest();
    host_new(rest, 5);
    owner_live();
    host.is_running = false;
    make_file(IMAGE_NEXT);
    host.is_verified = true;
    host_sweep(&goal, (struct thinning){is_full ? 1 : 6, 4});
    report_line(&report, total);
}

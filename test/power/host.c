/* One device of the sweeps on the host: flash, boot sector, core, promises. */
#include "test/power/host.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/boot/phy_data.h"
#include "firmware/port/posix/crypto.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define HELD 16u /* bytes of an image that wait for the signature */

struct host host;
struct report *host_report;
struct host_image host_images[HOST_IMAGES];

static uint32_t phy[PHY_DATA_SIZE / 4];
static struct flash flash; /* the core keeps it by pointer */
static struct ota_key owner;

void host_prepare(void)
{
    host_key(&owner);
    for (unsigned name = 0; name < HOST_IMAGES; name++)
        host_image_make(&host_images[name], (enum host_image_name)name, &owner);
    for (unsigned i = 0; i < PHY_DATA_SIZE / 4; i++)
        phy[i] = 0x12345605u + i * 0x01010101u;
}

const uint8_t *host_owner_key(void)
{
    return owner.public;
}

void host_new(const uint8_t *rest, uint64_t seed)
{
    memset(&host, 0, sizeof(host));
    sim_start(&host.sim, seed);
    host.sim.rest = rest;
    flash = sim_flash(&host.sim);
}

/* ---- what is on the chip ------------------------------------------------- */

static void put_bytes(uint32_t address, const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        *sim_bytes(&host.sim, address + (uint32_t)i) = bytes[i];
}

void host_put(enum slot slot, enum host_image_name name, uint32_t sequence)
{
    const struct host_image *image = &host_images[name];
    const struct slot_image entry = {sequence, image->length, image->crc[slot],
                                     image->version};
    static uint8_t flashed[HOST_IMAGE_ROOM]; /* with its trailer */
    uint8_t done[4];
    put_u32le(done, INSTALL_DONE);
    if (slot == SLOT_A)
        put_bytes(MAP_SLOT_A, flashed, host_image_put(image, flashed));
    else
        put_bytes(MAP_SLOT_B, image->bytes[slot], image->length);
    put_bytes(MAP_INSTALL_WORD, done, sizeof(done));
    put_bytes(MAP_PHY_DATA, (const uint8_t *)phy, sizeof(phy));
    if (slot_record_begin(&flash, slot) != ERR_NONE ||
        slot_record_write_image(&flash, slot, &entry) != ERR_NONE ||
        slot_record_confirm(&flash, slot) != ERR_NONE)
        abort();
}

void host_settle(void)
{
    sim_settle(&host.sim);
    sim_power(&host.sim);
    host.sim.violations = 0;
}

void host_save(struct host *to)
{
    memcpy(host.is_output, fake.is_output, sizeof(host.is_output));
    memcpy(host.level, fake.level, sizeof(host.level));
    memcpy(host.has_pull_up, fake.has_pull_up, sizeof(host.has_pull_up));
    memcpy(host.retained, fake.retained, sizeof(host.retained));
    *to = host;
}

void host_restore(const struct host *from)
{
    host = *from;
    memcpy(fake.is_output, host.is_output, sizeof(host.is_output));
    memcpy(fake.level, host.level, sizeof(host.level));
    memcpy(fake.has_pull_up, host.has_pull_up, sizeof(host.has_pull_up));
    memcpy(fake.retained, host.retained, sizeof(host.retained));
    fake.restarts = 0;
    fake.boot.row = host.choice.row;
    fake.boot.slot = host.choice.slot;
    crypto_forget();
    fake_forget();
}

/* ---- promise 1 ----------------------------------------------------------- */

static void read_bytes(uint32_t address, uint8_t *out, uint32_t size)
{
    static uint32_t words[HOST_IMAGE_ROOM / 4];
    if (flash.read(&flash, address, words, size) != ERR_NONE)
        abort(); /* without power nobody should ask */
    memcpy(out, words, size);
}

static bool may_run(enum host_image_name name)
{
    return name == IMAGE_FIRST || name == IMAGE_OLDER ||
           (name != IMAGE_FOREIGN && host.is_verified);
}

/* The image that is in a slot byte for byte, and may run; or HOST_IMAGES. */
static enum host_image_name find_image(enum slot slot)
{
    static uint8_t is[HOST_IMAGE_ROOM];
    read_bytes(slot_image_address(slot), is, HOST_IMAGE_ROOM);
    for (unsigned name = 0; name < HOST_IMAGES; name++) {
        const struct host_image *image = &host_images[name];
        if (memcmp(is, image->bytes[slot], image->length) == 0 &&
            may_run((enum host_image_name)name))
            return (enum host_image_name)name;
    }
    return HOST_IMAGES;
}

static bool is_installed(void)
{
    uint8_t word[8];
    read_bytes(MAP_INSTALL_WORD, word, sizeof(word));
    return get_u32le(word) != INSTALL_BLANK ||
           get_u32le(word + 4) != INSTALL_BLANK;
}

static void check_record(enum slot slot)
{
    uint8_t bytes[(SLOT_RECORD_SIZE + 3) / 4 * 4];
    struct slot_record record;
    read_bytes(slot_record_address(slot), bytes, sizeof(bytes));
    slot_record_parse(bytes, &record);
    if (record.state != SLOT_TRYING && record.state != SLOT_GOOD)
        return;
    enum host_image_name name = find_image(slot);
    if (name == HOST_IMAGES ||
        host_images[name].crc[slot] != record.image.crc ||
        host_images[name].version != record.image.version)
        report_broken(host_report, REPORT_IMAGE,
                      "slot %c has a record, and not the image that it says",
                      'A' + (int)slot);
}

static void check_held(enum slot slot)
{
    uint8_t head[HELD];
    read_bytes(slot_image_address(slot), head, sizeof(head));
    for (unsigned name = IMAGE_NEXT; name < HOST_IMAGES; name++) {
        if (memcmp(head, host_images[name].bytes[slot], HELD) == 0 &&
            !may_run((enum host_image_name)name))
            report_broken(host_report, REPORT_IMAGE,
                          "slot %c begins with an image that is not verified",
                          'A' + (int)slot);
    }
}

void host_check_slots(void)
{
    for (unsigned slot = 0; slot < SLOT_COUNT && is_installed(); slot++) {
        check_record((enum slot)slot);
        check_held((enum slot)slot);
    }
}

/* ---- a start ------------------------------------------------------------- */

/* As boot.c does it, but for loading and jumping. */
static void choose(void)
{
    uint32_t buffer[BOOT_BUFFER_WORDS];
    struct boot boot = {.flash = &flash, .phy_data = phy, .buffer = buffer};
    boot_begin(&boot);
    for (;;) {
        struct boot_image image;
        struct boot_segment segment;
        host.choice = boot_choose(&boot);
        if (host.choice.row == BOOT_NOTHING)
            return;
        bool is_whole = boot_image_open(&boot, host.choice.slot, &image);
        while (is_whole && image.left > 0)
            is_whole = boot_image_next(&boot, &image, &segment);
        if (is_whole)
            return;
        boot_reject(&boot, host.choice.slot);
    }
}

/* Promises 1, 3 and 4. */
static void check_choice(void)
{
    if (host.choice.row == BOOT_NOTHING) {
        if (!host.is_blank)
            report_broken(host_report, REPORT_BOOTS, "nothing to boot");
        return;
    }
    host.image = find_image(host.choice.slot);
    host.is_running = host.image != HOST_IMAGES;
    if (!host.is_running)
        report_broken(host_report, REPORT_IMAGE,
                      "slot %c starts, and holds no verified image",
                      'A' + (int)host.choice.slot);
    if (host.image != IMAGE_BROKEN || host.choice.row == BOOT_GOOD ||
        ++host.broken_starts <= SLOT_TRIES)
        return;
    report_broken(host_report, REPORT_LEFT,
                  "start %u of an image that is not confirmed",
                  host.broken_starts);
    host.is_running = false; /* it would go on for ever */
}

/* Promise 5: what the relay must be when the first event is through. */
static bool wanted_relay(enum start start, bool was_on)
{
    const struct settings *settings = &host.device.settings;
    if (start != START_POWER_ON)
        return was_on;
    return settings->power_on_state == POWER_ON_ON ||
           (settings->power_on_state == POWER_ON_SAVED &&
            (settings->power & 1u));
}

static void check_relay(enum start start, bool was_on)
{
    if (!fake.is_output[HOST_RELAY_PIN] ||
        fake.level[HOST_RELAY_PIN] != wanted_relay(start, was_on))
        report_broken(host_report, REPORT_RELAY,
                      "after start %d the relay is %s", (int)start,
                      fake.level[HOST_RELAY_PIN] ? "on" : "off");
}

void host_start(enum start start)
{
    struct event event = {
        .kind = EVENT_START, .now_ms = host.now_ms, .start = start};
    bool was_on = fake.level[HOST_RELAY_PIN];
    host.is_running = false;
    fake.restarts = 0;
    memset(fake.is_output, 0, sizeof(fake.is_output));
    for (unsigned i = 0; start == START_POWER_ON && i < HAL_RETAIN_WORDS; i++)
        fake.retained[i] = sim_below(&host.sim.random, 0xFFFFFFFF);
    crypto_forget();
    host_report->boots++;
    choose();
    if (host.sim.has_power)
        check_choice();
    if (!host.sim.has_power || !host.is_running)
        return;
    fake.boot =
        (struct hal_boot){host.choice.row, host.choice.slot, OTA_BOARD_BENCH};
    fake_forget();
    host.started_ms = host.now_ms;
    if (host.image == IMAGE_BROKEN && host.crash_ms == 0)
        return;
    device_init(&host.device, &flash);
    device_handle(&host.device, &event);
    if (!host.sim.has_power)
        return;
    check_relay(start, was_on);
    if (fake_said("CFG: "))
        report_broken(host_report, REPORT_SETTINGS, "told as damage: %s",
                      fake.text);
}

/* ---- time ---------------------------------------------------------------- */

static void give(enum event_kind kind, const char *bytes, bool is_right)
{
    const struct event event = {.kind = kind,
                                .now_ms = host.now_ms,
                                .bytes = bytes,
                                .size = bytes ? strlen(bytes) : 0,
                                .is_right = is_right};
    device_handle(&host.device, &event);
}

static void step(void)
{
    bool is_right;
    host.now_ms += DEVICE_TICK_MS;
    if (host.image == IMAGE_BROKEN &&
        host.now_ms - host.started_ms > host.crash_ms) {
        host_start(START_EXCEPTION);
        return;
    }
    if (crypto_answer(&is_right)) {
        host.is_verified = host.is_verified || is_right;
        give(EVENT_VERIFIED, NULL, is_right);
    }
    give(EVENT_TICK, NULL, false);
    if (fake.restarts > 0 && host.sim.has_power)
        host_start(fake.restart);
}

static bool never(void)
{
    return false;
}

bool host_run_until(bool (*is_so)(void), uint32_t ms)
{
    for (uint32_t end = host.now_ms + ms; (int32_t)(end - host.now_ms) > 0 &&
                                          host.sim.has_power &&
                                          host.is_running;) {
        if (is_so())
            return true;
        step();
    }
    return host.sim.has_power && host.is_running && is_so();
}

bool host_run(uint32_t ms)
{
    (void)host_run_until(never, ms);
    return host.sim.has_power && host.is_running;
}

void host_type(const char *line)
{
    fake_forget();
    give(EVENT_CONSOLE, line, false);
    give(EVENT_CONSOLE, "\n", false);
}

void host_wifi(const struct hal_wifi_event *news)
{
    const struct event event = {
        .kind = EVENT_WIFI, .now_ms = host.now_ms, .wifi = *news};
    device_handle(&host.device, &event);
}

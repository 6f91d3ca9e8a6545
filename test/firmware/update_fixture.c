/* Signed update files for tests of the core. */
#include "test/firmware/update_fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "firmware/core/version.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define EVERY 64u /* words */
#define OFFSETS (MADE_IMAGE / 4 / EVERY + 1)
#define AT_DIGEST 48u
#define AT_SIGNATURE 80u
#define AT_CRC 144u

struct ota_key owner_key, other_key;
struct made made;

static void must(bool is_right)
{
    if (!is_right)
        abort();
}

static void make_key(const char *folder, const char *name, struct ota_key *key)
{
    char path[128];
    snprintf(path, sizeof(path), "%s/%s", folder, name);
    must(ota_key_make(path) == ERR_NONE && ota_key_read(path, key) == ERR_NONE);
    must(unlink(path) == 0);
}

int update_keys(void **state)
{
    char folder[] = "/tmp/update_test.XXXXXX";
    (void)state;
    must(mkdtemp(folder) != NULL);
    make_key(folder, "owner.pem", &owner_key);
    make_key(folder, "other.pem", &other_key);
    must(rmdir(folder) == 0);
    return 0;
}

int update_setup(void **state)
{
    int code = fake_basic(state);
    memcpy(fd.device.settings.ota_key, owner_key.public, HAL_KEY_SIZE);
    device_changed(&fd.device);
    fake_run(&fd, 5000);
    make_file(version_number + 1, OTA_BOARD_BENCH, &owner_key);
    return code;
}

/* ---- the file ---- */

static void fill_images(uint32_t *offsets)
{
    for (uint32_t at = 0, count = 0; at < MADE_IMAGE; at += 4) {
        bool is_address = at % (4 * EVERY) == 0;
        uint32_t word = is_address ? MAP_IROM_BASE + MAP_SLOT_A + at
                                   : (at + 1) * 0x9E3779B9u;
        if (is_address)
            offsets[count++] = at;
        put_u32le(made.image[SLOT_A] + at, word);
        put_u32le(made.image[SLOT_B] + at,
                  is_address ? ota_relocate(word, SLOT_B) : word);
    }
}

void make_file(uint32_t version, enum ota_board board,
               const struct ota_key *key)
{
    uint32_t offsets[OFFSETS];
    size_t body = 0;
    fill_images(offsets);
    must(ota_body_write(made.image[SLOT_A], MADE_IMAGE, offsets, OFFSETS,
                        made.file + OTA_HEADER_SIZE,
                        MADE_ROOM - OTA_HEADER_SIZE, &body) == ERR_NONE);
    struct ota_header header = {.version = version,
                                .board = board,
                                .image_size = MADE_IMAGE,
                                .body_size = (uint32_t)body,
                                .words = OFFSETS,
                                .key_id = key->id};
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++)
        header.image_crc[slot] = crc32_update(0, made.image[slot], MADE_IMAGE);
    ota_header_write(&header, made.file);
    made.size = OTA_HEADER_SIZE + body;
    seal_file(key);
}

void seal_file(const struct ota_key *key)
{
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    uint8_t *file = made.file;
    hash.start(hash.ctx);
    hash.update(hash.ctx, file, OTA_SIGNED_SIZE);
    hash.update(hash.ctx, file + OTA_HEADER_SIZE, made.size - OTA_HEADER_SIZE);
    hash.end(hash.ctx, file + AT_DIGEST);
    must(ota_key_sign(key, file + AT_DIGEST, file + AT_SIGNATURE) == ERR_NONE);
    put_u32le(file + AT_CRC, crc32_update(0, file, AT_CRC));
}

/* ---- sending it ---- */

enum err feed_file(size_t from, size_t piece)
{
    enum err e = ERR_NONE;
    for (size_t size; from < made.size && e == ERR_NONE; from += size) {
        size = made.size - from < piece ? made.size - from : piece;
        e = update_feed(&fd.device, made.file + from, size);
    }
    return e;
}

enum err send_file(size_t piece)
{
    fake_forget();
    enum err e = update_begin(&fd.device);
    if (e == ERR_NONE)
        e = feed_file(0, piece);
    if (e == ERR_NONE)
        e = update_end(&fd.device);
    if (e == ERR_NONE)
        fake_run(&fd, 20);
    return e == ERR_NONE ? fd.device.update.error : e;
}

/* ---- records ---- */

struct slot_record record_of(enum slot slot)
{
    struct slot_record record;
    must(slot_record_read(&fake_flash, slot, &record) == ERR_NONE);
    return record;
}

void put_record(enum slot slot, uint32_t sequence, bool is_good)
{
    struct slot_image image = {sequence, 4, 0, OTA_VERSION(0, 9, slot)};
    must(slot_record_begin(&fake_flash, slot) == ERR_NONE);
    must(slot_record_write_image(&fake_flash, slot, &image) == ERR_NONE);
    if (is_good)
        must(slot_record_confirm(&fake_flash, slot) == ERR_NONE);
}

void start_by(enum boot_row row, enum slot slot, enum start start)
{
    fake.boot = (struct hal_boot){row, slot, OTA_BOARD_BENCH};
    fake_forget();
    fake_start(&fd, start);
}

/* Small real images, and their OTA files, for the sweeps on the host. */
#include "test/power/host_image.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/image.h"
#include "format/slot_trailer.h"

/* More than a sector together, so that an update erases two. */
#define MAPPED 4200u
#define RAM 300u
#define AT_DIGEST 48u
#define AT_SIGNATURE 80u
#define AT_CRC 144u

/* Words of slot A's image that hold slot addresses: the first segment's, and
 * some in the code. */
static const uint32_t offsets[] = {8, 16, 64, 400, 404, 2048, 4096, 4212};
#define OFFSETS (sizeof(offsets) / sizeof(offsets[0]))

static const char rfc_key[] =
    "-----BEGIN EC PRIVATE KEY-----\n"
    "MHcCAQEEIMmvqdhFunUWa1whV2ex1pNOUMPbNuibEnuKYisSD2choAoGCCqGSM49\n"
    "AwEHoUQDQgAEYP7UuiVanTHJYet0xjVtaMBJuJI7Yfps5mliLmDyn7Z5A/4QCLi8\n"
    "maQa6elWKLxk8vGyDC1+n1F3o8KU1EYimQ==\n"
    "-----END EC PRIVATE KEY-----\n";

static void must(bool is_right)
{
    if (!is_right)
        abort();
}

void host_key(struct ota_key *key)
{
    char path[] = "/tmp/pogo-sweep-key-XXXXXX";
    int file = mkstemp(path);
    must(file >= 0);
    must(write(file, rfc_key, sizeof(rfc_key) - 1) ==
         (ssize_t)sizeof(rfc_key) - 1);
    must(close(file) == 0);
    must(ota_key_read(path, key) == ERR_NONE);
    must(unlink(path) == 0);
}

static void make_slots(struct host_image *image)
{
    static uint8_t mapped[MAPPED], ram[RAM];
    for (unsigned i = 0; i < MAPPED; i++)
        mapped[i] = (uint8_t)(i * 7 + (i >> 8) + (image->version >> 8));
    for (unsigned i = 0; i < RAM; i++)
        ram[i] = (uint8_t)(i * 11 + (image->version >> 16));
    for (unsigned i = 1; i < OFFSETS; i++)
        put_u32le(mapped + (offsets[i] - 16),
                  MAP_IROM_BASE + MAP_SLOT_A + 16 + 4 * i);
    const struct image_part parts[] = {
        {MAP_IROM_BASE + MAP_SLOT_A + 16, mapped, MAPPED},
        {0x40100000u, ram, RAM},
    };
    /* No two begin with the same 16 bytes. */
    uint32_t entry = 0x40100004u + (image->version >> 16) * 4;
    image->length = (uint32_t)image_built_size(parts, 2);
    must(image_build(IMAGE_DOUT, 0x20, entry, parts, 2, image->bytes[SLOT_A],
                     HOST_IMAGE_ROOM) == ERR_NONE);
    memcpy(image->bytes[SLOT_B], image->bytes[SLOT_A], image->length);
    for (unsigned i = 0; i < OFFSETS; i++) {
        uint8_t *word = image->bytes[SLOT_B] + offsets[i];
        put_u32le(word, ota_relocate(get_u32le(word), SLOT_B));
    }
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++)
        image->crc[slot] = crc32_update(0, image->bytes[slot], image->length);
}

static void sign(struct host_image *image, const struct ota_key *key,
                 bool is_foreign)
{
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    uint8_t *file = image->file;
    hash.start(hash.ctx);
    hash.update(hash.ctx, file, OTA_SIGNED_SIZE);
    hash.update(hash.ctx, file + OTA_HEADER_SIZE,
                image->file_size - OTA_HEADER_SIZE);
    hash.end(hash.ctx, file + AT_DIGEST);
    must(ota_key_sign(key, file + AT_DIGEST, file + AT_SIGNATURE) == ERR_NONE);
    if (is_foreign)
        file[AT_SIGNATURE + 5] ^= 1;
    put_u32le(file + AT_CRC, crc32_update(0, file, AT_CRC));
}

void host_image_make(struct host_image *image, enum host_image_name name,
                     const struct ota_key *key)
{
    static const uint32_t versions[HOST_IMAGES] = {
        [IMAGE_OLDER] = OTA_VERSION(0, 0, 9),
        [IMAGE_FIRST] = OTA_VERSION(0, 1, 0),
        [IMAGE_NEXT] = OTA_VERSION(0, 2, 0),
        [IMAGE_BROKEN] = OTA_VERSION(0, 3, 0),
        [IMAGE_FOREIGN] = OTA_VERSION(0, 4, 0)};
    size_t body = 0;
    image->version = versions[name];
    make_slots(image);
    must(ota_body_write(image->bytes[SLOT_A], image->length, offsets, OFFSETS,
                        image->file + OTA_HEADER_SIZE,
                        HOST_IMAGE_ROOM - OTA_HEADER_SIZE, &body) == ERR_NONE);
    struct ota_header header = {
        .version = image->version,
        .board = OTA_BOARD_BENCH,
        .image_size = image->length,
        .image_crc = {image->crc[SLOT_A], image->crc[SLOT_B]},
        .body_size = (uint32_t)body,
        .words = OFFSETS,
        .key_id = key->id};
    image->file_size = OTA_HEADER_SIZE + body;
    ota_header_write(&header, image->file);
    sign(image, key, name == IMAGE_FOREIGN);
}

size_t host_image_put(const struct host_image *image, uint8_t *out)
{
    const struct slot_trailer trailer = {image->length, image->crc[SLOT_A],
                                         image->version};
    memcpy(out, image->bytes[SLOT_A], image->length);
    slot_trailer_put(&trailer, out + image->length);
    return image->length + SLOT_TRAILER_SIZE;
}

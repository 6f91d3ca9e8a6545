/* Fuzz: an update file of any bytes, for either slot. It is verified only when
 * all of it is what was signed; the image never gets longer than its header and
 * a slot allow; pieces of any size read the same.
 *
 * Input: flags (bit 0: for slot B; bit 1: the file is signed again after its
 * change; bit 2: its CRCs too are made right; bits 3 to 7: the pieces' size),
 * the file. */
#include <string.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/ota_file.h"
#include "test/format/ota_fixture.h"
#include "test/fuzz/fuzz.h"

#define ROOM 16384u

enum { NOT_ONE, CONTRADICTS, SHORT, DAMAGED, VERIFIED };
struct fuzz_way fuzz_ways[] = {
    {"not an update file", 0}, {"lengths contradict each other", 0},
    {"cut short", 0},          {"damaged", 0},
    {"verified", 0},           {NULL, 0}};

struct result {
    enum err error;
    uint32_t size, crc; /* of the image */
    unsigned headers;
    bool is_verified;
};

static enum err take_header(void *ctx, const struct ota_header *header)
{
    struct result *result = ctx;
    FUZZ_CHECK(result->headers++ == 0 && result->size == 0);
    FUZZ_CHECK(header->image_size <= MAP_SLOT_SIZE);
    return ERR_NONE;
}

static enum err take_image(void *ctx, const uint8_t *bytes, size_t size)
{
    struct result *result = ctx;
    FUZZ_CHECK(size > 0 && result->headers == 1);
    result->size += (uint32_t)size;
    result->crc = crc32_update(result->crc, bytes, size);
    return ERR_NONE;
}

static enum err verify(void *ctx, uint32_t key_id, const uint8_t *digest,
                       const uint8_t *signature)
{
    (void)ctx;
    (void)key_id;
    return ota_is_signed(digest, signature) ? ERR_NONE : ERR_OTA_SIGNATURE;
}

static struct ota_sha sha;

/* Also for slots and pieces besides the input's. */
static struct result read_file(const uint8_t *file, size_t size, enum slot slot,
                               size_t piece)
{
    struct ota_reader reader;
    struct result result = {.error = ERR_NONE};
    const struct ota_sink sink = {take_header, take_image, &result};
    const struct ota_hash hash = ota_sha256(&sha);
    const struct ota_verify owner = {verify, NULL};
    ota_reader_start(&reader, slot, &sink, &hash);
    for (size_t at = 0; at < size && result.error == ERR_NONE; at += piece)
        result.error = ota_reader_feed(&reader, file + at,
                                       size - at < piece ? size - at : piece);
    if (result.error == ERR_NONE)
        result.error = ota_reader_verify(&reader, &owner);
    FUZZ_CHECK(result.headers == 0 || result.size <= reader.header.image_size);
    result.is_verified = reader.state == OTA_VERIFIED;
    FUZZ_CHECK(result.is_verified == (result.error == ERR_NONE));
    if (result.is_verified) {
        FUZZ_CHECK(result.size == reader.header.image_size);
        FUZZ_CHECK(result.crc == reader.header.image_crc[slot]);
        FUZZ_CHECK(size == OTA_HEADER_SIZE + reader.header.body_size);
    }
    return result;
}

/* What is in its header is what is in the file. */
static void check_digest(const uint8_t *file, size_t size)
{
    static uint8_t again[ROOM];
    memcpy(again, file, size);
    ota_seal(again, size);
    FUZZ_CHECK(memcmp(again, file, size) == 0);
}

static void count(enum err error)
{
    unsigned way = NOT_ONE;
    if (error == ERR_NONE)
        way = VERIFIED;
    else if (error == ERR_OTA_DAMAGED)
        way = DAMAGED;
    else if (error == ERR_OTA_TRUNCATED)
        way = SHORT;
    else if (error == ERR_OTA_LENGTH)
        way = CONTRADICTS;
    fuzz_ways[way].count++;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static uint8_t file[ROOM];
    if (size < 1 || size > ROOM)
        return 0;
    uint8_t flags = data[0];
    enum slot slot = flags & 1 ? SLOT_B : SLOT_A;
    size--;
    memcpy(file, data + 1, size);
    if ((flags & 2) && size >= OTA_HEADER_SIZE)
        ota_seal(file, size);
    struct result whole = read_file(file, size, slot, ROOM);
    if ((flags & 6) == 6 && whole.error == ERR_OTA_DAMAGED) {
        put_u32le(file + (slot == SLOT_A ? 20 : 24), whole.crc);
        ota_seal(file, size);
        whole = read_file(file, size, slot, ROOM);
        FUZZ_CHECK(whole.is_verified);
    }
    struct result pieces = read_file(file, size, slot, 1u + (flags >> 3));
    FUZZ_CHECK(pieces.error == whole.error);
    FUZZ_CHECK(pieces.size == whole.size && pieces.crc == whole.crc);
    if (whole.is_verified)
        check_digest(file, size);
    count(whole.error);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const uint32_t offsets[] = {0, 4, 16, 60, 1200, 1204, 1596};
    static const uint32_t sizes[] = {64, 1600}, counts[] = {0, 4, 4, 7};
    static struct ota_made made;
    if (n >= 16 || room < 4096)
        return 0;
    ota_make(&made, sizes[n % 2], offsets, counts[n % 4]);
    out[0] = (uint8_t)(n >> 1 | (n * 37 & 0xF8));
    return 1 + ota_write(&made, out + 1, room - 1);
}

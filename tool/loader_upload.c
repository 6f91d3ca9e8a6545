/* Bytes into the chip's RAM by way of the boot ROM. Its blocks have a checksum
 * of eight bits, but what says where they go has none, and it counts a block
 * before it checks it (chip.md A4). So after a fault of the line blocks get
 * small, one that was bad goes again under the next number, and a MEM_BEGIN,
 * whose address may be damaged unseen, comes only where the count is lost. */
#include "tool/loader.h"

#include <string.h>

#include "format/bytes.h"

#define BLOCK_LARGE 1536u /* of the 0x1800 that the ROM takes */
#define BLOCK_SMALL 64u
#define TIMEOUT_MS 500u /* 1536 bytes take 135 at 115200 baud */
#define SMALL_TIMEOUT_MS 150u
#define FAULTS_MAX 60u /* in a row */
#define INVALID_MAX 2u

struct upload {
    struct loader *l;
    uint32_t address;
    const uint8_t *bytes;
    size_t size, done;
    size_t block;
    uint32_t seq;      /* that the ROM expects, as far as we know */
    bool is_in_step;   /* since a MEM_BEGIN */
    unsigned faults;   /* since the last block that went through */
    unsigned invalids; /* the same */
};

static unsigned patience(const struct upload *u)
{
    return u->block == BLOCK_SMALL ? SMALL_TIMEOUT_MS : TIMEOUT_MS;
}

static enum err begin(struct upload *u)
{
    uint8_t data[16];
    size_t left = u->size - u->done;
    put_u32le(data, (uint32_t)left);
    put_u32le(data + 4, (uint32_t)((left + u->block - 1) / u->block));
    put_u32le(data + 8, (uint32_t)u->block);
    put_u32le(data + 12, u->address + (uint32_t)u->done);
    enum err e = loader_command(
        u->l, &(struct loader_request){ROM_MEM_BEGIN, data, 16, 0, patience(u)},
        NULL);
    if (e == ERR_NONE) {
        u->is_in_step = true;
        u->seq = 0;
        u->invalids = 0;
    }
    return e;
}

static enum err send_block(struct upload *u)
{
    uint8_t data[16 + BLOCK_LARGE] = {0};
    size_t left = u->size - u->done;
    size_t n = left < u->block ? left : u->block;
    put_u32le(data, (uint32_t)n);
    put_u32le(data + 4, u->seq);
    memcpy(data + 16, u->bytes + u->done, n);
    enum err e = loader_command(
        u->l,
        &(struct loader_request){ROM_MEM_DATA, data, 16 + n,
                                 loader_checksum(data + 16, n), patience(u)},
        NULL);
    if (e == ERR_NONE) {
        u->done += n;
        u->seq++;
        u->faults = 0;
        u->invalids = 0;
    }
    return e;
}

/* A block that the ROM calls invalid had a bad header, then it is right the
 * next time, or the count is lost with an answer. */
static enum err note_fault(struct upload *u, enum err e)
{
    if (!loader_is_line_fault(u->l, e))
        return e;
    u->l->had_faults = true;
    if (++u->faults > FAULTS_MAX)
        return ERR_TIMEOUT;
    if (u->block != BLOCK_SMALL) {
        u->block = BLOCK_SMALL;
        u->is_in_step = false;
    } else if (e == ERR_CHIP_REFUSED && u->l->error == ROM_BAD_CHECK) {
        u->seq++;
    } else if (e == ERR_CHIP_REFUSED && ++u->invalids >= INVALID_MAX) {
        u->is_in_step = false;
    }
    return loader_resync(u->l);
}

enum err loader_upload(struct loader *l, uint32_t address, const uint8_t *bytes,
                       size_t size)
{
    struct upload u = {.l = l,
                       .address = address,
                       .bytes = bytes,
                       .size = size,
                       .block =
                           loader_is_careful(l) ? BLOCK_SMALL : BLOCK_LARGE};
    enum err e = ERR_NONE;
    while (u.done < size && e == ERR_NONE) {
        e = u.is_in_step ? send_block(&u) : begin(&u);
        if (e != ERR_NONE)
            e = note_fault(&u, e);
    }
    return e;
}

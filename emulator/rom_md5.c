/* The ROM's MD5 on the guest's 88-byte context, computed by libcrypto. The
 * low-level interface is the one that lets state go in and out. */
#define OPENSSL_API_COMPAT 0x10100000L
#define OPENSSL_SUPPRESS_DEPRECATED

#include "emulator/rom_private.h"

#include <openssl/md5.h>
#include <string.h>

#include "format/bytes.h"

/* Guest layout: state[4], bit count[2], unfinished block[64]. */
#define CONTEXT_SIZE 88u
#define COUNT_OFFSET 16u
#define BLOCK_OFFSET 24u
#define BLOCK 64u
#define DIGEST 16u
#define BLOCK_CYCLES 1800ull

static bool load(struct chip *chip, uint32_t address, MD5_CTX *ctx)
{
    uint8_t raw[CONTEXT_SIZE];
    if (!bus_copy_out(chip->bus, address, raw, sizeof(raw)))
        return false;
    MD5_Init(ctx);
    ctx->A = get_u32le(raw);
    ctx->B = get_u32le(raw + 4);
    ctx->C = get_u32le(raw + 8);
    ctx->D = get_u32le(raw + 12);
    ctx->Nl = get_u32le(raw + COUNT_OFFSET);
    ctx->Nh = get_u32le(raw + COUNT_OFFSET + 4);
    ctx->num = (ctx->Nl / 8) % BLOCK;
    memcpy(ctx->data, raw + BLOCK_OFFSET, BLOCK);
    return true;
}

static bool store(struct chip *chip, uint32_t address, const MD5_CTX *ctx)
{
    uint8_t raw[CONTEXT_SIZE];
    put_u32le(raw, ctx->A);
    put_u32le(raw + 4, ctx->B);
    put_u32le(raw + 8, ctx->C);
    put_u32le(raw + 12, ctx->D);
    put_u32le(raw + COUNT_OFFSET, ctx->Nl);
    put_u32le(raw + COUNT_OFFSET + 4, ctx->Nh);
    memcpy(raw + BLOCK_OFFSET, ctx->data, BLOCK);
    return bus_copy_in(chip->bus, address, raw, sizeof(raw));
}

/* MD5Init(context) */
enum native_result native_md5_init(struct chip *chip)
{
    MD5_CTX ctx;
    memset(&ctx, 0, sizeof(ctx));
    MD5_Init(&ctx);
    if (!store(chip, chip->cpu.a[2], &ctx))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, chip->cpu.a[2]);
    return NATIVE_RETURN;
}

/* MD5Update(context, data, size): one block a call. */
enum native_result native_md5_update(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint8_t piece[BLOCK];
    MD5_CTX ctx;
    uint32_t n = a[4] < BLOCK ? a[4] : BLOCK;
    if (n == 0)
        return NATIVE_RETURN;
    if (!bus_copy_out(chip->bus, a[3], piece, n))
        return rom_fault(chip, FAULT_LOAD_PROHIBITED, a[3]);
    if (!load(chip, a[2], &ctx))
        return rom_fault(chip, FAULT_LOAD_PROHIBITED, a[2]);
    MD5_Update(&ctx, piece, n);
    (void)store(chip, a[2], &ctx);
    native_spend(chip, BLOCK_CYCLES);
    a[3] += n;
    a[4] -= n;
    return native_goto(chip, chip->cpu.pc);
}

/* MD5Final(digest, context) */
enum native_result native_md5_final(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t digest[DIGEST];
    uint8_t cleared[CONTEXT_SIZE] = {0};
    MD5_CTX ctx;
    if (!load(chip, a[3], &ctx))
        return rom_fault(chip, FAULT_LOAD_PROHIBITED, a[3]);
    MD5_Final(digest, &ctx);
    (void)bus_copy_in(chip->bus, a[3], cleared, sizeof(cleared));
    if (!bus_copy_in(chip->bus, a[2], digest, sizeof(digest)))
        return rom_fault(chip, FAULT_STORE_PROHIBITED, a[2]);
    native_spend(chip, 2 * BLOCK_CYCLES);
    return NATIVE_RETURN;
}

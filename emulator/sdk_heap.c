/* The SDK's heap: who has which piece of it, and whether it was left alone. */
#include "emulator/sdk_heap.h"

#include <string.h>

#include "emulator/sdk_private.h"

#define ALIGN 8u
#define LEAST_PIECE                                                            \
    (2u * SDK_HEAP_HEADER)       /* a smaller rest is not split off            \
                                  */
#define END_MARK SDK_HEAP_HEADER /* heap_4's last, empty block */
#define IS_USED 0x80000000u
#define MAGIC 0x70616568u
/* What is behind a block's last byte, and what freed memory is filled with. */
#define GUARD 0xFEu

/* ---- guest memory -------------------------------------------------------- */

static void fill(struct chip *chip, uint32_t from, uint32_t to)
{
    uint8_t piece[256];
    memset(piece, GUARD, sizeof(piece));
    for (; from < to; from += sizeof(piece)) {
        uint32_t n = to - from;
        n = n < sizeof(piece) ? n : (uint32_t)sizeof(piece);
        (void)bus_copy_in(chip->bus, from, piece, n);
    }
}

/* The first address in [from, to) that is not as fill left it; else to. */
static uint32_t first_written(struct chip *chip, uint32_t from, uint32_t to)
{
    while (from < to) {
        uint8_t piece[256];
        uint32_t n = to - from;
        n = n < sizeof(piece) ? n : (uint32_t)sizeof(piece);
        if (!bus_copy_out(chip->bus, from, piece, n))
            return from;
        for (uint32_t i = 0; i < n; i++)
            if (piece[i] != GUARD)
                return from + i;
        from += n;
    }
    return to;
}

static uint32_t payload(const struct sdk_block *block)
{
    return block->address + SDK_HEAP_HEADER;
}

static uint32_t end_of(const struct sdk_block *block)
{
    return block->address + block->size;
}

static uint32_t size_word(const struct sdk_block *block)
{
    return block->size | (block->asked ? IS_USED : 0);
}

static void write_header(struct chip *chip, const struct sdk_block *block)
{
    sdk_put(chip, block->address, size_word(block));
    sdk_put(chip, block->address + 4, block->address ^ MAGIC);
}

static bool has_header(struct chip *chip, const struct sdk_block *block)
{
    return sdk_get(chip, block->address) == size_word(block) &&
           sdk_get(chip, block->address + 4) == (block->address ^ MAGIC);
}

/* ---- the list ------------------------------------------------------------ */

void sdk_heap_reset(struct chip *chip)
{
    struct sdk_heap *heap = &chip->heap;
    heap->start = heap->total = heap->free = heap->lowest = 0;
    heap->failures = 0;
    heap->count = 0;
}

void sdk_heap_init(struct chip *chip, uint32_t start)
{
    struct sdk_heap *heap = &chip->heap;
    sdk_heap_reset(chip);
    start = (start + ALIGN - 1) & ~(ALIGN - 1);
    heap->start = start;
    if (start < DRAM_BASE || start > SDK_HEAP_END - END_MARK - LEAST_PIECE)
        return;
    heap->total = SDK_HEAP_END - END_MARK - start;
    heap->free = heap->lowest = heap->total;
    heap->count = 1;
    heap->block[0] = (struct sdk_block){.address = start, .size = heap->total};
    fill(chip, start, SDK_HEAP_END);
    write_header(chip, &heap->block[0]);
}

static void take_out(struct sdk_heap *heap, unsigned at)
{
    heap->count--;
    memmove(&heap->block[at], &heap->block[at + 1],
            (heap->count - at) * sizeof(heap->block[0]));
}

/* Leave `size` bytes in the block; the rest becomes a free one behind it. */
static void split(struct chip *chip, unsigned at, uint32_t size)
{
    struct sdk_heap *heap = &chip->heap;
    struct sdk_block *block = &heap->block[at];
    if (block->size - size <= LEAST_PIECE || heap->count == SDK_HEAP_BLOCKS)
        return;
    memmove(block + 1, block, (heap->count - at) * sizeof(*block));
    heap->count++;
    block->size = size;
    block[1].address += size;
    block[1].size -= size;
    write_header(chip, &block[1]);
}

/* Make one of the two free blocks at and at + 1. */
static void join(struct chip *chip, unsigned at)
{
    struct sdk_heap *heap = &chip->heap;
    struct sdk_block *block = &heap->block[at];
    if (at + 1 >= heap->count || block[0].asked || block[1].asked)
        return;
    fill(chip, block[1].address, payload(&block[1]));
    block->size += block[1].size;
    take_out(heap, at + 1);
}

uint32_t sdk_heap_largest(const struct chip *chip)
{
    const struct sdk_heap *heap = &chip->heap;
    uint32_t largest = 0;
    for (unsigned i = 0; i < heap->count; i++)
        if (!heap->block[i].asked && heap->block[i].size > largest)
            largest = heap->block[i].size;
    return largest ? largest - SDK_HEAP_HEADER : 0;
}

/* ---- what was written where it must not be ------------------------------- */

static void overrun(struct chip *chip, const struct sdk_block *block,
                    uint32_t where)
{
    char place[SDK_PLACE];
    sdk_caller(chip, block->caller, place, sizeof(place));
    sdk_rule_broken(chip, RULE_HEAP_OVERRUN,
                    "at 0x%08x, the block of %u bytes at 0x%08x from %s", where,
                    block->asked, payload(block), place);
}

static bool check_block(struct chip *chip, unsigned at)
{
    const struct sdk_block *block = &chip->heap.block[at];
    if (!has_header(chip, block)) {
        /* The one before has run over; the first has nobody before it. */
        bool is_before = at > 0 && block[-1].asked;
        overrun(chip, is_before ? block - 1 : block, block->address);
        return false;
    }
    uint32_t end = end_of(block);
    uint32_t from = block->asked ? payload(block) + block->asked : end;
    uint32_t found = first_written(chip, from, end);
    if (found != end)
        overrun(chip, block, found);
    return found == end;
}

bool sdk_heap_check(struct chip *chip)
{
    for (unsigned i = 0; i < chip->heap.count; i++)
        if (!check_block(chip, i))
            return false;
    return true;
}

static bool check_freed(struct chip *chip, const struct sdk_block *block,
                        uint32_t size)
{
    char place[SDK_PLACE];
    uint32_t end = block->address + size;
    uint32_t found = first_written(chip, payload(block), end);
    if (found == end)
        return true;
    sdk_caller(chip, block->caller, place, sizeof(place));
    sdk_rule_broken(chip, RULE_HEAP_FREED,
                    "at 0x%08x; the last free near it was at %s", found, place);
    return false;
}

/* ---- allocating and freeing ---------------------------------------------- */

static unsigned first_fit(const struct sdk_heap *heap, uint32_t size)
{
    unsigned at = 0;
    while (at < heap->count &&
           (heap->block[at].asked || heap->block[at].size < size))
        at++;
    return at;
}

static uint32_t allocate(struct chip *chip, uint32_t asked, uint32_t caller)
{
    struct sdk_heap *heap = &chip->heap;
    if (asked == 0)
        return 0;
    uint32_t size = SDK_HEAP_END; /* more than there ever is */
    if (asked < SDK_HEAP_END - DRAM_BASE)
        size = (asked + SDK_HEAP_HEADER + ALIGN - 1) & ~(ALIGN - 1);
    unsigned at = first_fit(heap, size);
    if (at == heap->count) {
        heap->failures++;
        chip_event(chip, "sdk no memory for %u bytes: %u free, largest %u",
                   asked, heap->free, sdk_heap_largest(chip));
        return 0;
    }
    struct sdk_block *block = &heap->block[at];
    if (!check_freed(chip, block, size))
        return 0;
    split(chip, at, size);
    block->asked = asked;
    block->caller = caller;
    write_header(chip, block);
    heap->free -= block->size;
    if (heap->free < heap->lowest)
        heap->lowest = heap->free;
    return payload(block);
}

/* The block that owns the address, or count. */
static unsigned find(const struct sdk_heap *heap, uint32_t address)
{
    unsigned at = 0;
    while (at < heap->count && end_of(&heap->block[at]) <= address)
        at++;
    return heap->count && address >= heap->start ? at : heap->count;
}

static bool may_free(struct chip *chip, uint32_t address, unsigned at)
{
    const struct sdk_heap *heap = &chip->heap;
    const struct sdk_block *block = &heap->block[at];
    char place[SDK_PLACE];
    if (at < heap->count && !block->asked) {
        sdk_caller(chip, block->caller, place, sizeof(place));
        sdk_rule_broken(chip, RULE_HEAP_DOUBLE_FREE,
                        "0x%08x; the last free near it was at %s", address,
                        place);
        return false;
    }
    if (at == heap->count || payload(block) != address) {
        sdk_rule_broken(chip, RULE_HEAP_FOREIGN_FREE, "0x%08x", address);
        return false;
    }
    uint32_t timer = sdk_timer_inside(chip, address, block->asked);
    if (timer)
        sdk_rule_broken(chip, RULE_TIMER_FREED, "timer 0x%08x", timer);
    return timer == 0;
}

static void release(struct chip *chip, uint32_t address, uint32_t caller)
{
    struct sdk_heap *heap = &chip->heap;
    unsigned at = find(heap, address);
    if (address == 0 || !may_free(chip, address, at))
        return;
    struct sdk_block *block = &heap->block[at];
    heap->free += block->size;
    block->asked = 0;
    block->caller = caller;
    fill(chip, payload(block), end_of(block));
    join(chip, at);
    if (at > 0 && !heap->block[at - 1].asked) {
        heap->block[at - 1].caller = caller;
        join(chip, --at);
    }
    write_header(chip, &heap->block[at]);
}

uint32_t sdk_heap_alloc(struct chip *chip, uint32_t size)
{
    return allocate(chip, size, 0);
}

void sdk_heap_free(struct chip *chip, uint32_t address)
{
    release(chip, address, 0);
}

/* ---- rows: what the guest calls ------------------------------------------ */

/* a[2] is the result; a broken rule has stopped the chip by then. */
static enum native_result result(struct chip *chip, uint32_t value)
{
    if (chip->stop_reason[0])
        return NATIVE_STOP;
    return sdk_return(chip, value);
}

static uint32_t zeroed(struct chip *chip, uint32_t size)
{
    uint32_t address = allocate(chip, size, chip->cpu.a[0]);
    static const uint8_t zeroes[64];
    for (uint32_t done = 0; address && done < size; done += sizeof(zeroes)) {
        uint32_t n = size - done;
        n = n < sizeof(zeroes) ? n : (uint32_t)sizeof(zeroes);
        (void)bus_copy_in(chip->bus, address + done, zeroes, n);
    }
    return address;
}

/* void *fn(size, …): pvPortMalloc, malloc */
enum native_result sdk_native_malloc(struct chip *chip)
{
    if (!sdk_heap_check(chip))
        return NATIVE_STOP;
    return result(chip, allocate(chip, chip->cpu.a[2], chip->cpu.a[0]));
}

/* void *fn(size, …): pvPortZalloc, pvPortZallocIram, zalloc */
enum native_result sdk_native_zalloc(struct chip *chip)
{
    if (!sdk_heap_check(chip))
        return NATIVE_STOP;
    return result(chip, zeroed(chip, chip->cpu.a[2]));
}

/* void *fn(count, size, …): pvPortCalloc, pvPortCallocIram, calloc */
enum native_result sdk_native_calloc(struct chip *chip)
{
    uint64_t size = (uint64_t)chip->cpu.a[2] * chip->cpu.a[3];
    if (!sdk_heap_check(chip))
        return NATIVE_STOP;
    return result(
        chip, zeroed(chip, size > UINT32_MAX ? UINT32_MAX : (uint32_t)size));
}

/* void fn(block, …): vPortFree, free */
enum native_result sdk_native_free(struct chip *chip)
{
    uint32_t address = chip->cpu.a[2];
    if (!sdk_heap_check(chip))
        return NATIVE_STOP;
    release(chip, address, chip->cpu.a[0]);
    return result(chip, address);
}

/* void *fn(block, size, …): pvPortRealloc, realloc. Always to a new place; with
 * no room for it the block stays. */
enum native_result sdk_native_realloc(struct chip *chip)
{
    struct sdk_heap *heap = &chip->heap;
    uint32_t from = chip->cpu.a[2], size = chip->cpu.a[3], to = 0;
    unsigned at = find(heap, from);
    if (!sdk_heap_check(chip) || (from && !may_free(chip, from, at)))
        return NATIVE_STOP;
    uint32_t kept = from ? heap->block[at].asked : 0;
    kept = kept < size ? kept : size;
    to = allocate(chip, size, chip->cpu.a[0]);
    for (uint32_t done = 0; to && done < kept;) {
        uint8_t piece[256];
        uint32_t n = kept - done;
        n = n < sizeof(piece) ? n : (uint32_t)sizeof(piece);
        (void)bus_copy_out(chip->bus, from + done, piece, n);
        (void)bus_copy_in(chip->bus, to + done, piece, n);
        done += n;
    }
    if (to || size == 0)
        release(chip, from, chip->cpu.a[0]);
    return result(chip, to);
}

/* uint32 system_get_free_heap_size(void) */
enum native_result sdk_native_free_heap(struct chip *chip)
{
    return sdk_return(chip, chip->heap.free);
}

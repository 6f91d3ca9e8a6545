/* Writing sectors while their bytes still come in: the line, the decoder and
 * the flash chip each get a small step in turn. The flash erases ahead while it
 * has no whole sector to program. */
#include "tool/stub/rom.h"
#include "tool/stub/stub.h"

#include "format/flash_map.h"
#include "tool/stub/lzma.h"

#define RING 16384u /* a power of two */
/* Short beside the 190 us of a program: the flash waits for nobody. */
#define DECODE_STEP 5u
#define READ_STEP 256u
#define BLOCK_SECTORS (FLASH_BLOCK_SIZE / FLASH_SECTOR_SIZE)
#define HALF_SECTORS (BLOCK_SECTORS / 2u)
/* With nothing to do. A quarter of a page takes 190 us: 8 of them between two
 * looks cost 22 ms of a 550 KB image. Else the bench is spared. */
#define PROGRAM_PAUSE_US 4u
#define PAUSE_US 20u
#define BUSY_MS 5000u /* a block erase takes 2 s at most */
#define SILENCE_MS 3000u
#define TELL_MS 60u

/* A place in the plan. */
struct cursor {
    uint32_t run, in_run;
    uint32_t position; /* sectors before it */
};

enum phase {
    IDLE,
    CHECK_BLANK, /* what is to be erased */
    ERASE,
    PROGRAM,
    READ_BACK,
    ERASE_AGAIN /* after it differed */
};

/* In the RAM for code, which takes whole words only (so volatile): the RAM for
 * data is for the dictionary. */
#define IN_IRAM __attribute__((section(".iram_bss")))
static volatile uint32_t plan[STUB_RUNS_MAX] IN_IRAM;
static volatile uint32_t results[STUB_SECTORS_MAX] IN_IRAM;
#define dictionary stub_memory
/* What was received and not decoded yet; its first bytes stand again behind its
 * end, so that the decoder never has to wrap inside of a step. */
#define ring ((uint8_t *)(stub_memory + STUB_DICT / 4u))
_Static_assert(STUB_DICT + RING + LZMA_AHEAD <= STUB_MEMORY, "all fits");

static struct writer {
    uint32_t runs, sectors; /* of the plan */
    uint32_t data_sectors;  /* those that are not only erased */
    uint32_t accepted;      /* of them, in order */
    uint32_t consumed;      /* by the decoder */
    uint32_t decoded;       /* bytes of sectors */
    uint32_t written;       /* of them */
    uint32_t last_offset;   /* of the last frame that did not follow */
    struct cursor erased;   /* all before it is blank */
    struct cursor done;     /* all before it is written and read back */
    enum phase phase;
    uint32_t at;      /* in the sector or block of this phase */
    uint32_t unit;    /* bytes of one program */
    uint32_t erasing; /* sectors of one erase: 1, 8 or 16 */
    uint32_t crc;
    uint32_t busy_since;
    bool is_busy, is_second_try, is_begun;
    bool is_to_tell, is_gap;
    uint32_t told_at, told_room;
} w;

/* ---- the plan ---- */

static uint32_t run_sectors(uint32_t run)
{
    return (plan[run] >> 12) & 0xFFFu;
}

static bool is_erase_only(const struct cursor *c)
{
    return (plan[c->run] & STUB_RUN_ERASE_ONLY) != 0;
}

static uint32_t address_of(const struct cursor *c)
{
    return ((plan[c->run] & 0xFFFu) + c->in_run) * FLASH_SECTOR_SIZE;
}

static void move(struct cursor *c, uint32_t sectors)
{
    c->position += sectors;
    c->in_run += sectors;
    if (c->in_run < run_sectors(c->run))
        return;
    c->run++;
    c->in_run = 0;
}

uint8_t stub_do_plan(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    uint32_t index = arg[0], count = call->size / 4u - 1u;
    if (index > STUB_RUNS_MAX || count > STUB_RUNS_MAX - index)
        return STUB_BAD_LENGTH;
    for (uint32_t i = 0; i < count; i++)
        plan[index + i] = arg[1 + i];
    return 0;
}

uint8_t stub_do_results(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    uint32_t first = arg[0], count = arg[1];
    if (call->size < 8 || first > w.sectors || count > w.sectors - first ||
        4u * count > STUB_FRAME_MAX)
        return STUB_BAD_LENGTH;
    for (uint32_t i = 0; i < count; i++)
        dictionary[i] = results[first + i];
    call->result = (const uint8_t *)dictionary;
    call->result_size = 4u * count;
    return 0;
}

/* ---- the line ---- */

static uint32_t room(void)
{
    return w.consumed + RING - LZMA_AHEAD;
}

static void take(const uint8_t *bytes, uint32_t size)
{
    for (uint32_t i = 0; i < size; i++) {
        uint32_t at = (w.accepted + i) % RING;
        ring[at] = bytes[i];
        if (at < LZMA_AHEAD)
            ring[RING + at] = bytes[i];
    }
    w.accepted += size;
    w.is_gap = false;
    w.last_offset = 0;
}

static void take_data(const struct stub_call *call)
{
    uint32_t offset = *(const uint32_t *)(const void *)call->data;
    uint32_t size = call->size - 4u, skip = w.accepted - offset;
    if (offset > w.accepted) {
        /* Something in between got lost. Once, and once more for each time
         * that the host starts over. */
        if (w.last_offset == 0 || offset <= w.last_offset)
            w.is_gap = w.is_to_tell = true;
        w.last_offset = offset;
        return;
    }
    w.is_to_tell = true;
    if (skip < size && offset + size <= room())
        take(call->data + 4 + skip, size - skip);
}

static void tell(uint8_t error, uint32_t where)
{
    uint32_t news[3] = {room(), w.done.position, error ? where : w.is_gap};
    stub_reply(STUB_WRITE, w.accepted, (const uint8_t *)news, sizeof(news),
               error);
    w.is_to_tell = w.is_gap = false;
    w.told_at = stub_cycles();
    w.told_room = room();
}

/* What changed, whenever the line out is free for it; and now and then. */
static void tell_news(void)
{
    if (stub_unsent() > 0)
        return;
    if (w.is_to_tell || room() - w.told_room >= RING / 8u ||
        stub_cycles() - w.told_at > TELL_MS * CYCLES_PER_MS)
        tell(0, 0);
}

/* False: a request for somebody else. */
static bool take_frames(uint32_t *heard_at)
{
    struct stub_call call;
    if (!stub_pump())
        return true;
    *heard_at = stub_cycles();
    if (!stub_next(&call)) {
        w.is_gap = w.is_to_tell = true;
        return true;
    }
    if (call.op != STUB_DATA || call.size < 4) {
        stub_keep();
        return false;
    }
    take_data(&call);
    return true;
}

/* ---- the decoder ---- */

static bool decode(void)
{
    uint32_t position = w.decoded % STUB_DICT, to = position + DECODE_STEP;
    to = to < STUB_DICT ? to : STUB_DICT;
    uint32_t there = w.accepted - w.consumed;
    const uint8_t *input = ring + w.consumed % RING, *start = input;
    if (!w.is_begun && there >= LZMA_HEAD + LZMA_AHEAD) {
        lzma_begin((uint8_t *)dictionary, STUB_DICT, ring);
        w.is_begun = true;
        w.consumed = LZMA_HEAD;
        return true;
    }
    /* The sector behind may still be on its way to the flash. While that is
     * programmed it has the CPU, as long as the next ones are there. */
    if (!w.is_begun || there <= LZMA_AHEAD ||
        w.decoded + DECODE_STEP > w.written + STUB_DICT ||
        (w.phase > ERASE && w.decoded - w.written > 2u * FLASH_SECTOR_SIZE))
        return true;
    there -= LZMA_AHEAD;
    if (there > RING - w.consumed % RING)
        there = RING - w.consumed % RING;
    if (!lzma_step(to, &input, input + there))
        return false;
    w.consumed += (uint32_t)(input - start);
    w.decoded += lzma_position() - position;
    if (lzma_position() == STUB_DICT)
        lzma_wrap();
    return true;
}

/* ---- the flash ---- */

static const uint32_t *sector_words(void)
{
    return dictionary + w.written % STUB_DICT / 4u;
}

static void begin(enum phase phase)
{
    w.phase = phase;
    w.at = 0;
    w.crc = 0;
}

static void start_erase(enum phase phase, const struct cursor *c,
                        uint32_t sectors)
{
    spi_erase(address_of(c), sectors);
    w.is_busy = true;
    w.busy_since = stub_cycles();
    begin(phase);
}

static void choose(void)
{
    bool is_erased = w.done.position < w.erased.position;
    if (is_erased && is_erase_only(&w.done)) {
        begin(READ_BACK);
    } else if (is_erased && w.decoded - w.written >= FLASH_SECTOR_SIZE) {
        begin(PROGRAM);
    } else if (w.erased.position < w.sectors) {
        uint32_t left = run_sectors(w.erased.run) - w.erased.in_run;
        uint32_t first = address_of(&w.erased) / FLASH_SECTOR_SIZE;
        uint32_t n = BLOCK_SECTORS;
        while (first % n != 0 || left < n)
            n = n == BLOCK_SECTORS ? HALF_SECTORS : 1u;
        w.erasing = n;
        begin(CHECK_BLANK);
    }
}

static bool is_blank_step(uint32_t address)
{
    uint32_t words[SPI_BUFFER / 4u], all = ~0u;
    for (uint32_t i = 0; i < READ_STEP; i += SPI_BUFFER) {
        spi_read(address + i, words, SPI_BUFFER);
        for (uint32_t k = 0; k < SPI_BUFFER / 4u; k++)
            all &= words[k];
    }
    return all == ~0u;
}

static void check_blank(void)
{
    if (!is_blank_step(address_of(&w.erased) + w.at)) {
        start_erase(ERASE, &w.erased, w.erasing);
        return;
    }
    w.at += READ_STEP;
    if (w.at == w.erasing * FLASH_SECTOR_SIZE)
        w.phase = ERASE; /* as if it had been */
}

static void program(void)
{
    const uint32_t *words = sector_words() + w.at / 4u;
    uint32_t all = ~0u;
    for (uint32_t i = 0; i < w.unit / 4u; i++)
        all &= words[i];
    if (all != ~0u) {
        spi_program(address_of(&w.done) + w.at, words, w.unit);
        w.is_busy = true;
        w.busy_since = stub_cycles();
    }
    /* While the flash is at it; counts only if it reads back the same. */
    w.crc = stub_crc(w.crc, (const uint8_t *)words, w.unit);
    w.at += w.unit;
    if (w.at == FLASH_SECTOR_SIZE) {
        w.phase = READ_BACK;
        w.at = 0;
    }
}

static bool read_back_step(void)
{
    bool is_data = !is_erase_only(&w.done), is_same = true;
    for (uint32_t i = 0; i < READ_STEP; i += SPI_BUFFER) {
        uint32_t words[SPI_BUFFER / 4u];
        const uint32_t *want = sector_words() + w.at / 4u;
        spi_read(address_of(&w.done) + w.at, words, SPI_BUFFER);
        for (uint32_t k = 0; k < SPI_BUFFER / 4u; k++)
            is_same &= words[k] == (is_data ? want[k] : ~0u);
        if (!is_data)
            w.crc = stub_crc(w.crc, (const uint8_t *)words, SPI_BUFFER);
        w.at += SPI_BUFFER;
    }
    return is_same;
}

static uint8_t read_back(void)
{
    if (!read_back_step()) {
        if (w.is_second_try)
            return STUB_FLASH_DIFFERS;
        w.is_second_try = true;
        w.unit = SPI_BUFFER; /* from here on: as all chips can be written */
        start_erase(ERASE_AGAIN, &w.done, 1);
        return 0;
    }
    if (w.at < FLASH_SECTOR_SIZE)
        return 0;
    results[w.done.position] = w.crc;
    if (!is_erase_only(&w.done))
        w.written += FLASH_SECTOR_SIZE;
    move(&w.done, 1);
    w.is_second_try = false;
    w.is_to_tell = true;
    begin(IDLE);
    return 0;
}

static uint8_t step_flash(void)
{
    if (w.is_busy) {
        if (!spi_is_busy())
            w.is_busy = false;
        else if (stub_cycles() - w.busy_since > BUSY_MS * CYCLES_PER_MS)
            return STUB_FLASH_BUSY;
        return 0;
    }
    switch (w.phase) {
    case CHECK_BLANK:
        check_blank();
        break;
    case ERASE:
        move(&w.erased, w.erasing);
        begin(IDLE);
        break;
    case ERASE_AGAIN:
        begin(is_erase_only(&w.done) ? READ_BACK : PROGRAM);
        break;
    case PROGRAM:
        program();
        break;
    case READ_BACK:
        return read_back();
    case IDLE:
    default:
        choose();
        break;
    }
    return 0;
}

/* ---- all together ---- */

static bool is_plan_good(uint32_t runs)
{
    w.sectors = 0;
    for (uint32_t i = 0; i < runs && i < STUB_RUNS_MAX; i++) {
        if (run_sectors(i) == 0)
            return false;
        w.sectors += run_sectors(i);
        if ((plan[i] & STUB_RUN_ERASE_ONLY) == 0)
            w.data_sectors += run_sectors(i);
    }
    return runs <= STUB_RUNS_MAX && w.sectors <= STUB_SECTORS_MAX;
}

static uint32_t where(void)
{
    return w.phase == ERASE ? address_of(&w.erased) : address_of(&w.done);
}

static uint8_t work(void)
{
    uint32_t heard_at = stub_cycles();
    while (w.done.position < w.sectors) {
        uint32_t before = w.accepted + w.decoded;
        if (!take_frames(&heard_at))
            return 0;
        if (w.decoded < w.data_sectors * FLASH_SECTOR_SIZE &&
            stub_cycles() - heard_at > SILENCE_MS * CYCLES_PER_MS)
            return 0;
        if (!decode())
            return STUB_BAD_DATA;
        uint8_t error = step_flash();
        if (error)
            return error;
        tell_news();
        if ((w.is_busy || w.phase == IDLE) && w.accepted + w.decoded == before)
            ets_delay_us(w.phase > ERASE ? PROGRAM_PAUSE_US : PAUSE_US);
    }
    return 0;
}

uint8_t stub_do_write(struct stub_call *call)
{
    const uint32_t *arg = (const uint32_t *)(const void *)call->data;
    w = (struct writer){.runs = arg[0], .unit = SPI_BUFFER};
    if (!is_plan_good(w.runs))
        return STUB_BAD_LENGTH;
    if (call->size >= 8 && arg[1])
        w.unit = FLASH_PAGE_SIZE;
    call->is_silent = true;
    tell(0, 0);
    uint8_t error = work();
    if (error || w.done.position == w.sectors)
        tell(error, where());
    return 0;
}

/* The boot sector: checks the image in slot A, loads its RAM segments and
 * enters it. The boot ROM loads it from flash 0 into the upper IRAM. It has no
 * variables: everything is on the ROM's stack. Choosing between slots comes
 * with the issue on flash safety.
 *
 * The flash cache stays off, because this code is where the cache will be; the
 * SDK's start code turns it on. */
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/flash_map.h"

/* The boot ROM's functions. */
int SPIRead(uint32_t address, uint32_t *to, uint32_t size);
void uart_tx_one_char(uint32_t c);
void uart_div_modify(uint32_t uart, uint32_t divider);
void ets_delay_us(uint32_t us);
void ets_wdt_disable(void);

void boot_main(void);

#define UART_CLOCK 52000000u /* twice the crystal, until the SDK starts */
#define BAUD 115200u
#define IMAGE_MAGIC 0xE9u
#define IMAGE_SEGMENTS 16u
#define CHECKSUM_START 0xEFu
#define CHUNK_WORDS 128u
#define SAY_AGAIN_S 10u

struct segment {
    uint32_t address;
    uint32_t size;
    uint32_t flash; /* of its first byte */
};

/* Where a segment may go: neither over this code nor over the ROM's data. */
static bool is_in(const struct segment *segment, uint32_t from, uint32_t to)
{
    return segment->address >= from && segment->address < to &&
           segment->size <= to - segment->address;
}

static bool is_ram(const struct segment *segment)
{
    return is_in(segment, 0x3FFE8000u, 0x3FFFC000u) ||
           is_in(segment, 0x40100000u, 0x4010C000u);
}

/* Code and constants that run from where they are; nothing to load. */
static bool is_mapped(const struct segment *segment)
{
    return segment->address == MAP_IROM_BASE + segment->flash;
}

/* XOR of all bytes, folded from words. */
static bool sum_segment(const struct segment *segment, uint32_t *sum)
{
    uint32_t words[CHUNK_WORDS];
    for (uint32_t done = 0; done < segment->size;) {
        uint32_t n = segment->size - done;
        n = n < sizeof(words) ? n : (uint32_t)sizeof(words);
        if (SPIRead(segment->flash + done, words, n) != 0)
            return false;
        for (uint32_t i = 0; i < n / 4; i++)
            *sum ^= words[i];
        done += n;
    }
    return true;
}

static bool next_segment(struct segment *segment, uint32_t at)
{
    uint32_t head[2];
    if (SPIRead(at, head, sizeof(head)) != 0)
        return false;
    *segment = (struct segment){head[0], head[1], at + (uint32_t)sizeof(head)};
    uint32_t end = MAP_SLOT_A + MAP_SLOT_SIZE;
    return segment->size % 4 == 0 && segment->flash < end &&
           segment->size < end - segment->flash &&
           (is_ram(segment) || is_mapped(segment));
}

/* The checksum is the last byte of the 16 that follow the last segment or
 * that it ends in. */
static bool is_sum_right(uint32_t end, uint32_t sum)
{
    uint32_t word = 0;
    if (SPIRead((end | 15u) - 3, &word, sizeof(word)) != 0)
        return false;
    sum ^= sum >> 16;
    sum ^= sum >> 8;
    return ((sum ^ CHECKSUM_START ^ (word >> 24)) & 0xFFu) == 0;
}

/* NULL, or what is wrong with the image. */
static const char *check(uint32_t slot, uint32_t count)
{
    uint32_t at = slot + 8, sum = 0;
    for (uint32_t i = 0; i < count; i++) {
        struct segment segment;
        if (!next_segment(&segment, at) || !sum_segment(&segment, &sum))
            return "a segment of it is wrong";
        at = segment.flash + segment.size;
    }
    return is_sum_right(at, sum) ? NULL : "its checksum is wrong";
}

static bool load(uint32_t slot, uint32_t count)
{
    uint32_t at = slot + 8;
    for (uint32_t i = 0; i < count; i++) {
        struct segment segment;
        if (!next_segment(&segment, at))
            return false;
        at = segment.flash + segment.size;
        uint32_t *to = (uint32_t *)(uintptr_t)segment.address;
        if (!is_mapped(&segment) &&
            SPIRead(segment.flash, to, segment.size) != 0)
            return false;
    }
    return true;
}

static void say(const char *text)
{
    while (*text)
        uart_tx_one_char((uint8_t)*text++);
}

/* Wait for a person with a serial adapter. */
static void wait_for_loader(const char *why)
{
    ets_wdt_disable();
    ets_delay_us(20000); /* the ROM's own text is still being sent */
    uart_div_modify(0, UART_CLOCK / BAUD);
    for (;;) {
        say("\r\npogo: no program to start at 0x1000: ");
        say(why);
        say("\r\n  try: never with mains connected: hold the button, connect "
            "3.3 V"
            " again, and flash\r\n");
        for (unsigned i = 0; i < SAY_AGAIN_S; i++)
            ets_delay_us(1000000);
    }
}

void boot_main(void)
{
    uint32_t header[2] = {0, 0};
    const char *why = "the flash can't be read";
    if (SPIRead(MAP_SLOT_A, header, sizeof(header)) == 0) {
        uint32_t count = (header[0] >> 8) & 0xFFu;
        if ((header[0] & 0xFFu) != IMAGE_MAGIC || count > IMAGE_SEGMENTS)
            why = "there is none";
        else
            why = check(MAP_SLOT_A, count);
        if (!why && load(MAP_SLOT_A, count))
            ((void (*)(void))(uintptr_t)header[1])();
    }
    wait_for_loader(why ? why : "it came back");
}

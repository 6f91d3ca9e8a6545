/* The ROM loads the image at flash 0 into RAM and enters it (chip.md A7, A10).
 *
 * The first 16 bytes (image header and first segment header) are read in plain
 * mode, all that follows in the mode that the header asks for. So on a board
 * whose wiring can't do it the first `load` line is right and the rest is
 * rubbish, as in users' logs (Arduino #8890, #8240). */
#include "emulator/elf_image.h"
#include "emulator/rom_private.h"

#include <string.h>

#include "format/bytes.h"
#include "format/mark.h"

#define IMAGE_MAGIC 0xE9u
#define CHECKSUM_START 0xEFu
#define CHUNK 16u
#define SEGMENT_HEADER 8u
#define PIECE 256u
#define CYCLES_PER_BYTE 20u

static enum native_result next_segment(struct chip *chip);

static void take(struct chip *chip, void *out, uint32_t size)
{
    rom_flash_read(chip, chip->rom.image.position, out, size);
    chip->rom.image.position += size;
    native_spend(chip, (uint64_t)size * CYCLES_PER_BYTE);
}

/* Espressif's code can't be run here, and half-way it would stop with
 * something that nobody understands. */
static bool lacks_elf(struct chip *chip)
{
    uint8_t head[MARK_OFFSET + MARK_SIZE];
    struct mark mark;
    rom_flash_read(chip, 0, head, sizeof(head));
    const struct elf_image *elf = chip->config.elf;
    return !(elf && elf_image_has_archives(elf)) &&
           mark_read(head, sizeof(head), &mark) && mark.target == 'C';
}

static enum native_result enter_image(struct chip *chip)
{
    if (lacks_elf(chip)) {
        chip_stop(chip, "the image is linked with Espressif's archives, whose "
                        "code is never run here: give its ELF file (--elf)");
        return NATIVE_STOP;
    }
    return rom_enter(chip, chip->rom.image.entry);
}

static enum native_result finish(struct chip *chip)
{
    struct rom_image *image = &chip->rom.image;
    uint8_t stored;
    image->position |= CHUNK - 1;
    take(chip, &stored, 1);
    rom_say(chip, "csum 0x%02x\n", image->checksum);
    if (stored == image->checksum)
        return rom_then(chip, enter_image);
    chip_event(chip, "boot stopped: wrong checksum in the image at flash 0");
    rom_say(chip, "csum err\nets_main.c \n");
    return rom_halt(chip);
}

static enum native_result bad_address(struct chip *chip)
{
    struct cpu *cpu = &chip->cpu;
    cpu->exccause = FAULT_STORE_PROHIBITED;
    cpu->epc[1] = ROM_BOOT_FLASH;
    cpu->excvaddr = chip->rom.image.address;
    return rom_fatal(chip, FAULT_STORE_PROHIBITED);
}

static enum native_result load_piece(struct chip *chip)
{
    struct rom_image *image = &chip->rom.image;
    uint8_t piece[PIECE];
    uint32_t n = image->left < PIECE ? image->left : PIECE;
    if (n == 0) {
        rom_say(chip, "tail %u\nchksum 0x%02x\n", image->tail, image->checksum);
        return rom_then(chip, next_segment);
    }
    take(chip, piece, n);
    if (!bus_copy_in(chip->bus, image->address, piece, n))
        return bad_address(chip);
    for (uint32_t i = 0; i < n; i++)
        image->checksum ^= piece[i];
    image->address += n;
    image->left -= n;
    return rom_then(chip, load_piece);
}

static enum native_result load_segment(struct chip *chip, const uint8_t *header,
                                       uint32_t room)
{
    struct rom_image *image = &chip->rom.image;
    image->address = get_u32le(header);
    image->left = get_u32le(header + 4);
    image->tail = image->left > room ? (image->left - room) % CHUNK : 0;
    image->segments_left--;
    rom_say(chip, "load 0x%08x, len %d, room %u \n", image->address,
            (int)image->left, room);
    return rom_then(chip, load_piece);
}

static enum native_result next_segment(struct chip *chip)
{
    struct rom_image *image = &chip->rom.image;
    uint8_t header[SEGMENT_HEADER];
    if (image->segments_left == 0)
        return finish(chip);
    uint32_t used = image->position % CHUNK;
    if (used > CHUNK - SEGMENT_HEADER)
        rom_say(chip, "ho 0 tail %u room %u\n", used, CHUNK - used);
    take(chip, header, sizeof(header));
    return load_segment(chip, header,
                        (CHUNK - image->position % CHUNK) % CHUNK);
}

enum native_result rom_boot_flash(struct chip *chip)
{
    struct rom_image *image = &chip->rom.image;
    memset(image, 0, sizeof(*image));
    rom_flash_attach(chip);
    if (!rom_flash_is_ready(chip))
        return rom_flash_wait(chip);
    spi_set_flash_mode(&chip->spi[0], SPI_MODE_SLOW);
    take(chip, image->chunk, CHUNK);
    if (image->chunk[0] != IMAGE_MAGIC) {
        chip_event(chip, "boot stopped: no image at flash 0 (0x%02x)",
                   image->chunk[0]);
        rom_say(chip, "ets_main.c 181 \n");
        return rom_halt(chip);
    }
    image->segments_left = image->chunk[1];
    image->entry = get_u32le(image->chunk + 4);
    image->checksum = CHECKSUM_START;
    if (image->chunk[2] <= MODE_DOUT)
        spi_set_flash_mode(&chip->spi[0], image->chunk[2]);
    if (image->segments_left == 0)
        return finish(chip);
    return load_segment(chip, image->chunk + 8, CHUNK);
}

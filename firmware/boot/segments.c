/* The segments of an image in a slot, one after the other. */
#include "firmware/boot/slots.h"
#include "format/flash_map.h"

#define IMAGE_MAGIC 0xE9u
#define IMAGE_SEGMENTS 16u

static bool read(const struct boot *boot, uint32_t address, uint32_t *words)
{
    return boot->flash->read(boot->flash, address, words, 8) == ERR_NONE;
}

static bool is_in(const struct boot_segment *segment, uint32_t from,
                  uint32_t to)
{
    return segment->address >= from && segment->address < to &&
           segment->size <= to - segment->address;
}

static bool is_ram(const struct boot_segment *segment)
{
    return is_in(segment, 0x3FFE8000u, 0x3FFFC000u) ||
           is_in(segment, 0x40100000u, 0x4010C000u);
}

bool boot_image_open(const struct boot *boot, enum slot slot,
                     struct boot_image *image)
{
    uint32_t head[2], start = slot_image_address(slot);
    if (!read(boot, start, head) || (head[0] & 0xFFu) != IMAGE_MAGIC)
        return false;
    *image = (struct boot_image){head[1], (head[0] >> 8) & 0xFFu, start + 8,
                                 start + MAP_SLOT_SIZE};
    return image->left > 0 && image->left <= IMAGE_SEGMENTS;
}

bool boot_image_next(const struct boot *boot, struct boot_image *image,
                     struct boot_segment *segment)
{
    uint32_t head[2];
    if (image->left == 0 || !read(boot, image->at, head))
        return false;
    *segment = (struct boot_segment){head[0], head[1], image->at + 8, false};
    segment->is_mapped = segment->address == MAP_IROM_BASE + segment->flash;
    if (segment->size % 4 != 0 || segment->flash >= image->limit ||
        segment->size >= image->limit - segment->flash ||
        !(segment->is_mapped || is_ram(segment)))
        return false;
    image->left--;
    image->at = segment->flash + segment->size;
    return true;
}

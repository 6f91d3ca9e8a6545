/* The HAL of the posix device: pins, flash and RTC memory are memory. */
#include <string.h>

#include "firmware/hal/gpio.h"
#include "firmware/hal/retain.h"
#include "firmware/hal/serial.h"
#include "firmware/hal/system.h"
#include "firmware/port/posix/world.h"
#include "format/flash_map.h"

/* The HAL has no context argument; ports may keep one. */
static struct world *world;

/* ---- pins ---------------------------------------------------------------- */

void hal_gpio_output(unsigned pin, bool level)
{
    world->pin[pin] = (struct pin){.is_output = true, .level = level};
    world_look(world);
}

void hal_gpio_input(unsigned pin, bool has_pull_up)
{
    world->pin[pin] = (struct pin){.has_pull_up = has_pull_up};
    world_look(world);
}

void hal_gpio_write(unsigned pin, bool level)
{
    world->pin[pin].level = level;
    world_look(world);
}

bool hal_gpio_read(unsigned pin)
{
    const struct pin *row = &world->pin[pin];
    if (row->is_output)
        return row->level;
    for (size_t i = 0; i < BOARD_PARTS; i++) {
        const struct board_part *part = &world->board->parts[i];
        if (part->kind == PART_NONE)
            break;
        if ((part->kind == PART_BUTTON || part->kind == PART_SWITCH) &&
            part->gpio == pin && world->part[i].is_on)
            return !part->is_active_low;
    }
    return row->has_pull_up;
}

/* ---- the rest ------------------------------------------------------------ */

void hal_serial_write(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        world_say(world, (uint8_t)text[i]);
}

uint32_t hal_retain_read(unsigned index)
{
    return world->retained[index];
}

void hal_retain_write(unsigned index, uint32_t word)
{
    world->retained[index] = word;
}

void hal_system_chip(struct hal_chip *out)
{
    static const uint8_t mac[6] = {0x5C, 0xCF, 0x7F, 0x9E, 0x37, 0x79};
    memcpy(out->mac, mac, sizeof(mac));
    out->chip_id = 0x9E3779;
    out->flash_id = world->board->flash_jedec;
    out->flash_kb = WORLD_FLASH / 1024;
    out->free_heap = 40960;
}

void hal_system_restart(void)
{
    world->wants_restart = true;
}

/* ---- flash --------------------------------------------------------------- */

static bool is_inside(uint32_t address, size_t size)
{
    return address <= WORLD_FLASH && size <= WORLD_FLASH - address &&
           address % 4 == 0 && size % 4 == 0;
}

static enum err read_flash(const struct flash *flash, uint32_t address,
                           void *data, size_t size)
{
    const struct world *owner = flash->ctx;
    if (!is_inside(address, size))
        return ERR_BAD_RANGE;
    memcpy(data, owner->content + address, size);
    return ERR_NONE;
}

static enum err write_flash(const struct flash *flash, uint32_t address,
                            const void *data, size_t size)
{
    const struct world *owner = flash->ctx;
    const uint8_t *from = data;
    if (!is_inside(address, size))
        return ERR_BAD_RANGE;
    for (size_t i = 0; i < size; i++)
        owner->content[address + i] &= from[i];
    return ERR_NONE;
}

static enum err erase_flash(const struct flash *flash, uint32_t address)
{
    const struct world *owner = flash->ctx;
    if (!is_inside(address, FLASH_SECTOR_SIZE) || address % FLASH_SECTOR_SIZE)
        return ERR_BAD_RANGE;
    memset(owner->content + address, 0xFF, FLASH_SECTOR_SIZE);
    return ERR_NONE;
}

void hal_use(struct world *owner)
{
    world = owner;
    owner->flash = (struct flash){read_flash, write_flash, erase_flash, owner};
}

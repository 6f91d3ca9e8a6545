/* The HAL of the posix device: pins, flash and RTC memory are memory. */
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "firmware/hal/boot.h"
#include "firmware/hal/gpio.h"
#include "firmware/hal/retain.h"
#include "firmware/hal/serial.h"
#include "firmware/hal/system.h"
#include "firmware/port/posix/net.h"
#include "firmware/port/posix/world.h"
#include "format/bytes.h"
#include "format/flash_map.h"

#define PINS 17u
#define FLASH_SIZE 0x100000u
#define BLANK 0xFFFFFFFFu

struct pin {
    bool is_output, level, has_pull_up;
    bool is_closed; /* a contact to ground */
};

/* The HAL has no context argument; ports may keep one. */
static struct {
    struct world *world;
    struct pin pin[PINS];
    uint32_t retained[HAL_RETAIN_WORDS];
    uint8_t *content; /* FLASH_SIZE bytes */
    unsigned analog_mv;
    bool is_used[FLASH_SIZE /
                 4]; /* the word was programmed since it was blank */
    unsigned rewrites;
} hal;

/* ---- pins ---------------------------------------------------------------- */

static void set_pin(unsigned pin, struct pin state)
{
    state.is_closed = hal.pin[pin].is_closed;
    hal.pin[pin] = state;
    world_look(hal.world);
}

void hal_gpio_output(unsigned pin, bool level)
{
    set_pin(pin, (struct pin){.is_output = true, .level = level});
}

void hal_gpio_input(unsigned pin, bool has_pull_up)
{
    set_pin(pin, (struct pin){.has_pull_up = has_pull_up});
}

void hal_gpio_write(unsigned pin, bool level)
{
    hal.pin[pin].level = level;
    world_look(hal.world);
}

bool hal_gpio_read(unsigned pin)
{
    const struct pin *row = &hal.pin[pin];
    if (row->is_output)
        return row->level;
    return row->has_pull_up && !row->is_closed;
}

/* As the chip's converter has it. */
unsigned hal_analog_read(void)
{
    unsigned value = hal.analog_mv * 1024u / 1000u;
    return value < 1024 ? value : 1024;
}

void world_hal_analog(unsigned mv)
{
    hal.analog_mv = mv;
}

void world_hal_contact(unsigned pin, bool is_closed)
{
    hal.pin[pin].is_closed = is_closed;
}

bool world_hal_drives(unsigned pin, bool *level)
{
    *level = hal.pin[pin].level;
    return hal.pin[pin].is_output;
}

/* ---- the rest ------------------------------------------------------------ */

void hal_serial_write(const char *text, size_t size)
{
    for (size_t i = 0; i < size; i++)
        world_say(hal.world, (uint8_t)text[i]);
}

uint32_t hal_retain_read(unsigned index)
{
    return hal.retained[index];
}

void hal_retain_write(unsigned index, uint32_t word)
{
    hal.retained[index] = word;
}

void hal_system_chip(struct hal_chip *out)
{
    uint32_t tail =
        ((hal.world->seed + 1) * 2654435761u) >> 8; /* the bench's */
    const uint8_t mac[6] = {
        0x5C,         0xCF, 0x7F, (uint8_t)(tail >> 16), (uint8_t)(tail >> 8),
        (uint8_t)tail};
    memcpy(out->mac, mac, sizeof(mac));
    out->chip_id = tail;
    out->flash_id = hal.world->board->flash_jedec;
    out->flash_kb = FLASH_SIZE / 1024;
    out->free_heap = 40960;
    out->sdk = NULL;
    out->load = hal.world->load.percent;
}

bool hal_system_is_8285(void)
{
    return hal.world->board->is_8285;
}

void hal_boot_get(struct hal_boot *out)
{
    *out = hal.world->boot;
}

void hal_system_crash(enum hal_crash how)
{
    hal.world->restart =
        how == HAL_CRASH_EXCEPTION ? START_EXCEPTION : START_SOFT_WATCHDOG;
    hal.world->wants_restart = true;
}

void hal_system_restart(void)
{
    hal.world->restart = START_SOFTWARE;
    hal.world->wants_restart = true;
}

void hal_system_sleep(void)
{
    world_sleep(hal.world);
}

/* ---- the radio ----------------------------------------------------------- */

void hal_wifi_name(const char *name)
{
    radio_name(&hal.world->radio, name);
}

void hal_wifi_join(const struct hal_wifi_target *target)
{
    radio_join(&hal.world->radio, target);
}

void hal_wifi_tried(char *ssid, char *password)
{
    memcpy(ssid, hal.world->radio.ssid, HAL_SSID_SIZE + 1);
    memcpy(password, hal.world->radio.password, HAL_PASSWORD_SIZE + 1);
}

/* There is no radio, and no network but the computer's own. */
void hal_wifi_sleep(bool may)
{
    (void)may;
}

void hal_wifi_announce(void)
{
}

/* This air carries as far for a quiet one. */
void hal_wifi_power(unsigned tenths)
{
    (void)tenths;
}

void hal_wifi_facts(struct hal_wifi_facts *out)
{
    radio_facts(&hal.world->radio, out);
}

void hal_wifi_leave(void)
{
    radio_leave(&hal.world->radio);
}

bool hal_wifi_show(const char *ssid, const char *password)
{
    radio_show(&hal.world->radio, ssid, password);
    return true;
}

void hal_wifi_hide(void)
{
    radio_hide(&hal.world->radio);
}

int hal_wifi_signal(void)
{
    return radio_signal(&hal.world->radio);
}

unsigned hal_wifi_guests(void)
{
    return radio_guests(&hal.world->radio);
}

bool hal_wifi_scan(void)
{
    return radio_scan(&hal.world->radio);
}

const struct hal_wifi_heard *hal_wifi_heard(unsigned n)
{
    const struct heard *heard = &hal.world->radio.heard;
    return n < heard->count ? &heard->row[n] : NULL;
}

void hal_wifi_forget(void)
{
    hal.world->radio.heard.count = 0;
}

/* ---- flash --------------------------------------------------------------- */

static bool is_inside(uint32_t address, size_t size)
{
    return address <= FLASH_SIZE && size <= FLASH_SIZE - address &&
           address % 4 == 0 && size % 4 == 0;
}

static enum err read_flash(const struct flash *flash, uint32_t address,
                           void *data, size_t size)
{
    (void)flash;
    if (!is_inside(address, size))
        return ERR_BAD_RANGE;
    memcpy(data, hal.content + address, size);
    return ERR_NONE;
}

static enum err write_flash(const struct flash *flash, uint32_t address,
                            const void *data, size_t size)
{
    (void)flash;
    const uint8_t *from = data;
    if (!is_inside(address, size))
        return ERR_BAD_RANGE;
    for (size_t i = 0; i < size; i++)
        hal.content[address + i] &= from[i];
    for (uint32_t word = address / 4; word < (address + size) / 4; word++) {
        hal.rewrites += hal.is_used[word];
        hal.is_used[word] = true;
    }
    return ERR_NONE;
}

static enum err erase_flash(const struct flash *flash, uint32_t address)
{
    (void)flash;
    if (!is_inside(address, FLASH_SECTOR_SIZE) || address % FLASH_SECTOR_SIZE)
        return ERR_BAD_RANGE;
    memset(hal.content + address, 0xFF, FLASH_SECTOR_SIZE);
    memset(hal.is_used + address / 4, 0, FLASH_SECTOR_SIZE / 4);
    return ERR_NONE;
}

/* A file that is shorter than the flash is blank after its end. */
static enum err map_file(const char *file)
{
    int flags = MAP_SHARED, fd = -1;
    size_t had = 0;
    if (file) {
        struct stat st;
        fd = open(file, O_RDWR | O_CREAT, 0644);
        if (fd < 0 || fstat(fd, &st) != 0 || ftruncate(fd, FLASH_SIZE) != 0) {
            if (fd >= 0)
                close(fd);
            return ERR_FILE_OPEN;
        }
        had = (size_t)st.st_size;
    } else {
        flags = MAP_PRIVATE | MAP_ANONYMOUS;
    }
    void *at = mmap(NULL, FLASH_SIZE, PROT_READ | PROT_WRITE, flags, fd, 0);
    if (fd >= 0)
        close(fd);
    if (at == MAP_FAILED)
        return ERR_MEMORY;
    hal.content = at;
    if (had < FLASH_SIZE)
        memset(hal.content + had, 0xFF, FLASH_SIZE - had);
    for (uint32_t word = 0; word < FLASH_SIZE / 4; word++)
        hal.is_used[word] = get_u32le(hal.content + 4 * (size_t)word) != BLANK;
    return ERR_NONE;
}

enum err world_hal_open(struct world *world, const char *file)
{
    memset(&hal, 0, sizeof(hal));
    hal.world = world;
    world->flash = (struct flash){read_flash, write_flash, erase_flash, NULL};
    return map_file(file);
}

void world_hal_close(void)
{
    if (hal.content)
        munmap(hal.content, FLASH_SIZE);
    hal.content = NULL;
}

unsigned world_hal_rewrites(void)
{
    return hal.rewrites;
}

void world_hal_reset(bool is_power)
{
    for (unsigned i = 0; i < PINS; i++)
        hal.pin[i] = (struct pin){.is_closed = hal.pin[i].is_closed};
    for (unsigned i = 0; is_power && i < HAL_RETAIN_WORDS; i++)
        hal.retained[i] = (i + 1) * 2654435761u;
    net_reset();
}

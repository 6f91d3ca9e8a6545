#include "test/firmware/fake_hal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "firmware/hal/boot.h"
#include "firmware/hal/gpio.h"
#include "firmware/hal/serial.h"
#include "firmware/hal/system.h"
#include "firmware/port/posix/crypto.h"
#include "test/firmware/fake_net.h"

struct fake fake;
struct fake_watch fake_watch;
struct fake_device fd;

void fake_reset(void)
{
    memset(&fake, 0, sizeof(fake));
    memset(fake.flash, 0xFF, sizeof(fake.flash));
    fake.boot = (struct hal_boot){BOOT_GOOD, SLOT_A, OTA_BOARD_BENCH};
    crypto_forget();
    fake_net_reset();
}

void fake_forget(void)
{
    fake.size = 0;
    fake.text[0] = 0;
}

bool fake_said(const char *text)
{
    return strstr(fake.text, text) != NULL;
}

/* ---- the HAL ---- */

static void pin_changed(void)
{
    if (fake_watch.pins)
        fake_watch.pins(fake_watch.ctx);
}

void hal_gpio_output(unsigned pin, bool level)
{
    fake.is_output[pin] = true;
    fake.level[pin] = level;
    pin_changed();
}

void hal_gpio_input(unsigned pin, bool has_pull_up)
{
    fake.is_output[pin] = false;
    fake.has_pull_up[pin] = has_pull_up;
    pin_changed();
}

void hal_gpio_write(unsigned pin, bool level)
{
    fake.level[pin] = level;
    pin_changed();
}

bool hal_gpio_read(unsigned pin)
{
    if (fake.is_output[pin])
        return fake.level[pin];
    return !fake.is_closed[pin] && fake.has_pull_up[pin];
}

unsigned hal_analog_read(void)
{
    return fake.analog;
}

void hal_serial_write(const char *text, size_t size)
{
    if (fake.size + size >= sizeof(fake.text))
        fake_forget();
    memcpy(fake.text + fake.size, text, size);
    fake.size += size;
    fake.text[fake.size] = 0;
    if (fake_watch.serial)
        fake_watch.serial(fake_watch.ctx, text, size);
}

uint32_t hal_retain_read(unsigned index)
{
    return fake.retained[index];
}

void hal_retain_write(unsigned index, uint32_t word)
{
    fake.retained[index] = word;
}

void hal_system_chip(struct hal_chip *out)
{
    *out = (struct hal_chip){.mac = {0x5C, 0xCF, 0x7F, 0xA1, 0xB2, 0xC3},
                             .chip_id = 0xA1B2C3,
                             .flash_id = 0x144051,
                             .flash_kb = 1024,
                             .free_heap = 40960,
                             .load = HAL_LOAD_UNKNOWN};
}

bool hal_system_is_8285(void)
{
    return !fake.is_8266;
}

void hal_boot_get(struct hal_boot *out)
{
    *out = fake.boot;
}

void hal_system_crash(enum hal_crash how)
{
    fake.restart =
        how == HAL_CRASH_EXCEPTION ? START_EXCEPTION : START_SOFT_WATCHDOG;
    fake.restarts++;
}

void hal_system_sleep(void)
{
    fake.sleeps++;
}

void hal_system_restart(void)
{
    fake.restart = START_SOFTWARE;
    fake.restarts++;
}

/* ---- the radio ---- */

void hal_wifi_name(const char *name)
{
    snprintf(fake.radio.host, sizeof(fake.radio.host), "%s", name);
}

void hal_wifi_join(const struct hal_wifi_target *target)
{
    struct fake_radio *radio = &fake.radio;
    snprintf(radio->ssid, sizeof(radio->ssid), "%s", target->ssid);
    snprintf(radio->password, sizeof(radio->password), "%s", target->password);
    radio->is_fixed = target->fixed != NULL;
    if (target->fixed)
        memcpy(radio->fixed, target->fixed, sizeof(radio->fixed));
    radio->channel = target->channel;
    memcpy(radio->bssid, target->bssid, sizeof(radio->bssid));
    radio->joins++;
    if (fake_watch.radio)
        fake_watch.radio(fake_watch.ctx);
}

void hal_wifi_leave(void)
{
    fake.radio.ssid[0] = 0;
    fake.radio.leaves++;
    if (fake_watch.radio)
        fake_watch.radio(fake_watch.ctx);
}

bool hal_wifi_show(const char *ssid, const char *password)
{
    struct fake_radio *radio = &fake.radio;
    snprintf(radio->shown, sizeof(radio->shown), "%s", ssid);
    snprintf(radio->shown_password, sizeof(radio->shown_password), "%s",
             password);
    radio->is_showing = true;
    radio->shows++;
    if (fake_watch.radio)
        fake_watch.radio(fake_watch.ctx);
    return !radio->is_broken;
}

void hal_wifi_hide(void)
{
    fake.radio.is_showing = false;
    fake.radio.hides++;
    if (fake_watch.radio)
        fake_watch.radio(fake_watch.ctx);
}

void hal_wifi_tried(char *ssid, char *password)
{
    memcpy(ssid, fake.radio.ssid, HAL_SSID_SIZE + 1);
    memcpy(password, fake.radio.password, HAL_PASSWORD_SIZE + 1);
}

void hal_wifi_sleep(bool may)
{
    fake.radio.is_sleepless = !may;
}

void hal_wifi_announce(void)
{
    fake.radio.announces++;
}

void hal_wifi_power(unsigned tenths)
{
    fake.radio.power = tenths;
}

void hal_wifi_facts(struct hal_wifi_facts *out)
{
    *out = fake.radio.facts;
    if (fake_watch.facts)
        fake_watch.facts(fake_watch.ctx, out);
}

int hal_wifi_signal(void)
{
    return fake.radio.signal;
}

unsigned hal_wifi_guests(void)
{
    return fake.radio.guests;
}

bool hal_wifi_scan(void)
{
    if (!fake.radio.is_deaf)
        fake.radio.scans++;
    if (fake_watch.radio && !fake.radio.is_deaf)
        fake_watch.radio(fake_watch.ctx);
    return !fake.radio.is_deaf;
}

const struct hal_wifi_heard *hal_wifi_heard(unsigned n)
{
    return n < fake.radio.heard.count ? &fake.radio.heard.row[n] : NULL;
}

void hal_wifi_forget(void)
{
    fake.radio.heard.count = 0;
}

/* ---- flash ---- */

static enum err read_flash(const struct flash *flash, uint32_t address,
                           void *data, size_t size)
{
    (void)flash;
    memcpy(data, fake.flash + address, size);
    return ERR_NONE;
}

static void use(uint32_t word)
{
    if (fake.is_used[word]) {
        fprintf(stderr, "fake_hal: flash 0x%05x is programmed twice\n",
                (unsigned)word * 4);
        abort();
    }
    fake.is_used[word] = true;
}

static enum err write_flash(const struct flash *flash, uint32_t address,
                            const void *data, size_t size)
{
    const uint8_t *from = data;
    (void)flash;
    if (address % 4 || size % 4)
        return ERR_BAD_RANGE;
    for (uint32_t i = 0; i < size; i += 4)
        use((address + i) / 4);
    for (size_t i = 0; i < size && !fake.is_stuck[address / 0x1000]; i++)
        fake.flash[address + i] &= from[i];
    return ERR_NONE;
}

static enum err erase_flash(const struct flash *flash, uint32_t address)
{
    (void)flash;
    if (!fake.is_stuck[address / 0x1000])
        memset(fake.flash + address, 0xFF, 0x1000);
    memset(fake.is_used + address / 4, 0, 0x400);
    fake.erases++;
    return ERR_NONE;
}

const struct flash fake_flash = {read_flash, write_flash, erase_flash, NULL};

/* ---- a device ---- */

void fake_start(struct fake_device *device, enum start start)
{
    struct event event = {
        .kind = EVENT_START, .now_ms = device->now_ms, .start = start};
    crypto_forget();
    device_init(&device->device, &fake_flash);
    device_handle(&device->device, &event);
}

static void hand_answer(struct fake_device *device)
{
    struct event event = {.kind = EVENT_VERIFIED, .now_ms = device->now_ms};
    if (crypto_answer(&event.is_right))
        device_handle(&device->device, &event);
}

/* The interrupt of pins. */
static void hand_pins(struct fake_device *device)
{
    struct event event = {.kind = EVENT_PINS, .now_ms = device->now_ms};
    for (unsigned pin = 0; pin < 16; pin++)
        if (hal_gpio_read(pin))
            event.pins = (uint16_t)(event.pins | 1u << pin);
    if (event.pins != device->pins)
        device_handle(&device->device, &event);
    device->pins = event.pins;
}

static void hand_tick(struct fake_device *device)
{
    struct event event = {.kind = EVENT_TICK, .now_ms = device->now_ms};
    uint32_t passed_ms = device->now_ms - device->device.now_ms;
    if (device->now_ms % 10 == 0 ||
        passed_ms >= device_wait_ms(&device->device))
        device_handle(&device->device, &event);
}

void fake_run(struct fake_device *device, uint32_t ms)
{
    for (uint32_t end = device->now_ms + ms; device->now_ms != end;) {
        hand_pins(device);
        device->now_ms++;
        hand_answer(device);
        hand_tick(device);
    }
}

void fake_stall(struct fake_device *device, uint32_t ms,
                const struct fake_edge *edges, size_t count)
{
    uint32_t zero = device->now_ms;
    for (size_t i = 0; i < count; i++) {
        fake.is_closed[edges[i].pin] = edges[i].is_closed;
        device->now_ms = zero + edges[i].at_ms;
        hand_pins(device);
    }
    device->now_ms = zero + ms;
    hand_tick(device);
}

void fake_wifi(struct fake_device *device, const struct hal_wifi_event *news)
{
    struct event event = {
        .kind = EVENT_WIFI, .now_ms = device->now_ms, .wifi = *news};
    device_handle(&device->device, &event);
}

void fake_type(struct fake_device *device, const char *line)
{
    struct event event = {.kind = EVENT_CONSOLE,
                          .now_ms = device->now_ms,
                          .bytes = line,
                          .size = strlen(line)};
    fake_forget();
    device_handle(&device->device, &event);
    event.bytes = "\n";
    event.size = 1;
    device_handle(&device->device, &event);
}

bool fake_type_all(struct fake_device *device, const struct fake_line *rows,
                   size_t count)
{
    for (size_t i = 0; i < count; i++) {
        fake_type(device, rows[i].typed);
        if (fake_said(rows[i].said))
            continue;
        fprintf(stderr, "# %s\n#   wanted %s\n#   said   %s\n", rows[i].typed,
                rows[i].said, fake.text);
        return false;
    }
    return true;
}

int fake_basic(void **state)
{
    (void)state;
    memset(&fd, 0, sizeof(fd));
    fake_reset();
    fake_start(&fd, START_POWER_ON);
    return 0;
}

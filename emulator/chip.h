/* One ESP8266: CPU, memory, peripherals, flash chip, boot ROM, and the pins.
 * What is soldered to the pins is boards.c's business, not the chip's. */
#ifndef EMULATOR_CHIP_H
#define EMULATOR_CHIP_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/bus.h"
#include "emulator/clock.h"
#include "emulator/cpu.h"
#include "emulator/flash_chip.h"
#include "emulator/history.h"
#include "emulator/net.h"
#include "emulator/peripherals.h"
#include "emulator/rom.h"
#include "emulator/sdk.h"
#include "emulator/sdk_heap.h"
#include "emulator/sdk_usage.h"
#include "emulator/uart.h"
#include "emulator/wifi.h"
#include "emulator/wire.h"

struct elf_image;
struct native;

#define CHIP_GPIOS 17
#define RECENT_NATIVES 64u
#define CHIP_STOP_ROOM 2000u

/* As the ROM's banner prints it (chip.md A7). */
enum reset_cause {
    RESET_POWER_ON = 1,
    RESET_EXTERNAL = 2,
    RESET_SOFTWARE = 3,
    RESET_WATCHDOG = 4,
    RESET_DEEP_SLEEP = 5
};

struct block_pool;

struct chip_config {
    struct flash_chip_config flash;
    bool is_8285;
    uint8_t mac[6];
    uint32_t seed;              /* RAM noise at power-up */
    bool is_posing_as_hardware; /* tests: hide the bench mark (format/mark.h) */
    /* The flash holds this image; the caller's. NULL: one without archives, and
     * messages name no places. */
    const struct elf_image *elf;
    struct block_pool *pool; /* shared with other chips; NULL: none */
    const struct air *air;   /* format/air.h; the caller's; NULL: empty */
    uint32_t address;        /* its own, 127.x.y.z, host order; 0: 127.80.0.1 */
    /* The network (net.h); the caller's. NULL: nobody is there. */
    const struct net_host *net;
};

/* One line per thing that happened, for people and tests: "boot ...",
 * "reset cause 4", "stop ...". No newline. */
struct chip_events {
    void (*event)(void *ctx, const char *line);
    void *ctx;
};

/* Called after power, EN, a reset or a stop has changed what the chip is;
 * NULL: nobody looks. */
struct chip_probe {
    void (*look)(void *ctx);
    void *ctx;
};

struct chip {
    struct chip_config config;
    struct chip_events events;
    struct chip_probe probe;
    struct clock clock;
    struct bus *bus;
    struct cpu cpu;
    struct flash_chip flash;
    struct uart uart[2];
    struct spi spi[2]; /* [0] is SPI0, the flash */
    struct gpio gpio;
    struct frc frc[2];
    struct rtc rtc;
    struct dport dport;
    struct wdt wdt;
    struct rom rom;
    struct sdk sdk;
    struct wifi wifi;
    bool is_softap_broken; /* by a control line; no reset mends it */
    struct net net;
    struct sdk_heap heap;
    struct sdk_usage usage;
    struct clock_event wake; /* ends a native_wait */
    const struct native
        *recent_native[RECENT_NATIVES]; /* private to native.c */
    struct wire pin[CHIP_GPIOS];
    struct wire en; /* chip enable; low holds the chip in reset */
    struct wire_watch en_watch;
    bool has_power;
    unsigned strap; /* GPIO2 | GPIO0<<1 | GPIO15<<2, latched when EN rises */
    enum reset_cause reset_cause;
    bool is_asleep;                 /* deep sleep: only the RTC runs */
    struct clock_event sleep_event; /* to fall asleep, then to wake */
    uint64_t sleep_cycles;
    unsigned tout_mv;               /* at the analogue input, for tests */
    bool is_held;                   /* EN is low */
    bool is_fresh;                  /* not started yet since power came */
    struct clock_event reset_event; /* a reset asked for by the guest */
    enum reset_cause asked_cause;
    bool keeps_pins;    /* the next reset is the SDK's restart: a jump */
    unsigned power_ons; /* how often; seeds the RAM noise */
    struct history history;
    /* Why the device was stopped, in lines; empty: it was not. */
    char stop_reason[CHIP_STOP_ROOM];
};

MUST_USE enum err chip_init(struct chip *chip,
                            const struct chip_config *config);
void chip_free(struct chip *chip);

/* The supply: off loses RAM and RTC memory; on is a power-on reset. */
void chip_power(struct chip *chip, bool is_on);
/* Reset now: strap is latched only for power-on, external and watchdog resets
 * do not re-latch (the latched strap survives them; EN rising latches). */
void chip_reset(struct chip *chip, enum reset_cause cause);
/* The same, from inside a register write: happens after the instruction. */
void chip_ask_reset(struct chip *chip, enum reset_cause cause);
/* Deep sleep, after the instruction: everything is off but the RTC. After `us`
 * (0: never) GPIO16 goes low for a moment; where a wire leads it to EN the chip
 * starts, with RESET_DEEP_SLEEP, as it does when EN is pulled by others. */
void chip_ask_sleep(struct chip *chip, uint64_t us);
/* Powered and not held in reset: the pins live. */
bool chip_is_alive(const struct chip *chip);

/* Run until the clock shows `until` (idle time is skipped, not waited for).
 * Returns early when the chip is stopped (stop_reason). The clock always ends
 * at `until`, also with power off. */
void chip_run(struct chip *chip, uint64_t until);

/* The device broke a rule or left the modelled world: say so and halt. Each
 * line of the text is an event, the first one with `stop ` in front. */
__attribute__((format(printf, 2, 3))) void chip_stop(struct chip *chip,
                                                     const char *format, ...);
/* An event line. It goes into the history, too. */
__attribute__((format(printf, 2, 3))) void chip_event(struct chip *chip,
                                                      const char *format, ...);

#endif

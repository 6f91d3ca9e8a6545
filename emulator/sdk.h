/* The NonOS SDK as natives: what they remember between calls. Its
 * functions are rows in sdk_rows.h, its rules in sdk_rule.h.
 *
 * Its functions stand at addresses of our own from SDK_BASE (bus.h); the image
 * gets them from a linker script made of the table (scripts/mkld.c). The
 * archives know the image's symbols because they are linked with it; natives
 * can't, so the bench's linker script puts a start table at the beginning of
 * .data. For an image that is linked with the archives the same functions stand
 * where its ELF file says (elf_image.h). */
#ifndef EMULATOR_SDK_H
#define EMULATOR_SDK_H

#include <stdbool.h>
#include <stdint.h>

#include "emulator/clock.h"
#include "emulator/sdk_call.h"
#include "emulator/sdk_espconn.h"
#include "emulator/sdk_timer.h"
#include "emulator/sdk_wifi.h"

struct chip;
struct elf_image;

/* The start table: five words; and a sixth of an image that shows the archives
 * another flash size than the header's (chip/hooks.c does it on the chip):
 * SDK_START_SHOWS and the size's number. */
#define SDK_START_TABLE 0x3FFE8000u
#define SDK_START_MAGIC 0x54535342u /* "BSST" */

#define SDK_START_SHOWS 0x50414D00u /* "MAP" above the lowest byte */

#define SDK_RESET_INFO_WORDS 7u
#define SDK_PARTITIONS 24u

struct sdk_partition {
    uint32_t type, address, size;
};

#define SDK_TASKS 3u /* priorities 0 to 2; 2 goes first */

struct sdk_task {
    uint32_t fn;
    uint32_t queue; /* guest address of an array of {sig, par} */
    uint32_t head, count, room;
};

struct sdk {
    bool is_running;            /* call_user_start was entered */
    bool has_byte_load_handler; /* cause-3 handler: narrow loads from flash work
                                 */
    struct sdk_timers timers;
    struct sdk_task task[SDK_TASKS];
    uint32_t entry_stack; /* a1 when call_user_start was entered */
    uint32_t user_init;
    bool shows_1mb;    /* whatever the header's size nibble says */
    uint32_t phy_data; /* flash address, from the partition table; 0: none */
    struct clock_event watchdog;
    const struct elf_image *names; /* of the image that runs; NULL: unknown */
    bool is_watchdog_off;          /* system_soft_wdt_stop */
    bool is_print_off;             /* system_set_os_print(0) */
    bool has_pre_init_ended;
    uint64_t reset_at;      /* when the system's time was 0 */
    uint32_t init_done;     /* system_init_done_cb's */
    uint32_t flash_read_fn; /* spi_flash_set_read_func's */
    uint32_t nmi_fn, hw_timer_fn;
    uint32_t hw_timer_least; /* us, in the mode it was set to */
    uint64_t sleep_us;       /* 0: until a reset */
    uint32_t bss_start, bss_end;
    uint32_t reset_info[SDK_RESET_INFO_WORDS]; /* struct rst_info */
    struct sdk_partition partition[SDK_PARTITIONS];
    unsigned partitions;
    struct sdk_calls calls;
    struct sdk_espconn espconn;
    struct sdk_wifi wifi;
    /* The guest function that the SDK has called; NULL: none runs. */
    uint32_t stack_low;   /* how far down the stack has been in this run */
    const char *callback; /* what it is, for people: "os_timer" */
    uint32_t callback_fn;
};

void sdk_reset(struct chip *chip);

#endif

/* One device of the power-cut sweeps on the host: a whole flash chip that loses
 * power (test/format/sim_flash.h), the portable boot sector, and the core on
 * the fake HAL in virtual time. Every start checks promises 1, 3, 4 and 5, and
 * the first start after a cut also the records on flash.
 *
 * There is one, because the fake HAL is one. */
#ifndef TEST_POWER_HOST_H
#define TEST_POWER_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/boot/slots.h"
#include "test/firmware/fake_hal.h"
#include "test/format/sim_flash.h"
#include "test/power/host_image.h"
#include "test/power/report.h"

#define HOST_RELAY_PIN 12u /* of a Sonoff Basic, the default module */

struct host {
    struct sim_flash sim;
    struct device device;
    struct boot_choice choice;  /* by which it was started */
    enum host_image_name image; /* what runs */
    bool is_running;
    bool is_blank;    /* being flashed: that nothing starts is no brick */
    bool is_verified; /* a right signature under IMAGE_NEXT or IMAGE_BROKEN was
                         seen: it may run */
    unsigned broken_starts; /* of IMAGE_BROKEN, not confirmed */
    uint32_t crash_ms;      /* IMAGE_BROKEN crashes so long after its start */
    uint32_t now_ms, started_ms;
    /* The fake HAL's. */
    bool is_output[FAKE_PINS], level[FAKE_PINS], has_pull_up[FAKE_PINS];
    uint32_t retained[HAL_RETAIN_WORDS];
};

extern struct host host;
extern struct report *host_report; /* where what is broken goes */
extern struct host_image host_images[HOST_IMAGES];

/* Once per program: keys and images. */
void host_prepare(void);
/* A chip that holds `rest` (MAP_END bytes), without power so far. */
void host_new(const uint8_t *rest, uint64_t seed);

/* Write the image as if it had been flashed and run for long: install word,
 * PHY data, a good record with this sequence number. */
void host_put(enum slot slot, enum host_image_name name, uint32_t sequence);
/* Now all that is on the chip is there to stay: strictness begins. */
void host_settle(void);

/* Copies of the device and its world. */
void host_save(struct host *to);
void host_restore(const struct host *from);

/* Power comes, or the chip is reset: boot sector and first event. */
void host_start(enum start start);
/* Time passes, restarts included. False: power went. */
bool host_run(uint32_t ms);
/* The same until is_so, at the most for ms. False: power went, or it is not so.
 */
bool host_run_until(bool (*is_so)(void), uint32_t ms);
/* A line at the console; news of the radio. */
void host_type(const char *line);
void host_wifi(const struct hal_wifi_event *news);

/* The public half, as the device has it. */
const uint8_t *host_owner_key(void);

/* After a cut: whatever a record says is on flash is there, whole, verified;
 * of what is not verified the first bytes are not in the slot. */
void host_check_slots(void);

#endif

/* The NonOS SDK as natives: what they remember between calls. First form: only
 * what port/esp8266 needs today; the SDK's rules come with the bench issue. */
#ifndef EMULATOR_SDK_H
#define EMULATOR_SDK_H

#include <stdbool.h>
#include <stdint.h>

struct chip;

#define SDK_TASKS 3
#define SDK_QUEUE 32

struct sdk_post {
    uint32_t sig, par;
};

struct sdk_task {
    uint32_t fn;
    struct sdk_post queue[SDK_QUEUE];
    unsigned head, count, room;
};

struct sdk {
    bool is_running; /* call_user_start was entered */
    bool has_byte_load_handler; /* cause-3 handler: narrow loads from flash work */
    uint32_t timer_list; /* guest address of the first armed os_timer */
    struct sdk_task task[SDK_TASKS];
    uint32_t step;
};

void sdk_reset(struct chip *chip);

#endif

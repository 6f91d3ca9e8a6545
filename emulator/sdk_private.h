/* What the sdk*.c files share. Functions named sdk_native_* are rows of the
 * table in sdk.c. */
#ifndef EMULATOR_SDK_PRIVATE_H
#define EMULATOR_SDK_PRIVATE_H

#include "emulator/chip.h"
#include "emulator/native.h"
#include "emulator/sdk_rule.h"

/* Steps of natives; no guest calls these. */
#define SDK_STEPS 0x4030F000u
#define SDK_STEP_PRE_INIT_DONE 0x4030F000u
#define SDK_STEP_LOOP 0x4030F010u
#define SDK_STEP_LOAD_STORE 0x4030F020u
#define SDK_STEP_FLASH_WAIT 0x4030F030u
#define SDK_STEP_FLASH_WRITE 0x4030F040u
#define SDK_STEP_INIT_DONE 0x4030F050u
#define SDK_STEP_PARAM 0x4030F060u
#define SDK_STEP_NMI_RETURN 0x4030F070u
#define SDK_STEP_HW_TIMER_ISR 0x4030F080u
#define SDK_STEP_UART_ISR 0x4030F090u
#define SDK_STEP_UART_TASK 0x4030F0A0u

/* The SDK's own DRAM above the user's stack: what it hands out by pointer. */
#define SDK_STACK 0x3FFFFF80u
#define SDK_RESET_INFO 0x3FFFFF80u
#define SDK_VERSION_TEXT 0x3FFFFFA0u

#define SDK_OK 0u /* SpiFlashOpResult */
#define SDK_FAILED 1u

uint32_t sdk_get(struct chip *chip, uint32_t address);
/* The flash's size as the archives see it: the image header's nibble, or what
 * the image shows them instead. 2 is 1 MB. */
#define SDK_MAP_1MB 2u
uint32_t sdk_size_map(const struct chip *chip);
void sdk_put(struct chip *chip, uint32_t address, uint32_t value);
enum native_result sdk_return(struct chip *chip, uint32_t value);

/* sdk_early.c: false: not in user_pre_init; the device was stopped. */
bool sdk_may_call(struct chip *chip, const struct native *row);

/* sdk_task.c: hand the first post of the highest task to it; false: none. */
bool sdk_task_run(struct chip *chip);

/* sdk_watchdog.c: both watchdogs begin anew, as before a callback, or rest,
 * as while the loop has nothing to do. */
void sdk_watchdog_feed(struct chip *chip);
void sdk_watchdog_rest(struct chip *chip);

/* sdk_restart.c: after user_pre_init, what RTC memory says of the reset; and
 * the resets that leave something there. */
void sdk_reset_recall(struct chip *chip);
void sdk_reset_by_watchdog(struct chip *chip);
/* An exception that nobody handles: says so on UART0 and restarts. */
enum native_result sdk_fatal(struct chip *chip, unsigned cause);
/* The PHY data does not begin with 05 but with this byte: the same. */
enum native_result sdk_miss_phy(struct chip *chip, uint8_t first);

/* sdk_hw_timer.c: the NMI was taken and a program has a handler for it. */
enum native_result sdk_nmi(struct chip *chip);

/* The rows: sdk_native_*. */
#define R(address, name, fn) enum native_result fn(struct chip *chip);
#define I R
#include "emulator/sdk_rows.h"
#undef R
#undef I

#endif

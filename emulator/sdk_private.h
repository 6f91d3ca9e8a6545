/* What the sdk*.c files share. Functions named sdk_native_* are rows of the
 * table in sdk.c. */
#ifndef EMULATOR_SDK_PRIVATE_H
#define EMULATOR_SDK_PRIVATE_H

#include "emulator/chip.h"
#include "emulator/native.h"
#include "emulator/sdk_rule.h"

/* Steps of natives; no guest calls these. */
#define SDK_STEP_PRE_INIT_DONE 0x4030F000u
#define SDK_STEP_LOOP 0x4030F010u
#define SDK_STEP_LOAD_STORE 0x4030F020u
#define SDK_STEP_FLASH_WAIT 0x4030F030u
#define SDK_STEP_FLASH_WRITE 0x4030F040u

/* The SDK's own DRAM above the user's stack: what it hands out by pointer. */
#define SDK_STACK 0x3FFFFF80u
#define SDK_RESET_INFO 0x3FFFFF80u

/* enum rst_reason of the public API. */
#define SDK_REASON_SOFT_WDT 3u

#define SDK_OK 0u /* SpiFlashOpResult */
#define SDK_FAILED 1u

uint32_t sdk_get(struct chip *chip, uint32_t address);
void sdk_put(struct chip *chip, uint32_t address, uint32_t value);
enum native_result sdk_return(struct chip *chip, uint32_t value);

/* Call the first timer that is due: true when one was, and pc and arguments
 * are set. Else *next is when one will be. */
bool sdk_timer_run(struct chip *chip, uint64_t *next);

/* sdk_watchdog.c: the software watchdog. recall is called once at start, before
 * tell, which puts the reason into the guest's struct rst_info. */
void sdk_watchdog_feed(struct chip *chip);
void sdk_watchdog_stop(struct chip *chip);
void sdk_watchdog_recall(struct chip *chip);
void sdk_watchdog_tell(struct chip *chip, uint32_t info);

/* The rows: sdk_native_*. */
#define R(address, name, fn) enum native_result fn(struct chip *chip);
#define I R
#include "emulator/sdk_rows.h"
#undef R
#undef I

#endif

/* The SDK's rules (nonos-sdk.md, "API rules"): one row each. On the chip a
 * broken rule works until it does not; here it stops the device at once and
 * says which rule, who broke it and what happened just before. */
#ifndef EMULATOR_SDK_RULE_H
#define EMULATOR_SDK_RULE_H

#include <stddef.h>
#include <stdint.h>

#include "emulator/cpu.h"

struct chip;

enum sdk_rule {
    RULE_FLASH_ALIGNED,
    RULE_HEAP_OVERRUN,
    RULE_HEAP_FREED,
    RULE_HEAP_DOUBLE_FREE,
    RULE_HEAP_FOREIGN_FREE,
    RULE_ISR_IRAM,
    RULE_ISR_CALL,
    RULE_STACK,
    RULE_TIMER_MEMORY,
    RULE_TIMER_OVERWRITTEN,
    RULE_TIMER_FREED,
    RULE_TIMER_SETFN_ARMED,
    RULE_TIMER_ARMED_TWICE,
    RULE_TIMER_FUNCTION,
    RULE_TIMER_RANGE,
    RULE_TIMER_US,
    RULE_TIMER_REINIT,
    RULE_HW_TIMER_RANGE,
    RULE_RTC_SYSTEM_BLOCKS,
    RULE_SOFT_WDT,
    RULE_PARTITION_TABLE,
    RULE_PRE_INIT_CALL,
    RULE_PRE_INIT_STACK,
    RULE_WIFI_STATION_MODE,
    RULE_WIFI_AP_MODE,
    RULE_WIFI_EARLY,
    RULE_WIFI_SCANNING,
    RULE_WIFI_JOINED,
    RULE_WIFI_GARBAGE,
    RULE_WIFI_DHCPC_ON,
    RULE_WIFI_DHCPS_ON,
    RULE_WIFI_MAC_LATE,
    RULE_WIFI_LIST_KEPT,
    RULE_ESPCONN_SENT,
    RULE_ESPCONN_CALLBACK,
    RULE_ESPCONN_MEMORY,
    RULE_ESPCONN_DELETED,
    RULE_ESPCONN_EMPTY,
    RULE_COUNT
};

struct sdk_rule_row {
    const char *name;   /* "flash-aligned": what tests and people look for */
    const char *text;   /* the rule, one sentence */
    const char *advice; /* what to do instead */
};

extern const struct sdk_rule_row sdk_rules[RULE_COUNT];

/* Where in the guest's code an address is, for people: "function file.c:12"
 * where the bench has the ELF file, else the number. Of a return address, the
 * call before it. */
#define SDK_PLACE 96u
void sdk_place(struct chip *chip, uint32_t address, char *out, size_t room);
void sdk_caller(struct chip *chip, uint32_t address, char *out, size_t room);

/* The event `WHOSE watchdog at PLACE, in the callback …`: it has bitten. */
void sdk_say_hang(struct chip *chip, const char *whose);

/* The events `at …`, `from …`, if the ELF file is known: where EPC1 is, or who
 * has called the native that runs. */
void sdk_say_fault(struct chip *chip);
void sdk_say_call(struct chip *chip);

/* Stop the device. One event line each: the rule, the detail, where the guest
 * called from and that from where, in which callback or interrupt handler, what
 * to do, and the last things that happened. Returns NATIVE_STOP. */
__attribute__((format(printf, 3, 4))) enum native_result
sdk_rule_broken(struct chip *chip, enum sdk_rule rule, const char *format, ...);

#endif

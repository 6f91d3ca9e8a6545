/* The device before the SDK's radio starts. What Espressif's start code
 * (libmain.a of SDK 3.0.x, app_main.o) has done when it calls user_pre_init was
 * read from its disassembly: the flash cache is on, .bss is zero, exceptions
 * have their handlers. Not yet: the MAC, the system's time, struct rst_info,
 * the UART's clock, tasks and timers.
 *
 * Flash can be read and written there: spi_flash_* need the boot ROM's table of
 * the flash chip, the cache's register and the watchdog's, nothing that start
 * code would set up later; system_partition_table_regist, which Espressif wants
 * called there, itself reads flash and takes memory from the heap. */
#include "firmware/port/esp8266/early.h"

#include <stdint.h>

#include "mem.h"
#include "user_interface.h"

/* The start code holds 5392 bytes of the stack for its own, so that it is at
 * the ROM's variables when user_pre_init is called. What goes deeper than that
 * call needs another stack. Overrun, it stops the bench (rule heap-overrun). */
#define STACK 2048u

/* Reasons of the boot ROM: chip.md A7. */
enum { ROM_POWER_ON = 1, ROM_EXTERNAL, ROM_SOFTWARE, ROM_WATCHDOG, ROM_SLEEP };

int rtc_get_reset_reason(void);
void early_switch(void (*fn)(void), void *top);

/* early_switch: a1 := top, fn(), a1 as it was. a12 is fn's to keep, by the call
 * convention, and the caller's, so it waits on the new stack. */
__asm__(".section .text.early_switch,\"ax\",@progbits\n"
        ".align 4\n"
        ".global early_switch\n"
        ".type early_switch, @function\n"
        "early_switch:\n"
        "addi a3, a3, -16\n"
        "s32i a0, a3, 0\n"
        "s32i a12, a3, 4\n"
        "mov a12, a1\n"
        "mov a1, a3\n"
        "callx0 a2\n"
        "l32i a0, a1, 0\n"
        "mov a2, a12\n"
        "l32i a12, a1, 4\n"
        "mov a1, a2\n"
        "ret\n"
        ".size early_switch, . - early_switch\n"
        ".text\n");

bool early_call(void (*fn)(void))
{
    char *stack = pvPortMalloc(STACK, "", 0, false);
    if (!stack)
        return false;
    early_switch(fn, stack + STACK);
    vPortFree(stack, "", 0);
    return true;
}

/* struct rst_info of the restart is the first thing in RTC memory until the
 * SDK has looked at it; after power-on that is noise. */
enum start early_reason(void)
{
    uint32_t reason = 0;
    (void)system_rtc_mem_read(0, &reason, sizeof(reason));
    switch (rtc_get_reset_reason()) {
    case ROM_EXTERNAL:
        return START_EXTERNAL;
    case ROM_WATCHDOG:
        return START_WATCHDOG;
    case ROM_SLEEP:
        return START_DEEP_SLEEP;
    case ROM_SOFTWARE:
        return reason == REASON_EXCEPTION_RST  ? START_EXCEPTION
               : reason == REASON_SOFT_WDT_RST ? START_SOFT_WATCHDOG
                                               : START_SOFTWARE;
    default:
        return START_POWER_ON;
    }
}

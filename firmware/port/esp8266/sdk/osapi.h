#ifndef SDK_OSAPI_H
#define SDK_OSAPI_H

#include "ets_sys.h"
#include "os_type.h"

#define os_timer_setfn ets_timer_setfn
#define os_timer_arm(timer, ms, repeats)                                       \
    ets_timer_arm_new((timer), (ms), (repeats), true)
#ifdef USE_US_TIMER
#define os_timer_arm_us(timer, us, repeats)                                    \
    ets_timer_arm_new((timer), (us), (repeats), false)
#endif
#define os_timer_disarm ets_timer_disarm
#define os_delay_us ets_delay_us

/* Printing: %d %u %x %s %c with widths, no %f. */
__attribute__((format(printf, 1, 2))) int os_printf_plus(const char *format,
                                                         ...);
__attribute__((format(printf, 2, 3))) int ets_sprintf(char *to,
                                                      const char *format, ...);
__attribute__((format(printf, 3, 4))) int
ets_snprintf(char *to, unsigned int size, const char *format, ...);
#define os_printf os_printf_plus
#define os_sprintf ets_sprintf
#define os_snprintf ets_snprintf

unsigned long os_random(void);
int os_get_random(unsigned char *to, size_t size);

#endif

#ifndef SDK_OSAPI_H
#define SDK_OSAPI_H

#include "ets_sys.h"
#include "os_type.h"

#define os_timer_setfn ets_timer_setfn
#define os_timer_arm(timer, ms, repeats)                                       \
    ets_timer_arm_new((timer), (ms), (repeats), true)
#define os_timer_disarm ets_timer_disarm
#define os_delay_us ets_delay_us

#endif

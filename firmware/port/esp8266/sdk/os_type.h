#ifndef SDK_OS_TYPE_H
#define SDK_OS_TYPE_H

#include "ets_sys.h"

#define os_event_t ETSEvent
#define os_task_t ETSTask
#define os_timer_t ETSTimer
#define os_timer_func_t ETSTimerFunc

#endif

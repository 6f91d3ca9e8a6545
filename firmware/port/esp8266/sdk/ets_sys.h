/* The ROM's and the SDK's lowest layer: tasks' events, interrupts, timers. */
#ifndef SDK_ETS_SYS_H
#define SDK_ETS_SYS_H

#include "c_types.h"

typedef uint32_t ETSSignal;
typedef uint32_t ETSParam;

typedef struct ETSEventTag {
    ETSSignal sig;
    ETSParam par;
} ETSEvent;

typedef void (*ETSTask)(ETSEvent *event);

typedef void ETSTimerFunc(void *argument);

typedef struct _ETSTIMER_ {
    struct _ETSTIMER_ *timer_next;
    uint32_t timer_expire;
    uint32_t timer_period;
    ETSTimerFunc *timer_func;
    void *timer_arg;
} ETSTimer;

#define ETS_UART_INUM 5

typedef void (*ets_isr_t)(void *argument);

void ets_isr_attach(int line, ets_isr_t handler, void *argument);
void ets_isr_mask(uint32_t mask);
void ets_isr_unmask(uint32_t mask);
void ets_delay_us(uint32_t us);
void ets_timer_setfn(ETSTimer *timer, ETSTimerFunc *function, void *argument);
void ets_timer_arm_new(ETSTimer *timer, uint32_t time, bool repeats,
                       bool is_ms);
void ets_timer_disarm(ETSTimer *timer);
void uart_div_modify(uint8_t uart, uint32_t divider);

#endif

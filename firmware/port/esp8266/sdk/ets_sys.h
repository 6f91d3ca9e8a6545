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

#define ETS_GPIO_INUM 4
#define ETS_UART_INUM 5
#define ETS_FRC_TIMER1_INUM 9

typedef void (*ets_isr_t)(void *argument);

void ets_isr_attach(int line, ets_isr_t handler, void *argument);
void ets_isr_mask(uint32_t mask);
void ets_isr_unmask(uint32_t mask);
void ets_intr_lock(void);
void ets_intr_unlock(void);
void NmiTimSetFunc(void (*handler)(void));
void ets_delay_us(uint32_t us);
void ets_timer_setfn(ETSTimer *timer, ETSTimerFunc *function, void *argument);
void ets_timer_arm_new(ETSTimer *timer, uint32_t time, bool repeats,
                       bool is_ms);
void ets_timer_disarm(ETSTimer *timer);
void uart_div_modify(uint8_t uart, uint32_t divider);

#define ETS_GPIO_INTR_ATTACH(handler, argument)                                \
    ets_isr_attach(ETS_GPIO_INUM, (handler), (void *)(argument))
#define ETS_UART_INTR_ATTACH(handler, argument)                                \
    ets_isr_attach(ETS_UART_INUM, (handler), (void *)(argument))
#define ETS_INTR_LOCK() ets_intr_lock()
#define ETS_INTR_UNLOCK() ets_intr_unlock()
#define ETS_INTR_ENABLE(line) ets_isr_unmask(1u << (line))
#define ETS_INTR_DISABLE(line) ets_isr_mask(1u << (line))
#define ETS_GPIO_INTR_ENABLE() ETS_INTR_ENABLE(ETS_GPIO_INUM)
#define ETS_GPIO_INTR_DISABLE() ETS_INTR_DISABLE(ETS_GPIO_INUM)
#define ETS_UART_INTR_ENABLE() ETS_INTR_ENABLE(ETS_UART_INUM)
#define ETS_UART_INTR_DISABLE() ETS_INTR_DISABLE(ETS_UART_INUM)

#endif

#include "emulator/clock.h"

#include <stddef.h>

void clock_cancel(struct clock *clock, struct clock_event *event)
{
    if (!event->is_pending)
        return;
    struct clock_event **link = &clock->head;
    while (*link != event)
        link = &(*link)->next;
    *link = event->next;
    event->next = NULL;
    event->is_pending = false;
}

void clock_at(struct clock *clock, struct clock_event *event, uint64_t when)
{
    clock_cancel(clock, event);
    if (when < clock->now)
        when = clock->now;
    event->when = when;
    struct clock_event **link = &clock->head;
    while (*link && (*link)->when <= when)
        link = &(*link)->next;
    event->next = *link;
    *link = event;
    event->is_pending = true;
    if (clock->limit > when)
        clock->limit = when;
}

void clock_in(struct clock *clock, struct clock_event *event, uint64_t cycles)
{
    uint64_t room = CLOCK_NEVER - clock->now;
    clock_at(clock, event, clock->now + (cycles < room ? cycles : room));
}

uint64_t clock_next(const struct clock *clock)
{
    return clock->head ? clock->head->when : CLOCK_NEVER;
}

uint64_t clock_next_busy(const struct clock *clock)
{
    const struct clock_event *event = clock->head;
    while (event && event->is_patient)
        event = event->next;
    return event ? event->when : CLOCK_NEVER;
}

void clock_run_due(struct clock *clock)
{
    while (clock->head && clock->head->when <= clock->now) {
        struct clock_event *event = clock->head;
        clock->head = event->next;
        event->next = NULL;
        event->is_pending = false;
        event->fn(event->ctx);
    }
}

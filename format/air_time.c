/* The air at a moment: which changes hold, and when the next one comes. */
#include <string.h>

#include "format/air_private.h"

static bool is_same_name(const struct air_ap *a, const struct air_ap *b)
{
    return a->name_size == b->name_size &&
           memcmp(a->name, b->name, a->name_size) == 0;
}

static bool concerns(const struct air *air, const struct air_event *event,
                     unsigned ap)
{
    return event->ap == ap ||
           (!event->is_only && is_same_name(&air->ap[event->ap], &air->ap[ap]));
}

void air_state(const struct air *air, unsigned ap, uint64_t ms,
               struct air_state *out)
{
    *out = (struct air_state){.is_up = true,
                              .rssi = air->ap[ap].rssi,
                              .password = air->ap[ap].password};
    for (unsigned i = 0; i < air->event_count; i++) {
        const struct air_event *event = &air->event[i];
        if (event->ms > ms)
            return;
        if (!concerns(air, event, ap))
            continue;
        if (event->change == AIR_DOWN || event->change == AIR_UP)
            out->is_up = event->change == AIR_UP;
        else if (event->change == AIR_NEW_PASSWORD)
            out->password = event->password;
        else if (event->change == AIR_RSSI)
            out->rssi = (int)event->number;
        else if (event->change == AIR_REFUSE &&
                 ms - event->ms < (uint64_t)event->number)
            out->is_refusing = true;
    }
}

uint64_t air_next(const struct air *air, unsigned ap, uint64_t ms)
{
    for (unsigned i = 0; i < air->event_count; i++)
        if (air->event[i].ms > ms && concerns(air, &air->event[i], ap))
            return air->event[i].ms;
    return AIR_NEVER;
}

uint8_t air_kicked(const struct air *air, unsigned ap, uint64_t from,
                   uint64_t to)
{
    uint8_t reason = 0;
    for (unsigned i = 0; i < air->event_count; i++) {
        const struct air_event *event = &air->event[i];
        if (event->ms <= from || event->ms > to || !concerns(air, event, ap))
            continue;
        if (event->change == AIR_KICK)
            reason = (uint8_t)event->number;
        else if (event->change == AIR_NEW_PASSWORD)
            reason = AIR_REASON_LEAVING;
    }
    return reason;
}

static char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool air_host(const struct air *air, const char *name, uint32_t *ip)
{
    for (unsigned i = 0; i < air->host_count; i++) {
        const char *a = air->host[i].name, *b = name;
        while (*a && lower(*a) == lower(*b)) {
            a++;
            b++;
        }
        if (!*a && !*b) {
            *ip = air->host[i].ip;
            return true;
        }
    }
    return false;
}

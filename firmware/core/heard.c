/* The list of what a scan heard, in order of strength. */
#include "firmware/core/heard.h"

static bool is_same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

/* Its place in the list is free then; false: it is there already, stronger. */
static bool take_out_weaker(struct heard *heard,
                            const struct hal_wifi_heard *one)
{
    unsigned at = 0;
    while (at < heard->count && !is_same(heard->row[at].ssid, one->ssid))
        at++;
    if (at == heard->count)
        return true;
    if (heard->row[at].dbm >= one->dbm)
        return false;
    for (heard->count--; at < heard->count; at++)
        heard->row[at] = heard->row[at + 1];
    return true;
}

void heard_add(struct heard *heard, const struct hal_wifi_heard *one)
{
    if (!one->ssid[0] || !take_out_weaker(heard, one))
        return;
    unsigned at = 0;
    while (at < heard->count && heard->row[at].dbm >= one->dbm)
        at++;
    if (at == HEARD_MOST)
        return;
    if (heard->count < HEARD_MOST)
        heard->count++;
    for (unsigned i = heard->count - 1u; i > at; i--)
        heard->row[i] = heard->row[i - 1];
    heard->row[at] = *one;
}

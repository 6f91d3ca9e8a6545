/* Between net.c (endpoints and the link) and net_news.c (what arrives). */
#ifndef EMULATOR_NET_PRIVATE_H
#define EMULATOR_NET_PRIVATE_H

#include "emulator/chip.h"

static inline struct net_endpoint *net_at(struct chip *chip, unsigned slot)
{
    return &chip->net.slot[slot];
}

/* NET_NONE: all are taken. */
unsigned net_take_slot(struct chip *chip, enum net_kind kind);
/* Tell the host no more about its input, or again. */
void net_set_pause(struct chip *chip, unsigned slot, bool is_paused);
/* The user hears it; but for NET_END_CLOSED the slot is free then. */
void net_end_slot(struct chip *chip, unsigned slot, enum net_end end);
/* The address that the guest sees for a real one. */
uint32_t net_seen(struct chip *chip, uint32_t ip);

void net_news_init(struct chip *chip);
void net_news_forget(struct chip *chip);

#endif

#include "emulator/wire.h"

#include <stddef.h>

/* What pulls hardest, first. */
static const struct {
    enum drive drive;
    bool level;
} strengths[] = {
    {DRIVE_LOW, false},
    {DRIVE_HIGH, true},
    {DRIVE_WEAK_LOW, false},
    {DRIVE_WEAK_HIGH, true},
};

void wire_init(struct wire *wire, const char *name)
{
    *wire = (struct wire){.name = name};
}

static bool has_driver(const struct wire *wire, enum drive drive)
{
    for (int side = 0; side < SIDE_COUNT; side++)
        if (wire->side[side] == drive)
            return true;
    return false;
}

static bool settled_level(const struct wire *wire)
{
    for (size_t i = 0; i < sizeof strengths / sizeof strengths[0]; i++)
        if (has_driver(wire, strengths[i].drive))
            return strengths[i].level;
    return wire->level;
}

static void settle(struct wire *wire)
{
    bool level = settled_level(wire);
    if (level == wire->level)
        return;
    wire->level = level;
    /* A watch may drive the wire again; the inner call has then told everyone
     * of the newer level, so this one falls silent. */
    for (struct wire_watch *w = wire->watches; w && wire->level == level;
         w = w->next)
        w->fn(w->ctx, level);
}

void wire_drive(struct wire *wire, enum wire_side side, enum drive drive)
{
    wire->side[side] = drive;
    settle(wire);
    if (wire->probe)
        wire->probe->fn(wire->probe->ctx, wire->level);
}

bool wire_level(const struct wire *wire)
{
    return wire->level;
}

bool wire_is_driven(const struct wire *wire)
{
    for (int side = 0; side < SIDE_COUNT; side++)
        if (wire->side[side] != DRIVE_NONE)
            return true;
    return false;
}

void wire_watch(struct wire *wire, struct wire_watch *watch)
{
    struct wire_watch **link = &wire->watches;
    while (*link)
        link = &(*link)->next;
    watch->next = NULL;
    *link = watch;
}

/* A named wire between the chip and what is soldered to it: a button, a relay
 * or a test attaches here and nowhere else (after simavr's irq idea). */
#ifndef EMULATOR_WIRE_H
#define EMULATOR_WIRE_H

#include <stdbool.h>

enum drive {
    DRIVE_NONE,
    DRIVE_WEAK_LOW,
    DRIVE_WEAK_HIGH,
    DRIVE_LOW,
    DRIVE_HIGH
};

/* Who may drive a wire; each side has one say at a time. */
enum wire_side {
    SIDE_CHIP,    /* output driver, or the internal pull-up as WEAK_HIGH */
    SIDE_BOARD,   /* resistors on the board */
    SIDE_CONTACT, /* button or switch contact: DRIVE_LOW when closed */
    SIDE_ADAPTER, /* DTR/RTS of the serial adapter */
    SIDE_STRAY,   /* a wire to GND or 3.3 V that does not belong there */
    SIDE_COUNT
};

struct wire_watch {
    void (*fn)(void *ctx, bool level); /* called after each change of level */
    void *ctx;
    struct wire_watch *next;
};

struct wire {
    const char *name; /* "GPIO0", "EN"; owner keeps it alive */
    enum drive side[SIDE_COUNT];
    bool level;
    struct wire_watch *watches;
    struct wire_watch *probe; /* NULL, or called after every wire_drive */
};

void wire_init(struct wire *wire, const char *name);
/* LOW beats HIGH (open collectors and button contacts pull down), strong beats
 * weak, and a floating wire keeps its last level. */
void wire_drive(struct wire *wire, enum wire_side side, enum drive drive);
bool wire_level(const struct wire *wire);
/* True while anything at all drives the wire. */
bool wire_is_driven(const struct wire *wire);
/* The caller owns the watch and sets fn and ctx. */
void wire_watch(struct wire *wire, struct wire_watch *watch);

#endif

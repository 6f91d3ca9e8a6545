/* Natives: C functions that stand at guest addresses. The boot ROM's and the
 * NonOS SDK's functions are rows of such tables.
 *
 * A native sees its arguments in chip->cpu.a[2..7] and returns in a[2] (and
 * a[3] for 64 bits). One that takes time must not loop: it does one step,
 * keeps its place in the argument registers and returns NATIVE_AGAIN, or moves
 * on to another row with native_goto. Private steps of a native are rows of
 * their own, at addresses no guest calls; so an interrupt can come between two
 * steps and the ordinary EPC brings it back. */
#ifndef EMULATOR_NATIVE_H
#define EMULATOR_NATIVE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/cpu.h"

struct chip;

struct native {
    uint32_t address;
    const char *name;
    enum native_result (*fn)(struct chip *chip);
    bool is_task_only; /* no interrupt handler may call it */
};

/* The tables. Sorted by address; unique names (self-check test). */
extern const struct native rom_natives[];
extern const size_t rom_native_count;
extern const struct native sdk_natives[];
extern const size_t sdk_native_count;

/* The CPU's native callback; ctx is the chip. An address without a row stops
 * the chip and says which. Code of Espressif's archives (elf_image.h) has its
 * rows by name. */
enum native_result native_call(void *ctx, uint32_t pc);
const struct native *native_find(uint32_t address);
const struct native *native_find_name(const char *name);
/* pc := address of another native or guest code; returns NATIVE_JUMP. */
enum native_result native_goto(struct chip *chip, uint32_t address);
/* Spend guest time in a native. */
void native_spend(struct chip *chip, uint64_t cycles);
/* Come back at `when` (CLOCK_NEVER: at the next event, whatever it is). One
 * event serves all natives: who is overtaken by an interrupt handler's wait is
 * asked again afterwards and arms it anew. is_patient: struct clock_event. */
enum native_result native_wait(struct chip *chip, uint64_t when,
                               bool is_patient);

#endif

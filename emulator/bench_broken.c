/* What is broken until it is mended, as control lines: odd flash sectors, a
 * flash chip that is dead or protected, a radio without an access point, wires
 * where none belong. */
#include "emulator/bench_private.h"

#include <string.h>

/* BP0 to BP2: all of the chip (W25Q80's datasheet). */
#define PROTECT_ALL 0x1Cu
/* SRP1: the status can't be written until power goes; it is then 0 again. */
#define LOCKED 0x01u

static enum err do_sector(struct bench *bench, const struct control *control)
{
    enum fault_sector state =
        control->verb == CONTROL_STUCK ? SECTOR_STUCK : SECTOR_WORN;
    return flash_fault_sector(&bench->chip.flash, control->number,
                              control->is_on ? state : SECTOR_FINE)
               ? ERR_NONE
               : ERR_BAD_RANGE;
}

/* As written by a command before: the protection outlives the power. */
static void protect(struct flash_chip *flash, bool is_on)
{
    flash->status[0] = flash->status_kept[0] = is_on ? PROTECT_ALL : 0;
    flash->status[1] = flash->status_kept[1] | (is_on ? LOCKED : 0);
}

static void do_flash(struct bench *bench, enum control_flash state)
{
    struct flash_chip *flash = &bench->chip.flash;
    flash->fault.is_dead = state == FLASH_DEAD;
    if (state != FLASH_DEAD) {
        protect(flash, state == FLASH_PROTECTED);
    }
}

static enum err do_tie(struct bench *bench, const struct control *control)
{
    static const enum drive drives[] = {
        [TIE_OFF] = DRIVE_NONE, [TIE_LOW] = DRIVE_LOW, [TIE_HIGH] = DRIVE_HIGH};
    if (control->number >= CHIP_GPIOS) {
        return ERR_BAD_RANGE;
    }
    wire_drive(&bench->chip.pin[control->number], SIDE_STRAY,
               drives[control->choice]);
    return ERR_NONE;
}

bool bench_is_broken(enum control_verb verb)
{
    return verb == CONTROL_STUCK || verb == CONTROL_WORN ||
           verb == CONTROL_WEAK || verb == CONTROL_FLASH ||
           verb == CONTROL_TIE || verb == CONTROL_SOFTAP;
}

enum err bench_break(struct bench *bench, const struct control *control)
{
    if (control->verb == CONTROL_FLASH) {
        do_flash(bench, (enum control_flash)control->choice);
        return ERR_NONE;
    }
    if (control->verb == CONTROL_SOFTAP) {
        bench->chip.is_softap_broken = !control->is_on;
        return ERR_NONE;
    }
    if (control->verb == CONTROL_TIE) {
        return do_tie(bench, control);
    }
    if (control->verb == CONTROL_WEAK) {
        return flash_fault_weak(&bench->chip.flash, control->number,
                                control->is_on)
                   ? ERR_NONE
                   : ERR_BAD_RANGE;
    }
    return do_sector(bench, control);
}

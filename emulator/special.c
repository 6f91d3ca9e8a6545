/* The special registers, one row each: number, name (as objdump's), what may be
 * done, where it is kept and which bits of it there are. */
#include "emulator/cpu_private.h"

#include <string.h>

#define CONFIGID0 0xC28CDAFAu /* chip.md G1 */
#define CONFIGID1 0x1082B6F6u

enum special_kind {
    KIND_PLAIN,
    KIND_FIXED,
    KIND_LITBASE,
    KIND_INTSET,
    KIND_INTCLEAR,
    KIND_CCOUNT,
    KIND_CCOMPARE
};

struct special {
    uint16_t number;
    uint16_t access;
    const char *name;
    enum special_kind kind;
    size_t offset; /* in struct cpu, where the kind keeps it there */
    uint32_t bits; /* that can be written; the value, for KIND_FIXED */
};

#define RWX (SPECIAL_R | SPECIAL_W | SPECIAL_X)
#define RW (SPECIAL_R | SPECIAL_W)
#define AT(field) offsetof(struct cpu, field)
#define ALL 0xFFFFFFFFu

/* clang-format off */
static const struct special specials[] = {
    {3,   RWX,       "sar",          KIND_PLAIN,     AT(sar),          0x3F},
    {5,   RWX,       "litbase",      KIND_LITBASE,   AT(litbase),      0xFFFFF001},
    {89,  SPECIAL_W, "mmid",         KIND_FIXED,     0,                0},
    {96,  RWX,       "ibreakenable", KIND_PLAIN,     AT(ibreakenable), 1},
    {104, RWX,       "ddr",          KIND_FIXED,     0,                0},
    {128, RWX,       "ibreaka0",     KIND_PLAIN,     AT(ibreaka),      ALL},
    {144, RWX,       "dbreaka0",     KIND_PLAIN,     AT(dbreaka),      ALL},
    {160, RWX,       "dbreakc0",     KIND_PLAIN,     AT(dbreakc),      ALL},
    {176, RW,        "176",          KIND_FIXED,     0,                CONFIGID0},
    {177, RWX,       "epc1",         KIND_PLAIN,     AT(epc[1]),       ALL},
    {178, RWX,       "epc2",         KIND_PLAIN,     AT(epc[2]),       ALL},
    {179, RWX,       "epc3",         KIND_PLAIN,     AT(epc[3]),       ALL},
    {192, RWX,       "depc",         KIND_PLAIN,     AT(depc),         ALL},
    {194, RWX,       "eps2",         KIND_PLAIN,     AT(eps[2]),       0x3F},
    {195, RWX,       "eps3",         KIND_PLAIN,     AT(eps[3]),       0x3F},
    {208, SPECIAL_R, "208",          KIND_FIXED,     0,                CONFIGID1},
    {209, RWX,       "excsave1",     KIND_PLAIN,     AT(excsave[1]),   ALL},
    {210, RWX,       "excsave2",     KIND_PLAIN,     AT(excsave[2]),   ALL},
    {211, RWX,       "excsave3",     KIND_PLAIN,     AT(excsave[3]),   ALL},
    {226, SPECIAL_R, "interrupt",    KIND_PLAIN,     AT(interrupt),    0},
    {226, SPECIAL_W, "intset",       KIND_INTSET,    0,                1u << IRQ_SOFT},
    {227, SPECIAL_W, "intclear",     KIND_INTCLEAR,  0,                0x3F80},
    {228, RWX,       "intenable",    KIND_PLAIN,     AT(intenable),    0x7FFF},
    {230, RWX,       "ps",           KIND_PLAIN,     AT(ps),           0x3F},
    {231, RWX,       "vecbase",      KIND_PLAIN,     AT(vecbase),      ALL},
    {232, RWX,       "exccause",     KIND_PLAIN,     AT(exccause),     0x3F},
    {233, RWX,       "debugcause",   KIND_PLAIN,     AT(debugcause),   ALL},
    {234, RWX,       "ccount",       KIND_CCOUNT,    0,                ALL},
    {235, SPECIAL_R, "prid",         KIND_PLAIN,     AT(prid),         0},
    {236, RWX,       "icount",       KIND_PLAIN,     AT(icount),       ALL},
    {237, RWX,       "icountlevel",  KIND_PLAIN,     AT(icountlevel),  0xF},
    {238, RWX,       "excvaddr",     KIND_PLAIN,     AT(excvaddr),     ALL},
    {240, RWX,       "ccompare0",    KIND_CCOMPARE,  AT(ccompare),     ALL},
};
/* clang-format on */

#define SPECIALS (sizeof specials / sizeof specials[0])

int special_find(unsigned number, unsigned access)
{
    for (size_t i = 0; i < SPECIALS; i++)
        if (specials[i].number == number && (specials[i].access & access))
            return (int)i;
    return -1;
}

const char *special_name(uint32_t row)
{
    return row < SPECIALS ? specials[row].name : "?";
}

uint32_t special_read(const struct cpu *cpu, uint32_t row)
{
    const struct special *special = &specials[row];
    uint32_t value;
    switch (special->kind) {
    case KIND_FIXED:
        return special->bits;
    case KIND_CCOUNT:
        return (uint32_t)cpu->clock->now + cpu->ccount_base;
    case KIND_PLAIN:
    case KIND_LITBASE:
    case KIND_INTSET:
    case KIND_INTCLEAR:
    case KIND_CCOMPARE:
        break;
    }
    memcpy(&value, (const char *)cpu + special->offset, sizeof value);
    return value;
}

static void write_plain(struct cpu *cpu, const struct special *special,
                        uint32_t value)
{
    memcpy((char *)cpu + special->offset, &value, sizeof value);
}

void special_write(struct cpu *cpu, uint32_t row, uint32_t value)
{
    const struct special *special = &specials[row];
    value &= special->bits;
    switch (special->kind) {
    case KIND_FIXED:
        break;
    case KIND_PLAIN:
        write_plain(cpu, special, value);
        break;
    case KIND_LITBASE:
        /* The address of every literal is in the decoded blocks. */
        if (value != cpu->litbase)
            cpu_forget_all(cpu);
        cpu->litbase = value;
        break;
    case KIND_INTSET:
        cpu->interrupt |= value;
        break;
    case KIND_INTCLEAR:
        cpu->interrupt &= ~value;
        break;
    case KIND_CCOUNT:
        cpu->ccount_base = value - (uint32_t)cpu->clock->now;
        cpu_arm_ccompare(cpu);
        break;
    case KIND_CCOMPARE:
        cpu->ccompare = value;
        cpu->interrupt &= ~(1u << IRQ_CCOMPARE);
        cpu_arm_ccompare(cpu);
        break;
    }
}

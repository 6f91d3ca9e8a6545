/* Value change dumps: signals, their changes in time, and the file. */
#include "emulator/vcd.h"

#include <assert.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER (256u << 10)
/* In the file each bit is known by one printable character. */
#define FIRST_CODE '!'
#define LAST_CODE '~'

struct signal {
    const char *scope, *name;
    unsigned bits, code; /* of bit 0 */
    uint32_t value;      /* now */
    uint32_t written;    /* in the file */
};

struct later {
    uint64_t cycle;
    unsigned signal;
    uint32_t value;
};

struct vcd {
    FILE *file;
    int error; /* errno of the first write that failed; 0: none */
    bool has_begun;
    bool has_values; /* the first values are in the file */
    uint64_t cycle, written_cycle;
    unsigned signal_count, later_count;
    unsigned next_code;
    struct signal signals[VCD_SIGNALS];
    struct later later[VCD_LATER]; /* soonest first */
};

/* ---- the file ---- */

static void look_for_error(struct vcd *vcd)
{
    if (!vcd->error && ferror(vcd->file)) {
        vcd->error = errno ? errno : EIO;
    }
}

static char bit_of(uint32_t value, unsigned bit)
{
    return value == VCD_X      ? 'x'
           : value == VCD_Z    ? 'z'
           : value >> bit & 1u ? '1'
                               : '0';
}

/* The signal's bits that are not in the file yet, or all. */
static void write_bits(const struct vcd *vcd, const struct signal *signal,
                       bool is_all)
{
    char line[4] = "01\n";
    for (unsigned bit = 0; bit < signal->bits; bit++) {
        line[0] = bit_of(signal->value, bit);
        line[1] = (char)(signal->code + bit);
        if (is_all || line[0] != bit_of(signal->written, bit)) {
            fputs(line, vcd->file);
        }
    }
}

static void write_time(struct vcd *vcd)
{
    if (!vcd->has_values || vcd->written_cycle != vcd->cycle) {
        fprintf(vcd->file, "#%" PRIu64 "\n", vcd->cycle * VCD_PER_CYCLE);
    }
    vcd->written_cycle = vcd->cycle;
}

static void write_all(struct vcd *vcd)
{
    write_time(vcd);
    fputs("$dumpvars\n", vcd->file);
    for (unsigned i = 0; i < vcd->signal_count; i++) {
        write_bits(vcd, &vcd->signals[i], true);
        vcd->signals[i].written = vcd->signals[i].value;
    }
    fputs("$end\n", vcd->file);
    vcd->has_values = true;
}

/* What has changed at vcd->cycle. */
static void write_changes(struct vcd *vcd)
{
    if (!vcd->has_values) {
        write_all(vcd);
    }
    for (unsigned i = 0; i < vcd->signal_count && !vcd->error; i++) {
        struct signal *signal = &vcd->signals[i];
        if (signal->value == signal->written) {
            continue;
        }
        write_time(vcd);
        write_bits(vcd, signal, false);
        signal->written = signal->value;
    }
    look_for_error(vcd);
}

/* ---- life ---- */

enum err vcd_open(const char *path, struct vcd **out)
{
    struct vcd *vcd = calloc(1, sizeof(*vcd));
    *out = NULL;
    if (!vcd) {
        return ERR_MEMORY;
    }
    vcd->file = fopen(path, "we");
    if (!vcd->file) {
        free(vcd);
        return ERR_FILE_OPEN;
    }
    vcd->next_code = FIRST_CODE;
    (void)setvbuf(vcd->file, NULL, _IOFBF, BUFFER);
    *out = vcd;
    return ERR_NONE;
}

unsigned vcd_add(struct vcd *vcd, const char *scope, const char *name,
                 unsigned bits)
{
    assert(vcd->signal_count < VCD_SIGNALS && bits >= 1 && bits <= 31);
    assert(vcd->next_code + bits - 1 <= LAST_CODE);
    vcd->signals[vcd->signal_count] =
        (struct signal){scope, name, bits, vcd->next_code, VCD_X, VCD_X};
    vcd->next_code += bits;
    return vcd->signal_count++;
}

/* Bit by bit, highest first: sigrok reads no vectors, GTKWave joins bits. */
static void write_signal(const struct vcd *vcd, const struct signal *signal)
{
    for (unsigned bit = signal->bits; bit-- > 0;) {
        fprintf(vcd->file, "$var wire 1 %c %s ", (char)(signal->code + bit),
                signal->name);
        if (signal->bits > 1) {
            fprintf(vcd->file, "[%u] ", bit);
        }
        fputs("$end\n", vcd->file);
    }
}

static void write_signals(const struct vcd *vcd)
{
    const char *scope = "";
    for (unsigned i = 0; i < vcd->signal_count; i++) {
        const struct signal *signal = &vcd->signals[i];
        if (strcmp(signal->scope, scope) != 0) {
            fprintf(vcd->file, "%s$scope module %s $end\n",
                    *scope ? "$upscope $end\n" : "", signal->scope);
            scope = signal->scope;
        }
        write_signal(vcd, signal);
    }
    fputs(*scope ? "$upscope $end\n" : "", vcd->file);
}

void vcd_begin(struct vcd *vcd, const char *top, const char *comment,
               uint64_t cycle)
{
    vcd->has_begun = true;
    vcd->cycle = cycle;
    fprintf(vcd->file,
            "$version pogo bench $end\n$comment %s $end\n"
            "$timescale 100 ps $end\n$scope module %s $end\n",
            comment, top);
    write_signals(vcd);
    fputs("$upscope $end\n$enddefinitions $end\n", vcd->file);
    look_for_error(vcd);
}

enum err vcd_close(struct vcd *vcd)
{
    if (vcd->has_begun && !vcd->error) {
        write_changes(vcd);
        write_time(vcd);
    }
    if (fclose(vcd->file) != 0 && !vcd->error) {
        vcd->error = errno ? errno : EIO;
    }
    enum err e = !vcd->error            ? ERR_NONE
                 : vcd->error == ENOSPC ? ERR_DISK_FULL
                                        : ERR_IO;
    free(vcd);
    return e;
}

/* ---- changes ---- */

static void step_to(struct vcd *vcd, uint64_t cycle)
{
    if (cycle > vcd->cycle) {
        write_changes(vcd);
        vcd->cycle = cycle;
    }
}

static void remove_later(struct vcd *vcd, unsigned at)
{
    vcd->later_count--;
    memmove(&vcd->later[at], &vcd->later[at + 1],
            (vcd->later_count - at) * sizeof(vcd->later[0]));
}

void vcd_time(struct vcd *vcd, uint64_t cycle)
{
    while (vcd->later_count > 0 && vcd->later[0].cycle <= cycle) {
        struct later due = vcd->later[0];
        remove_later(vcd, 0);
        step_to(vcd, due.cycle);
        vcd_set(vcd, due.signal, due.value);
    }
    step_to(vcd, cycle);
}

void vcd_set(struct vcd *vcd, unsigned signal, uint32_t value)
{
    vcd->signals[signal].value = value;
}

void vcd_set_at(struct vcd *vcd, unsigned signal, uint64_t cycle,
                uint32_t value)
{
    assert(vcd->later_count < VCD_LATER);
    unsigned at = vcd->later_count;
    while (at > 0 && vcd->later[at - 1].cycle > cycle) {
        vcd->later[at] = vcd->later[at - 1];
        at--;
    }
    vcd->later[at] = (struct later){cycle, signal, value};
    vcd->later_count++;
}

void vcd_forget(struct vcd *vcd, unsigned signal)
{
    for (unsigned i = vcd->later_count; i-- > 0;) {
        if (vcd->later[i].signal == signal) {
            remove_later(vcd, i);
        }
    }
}

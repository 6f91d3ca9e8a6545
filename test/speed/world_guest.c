/* Runs a guest program of the speed test on our CPU and in qemu. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "emulator/cpu.h"
#include "format/bytes.h"
#include "test/speed/world.h"

/* ELF32, little-endian: where the program headers are, and their fields. */
#define ELF_ENTRY 24
#define ELF_HEADERS 28
#define ELF_COUNT 44
#define ELF_HEADER_SIZE 32u
#define HEADER_OFFSET 4
#define HEADER_ADDRESS 8
#define HEADER_FILE_SIZE 16
#define FILE_MAX 0x40000u

/* SIMCALL is an illegal instruction to us: it comes out here, in the ROM's
 * address range, as a call of a native. */
#define USER_VECTOR 0x40000050u
#define SIMCALL_SIZE 3u
#define CALL_EXIT 1u
#define CALL_WRITE 4u

struct machine {
    struct clock clock;
    struct bus *bus;
    struct cpu cpu;
    uint8_t file[FILE_MAX], flash[IROM_SIZE];
    char *text; /* WORLD_TEXT */
    bool is_finished;
};

double world_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static void take_text(struct machine *machine, uint32_t from, uint32_t size)
{
    size_t used = strlen(machine->text);
    if (size < WORLD_TEXT - used &&
        bus_copy_out(machine->bus, from, machine->text + used, size))
        machine->text[used + size] = '\0';
}

static enum native_result simcall(void *ctx, uint32_t pc)
{
    struct machine *machine = ctx;
    struct cpu *cpu = &machine->cpu;
    if (pc == USER_VECTOR && cpu->a[2] == CALL_WRITE) {
        take_text(machine, cpu->a[4], cpu->a[5]);
        cpu->ps &= ~PS_EXCM;
        cpu->pc = cpu->epc[1] + SIMCALL_SIZE;
        return NATIVE_JUMP;
    }
    machine->is_finished = pc == USER_VECTOR && cpu->a[2] == CALL_EXIT;
    if (!machine->is_finished)
        fprintf(stderr, "speed: our CPU strayed to 0x%08x, from 0x%08x\n", pc,
                cpu->epc[1]);
    return NATIVE_STOP;
}

static bool read_file(const char *name, uint8_t *to)
{
    FILE *file = fopen(name, "rb");
    size_t size = file ? fread(to, 1, FILE_MAX, file) : 0;
    if (file)
        fclose(file);
    if (size <= ELF_COUNT)
        fprintf(stderr, "speed: cannot read %s\n", name);
    return size > ELF_COUNT;
}

/* Each part of the program to where it is linked to. The reset code is qemu's
 * affair: there is no memory for it on the chip. */
static bool load(struct machine *machine)
{
    const uint8_t *file = machine->file;
    uint32_t at = get_u32le(file + ELF_HEADERS);
    for (unsigned i = get_u16le(file + ELF_COUNT); i-- > 0;) {
        const uint8_t *header = file + at;
        uint32_t from = get_u32le(header + HEADER_OFFSET);
        uint32_t to = get_u32le(header + HEADER_ADDRESS);
        uint32_t size = get_u32le(header + HEADER_FILE_SIZE);
        at += ELF_HEADER_SIZE;
        if (at > FILE_MAX || from > FILE_MAX || size > FILE_MAX - from)
            return false;
        if (to - IROM_BASE < IROM_SIZE)
            memcpy(machine->flash + (to - IROM_BASE), file + from, size);
        else if (to - DRAM_BASE < DRAM_SIZE &&
                 !bus_copy_in(machine->bus, to, file + from, size))
            return false;
    }
    bus_map_flash(machine->bus, machine->flash, IROM_SIZE, false);
    return true;
}

static bool run(struct machine *machine, const char *elf)
{
    machine->cpu.clock = &machine->clock;
    machine->cpu.bus = machine->bus;
    machine->cpu.native = simcall;
    machine->cpu.native_ctx = machine;
    if (!read_file(elf, machine->file) || !cpu_init(&machine->cpu))
        return false;
    if (load(machine)) {
        machine->cpu.ps = PS_UM;
        machine->cpu.pc = get_u32le(machine->file + ELF_ENTRY);
        machine->clock.limit = CLOCK_NEVER;
        cpu_run(&machine->cpu);
    }
    cpu_free(&machine->cpu);
    return machine->is_finished;
}

bool world_ours(const char *elf, struct world_run *out)
{
    double start = world_now();
    struct machine *machine = calloc(1, sizeof *machine);
    memset(out, 0, sizeof *out);
    if (!machine)
        return false;
    machine->text = out->text;
    machine->bus = bus_new();
    bool is_good = machine->bus && run(machine, elf);
    out->instructions = machine->cpu.instructions;
    if (machine->bus)
        bus_free(machine->bus);
    free(machine);
    out->seconds = world_now() - start;
    return is_good;
}

bool world_qemu(const char *elf, struct world_run *out)
{
    char command[512];
    double start = world_now();
    memset(out, 0, sizeof *out);
    snprintf(command, sizeof command,
             "timeout 30 qemu-system-xtensa -M sim -cpu lx106 -display none "
             "-serial none -monitor none -semihosting -kernel %s",
             elf);
    FILE *pipe = popen(command, "r");
    if (!pipe)
        return false;
    size_t size = fread(out->text, 1, WORLD_TEXT - 1, pipe);
    out->text[size] = '\0';
    bool is_good = pclose(pipe) == 0;
    out->seconds = world_now() - start;
    if (!is_good)
        fprintf(stderr, "speed: this failed:\n  %s\n", command);
    return is_good;
}

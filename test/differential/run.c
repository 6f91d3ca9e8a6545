#include "test/differential/run.h"

#include <stdio.h>
#include <stdlib.h>

#include "emulator/cpu.h"
#include "format/bytes.h"

#define START 0x402000A0u /* driver.S: `start` */
/* Natives that stand in for the driver's semihosting. */
#define TELL 0x40000100u
#define FINISH 0x40000104u
#define CYCLES_MAX 500000000u

static bool run_command(const char *command)
{
    if (system(command) == 0)
        return true;
    fprintf(stderr, "differential: this failed:\n  %s\n", command);
    return false;
}

bool image_build(const char *folder, const char *source, const uint8_t *groups,
                 size_t size)
{
    char text[2048];
    snprintf(text, sizeof text, "%s/groups.bin", folder);
    FILE *file = fopen(text, "wb");
    if (!file)
        return false;
    bool is_written = fwrite(groups, 1, size, file) == size;
    if (fclose(file) != 0 || !is_written)
        return false;
    snprintf(text, sizeof text,
             "xtensa-lx106-elf-gcc -nostdlib -nostartfiles "
             "-Wa,--no-transform -I%s -T %s/image.ld %s/driver.S "
             "-o %s/image.elf && "
             "xtensa-lx106-elf-objcopy -O binary -j .text %s/image.elf "
             "%s/text.bin",
             folder, source, source, folder, folder, folder);
    return run_command(text);
}

static size_t read_file(const char *folder, const char *name, void *to,
                        size_t size)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (!file)
        return 0;
    size_t got = fread(to, 1, size, file);
    fclose(file);
    return got;
}

static void take_record(struct results *out, const uint8_t *bytes)
{
    if (out->count == BATCH_GROUPS)
        return;
    struct record *record = &out->record[out->count++];
    for (unsigned i = 0; i < RECORD_WORDS; i++)
        record->word[i] = get_u32le(bytes + 4 * i);
}

bool run_qemu(const char *folder, struct results *out)
{
    static uint8_t bytes[BATCH_GROUPS * sizeof(struct record)];
    char text[2048];
    out->count = 0;
    snprintf(text, sizeof text,
             "timeout 60 qemu-system-xtensa -M sim -cpu lx106 -display none "
             "-serial none -monitor none -semihosting -kernel %s/image.elf "
             "> %s/qemu.out",
             folder, folder);
    if (!run_command(text))
        return false;
    size_t size = read_file(folder, "qemu.out", bytes, sizeof bytes);
    for (size_t at = 0; at + sizeof(struct record) <= size;
         at += sizeof(struct record))
        take_record(out, bytes + at);
    return true;
}

struct host {
    struct bus *bus;
    struct cpu cpu;
    struct clock clock;
    struct results *out;
    bool is_finished;
};

static enum native_result answer(void *ctx, uint32_t pc)
{
    struct host *host = ctx;
    uint8_t bytes[sizeof(struct record)];
    if (pc == TELL &&
        bus_copy_out(host->bus, host->cpu.a[2], bytes, sizeof bytes)) {
        take_record(host->out, bytes);
        return NATIVE_RETURN;
    }
    host->is_finished = pc == FINISH;
    if (!host->is_finished)
        fprintf(stderr, "differential: our CPU strayed to 0x%08x\n", pc);
    return NATIVE_STOP;
}

bool run_ours(const char *folder, struct results *out)
{
    static uint8_t flash[IROM_SIZE];
    struct host host = {.bus = bus_new(), .out = out};
    out->count = 0;
    if (!host.bus || read_file(folder, "text.bin", flash, sizeof flash) == 0)
        return false;
    put_u32le(flash, TELL);
    put_u32le(flash + 4, FINISH);
    bus_map_flash(host.bus, flash, sizeof flash, false);
    host.cpu.clock = &host.clock;
    host.cpu.bus = host.bus;
    host.cpu.native = answer;
    host.cpu.native_ctx = &host;
    if (!cpu_init(&host.cpu))
        return false;
    host.clock.limit = CYCLES_MAX;
    host.cpu.pc = START;
    cpu_run(&host.cpu);
    cpu_free(&host.cpu);
    bus_free(host.bus);
    return host.is_finished;
}

/* Runs our firmware on the bench as fast as it handles commands. */
#include <stdio.h>
#include <string.h>

#include "emulator/bench.h"
#include "test/speed/world.h"

#define STEP_CYCLES (CYCLES_PER_S / 10)
#define START_CYCLES (3ull * CYCLES_PER_S)
#define PATIENCE_CYCLES CYCLES_PER_S
#define ANSWER "RSL: "

/* And how many lines with ANSWER each gives. */
static const struct {
    const char *text;
    unsigned answers;
} commands[] = {
    {"Power TOGGLE", 2},
    {"State", 1},
    {"Template", 1},
    {"Status 1", 1},
    {"SwitchMode1", 1},
    {"PulseTime1 0", 1},
    {"FriendlyName", 1},
    {"Status 5", 1},
    {"Gpio", 1},
    {"Module", 1},
    {"NoSuchCommand 1", 1},
    {"Backlog LedState; PulseTime", 2},
};
#define COMMANDS (sizeof commands / sizeof commands[0])

struct typist {
    struct bench *bench;
    unsigned typed, answered;
    unsigned awaited;     /* answers to the last one that are not out yet */
    uint64_t answered_at; /* clock of the last answer */
    size_t matched;       /* characters of ANSWER just seen */
    bool is_typing;
};

static void type_next(struct typist *typist)
{
    char line[64];
    unsigned row = typist->typed++ % COMMANDS;
    int size = snprintf(line, sizeof line, "%s\n", commands[row].text);
    typist->awaited = commands[row].answers;
    (void)bench_serial_send(typist->bench, (const uint8_t *)line, (size_t)size);
}

static void hear(void *ctx, uint8_t byte)
{
    struct typist *typist = ctx;
    bool is_answer = typist->matched == sizeof ANSWER - 1;
    if (!is_answer) {
        if (byte != ANSWER[typist->matched])
            typist->matched = 0;
        if (byte == ANSWER[typist->matched])
            typist->matched++;
        return;
    }
    if (byte != '\n')
        return;
    typist->matched = 0;
    if (typist->is_typing && --typist->awaited == 0) {
        typist->answered++;
        typist->answered_at = bench_now(typist->bench);
        type_next(typist);
    }
}

static bool flash(struct bench *bench, const char *image)
{
    struct flash_chip *chip = &bench_chip(bench)->flash;
    FILE *file = fopen(image, "rb");
    size_t size = file ? fread(chip->data, 1, chip->config.size, file) : 0;
    if (file)
        fclose(file);
    if (size == 0)
        fprintf(stderr, "speed: cannot read %s\n", image);
    return size > 0;
}

static bool run(struct typist *typist, double seconds, struct world_run *out)
{
    struct chip *chip = bench_chip(typist->bench);
    bench_run(typist->bench, START_CYCLES);
    typist->is_typing = true;
    type_next(typist);
    uint64_t from = chip->cpu.instructions;
    double start = world_now();
    do {
        bench_run(typist->bench, bench_now(typist->bench) + STEP_CYCLES);
        out->seconds = world_now() - start;
    } while (out->seconds < seconds && !chip->stop_reason[0]);
    out->instructions = chip->cpu.instructions - from;
    snprintf(out->text, sizeof out->text, "%u commands answered",
             typist->answered);
    /* Each command at least once, and none waits for its answer for long. */
    bool is_good =
        typist->answered >= COMMANDS &&
        bench_now(typist->bench) - typist->answered_at < PATIENCE_CYCLES;
    if (!is_good)
        fprintf(stderr, "speed: the firmware answered %u commands of %u %s\n",
                typist->answered, typist->typed, chip->stop_reason);
    return is_good;
}

bool world_firmware(const char *image, double seconds, struct world_run *out)
{
    struct typist typist = {0};
    struct bench_config config = {
        .board = board_find("mini"), .seed = 1, .is_off = true};
    struct bench_sink sink = {.console = hear, .ctx = &typist};
    memset(out, 0, sizeof *out);
    if (bench_open(&config, &sink, &typist.bench) != ERR_NONE)
        return false;
    struct control power = {.verb = CONTROL_POWER_ON};
    bool is_good = flash(typist.bench, image) &&
                   bench_do(typist.bench, &power) == ERR_NONE &&
                   run(&typist, seconds, out);
    bench_close(typist.bench);
    return is_good;
}

/* A virtual Sonoff Mini with our image, for tests that take its power away. */
#include "test/power/machine.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/crc32.h"
#include "format/flash_map.h"

#define STEP_MS 2u
#define ANSWER_MS 2000u
#define LINE_MOST 200u

static void die(const char *what, const char *name)
{
    fprintf(stderr, "%s: %s\n", name, what);
    exit(1);
}

/* ---- what the bench tells ---- */

static bool begins(const char *line, const char *with)
{
    return strncmp(line, with, strlen(with)) == 0;
}

static void on_event(void *ctx, uint64_t ms, const char *line)
{
    static const char *const never[] = {"stop ",
                                        "fatal exception",
                                        "sdk software watchdog",
                                        "hardware watchdog",
                                        "rewrite ",
                                        "sdk partition table refused"};
    struct machine *m = ctx;
    if (begins(line, "power on")) {
        m->power_ms = ms;
        m->relay_ms = 0;
        m->restarts = 0;
    }
    if (begins(line, "relay 1 on") && m->relay_ms == 0)
        m->relay_ms = ms;
    if (begins(line, "relay 1 ")) {
        m->moves++;
        m->moved = bench_now(m->bench);
    }
    if (begins(line, "cut "))
        snprintf(m->cut, sizeof(m->cut), "%s", line);
    /* A torn operation is told after power has gone. */
    if (begins(line, "power off") || begins(line, "cut torn"))
        m->is_cut = m->cut[0] != 0;
    m->shows_ap |= begins(line, "show wifi access point");
    m->restarts += begins(line, "reset cause 3");
    for (size_t i = 0; i < sizeof(never) / sizeof(never[0]); i++) {
        bool is_crash = begins(line, "fatal exception");
        if (begins(line, never[i]) && !m->problem[0] &&
            !(is_crash && m->may_crash))
            snprintf(m->problem, sizeof(m->problem), "%s", line);
    }
}

static void on_console(void *ctx, uint8_t byte)
{
    struct machine *m = ctx;
    if (byte == 0)
        return;
    if (m->size == MACHINE_TEXT) {
        m->size /= 2;
        memmove(m->text, m->text + MACHINE_TEXT / 2, m->size);
    }
    m->text[m->size++] = (char)byte;
    m->text[m->size] = 0;
    const char *line =
        m->text + (m->size > LINE_MOST ? m->size - LINE_MOST : 0);
    if (byte == '\n' && (line = strstr(line, "CFG: ")) &&
        strstr(line, "damaged"))
        m->is_damaged = true;
}

/* ---- life ---- */

void machine_open(struct machine *m, bool is_puya, uint32_t seed)
{
    machine_open_in(m, is_puya, seed, NULL, NULL);
}

void machine_open_in(struct machine *m, bool is_puya, uint32_t seed,
                     const struct air *air, const struct net_host *net)
{
    const struct bench_sink sink = {
        .event = on_event, .console = on_console, .ctx = m};
    struct bench_config config = {.board = board_find("mini"),
                                  .is_off = true,
                                  .is_puya = is_puya,
                                  .air = air,
                                  .net = net,
                                  .seed = seed};
    memset(m, 0, sizeof(*m));
    if (bench_open(&config, &sink, &m->bench) != ERR_NONE)
        die("can't be opened", "the bench");
    machine_do(m, "strict on");
}

void machine_close(struct machine *m)
{
    bench_close(m->bench);
    m->bench = NULL;
}

uint8_t *machine_cells(struct machine *m)
{
    return bench_chip(m->bench)->flash.data;
}

size_t machine_file(const char *name, uint8_t *bytes, size_t room)
{
    char path[300];
    const char *b = getenv("B");
    snprintf(path, sizeof(path), "%s/%s", b ? b : "build", name);
    FILE *file = fopen(path, "rb");
    if (!file)
        die("can't be opened", path);
    size_t size = fread(bytes, 1, room, file);
    if (size == 0 || size == room)
        die("has no size that fits", path);
    fclose(file);
    return size;
}

void machine_flash(struct machine *m, uint32_t address, const char *name)
{
    static uint8_t bytes[MAP_END];
    size_t size = machine_file(name, bytes, sizeof(bytes));
    size_t covered = (size + FLASH_SECTOR_SIZE - 1) & ~(FLASH_SECTOR_SIZE - 1);
    memset(machine_cells(m) + address, 0xFF, covered);
    memcpy(machine_cells(m) + address, bytes, size);
}

void machine_do(struct machine *m, const char *line)
{
    struct control control;
    if (control_parse(line, &control) != ERR_NONE ||
        bench_do(m->bench, &control) != ERR_NONE)
        die("is no control line", line);
}

void machine_on(struct machine *m)
{
    machine_forget(m);
    m->is_cut = false;
    m->is_damaged = false;
    m->cut[0] = 0;
    machine_do(m, "power on");
}

void machine_off(struct machine *m)
{
    machine_do(m, "power off");
    bench_run(m->bench, bench_now(m->bench) + UINT64_C(500) * CYCLES_PER_MS);
}

/* ---- time and talk ---- */

bool machine_run(struct machine *m, unsigned ms)
{
    uint64_t end = bench_now(m->bench) + (uint64_t)ms * CYCLES_PER_MS;
    while (!m->is_cut && bench_now(m->bench) < end) {
        uint64_t next = bench_now(m->bench) + STEP_MS * CYCLES_PER_MS;
        bench_run(m->bench, next < end ? next : end);
        if (m->between)
            m->between(m->ctx);
    }
    return !m->is_cut;
}

bool machine_wait(struct machine *m, const char *words, unsigned ms)
{
    for (unsigned i = 0; i <= ms; i += STEP_MS) {
        if (!m->is_cut && strstr(m->text, words))
            return true;
        if (!machine_run(m, STEP_MS))
            return false;
    }
    return false;
}

/* As long as it takes on the line, and no buffer overflows. */
bool machine_say(struct machine *m, const char *line)
{
    const uint8_t end = '\n';
    while (*line) {
        line += bench_serial_send(m->bench, (const uint8_t *)line, 1);
        if (!*line || (uintptr_t)line % 32 == 0)
            if (!machine_run(m, STEP_MS))
                return false;
    }
    return bench_serial_send(m->bench, &end, 1) == 1 && !m->is_cut;
}

bool machine_ask(struct machine *m, const char *line, const char *words,
                 char *reply, size_t room)
{
    machine_forget(m);
    if (!machine_say(m, line) || !machine_wait(m, words, ANSWER_MS))
        return false;
    const char *from = strstr(m->text, words);
    for (unsigned i = 0; i < ANSWER_MS && !strchr(from, '\n'); i += STEP_MS) {
        if (!machine_run(m, STEP_MS))
            return false;
    }
    if (reply)
        snprintf(reply, room, "%.*s", (int)strcspn(from, "\r\n"), from);
    return true;
}

void machine_forget(struct machine *m)
{
    m->size = 0;
    m->text[0] = 0;
}

/* ---- looking inside ---- */

bool machine_shows_ap(struct machine *m)
{
    m->shows_ap = false;
    machine_do(m, "show");
    return m->shows_ap;
}

enum slot machine_slot(struct machine *m)
{
    return bench_chip(m->bench)->sdk.user_init >= MAP_IROM_BASE + MAP_SLOT_B
               ? SLOT_B
               : SLOT_A;
}

struct slot_record machine_record(struct machine *m, enum slot slot)
{
    struct slot_record record;
    slot_record_parse(machine_cells(m) + slot_record_address(slot), &record);
    return record;
}

bool machine_is_verified(struct machine *m)
{
    enum slot slot = machine_slot(m);
    struct slot_record record = machine_record(m, slot);
    bool has_image = record.state == SLOT_TRYING || record.state == SLOT_GOOD;
    return has_image &&
           crc32_update(0, machine_cells(m) + slot_image_address(slot),
                        record.image.length) == record.image.crc;
}

uint64_t machine_rewrites(struct machine *m)
{
    return bench_chip(m->bench)->flash.fault.rewrites;
}

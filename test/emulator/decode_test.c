/* The instruction rows against xtensa-lx106-elf-objdump, the oracle: the same
 * random bytes are disassembled by both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "emulator/isa.h"

#define SAMPLES 60000u
/* Each sample is followed by bytes that are no instruction in any place, so
 * that the disassembler is in step again at the next one. */
#define STRIDE 6u
#define FILLER 0x0E

static uint32_t samples[SAMPLES];

static uint32_t next_random(void)
{
    static uint64_t state = 0x9E3779B97F4A7C15u;
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(state >> 33);
}

/* A third random bytes, a third random operands for rows in turn, a third in
 * the crowded space of wide register instructions. */
static uint32_t sample(unsigned i)
{
    const struct isa_row *row = &isa_rows[i / 3 % INSN_INVALID];
    uint32_t bytes = next_random() & 0xFFFFFF;
    if (i % 3 == 0)
        return bytes;
    if (i % 3 == 1)
        return (bytes & 0xFFFFF0) & ~0xFu;
    return row->match | (bytes & ~row->mask);
}

static FILE *disassemble(void)
{
    char path[] = "/tmp/pogo-decode-XXXXXX", command[256];
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    FILE *file = fdopen(fd, "wb");
    assert_non_null(file);
    for (unsigned i = 0; i < SAMPLES; i++) {
        samples[i] = sample(i);
        uint8_t bytes[STRIDE] = {(uint8_t)samples[i],
                                 (uint8_t)(samples[i] >> 8),
                                 (uint8_t)(samples[i] >> 16),
                                 FILLER,
                                 FILLER,
                                 FILLER};
        assert_int_equal(fwrite(bytes, 1, STRIDE, file), STRIDE);
    }
    assert_int_equal(fclose(file), 0);
    snprintf(command, sizeof command,
             "xtensa-lx106-elf-objdump -D -z -b binary -m xtensa %s; rm %s",
             path, path);
    return popen(command, "r");
}

/* The next operand, or NULL; numbers in whatever base become decimal. */
static char *next_operand(char **at, char *text, size_t size)
{
    size_t length = strcspn(*at, " ,\t\n");
    while (length == 0 && **at) {
        (*at)++;
        length = strcspn(*at, " ,\t\n");
    }
    if (length == 0 || **at == '(')
        return NULL;
    char *end;
    int32_t number = (int32_t)strtoll(*at, &end, 0);
    if (end == *at + length)
        snprintf(text, size, "%d", (int)number);
    else
        snprintf(text, size, "%.*s", (int)length, *at);
    *at += length;
    return text;
}

static bool is_same_text(const char *left, const char *right)
{
    char a[128], b[128], x[32], y[32];
    snprintf(a, sizeof a, "%s", left);
    snprintf(b, sizeof b, "%s", right);
    char *p = a, *q = b;
    for (;;) {
        const char *one = next_operand(&p, x, sizeof x);
        const char *two = next_operand(&q, y, sizeof y);
        if (!one || !two)
            return !one && !two;
        if (strcmp(one, two) != 0)
            return false;
    }
}

/* objdump names what it does not know .byte or excw, shows no operands for
 * rer, wer and none of rfdo's and of jumps it thinks of as signed. */
static bool is_agreed(const struct insn *insn, unsigned size, const char *text,
                      const char *theirs)
{
    bool is_none =
        strncmp(theirs, ".byte", 5) == 0 || strncmp(theirs, "excw", 4) == 0;
    if (insn->id == INSN_INVALID || insn->id == INSN_EXCW)
        return is_none;
    if (insn->id == INSN_RER || insn->id == INSN_WER)
        return strncmp(theirs, text, 3) == 0;
    return insn->size == size && is_same_text(text, theirs);
}

static void objdump_reads_the_same_instructions(void **state)
{
    (void)state;
    FILE *theirs = disassemble();
    assert_non_null(theirs);
    char line[256];
    unsigned compared = 0, valid = 0, rows[INSN_COUNT] = {0};
    while (fgets(line, sizeof line, theirs)) {
        unsigned address, bytes;
        int at = 0, from = 0, to = 0;
        if (sscanf(line, " %x: %n%x%n %n", &address, &from, &bytes, &to, &at) <
                2 ||
            address % STRIDE)
            continue;
        struct insn insn = isa_decode(samples[address / STRIDE], address, 0);
        char text[64];
        isa_print(&insn, text, sizeof text);
        if (!is_agreed(&insn, (unsigned)(to - from) / 2, text, line + at))
            fail_msg("%06x: '%s', objdump: '%s'", samples[address / STRIDE],
                     text, line + at);
        compared++;
        valid += insn.id != INSN_INVALID;
        rows[insn.id]++;
    }
    assert_int_equal(pclose(theirs), 0);
    assert_true(compared > SAMPLES - SAMPLES / 100);
    assert_true(valid > SAMPLES / 2);
    for (unsigned id = 0; id < INSN_COUNT; id++)
        if (rows[id] == 0)
            fail_msg("no sample of %s", isa_rows[id].mnemonic);
}

static void every_row_is_found_by_its_own_bits(void **state)
{
    (void)state;
    for (unsigned id = 0; id < INSN_INVALID; id++) {
        const struct isa_row *row = &isa_rows[id];
        assert_int_equal(row->match & ~row->mask, 0);
        assert_int_equal(row->size, row->match & 8 ? 2 : 3);
        assert_true(row->mnemonic[0] != 0);
        for (unsigned other = 0; other < id; other++)
            assert_string_not_equal(row->mnemonic, isa_rows[other].mnemonic);
        if (row->format == FMT_SR)
            continue; /* needs the number of a register that is there */
        assert_int_equal(isa_decode(row->match, 0, 0).id, id);
        assert_int_equal(
            isa_decode(row->match | (0xFFFFFF & ~row->mask), 0, 0).id, id);
    }
}

/* clang-format off */
static const struct {
    uint32_t bytes, pc, litbase;
    const char *text;
} rows[] = {
    {0xFFFF21, 0x40100000, 0,          "l32r a2, 0x400ffffc"},
    {0xFFFF21, 0x40100001, 0,          "l32r a2, 0x40100000"},
    {0x000021, 0x40140000, 0,          "l32r a2, 0x40100000"},
    {0xFFFF21, 0x40100000, 0x3FFE9001, "l32r a2, 0x3ffe8ffc"},
    {0xFFFF21, 0x40100000, 0x3FFE9000, "l32r a2, 0x400ffffc"},
    {0xFFFFC6, 0x40100000, 0,          "j 0x40100003"},
    {0xFFFFC5, 0x40100003, 0,          "call0 0x40100000"},
    {0x0003C5, 0x40100002, 0,          "call0 0x40100040"},
    {0xFF2216, 0x40100000, 0,          "beqz a2, 0x400ffff6"},
    {0xFA9C,   0x40100000, 0,          "beqz.n a10, 0x40100023"},
};
/* clang-format on */

static void addresses_are_relative_to_the_right_place(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        char text[64];
        struct insn insn =
            isa_decode(rows[i].bytes, rows[i].pc, rows[i].litbase);
        isa_print(&insn, text, sizeof text);
        if (strncmp(text, rows[i].text, strlen(rows[i].text)) != 0)
            fail_msg("row %zu: '%s', not '%s'", i, text, rows[i].text);
    }
}

static void a_special_register_that_is_not_there_is_illegal(void **state)
{
    (void)state;
    static const struct {
        uint32_t bytes;
        enum isa_id id;
    } registers[] = {
        {0x030300, INSN_RSR},     {0x130300, INSN_WSR},
        {0x610300, INSN_XSR},     {0x030000, INSN_INVALID}, /* lbeg */
        {0x03EB00, INSN_RSR},     {0x13EB00, INSN_INVALID}, /* prid */
        {0x03E300, INSN_INVALID}, {0x13E300, INSN_WSR},     /* intclear */
        {0x61E200, INSN_INVALID}, {0x03F100, INSN_INVALID}, /* ccompare1 */
    };
    for (size_t i = 0; i < sizeof registers / sizeof registers[0]; i++)
        assert_int_equal(isa_decode(registers[i].bytes, 0, 0).id,
                         registers[i].id);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objdump_reads_the_same_instructions),
        cmocka_unit_test(every_row_is_found_by_its_own_bits),
        cmocka_unit_test(addresses_are_relative_to_the_right_place),
        cmocka_unit_test(a_special_register_that_is_not_there_is_illegal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

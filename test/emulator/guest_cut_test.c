/* A guest program's power is cut at every flash operation: the same seed leaves
 * the same bytes, and what is left can be explained. Operations before the cut
 * are complete, those after it have not begun, and only the one in between is
 * torn. */
#include "test/emulator/bench_fixture.h"

#include <stdlib.h>

#include "format/bytes.h"
#include "test/emulator/installed.h"
#include "test/guest/flash_writer.h"

#define FLASH 0x100000u
#define SECTOR 0x1000u
#define PAGE 0x100u
#define OPS_MOST 64u

/* One program of the flash chip, or an erase: a step may take several. */
struct op {
    uint32_t address, size, salt;
    bool is_erase;
};

struct plan {
    struct op op[OPS_MOST];
    unsigned count;
    bool is_puya;
    uint8_t *base;                /* the flash before the program runs */
    uint8_t *after[OPS_MOST + 1]; /* and after so many operations */
};

/* ---- what must happen ---- */

static void add_step(struct plan *plan, const struct writer_step *step)
{
    if (step->size == 0) {
        plan->op[plan->count++] = (struct op){step->address, SECTOR, 0, true};
    }
    for (uint32_t at = 0, n; at < step->size; at += n) {
        uint32_t address = step->address + at;
        n = PAGE - address % PAGE;
        n = n < step->size - at ? n : step->size - at;
        plan->op[plan->count++] = (struct op){address, n, step->salt, false};
    }
    assert_in_range(plan->count, 1, OPS_MOST);
}

static void apply(const struct plan *plan, const struct op *op, uint8_t *flash)
{
    for (uint32_t at = op->address; at < op->address + op->size; at += 4) {
        uint32_t word = writer_word(at, op->salt), old = get_u32le(flash + at);
        put_u32le(flash + at, op->is_erase    ? 0xFFFFFFFFu
                              : plan->is_puya ? word
                                              : word & old);
    }
}

/* The program in a flash that holds something in all it touches, and around. */
static void make_base(struct plan *plan)
{
    char path[200];
    const char *b = getenv("B");
    snprintf(path, sizeof(path), "%s/guest/flash_writer.bin", b ? b : "build");
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    plan->base = malloc(FLASH);
    memset(plan->base, 0xFF, FLASH);
    assert_true(fread(plan->base, 1, FLASH, file) > SECTOR);
    fclose(file);
    for (uint32_t at = 0xF6000; at < 0xFA000; at += 4) {
        put_u32le(plan->base + at, writer_word(at, 77));
    }
    put_installed(plan->base); /* the boot sector has nothing to do */
}

static void make_plan(struct plan *plan, bool is_puya)
{
    memset(plan, 0, sizeof(*plan));
    plan->is_puya = is_puya;
    make_base(plan);
    for (unsigned i = 0; i < WRITER_STEPS; i++) {
        add_step(plan, &writer_steps[i]);
    }
    for (unsigned n = 0; n <= plan->count; n++) {
        plan->after[n] = malloc(FLASH);
        memcpy(plan->after[n], n > 0 ? plan->after[n - 1] : plan->base, FLASH);
        if (n > 0) {
            apply(plan, &plan->op[n - 1], plan->after[n]);
        }
    }
}

static void drop_plan(struct plan *plan)
{
    for (unsigned n = 0; n <= plan->count; n++) {
        free(plan->after[n]);
    }
    free(plan->base);
}

/* ---- what does happen ---- */

static void start(struct fixture *f, const struct plan *plan, uint32_t seed)
{
    open_config(f, "basic",
                (struct bench_config){
                    .seed = seed, .is_off = true, .is_puya = plan->is_puya});
    memcpy(bench_chip(f->bench)->flash.data, plan->base, FLASH);
}

/* Until the program is through, or power is gone. */
static void run(struct fixture *f)
{
    do_line(f, "power on");
    for (unsigned ms = 0; ms < 3000; ms++) {
        run_ms(f, 1);
        if (count(f, "uart flash written") || count(f, "power off")) {
            return;
        }
    }
    fail_msg("neither written nor cut:\n%s", f->events);
}

/* The n-th operation (from 1) is cut; the fixture stays open, without power. */
static void run_cut(struct fixture *f, const struct plan *plan, uint32_t seed,
                    unsigned n, const char *outcome)
{
    char line[64];
    start(f, plan, seed);
    snprintf(line, sizeof(line), "cut after %u flash %s", n, outcome);
    do_line(f, line);
    run(f);
    const struct op *op = &plan->op[n - 1];
    snprintf(line, sizeof(line), "cut %s %s 0x%06X", outcome,
             op->is_erase ? "erase" : "program", op->address & ~(PAGE - 1));
    if (!count(f, line) || count(f, "uart flash written")) {
        fail_msg("not '%s' in:\n%s", line, f->events);
    }
}

static const uint8_t *cells(struct fixture *f)
{
    return bench_chip(f->bench)->flash.data;
}

static void assert_flash(const uint8_t *is, const uint8_t *want,
                         const char *what, unsigned n)
{
    for (uint32_t at = 0; at < FLASH; at++) {
        if (is[at] != want[at]) {
            fail_msg("%s %u: 0x%06x is %02x, not %02x", what, n, at, is[at],
                     want[at]);
        }
    }
}

/* Words of the operation's range that are as before, as after, and neither. */
struct words {
    unsigned old, done, torn;
};

static struct words explain(const struct plan *plan, unsigned n,
                            const uint8_t *is)
{
    const struct op *op = &plan->op[n - 1];
    const uint8_t *before = plan->after[n - 1], *after = plan->after[n];
    struct words words = {0, 0, 0};
    uint32_t end = op->address + op->size;
    for (uint32_t at = op->address; at < end; at += 4) {
        uint32_t was = get_u32le(before + at), goal = get_u32le(after + at);
        uint32_t word = get_u32le(is + at);
        words.done += word == goal;
        words.old += word == was && was != goal;
        words.torn += word != was && word != goal;
        /* A bit that the program does not change can't have changed. */
        if (!op->is_erase && ((word ^ was) & ~(was ^ goal))) {
            fail_msg("cut %u: 0x%06x is %08x, from %08x to %08x", n, at, word,
                     was, goal);
        }
    }
    uint8_t *around = malloc(FLASH);
    memcpy(around, is, FLASH);
    memcpy(around + op->address, before + op->address, op->size);
    assert_flash(around, before, "around cut", n);
    free(around);
    return words;
}

/* ---- tests ---- */

static void on_both_chips(void (*test)(const struct plan *plan))
{
    for (int is_puya = 0; is_puya < 2; is_puya++) {
        struct plan plan;
        make_plan(&plan, is_puya);
        test(&plan);
        drop_plan(&plan);
    }
}

static void test_uncut(const struct plan *plan)
{
    struct fixture f;
    start(&f, plan, 1);
    run(&f);
    struct flash_chip *flash = &bench_chip(f.bench)->flash;
    assert_int_equal(flash->programs + flash->erases, plan->count);
    assert_flash(cells(&f), plan->after[plan->count], "uncut", 0);
    bench_close(f.bench);
}

static void without_a_cut_all_operations_are_there(void **state)
{
    (void)state;
    on_both_chips(test_uncut);
}

static void test_whole(const struct plan *plan)
{
    for (unsigned n = 1; n <= plan->count; n++) {
        struct fixture f;
        run_cut(&f, plan, 1, n, "before");
        assert_flash(cells(&f), plan->after[n - 1], "cut before", n);
        bench_close(f.bench);
        run_cut(&f, plan, 1, n, "after");
        assert_flash(cells(&f), plan->after[n], "cut after", n);
        bench_close(f.bench);
    }
}

static void a_cut_before_or_after_leaves_whole_operations(void **state)
{
    (void)state;
    on_both_chips(test_whole);
}

/* Torn bytes, then power again: the program does its work over them. */
static void test_torn(const struct plan *plan)
{
    unsigned half_erased = 0;
    for (unsigned n = 1; n <= plan->count; n++) {
        struct fixture f;
        run_cut(&f, plan, 1, n, "torn");
        struct words words = explain(plan, n, cells(&f));
        if (plan->op[n - 1].is_erase) {
            half_erased += words.torn > 0 && words.old > 0 && words.done > 0;
        } else {
            assert_int_equal(words.torn, 1);
        }
        forget(&f);
        run(&f);
        assert_flash(cells(&f), plan->after[plan->count], "again after cut", n);
        bench_close(f.bench);
    }
    assert_int_not_equal(half_erased, 0);
}

static void only_the_operation_that_is_cut_is_torn(void **state)
{
    (void)state;
    on_both_chips(test_torn);
}

static void test_seeds(const struct plan *plan)
{
    unsigned others = 0;
    for (unsigned n = 1; n <= plan->count; n++) {
        struct fixture a, b, c;
        run_cut(&a, plan, 8266, n, "torn");
        run_cut(&b, plan, 8266, n, "torn");
        run_cut(&c, plan, 8285, n, "torn");
        assert_flash(cells(&b), cells(&a), "same seed, cut", n);
        assert_string_equal(a.events, b.events);
        assert_true(bench_now(a.bench) == bench_now(b.bench));
        others += memcmp(cells(&a), cells(&c), FLASH) != 0;
        bench_close(a.bench);
        bench_close(b.bench);
        bench_close(c.bench);
    }
    assert_int_not_equal(others, 0);
}

static void the_same_seed_leaves_the_same_bytes(void **state)
{
    (void)state;
    on_both_chips(test_seeds);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_a_cut_all_operations_are_there),
        cmocka_unit_test(a_cut_before_or_after_leaves_whole_operations),
        cmocka_unit_test(only_the_operation_that_is_cut_is_torn),
        cmocka_unit_test(the_same_seed_leaves_the_same_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

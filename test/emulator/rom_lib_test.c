/* The ROM's mem*, str*, arithmetic and MD5 against the host's. */
#include "test/emulator/rom_bench.h"

#include <math.h>
#include <openssl/evp.h>

#define A SCRATCH
#define B (SCRATCH + 0x1000u)
#define C (SCRATCH + 0x2000u)
#define ROUNDS 300u

static uint32_t seed = 1;

static uint32_t noise(void)
{
    seed ^= seed << 13;
    seed ^= seed >> 17;
    seed ^= seed << 5;
    return seed;
}

/* Numbers where arithmetic goes wrong, and any others. */
static uint32_t number(void)
{
    static const uint32_t odd[] = {0,          1,          2,     0xFF,
                                   0x7FFFFFFF, 0x80000000, ~0u,   ~1u,
                                   0x10000,    0xFFFF,     0x100, 3};
    uint32_t n = noise();
    return n % 3 ? n >> (noise() % 32)
                 : odd[noise() % (sizeof(odd) / sizeof(*odd))];
}

static uint64_t wide(void)
{
    return (uint64_t)number() << 32 | number();
}

/* ---- memory ---- */

static void memory_functions_do_as_the_hosts(void **state)
{
    uint8_t host[600], guest[600];
    struct rom_bench *b = bench_started();
    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t to = noise() % 128, from = noise() % 128, n = noise() % 128;
        for (size_t k = 0; k < sizeof(host); k++)
            host[k] = (uint8_t)noise();
        bench_put(b, A, host, sizeof(host));
        const char *name = i % 2 ? "memmove" : "ets_memmove";
        assert_int_equal(CALL(b, name, A + to, A + from, n), A + to);
        memmove(host + to, host + from, n);
        assert_int_equal(CALL(b, "memset", A + 300 + to, i, n), A + 300 + to);
        memset(host + 300 + to, (int)(i & 0xFF), n);
        assert_int_equal(CALL(b, "memcpy", A + 200, A + 60, 30), A + 200);
        memcpy(host + 200, host + 60, 30);
        CALL(b, "bzero", A + 100, 3);
        memset(host + 100, 0, 3);
        bench_get(b, A, guest, sizeof(guest));
        assert_memory_equal(guest, host, sizeof(host));
    }
    bench_free(b);
}

static uint32_t sign(int value)
{
    return value < 0 ? ~0u : value > 0;
}

static void comparisons_give_minus_one_zero_one(void **state)
{
    static const struct {
        const char *left, *right;
        uint32_t n;
    } rows[] = {
        {"", "", 1},         {"a", "", 1},      {"", "a", 1},
        {"abc", "abc", 4},   {"abc", "abd", 2}, {"abc", "abd", 3},
        {"abd", "abc", 4},   {"ab", "abc", 4},  {"abc", "ab", 9},
        {"\xff", "\x01", 1}, {"x", "y", 0},
    };
    struct rom_bench *b = bench_started();
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        const char *l = rows[i].left, *r = rows[i].right;
        uint32_t n = rows[i].n;
        bench_put(b, A, l, strlen(l) + 1);
        bench_put(b, B, r, strlen(r) + 1);
        assert_int_equal(CALL(b, "strcmp", A, B), sign(strcmp(l, r)));
        assert_int_equal(CALL(b, "ets_strncmp", A, B, n),
                         sign(strncmp(l, r, n)));
        if (n <= strlen(l) + 1 && n <= strlen(r) + 1)
            assert_int_equal(CALL(b, "memcmp", A, B, n), sign(memcmp(l, r, n)));
    }
    bench_free(b);
}

static void string_functions_do_as_the_hosts(void **state)
{
    static const char *const words[] = {"", "a", "gate", "a longer one than 8"};
    struct rom_bench *b = bench_started();
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        uint8_t host[64], guest[64];
        size_t size = strlen(words[i]) + 1;
        bench_put(b, A, words[i], size);
        assert_int_equal(CALL(b, "strlen", A), size - 1);
        memset(host, 0x55, sizeof(host));
        bench_put(b, B, host, sizeof(host));
        assert_int_equal(CALL(b, "strcpy", B, A), B);
        memcpy(host, words[i], size);
        bench_get(b, B, guest, sizeof(guest));
        assert_memory_equal(guest, host, sizeof(host));
        assert_int_equal(CALL(b, "strncpy", B + 32, A, 8), B + 32);
        memset(host + 32, 0, 8);
        memcpy(host + 32, words[i], size < 8 ? size : 8);
        bench_get(b, B, guest, sizeof(guest));
        assert_memory_equal(guest, host, sizeof(host));
    }
    bench_put(b, A, "navigator", 10);
    bench_put(b, B, "gat", 4);
    assert_int_equal(CALL(b, "strstr", A, B), A + 4);
    bench_put(b, B, "gab", 4);
    assert_int_equal(CALL(b, "strstr", A, B), 0);
    bench_put(b, B, "", 1);
    assert_int_equal(CALL(b, "strstr", A, B), A);
    bench_free(b);
}

static void a_bad_pointer_raises_the_exception(void **state)
{
    static const struct {
        const char *name;
        uint32_t a2, a3, a4, cause, address;
    } rows[] = {
        {"memcpy", A, 0, 4, FAULT_LOAD_PROHIBITED, 0},
        {"memset", 0x10, 0, 4, FAULT_STORE_PROHIBITED, 0x10},
        {"strlen", 0, 0, 0, FAULT_LOAD_PROHIBITED, 0},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        struct rom_bench *b = bench_started();
        struct cpu *cpu = &b->chip.cpu;
        uint32_t pc = native_find_name(rows[i].name)->address;
        cpu->a[2] = rows[i].a2;
        cpu->a[3] = rows[i].a3;
        cpu->a[4] = rows[i].a4;
        cpu->pc = pc;
        native_call(&b->chip, pc);
        assert_int_equal(cpu->exccause, rows[i].cause);
        assert_int_equal(cpu->excvaddr, rows[i].address);
        assert_int_equal(cpu->epc[1], pc);
        assert_int_equal(cpu->pc, 0x40000050);
        bench_free(b);
    }
}

/* ---- integers ---- */

static uint64_t call64(struct rom_bench *b, const char *name, uint64_t x,
                       uint64_t y)
{
    uint32_t low = CALL(b, name, (uint32_t)x, (uint32_t)(x >> 32), (uint32_t)y,
                        (uint32_t)(y >> 32));
    return low | (uint64_t)b->chip.cpu.a[3] << 32;
}

static void integer_helpers_do_as_the_hosts(void **state)
{
    struct rom_bench *b = bench_started();
    (void)state;
    for (unsigned i = 0; i < 20 * ROUNDS; i++) {
        uint32_t x = number(), y = number();
        uint64_t p = wide(), q = wide();
        assert_int_equal(call64(b, "__muldi3", p, q), p * q);
        CALL(b, "__umulsidi3", x, y);
        assert_int_equal(b->chip.cpu.a[3], (uint64_t)x * y >> 32);
        if (y) {
            assert_int_equal(CALL(b, "__udivsi3", x, y), x / y);
            assert_int_equal(CALL(b, "__umodsi3", x, y), x % y);
            assert_int_equal(CALL(b, "__divsi3", x, y),
                             (uint32_t)((int64_t)(int32_t)x / (int32_t)y));
        }
        if (q) {
            assert_int_equal(call64(b, "__udivdi3", p, q), p / q);
            assert_int_equal(call64(b, "__umoddi3", p, q), p % q);
        }
        if (q && q != UINT64_MAX)
            assert_int_equal(call64(b, "__divdi3", p, q),
                             (uint64_t)((int64_t)p / (int64_t)q));
    }
    assert_int_equal(call64(b, "__divdi3", 1ull << 63, UINT64_MAX), 1ull << 63);
    bench_free(b);
}

static void division_by_zero_is_an_illegal_instruction(void **state)
{
    static const char *const names[] = {"__udivsi3", "__umodsi3", "__divsi3",
                                        "__udivdi3", "__umoddi3", "__divdi3"};
    struct rom_bench *b = bench_started();
    struct cpu *cpu = &b->chip.cpu;
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
        memset(cpu->a + 2, 0, 6 * sizeof(cpu->a[0]));
        cpu->ps &= ~PS_EXCM;
        cpu->exccause = 99;
        native_call(&b->chip, native_find_name(names[i])->address);
        assert_int_equal(cpu->exccause, FAULT_ILLEGAL);
        assert_int_equal(cpu->epc[1], 0x4000DCE5);
    }
    bench_free(b);
}

/* ---- soft float ---- */

static uint64_t bits_of(double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static double double_of(uint64_t bits)
{
    double value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static uint32_t bits_of_single(float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    return bits;
}

static float single_of(uint32_t bits)
{
    float value;
    memcpy(&value, &bits, sizeof(value));
    return value;
}

static const double doubles[] = {
    0.0,          -0.0,          1.0, -1.5, 3.25e10,          1e-310,
    2.5e300,      -1e308,        0.1, 7.0,  (double)INFINITY, (double)-INFINITY,
    4294967295.0, -2147483648.0, 1e9};
#define DOUBLES (sizeof(doubles) / sizeof(*doubles))

static void check_double(struct rom_bench *b, const char *name, double x,
                         double y, double expected)
{
    uint64_t got = call64(b, name, bits_of(x), bits_of(y));
    uint64_t want = isnan(expected) ? 0x7FF8000000000000u : bits_of(expected);
    assert_int_equal(got, want);
}

static void check_single(struct rom_bench *b, const char *name, float x,
                         float y, float expected)
{
    uint32_t got = CALL(b, name, bits_of_single(x), bits_of_single(y));
    uint32_t want = isnan(expected) ? 0x7FC00000u : bits_of_single(expected);
    assert_int_equal(got, want);
}

static void soft_float_does_as_the_hosts(void **state)
{
    struct rom_bench *b = bench_started();
    (void)state;
    for (size_t i = 0; i < DOUBLES * DOUBLES; i++) {
        double x = doubles[i % DOUBLES], y = doubles[i / DOUBLES];
        float u = (float)x, v = (float)y;
        check_double(b, "__adddf3", x, y, x + y);
        check_double(b, "__subdf3", x, y, x - y);
        check_double(b, "__muldf3", x, y, x * y);
        if (y != 0.0)
            check_double(b, "__divdf3", x, y, x / y);
        check_single(b, "__addsf3", u, v, u + v);
        check_single(b, "__subsf3", u, v, u - v);
        check_single(b, "__mulsf3", u, v, u * v);
    }
    check_double(b, "__divdf3", 1.0, 0.0, (double)INFINITY);
    assert_int_equal(call64(b, "__adddf3", 0xFFF0000000000001u, 0),
                     0xFFF8000000000001u);
    bench_free(b);
}

static void conversions_do_as_the_hosts(void **state)
{
    struct rom_bench *b = bench_started();
    (void)state;
    for (unsigned i = 0; i < ROUNDS; i++) {
        uint32_t n = number();
        CALL(b, "__floatsidf", n);
        assert_true(
            double_of(b->chip.cpu.a[2] | (uint64_t)b->chip.cpu.a[3] << 32) ==
            (double)(int32_t)n);
        CALL(b, "__floatunsidf", n);
        assert_true(double_of(b->chip.cpu.a[2] | (uint64_t)b->chip.cpu.a[3]
                                                     << 32) == (double)n);
        assert_true(single_of(CALL(b, "__floatsisf", n)) == (float)(int32_t)n);
        assert_true(single_of(CALL(b, "__floatunsisf", n)) == (float)n);
    }
    static const struct {
        double value;
        uint32_t fix, fixuns;
    } rows[] = {
        {0.0, 0, 0},
        {1.99, 1, 1},
        {-1.99, ~0u, ~0u},
        {2147483647.5, 0x7FFFFFFF, 0x7FFFFFFF},
        {2147483648.0, 0x7FFFFFFF, 0x80000000},
        {4294967295.5, 0x7FFFFFFF, 0xFFFFFFFF},
        {1e300, 0x7FFFFFFF, 0xFFFFFFFF},
        {-1e300, 0x80000000, 0x80000000},
        {(double)NAN, 0x7FFFFFFF, 0xFFFFFFFF},
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
        uint64_t bits = bits_of(rows[i].value);
        uint32_t low = (uint32_t)bits, high = (uint32_t)(bits >> 32);
        assert_int_equal(CALL(b, "__fixdfsi", low, high), rows[i].fix);
        assert_int_equal(CALL(b, "__fixunsdfsi", low, high), rows[i].fixuns);
    }
    assert_int_equal(CALL(b, "__fixunssfsi", bits_of_single(3e9f)),
                     3000000000u);
    for (size_t i = 0; i < DOUBLES; i++) {
        uint64_t bits = bits_of(doubles[i]);
        float single = (float)doubles[i];
        assert_int_equal(
            CALL(b, "__truncdfsf2", (uint32_t)bits, (uint32_t)(bits >> 32)),
            bits_of_single(single));
        CALL(b, "__extendsfdf2", bits_of_single(single));
        assert_int_equal(b->chip.cpu.a[2] | (uint64_t)b->chip.cpu.a[3] << 32,
                         bits_of((double)single));
    }
    bench_free(b);
}

/* ---- MD5 ---- */

/* Fed in pieces, and between any two the context lives in guest memory. */
static void md5_in_pieces_is_the_hosts_digest(void **state)
{
    static const uint32_t sizes[] = {0, 1, 55, 56, 63, 64, 65, 127, 1000, 4096};
    uint8_t data[4096], want[16], got[16];
    struct rom_bench *b = bench_started();
    (void)state;
    for (size_t k = 0; k < sizeof(data); k++)
        data[k] = (uint8_t)noise();
    bench_put(b, B, data, sizeof(data));
    for (size_t i = 0; i < sizeof(sizes) / sizeof(*sizes); i++) {
        for (uint32_t piece = 1; piece < 300; piece += 37) {
            CALL(b, "MD5Init", A);
            for (uint32_t at = 0; at < sizes[i]; at += piece) {
                uint32_t left = sizes[i] - at;
                CALL(b, "MD5Update", A, B + at, left < piece ? left : piece);
            }
            CALL(b, "MD5Final", C + 0x1000, A);
            bench_get(b, C + 0x1000, got, sizeof(got));
            EVP_Digest(data, sizes[i], want, NULL, EVP_md5(), NULL);
            assert_memory_equal(got, want, sizeof(want));
        }
    }
    bench_free(b);
}

static void a_fresh_md5_context_is_the_roms(void **state)
{
    static const uint32_t words[6] = {0x67452301, 0xefcdab89, 0x98badcfe,
                                      0x10325476, 0,          0};
    struct rom_bench *b = bench_started();
    (void)state;
    CALL(b, "MD5Init", A);
    for (uint32_t i = 0; i < 6; i++)
        assert_int_equal(bench_word(b, A + 4 * i), words[i]);
    CALL(b, "MD5Update", A, B, 5);
    assert_int_equal(bench_word(b, A + 16), 40);
    bench_free(b);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(memory_functions_do_as_the_hosts),
        cmocka_unit_test(comparisons_give_minus_one_zero_one),
        cmocka_unit_test(string_functions_do_as_the_hosts),
        cmocka_unit_test(a_bad_pointer_raises_the_exception),
        cmocka_unit_test(integer_helpers_do_as_the_hosts),
        cmocka_unit_test(division_by_zero_is_an_illegal_instruction),
        cmocka_unit_test(soft_float_does_as_the_hosts),
        cmocka_unit_test(conversions_do_as_the_hosts),
        cmocka_unit_test(md5_in_pieces_is_the_hosts_digest),
        cmocka_unit_test(a_fresh_md5_context_is_the_roms),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

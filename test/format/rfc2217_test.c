#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "format/rfc2217.h"

static unsigned feed(struct rfc2217_decoder *d, const uint8_t *bytes,
                     size_t size, enum rfc2217_item want)
{
    unsigned found = 0;
    for (size_t i = 0; i < size; i++) {
        found += rfc2217_decode(d, bytes[i]) == want;
    }
    return found;
}

static void every_byte_value_passes_as_data(void **state)
{
    (void)state;
    uint8_t in[256], out[RFC2217_DATA_ROOM(256)];
    for (unsigned i = 0; i < 256; i++) {
        in[i] = (uint8_t)i;
    }
    size_t n = rfc2217_put_data(out, in, sizeof(in));
    assert_int_equal(n, 257);
    struct rfc2217_decoder d;
    rfc2217_decoder_init(&d);
    unsigned got = 0;
    for (size_t i = 0; i < n; i++) {
        if (rfc2217_decode(&d, out[i]) == RFC2217_DATA) {
            assert_int_equal(d.byte, got++);
        }
    }
    assert_int_equal(got, 256);
}

static void a_command_passes_with_its_ff_bytes(void **state)
{
    (void)state;
    uint8_t out[RFC2217_COMMAND_ROOM(4)];
    size_t n = rfc2217_put_u32(out, RFC2217_SET_BAUDRATE, 0xFF00FFFF);
    static const uint8_t wire[] = {255, 250, 44,  1,   255, 255, 0,
                                   255, 255, 255, 255, 255, 240};
    assert_int_equal(n, sizeof(wire));
    assert_memory_equal(out, wire, n);
    struct rfc2217_decoder d;
    rfc2217_decoder_init(&d);
    assert_int_equal(feed(&d, out, n, RFC2217_COMMAND), 1);
    assert_int_equal(d.command, RFC2217_SET_BAUDRATE);
    assert_int_equal(d.arg_count, 4);
    assert_true(rfc2217_arg_u32(&d) == 0xFF00FFFF);
}

static void options_tell_verb_and_number(void **state)
{
    (void)state;
    uint8_t out[RFC2217_OPTION_ROOM];
    struct rfc2217_decoder d;
    rfc2217_decoder_init(&d);
    for (unsigned verb = TELNET_WILL; verb <= TELNET_DONT; verb++) {
        rfc2217_put_option(out, (enum telnet_verb)verb, 255);
        assert_int_equal(feed(&d, out, sizeof(out), RFC2217_OPTION), 1);
        assert_int_equal(d.verb, verb);
        assert_int_equal(d.option, 255);
    }
}

static void what_is_not_ours_is_passed_over(void **state)
{
    (void)state;
    static const struct {
        uint8_t bytes[12];
        size_t size;
        enum rfc2217_item last;
    } rows[] = {
        {{255, 241}, 2, RFC2217_NOTHING},                    /* NOP */
        {{255, 250, 24, 1, 255, 240}, 6, RFC2217_NOTHING},   /* terminal type */
        {{255, 250, 44, 255, 240}, 5, RFC2217_NOTHING},      /* no command */
        {{255, 250, 44, 0, 255, 240}, 6, RFC2217_COMMAND},   /* no argument */
        {{255, 250, 44, 5, 255, 251, 3}, 7, RFC2217_OPTION}, /* cut short */
        {{255, 250, 44, 5, 255, 241, 'A'}, 7, RFC2217_DATA}, /* cut short */
    };
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct rfc2217_decoder d;
        rfc2217_decoder_init(&d);
        enum rfc2217_item item = RFC2217_NOTHING;
        for (size_t j = 0; j < rows[i].size; j++) {
            item = rfc2217_decode(&d, rows[i].bytes[j]);
        }
        assert_int_equal(item, rows[i].last);
        assert_int_equal(rfc2217_decode(&d, 'x'), RFC2217_DATA);
    }
}

static void a_short_argument_reads_as_zero(void **state)
{
    (void)state;
    static const uint8_t bytes[] = {255, 250, 44, 1, 9, 9, 9, 255, 240};
    struct rfc2217_decoder d;
    rfc2217_decoder_init(&d);
    assert_int_equal(feed(&d, bytes, sizeof(bytes), RFC2217_COMMAND), 1);
    assert_int_equal(rfc2217_arg_u32(&d), 0);
    assert_int_equal(rfc2217_arg_u8(&d), 9);
}

static void garbage_never_overruns(void **state)
{
    (void)state;
    static const uint8_t likely[] = {255, 255, 250, 240, 44, 251, 253, 0, 1, 5};
    struct rfc2217_decoder *d = malloc(sizeof(*d));
    rfc2217_decoder_init(d);
    srand(2217);
    unsigned commands = 0;
    for (unsigned i = 0; i < 2000000; i++) {
        uint8_t byte = rand() % 2 ? likely[(size_t)rand() % sizeof(likely)]
                                  : (uint8_t)rand();
        commands += rfc2217_decode(d, byte) == RFC2217_COMMAND;
        assert_true(d->arg_count <= RFC2217_ARGS);
    }
    assert_true(commands > 10); /* the input did reach the depth */
    free(d);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_byte_value_passes_as_data),
        cmocka_unit_test(a_command_passes_with_its_ff_bytes),
        cmocka_unit_test(options_tell_verb_and_number),
        cmocka_unit_test(what_is_not_ours_is_passed_over),
        cmocka_unit_test(a_short_argument_reads_as_zero),
        cmocka_unit_test(garbage_never_overruns),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

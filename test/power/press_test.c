/* Contacts of the real image on the bench: how soon the relay follows one, and
 * presses that fall into the time in which a signature is checked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/ota_file.h"
#include "test/power/machine.h"

#define IN_SIGNATURE 100u /* header bytes 80 to 143, then its CRC-32 */
#define PART 512u         /* update_serial.h: each is answered */

static struct machine machine;
static struct machine *const m = &machine;

static void stop_unless(bool is_right, const char *what)
{
    if (!is_right)
        fail_msg("%s: %s %s", what, m->problem, m->text);
}

/* It has proved itself, so that updates are taken, and buttons act at once. */
static int start(void **state)
{
    (void)state;
    machine_open(m, false, 1);
    machine_flash(m, 0, "pogo-bench.bin");
    machine_on(m);
    bool is_ready =
        machine_wait(m, "UPD: this version has proved itself", 20000) &&
        machine_ask(m, "SetOption13 1", "RESULT", NULL, 0) &&
        machine_run(m, 2000);
    return is_ready ? 0 : -1;
}

static int end(void **state)
{
    (void)state;
    machine_close(m);
    return 0;
}

/* At twenty places between two ticks. */
static void the_relay_follows_a_button_after_the_debounce(void **state)
{
    (void)state;
    for (unsigned phase = 0; phase < 20; phase++) {
        unsigned before = m->moves, ms = 0;
        stop_unless(machine_run(m, 500 + phase), "it runs");
        machine_do(m, "press 0");
        while (m->moves == before && ms++ < 100)
            stop_unless(machine_run(m, 1), "it runs");
        assert_in_range(ms, 50, 52);
        machine_do(m, "release 0");
        stop_unless(machine_run(m, 200), "it runs");
        assert_int_equal(m->moves, before + 1);
    }
}

/* Its signature is that of another: nothing follows its check. */
static size_t read_update(uint8_t *file, size_t room)
{
    size_t size = machine_file("update/next.ota", file, room);
    file[IN_SIGNATURE] ^= 1;
    put_u32le(file + OTA_HEADER_SIZE - 4,
              crc32_update(0, file, OTA_HEADER_SIZE - 4));
    return size;
}

/* Up to the last byte, after which the signature is checked. */
static void send_update(void)
{
    static uint8_t file[MAP_SLOT_SIZE];
    char words[40];
    size_t size = read_update(file, sizeof(file));
    snprintf(words, sizeof(words), "UpgradeSerial %u", (unsigned)size);
    stop_unless(machine_ask(m, words, "+0\r", NULL, 0), "it takes an update");
    for (size_t at = 0; at < size;) {
        size_t part_end = at + PART < size ? at + PART : size;
        while (at < part_end) {
            at += bench_serial_send(m->bench, file + at, part_end - at);
            stop_unless(machine_run(m, 1), "it takes bytes");
        }
        snprintf(words, sizeof(words), "+%u\r", (unsigned)part_end);
        if (at < size)
            stop_unless(machine_wait(m, words, 3000), "it answers");
    }
}

static void a_press_while_a_signature_is_checked_counts(void **state)
{
    (void)state;
    send_update();
    unsigned before = m->moves;
    stop_unless(machine_run(m, 60), "it checks");
    machine_do(m, "press 0");
    stop_unless(machine_run(m, 150), "it checks");
    machine_do(m, "release 0");
    stop_unless(machine_run(m, 150), "it checks");
    assert_int_equal(m->moves, before); /* or it had time for the button */
    stop_unless(machine_wait(m, "Failed", 3000), "it refuses the update");
    stop_unless(machine_run(m, 100), "it runs");
    assert_int_equal(m->moves, before + 1);
}

/* More changes than are noted: nothing is read into them, and the next press is
 * one again. */
static void a_storm_while_a_signature_is_checked_passes(void **state)
{
    (void)state;
    send_update();
    unsigned before = m->moves;
    for (unsigned i = 0; i < 150; i++) {
        machine_do(m, i % 2 ? "release 0" : "press 0");
        /* Not in step with the milliseconds that are counted: changes that are
         * exactly one apart can look as if it was down all the time. */
        stop_unless(machine_run(m, 1 + i % 2), "it checks");
    }
    stop_unless(machine_wait(m, "Failed", 3000), "it refuses the update");
    stop_unless(machine_run(m, 500), "it runs");
    assert_int_equal(m->moves, before);
    machine_do(m, "press 0 100");
    stop_unless(machine_run(m, 60), "it runs");
    assert_int_equal(m->moves, before + 1);
    stop_unless(machine_run(m, 500), "it runs");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_relay_follows_a_button_after_the_debounce),
        cmocka_unit_test(a_press_while_a_signature_is_checked_counts),
        cmocka_unit_test(a_storm_while_a_signature_is_checked_passes),
    };
    return cmocka_run_group_tests(tests, start, end);
}

/* Devices that come back after an update, and devices that do not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

#include <cmocka.h>

#include "fake_web.h"
#include "tool/ota_list.h"
#include "tool/ota_watch.h"

#define POGO(version, slot, confirmed, left)                                   \
    "{\"StatusFWR\":{\"Version\":\"" version "(pogo)\",\"Slot\":\"" slot       \
    "\",\"Confirmed\":\"" confirmed "\",\"Left\":\"" left "\"}}"
#define TASMOTA(version) "{\"StatusFWR\":{\"Version\":\"" version "\"}}"
#define UPTIME(text) "{\"StatusPRM\":{\"Uptime\":\"0T" text "\"}}"

#define TWO "Status%202"
#define ONE "Status%201"

static struct ota_talk talk;

static enum err watch(const struct fake_row *rows, size_t count,
                      const struct ota_watch *like, struct ota_device *after)
{
    struct ota_watch w = *like;
    fake_begin(&talk, rows, count);
    w.talk = &talk;
    w.wait_ms = 180000;
    w.leave_ms = OTA_LEAVE_MS;
    w.before.has_commands = true;
    enum err e = ota_watch(&w);
    *after = w.after;
    return e;
}

static unsigned seconds_told, times_told;

static void tell_seconds(unsigned seconds)
{
    seconds_told = seconds;
    times_told++;
}

static const struct ota_watch pogo = {.before = {.kind = OTA_POGO,
                                                 .version = "0.1.0(pogo)",
                                                 .slot = 'A',
                                                 .is_confirmed = true},
                                      .version = "0.2.0"};

/* Until it restarts the old one answers, with what was left before. */
static void a_new_slot_has_to_prove_itself(void **state)
{
    static const struct fake_row rows[] = {
        {0, TWO, 200, NULL, POGO("0.1.0", "A", "ON", "0.2.0: it crashed")},
        {0, ONE, 200, NULL, UPTIME("00:10:00")},
        {2000, TWO, 0, NULL, ""},
        {5000, TWO, 200, NULL, POGO("0.2.0", "B", "OFF", "")},
        {5000, ONE, 200, NULL, UPTIME("00:00:02")},
        {15000, TWO, 200, NULL, POGO("0.2.0", "B", "ON", "")}};
    struct ota_device after;
    struct ota_watch told = pogo;
    (void)state;
    told.waiting = tell_seconds;
    assert_int_equal(watch(rows, 6, &told, &after), ERR_NONE);
    assert_in_range(seconds_told, 15, 17);
    assert_in_range(times_told, 10, 17);
    assert_in_range(fake.now_ms, 15000, 17000);
    assert_string_equal(after.version, "0.2.0(pogo)");
}

static void one_that_was_left_is_told(void **state)
{
    static const struct fake_row rows[] = {
        {0, TWO, 0, NULL, ""},
        {9000, TWO, 200, NULL, POGO("0.1.0", "A", "ON", "0.2.0: it crashed")},
        {9000, ONE, 200, NULL, UPTIME("00:00:03")}};
    struct ota_device after;
    (void)state;
    assert_int_equal(watch(rows, 3, &pogo, &after), ERR_UPDATE_LEFT);
    assert_string_equal(after.left, "0.2.0: it crashed");
}

static void one_without_proof_and_one_that_is_lost(void **state)
{
    static const struct fake_row waits[] = {
        {0, TWO, 200, NULL, POGO("0.2.0", "B", "OFF", "")}};
    static const struct fake_row lost[] = {{0, TWO, 0, NULL, ""}};
    struct ota_device after;
    (void)state;
    assert_int_equal(watch(waits, 1, &pogo, &after), ERR_UPDATE_UNCONFIRMED);
    assert_int_equal(watch(lost, 1, &pogo, &after), ERR_WEB_LOST);
    assert_in_range(fake.now_ms, 180000, 182000);
}

static const struct ota_watch tasmota = {
    .before = {.kind = OTA_TASMOTA, .version = "8.5.1(tasmota)"},
    .version = "14.4.1(tasmota)"};

static void a_tasmota_shows_its_new_version(void **state)
{
    static const struct fake_row good[] = {
        {0, TWO, 200, NULL, TASMOTA("8.5.1(tasmota)")},
        {0, ONE, 200, NULL, UPTIME("00:10:00")},
        {20000, TWO, 200, NULL, TASMOTA("14.4.1(tasmota)")}};
    static const struct fake_row same[] = {
        {0, TWO, 200, NULL, TASMOTA("8.5.1(tasmota)")},
        {0, ONE, 200, NULL, UPTIME("00:10:00")},
        {20000, ONE, 200, NULL, UPTIME("00:00:05")}};
    struct ota_device after;
    (void)state;
    assert_int_equal(watch(good, 3, &tasmota, &after), ERR_NONE);
    assert_int_equal(watch(same, 3, &tasmota, &after), ERR_WEB_SAME);
    assert_in_range(fake.now_ms, 20000, 22000);
}

/* From Tasmota to Pogo: the device leaves the network. Short silences while it
 * copies are not that yet. */
static void one_that_becomes_pogo_leaves(void **state)
{
    static const struct fake_row gone[] = {
        {0, TWO, 200, NULL, TASMOTA("8.5.1(tasmota)")},
        {0, ONE, 200, NULL, UPTIME("00:10:00")},
        {3000, TWO, 0, NULL, ""}};
    static const struct fake_row back[] = {
        {0, TWO, 0, NULL, ""},
        {25000, TWO, 200, NULL, TASMOTA("8.5.1(tasmota)")},
        {25000, ONE, 200, NULL, UPTIME("00:00:08")}};
    struct ota_watch w = tasmota;
    struct ota_device after;
    (void)state;
    w.becomes_pogo = true;
    assert_int_equal(watch(gone, 3, &w, &after), ERR_NONE);
    assert_in_range(fake.now_ms, 2000 + OTA_LEAVE_MS, 4000 + OTA_LEAVE_MS);
    assert_int_equal(after.kind, OTA_OTHER);
    assert_int_equal(watch(back, 3, &w, &after), ERR_WEB_SAME);
}

static void an_update_waits_for_the_proof_before(void **state)
{
    static const struct fake_row rows[] = {
        {0, TWO, 200, NULL, POGO("0.1.0", "A", "OFF", "")},
        {8000, TWO, 200, NULL, POGO("0.1.0", "A", "ON", "")}};
    struct ota_device device = {.kind = OTA_POGO};
    (void)state;
    FAKE_BEGIN(&talk, rows);
    assert_int_equal(ota_watch_proof(&talk, &device, 60000), ERR_NONE);
    assert_int_equal(fake.now_ms, 8000);
    FAKE_BEGIN(&talk, rows);
    device.is_confirmed = false;
    assert_int_equal(ota_watch_proof(&talk, &device, 5000),
                     ERR_UPDATE_UNCONFIRMED);
}

/* ---- lists --------------------------------------------------------------- */

static enum err read_list(const char *text, struct ota_list *list,
                          char problem[256])
{
    char path[] = "/tmp/ota_list_XXXXXX";
    int fd = mkstemp(path);
    FILE *file = fdopen(fd, "w");
    fputs(text, file);
    fclose(file);
    list->count = 0;
    enum err e = ota_list_read(list, path, problem, 256);
    (void)remove(path);
    return e;
}

static void lists_are_lines_or_a_column(void **state)
{
    static struct ota_list list;
    char problem[256];
    (void)state;
    assert_int_equal(read_list("# my house\n192.168.1.5\r\n\n lamp.local # x\n"
                               "192.168.1.5\n",
                               &list, problem),
                     ERR_NONE);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.place[0], "192.168.1.5");
    assert_string_equal(list.place[1], "lamp.local");
    assert_int_equal(read_list("name,Address,x\n\"a, \"\"b\"\"\",10.0.0.1,\n"
                               "c,,\n\"d\",\"http://10.0.0.2/\",7",
                               &list, problem),
                     ERR_NONE);
    assert_int_equal(list.count, 2);
    assert_string_equal(list.place[0], "10.0.0.1");
    assert_string_equal(list.place[1], "10.0.0.2");
    assert_int_equal(read_list("10.0.0.1\nno place\n", &list, problem),
                     ERR_FORMAT);
    assert_non_null(strstr(problem, "line 2: no address"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_new_slot_has_to_prove_itself),
        cmocka_unit_test(one_that_was_left_is_told),
        cmocka_unit_test(one_without_proof_and_one_that_is_lost),
        cmocka_unit_test(a_tasmota_shows_its_new_version),
        cmocka_unit_test(one_that_becomes_pogo_leaves),
        cmocka_unit_test(an_update_waits_for_the_proof_before),
        cmocka_unit_test(lists_are_lines_or_a_column),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The update's work and waiting commands, which share their room. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/flash_map.h"
#include "test/firmware/update_fixture.h"

/* More than fits beside an update, less than a console line: with its first
 * command waiting 10 s. */
static const char *long_line(void)
{
    static char line[700];
    strcpy(line, "Backlog Delay 100");
    while (strlen(line) < 400)
        strcat(line, ";FriendlyName1 twelve bytes");
    return line;
}

static void rest_is_installed(size_t from)
{
    assert_int_equal(feed_file(from, 512), ERR_NONE);
    assert_int_equal(update_end(&fd.device), ERR_NONE);
    fake_run(&fd, 20);
    assert_int_equal(fd.device.update.state, UPDATE_INSTALLED);
    assert_memory_equal(fake.flash + slot_image_address(SLOT_B),
                        made.image[SLOT_B], MADE_IMAGE);
}

static void commands_that_wait_run_after_an_update_began(void **state)
{
    (void)state;
    fake_type(&fd, "Backlog Delay 5;FriendlyName1 still here");
    fake_run(&fd, 100);
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    assert_int_equal(feed_file(0, made.size), ERR_NONE);
    assert_string_not_equal(fd.device.settings.friendly_name[0], "still here");
    fake_run(&fd, 1000);
    assert_string_equal(fd.device.settings.friendly_name[0], "still here");
    rest_is_installed(made.size);
}

static void commands_that_come_meanwhile_leave_it_whole(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    for (size_t i = 0; i < 5000; i += 100) {
        assert_int_equal(update_feed(&fd.device, made.file + i, 100), ERR_NONE);
        fake_type(&fd, long_line());
        fake_type(&fd, "Backlog FriendlyName1 short");
        fake_run(&fd, 100);
    }
    assert_string_equal(fd.device.settings.friendly_name[0], "short");
    rest_is_installed(5000);
}

static void an_update_waits_for_a_long_backlog(void **state)
{
    (void)state;
    fake_type(&fd, long_line());
    fake_run(&fd, 100);
    assert_int_equal(update_begin(&fd.device), ERR_UPDATE_BACKLOG);
    assert_true(fake_said("too many commands wait in the backlog"));
    assert_int_equal(fd.device.update.state, UPDATE_IDLE);
    fake_run(&fd, 30000);
    assert_int_equal(fd.device.backlog.count, 0);
    assert_int_equal(send_file(512), ERR_NONE);
}

static void after_a_failed_one_all_the_room_is_back(void **state)
{
    (void)state;
    assert_int_equal(update_begin(&fd.device), ERR_NONE);
    update_cancel(&fd.device, ERR_UPDATE_STALLED);
    fake_type(&fd, long_line());
    fake_run(&fd, 30000);
    assert_string_equal(fd.device.settings.friendly_name[0], "twelve bytes");
}

#define T(name) cmocka_unit_test_setup(name, update_setup)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(commands_that_wait_run_after_an_update_began),
        T(commands_that_come_meanwhile_leave_it_whole),
        T(an_update_waits_for_a_long_backlog),
        T(after_a_failed_one_all_the_room_is_back),
    };
    return cmocka_run_group_tests(tests, update_keys, NULL);
}

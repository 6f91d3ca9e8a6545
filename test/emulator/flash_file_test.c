/* The files behind a flash chip: kept, filled up, refused. */
#include "test/emulator/flash_chip_fixture.h"

#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *temp_path(void)
{
    static char path[64];
    snprintf(path, sizeof path, "/tmp/flash_chip_test.%ld", (long)getpid());
    unlink(path);
    return path;
}

static enum err open_file_flash(struct fixture *f, const char *path,
                                uint32_t size)
{
    memset(f, 0, sizeof *f);
    struct flash_chip_config config = {
        .size = size, .jedec = WINBOND_1M, .modes = 15, .file = path};
    enum err e = flash_chip_init(&f->flash, &f->clock, &config);
    if (e == ERR_NONE)
        flash_chip_power(&f->flash, true);
    return e;
}

static void a_file_keeps_the_content(void **state)
{
    (void)state;
    const char *path = temp_path();
    struct fixture f;
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    assert_int_equal(f.flash.data[MB - 1], 0xFF);
    put(&f, 0x3000, "kept");
    flash_chip_free(&f.flash);

    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, MB);
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    assert_memory_equal(f.flash.data + 0x3000, "kept", 4);
    flash_chip_free(&f.flash);
    unlink(path);
}

static void a_short_file_is_filled_up(void **state)
{
    (void)state;
    const char *path = temp_path();
    FILE *file = fopen(path, "wb");
    fputs("\xE9mage", file);
    fclose(file);
    struct fixture f;
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    assert_memory_equal(f.flash.data, "\xE9mage\xFF", 6);
    flash_chip_free(&f.flash);
    unlink(path);
}

static void a_file_that_can_t_be_used_is_refused(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        enum err e;
    } rows[] = {
        {"/nonexistent/flash.bin", ERR_FILE_OPEN},
        {"/tmp", ERR_FILE_KIND},
        {"/dev/null", ERR_FILE_KIND},
    };
    struct fixture f;
    for (size_t i = 0; i < COUNT(rows); i++)
        assert_int_equal(open_file_flash(&f, rows[i].path, MB), rows[i].e);
    const char *path = temp_path();
    FILE *file = fopen(path, "wb");
    fclose(file);
    assert_int_equal(truncate(path, MB + 1), 0);
    assert_int_equal(open_file_flash(&f, path, MB), ERR_IMAGE_TOO_LARGE);
    unlink(path);
    assert_int_equal(open_file_flash(&f, NULL, MB + 1), ERR_BAD_RANGE);
}

static void write_text(const char *path, const char *text)
{
    FILE *file = fopen(path, "wb");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void a_short_file_of_something_else_stays_as_it_is(void **state)
{
    (void)state;
    const char *path = temp_path();
    struct fixture f;
    struct stat st;
    write_text(path, "dear diary");
    assert_int_equal(open_file_flash(&f, path, MB), ERR_FLASH_FILE);
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, strlen("dear diary"));
    write_text(path, "\xFF\x01");
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    flash_chip_free(&f.flash);
    write_text(path, "a");
    assert_int_equal(truncate(path, MB), 0);
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    flash_chip_free(&f.flash);
    unlink(path);
}

static void a_file_is_one_chip_s_at_a_time(void **state)
{
    (void)state;
    const char *path = temp_path();
    struct fixture f, other;
    assert_int_equal(open_file_flash(&f, path, MB), ERR_NONE);
    assert_int_equal(open_file_flash(&other, path, MB), ERR_FILE_BUSY);
    flash_chip_free(&f.flash);
    assert_int_equal(open_file_flash(&other, path, MB), ERR_NONE);
    flash_chip_free(&other.flash);
    unlink(path);
}

static void a_full_disk_is_said_and_nothing_stays_half_done(void **state)
{
    (void)state;
    const char *path = temp_path();
    struct rlimit old, limit;
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    limit = old;
    limit.rlim_cur = 0x18000;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &limit), 0);
    struct fixture f;
    enum err e = open_file_flash(&f, path, MB);
    assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
    assert_int_equal(e, ERR_DISK_FULL);
    struct stat st;
    assert_int_equal(stat(path, &st), 0);
    assert_int_equal(st.st_size, 0);
    unlink(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_file_keeps_the_content),
        cmocka_unit_test(a_short_file_is_filled_up),
        cmocka_unit_test(a_file_that_can_t_be_used_is_refused),
        cmocka_unit_test(a_short_file_of_something_else_stays_as_it_is),
        cmocka_unit_test(a_file_is_one_chip_s_at_a_time),
        cmocka_unit_test(a_full_disk_is_said_and_nothing_stays_half_done),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

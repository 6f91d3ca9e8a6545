/* Time, sleep, terminals and the names of serial ports on Linux. */
#include "tool/os.h"

#include <fcntl.h>
#include <glob.h>
#include <grp.h>
#include <stdio.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

uint64_t os_now_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000u + (uint64_t)t.tv_nsec / 1000000u;
}

void os_sleep_ms(unsigned ms)
{
    struct timespec t = {ms / 1000, (long)(ms % 1000) * 1000000L};
    while (nanosleep(&t, &t) != 0) {
    }
}

void os_time_of_day(char out[16])
{
    struct timespec t;
    struct tm day;
    clock_gettime(CLOCK_REALTIME, &t);
    localtime_r(&t.tv_sec, &day);
    snprintf(out, 16, "%02u:%02u:%02u.%03u", (unsigned)day.tm_hour % 24u,
             (unsigned)day.tm_min % 60u, (unsigned)day.tm_sec % 61u,
             (unsigned)(t.tv_nsec / 1000000) % 1000u);
}

bool os_is_terminal(int fd)
{
    return isatty(fd) == 1;
}

void os_hold_descriptors(void)
{
    /* open gives the lowest number that is free. */
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) < 0)
            return;
    }
}

void os_find_ports(struct os_ports *out)
{
    glob_t found;
    out->count = 0;
    if (glob("/dev/ttyUSB*", 0, NULL, &found) != 0)
        found.gl_pathc = 0;
    int flags = found.gl_pathc > 0 ? GLOB_APPEND : 0;
    (void)glob("/dev/ttyACM*", flags, NULL, &found);
    for (size_t i = 0; i < found.gl_pathc && out->count < OS_PORTS; i++)
        snprintf(out->name[out->count++], sizeof(out->name[0]), "%s",
                 found.gl_pathv[i]);
    globfree(&found);
}

void os_group_of(const char *path, char *out, size_t room)
{
    struct stat st;
    const struct group *group = NULL;
    if (stat(path, &st) == 0)
        group = getgrgid(st.st_gid);
    snprintf(out, room, "%s", group ? group->gr_name : "?");
}

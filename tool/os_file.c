/* Files on Linux: read whole, written whole or not at all. */
#include "tool/os.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err of_errno(int number)
{
    if (number == ENOSPC || number == EDQUOT || number == EFBIG)
        return ERR_DISK_FULL;
    return number == ENOMEM ? ERR_MEMORY : ERR_IO;
}

static enum err read_all(int fd, uint8_t *bytes, size_t size, size_t *got)
{
    *got = 0;
    while (*got < size) {
        ssize_t n = read(fd, bytes + *got, size - *got);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return ERR_IO;
        if (n == 0)
            break;
        *got += (size_t)n;
    }
    return ERR_NONE;
}

enum err os_read_file(const char *path, size_t limit, uint8_t **out,
                      size_t *size)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_FILE_OPEN;
    *out = NULL;
    *size = 0;
    enum err e = ERR_FILE_OPEN;
    if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)) {
        e = (uint64_t)st.st_size > limit ? ERR_NO_ROOM : ERR_NONE;
        if (e == ERR_NONE && !(*out = malloc((size_t)st.st_size + 1)))
            e = ERR_MEMORY;
        if (e == ERR_NONE)
            e = read_all(fd, *out, (size_t)st.st_size, size);
    }
    close(fd);
    if (e != ERR_NONE) {
        free(*out);
        *out = NULL;
    }
    return e;
}

/* What lies there under that name is not written to, whoever made it: a link
 * would lead elsewhere, and of an old file others might be readers. */
static int make_part(const char *part, bool is_secret)
{
    if (unlink(part) != 0 && errno != ENOENT)
        return -1;
    return open(part, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                is_secret ? 0600 : 0666);
}

enum err os_output_open(struct os_output *out, const char *path, size_t size,
                        bool is_secret)
{
    struct stat st;
    out->fd = -1;
    out->is_direct = stat(path, &st) == 0 && !S_ISREG(st.st_mode);
    int a = snprintf(out->path, sizeof(out->path), "%s", path);
    int b = snprintf(out->part, sizeof(out->part), "%s.part", path);
    if (a < 0 || b < 0 || (size_t)b >= sizeof(out->part))
        return ERR_FILE_OPEN;
    if (out->is_direct)
        out->fd = open(out->path, O_WRONLY | O_CLOEXEC);
    else
        out->fd = make_part(out->part, is_secret);
    if (out->fd < 0)
        return errno == ENOSPC ? ERR_DISK_FULL : ERR_FILE_OPEN;
    if (!out->is_direct)
        os_farewell_part(out->part);
    if (out->is_direct)
        return ERR_NONE;
    /* Not every file system can; then the disk is found full later. */
    int failed = posix_fallocate(out->fd, 0, (off_t)size);
    if (failed == ENOSPC || failed == EFBIG || failed == EDQUOT) {
        os_output_drop(out);
        return ERR_DISK_FULL;
    }
    return ERR_NONE;
}

void os_output_drop(struct os_output *out)
{
    if (out->fd >= 0)
        close(out->fd);
    if (out->fd >= 0 && !out->is_direct)
        unlink(out->part);
    os_farewell_part("");
    out->fd = -1;
}

static enum err write_all(int fd, const uint8_t *bytes, size_t size)
{
    for (size_t at = 0; at < size;) {
        ssize_t n = write(fd, bytes + at, size - at);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return of_errno(errno);
        at += (size_t)n;
    }
    return ERR_NONE;
}

enum err os_output_finish(struct os_output *out, const uint8_t *bytes,
                          size_t size)
{
    enum err e = write_all(out->fd, bytes, size);
    if (e == ERR_NONE && !out->is_direct) {
        if (ftruncate(out->fd, (off_t)size) != 0 || fsync(out->fd) != 0)
            e = of_errno(errno);
    }
    if (e != ERR_NONE) {
        os_output_drop(out);
        return e;
    }
    int failed = close(out->fd);
    out->fd = -1;
    if (!failed && !out->is_direct)
        failed = rename(out->part, out->path);
    if (failed) {
        e = of_errno(errno);
        if (!out->is_direct)
            unlink(out->part);
    }
    os_farewell_part("");
    return e;
}

bool os_has_file(const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode);
}

bool os_has_file_like(const char *pattern)
{
    glob_t found;
    bool is_there = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;
    globfree(&found);
    return is_there;
}

/* Where the flash chip's content lives: in memory, or in a file mapped into
 * memory, which then outlives the bench, or in a base that many chips share
 * until they write. */
#include "emulator/flash_chip_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "format/image.h"

#define CHUNK 0x10000u

static enum err err_of_errno(void)
{
    return errno == ENOSPC || errno == EDQUOT || errno == EFBIG ? ERR_DISK_FULL
                                                                : ERR_IO;
}

/* Written out rather than made by ftruncate: a hole in a mapped file turns a
 * full disk into a signal in the middle of a flash write. */
static enum err fill_up(int fd, off_t from, uint32_t size)
{
    uint8_t blank[CHUNK];
    memset(blank, 0xFF, sizeof blank);
    off_t at = from;
    while (at < (off_t)size) {
        size_t room = (size_t)((off_t)size - at);
        size_t n = room < sizeof blank ? room : sizeof blank;
        ssize_t put = pwrite(fd, blank, n, at);
        if (put < 0 && errno == EINTR)
            continue;
        if (put <= 0) {
            enum err e = err_of_errno();
            if (ftruncate(fd, from) != 0)
                e = ERR_IO;
            return e;
        }
        at += put;
    }
    return ERR_NONE;
}

/* A whole flash may hold anything. A shorter file is written to here, so it
 * must be an image (E9) or a flash that was cut off (FF), not a diary. */
static enum err check_content(int fd, off_t have, uint32_t size)
{
    uint8_t first;
    if (have > (off_t)size)
        return ERR_IMAGE_TOO_LARGE;
    if (have == 0 || have == (off_t)size)
        return ERR_NONE;
    if (pread(fd, &first, 1, 0) != 1)
        return ERR_IO;
    return first == IMAGE_MAGIC || first == 0xFF ? ERR_NONE : ERR_FLASH_FILE;
}

/* The file's size, once it is sure that it is ours alone and may be changed. */
static enum err claim_file(const struct flash_chip *flash, off_t *have)
{
    struct stat st;
    if (fstat(flash->fd, &st) != 0)
        return ERR_IO;
    if (!S_ISREG(st.st_mode))
        return ERR_FILE_KIND;
    /* A file system without locks is no reason to refuse. */
    if (flock(flash->fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        return ERR_FILE_BUSY;
    *have = st.st_size;
    return check_content(flash->fd, st.st_size, flash->config.size);
}

static enum err map_open_file(struct flash_chip *flash)
{
    off_t have = 0;
    enum err e = claim_file(flash, &have);
    if (e == ERR_NONE)
        e = fill_up(flash->fd, have, flash->config.size);
    if (e != ERR_NONE)
        return e;
    void *data = mmap(NULL, flash->config.size, PROT_READ | PROT_WRITE,
                      MAP_SHARED, flash->fd, 0);
    if (data == MAP_FAILED)
        return errno == ENOMEM ? ERR_MEMORY : ERR_IO;
    flash->data = data;
    flash->is_mapped = true;
    return ERR_NONE;
}

static enum err open_file(struct flash_chip *flash)
{
    struct stat st;
    /* Before open: that may do something to a device, and a folder can't be. */
    if (stat(flash->config.file, &st) == 0 && !S_ISREG(st.st_mode))
        return ERR_FILE_KIND;
    flash->fd =
        open(flash->config.file, O_RDWR | O_CREAT | O_CLOEXEC, (mode_t)0644);
    if (flash->fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? ERR_DISK_FULL
                                                  : ERR_FILE_OPEN;
    enum err e = map_open_file(flash);
    if (e != ERR_NONE) {
        close(flash->fd);
        flash->fd = -1;
    }
    return e;
}

static enum err open_memory(struct flash_chip *flash)
{
    flash->data = malloc(flash->config.size);
    if (!flash->data)
        return ERR_MEMORY;
    memset(flash->data, 0xFF, flash->config.size);
    return ERR_NONE;
}

/* ---- a base for many ----------------------------------------------------- */

struct flash_base {
    int fd; /* memory that has a descriptor, so that it can be mapped again */
    uint32_t size;
};

/* The file's bytes into the base, over its FF. */
static enum err copy_file(const struct flash_base *base, int from)
{
    uint8_t bytes[CHUNK];
    off_t at = 0;
    for (;;) {
        ssize_t n = read(from, bytes, sizeof bytes);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return errno == EISDIR ? ERR_FILE_KIND : ERR_IO;
        if (n == 0)
            return ERR_NONE;
        if (at + n > (off_t)base->size)
            return ERR_IMAGE_TOO_LARGE;
        if (pwrite(base->fd, bytes, (size_t)n, at) != n)
            return ERR_MEMORY;
        at += n;
    }
}

static enum err read_file(const struct flash_base *base, const char *file)
{
    int fd = open(file, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return ERR_FILE_OPEN;
    enum err e = copy_file(base, fd);
    close(fd);
    return e;
}

enum err flash_base_open(const char *file, uint32_t size,
                         struct flash_base **out)
{
    struct flash_base *base = calloc(1, sizeof *base);
    *out = NULL;
    if (!base)
        return ERR_MEMORY;
    base->size = size;
    base->fd = memfd_create("pogo-flash", MFD_CLOEXEC);
    enum err e = base->fd < 0 ? ERR_MEMORY : fill_up(base->fd, 0, size);
    if (e == ERR_NONE && file)
        e = read_file(base, file);
    if (e != ERR_NONE) {
        flash_base_close(base);
        return e;
    }
    *out = base;
    return ERR_NONE;
}

void flash_base_close(struct flash_base *base)
{
    if (base && base->fd >= 0)
        close(base->fd);
    free(base);
}

static enum err open_base(struct flash_chip *flash)
{
    const struct flash_base *base = flash->config.base;
    if (base->size != flash->config.size)
        return ERR_BAD_RANGE;
    void *data = mmap(NULL, base->size, PROT_READ | PROT_WRITE, MAP_PRIVATE,
                      base->fd, 0);
    if (data == MAP_FAILED)
        return ERR_MEMORY;
    flash->data = data;
    flash->is_mapped = true;
    return ERR_NONE;
}

/* ---- life ---------------------------------------------------------------- */

enum err flash_chip_init(struct flash_chip *flash, struct clock *clock,
                         const struct flash_chip_config *config)
{
    uint32_t size = config->size;
    if (size < 0x40000 || size > 0x1000000 || (size & (size - 1)) != 0)
        return ERR_BAD_RANGE;
    *flash = (struct flash_chip){.config = *config, .clock = clock, .fd = -1};
    for (unsigned i = 0; i < sizeof flash->unique_id; i++)
        flash->unique_id[i] = (uint8_t)(0xD1u * (i + 1) ^ config->jedec >> 16);
    enum err e = flash_fault_init(flash) ? ERR_NONE : ERR_MEMORY;
    if (e == ERR_NONE)
        e = config->file   ? open_file(flash)
            : config->base ? open_base(flash)
                           : open_memory(flash);
    if (e != ERR_NONE)
        flash_fault_free(flash);
    return e;
}

void flash_chip_free(struct flash_chip *flash)
{
    if (!flash->data)
        return;
    if (flash->is_mapped)
        munmap(flash->data, flash->config.size);
    else
        free(flash->data);
    if (flash->fd >= 0)
        close(flash->fd);
    flash->data = NULL;
    flash->fd = -1;
    flash_fault_free(flash);
}

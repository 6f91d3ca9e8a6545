/* Where the flash chip's content lives: in memory, or in a file mapped into
 * memory, which then outlives the bench. */
#include "emulator/flash_chip_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

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

static enum err map_open_file(struct flash_chip *flash)
{
    struct stat st;
    if (fstat(flash->fd, &st) != 0)
        return ERR_IO;
    if (!S_ISREG(st.st_mode))
        return ERR_FILE_OPEN;
    if (st.st_size > (off_t)flash->config.size)
        return ERR_IMAGE_TOO_LARGE;
    enum err e = fill_up(flash->fd, st.st_size, flash->config.size);
    if (e != ERR_NONE)
        return e;
    void *data = mmap(NULL, flash->config.size, PROT_READ | PROT_WRITE,
                      MAP_SHARED, flash->fd, 0);
    if (data == MAP_FAILED)
        return errno == ENOMEM ? ERR_MEMORY : ERR_IO;
    flash->data = data;
    return ERR_NONE;
}

static enum err open_file(struct flash_chip *flash)
{
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
        e = config->file ? open_file(flash) : open_memory(flash);
    if (e != ERR_NONE)
        flash_fault_free(flash);
    return e;
}

void flash_chip_free(struct flash_chip *flash)
{
    if (!flash->data)
        return;
    if (flash->fd >= 0) {
        munmap(flash->data, flash->config.size);
        close(flash->fd);
    } else {
        free(flash->data);
    }
    flash->data = NULL;
    flash->fd = -1;
    flash_fault_free(flash);
}

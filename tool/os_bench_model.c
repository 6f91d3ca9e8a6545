/* What the bench's devices without a chip have in common. */
#include "tool/bench_model.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "tool/bench_event.h"

#define LINE 1024u

static bool is_json;

uint64_t model_now_ms(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

void model_say_json(bool is_wanted)
{
    is_json = is_wanted;
}

void model_say(const char *who, const char *format, va_list args)
{
    char line[LINE], json[BENCH_EVENT_JSON(LINE)];
    size_t n = (size_t)snprintf(line, sizeof(line), "%s ", who);
    vsnprintf(line + n, sizeof(line) - n, format, args);
    if (is_json)
        bench_event_json(0, line, json, sizeof(json));
    printf("%s%s", is_json ? json : line, is_json ? "" : "\n");
    fflush(stdout);
}

bool model_lines_take(struct model_lines *lines)
{
    char c;
    ssize_t n = read(lines->in, &c, 1);
    if (n <= 0) {
        if (n == 0 || (errno != EINTR && errno != EAGAIN))
            lines->in = -1;
        return false;
    }
    if (c != '\n') {
        if (lines->used + 1 < MODEL_LINE)
            lines->line[lines->used++] = c;
        return false;
    }
    lines->line[lines->used] = '\0';
    lines->used = 0;
    return true;
}

enum err model_flash_open(const char *name, int *fd, const char **detail)
{
    *detail = name ? name : "memory";
    *fd = name ? open(name, O_RDWR | O_CREAT | O_CLOEXEC, 0666)
               : memfd_create("flash", MFD_CLOEXEC);
    if (*fd < 0)
        return ERR_FILE_OPEN;
    return lseek(*fd, 0, SEEK_END) == 0 ? ERR_NONE : ERR_FLASH_FILE;
}

void model_flash_noise(uint8_t *flash)
{
    uint32_t noise = 0x9E3779B9u;
    for (size_t i = 0; i < MODEL_FLASH; i++) {
        noise = noise * 1664525u + 1013904223u;
        flash[i] = (uint8_t)(noise >> 24);
    }
}

enum err model_flash_write(int fd, const uint8_t *flash)
{
    for (size_t at = 0; at < MODEL_FLASH;) {
        ssize_t n = pwrite(fd, flash + at, MODEL_FLASH - at, (off_t)at);
        if (n <= 0)
            return ERR_DISK_FULL;
        at += (size_t)n;
    }
    return ERR_NONE;
}

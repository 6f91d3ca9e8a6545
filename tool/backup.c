/* Saves a part of the flash in a file. */
#include "tool/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "tool/message.h"
#include "tool/os.h"

#define SAME_DAY_MAX 1000u

/* Through the stub a digest costs little; by the ROM it is the same read again,
 * for many minutes. */
static enum err read_checked(struct flasher *f, const struct backup *b)
{
    enum err e = flasher_read(f, b->address, b->bytes, b->size);
    if (e == ERR_NONE && flasher_has_stub(f))
        e = flasher_verify(f, b->address, b->bytes, b->size);
    return e;
}

static enum err fail_file(struct flasher *f, enum err e, const char *path)
{
    return e == ERR_NONE ? e : flasher_fail(f, e, "%s", path);
}

static enum err read_into(struct flasher *f, struct backup *b)
{
    struct os_output out;
    message_interrupted("no file was made", "run the same command again");
    /* What was set up holds the Wi-Fi password. */
    enum err e =
        fail_file(f, os_output_open(&out, b->path, b->size, true), b->path);
    if (e != ERR_NONE)
        return e;
    e = read_checked(f, b);
    if (e == ERR_NONE)
        e = fail_file(f, os_output_finish(&out, b->bytes, b->size), b->path);
    else
        os_output_drop(&out);
    return e;
}

enum err backup_check_name(const char *path)
{
    return os_has_file(path) ? ERR_BACKUP_THERE : ERR_NONE;
}

enum err backup_make(struct flasher *f, struct backup *b)
{
    if (b->size == 0 && b->address < f->chip.flash_size)
        b->size = f->chip.flash_size - b->address;
    if (b->size == 0 || b->size > f->chip.flash_size)
        return flasher_fail(f, ERR_BAD_RANGE, "0x%05x; the flash has 0x%05x",
                            (unsigned)b->address, (unsigned)f->chip.flash_size);
    b->bytes = malloc(b->size);
    if (!b->bytes)
        return fail_file(f, ERR_MEMORY, b->path);
    enum err e = read_into(f, b);
    if (e != ERR_NONE)
        return e;
    backup_md5(b->bytes, b->size, b->md5);
    flasher_say(f, "%s: %u bytes from 0x%05x%s", b->path, (unsigned)b->size,
                (unsigned)b->address,
                b->size == f->chip.flash_size ? ", the whole flash" : "");
    return ERR_NONE;
}

void backup_md5(const uint8_t *bytes, size_t size, char out[33])
{
    uint8_t md5[16];
    flasher_md5(bytes, size, md5);
    for (size_t i = 0; i < sizeof(md5); i++)
        snprintf(out + 2 * i, 3, "%02x", md5[i]);
}

void backup_name(const struct flasher *f, char *out, size_t room)
{
    char date[16] = "", more[16] = "";
    const uint8_t *mac = f->chip.mac;
    time_t now = time(NULL);
    const struct tm *today = localtime(&now);
    if (today)
        strftime(date, sizeof(date), "%Y-%m-%d", today);
    for (unsigned i = 2; i < SAME_DAY_MAX; i++) {
        snprintf(out, room, "pogo-%02X%02X%02X%02X%02X%02X-%s%s.bin", mac[0],
                 mac[1], mac[2], mac[3], mac[4], mac[5], date, more);
        if (!os_has_file(out))
            return;
        snprintf(more, sizeof(more), "-%u", i);
    }
}

bool backup_is_other_s(const struct flasher *f, const char *path, char mac[18])
{
    static const char begin[] = "pogo-";
    const char *slash = strrchr(path, '/');
    const char *digits = (slash ? slash + 1 : path) + sizeof(begin) - 1;
    if (strncmp(slash ? slash + 1 : path, begin, sizeof(begin) - 1) != 0 ||
        strspn(digits, "0123456789ABCDEFabcdef") != 12 || digits[12] != '-')
        return false;
    bool is_other = false;
    for (size_t i = 0; i < 6; i++) {
        const char pair[3] = {digits[2 * i], digits[2 * i + 1], '\0'};
        unsigned byte = (unsigned)strtoul(pair, NULL, 16);
        is_other |= byte != f->chip.mac[i];
        snprintf(mac + 3 * i, 4, i < 5 ? "%02X:" : "%02X", byte);
    }
    return is_other;
}

void backup_json(const struct backup *b)
{
    printf("\"file\":");
    message_json(b->path);
    printf(",\"address\":%u,\"size\":%u,\"md5\":\"%s\"", (unsigned)b->address,
           (unsigned)b->size, b->md5);
}

/* pogo verify: does the flash hold these files? */
#include <stdio.h>
#include <string.h>

#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/session.h"

/* As it is, or as `pogo flash` would have written it to this chip, or as its
 * first start has left it. */
static enum err verify_one(struct session *s, struct firmware_file *file)
{
    struct flasher *f = &s->flasher;
    uint32_t size = (uint32_t)file->size;
    enum err e = flasher_verify(f, file->address, file->bytes, size);
    if (e == ERR_MISMATCH && firmware_set_pogo_size(file))
        e = flasher_verify(f, file->address, file->bytes, size);
    if (e == ERR_MISMATCH && firmware_set_installed(file)) {
        e = flasher_verify(f, file->address, file->bytes, size);
        if (e == ERR_NONE)
            flasher_say(f, "(it has been started: its install word is set)");
    }
    if (e == ERR_MISMATCH && f->chip.is_8285 && firmware_set_dout(file)) {
        e = flasher_verify(f, file->address, file->bytes, size);
        if (e == ERR_NONE)
            flasher_say(f, "(with flash mode DOUT, as an ESP8285 needs it)");
    }
    if (e == ERR_MISMATCH)
        return flasher_fail(f, e, "%s, %zu bytes at 0x%05x", file->path,
                            file->size, (unsigned)file->address);
    if (e == ERR_NONE)
        flasher_say(f, "%s: %zu bytes at 0x%05x are on the flash", file->path,
                    file->size, (unsigned)file->address);
    return e;
}

/* A mismatch in one file does not keep the others from being looked at. */
static enum err verify_all(struct session *s, struct firmware_set *set)
{
    enum err result = ERR_NONE;
    char detail[FLASHER_DETAIL] = "";
    for (unsigned i = 0; i < set->count; i++) {
        enum err e = verify_one(s, &set->file[i]);
        if (e != ERR_NONE && e != ERR_MISMATCH)
            return e;
        if (e == ERR_MISMATCH && result == ERR_NONE) {
            result = e;
            memcpy(detail, s->flasher.detail, sizeof(detail));
        }
    }
    memcpy(s->flasher.detail, detail, sizeof(detail));
    return result;
}

/* The header bytes that the line asks for, as esptool's verify takes them. */
static void apply_header(struct firmware_set *set, const struct args *args)
{
    for (unsigned i = 0; i < set->count; i++) {
        uint8_t *header = set->file[i].bytes;
        if (!set->file[i].is_image)
            continue;
        if (args->flash_mode >= 0)
            header[2] = (uint8_t)args->flash_mode;
        if (args->flash_size >= 0)
            header[3] =
                (uint8_t)((unsigned)args->flash_size << 4 | (header[3] & 0xFu));
        if (args->flash_freq >= 0)
            header[3] = (uint8_t)((header[3] & 0xF0) | args->flash_freq);
    }
}

int cmd_verify(const struct args *args)
{
    static struct session s;
    static struct firmware_set set;
    int code = firmware_load(args, &set);
    if (code == EXIT_DONE)
        code = session_open(&s, args);
    if (code == EXIT_DONE) {
        apply_header(&set, args);
        code = session_close(&s, verify_all(&s, &set));
    }
    firmware_free(&set);
    return code;
}

/* pogo verify: does the flash hold these files? */
#include <stdio.h>
#include <string.h>

#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/session.h"

static enum err fail_mismatch(struct flasher *f,
                              const struct firmware_file *file)
{
    return flasher_fail(f, ERR_MISMATCH,
                        "%s, %zu bytes at 0x%05x: other bytes from 0x%05x on",
                        file->path, file->size, (unsigned)file->address,
                        (unsigned)f->differs_at);
}

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
    if (e == ERR_MISMATCH && firmware_set_chip_size(file, f)) {
        e = flasher_verify(f, file->address, file->bytes, size);
        if (e == ERR_NONE)
            flasher_say(f, "(with the chip's flash size in its header)");
    }
    if (e == ERR_MISMATCH)
        return fail_mismatch(f, file);
    if (e == ERR_NONE)
        flasher_say(f, "%s: %zu bytes at 0x%05x are on the flash", file->path,
                    file->size, (unsigned)file->address);
    return e;
}

/* A mismatch in one file does not keep the others from being looked at. */
static enum err verify_all(struct session *s, struct firmware_set *set,
                           const struct args *args)
{
    enum err result = ERR_NONE;
    char detail[FLASHER_DETAIL] = "";
    for (unsigned i = 0; i < set->count; i++) {
        struct firmware_file *file = &set->file[i];
        enum err e = verify_one(s, file);
        if (e == ERR_NONE && args->is_verify_read)
            e = session_read_back(&s->flasher, file->address, file->bytes,
                                  (uint32_t)file->size);
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

static void print_json(const struct firmware_set *set)
{
    printf("{\"files\":[");
    for (unsigned i = 0; i < set->count; i++) {
        printf("%s{\"file\":", i > 0 ? "," : "");
        message_json(set->file[i].path);
        printf(",\"address\":%u,\"size\":%zu,\"is_same\":true}",
               (unsigned)set->file[i].address, set->file[i].size);
    }
    printf("]}\n");
}

int cmd_verify(const struct args *args)
{
    static struct session s;
    static struct firmware_set set;
    int code = firmware_load(args, &set);
    if (code == EXIT_DONE)
        code = session_open(&s, args);
    if (code == EXIT_DONE) {
        firmware_apply_header(&set, args);
        code = session_close(&s, verify_all(&s, &set, args));
        if (code == EXIT_DONE && args->is_json)
            print_json(&set);
    }
    firmware_free(&set);
    return code;
}

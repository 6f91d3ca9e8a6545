/* pogo doctor at the flash: opened as for flashing, read twice, and judged by
 * doctor_flash.h. */
#include <stdlib.h>

#include "tool/cmd.h"
#include "tool/doctor.h"
#include "tool/flash_status.h"
#include "tool/flasher.h"
#include "tool/hint.h"
#include "tool/message.h"

static enum err read_flash(struct doctor *d, struct flasher *f)
{
    struct flash_status status;
    enum err e = flash_status_read(f, &status);
    uint32_t size = f->chip.flash_size;
    d->flash.is_8285 = f->chip.is_8285;
    d->flash.jedec = f->chip.jedec;
    d->flash.is_protected = e == ERR_NONE && flash_status_is_protected(&status);
    uint8_t *bytes = e == ERR_NONE && size > 0 ? malloc(size) : NULL;
    if (e == ERR_NONE && size > 0 && !bytes)
        return ERR_MEMORY;
    if (bytes)
        e = flasher_read(f, 0, bytes, size);
    if (bytes && e == ERR_NONE)
        e = flasher_verify(f, 0, bytes, size);
    d->flash.bytes = bytes;
    d->flash.size = size;
    return e;
}

int doctor_look(struct doctor *d, struct link *link)
{
    static struct flasher f; /* large */
    struct message_progress progress = {.phases = 0};
    const struct flasher_config config = {.port = d->port,
                                          .link = link,
                                          .wait_ms = d->wait_s * 1000u,
                                          .say = message_say,
                                          .progress = message_progress,
                                          .ctx = &progress};
    enum err e = flasher_open(&f, &config);
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, d->port), "%s", f.detail);
    e = read_flash(d, &f);
    if (e == ERR_MISMATCH)
        doctor_add(&d->findings, DOCTOR_UNREADABLE, "the sector at 0x%05x",
                   (unsigned)f.differs_at);
    else if (e == ERR_NONE && d->flash.size == 0)
        doctor_add(&d->findings, DOCTOR_FLASH_ID, "0x%06x",
                   (unsigned)d->flash.jedec);
    else if (e == ERR_NONE)
        doctor_flash_read(&d->flash, &d->findings);
    if (e == ERR_NONE && f.loader.frames_missed > 0)
        doctor_add(
            &d->findings, DOCTOR_LINE_NOISE,
            "frames came damaged, or not at all, while the flash was read");
    d->has_flash = e == ERR_NONE || e == ERR_MISMATCH;
    flasher_close(&f, d->has_flash ? ERR_NONE : e);
    free((void *)(uintptr_t)d->flash.bytes);
    d->flash.bytes = NULL;
    return d->has_flash
               ? EXIT_DONE
               : message_fail_hint(e, hint_for(e, d->port), "%s", f.detail);
}

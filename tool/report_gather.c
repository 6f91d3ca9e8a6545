/* What pogo report says, asked of the computer and the device: the flash first,
 * while the button is held, then one start. */
#include "tool/report.h"

#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/doctor.h"
#include "tool/flash_status.h"
#include "tool/hint.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/recognize.h"
#include "tool/session.h"

const char *report_port_kind(const struct report *r)
{
    if (strncmp(r->port, "rfc2217:", 8) == 0)
        return "rfc2217";
    if (strncmp(r->port, "bench:", 6) == 0)
        return "bench";
    return r->port[0] ? "serial" : "none";
}

static void add_step(struct report *r, const char *name, uint64_t since_ms,
                     size_t bytes)
{
    if (r->steps < REPORT_STEPS)
        r->step[r->steps++] =
            (struct report_step){name, os_now_ms() - since_ms, bytes};
}

static void find_adapter(struct report *r)
{
    struct os_port port[OS_PORTS];
    unsigned count = os_list_ports("", port, OS_PORTS);
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(port[i].name, r->port) == 0) {
            r->vendor = port[i].vendor;
            r->product = port[i].product;
        }
    }
}

/* What the doctor quotes, of a log or of settings, is masked like a log. */
static void add_findings(struct report *r, const struct doctor_findings *found)
{
    char line[REPORT_LINE];
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (!found->has[i])
            continue;
        (void)report_mask(found->detail[i], line);
        doctor_add(&r->findings, (enum doctor_id)i, "%s", line);
    }
}

/* ---- the flash ----------------------------------------------------------- */

static void read_image(struct report *r, const uint8_t *bytes, uint32_t size)
{
    struct recognized what;
    enum err e = image_check(bytes, size, &r->header);
    r->is_whole = e == ERR_NONE;
    if (e == ERR_IMAGE_MAGIC) {
        r->header.version = 0;
        return;
    }
    recognize(bytes, size, &r->header, &what);
    memcpy(r->image, what.text, sizeof(r->image));
}

static enum err read_bytes(struct report *r, struct flasher *f, uint8_t *bytes,
                           uint32_t size)
{
    uint64_t from = os_now_ms();
    enum err e = flasher_read(f, 0, bytes, size);
    if (e != ERR_NONE)
        return e;
    add_step(r, "flash read", from, size);
    from = os_now_ms();
    e = flasher_verify(f, 0, bytes, size);
    if (e == ERR_NONE || e == ERR_MISMATCH)
        add_step(r, "flash read again", from, size);
    return e;
}

/* As doctor_look.c does. */
static void judge(struct report *r, const struct flasher *f,
                  const struct doctor_flash *flash, enum err e)
{
    static struct doctor_findings found; /* large */
    memset(&found, 0, sizeof(found));
    if (e == ERR_MISMATCH)
        doctor_add(&found, DOCTOR_UNREADABLE, "the sector at 0x%05x",
                   (unsigned)f->differs_at);
    else
        doctor_flash_read(flash, &found);
    if (f->loader.frames_missed > 0)
        doctor_add(
            &found, DOCTOR_LINE_NOISE,
            "frames came damaged, or not at all, while the flash was read");
    add_findings(r, &found);
}

static enum err look(struct report *r, struct flasher *f)
{
    struct flash_status status;
    uint32_t size = f->chip.flash_size;
    enum err e = flash_status_read(f, &status);
    if (e != ERR_NONE)
        return e;
    uint8_t *bytes = malloc(size);
    if (!bytes)
        return ERR_MEMORY;
    const struct doctor_flash flash = {.bytes = bytes,
                                       .size = size,
                                       .jedec = f->chip.jedec,
                                       .is_8285 = f->chip.is_8285,
                                       .is_protected =
                                           flash_status_is_protected(&status)};
    e = read_bytes(r, f, bytes, size);
    if (e == ERR_NONE || e == ERR_MISMATCH) {
        judge(r, f, &flash, e);
        read_image(r, bytes, size);
        e = ERR_NONE;
    }
    free(bytes);
    return e;
}

/* ---- the start ----------------------------------------------------------- */

static void keep_lines(struct report *r, const char *text)
{
    char line[512];
    while (*text) {
        size_t size = strcspn(text, "\n");
        size_t part = size < sizeof(line) ? size : sizeof(line) - 1;
        memcpy(line, text, part);
        line[part] = '\0';
        if (r->lines < REPORT_LINES && report_mask(line, r->line[r->lines]))
            r->lines++;
        else
            r->left_out += line[strspn(line, " \r")] != '\0';
        text += size + (text[size] == '\n');
    }
}

static void hear(struct report *r, struct link *link)
{
    static struct doctor d; /* large */
    uint64_t from = os_now_ms();
    d = (struct doctor){.listen_s = r->listen_s, .wait_s = r->wait_s};
    enum err e = doctor_listen(&d, link);
    doctor_start_read(&d.start, &d.findings);
    if (e == ERR_NONE)
        e = doctor_listen_again(&d, link);
    if (e == ERR_NONE)
        e = doctor_ask(&d, link);
    add_step(r, "start heard", from, d.start.bytes);
    if (e != ERR_NONE) {
        (void)message_fail_hint(e, hint_for(e, r->port), "%s", r->port);
        return;
    }
    r->was_heard = true;
    add_findings(r, &d.findings);
    keep_lines(r, d.start.text);
}

/* ---- all of it ----------------------------------------------------------- */

static void name_chip(struct report *r, const struct flasher *f)
{
    r->chip = f->chip;
    r->baud = f->baud;
    r->has_stub = flasher_has_stub(f);
    r->was_by_hand = f->has_asked;
}

static int fail(struct report *r, enum err e, const char *detail)
{
    r->failure = err_text(e);
    return message_fail_hint(e, hint_for(e, r->port), "%s", detail);
}

/* Nobody held the button, but bytes came: what it says is something. */
static bool is_heard(enum err e)
{
    return e == ERR_STARTED_PROGRAM || e == ERR_NOISE || e == ERR_STRAP ||
           e == ERR_POWER;
}

static void hear_program(struct report *r)
{
    char detail[512];
    struct link *link = NULL;
    enum err e =
        link_open(r->port, DOCTOR_ROM_BAUD, &link, detail, sizeof(detail));
    if (e == ERR_NONE)
        hear(r, link);
    link_close(link);
}

static int ask_chip(struct report *r)
{
    static struct flasher f; /* large */
    struct message_progress progress = {.phases = 0};
    uint64_t from = os_now_ms();
    const struct flasher_config config = {.port = r->port,
                                          .wait_ms = r->wait_s * 1000u,
                                          .say = message_say,
                                          .progress = message_progress,
                                          .ctx = &progress};
    enum err e = flasher_open(&f, &config);
    if (e != ERR_NONE) {
        int code = fail(r, e, f.detail);
        if (is_heard(e) && r->listen_s > 0)
            hear_program(r);
        return code;
    }
    name_chip(r, &f);
    add_step(r, "chip reached", from, 0);
    e = look(r, &f);
    struct link *link = flasher_leave(&f, e);
    if (e == ERR_NONE && link && r->listen_s > 0)
        hear(r, link);
    link_close(link);
    return e == ERR_NONE ? EXIT_DONE : fail(r, e, f.detail);
}

int report_gather(struct report *r)
{
    const struct args args = {.port = r->port[0] ? r->port : NULL};
    char port[sizeof(r->port)];
    os_system_name(r->system, sizeof(r->system));
    int code = session_port(&args, port, sizeof(port));
    if (code != EXIT_DONE) {
        r->failure = err_text(ERR_PORT_MISSING);
        return code;
    }
    memcpy(r->port, port, sizeof(port));
    find_adapter(r);
    return ask_chip(r);
}

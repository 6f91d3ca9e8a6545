/* The report as a text that is pasted into an issue: at most 80 columns. */
#include "tool/report.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "format/version.h"
#include "tool/ports.h"

#define COLUMNS 78u

void report_put(struct report_out *out, const char *format, ...)
{
    va_list args;
    size_t room = sizeof(out->text) - out->size;
    va_start(args, format);
    int n = vsnprintf(out->text + out->size, room, format, args);
    va_end(args);
    if (n > 0)
        out->size += (size_t)n < room ? (size_t)n : room - 1;
}

/* A paragraph after a name of 10 columns, broken at blanks. */
static void put_row(struct report_out *out, const char *name, const char *text)
{
    size_t column = 10;
    report_put(out, "%-9s", name);
    while (*text) {
        size_t size = strcspn(text, " ");
        if (column > 10 && column + 1 + size > COLUMNS) {
            report_put(out, "\n%9s", "");
            column = 10;
        }
        report_put(out, " %.*s", (int)size, text);
        column += 1 + size;
        text += size;
        text += strspn(text, " ");
    }
    report_put(out, "\n");
}

static void put_computer(const struct report *r, struct report_out *out)
{
    char text[160];
    bool is_adapter;
    const char *name = ports_usb_name(r->vendor, r->product, &is_adapter);
    put_row(out, "pogo", POGO_VERSION);
    put_row(out, "computer", r->system);
    if (r->vendor)
        snprintf(text, sizeof(text), "%04x:%04x %s", r->vendor, r->product,
                 name ? name : "");
    else
        snprintf(text, sizeof(text), "no USB ids (port: %s)",
                 report_port_kind(r));
    put_row(out, "adapter", text);
    put_row(out, "board",
            r->board ? r->board->title : "not said (pogo report --board NAME)");
}

static void put_chip(const struct report *r, struct report_out *out)
{
    char text[160];
    const struct chip_info *c = &r->chip;
    snprintf(text, sizeof(text), "%s%s, crystal %u MHz",
             c->is_8285 ? "ESP8285" : "ESP8266",
             c->is_bench ? " on the bench, no real chip" : "", c->crystal_mhz);
    put_row(out, "chip", text);
    snprintf(text, sizeof(text), "%02X:%02X:%02X:xx:xx:xx", c->mac[0],
             c->mac[1], c->mac[2]);
    put_row(out, "MAC", text);
    snprintf(text, sizeof(text), "0x%06x (%s), %u KB", (unsigned)c->jedec,
             c->maker, (unsigned)(c->flash_size / 1024));
    put_row(out, "flash", text);
    snprintf(text, sizeof(text), "%s; %s at %u baud",
             r->was_by_hand ? "button held by hand" : "no hand was needed",
             r->has_stub ? "stub" : "boot ROM", r->baud);
    put_row(out, "reached", text);
}

static void put_image(const struct report *r, struct report_out *out)
{
    char text[160];
    const struct image *i = &r->header;
    if (i->version == 0) {
        put_row(out, "image", "none: the flash does not begin with one");
        return;
    }
    put_row(out, "image", r->image);
    snprintf(text, sizeof(text), "%s, %s, %s; %s", image_mode_name(i->mode),
             image_size_name(i->size_freq >> 4),
             image_freq_name(i->size_freq & 15u),
             r->is_whole ? "its sums are right" : "it is not whole");
    put_row(out, "header", text);
}

static void put_findings(const struct report *r, struct report_out *out)
{
    char text[DOCTOR_DETAIL + 512];
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        const char *detail = r->findings.detail[i];
        if (!r->findings.has[i])
            continue;
        snprintf(text, sizeof(text), "%s: %s%s%s%s", doctor_rows[i].name,
                 doctor_rows[i].wrong, detail[0] ? " (seen: " : "", detail,
                 detail[0] ? ")" : "");
        put_row(out, "found", text);
    }
    if (doctor_count(&r->findings) == 0)
        put_row(out, "found", "nothing wrong");
}

static void put_steps(const struct report *r, struct report_out *out)
{
    report_put(out, "\nSteps\n");
    for (unsigned i = 0; i < r->steps; i++) {
        const struct report_step *s = &r->step[i];
        report_put(out, "  %-18s %5u.%u s", s->name, (unsigned)(s->ms / 1000),
                   (unsigned)(s->ms / 100 % 10));
        if (s->bytes > 0)
            report_put(out, "  %zu bytes", s->bytes);
        report_put(out, "\n");
    }
}

static void put_log(const struct report *r, struct report_out *out)
{
    if (!r->was_heard) {
        report_put(out, "\nThe device's start was not listened to.\n");
        return;
    }
    report_put(out, "\nWhat it said at its start (names and addresses are "
                    "\"...\")\n");
    for (unsigned i = 0; i < r->lines; i++)
        report_put(out, "  %.76s\n", r->line[i]);
    report_put(out, "  (%u lines left out)\n", r->left_out);
}

static void put_questions(const struct report *r, struct report_out *out)
{
    report_put(
        out,
        "\nPlease fill in, if you know (never with the case open on mains):\n"
        "  label on the board:\n"
        "  what was done, and with what result:\n"
        "  relay clicks over Wi-Fi:         button works:         S1/S2 "
        "works:\n\n"
        "Then paste all of this into an issue%s.\n",
        r->chip.is_bench ? ""
                         : ", and add your line to docs/tried.md:\nit is the "
                           "table of boards that somebody has tried");
}

void report_write_text(const struct report *r, struct report_out *out)
{
    report_put(out, "pogo report, without names, addresses and passwords\n\n");
    put_computer(r, out);
    if (r->chip.flash_size > 0)
        put_chip(r, out);
    if (r->failure)
        put_row(out, r->chip.flash_size > 0 ? "failed" : "chip", r->failure);
    else
        put_image(r, out);
    if (!r->failure || r->was_heard)
        put_findings(r, out);
    if (r->steps > 0) {
        put_steps(r, out);
        put_log(r, out);
    }
    put_questions(r, out);
}

/* The report as one JSON object. */
#include "tool/report.h"

#include <stdio.h>
#include <string.h>

#include "format/version.h"
#include "tool/message.h"
#include "tool/ports.h"

static void put_string(struct report_out *out, const char *text)
{
    report_put(out, "\"");
    for (size_t size; *text; text += size ? size : 1) {
        unsigned char c = (unsigned char)*text;
        size = message_utf8_size(text);
        if (size == 0)
            report_put(out, "\\ufffd");
        else if (c == '"' || c == '\\')
            report_put(out, "\\%c", c);
        else if (c < 0x20)
            report_put(out, "\\u%04x", c);
        else
            report_put(out, "%.*s", (int)size, text);
    }
    report_put(out, "\"");
}

/* ,"name":"text" or ,"name":null */
static void put_member(struct report_out *out, const char *name,
                       const char *text)
{
    report_put(out, ",\"%s\":", name);
    if (text)
        put_string(out, text);
    else
        report_put(out, "null");
}

static void put_bool(struct report_out *out, const char *name, bool is_so)
{
    report_put(out, ",\"%s\":%s", name, is_so ? "true" : "false");
}

static void put_computer(const struct report *r, struct report_out *out)
{
    char id[16] = "";
    bool is_adapter;
    if (r->vendor)
        snprintf(id, sizeof(id), "%04x:%04x", r->vendor, r->product);
    report_put(out, "{\"pogo\":\"%s\"", POGO_VERSION);
    put_member(out, "computer", r->system);
    put_member(out, "port", report_port_kind(r));
    put_member(out, "usb", id);
    put_member(out, "adapter",
               ports_usb_name(r->vendor, r->product, &is_adapter));
    put_member(out, "board", r->board ? r->board->name : NULL);
    put_member(out, "failure", r->failure);
}

static void put_chip(const struct report *r, struct report_out *out)
{
    const struct chip_info *c = &r->chip;
    put_member(out, "chip", c->is_8285 ? "ESP8285" : "ESP8266");
    put_bool(out, "is_bench", c->is_bench);
    report_put(out,
               ",\"mac\":\"%02X:%02X:%02X:xx:xx:xx\",\"crystal_mhz\":%u,"
               "\"flash_id\":%u,\"flash_bytes\":%u,\"baud\":%u",
               c->mac[0], c->mac[1], c->mac[2], c->crystal_mhz,
               (unsigned)c->jedec, (unsigned)c->flash_size, r->baud);
    put_member(out, "flash_maker", c->maker);
    put_bool(out, "has_stub", r->has_stub);
    put_bool(out, "by_hand", r->was_by_hand);
}

static void put_image(const struct report *r, struct report_out *out)
{
    const struct image *i = &r->header;
    if (i->version == 0) {
        put_member(out, "image", NULL);
        return;
    }
    put_member(out, "image", r->image);
    put_member(out, "mode", image_mode_name(i->mode));
    put_member(out, "size", image_size_name(i->size_freq >> 4));
    put_member(out, "frequency", image_freq_name(i->size_freq & 15u));
    put_bool(out, "is_whole", r->is_whole);
}

static void put_findings(const struct report *r, struct report_out *out)
{
    const char *comma = "";
    report_put(out, ",\"findings\":[");
    for (unsigned i = 0; i < DOCTOR_IDS; i++) {
        if (!r->findings.has[i])
            continue;
        report_put(out, "%s{\"id\":\"%s\"", comma, doctor_rows[i].name);
        put_member(out, "wrong", doctor_rows[i].wrong);
        put_member(out, "seen", r->findings.detail[i]);
        report_put(out, "}");
        comma = ",";
    }
    report_put(out, "]");
}

static void put_steps_and_log(const struct report *r, struct report_out *out)
{
    report_put(out, ",\"steps\":[");
    for (unsigned i = 0; i < r->steps; i++)
        report_put(out, "%s{\"name\":\"%s\",\"ms\":%llu,\"bytes\":%zu}",
                   i ? "," : "", r->step[i].name,
                   (unsigned long long)r->step[i].ms, r->step[i].bytes);
    report_put(out, "]");
    put_bool(out, "was_heard", r->was_heard);
    report_put(out, ",\"log\":[");
    for (unsigned i = 0; i < r->lines; i++) {
        report_put(out, "%s", i ? "," : "");
        put_string(out, r->line[i]);
    }
    report_put(out, "],\"log_left_out\":%u", r->left_out);
}

void report_write_json(const struct report *r, struct report_out *out)
{
    put_computer(r, out);
    if (r->chip.flash_size > 0)
        put_chip(r, out);
    if (!r->failure)
        put_image(r, out);
    if (!r->failure || r->was_heard)
        put_findings(r, out);
    if (r->steps > 0)
        put_steps_and_log(r, out);
    report_put(out, "}\n");
}

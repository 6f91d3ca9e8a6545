/* Serial ports in words and as JSON. USB ids: those that Linux's own drivers
 * ftdi_sio, cp210x, ch341, pl2303 and cdc_acm list. */
#include "tool/ports.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tool/message.h"

#define ANY 0u

/* The first that fits. */
static const struct usb_row {
    unsigned vendor, product;
    const char *name;
    bool is_adapter;
} rows[] = {
    {0x0403, 0x6001, "FTDI FT232R", true},
    {0x0403, 0x6015, "FTDI FT231X", true},
    {0x0403, ANY, "FTDI", true},
    {0x10C4, 0xEA60, "Silicon Labs CP2102", true},
    {0x10C4, ANY, "Silicon Labs", true},
    {0x1A86, 0x7523, "WCH CH340", true},
    {0x1A86, ANY, "WCH", true},
    {0x067B, ANY, "Prolific PL2303", true},
    {0x303A, ANY, "the USB of an ESP32, no adapter", false},
    {0x2341, ANY, "an Arduino, no adapter", false},
};

const char *ports_usb_name(unsigned vendor, unsigned product, bool *is_adapter)
{
    *is_adapter = false;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        const struct usb_row *r = &rows[i];
        if (r->vendor != vendor || (r->product != ANY && r->product != product))
            continue;
        *is_adapter = r->is_adapter;
        return r->name;
    }
    return NULL;
}

static void print_text(const struct os_port *p)
{
    bool is_adapter;
    const char *name = ports_usb_name(p->vendor, p->product, &is_adapter);
    char id[16] = "not USB";
    if (p->vendor != 0)
        snprintf(id, sizeof(id), "%04x:%04x", p->vendor, p->product);
    /* 80 columns with the longest name of a port. */
    printf("%-13s %s%s%.54s\n    ", p->name, id, p->description[0] ? "  " : "",
           p->description);
    if (name)
        printf("%s%s; ", is_adapter ? "likely the adapter: " : "", name);
    if (p->pid != 0)
        printf("used by %s (process %u)\n", p->user, p->pid);
    else
        printf("free\n");
    if (!p->may_use)
        printf("    no permission: sudo usermod -aG %s $USER, then log in "
               "again\n",
               p->group);
}

static void print_json(const struct os_port *p)
{
    bool is_adapter;
    const char *name = ports_usb_name(p->vendor, p->product, &is_adapter);
    printf("{\"port\":");
    message_json(p->name);
    printf(",\"usb\":\"");
    if (p->vendor != 0)
        printf("%04x:%04x", p->vendor, p->product);
    printf("\",\"description\":");
    message_json(p->description);
    printf(",\"known_as\":");
    message_json(name ? name : "");
    printf(",\"is_likely_adapter\":%s,\"may_use\":%s,\"group\":",
           is_adapter ? "true" : "false", p->may_use ? "true" : "false");
    message_json(p->group);
    printf(",\"used_by\":");
    message_json(p->user);
    printf(",\"process\":%u}", p->pid);
}

void ports_print(const struct os_port *ports, unsigned count, bool is_json)
{
    if (is_json)
        putchar('[');
    for (unsigned i = 0; i < count; i++) {
        if (!is_json) {
            print_text(&ports[i]);
            continue;
        }
        if (i > 0)
            putchar(',');
        print_json(&ports[i]);
    }
    if (is_json)
        printf("]\n");
}

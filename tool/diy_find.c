/* Finding devices in DIY mode, and picking the one that is meant. */
#include "tool/diy_find.h"

#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/diy_mdns.h"
#include "tool/diy_talk.h"
#include "tool/message.h"
#include "tool/os.h"

#define ASK_MS 1000u /* RFC 6762, 5.2: a second until the question again */

/* ---- by its address ---- */

bool diy_find_parse(const char *text, struct diy_device *out)
{
    char part[8];
    uint32_t n;
    memset(out, 0, sizeof(*out));
    out->port = DIY_PORT;
    for (unsigned i = 0; i < 4; i++) {
        size_t size = strcspn(text, i < 3 ? "." : ":");
        if (size == 0 || size > 3)
            return false;
        memcpy(part, text, size);
        part[size] = '\0';
        if (!args_number(part, &n) || n > 255)
            return false;
        out->ip[i] = (uint8_t)n;
        text += size;
        if (i < 3 && *text++ != '.')
            return false;
    }
    if (*text == '\0')
        return true;
    if (!args_number(text + 1, &n) || n == 0 || n > 65535)
        return false;
    out->port = (uint16_t)n;
    return true;
}

/* ---- by multicast ---- */

static bool is_meant(const struct diy_want *want, const struct diy_device *d)
{
    return want->id && strcmp(want->id, d->id) == 0 && d->port != 0 &&
           d->has_text;
}

static bool has_meant(const struct diy_want *want, const struct diy_list *list)
{
    for (unsigned i = 0; i < list->count; i++) {
        if (is_meant(want, &list->row[i]))
            return true;
    }
    return false;
}

/* Who is there, and of those who said only half the other half. */
static void ask(struct os_mdns *mdns, const struct diy_list *list)
{
    uint8_t bytes[DIY_MDNS_ROOM];
    os_mdns_ask(mdns, bytes, diy_mdns_ask(bytes, NULL));
    for (unsigned i = 0; i < list->count; i++) {
        const struct diy_device *d = &list->row[i];
        if (d->port == 0 || !d->has_text)
            os_mdns_ask(mdns, bytes, diy_mdns_ask(bytes, d->name));
    }
}

static void listen(struct os_mdns *mdns, const struct diy_want *want,
                   struct diy_list *list)
{
    static struct os_mdns_heard heard;
    uint64_t now = os_now_ms(), end = now + (uint64_t)want->wait_s * 1000,
             due = now;
    for (; now < end && !has_meant(want, list); now = os_now_ms()) {
        if (now >= due) {
            ask(mdns, list);
            due = now + ASK_MS;
        }
        uint64_t until = due < end ? due : end;
        if (os_mdns_hear(mdns, (unsigned)(until - now), &heard) &&
            diy_mdns_read(list, heard.bytes, heard.size, heard.sender,
                          heard.interface) > 0 &&
            due > now + DIY_PAUSE_MS)
            due = now + DIY_PAUSE_MS; /* soon ask for what is missing */
    }
}

/* Without a port there is nothing to talk to; the document's is a good guess.
 */
static void complete(struct diy_list *list)
{
    for (unsigned i = 0; i < list->count; i++) {
        struct diy_device *d = &list->row[i];
        struct diy_state state;
        if (d->port == 0)
            d->port = DIY_PORT;
        if (d->id[0] == '\0' && d->data[0] != '\0' &&
            diy_state_read(d->data, strlen(d->data), &state))
            memcpy(d->id, state.id, sizeof(d->id));
    }
}

int diy_find_all(const struct diy_want *want, struct diy_list *out)
{
    struct os_mdns *mdns;
    char interfaces[512];
    memset(out, 0, sizeof(*out));
    enum err e = os_mdns_open(want->interface, &mdns);
    if (e == ERR_UNKNOWN)
        return message_fail_hint(ERR_DIY_NONE, "ip addr shows the names",
                                 "no network interface%s%s with an address",
                                 want->interface ? " " : "",
                                 want->interface ? want->interface : "");
    if (e != ERR_NONE)
        return message_fail(e, "multicast DNS");
    listen(mdns, want, out);
    os_mdns_interfaces(mdns, interfaces, sizeof(interfaces));
    os_mdns_close(mdns);
    complete(out);
    if (out->count > 0)
        return EXIT_DONE;
    return message_fail(ERR_DIY_NONE, "asked for %u s on %s", want->wait_s,
                        interfaces);
}

/* ---- the one ---- */

static int several(const struct diy_list *list)
{
    char ids[512] = "";
    size_t used = 0;
    for (unsigned i = 0; i < list->count && used < sizeof(ids); i++)
        used += (size_t)snprintf(ids + used, sizeof(ids) - used, "%s%s",
                                 i > 0 ? ", " : "", list->row[i].id);
    return message_fail_hint(ERR_USAGE, "say which one: --id ID",
                             "there are several devices: %s", ids);
}

int diy_find_one(const struct diy_want *want, struct diy_device *out)
{
    static struct diy_list list;
    if (want->ip) {
        if (!diy_find_parse(want->ip, out))
            return message_usage("diy", "--ip takes 192.168.1.50 or "
                                        "192.168.1.50:8081");
        if (want->id)
            diy_text(out->id, DIY_NAME, want->id, strlen(want->id));
        return EXIT_DONE;
    }
    int code = diy_find_all(want, &list);
    if (code != EXIT_DONE)
        return code;
    for (unsigned i = 0; i < list.count; i++) {
        if (want->id ? strcmp(list.row[i].id, want->id) == 0
                     : list.count == 1) {
            *out = list.row[i];
            return EXIT_DONE;
        }
    }
    return want->id ? message_fail(ERR_DIY_NONE, "of id %s", want->id)
                    : several(&list);
}

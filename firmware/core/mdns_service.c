/* When which messages of multicast DNS go and what those of others lead to. */
#include "firmware/core/mdns_service.h"

#include <string.h>

#include "firmware/core/device.h"
#include "firmware/net/mdns.h"

static const uint8_t group[4] = {224, 0, 0, 251};

/* "path" is RFC 6763's for a page; tools tell us from Tasmota by the other. */
static const char *const facts[] = {"path=/", "firmware=pogo", NULL};

/* ---- the name ------------------------------------------------------------ */

void mdns_put_number(const struct device *dev, struct text *out)
{
    if (dev->mdns.number > 0)
        text_format(out, "-%u", dev->mdns.number + 1u);
}

/* name has room for MDNS_NAME and the NUL. */
static struct mdns_host make_host(struct device *dev, char *name)
{
    struct mdns_host host = {.name = name, .port = WEB_PORT, .text = facts};
    struct text text;
    text_init(&text, name, MDNS_NAME + 1);
    wifi_host_name(dev, &text);
    mdns_put_number(dev, &text);
    memcpy(host.ip, dev->mdns.ip, sizeof(host.ip));
    return host;
}

/* ---- what is said -------------------------------------------------------- */

/* Records, or with none of them a probe. */
static void say(struct device *dev, unsigned records, uint32_t ttl_most_s)
{
    char name[MDNS_NAME + 1];
    uint8_t out[MDNS_ROOM];
    struct mdns_host host = make_host(dev, name);
    size_t size = records ? mdns_say(&host, records, ttl_most_s, out)
                          : mdns_probe(&host, out);
    if (size > 0)
        (void)hal_udp_send(dev->mdns.handle, group, MDNS_PORT, out, size);
}

static bool has_announced(const struct mdns_service *mdns)
{
    return mdns->step > MDNS_PROBES;
}

static void step_on(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    bool is_probe = mdns->step < MDNS_PROBES;
    say(dev, is_probe ? 0 : MDNS_HELLO, MDNS_EVER);
    mdns->step++;
    mdns->next_ms = dev->now_ms + (is_probe ? MDNS_PROBE_MS : MDNS_PAUSE_MS);
}

/* Answers wait for a tick, so that those to several who ask are one; and what
 * was said within a second waits for its end. Who is about to take our name is
 * told sooner (6). */
static void say_wanted(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    bool is_urgent = mdns->wanted & MDNS_URGENT;
    uint32_t pause_ms = is_urgent ? MDNS_PROBE_MS : MDNS_PAUSE_MS;
    if (dev->now_ms - mdns->said_ms >= pause_ms)
        mdns->said = 0;
    unsigned records = mdns->wanted & MDNS_RECORDS & ~(unsigned)mdns->said;
    if (records == 0)
        return;
    say(dev, records, MDNS_EVER);
    mdns->wanted &= (uint8_t)(mdns->said & MDNS_RECORDS);
    mdns->said |= (uint8_t)records;
    mdns->said_ms = dev->now_ms;
}

/* ---- on and off ---------------------------------------------------------- */

static bool is_wanted(const struct device *dev)
{
    return settings_option(&dev->settings, OPTION_MDNS) &&
           dev->wifi.state == WIFI_JOINED && !dev->will_restart &&
           !web_is_restoring(dev);
}

/* All devices of a house come back at the same moment after an outage (8.1). */
static void start(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    *mdns = (struct mdns_service){0};
    mdns->is_open = hal_udp_open(MDNS_PORT, group, &mdns->handle);
    mdns->next_ms = dev->now_ms + hal_net_random() % MDNS_PROBE_MS;
    mdns->said_ms = dev->now_ms - MDNS_PAUSE_MS;
}

void mdns_stop(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    if (!mdns->is_open)
        return;
    if (has_announced(mdns) && dev->wifi.state == WIFI_JOINED)
        say(dev, MDNS_HELLO, 0);
    hal_udp_close(mdns->handle);
    mdns->is_open = false;
}

void mdns_tick(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    bool is_on = is_wanted(dev);
    if (is_on != mdns->is_open && is_on)
        start(dev);
    else if (is_on != mdns->is_open)
        mdns_stop(dev);
    if (!mdns->is_open)
        return;
    mdns->singles = 0;
    if (memcmp(mdns->ip, dev->wifi.ip, sizeof(mdns->ip)) != 0) {
        memcpy(mdns->ip, dev->wifi.ip, sizeof(mdns->ip));
        if (has_announced(mdns)) {
            mdns->step = MDNS_PROBES;
            mdns->next_ms = dev->now_ms;
        }
    }
    if (mdns->step < MDNS_PROBES + MDNS_ANNOUNCES &&
        device_is_due(dev, mdns->next_ms))
        step_on(dev);
    if (has_announced(mdns))
        say_wanted(dev);
}

/* ---- what comes ---------------------------------------------------------- */

/* Somebody has our name. Who has announced it asks again first: perhaps the
 * other one goes (9). */
static void give_way(struct device *dev)
{
    struct mdns_service *mdns = &dev->mdns;
    char name[MDNS_NAME + 1];
    const char *const parts[] = {"DNS: Another device has the name of this one "
                                 "in mDNS, which is now ",
                                 name, ".local"};
    bool is_late = has_announced(mdns);
    mdns->step = mdns->wanted = 0;
    mdns->next_ms = dev->now_ms + (is_late ? 0 : MDNS_PAUSE_MS);
    if (is_late || mdns->number == UINT8_MAX)
        return;
    mdns->number++;
    (void)make_host(dev, name);
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

static void answer(struct device *dev, const struct mdns_host *host,
                   const struct hal_net_event *event)
{
    struct mdns_service *mdns = &dev->mdns;
    uint8_t out[MDNS_ROOM];
    size_t size = 0;
    unsigned wanted = 0;
    enum mdns_to to = mdns_answer(host, event->bytes, event->size, event->port,
                                  &wanted, out, &size);
    if (to == MDNS_EVERYONE)
        mdns->wanted |= (uint8_t)wanted;
    if (to != MDNS_SENDER || mdns->singles == MDNS_SINGLES)
        return;
    mdns->singles++;
    (void)hal_udp_send(mdns->handle, event->ip, event->port, out, size);
}

/* In the own network, or near it: home networks are /16 or smaller, but for
 * 10.0.0.0/8. Who is outside has nothing to ask (11), and nobody can lead our
 * answers out of the house. */
static bool is_near(const struct device *dev, const uint8_t ip[4])
{
    const uint8_t *own = dev->wifi.ip;
    size_t same = own[0] == 10 || own[0] == 127 ? 1 : 2;
    return memcmp(ip, own, same) == 0;
}

bool mdns_handle(struct device *dev, const struct hal_net_event *event)
{
    struct mdns_service *mdns = &dev->mdns;
    char name[MDNS_NAME + 1];
    if (event->change != HAL_NET_DATAGRAM || !mdns->is_open ||
        event->socket != mdns->handle)
        return false;
    if (!is_near(dev, event->ip))
        return true;
    struct mdns_host host = make_host(dev, name);
    enum mdns_rival rival = mdns_rival(&host, event->bytes, event->size);
    if (event->port != MDNS_PORT)
        rival = MDNS_ALONE;
    if (rival == MDNS_TAKEN) {
        give_way(dev);
    } else if (has_announced(mdns)) {
        answer(dev, &host, event);
    } else if (rival == MDNS_BEATEN) {
        mdns->step = 0;
        mdns->next_ms = dev->now_ms + MDNS_PAUSE_MS;
    }
    return true;
}

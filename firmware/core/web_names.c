/* DNS on the set-up network: every name is the device's address there, so that
 * a phone that looks for the internet finds its page. */
#include "firmware/core/web_access.h"

#include "firmware/core/device.h"
#include "firmware/core/web.h"
#include "firmware/net/dns.h"

#define PORT 53u

static const uint8_t own[4] = {192, 168, 4, 1};

void web_names_tick(struct device *dev)
{
    struct web *web = &dev->web;
    if (dev->wifi.is_showing == web->has_names)
        return;
    if (web->has_names) {
        hal_udp_close(web->names);
        web->has_names = false;
    } else {
        web->has_names = hal_udp_open(PORT, NULL, &web->names);
    }
}

bool web_names_handle(struct device *dev, const struct hal_net_event *event)
{
    uint8_t answer[DNS_UDP];
    const struct web *web = &dev->web;
    if (event->change != HAL_NET_DATAGRAM || !web->has_names ||
        event->socket != web->names)
        return false;
    if (!web_is_set_up_guest(dev, event->ip))
        return true;
    size_t size = dns_answer_all(event->bytes, event->size, own, answer);
    if (size > 0)
        (void)hal_udp_send(web->names, event->ip, event->port, answer, size);
    return true;
}

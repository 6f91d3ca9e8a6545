#include "firmware/core/net_events.h"

/* What nobody takes is nobody's: an answer that came too late. */
void net_events_handle(struct device *dev, const struct hal_net_event *event)
{
    if (!web_handle(dev, event) && !web_names_handle(dev, event) &&
        !mqtt_handle(dev, event) && !sntp_handle(dev, event) &&
        !syslog_handle(dev, event) && !mdns_handle(dev, event))
        (void)update_fetch_handle(dev, event);
}

/* The syslog server's address, and lines to it. */
#include "firmware/core/syslog.h"

#include "firmware/core/device.h"

static bool is_wanted(const struct device *dev)
{
    return dev->settings.sys_log > 0 && dev->settings.log_host[0] &&
           dev->wifi.state == WIFI_JOINED;
}

/* An answer that is still to come must be waited for: it would be taken for
 * that to the next question. */
static void stop(struct device *dev)
{
    struct syslog *syslog = &dev->syslog;
    if (syslog->state == SYSLOG_UP)
        hal_udp_close(syslog->handle);
    if (syslog->state != SYSLOG_RESOLVING)
        syslog->state = SYSLOG_OFF;
}

static void resolved(struct device *dev, const uint8_t ip[4])
{
    struct syslog *syslog = &dev->syslog;
    const char *const parts[] = {"LOG: LogHost ", dev->settings.log_host,
                                 " has no address: is the name right? Next try "
                                 "in 10 minutes"};
    syslog->state = SYSLOG_OFF;
    if (!is_wanted(dev) || syslog->has_changes)
        return;
    syslog->state = SYSLOG_WAITING;
    syslog->retry_ms = dev->now_ms + SYSLOG_PAUSE_MS;
    for (unsigned i = 0; i < sizeof(syslog->ip); i++)
        syslog->ip[i] = ip[i];
    if ((ip[0] | ip[1] | ip[2] | ip[3]) == 0)
        device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
    else if (hal_udp_open(0, NULL, &syslog->handle))
        syslog->state = SYSLOG_UP;
}

bool syslog_handle(struct device *dev, const struct hal_net_event *event)
{
    const struct syslog *syslog = &dev->syslog;
    if (event->change == HAL_NET_RESOLVED) {
        if (syslog->state != SYSLOG_RESOLVING)
            return false;
        resolved(dev, event->ip);
        return true;
    }
    /* What a server says to us is nobody's business. */
    return event->change == HAL_NET_DATAGRAM && syslog->state == SYSLOG_UP &&
           event->socket == syslog->handle;
}

void syslog_changed(struct device *dev)
{
    dev->syslog.has_changes = true;
}

void syslog_tick(struct device *dev)
{
    struct syslog *syslog = &dev->syslog;
    if (syslog->has_changes || !is_wanted(dev))
        stop(dev);
    if (syslog->state == SYSLOG_RESOLVING || !is_wanted(dev))
        return;
    syslog->has_changes = false;
    bool is_due =
        syslog->state == SYSLOG_OFF || (syslog->state == SYSLOG_WAITING &&
                                        device_is_due(dev, syslog->retry_ms));
    if (is_due && hal_net_resolve(dev->settings.log_host))
        syslog->state = SYSLOG_RESOLVING;
}

unsigned syslog_level(const struct device *dev)
{
    return dev->syslog.state == SYSLOG_WAITING ? 0 : dev->settings.sys_log;
}

/* Line ends inside of a line would make two of it. */
static void make_one_line(struct text *text)
{
    for (size_t i = 0; i < text->size; i++) {
        if ((unsigned char)text->at[i] < ' ')
            text->at[i] = ' ';
    }
}

void syslog_write(struct device *dev, const struct outlet_line *line)
{
    const struct syslog *syslog = &dev->syslog;
    char room[SYSLOG_LINE + 1];
    struct text text;
    if (syslog->state != SYSLOG_UP)
        return;
    text_init(&text, room, sizeof(room));
    wifi_host_name(dev, &text);
    text_add(&text, " ESP-");
    for (size_t i = 1; i < line->count; i++) /* 0 is the time */
        text_add(&text, line->parts[i]);
    make_one_line(&text);
    (void)hal_udp_send(syslog->handle, syslog->ip, dev->settings.log_port, room,
                       text.size);
}

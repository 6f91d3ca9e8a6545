/* Networks in turn, with growing pauses. */
#include "firmware/core/wifi.h"

#include "firmware/core/wifi_private.h"
#include "format/crc32.h"

static bool is_set(const struct device *dev, unsigned network)
{
    return dev->settings.ssid[network][0] != 0;
}

bool wifi_is_wanted(const struct device *dev)
{
    bool is_wanted = false;
    for (unsigned i = 0; i < WIFI_NETWORKS; i++)
        is_wanted |= is_set(dev, i);
    return is_wanted;
}

/* ---- networks in turn ---------------------------------------------------- */

/* The first from the current one on that was not tried since the last pause;
 * WIFI_NETWORKS: none. */
static unsigned next_network(const struct device *dev)
{
    const struct wifi *wifi = &dev->wifi;
    bool stays = dev->settings.wifi_config == WIFI_CONFIG_WAIT &&
                 is_set(dev, wifi->network);
    for (unsigned i = 0; i < (stays ? 1 : WIFI_NETWORKS); i++) {
        unsigned n = (wifi->network + i) % WIFI_NETWORKS;
        if (is_set(dev, n) && !((unsigned)wifi->tried >> n & 1u))
            return n;
    }
    return WIFI_NETWORKS;
}

static void wait(struct device *dev, uint32_t ms)
{
    dev->wifi.state = WIFI_WAITING;
    dev->wifi.retry_ms = dev->now_ms + ms;
}

/* Once for a loss, or there would be no end of it: after a restart nothing was
 * joined yet. */
static void restart_perhaps(struct device *dev)
{
    if (dev->settings.wifi_config != WIFI_CONFIG_RESTART ||
        !dev->wifi.link_count || dev->will_restart ||
        dev->uptime_s - dev->wifi.lost_s < WIFI_RESTART_S)
        return;
    device_log(dev, "WIF: No network for ten minutes: restarting once");
    device_restart_soon(dev);
}

static void begin_pause(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    uint32_t longer = wifi->pause_ms * 2;
    wifi->pause_ms = wifi->pause_ms == 0           ? WIFI_RETRY_MS
                     : longer > WIFI_RETRY_MOST_MS ? WIFI_RETRY_MOST_MS
                                                   : longer;
    wifi->tried = 0;
    if (dev->settings.wifi_config != WIFI_CONFIG_WAIT)
        wifi->network = 0;
    wifi_ap_open_manager(dev);
    restart_perhaps(dev);
    hal_wifi_leave();
    wait(dev, wifi->pause_ms);
    wifi_say_pause(dev);
}

const uint32_t *wifi_addresses(const struct device *dev,
                               uint32_t room[HAL_WIFI_ADDRESSES])
{
    for (unsigned i = 0; i < HAL_WIFI_ADDRESSES; i++)
        room[i] = dev->settings.ip_address[i];
    if (!room[HAL_WIFI_MASK])
        room[HAL_WIFI_MASK] = 0xFFFFFF00u;
    if (!room[HAL_WIFI_DNS1])
        room[HAL_WIFI_DNS1] = room[HAL_WIFI_GATEWAY];
    return room[HAL_WIFI_IP] ? room : NULL;
}

static uint32_t digest(const struct device *dev, unsigned network)
{
    uint32_t room[HAL_WIFI_ADDRESSES];
    const char *ssid = dev->settings.ssid[network];
    const char *password = dev->settings.password[network];
    /* Each with its NUL, so that nothing moves from one to the other. */
    uint32_t crc = crc32_update(0, ssid, text_length(ssid) + 1);
    crc = crc32_update(crc, password, text_length(password) + 1);
    return wifi_addresses(dev, room) ? crc32_update(crc, room, sizeof(room))
                                     : crc;
}

static void join(struct device *dev, unsigned network)
{
    struct wifi *wifi = &dev->wifi;
    uint32_t room[HAL_WIFI_ADDRESSES];
    wifi->state = WIFI_JOINING;
    wifi->network = (uint8_t)network;
    wifi->tried |= (uint8_t)(1u << network);
    wifi->since_ms = dev->now_ms;
    wifi->used = digest(dev, network);
    struct hal_wifi_target target = {.ssid = dev->settings.ssid[network],
                                     .password =
                                         dev->settings.password[network],
                                     .fixed = wifi_addresses(dev, room)};
    wifi->is_direct = wifi_place_recall(dev, &target);
    wifi_say_joining(dev, target.channel);
    wifi_tell_name(dev);
    hal_wifi_join(&target);
}

static void go_on(struct device *dev)
{
    unsigned network = next_network(dev);
    if (network == WIFI_NETWORKS)
        begin_pause(dev);
    else if (wifi_ap_must_rest(dev) || wifi_scan_is_on(dev))
        wait(dev, WIFI_REST_MS);
    else
        join(dev, network);
}

static void begin(struct device *dev)
{
    dev->wifi.tried = 0;
    dev->wifi.pause_ms = 0;
    go_on(dev);
}

/* ---- news of the radio --------------------------------------------------- */

static void joined(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    bool was_joined = wifi->state == WIFI_JOINED;
    for (unsigned i = 0; i < sizeof(wifi->ip); i++)
        wifi->ip[i] = event->ip[i];
    wifi->channel = event->channel;
    wifi->state = WIFI_JOINED;
    wifi->told[wifi->network] = 0;
    wifi_say_joined(dev);
    if (was_joined)
        return; /* another address */
    wifi->link_count++;
    wifi->down_s += dev->uptime_s - wifi->lost_s;
    wifi->since_ms = dev->now_ms;
    wifi_place_keep(dev);
    wifi_ap_joined(dev);
}

/* Who set it up over the access point may have been thrown off it, and comes
 * back. */
void wifi_stay(struct device *dev, unsigned network,
               const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    wifi->network = (uint8_t)network;
    wifi->used = digest(dev, network);
    wifi->is_kept = wifi->is_showing;
    wifi->pause_ms = 0;
    joined(dev, event);
}

void wifi_return(struct device *dev)
{
    dev->wifi.tried = 0;
    dev->wifi.pause_ms = 0;
    join(dev, dev->wifi.network);
}

/* One that held was good: it is the first to be tried, and at once. */
static void lost(struct device *dev, unsigned reason)
{
    struct wifi *wifi = &dev->wifi;
    wifi->lost_s = dev->uptime_s;
    wifi_say_lost(dev, reason);
    if (dev->now_ms - wifi->since_ms >= WIFI_HELD_MS)
        begin(dev);
    else
        go_on(dev);
}

/* It may have moved; but one that refuses us has been found. */
static void failed(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    bool is_elsewhere =
        event->change == HAL_WIFI_NOT_FOUND || event->change == HAL_WIFI_FAILED;
    wifi_place_forget();
    if (wifi->is_direct && is_elsewhere) {
        device_log(dev, "WIF: Not where it was: looking on all channels");
        join(dev, wifi->network);
        return;
    }
    wifi_say_failed(dev, event);
    go_on(dev);
}

void wifi_handle(struct device *dev, const struct hal_wifi_event *event)
{
    struct wifi *wifi = &dev->wifi;
    if (event->change == HAL_WIFI_SCANNED) {
        wifi_scan_over(dev, event);
        return;
    }
    if (wifi->state == WIFI_TRYING) {
        wifi_trial_ended(dev, event);
        return;
    }
    if (wifi->state != WIFI_JOINING && wifi->state != WIFI_JOINED)
        return;
    if (event->change == HAL_WIFI_GOT_IP) {
        joined(dev, event);
    } else if (wifi->state == WIFI_JOINED) {
        lost(dev, event->reason);
    } else {
        failed(dev, event);
    }
}

/* ---- settings and time --------------------------------------------------- */

void wifi_changed(struct device *dev)
{
    dev->wifi.has_changes = true;
    dev->wifi.change_ms = dev->now_ms + WIFI_CHANGE_MS;
}

bool wifi_choose(struct device *dev, unsigned network)
{
    if (network >= WIFI_NETWORKS || !is_set(dev, network))
        return false;
    dev->wifi.chosen = (uint8_t)(network + 1);
    wifi_changed(dev);
    return true;
}

static void apply_changes(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    bool is_joined = wifi->state == WIFI_JOINED;
    unsigned chosen = wifi->chosen ? wifi->chosen - 1u : wifi->network;
    bool is_same = wifi->network == chosen && wifi->used == digest(dev, chosen);
    uint8_t first = (uint8_t)(wifi->chosen ? chosen : 0);
    wifi->has_changes = false;
    wifi->chosen = 0;
    hal_wifi_power(dev->settings.wifi_power);
    wifi_ap_keep(dev);
    wifi_ap_tick(dev); /* before a try that might rest for it */
    if (is_joined && is_same)
        return;
    if (is_joined)
        wifi->lost_s = dev->uptime_s;
    for (unsigned i = 0; i < WIFI_NETWORKS; i++)
        wifi->told[i] = 0;
    wifi->network = first;
    if (wifi_is_wanted(dev)) {
        begin(dev);
    } else if (wifi->state != WIFI_OFF) {
        wifi->state = WIFI_OFF;
        hal_wifi_leave();
        device_log(dev, "WIF: No network is set up any more");
    }
}

static void go_on_in_time(struct device *dev)
{
    static const struct hal_wifi_event silence = {.change = HAL_WIFI_FAILED};
    struct wifi *wifi = &dev->wifi;
    if (wifi->state == WIFI_WAITING && device_is_due(dev, wifi->retry_ms))
        go_on(dev);
    else if ((wifi->state == WIFI_JOINING || wifi->state == WIFI_TRYING) &&
             dev->now_ms - wifi->since_ms >= WIFI_ATTEMPT_MS)
        wifi_handle(dev, &silence);
}

void wifi_tick(struct device *dev)
{
    struct wifi *wifi = &dev->wifi;
    if (!wifi->has_started) {
        wifi->has_started = true;
        wifi->has_changes = false;
        hal_wifi_power(dev->settings.wifi_power);
        if (wifi_is_wanted(dev))
            begin(dev);
    }
    if (wifi->has_changes && wifi->state != WIFI_TRYING) { /* after a trial */
        if (device_is_due(dev, wifi->change_ms))
            apply_changes(dev);
    } else {
        wifi_ap_tick(dev);
    }
    wifi_scan_tick(dev);
    wifi_care_tick(dev);
    go_on_in_time(dev);
}

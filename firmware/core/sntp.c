/* The time from the network. */
#include "firmware/core/sntp.h"

#include "firmware/core/device.h"
#include "firmware/net/ntp.h"
#include "format/bytes.h"

#define ROUTER                                                                 \
    SETTINGS_NTP_SERVERS   /* in turn after the owner's, and then ... */
#define POOL (ROUTER + 1u) /* ... the last, which is always there */
#define POOLS 4u           /* 0.pool.ntp.org to 3.pool.ntp.org */
#define NAME (HAL_NET_NAME + 1u)
#define HOUR_MS 3600000u

/* ---- whom to ask --------------------------------------------------------- */

/* 0: nobody told who it is. */
static uint32_t router(void)
{
    struct hal_wifi_facts facts = {0};
    hal_wifi_facts(&facts);
    return facts.address[HAL_WIFI_GATEWAY];
}

static bool is_there(const struct device *dev, unsigned server)
{
    if (server == ROUTER)
        return router() != 0;
    return server == POOL || dev->settings.ntp_server[server][0];
}

static void put_name(const struct device *dev, struct text *out)
{
    unsigned server = dev->sntp.server;
    if (server == POOL)
        text_format(out, "%u.pool.ntp.org",
                    (unsigned)(hal_net_random() % POOLS));
    else
        text_add(out, dev->settings.ntp_server[server]);
}

static void set_next(struct device *dev, uint32_t ms)
{
    dev->sntp.state = SNTP_WAITING;
    dev->sntp.at_ms = dev->now_ms + ms;
}

static void hang_up(struct device *dev)
{
    if (dev->sntp.state == SNTP_ASKED)
        hal_udp_close(dev->sntp.socket);
    set_next(dev, 0);
}

static void end_round(struct device *dev)
{
    static const char nobody[] = "NTP: no server tells the time; next try in ";
    struct sntp *sntp = &dev->sntp;
    char line[sizeof(nobody) + 16];
    struct text text;
    uint32_t s = SNTP_PAUSE_S << sntp->rounds;
    if (s < SNTP_PAUSE_MOST_S)
        sntp->rounds++;
    text_init(&text, line, sizeof(line));
    text_format(&text, "%s%u s", nobody, (unsigned)s);
    device_log(dev, line);
    set_next(dev, s * 1000u);
}

/* The next one's turn, at once; after the last one comes a pause. */
static void fail(struct device *dev)
{
    struct sntp *sntp = &dev->sntp;
    hang_up(dev);
    if (sntp->server == POOL) {
        sntp->server = 0;
        end_round(dev);
    } else {
        sntp->server++;
    }
}

/* ---- a question ---------------------------------------------------------- */

static uint64_t cookie(const struct sntp *sntp)
{
    return (uint64_t)sntp->cookie[0] << 32 | sntp->cookie[1];
}

static void ask(struct device *dev, const uint8_t ip[4])
{
    struct sntp *sntp = &dev->sntp;
    uint8_t question[NTP_SIZE];
    for (unsigned i = 0; i < sizeof(sntp->ip); i++)
        sntp->ip[i] = ip[i];
    sntp->cookie[0] = hal_net_random();
    sntp->cookie[1] = hal_net_random();
    ntp_write(cookie(sntp), question);
    if (!hal_udp_open(0, NULL, &sntp->socket)) {
        fail(dev);
        return;
    }
    sntp->state = SNTP_ASKED;
    sntp->at_ms = dev->now_ms + SNTP_ANSWER_MS;
    if (!hal_udp_send(sntp->socket, ip, NTP_PORT, question, sizeof(question)))
        fail(dev);
}

static void ask_router(struct device *dev)
{
    uint8_t ip[4];
    put_u32be(ip, router());
    ask(dev, ip);
}

/* Somebody else may be asking for a name: then it is tried at the next tick. */
static void resolve(struct device *dev)
{
    struct sntp *sntp = &dev->sntp;
    char name[NAME];
    struct text text;
    while (!is_there(dev, sntp->server))
        sntp->server++;
    if (sntp->server == ROUTER) {
        ask_router(dev);
        return;
    }
    text_init(&text, name, sizeof(name));
    put_name(dev, &text);
    if (!hal_net_resolve(name))
        return;
    sntp->state = SNTP_RESOLVING;
    sntp->at_ms = dev->now_ms + SNTP_NAME_MS;
}

static void resolved(struct device *dev, const uint8_t ip[4])
{
    if ((ip[0] | ip[1] | ip[2] | ip[3]) == 0)
        fail(dev);
    else
        ask(dev, ip);
}

/* ---- an answer ----------------------------------------------------------- */

static void say(struct device *dev)
{
    char line[64];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_add(&text, "NTP: it is ");
    calendar_put(daytime_utc(dev, NULL), &text);
    text_add(&text, " UTC");
    device_log(dev, line);
}

/* Until the next full hour of UTC, and this chip's seconds. */
static uint32_t next_ms(const struct device *dev)
{
    struct hal_chip chip;
    unsigned ms;
    uint32_t past_ms = daytime_utc(dev, &ms) % CALENDAR_HOUR * 1000u + ms;
    hal_system_chip(&chip);
    uint32_t after_s = SNTP_AFTER_S + chip.chip_id % SNTP_SPREAD_S;
    return HOUR_MS - past_ms + after_s * 1000u;
}

/* Half of the time that question and answer took, the time is old by now. */
static void take(struct device *dev, uint32_t utc_s, uint32_t ms)
{
    struct sntp *sntp = &dev->sntp;
    uint32_t asked_ms = sntp->at_ms - SNTP_ANSWER_MS;
    bool is_news = !daytime_is_known(dev) || sntp->rounds > 0;
    ms += (dev->now_ms - asked_ms) / 2;
    hang_up(dev);
    daytime_set(dev, utc_s + ms / 1000, ms % 1000);
    sntp->rounds = 0;
    set_next(dev, next_ms(dev));
    if (is_news)
        say(dev);
}

/* What is no answer to our question may be a stranger's: the right one may
 * still come. */
static void heard(struct device *dev, const struct hal_net_event *event)
{
    const struct sntp *sntp = &dev->sntp;
    uint32_t utc_s, ms;
    bool is_from = event->port == NTP_PORT;
    for (unsigned i = 0; i < sizeof(sntp->ip); i++)
        is_from = is_from && event->ip[i] == sntp->ip[i];
    if (is_from &&
        ntp_read(event->bytes, event->size, cookie(sntp), &utc_s, &ms))
        take(dev, utc_s, ms);
}

bool sntp_handle(struct device *dev, const struct hal_net_event *event)
{
    const struct sntp *sntp = &dev->sntp;
    if (event->change == HAL_NET_RESOLVED && sntp->state == SNTP_RESOLVING)
        resolved(dev, event->ip);
    else if (event->change == HAL_NET_DATAGRAM && sntp->state == SNTP_ASKED &&
             event->socket == sntp->socket)
        heard(dev, event);
    else
        return false;
    return true;
}

/* ---- time ---------------------------------------------------------------- */

void sntp_changed(struct device *dev)
{
    hang_up(dev);
    dev->sntp.server = dev->sntp.rounds = 0;
}

void sntp_off(struct device *dev)
{
    hang_up(dev);
    dev->sntp.is_off = true;
}

void sntp_on(struct device *dev)
{
    dev->sntp.is_off = false;
    sntp_changed(dev);
}

void sntp_tick(struct device *dev)
{
    struct sntp *sntp = &dev->sntp;
    bool had_network = sntp->has_network;
    sntp->has_network = dev->wifi.state == WIFI_JOINED;
    if (sntp->has_network != had_network)
        sntp_changed(dev);
    if (!sntp->has_network || sntp->is_off || !device_is_due(dev, sntp->at_ms))
        return;
    if (sntp->state == SNTP_WAITING)
        resolve(dev);
    else
        fail(dev);
}

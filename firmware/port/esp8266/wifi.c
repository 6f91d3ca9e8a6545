/* The radio on Espressif's NonOS SDK: one station, one soft AP. Only *_current
 * functions, so nothing is kept in the SDK's sectors; the SDK tries nothing
 * again by itself. */
#include "firmware/port/esp8266/wifi.h"

#include "firmware/core/heard.h"
#include "espconn.h"
#include "lwip_arp.h"
#include "mem.h"
#include "user_interface.h"

#define NEWS 4u
/* 17 dBm in quarters: weak supplies of Sonoffs lose the network at the full
 * 20.5 (tasmota.md C.6). */
#define POWER_QUARTER_DBM 68u
#define MOST_QUARTER_DBM 82u /* the API guide */
#define BEACON_MS 100u
#define GUESTS 4u     /* the SDK's most */
#define AP_CHANNEL 1u /* Tasmota's; the station's wins while it is joined */
/* wifi_station_get_rssi knows nothing: 31 (API guide). */
#define NO_SIGNAL 31

static struct {
    void (*on_news)(void);
    struct hal_wifi_event news[NEWS];
    uint8_t head, count;
    uint8_t channel;     /* of the network that is joined ... */
    uint8_t bssid[6];    /* ... and of its access point */
    bool is_joined;      /* has an address */
    struct heard *heard; /* of the last scan, on the heap; NULL: none */
    bool is_leaving;     /* the SDK is going to tell about our own leave */
} state;

/* ---- news ---------------------------------------------------------------- */

static void tell(enum hal_wifi_change change, uint8_t reason, uint32_t ip)
{
    unsigned at = (state.head + state.count) % NEWS;
    if (state.count == NEWS)
        at = (at + NEWS - 1u) % NEWS; /* the last word counts */
    else
        state.count++;
    state.news[at] = (struct hal_wifi_event){
        .change = (uint8_t)change,
        .reason = reason,
        .ip = {(uint8_t)ip, (uint8_t)(ip >> 8), (uint8_t)(ip >> 16),
               (uint8_t)(ip >> 24)},
        .channel = state.channel};
    state.on_news();
}

bool wifi_take(struct hal_wifi_event *out)
{
    if (state.count == 0)
        return false;
    *out = state.news[state.head];
    state.head = (uint8_t)((state.head + 1u) % NEWS);
    state.count--;
    return true;
}

/* What an attempt ended with. Which reasons a wrong password gives depends on
 * the access point: 15, 202 and 204 are seen in the field. */
static enum hal_wifi_change change_of(uint8_t reason)
{
    switch (reason) {
    case REASON_NO_AP_FOUND:
        return HAL_WIFI_NOT_FOUND;
    case REASON_4WAY_HANDSHAKE_TIMEOUT:
    case REASON_AUTH_FAIL:
    case REASON_HANDSHAKE_TIMEOUT:
        return HAL_WIFI_WRONG_PASSWORD;
    default:
        return HAL_WIFI_FAILED;
    }
}

static void disconnected(uint8_t reason)
{
    bool was_joined = state.is_joined;
    bool is_own = state.is_leaving && reason == REASON_ASSOC_LEAVE;
    state.is_joined = false;
    state.channel = 0;
    if (is_own)
        state.is_leaving = false;
    else
        tell(was_joined ? HAL_WIFI_LOST : change_of(reason), reason, 0);
}

static void copy_bssid(uint8_t *to, const uint8_t *from)
{
    for (unsigned i = 0; i < sizeof(state.bssid); i++)
        to[i] = from[i];
}

static void on_event(System_Event_t *event)
{
    const Event_Info_u *info = &event->event_info;
    switch (event->event) {
    case EVENT_STAMODE_CONNECTED:
        state.is_leaving = false;
        state.channel = info->connected.channel;
        copy_bssid(state.bssid, info->connected.bssid);
        return;
    case EVENT_STAMODE_DISCONNECTED:
        disconnected(info->disconnected.reason);
        return;
    case EVENT_STAMODE_GOT_IP:
        state.is_joined = true;
        tell(HAL_WIFI_GOT_IP, 0, info->got_ip.ip.addr);
        return;
    case EVENT_STAMODE_DHCP_TIMEOUT:
        tell(HAL_WIFI_NO_ADDRESS, 0, 0);
        return;
    default:
        return;
    }
}

void wifi_start(void (*on_news)(void))
{
    state.on_news = on_news;
    wifi_set_event_handler_cb(on_event);
    system_phy_set_max_tpw(POWER_QUARTER_DBM);
    (void)wifi_station_set_reconnect_policy(false);
    (void)wifi_set_opmode_current(NULL_MODE);
}

/* ---- station ------------------------------------------------------------- */

static void copy(uint8_t *to, const char *from, unsigned room)
{
    for (unsigned i = 0; i < room && from[i]; i++)
        to[i] = (uint8_t)from[i];
}

/* The SDK takes a name while there is a station, and copies it (API guide). */
void hal_wifi_name(const char *name)
{
    /* Its prototype forgot const. */
    union {
        const char *from;
        char *to;
    } host = {name};
    uint8_t mode = wifi_get_opmode();
    if (!(mode & STATION_MODE))
        (void)wifi_set_opmode_current(mode | STATION_MODE);
    (void)wifi_station_set_hostname(host.to);
}

/* News of what is ended here are of no interest any more. */
void hal_wifi_leave(void)
{
    if (!(wifi_get_opmode() & STATION_MODE))
        return;
    state.is_leaving = true;
    state.is_joined = false;
    (void)wifi_station_disconnect();
    state.count = 0;
}

/* A number's bytes, as the SDK has them; and back. */
static uint32_t swapped(uint32_t address)
{
    return address << 24 | (address & 0xFF00u) << 8 | (address >> 8 & 0xFF00u) |
           address >> 24;
}

/* Only while nothing is joined: the SDK's rule. */
static void set_addresses(const uint32_t *fixed)
{
    struct ip_info info;
    if (!fixed) {
        if (wifi_station_dhcpc_status() == DHCP_STOPPED)
            (void)wifi_station_dhcpc_start();
        return;
    }
    (void)wifi_station_dhcpc_stop();
    info.ip.addr = swapped(fixed[HAL_WIFI_IP]);
    info.gw.addr = swapped(fixed[HAL_WIFI_GATEWAY]);
    info.netmask.addr = swapped(fixed[HAL_WIFI_MASK]);
    (void)wifi_set_ip_info(STATION_IF, &info);
    for (unsigned i = 0; i < 2; i++) {
        ip_addr_t dns = {swapped(fixed[HAL_WIFI_DNS1 + i])};
        espconn_dns_setserver((uint8)i, &dns);
    }
}

void hal_wifi_join(const struct hal_wifi_target *target)
{
    struct station_config config = {.channel = target->channel,
                                    .bssid_set = target->channel != 0};
    uint8_t mode = wifi_get_opmode();
    hal_wifi_leave();
    if (!(mode & STATION_MODE))
        (void)wifi_set_opmode_current(mode | STATION_MODE);
    set_addresses(target->fixed);
    copy(config.ssid, target->ssid, sizeof(config.ssid));
    copy(config.password, target->password, sizeof(config.password));
    copy_bssid(config.bssid, target->bssid);
    (void)wifi_station_set_config_current(&config);
    (void)wifi_station_connect();
}

void hal_wifi_facts(struct hal_wifi_facts *out)
{
    struct ip_info info = {0};
    *out = (struct hal_wifi_facts){0};
    if (!state.is_joined || !wifi_get_ip_info(STATION_IF, &info))
        return;
    out->address[HAL_WIFI_IP] = swapped(info.ip.addr);
    out->address[HAL_WIFI_GATEWAY] = swapped(info.gw.addr);
    out->address[HAL_WIFI_MASK] = swapped(info.netmask.addr);
    for (unsigned i = 0; i < 2; i++)
        out->address[HAL_WIFI_DNS1 + i] =
            swapped(espconn_dns_getserver((uint8)i).addr);
    copy_bssid(out->bssid, state.bssid);
}

/* The SDK's fields have no NUL when they are full. */
static void copy_text(char *to, const uint8_t *from, unsigned room)
{
    unsigned n = 0;
    for (; n < room && from[n]; n++)
        to[n] = (char)from[n];
    to[n] = 0;
}

void hal_wifi_tried(char *ssid, char *password)
{
    struct station_config config = {0};
    (void)wifi_station_get_config(&config);
    copy_text(ssid, config.ssid, sizeof(config.ssid));
    copy_text(password, config.password, sizeof(config.password));
}

void hal_wifi_power(unsigned tenths)
{
    system_phy_set_max_tpw(
        (uint8_t)(tenths ? tenths * 4 / 10 : MOST_QUARTER_DBM));
}

/* The SDK's own at first (API guide). */
void hal_wifi_sleep(bool may)
{
    (void)wifi_set_sleep_type(may ? MODEM_SLEEP_T : NONE_SLEEP_T);
}

/* Who asks for his own address tells it to all. */
void hal_wifi_announce(void)
{
    struct ip_info info = {0};
    struct netif *station = eagle_lwip_getif(STATION_IF);
    if (state.is_joined && station && wifi_get_ip_info(STATION_IF, &info))
        (void)etharp_request(station, &info.ip);
}

int hal_wifi_signal(void)
{
    int dbm = state.is_joined ? wifi_station_get_rssi() : NO_SIGNAL;
    return dbm == NO_SIGNAL ? 0 : dbm;
}

/* ---- scan ---------------------------------------------------------------- */

static uint8_t security_of(AUTH_MODE mode)
{
    switch (mode) {
    case AUTH_OPEN:
        return HAL_WIFI_OPEN;
    case AUTH_WEP:
        return HAL_WIFI_WEP;
    case AUTH_WPA_PSK:
        return HAL_WIFI_WPA;
    case AUTH_WPA_WPA2_PSK:
        return HAL_WIFI_WPA_WPA2;
    case AUTH_WPA2_PSK:
    case AUTH_MAX:
    default:
        return HAL_WIFI_WPA2;
    }
}

static void keep(const struct bss_info *bss)
{
    struct hal_wifi_heard one = {.channel = bss->channel,
                                 .dbm = bss->rssi,
                                 .security = security_of(bss->authmode)};
    for (unsigned i = 0; i < bss->ssid_len && i < HAL_SSID_SIZE; i++)
        one.ssid[i] = (char)bss->ssid[i];
    for (unsigned i = 0; i < sizeof(one.bssid); i++)
        one.bssid[i] = bss->bssid[i];
    heard_add(state.heard, &one);
}

/* The list is the SDK's, and gone after this. */
static void on_scanned(void *list, STATUS status)
{
    hal_wifi_forget();
    if (status == OK)
        state.heard = os_malloc(sizeof(*state.heard));
    if (state.heard) {
        state.heard->count = 0;
        for (const struct bss_info *bss = list; bss; bss = bss->next.stqe_next)
            keep(bss);
    }
    tell(HAL_WIFI_SCANNED, state.heard ? 0 : 1, 0);
}

bool hal_wifi_scan(void)
{
    struct scan_config config = {0};
    uint8_t mode = wifi_get_opmode();
    if (!(mode & STATION_MODE))
        (void)wifi_set_opmode_current(mode | STATION_MODE);
    return wifi_station_scan(&config, on_scanned);
}

const struct hal_wifi_heard *hal_wifi_heard(unsigned n)
{
    return state.heard && n < state.heard->count ? &state.heard->row[n] : NULL;
}

void hal_wifi_forget(void)
{
    if (state.heard)
        os_free(state.heard);
    state.heard = NULL;
}

/* ---- access point -------------------------------------------------------- */

bool hal_wifi_show(const char *ssid, const char *password)
{
    struct softap_config config = {.channel = AP_CHANNEL,
                                   .authmode =
                                       password[0] ? AUTH_WPA2_PSK : AUTH_OPEN,
                                   .max_connection = GUESTS,
                                   .beacon_interval = BEACON_MS};
    copy(config.ssid, ssid, sizeof(config.ssid));
    copy(config.password, password, sizeof(config.password));
    (void)wifi_set_opmode_current(wifi_get_opmode() | SOFTAP_MODE);
    return wifi_softap_set_config_current(&config);
}

void hal_wifi_hide(void)
{
    (void)wifi_set_opmode_current(wifi_get_opmode() & (uint8_t)~SOFTAP_MODE);
}

unsigned hal_wifi_guests(void)
{
    return wifi_get_opmode() & SOFTAP_MODE ? wifi_softap_get_station_num() : 0;
}

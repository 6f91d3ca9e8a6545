/* The Wi-Fi part of the SDK's user_interface.h, which includes this;
 * Espressif's own is one file. */
#ifndef SDK_USER_INTERFACE_WIFI_H
#define SDK_USER_INTERFACE_WIFI_H

#include "c_types.h"
#include "ip_addr.h"

#define NULL_MODE 0
#define STATION_MODE 1
#define SOFTAP_MODE 2
#define STATIONAP_MODE 3

#define STATION_IF 0
#define SOFTAP_IF 1

typedef enum {
    AUTH_OPEN,
    AUTH_WEP,
    AUTH_WPA_PSK,
    AUTH_WPA2_PSK,
    AUTH_WPA_WPA2_PSK,
    AUTH_MAX
} AUTH_MODE;

typedef enum {
    CIPHER_NONE,
    CIPHER_WEP40,
    CIPHER_WEP104,
    CIPHER_TKIP,
    CIPHER_CCMP,
    CIPHER_TKIP_CCMP,
    CIPHER_UNKNOWN
} CIPHER_TYPE;

/* ---- mode and addresses ---- */

uint8_t wifi_get_opmode(void);
bool wifi_set_opmode_current(uint8_t mode);
bool wifi_get_ip_info(uint8_t interface, struct ip_info *info);
bool wifi_set_ip_info(uint8_t interface, struct ip_info *info);
bool wifi_get_macaddr(uint8_t interface, uint8_t *mac);
bool wifi_set_macaddr(uint8_t interface, uint8_t *mac);
uint8_t wifi_get_channel(void);

enum sleep_type { NONE_SLEEP_T, LIGHT_SLEEP_T, MODEM_SLEEP_T };
bool wifi_set_sleep_type(enum sleep_type type);
enum sleep_type wifi_get_sleep_type(void);

enum phy_mode { PHY_MODE_11B = 1, PHY_MODE_11G, PHY_MODE_11N };
bool wifi_set_phy_mode(enum phy_mode mode);
enum phy_mode wifi_get_phy_mode(void);

typedef struct {
    char cc[3];
    uint8_t schan;
    uint8_t nchan;
    uint8_t policy;
} wifi_country_t;
bool wifi_set_country(wifi_country_t *country);
bool wifi_get_country(wifi_country_t *country);

uint8_t wifi_get_opmode_default(void);
uint8_t wifi_get_broadcast_if(void);
bool wifi_set_broadcast_if(uint8_t interface);
enum sleep_level { MIN_SLEEP_T, MAX_SLEEP_T };
bool wifi_set_sleep_level(enum sleep_level level);
enum sleep_level wifi_get_sleep_level(void);
bool wifi_set_listen_interval(uint8_t interval);
uint8_t wifi_get_listen_interval(void);

/* ---- station ---- */

typedef struct {
    int8_t rssi;
    AUTH_MODE authmode;
} wifi_fast_scan_threshold_t;

struct station_config {
    uint8_t ssid[32];
    uint8_t password[64];
    uint8_t channel;
    uint8_t bssid_set;
    uint8_t bssid[6];
    wifi_fast_scan_threshold_t threshold;
    bool open_and_wep_mode_disable;
    bool all_channel_scan;
};

enum {
    STATION_IDLE,
    STATION_CONNECTING,
    STATION_WRONG_PASSWORD,
    STATION_NO_AP_FOUND,
    STATION_CONNECT_FAIL,
    STATION_GOT_IP
};

enum dhcp_status { DHCP_STOPPED, DHCP_STARTED };

bool wifi_station_set_config_current(struct station_config *config);
bool wifi_station_get_config(struct station_config *config);
bool wifi_station_get_config_default(struct station_config *config);
uint8_t wifi_station_get_ap_info(struct station_config config[]);
uint8_t wifi_station_get_current_ap_id(void);
bool wifi_station_connect(void);
bool wifi_station_disconnect(void);
uint8_t wifi_station_get_connect_status(void);
int8_t wifi_station_get_rssi(void);
bool wifi_station_set_auto_connect(uint8_t set);
uint8_t wifi_station_get_auto_connect(void);
bool wifi_station_set_reconnect_policy(bool set);
bool wifi_station_dhcpc_start(void);
bool wifi_station_dhcpc_stop(void);
enum dhcp_status wifi_station_dhcpc_status(void);
bool wifi_station_dhcpc_set_maxtry(uint8_t tries);
char *wifi_station_get_hostname(void);
bool wifi_station_set_hostname(char *name);

typedef enum { WIFI_SCAN_TYPE_ACTIVE, WIFI_SCAN_TYPE_PASSIVE } wifi_scan_type_t;

typedef struct {
    uint32_t min;
    uint32_t max;
} wifi_active_scan_time_t;

typedef union {
    wifi_active_scan_time_t active;
    uint32_t passive;
} wifi_scan_time_t;

struct scan_config {
    uint8_t *ssid;
    uint8_t *bssid;
    uint8_t channel;
    uint8_t show_hidden;
    wifi_scan_type_t scan_type;
    wifi_scan_time_t scan_time;
};

struct bss_info {
    struct {
        struct bss_info *stqe_next;
    } next;
    uint8_t bssid[6];
    uint8_t ssid[32];
    uint8_t ssid_len;
    uint8_t channel;
    int8_t rssi;
    AUTH_MODE authmode;
    uint8_t is_hidden;
    int16_t freq_offset;
    int16_t freqcal_val;
    uint8_t *esp_mesh_ie;
    uint8_t simple_pair;
    CIPHER_TYPE pairwise_cipher;
    CIPHER_TYPE group_cipher;
    uint32_t phy_11b : 1;
    uint32_t phy_11g : 1;
    uint32_t phy_11n : 1;
    uint32_t wps : 1;
    uint32_t reserved : 28;
};

typedef void (*scan_done_cb_t)(void *list, STATUS status);
bool wifi_station_scan(struct scan_config *config, scan_done_cb_t done);

/* ---- soft AP ---- */

struct softap_config {
    uint8_t ssid[32];
    uint8_t password[64];
    uint8_t ssid_len;
    uint8_t channel;
    AUTH_MODE authmode;
    uint8_t ssid_hidden;
    uint8_t max_connection;
    uint16_t beacon_interval;
};

struct station_info {
    struct {
        struct station_info *stqe_next;
    } next;
    uint8_t bssid[6];
    struct ip_addr ip;
};

struct dhcps_lease {
    bool enable;
    struct ip_addr start_ip;
    struct ip_addr end_ip;
};

bool wifi_softap_set_config_current(struct softap_config *config);
bool wifi_softap_get_config(struct softap_config *config);
bool wifi_softap_get_config_default(struct softap_config *config);
uint8_t wifi_softap_get_station_num(void);
struct station_info *wifi_softap_get_station_info(void);
void wifi_softap_free_station_info(void);
bool wifi_softap_dhcps_start(void);
bool wifi_softap_dhcps_stop(void);
enum dhcp_status wifi_softap_dhcps_status(void);
bool wifi_softap_set_dhcps_lease(struct dhcps_lease *lease);
bool wifi_softap_get_dhcps_lease(struct dhcps_lease *lease);

uint32_t wifi_softap_get_dhcps_lease_time(void);
bool wifi_softap_set_dhcps_lease_time(uint32_t minutes);
bool wifi_softap_reset_dhcps_lease_time(void);
enum dhcps_offer_option { OFFER_START, OFFER_ROUTER, OFFER_END };
bool wifi_softap_set_dhcps_offer_option(uint8_t level, void *value);

/* ---- events ---- */

enum {
    EVENT_STAMODE_CONNECTED,
    EVENT_STAMODE_DISCONNECTED,
    EVENT_STAMODE_AUTHMODE_CHANGE,
    EVENT_STAMODE_GOT_IP,
    EVENT_STAMODE_DHCP_TIMEOUT,
    EVENT_SOFTAPMODE_STACONNECTED,
    EVENT_SOFTAPMODE_STADISCONNECTED,
    EVENT_SOFTAPMODE_PROBEREQRECVED,
    EVENT_OPMODE_CHANGED,
    EVENT_SOFTAPMODE_DISTRIBUTE_STA_IP,
    EVENT_MAX
};

enum {
    REASON_AUTH_EXPIRE = 2,
    REASON_AUTH_LEAVE = 3,
    REASON_NOT_ASSOCED = 7,
    REASON_ASSOC_LEAVE = 8,
    REASON_4WAY_HANDSHAKE_TIMEOUT = 15,
    REASON_BEACON_TIMEOUT = 200,
    REASON_NO_AP_FOUND = 201,
    REASON_AUTH_FAIL = 202,
    REASON_HANDSHAKE_TIMEOUT = 204
};

typedef struct {
    uint8_t ssid[32];
    uint8_t ssid_len;
    uint8_t bssid[6];
    uint8_t channel;
} Event_StaMode_Connected_t;

typedef struct {
    uint8_t ssid[32];
    uint8_t ssid_len;
    uint8_t bssid[6];
    uint8_t reason;
} Event_StaMode_Disconnected_t;

typedef struct {
    uint8_t old_mode;
    uint8_t new_mode;
} Event_StaMode_AuthMode_Change_t;

typedef struct {
    struct ip_addr ip;
    struct ip_addr mask;
    struct ip_addr gw;
} Event_StaMode_Got_IP_t;

typedef struct {
    uint8_t mac[6];
    uint8_t aid;
} Event_SoftAPMode_StaConnected_t;

typedef struct {
    uint8_t mac[6];
    struct ip_addr ip;
    uint8_t aid;
} Event_SoftAPMode_Distribute_Sta_IP_t;

typedef struct {
    uint8_t mac[6];
    uint8_t aid;
} Event_SoftAPMode_StaDisconnected_t;

typedef struct {
    int rssi;
    uint8_t mac[6];
} Event_SoftAPMode_ProbeReqRecved_t;

typedef struct {
    uint8_t old_opmode;
    uint8_t new_opmode;
} Event_OpMode_Change_t;

typedef union {
    Event_StaMode_Connected_t connected;
    Event_StaMode_Disconnected_t disconnected;
    Event_StaMode_AuthMode_Change_t auth_change;
    Event_StaMode_Got_IP_t got_ip;
    Event_SoftAPMode_StaConnected_t sta_connected;
    Event_SoftAPMode_Distribute_Sta_IP_t distribute_sta_ip;
    Event_SoftAPMode_StaDisconnected_t sta_disconnected;
    Event_SoftAPMode_ProbeReqRecved_t ap_probereqrecved;
    Event_OpMode_Change_t opmode_changed;
} Event_Info_u;

typedef struct _esp_event {
    uint32_t event;
    Event_Info_u event_info;
} System_Event_t;

typedef void (*wifi_event_handler_cb_t)(System_Event_t *event);
void wifi_set_event_handler_cb(wifi_event_handler_cb_t handler);

#endif

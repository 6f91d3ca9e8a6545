/* The radio as the core needs it: one network to join, one access point of its
 * own for set-up. What happens comes as EVENT_WIFI. Bound at link time by a
 * port; never blocks. Before the first call the radio is off. Nothing is kept
 * in the SDK's parameter sectors. */
#ifndef FIRMWARE_HAL_WIFI_H
#define FIRMWARE_HAL_WIFI_H

#include <stdbool.h>
#include <stdint.h>

#define HAL_SSID_SIZE 32u /* bytes, without NUL (802.11) */
/* 8 to 63 characters, or 64 hex digits (WPA2). */
#define HAL_PASSWORD_SIZE 64u

/* What became of it. */
enum hal_wifi_change {
    HAL_WIFI_GOT_IP,         /* joined, and has an address */
    HAL_WIFI_LOST,           /* was joined, is no more */
    HAL_WIFI_NOT_FOUND,      /* no such network: hidden, 5 GHz, too far */
    HAL_WIFI_WRONG_PASSWORD, /* or the handshake failed */
    HAL_WIFI_NO_ADDRESS,     /* joined, but nobody gives it an address */
    HAL_WIFI_FAILED,         /* another reason of the SDK */
    HAL_WIFI_SCANNED         /* hal_wifi_scan is over; reason 0: it went well */
};

struct hal_wifi_event {
    uint8_t change;  /* enum hal_wifi_change */
    uint8_t reason;  /* the SDK's number; 0: none */
    uint8_t ip[4];   /* of HAL_WIFI_GOT_IP */
    uint8_t channel; /* of HAL_WIFI_GOT_IP; 0: not known */
};

enum hal_wifi_security {
    HAL_WIFI_OPEN,
    HAL_WIFI_WEP,
    HAL_WIFI_WPA,
    HAL_WIFI_WPA2,
    HAL_WIFI_WPA_WPA2 /* either */
};

/* A network that a scan heard. */
struct hal_wifi_heard {
    char ssid[HAL_SSID_SIZE + 1]; /* never empty */
    uint8_t bssid[6];
    uint8_t channel;
    int8_t dbm;
    uint8_t security; /* enum hal_wifi_security */
};

/* The name that DHCP tells the router with the next hal_wifi_join: 1 to 32
 * letters, digits and '-', copied. */
void hal_wifi_name(const char *name);

/* Addresses are numbers here: 192.168.1.2 is 0xC0A80102; 0: none. In the order
 * of IPAddress1 to 5. */
enum hal_wifi_address {
    HAL_WIFI_IP,
    HAL_WIFI_GATEWAY,
    HAL_WIFI_MASK,
    HAL_WIFI_DNS1,
    HAL_WIFI_DNS2,
    HAL_WIFI_ADDRESSES
};

/* Which network, and how. */
struct hal_wifi_target {
    const char *ssid, *password; /* an empty password: an open network */
    const uint32_t *fixed;       /* HAL_WIFI_ADDRESSES of them, nobody is asked
                                    for one; NULL: DHCP */
    uint8_t channel;             /* there only, and only ... */
    uint8_t bssid[6];            /* ... this one; channel 0: anywhere, any */
};

/* Begin to join, one attempt; ends whatever was joined, without an event for
 * that. Hidden ones are found too. */
void hal_wifi_join(const struct hal_wifi_target *target);
/* What the last hal_wifi_join was for, with NULs. Room: HAL_SSID_SIZE + 1,
 * HAL_PASSWORD_SIZE + 1. */
void hal_wifi_tried(char *ssid, char *password);
/* How loud it may be, in 0.1 dBm, up to 205; 0: as loud as it can. */
void hal_wifi_power(unsigned tenths);
/* End it without an event, and stay away. */
void hal_wifi_leave(void);

/* May the radio sleep between the access point's beacons? At first it may. */
void hal_wifi_sleep(bool may);
/* Tell the joined network which MAC our address has (gratuitous ARP, RFC
 * 5227). */
void hal_wifi_announce(void);

/* What is known of the network that is joined; zeroes: nothing. */
struct hal_wifi_facts {
    uint32_t address[HAL_WIFI_ADDRESSES];
    uint8_t bssid[6];
};
void hal_wifi_facts(struct hal_wifi_facts *out);

/* How strong the joined network is, in dBm; 0: not known. */
int hal_wifi_signal(void);

/* Look for networks that say their name, without ending a connection;
 * HAL_WIFI_SCANNED follows, some seconds later. False: not now, because it is
 * just joining. Not while one goes on. */
bool hal_wifi_scan(void);
/* Network n (0-based) of the last one, the strongest first, of each name the
 * strongest; NULL: no more. It is the port's, until the next scan or forget. */
const struct hal_wifi_heard *hal_wifi_heard(unsigned n);
/* Free what the last one found. */
void hal_wifi_forget(void);

/* Show an access point (192.168.4.1, with DHCP); an empty password: open.
 * False: the radio does not take it, and shows none or another one. */
bool hal_wifi_show(const char *ssid, const char *password);
void hal_wifi_hide(void);
/* How many have joined it. A station that searches silences it. */
unsigned hal_wifi_guests(void);

#endif

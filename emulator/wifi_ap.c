/* The soft AP, and the one phone on the bench that may join it. Times are
 * decided without a source: a phone's are its maker's business.
 *
 * There is one radio. While the station goes through the channels and finds
 * nothing, again and again, a soft AP can hardly be joined and loses who is in
 * it (esp8266/Arduino issues 1624, 1661, 2610, 4322). Here it is always so:
 * during a search after one that was in vain nobody can join, and three in vain
 * cost the phone (numbers without a source). */
#include <stdio.h>
#include <string.h>

#include "emulator/chip.h"
#include "emulator/net.h"
#include "emulator/wifi_private.h"

#define ASSOCIATION_MS UINT64_C(100)
#define DHCP_MS UINT64_C(400)
#define PHONE_RSSI (-45)
#define PHONE_AID 1u
#define SEARCHES 3u

static const uint8_t phone_mac[6] = {0x02, 'P', 'H', 'O', 'N', 'E'};

bool wifi_ap_is_on(const struct chip *chip)
{
    return (chip->wifi.mode & WIFI_AP_MODE) && chip_is_alive(chip) &&
           !chip->stop_reason[0];
}

static void tell(struct chip *chip, enum wifi_event_kind kind)
{
    struct wifi_event event = {.kind = kind,
                               .aid = PHONE_AID,
                               .rssi = PHONE_RSSI,
                               .ip = chip->wifi.phone.ip};
    memcpy(event.mac, phone_mac, sizeof(phone_mac));
    sdk_wifi_tell(chip, &event);
}

static const char *own_name(const struct chip *chip, char *out)
{
    return wifi_quote(chip->wifi.ap.name, chip->wifi.ap.name_size, out);
}

/* False: it was not there. */
static bool forget(struct chip *chip)
{
    struct wifi_phone *phone = &chip->wifi.phone;
    bool was_there = phone->is_joining || phone->is_joined;
    bool had_ip = phone->has_ip;
    clock_cancel(&chip->clock, &phone->due);
    phone->is_joining = phone->is_joined = phone->has_ip = false;
    if (had_ip)
        net_link_changed(chip);
    return was_there;
}

void wifi_phone_drop(struct chip *chip, const char *why)
{
    char name[WIFI_QUOTED];
    if (forget(chip))
        chip_event(chip, "phone lost %s: %s", own_name(chip, name), why);
}

/* The device throws its stations out and knows it. */
static void turn_out(struct chip *chip, const char *why)
{
    bool was_joined = chip->wifi.phone.is_joined;
    wifi_phone_drop(chip, why);
    if (was_joined)
        tell(chip, WIFI_EVENT_STA_LEFT);
}

void wifi_ap_restart(struct chip *chip)
{
    turn_out(chip, "the access point went off or changed");
}

void wifi_ap_was_silent(struct chip *chip)
{
    if (chip->wifi.phone.is_joined && ++chip->wifi.phone.searches == SEARCHES)
        turn_out(chip, "the station's searches keep the access point silent");
}

static bool is_silent(const struct chip *chip)
{
    const struct wifi_station *station = &chip->wifi.station;
    return station->step == WIFI_STEP_SEEK &&
           station->failure == WIFI_REASON_NO_AP;
}

void wifi_ap_follow(struct chip *chip, unsigned channel)
{
    char why[64];
    if (!(chip->wifi.mode & WIFI_AP_MODE) || chip->wifi.ap.channel == channel)
        return;
    chip->wifi.ap.channel = channel;
    snprintf(why, sizeof(why),
             "the access point went to channel %u with the "
             "station",
             channel);
    turn_out(chip, why);
}

/* ---- the phone ----------------------------------------------------------- */

/* NULL: it may join. */
static const char *objection(const struct chip *chip, const char *name,
                             size_t name_size, const char *password)
{
    const struct wifi_ap *ap = &chip->wifi.ap;
    if (chip->wifi.phone.is_joining || chip->wifi.phone.is_joined)
        return "it is joined already";
    if (!wifi_ap_is_on(chip))
        return "there is no access point";
    if (is_silent(chip))
        return "the access point is silent while the station searches";
    if (name_size == 0 && ap->is_hidden)
        return "it sees no access point; a hidden one must be named";
    if (name_size &&
        (name_size != ap->name_size || memcmp(name, ap->name, name_size) != 0))
        return "there is no access point of that name";
    if (ap->auth == WIFI_AUTH_OPEN)
        return password[0] ? "the access point is open" : NULL;
    if (!password[0])
        return "the access point wants a password";
    if (strcmp(password, ap->password) != 0)
        return "wrong password";
    return ap->room == 0 ? "the access point is full" : NULL;
}

void wifi_phone_join(struct chip *chip, const char *name, size_t name_size,
                     const char *password)
{
    struct wifi_phone *phone = &chip->wifi.phone;
    if (wifi_ap_is_on(chip))
        tell(chip, WIFI_EVENT_PROBE);
    const char *why = objection(chip, name, name_size, password);
    if (why) {
        chip_event(chip, "phone refused: %s", why);
        return;
    }
    phone->is_joining = true;
    clock_in(&chip->clock, &phone->due, ASSOCIATION_MS * CYCLES_PER_MS);
}

void wifi_phone_leave(struct chip *chip)
{
    char name[WIFI_QUOTED];
    bool was_joined = chip->wifi.phone.is_joined;
    if (!forget(chip)) {
        chip_event(chip, "phone was not joined");
        return;
    }
    chip_event(chip, "phone left %s", own_name(chip, name));
    if (was_joined)
        tell(chip, WIFI_EVENT_STA_LEFT);
}

static void associated(struct chip *chip)
{
    struct wifi_phone *phone = &chip->wifi.phone;
    phone->is_joining = false;
    phone->is_joined = true;
    phone->searches = 0;
    tell(chip, WIFI_EVENT_STA_JOINED);
    clock_in(&chip->clock, &phone->due, DHCP_MS * CYCLES_PER_MS);
}

static void on_due(void *ctx)
{
    struct chip *chip = ctx;
    struct wifi_phone *phone = &chip->wifi.phone;
    const struct wifi_ap *ap = &chip->wifi.ap;
    char name[WIFI_QUOTED], ip[16];
    if (phone->is_joining) {
        associated(chip);
        return;
    }
    if (!ap->is_dhcps_on) {
        chip_event(chip, "phone joined %s, no address", own_name(chip, name));
        return;
    }
    phone->has_ip = true;
    phone->ip = ap->has_lease ? ap->first_ip : ap->ip + 1;
    chip_event(chip, "phone joined %s %s", own_name(chip, name),
               wifi_ip_text(phone->ip, ip));
    tell(chip, WIFI_EVENT_STA_IP);
    net_link_changed(chip);
}

/* What modules show out of the box: ESP_ and the end of the MAC. */
void wifi_ap_first_name(const struct chip *chip, struct wifi_ap *ap)
{
    const uint8_t *mac = chip->config.mac;
    char name[AIR_NAME + 1];
    snprintf(name, sizeof(name), "ESP_%02X%02X%02X", mac[3], mac[4], mac[5]);
    ap->name_size = strlen(name);
    memcpy(ap->name, name, ap->name_size);
}

void wifi_ap_init(struct chip *chip)
{
    struct wifi_ap *ap = &chip->wifi.ap;
    wifi_ap_first_name(chip, ap);
    ap->channel = 1;
    ap->room = 4;
    ap->beacon_ms = 100;
    ap->ip = ap->gateway = WIFI_AP_ADDRESS;
    ap->mask = WIFI_AP_MASK;
    ap->is_dhcps_on = true;
    memcpy(chip->wifi.phone.mac, phone_mac, sizeof(phone_mac));
    chip->wifi.phone.due =
        (struct clock_event){.fn = on_due, .ctx = chip, .is_patient = true};
}

/* The air file's `ap` line. */
#include "format/air_private.h"

#include <string.h>

#define DEFAULT_CHANNEL 1u
#define DEFAULT_CHANNEL_5GHZ 36u
#define DEFAULT_RSSI (-50)
#define DEFAULT_DHCP_MS 1000u
/* IEEE 802.11: a 4-way handshake that timed out. */
#define REASON_HANDSHAKE 15u

static enum err read_password(struct air_reader *r, struct air_ap *ap)
{
    return air_take_password(r, ap->password);
}

static enum err read_hidden(struct air_reader *r, struct air_ap *ap)
{
    (void)r;
    ap->is_hidden = true;
    return ERR_NONE;
}

static enum err read_5ghz(struct air_reader *r, struct air_ap *ap)
{
    (void)r;
    ap->is_5ghz = true;
    return ERR_NONE;
}

static enum err read_pmf(struct air_reader *r, struct air_ap *ap)
{
    (void)r;
    ap->is_pmf_required = true;
    return ERR_NONE;
}

static enum err read_channel(struct air_reader *r, struct air_ap *ap)
{
    int64_t n;
    enum err e =
        air_take_number(r, 1, 177, "channel 1 to 14, or 32 to 177", &n);
    if (e == ERR_NONE)
        ap->channel = (unsigned)n;
    return e;
}

static enum err read_rssi(struct air_reader *r, struct air_ap *ap)
{
    int64_t n;
    enum err e = air_take_rssi(r, &n);
    if (e == ERR_NONE)
        ap->rssi = (int)n;
    return e;
}

static enum err read_bssid(struct air_reader *r, struct air_ap *ap)
{
    static const char digits[] = "0123456789abcdef0123456789ABCDEF";
    bool is_good = air_next_word(r) == WORD_BARE && r->size == 17;
    for (size_t i = 0; is_good && i < 17; i++) {
        const char *digit = strchr(digits, r->word[i]);
        is_good = i % 3 == 2 ? r->word[i] == ':' : digit != NULL;
        if (is_good && i % 3 != 2)
            ap->bssid[i / 3] =
                (uint8_t)(ap->bssid[i / 3] << 4 | ((digit - digits) % 16));
    }
    return is_good ? ERR_NONE
                   : air_refuse(r, "not a bssid", "bssid 5C:CF:7F:00:00:01");
}

static enum err read_dhcp(struct air_reader *r, struct air_ap *ap)
{
    (void)air_next_word(r);
    if (air_is_word(r, "off")) {
        ap->has_dhcp = false;
        return ERR_NONE;
    }
    int64_t ms = 0;
    if (!air_is_word(r, "slow"))
        return air_refuse(r, "not a way of DHCP",
                          "dhcp off, or dhcp slow 5000");
    enum err e = air_take_ms(r, &ms);
    if (e == ERR_NONE)
        ap->dhcp_ms = (uint32_t)ms;
    return e;
}

static enum err read_wrong(struct air_reader *r, struct air_ap *ap)
{
    int64_t n;
    enum err e = air_take_reason(r, &n);
    if (e != ERR_NONE)
        return e;
    if (n != 2 && n != 15 && n != 202 && n != 204)
        return air_refuse(r, "no such end of a wrong password",
                          "wrong-password 15, 2, 202 or 204");
    ap->wrong_reason = (uint8_t)n;
    return ERR_NONE;
}

/* clang-format off */
static const struct {
    const char *word;
    enum err (*read)(struct air_reader *r, struct air_ap *ap);
} options[] = {
    {"password", read_password},
    {"hidden",   read_hidden},
    {"5ghz",     read_5ghz},
    {"pmf",      read_pmf},
    {"channel",  read_channel},
    {"rssi",     read_rssi},
    {"bssid",    read_bssid},
    {"dhcp",     read_dhcp},
    {"wrong-password", read_wrong},
};
static const char *const securities[] = {"open", "wep", "wpa", "wpa2",
                                         "wpa/wpa2", "wpa2/wpa3", "wpa3"};
/* clang-format on */
#define OPTIONS (sizeof(options) / sizeof(options[0]))
#define SECURITIES (sizeof(securities) / sizeof(securities[0]))
#define SECURITY_SAID (1u << OPTIONS)

static enum err read_option(struct air_reader *r, struct air_ap *ap,
                            unsigned *said)
{
    for (unsigned i = 0; i < SECURITIES; i++) {
        if (air_is_word(r, securities[i]) && !(*said & SECURITY_SAID)) {
            ap->security = (enum air_security)i;
            *said |= SECURITY_SAID;
            return ERR_NONE;
        }
    }
    for (unsigned i = 0; i < OPTIONS; i++) {
        if (air_is_word(r, options[i].word) && !(*said & 1u << i)) {
            *said |= 1u << i;
            return options[i].read(r, ap);
        }
    }
    return air_refuse(r, "not an option of an access point, or said twice",
                      r->is_bare ? AIR_QUOTES
                                 : "password \"…\", channel N, rssi N, hidden, "
                                   "… (docs/bench.md)");
}

/* Locally administered, and different for each name and place. */
static void make_bssid(struct air_ap *ap, unsigned index)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    for (size_t i = 0; i < ap->name_size; i++)
        hash = (hash ^ (uint8_t)ap->name[i]) * 16777619u;
    ap->bssid[0] = 0x02;
    ap->bssid[1] = (uint8_t)index;
    for (unsigned i = 0; i < 4; i++)
        ap->bssid[2 + i] = (uint8_t)(hash >> 8 * i);
}

static enum err check_ap(struct air_reader *r, struct air_ap *ap, unsigned said)
{
    size_t size = strlen(ap->password);
    if (!(said & SECURITY_SAID))
        ap->security = size ? AIR_WPA2 : AIR_OPEN;
    if (ap->channel == 0)
        ap->channel = ap->is_5ghz ? DEFAULT_CHANNEL_5GHZ : DEFAULT_CHANNEL;
    if (ap->is_5ghz ? ap->channel < 32 : ap->channel > 14)
        return air_refuse(r, "the channel is not in this band",
                          "1 to 14, or 32 to 177 together with 5ghz");
    bool is_good = ap->security == AIR_OPEN  ? size == 0
                   : ap->security == AIR_WEP ? size == 5 || size == 13
                                             : size >= 8;
    if (!is_good)
        return air_refuse_secret(
            r, "password and security do not fit together",
            "open: none; wep: 5 or 13 bytes; wpa: 8 to 63");
    return ERR_NONE;
}

enum err air_read_ap(struct air_reader *r)
{
    struct air *air = r->air;
    struct air_ap *ap = &air->ap[air->ap_count];
    unsigned said = 0;
    enum err e = ERR_NONE;
    if (air->ap_count == AIR_APS) {
        (void)air_refuse(r, "too many access points", "at most 32");
        return ERR_NO_ROOM;
    }
    memset(ap, 0, sizeof(*ap));
    ap->rssi = DEFAULT_RSSI;
    ap->has_dhcp = true;
    ap->dhcp_ms = DEFAULT_DHCP_MS;
    ap->wrong_reason = REASON_HANDSHAKE;
    if ((e = air_take_name(r)) != ERR_NONE)
        return e;
    memcpy(ap->name, r->word, r->size + 1);
    ap->name_size = r->size;
    enum word kind;
    while (e == ERR_NONE && (kind = air_next_word(r)) != WORD_NONE)
        e = kind == WORD_BARE ? read_option(r, ap, &said)
                              : air_refuse(r, "not an option",
                                           "only names and passwords "
                                           "stand in quotes");
    if (e == ERR_NONE)
        e = check_ap(r, ap, said);
    static const uint8_t none[6];
    if (e == ERR_NONE && memcmp(ap->bssid, none, sizeof(none)) == 0)
        make_bssid(ap, air->ap_count);
    if (e == ERR_NONE)
        air->ap_count++;
    return e;
}

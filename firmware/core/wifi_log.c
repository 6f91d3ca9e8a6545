/* What the log says of Wi-Fi, in words for whoever stands before a device that
 * does not join; and the device's name. */
#include "firmware/core/wifi_private.h"

#include "firmware/hal/system.h"

#define LINE 160u   /* a log line with two names */
#define NUMBER 24u  /* " (reason 201)" */
#define DIGITS 5u   /* "-4803" */
#define SILENT 200u /* the SDK's reason: no beacons any more */

/* ---- the name ------------------------------------------------------------ */

static bool is_plain(char c)
{
    char u = text_upper(c);
    return (u >= 'A' && u <= 'Z') || text_is_digit(c);
}

/* What no host name may have becomes '-', and in the first place 'x' (RFC 952;
 * as Tasmota does). */
static void make_plain(struct text *name)
{
    for (size_t i = 0; i < name->size; i++) {
        if (!is_plain(name->at[i]))
            name->at[i] = i ? '-' : 'x';
    }
}

void wifi_host_name(struct device *dev, struct text *out)
{
    char name[WIFI_NAME + 1];
    struct text text;
    struct hal_chip chip;
    bool is_own = dev->settings.hostname[0];
    text_init(&text, name, is_own ? sizeof(name) : sizeof(name) - DIGITS);
    if (is_own)
        text_add(&text, dev->settings.hostname);
    else
        device_topic(dev, &text);
    make_plain(&text);
    text_add(out, name);
    hal_system_chip(&chip);
    if (!is_own)
        text_format(out, "-%04u", (unsigned)(chip.chip_id & 0x1FFF));
}

void wifi_tell_name(struct device *dev)
{
    char name[WIFI_NAME + 1];
    struct text text;
    text_init(&text, name, sizeof(name));
    wifi_host_name(dev, &text);
    hal_wifi_name(name);
}

/* ---- connections --------------------------------------------------------- */

static const char *ssid(const struct device *dev)
{
    return dev->settings.ssid[dev->wifi.network];
}

void wifi_say_joining(struct device *dev, unsigned channel)
{
    char line[LINE];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "WIF: Connecting to AP%u %s as ", dev->wifi.network + 1u,
                ssid(dev));
    wifi_host_name(dev, &text);
    if (channel)
        text_format(&text, ", where it was: channel %u", channel);
    device_log(dev, line);
}

void wifi_put_ip(const struct device *dev, struct text *out)
{
    for (unsigned i = 0; i < sizeof(dev->wifi.ip); i++)
        text_format(out, i ? ".%u" : "%u", (unsigned)dev->wifi.ip[i]);
}

void wifi_say_joined(struct device *dev)
{
    char line[LINE];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "WIF: Connected to AP%u %s, address ",
                dev->wifi.network + 1u, ssid(dev));
    wifi_put_ip(dev, &text);
    device_log(dev, line);
}

static void put_reason(char *number, unsigned reason)
{
    struct text text;
    text_init(&text, number, NUMBER);
    if (reason)
        text_format(&text, " (reason %u)", reason);
}

void wifi_say_lost(struct device *dev, unsigned reason)
{
    char number[NUMBER];
    put_reason(number, reason);
    const char *const parts[] = {
        "WIF: Connection to ", ssid(dev),
        reason == SILENT ? " lost: it fell silent" : " lost", number};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

/* ---- failures ------------------------------------------------------------ */

/* The first row that fits; 2 and 5 are 802.11's reasons. 0 is our own: no news,
 * the attempt took too long. */
#define ANY 255u
static const struct {
    uint8_t change, reason;
    const char *what, *advice;
} rows[] = {
    {HAL_WIFI_NOT_FOUND, ANY, " was not found",
     ": is it near, is the name right? 5 GHz and WPA3-only networks can't be "
     "used, a hidden one needs its exact name"},
    {HAL_WIFI_WRONG_PASSWORD, ANY, " refused the password", ": is it right?"},
    {HAL_WIFI_NO_ADDRESS, ANY, " gave no address",
     ": is DHCP on in the router, has it addresses left?"},
    {HAL_WIFI_FAILED, 2, " did not answer",
     ": is it too far, is the password right?"},
    {HAL_WIFI_FAILED, 0, " did not answer", ""},
    {HAL_WIFI_FAILED, 5, " is full", ""},
    {HAL_WIFI_FAILED, SILENT, " fell silent", ""},
    {HAL_WIFI_FAILED, ANY, " turned us away", ""},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static size_t find_row(const struct hal_wifi_event *event)
{
    size_t i = 0;
    while (i + 1 < ROWS &&
           (rows[i].change != event->change ||
            (rows[i].reason != ANY && rows[i].reason != event->reason)))
        i++;
    return i;
}

void wifi_say_failed(struct device *dev, const struct hal_wifi_event *event)
{
    unsigned n = dev->wifi.network;
    size_t row = find_row(event);
    const char *what = rows[row].what, *advice = rows[row].advice;
    char number[NUMBER];
    if (event->change == HAL_WIFI_WRONG_PASSWORD &&
        !dev->settings.password[n][0]) {
        what = " wants a password";
        advice = ": the command is Password1 or Password2";
    }
    if (dev->wifi.told[n] == row + 1)
        advice = "";
    dev->wifi.told[n] = (uint8_t)(row + 1);
    put_reason(number, event->reason);
    const char *const parts[] = {"WIF: Connect failed: ", ssid(dev), what,
                                 number, advice};
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
}

void wifi_say_pause(struct device *dev)
{
    char line[LINE];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "WIF: Next try in %u s",
                (unsigned)(dev->wifi.pause_ms / 1000));
    device_log(dev, line);
}

/* ---- the access point ---------------------------------------------------- */

void wifi_say_showing(struct device *dev, const char *name, bool is_closed)
{
    const char *const on[] = {"WIF: Set-up access point ", name,
                              is_closed ? " is there, with its password"
                                        : " is open",
                              ", at 192.168.4.1"};
    if (name)
        device_log_parts(dev, on, sizeof(on) / sizeof(on[0]));
    else
        device_log(dev, "WIF: Set-up access point is off");
}

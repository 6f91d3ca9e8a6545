/* What devices in DIY mode say, for people and for programs. */
#include "tool/diy_show.h"

#include <stdio.h>

#include "tool/diy_talk.h"
#include "tool/message.h"

static void print_pair(const char *key, const char *text)
{
    if (text[0] == '\0')
        return;
    printf(",\"%s\":", key);
    message_json(text);
}

static void print_state_json(const struct diy_state *s)
{
    if (s->has_switch)
        printf(",\"switch\":\"%s\"", s->is_on ? "on" : "off");
    print_pair("startup", s->startup);
    if (s->has_pulse)
        printf(",\"pulse\":\"%s\",\"pulseWidth\":%u",
               s->is_pulse ? "on" : "off", s->pulse_ms);
    if (s->has_unlock)
        printf(",\"otaUnlock\":%s", s->is_unlocked ? "true" : "false");
    if (s->has_signal)
        printf(",\"signalStrength\":%d", s->signal_dbm);
    print_pair("ssid", s->ssid);
    print_pair("bssid", s->bssid);
    print_pair("fwVersion", s->version);
}

void diy_show_json(const struct diy_device *d, const struct diy_state *s)
{
    char place[DIY_PLACE];
    diy_place(d, place);
    printf("{\"id\":");
    message_json(d->id);
    printf(",\"address\":\"%s\"", place);
    print_pair("type", d->type);
    print_pair("interface", d->interface);
    if (d->is_encrypted)
        printf(",\"encrypt\":true");
    print_state_json(s);
    putchar('}');
}

void diy_show_text(const struct diy_device *d, const struct diy_state *s)
{
    char place[DIY_PLACE], text[320];
    diy_place(d, place);
    diy_state_text(s, text, sizeof(text));
    printf("%s  %s%s%s%s%s\n", d->id[0] != '\0' ? d->id : "(no id)", place,
           d->type[0] != '\0' ? "  " : "", d->type,
           d->interface[0] != '\0' ? "  on " : "", d->interface);
    if (d->is_encrypted)
        printf("    not in DIY mode: it answers its vendor's app alone\n");
    if (text[0] != '\0')
        printf("    %s\n", text);
    if (s->version[0] != '\0')
        printf("    firmware %s\n", s->version);
    if (s->ssid[0] != '\0')
        printf("    network %s%s%s\n", s->ssid,
               s->bssid[0] != '\0' ? ", access point " : "", s->bssid);
}

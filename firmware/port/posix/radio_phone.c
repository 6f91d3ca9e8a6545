/* The access point of the posix device, the one phone that may join it, and the
 * control lines of the air. */
#include <stdio.h>
#include <string.h>

#include "firmware/port/posix/radio.h"
#include "format/word.h"

#define PHONE_MS 500u /* to join and to get an address, as on the bench */

static void tell(struct radio *radio, const char *line)
{
    radio->say(radio->ctx, line);
}

/* False: it was not there. */
static bool forget(struct radio *radio)
{
    bool was_there = radio->is_phone_joining || radio->is_phone_joined;
    radio->is_phone_joining = radio->is_phone_joined = false;
    return was_there;
}

void radio_hide_because(struct radio *radio, const char *why)
{
    char after[64];
    snprintf(after, sizeof(after), ": %s", why);
    if (forget(radio))
        radio_say(radio, "phone lost", radio->shown, after);
    radio->is_showing = false;
}

void radio_hide(struct radio *radio)
{
    radio_hide_because(radio, "the access point went off or changed");
}

void radio_show(struct radio *radio, const char *ssid, const char *password)
{
    radio_hide(radio);
    radio->is_showing = true;
    snprintf(radio->shown, sizeof(radio->shown), "%s", ssid);
    snprintf(radio->shown_password, sizeof(radio->shown_password), "%s",
             password);
}

unsigned radio_guests(const struct radio *radio)
{
    return radio->is_phone_joined ? 1 : 0;
}

/* ---- the phone ----------------------------------------------------------- */

void radio_phone_step(struct radio *radio)
{
    if (!radio->is_phone_joining || radio->now_ms < radio->phone_ms)
        return;
    radio->is_phone_joining = false;
    radio->is_phone_joined = true;
    radio_say(radio, "phone joined", radio->shown, " 192.168.4.2");
}

/* NULL: it may join. */
static const char *objection(const struct radio *radio, const char *name,
                             const char *password)
{
    if (radio->is_phone_joining || radio->is_phone_joined)
        return "phone refused: it is joined already";
    if (!radio->is_showing)
        return "phone refused: there is no access point";
    if (name[0] && strcmp(name, radio->shown) != 0)
        return "phone refused: there is no access point of that name";
    if (!radio->shown_password[0])
        return password[0] ? "phone refused: the access point is open" : NULL;
    if (!password[0])
        return "phone refused: the access point wants a password";
    return strcmp(password, radio->shown_password) != 0
               ? "phone refused: wrong password"
               : NULL;
}

static enum err join(struct radio *radio, const char *words)
{
    char name[CONTROL_TEXT], password[CONTROL_TEXT];
    const char *at = words, *end = at + strlen(at);
    size_t size;
    if (word_take(&at, end, name, sizeof(name), &size) == WORD_BAD ||
        word_take(&at, end, password, sizeof(password), &size) == WORD_BAD)
        return ERR_FORMAT;
    const char *why = objection(radio, name, password);
    if (why) {
        tell(radio, why);
        return ERR_NONE;
    }
    radio->is_phone_joining = true;
    radio->phone_ms = radio->now_ms + PHONE_MS;
    return ERR_NONE;
}

static void leave(struct radio *radio)
{
    if (forget(radio))
        radio_say(radio, "phone left", radio->shown, "");
    else
        tell(radio, "phone was not joined");
}

/* ---- the air ------------------------------------------------------------- */

static enum err change(struct radio *radio, const char *text)
{
    struct air_error why;
    char line[256];
    if (radio->air.ap_count == 0)
        return ERR_NO_AIR;
    enum err e = air_add(&radio->air, radio->now_ms, text, &why);
    if (e != ERR_NONE) {
        snprintf(line, sizeof(line), "air refused: %s%s%s; %s", why.what,
                 why.word[0] ? ": " : "", why.word, why.hint);
        tell(radio, line);
    }
    /* This millisecond was looked at before it came. */
    if (radio->since_ms == radio->now_ms && radio->now_ms > 0)
        radio->since_ms--;
    return e;
}

enum err radio_control(struct radio *radio, const struct control *control)
{
    if (control->verb == CONTROL_AIR)
        return change(radio, control->text);
    if (control->is_on)
        return join(radio, control->text);
    leave(radio);
    return ERR_NONE;
}

/* Wishes, from the line, the environment, files and questions. */
#include "tool/setup_ask.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/message.h"
#include "tool/os.h"
#include "tool/setup_plan.h"

#define MQTT_PASSWORD_QUESTION                                                 \
    "Password at the MQTT broker (Enter: as it is, is not shown): "
#define SECRET_FILE_MAX 65536u
#define TRIES 3u /* of a question */

/* A secret, and where else it may stand. */
static const struct secret {
    unsigned key, file_key;
    const char *variable;
} secrets[] = {
    {SETUP_PASSWORD, SETUP_PASSWORD_FILE, "POGO_WIFI_PASSWORD"},
    {SETUP_MQTT_PASSWORD, SETUP_MQTT_PASSWORD_FILE, "POGO_MQTT_PASSWORD"},
    {SETUP_WEB_PASSWORD, SETUP_WEB_PASSWORD_FILE, "POGO_WEB_PASSWORD"},
};
#define SECRETS (sizeof(secrets) / sizeof(secrets[0]))

static bool is_secret(unsigned key)
{
    for (size_t i = 0; i < SECRETS; i++) {
        if (secrets[i].key == key)
            return true;
    }
    return false;
}

static int too_long(unsigned key)
{
    char problem[64];
    snprintf(problem, sizeof(problem), "too long: %s", setup_keys[key].name);
    return message_usage("setup", problem);
}

/* ---- secrets ------------------------------------------------------------- */

static enum err first_line(const char *path, char *out, size_t room)
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    out[0] = '\0';
    if (strcmp(path, "-") == 0) {
        if (!fgets(out, (int)room, stdin))
            return ERR_IO;
        out[strcspn(out, "\r\n")] = '\0';
        return ERR_NONE;
    }
    enum err e = os_read_file(path, SECRET_FILE_MAX, &bytes, &size);
    if (e != ERR_NONE)
        return e;
    size_t n = 0;
    while (n < size && n + 1 < room && bytes[n] != '\n' && bytes[n] != '\r')
        n++;
    memcpy(out, bytes, n);
    out[n] = '\0';
    memset(bytes, 0, size);
    free(bytes);
    return ERR_NONE;
}

/* The file that the wish names, if it names one. */
static int read_secret(const struct secret *s, struct setup_wish *wish)
{
    char text[SETUP_VALUE];
    if (!wish->has[s->file_key] || wish->has[s->key])
        return EXIT_DONE;
    enum err e = first_line(wish->text[s->file_key], text, sizeof(text));
    if (e != ERR_NONE)
        return message_fail(e, "%s", wish->text[s->file_key]);
    (void)setup_wish_keep(wish, s->key, text);
    memset(text, 0, sizeof(text));
    return EXIT_DONE;
}

static int read_secrets(struct setup_wish *wish)
{
    int code = EXIT_DONE;
    for (size_t i = 0; i < SECRETS && code == EXIT_DONE; i++)
        code = read_secret(&secrets[i], wish);
    return code;
}

/* ---- the line ------------------------------------------------------------ */

int setup_ask_line(const char *const value[SETUP_KEYS], struct setup_wish *wish)
{
    for (unsigned k = 0; k < SETUP_FILE_KEYS; k++) {
        if (value[k] && is_secret(k))
            return message_fail_hint(
                ERR_USAGE,
                "a file (--password-file, --mqtt-password-file, "
                "--web-password-file), POGO_WIFI_PASSWORD, "
                "POGO_MQTT_PASSWORD, POGO_WEB_PASSWORD, or pogo's question",
                "a password on the command line is seen by all programs on "
                "this computer");
        if (value[k] && !setup_wish_keep(wish, k, value[k]))
            return too_long(k);
    }
    int code = EXIT_DONE;
    for (size_t i = 0; i < SECRETS && code == EXIT_DONE; i++) {
        const char *text = getenv(secrets[i].variable);
        code = read_secret(&secrets[i], wish);
        /* A password alone in the environment is no wish: the web's may be
         * there for pogo ota. */
        bool is_wanted = secrets[i].key == SETUP_MQTT_PASSWORD
                             ? wish->has[SETUP_MQTT] || value[SETUP_CONFIG]
                             : wish->has[SETUP_SSID] || value[SETUP_CONFIG];
        if (code == EXIT_DONE && text && is_wanted &&
            !setup_wish_keep(wish, secrets[i].key, text))
            code = too_long(secrets[i].key);
    }
    return code;
}

/* ---- the file ------------------------------------------------------------ */

static int read_config(const char *const value[SETUP_KEYS], const char *mac,
                       struct setup_wish *wish)
{
    char problem[512];
    bool is_found = false;
    const char *name = value[SETUP_DEVICE] ? value[SETUP_DEVICE] : "";
    if (!value[SETUP_CONFIG])
        return EXIT_DONE;
    enum err e = setup_config_read(value[SETUP_CONFIG], mac, name, wish,
                                   &is_found, problem, sizeof(problem));
    if (e == ERR_FORMAT)
        return message_fail_hint(e, "docs/setup.md shows such a file", "%s",
                                 problem);
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    if (!is_found)
        return message_fail_hint(ERR_UNKNOWN,
                                 "a section [MAC] or a row with it, or "
                                 "--device NAME",
                                 "%s says nothing of %s%s", value[SETUP_CONFIG],
                                 name[0] ? "" : "the device with MAC ",
                                 name[0] ? name : mac);
    return read_secrets(wish);
}

int setup_ask_row(const char *path, unsigned row, struct setup_wish *wish)
{
    char problem[512];
    enum err e = setup_config_row(path, row, wish, problem, sizeof(problem));
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    return read_secrets(wish);
}

/* ---- questions ----------------------------------------------------------- */

/* Who is asked. */
struct desk {
    struct setup_wish *wish;
    bool is_ascii; /* the device takes nothing else */
};

/* An answer that the device can't take is asked for again; the last one is
 * kept all the same: the plan refuses it. */
static bool ask(const struct desk *d, unsigned key, const char *question,
                bool may_be_empty)
{
    char text[SETUP_VALUE];
    const char *fault = NULL;
    if (d->wish->has[key])
        return true;
    for (unsigned i = 0; i < TRIES && (i == 0 || fault); i++) {
        if (!(is_secret(key) ? os_ask_secret : os_ask)(question, text,
                                                       sizeof(text)))
            return false;
        fault = text[0] ? setup_plan_fault(key, text, d->is_ascii) : NULL;
        if (fault)
            message_talk("%s: %s.", is_secret(key) ? "That password" : text,
                         fault);
    }
    if (text[0] || may_be_empty)
        (void)setup_wish_keep(d->wish, key, text);
    memset(text, 0, sizeof(text));
    return true;
}

static bool is_empty(const struct setup_wish *wish)
{
    for (unsigned k = 0; k < SETUP_FILE_KEYS; k++) {
        if (wish->has[k])
            return false;
    }
    return true;
}

/* With the other questions; POGO_WEB_PASSWORD has answered it. */
static bool ask_web(const struct desk *d)
{
    const char *text = getenv("POGO_WEB_PASSWORD");
    if (text && text[0] && setup_wish_keep(d->wish, SETUP_WEB_PASSWORD, text))
        return true;
    return ask(
        d, SETUP_WEB_PASSWORD,
        "Password for its page (Enter: as it is, is not shown): ", false);
}

/* From somebody who gave no option at all. */
static bool ask_all(const struct desk *d)
{
    const struct setup_wish *wish = d->wish;
    return ask(d, SETUP_SSID, "Wi-Fi network (Enter: as it is): ", false) &&
           (!wish->has[SETUP_SSID] ||
            ask(d, SETUP_PASSWORD,
                "Its password (Enter: it has none, is not shown): ", true)) &&
           ask(d, SETUP_NAME,
               "Name of the device (Enter: as it is): ", false) &&
           ask(d, SETUP_MQTT, "MQTT broker (Enter: as it is): ", false) &&
           (!wish->has[SETUP_MQTT] ||
            ask(d, SETUP_MQTT_USER, "User there (Enter: as it is): ", false)) &&
           (!wish->has[SETUP_MQTT_USER] ||
            ask(d, SETUP_MQTT_PASSWORD, MQTT_PASSWORD_QUESTION, false)) &&
           ask_web(d);
}

/* What nobody can be asked for must have been said. */
static int check(const struct setup_wish *wish)
{
    bool lacks = wish->has[SETUP_SSID] && !wish->has[SETUP_PASSWORD];
    if (is_empty(wish))
        return message_usage("setup", "what is to be set? --ssid NAME ...");
    if (lacks && !os_is_terminal(0))
        return message_fail_hint(ERR_USAGE,
                                 "--password-file F, or POGO_WIFI_PASSWORD; an "
                                 "open network: an empty one",
                                 "no password for the network %s",
                                 wish->text[SETUP_SSID]);
    return EXIT_DONE;
}

static int check_values(const struct setup_wish *wish)
{
    for (unsigned k = 0; k < SETUP_FILE_KEYS; k++) {
        const char *fault =
            wish->has[k] ? setup_value_fault(k, wish->text[k]) : NULL;
        if (fault)
            return message_fail(ERR_SETUP_VALUE, "%s: %s", setup_keys[k].name,
                                fault);
    }
    return EXIT_DONE;
}

/* All of the file, whichever device comes. */
static int check_config(const char *const value[SETUP_KEYS])
{
    static struct setup_wish unused; /* large */
    const char *name = value[SETUP_DEVICE] ? value[SETUP_DEVICE] : "";
    char problem[512];
    bool is_found = false;
    if (!value[SETUP_CONFIG])
        return EXIT_DONE;
    unused = (struct setup_wish){.has = {false}};
    enum err e = setup_config_read(value[SETUP_CONFIG], "", name, &unused,
                                   &is_found, problem, sizeof(problem));
    memset(&unused, 0, sizeof(unused));
    if (e == ERR_FORMAT)
        return message_fail_hint(e, "docs/setup.md shows such a file", "%s",
                                 problem);
    if (e != ERR_NONE)
        return message_fail(e, "%s", problem);
    if (name[0] && !is_found)
        return message_fail_hint(ERR_UNKNOWN, "its section or row",
                                 "%s says nothing of %s", value[SETUP_CONFIG],
                                 name);
    return EXIT_DONE;
}

int setup_ask_check(const char *const value[SETUP_KEYS],
                    const struct setup_wish *wish)
{
    int code = check_values(wish);
    if (code == EXIT_DONE)
        code = check_config(value);
    if (code != EXIT_DONE || value[SETUP_CONFIG] || os_is_terminal(0))
        return code;
    return check(wish);
}

int setup_ask_rest(const char *const value[SETUP_KEYS], const char *mac,
                   const char *version, bool is_fresh, struct setup_wish *wish)
{
    const struct desk desk = {wish, version[0] &&
                                        setup_firmware_of(version)->is_ascii};
    bool is_terminal = os_is_terminal(0);
    int code = read_config(value, mac, wish);
    if (code != EXIT_DONE)
        return code;
    bool knows_nothing = is_fresh ? !wish->has[SETUP_SSID] : is_empty(wish);
    bool is_asked = knows_nothing && is_terminal;
    if (is_asked && !ask_all(&desk))
        return EXIT_FAILED;
    code = check(wish);
    if (code != EXIT_DONE)
        return code;
    bool lacks = wish->has[SETUP_SSID] && !wish->has[SETUP_PASSWORD];
    if (lacks && !ask(&desk, SETUP_PASSWORD,
                      "Password of the Wi-Fi network (Enter: it has none, is "
                      "not shown): ",
                      true))
        return EXIT_FAILED;
    bool lacks_mqtt = wish->text[SETUP_MQTT_USER][0] && is_terminal &&
                      !is_asked && !wish->has[SETUP_MQTT_PASSWORD];
    if (lacks_mqtt &&
        !ask(&desk, SETUP_MQTT_PASSWORD, MQTT_PASSWORD_QUESTION, false))
        return EXIT_FAILED;
    return EXIT_DONE;
}

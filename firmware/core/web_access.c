/* Who may do what over the web. */
#include "firmware/core/web_access.h"

#include "firmware/core/device.h"
#include "firmware/core/password.h"
#include "firmware/core/text.h"
#include "firmware/core/web_private.h"
#include "firmware/net/mdns.h"

#define HOST 80u /* characters of a host's name that are looked at */

/* ---- where the client is ------------------------------------------------- */

/* The soft AP's network is 192.168.4.0/24 (hal/wifi.h). */
static bool is_in_set_up_network(const uint8_t ip[4])
{
    return ip[0] == 192 && ip[1] == 168 && ip[2] == 4;
}

/* In a home network that has the same addresses nobody can be told apart. */
bool web_is_set_up_guest(const struct device *dev, const uint8_t ip[4])
{
    const struct wifi *wifi = &dev->wifi;
    bool is_ambiguous =
        wifi->state == WIFI_JOINED && is_in_set_up_network(wifi->ip);
    return wifi->is_showing && !is_ambiguous && is_in_set_up_network(ip);
}

bool web_is_trusted_guest(const struct device *dev, const uint8_t ip[4])
{
    bool is_restricted = dev->wifi.is_manager &&
                         dev->settings.wifi_config == WIFI_CONFIG_RESTRICTED;
    return web_is_set_up_guest(dev, ip) && !is_restricted &&
           (dev->rescue.is_open || dev->settings.web_auth == PASSWORD_MADE);
}

bool web_is_unowned(const struct device *dev, const uint8_t ip[4])
{
    return dev->settings.web_auth == PASSWORD_MADE &&
           !web_is_trusted_guest(dev, ip);
}

/* ---- the name it was asked for ------------------------------------------- */

/* Bytes of a host without its port. */
static size_t host_size(const char *host)
{
    size_t n = 0;
    if (host[0] == '[') { /* IPv6 */
        while (host[n] && host[n] != ']')
            n++;
        return host[n] ? n + 1 : n;
    }
    while (host[n] && host[n] != ':' && host[n] != '/')
        n++;
    return n;
}

/* Suffixes that routers give to names at home; nobody can buy a name under one
 * (RFC 6762, RFC 8375, ICANN's .internal; the others by habit). */
static bool is_home_suffix(const char *suffix, size_t size)
{
    static const char *const suffixes[] = {
        "",          ".local",     ".lan",       ".home",
        ".internal", ".home.arpa", ".fritz.box", ".localdomain"};
    for (size_t i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        if (text_same_size(suffix, size, suffixes[i]))
            return true;
    }
    return false;
}

static bool is_named(const char *host, size_t size, const struct text *name)
{
    return size >= name->size && text_same_size(host, name->size, name->at) &&
           is_home_suffix(host + name->size, size - name->size);
}

bool web_is_own_host(struct device *dev, const struct http_request *request)
{
    const char *host = request->field[HTTP_HOST];
    uint32_t address;
    char name[MDNS_NAME + 1];
    struct text text;
    if (!host)
        return true; /* HTTP/1.0: no browser */
    size_t size = host_size(host);
    if (text_address(host, size, &address))
        return true; /* no name leads from another site to it */
    text_init(&text, name, sizeof(name));
    wifi_host_name(dev, &text);
    if (is_named(host, size, &text))
        return true;
    mdns_put_number(dev, &text);
    return is_named(host, size, &text);
}

/* ---- who asks ------------------------------------------------------------ */

/* Does "http://HOST/…" name the host that was asked, port included? */
static bool is_same_site(const char *address, const char *host)
{
    static const char scheme[] = "http://";
    size_t size = 0;
    for (size_t i = 0; scheme[i]; i++, address++) {
        if (*address != scheme[i])
            return false;
    }
    if (!host)
        return false;
    while (address[size] && address[size] != '/')
        size++;
    return text_same_size(address, size, host);
}

static bool has_password(const struct http_request *request)
{
    return request->field[HTTP_AUTHORIZATION] ||
           web_has_argument(request->query, "password");
}

/* Where there is no password, a wrong one would do. */
static bool is_invited(const struct device *dev,
                       const struct http_request *request)
{
    const char *origin = request->field[HTTP_ORIGIN];
    const char *cors = dev->settings.cors;
    if (!origin || !cors[0])
        return false;
    return text_same(origin, cors) ||
           (text_same(cors, "*") && has_password(request) &&
            dev->settings.web_auth != PASSWORD_NONE);
}

bool web_is_own_page(const struct http_request *request)
{
    const char *referer = request->field[HTTP_REFERER];
    return referer && is_same_site(referer, request->field[HTTP_HOST]);
}

bool web_is_foreign(const struct device *dev,
                    const struct http_request *request)
{
    const char *host = request->field[HTTP_HOST];
    const char *origin = request->field[HTTP_ORIGIN];
    const char *referer = request->field[HTTP_REFERER];
    const char *site = request->field[HTTP_FETCH_SITE];
    if (is_invited(dev, request))
        return false;
    if (site && !text_same(site, "same-origin") && !text_same(site, "none"))
        return true;
    if (origin)
        return !is_same_site(origin, host);
    if (referer)
        return !web_is_own_page(request);
    /* A page of https leaves both away. Headers of its own would show. */
    return request->is_browser && !site && !has_password(request) &&
           !request->field[HTTP_REQUESTED_WITH];
}

/* ---- the password -------------------------------------------------------- */

static struct web_guesser *guesser_of(struct device *dev, const uint8_t ip[4])
{
    struct web_guesser *oldest = &dev->web.guesser[0];
    for (unsigned i = 0; i < WEB_GUESSERS; i++) {
        struct web_guesser *guesser = &dev->web.guesser[i];
        bool is_it = true;
        for (unsigned k = 0; k < 4; k++)
            is_it &= guesser->ip[k] == ip[k];
        if (is_it)
            return guesser;
        if (guesser->spent < oldest->spent)
            oldest = guesser;
    }
    /* A new address goes on with what the one before it has spent: many
     * addresses are worth no more than WEB_GUESSERS. */
    for (unsigned k = 0; k < 4; k++)
        oldest->ip[k] = ip[k];
    return oldest;
}

static void give_back(struct device *dev, struct web_guesser *guesser)
{
    while (guesser->spent > 0 &&
           dev->now_ms - guesser->since_ms >= WEB_GUESS_MS) {
        guesser->spent--;
        guesser->since_ms += WEB_GUESS_MS;
    }
}

static void spend(struct device *dev, struct web_guesser *guesser)
{
    if (guesser->spent == 0)
        guesser->since_ms = dev->now_ms;
    guesser->spent++;
    if (guesser->spent == WEB_GUESSES)
        device_log(dev, "HTP: Too many wrong passwords from one address: it "
                        "has to wait");
}

/* Both are compared, so that the time tells nothing about either. */
static bool is_right(const struct device *dev, const char *user,
                     const char *password)
{
    const char *own = dev->settings.web_password;
    bool is_user = http_same_secret(user, "admin");
    return http_same_secret(password, own) && is_user && own[0] != 0;
}

/* What the request gives is right. */
static bool is_given(const struct device *dev,
                     const struct http_request *request)
{
    char text[2 * SETTINGS_NAME], name[16];
    const char *user = name, *password = text;
    const char *query = request->query;
    size_t size = text_length(query);
    if (request->field[HTTP_AUTHORIZATION])
        return http_basic(request->field[HTTP_AUTHORIZATION], text,
                          sizeof(text), &user, &password) &&
               is_right(dev, user, password);
    return http_argument(query, size, "user", name, sizeof(name)) &&
           http_argument(query, size, "password", text, sizeof(text)) &&
           is_right(dev, user, password);
}

unsigned web_authorise(struct device *dev, const uint8_t ip[4],
                       const struct http_request *request)
{
    if (dev->settings.web_auth == PASSWORD_NONE ||
        web_is_trusted_guest(dev, ip))
        return 200;
    if (!has_password(request))
        return 401;
    struct web_guesser *guesser = guesser_of(dev, ip);
    give_back(dev, guesser);
    if (guesser->spent >= WEB_GUESSES)
        return 429;
    if (is_given(dev, request)) {
        guesser->spent = 0;
        return 200;
    }
    spend(dev, guesser);
    return 401;
}

/* The page, and what it asks first: who this is, and whether it may. */
#include "firmware/core/web_private.h"

#include "firmware/core/password.h"
#include "firmware/core/version.h"
#include "firmware/core/web_access.h"
#include "firmware/net/mdns.h"
#include "firmware/web/page.h"

static bool put_page(struct device *dev, struct web_out *out, uint32_t *at)
{
    (void)dev;
    size_t room = web_room(out), left = web_page_size() - *at;
    size_t size = left < room ? left : room;
    web_put_size(out, (const char *)web_page + *at, size);
    *at += (uint32_t)size;
    return size < left;
}

void web_run_page(struct web_call *call)
{
    struct web_out out;
    web_begin(call->dev, &out, call->client, 200, WEB_HTML,
              "Content-Encoding: gzip\r\n", (uint32_t)web_page_size());
    web_end_later(call->dev, &out, put_page);
}

/* In user mode the page may not ask for more than this. */
static void put_user(struct device *dev, struct web_out *out)
{
    web_put(out, ",\"User\":[");
    for (unsigned i = 0; i < dev->relay_count; i++) {
        char name[SETTINGS_NAME + 1];
        struct text text;
        text_init(&text, name, sizeof(name));
        device_friendly_name(dev, i, &text);
        web_put(out, i ? ",\"" : "\"");
        web_put_json(out, name);
        web_put(out, "\"");
    }
    web_put(out, "]");
}

/* Only who needs no password gets to see the one that was made. */
void web_run_me(struct web_call *call)
{
    static const char *const kinds[] = {"made", "own", "none"};
    struct device *dev = call->dev;
    const struct settings *settings = &dev->settings;
    bool is_trusted = web_is_trusted_guest(dev, call->client->ip);
    char name[MDNS_NAME + 1];
    struct text text;
    struct web_out out;
    text_init(&text, name, sizeof(name));
    wifi_host_name(dev, &text);
    web_begin(call->dev, &out, call->client, 200, WEB_JSON, "", WEB_SIZE_OPEN);
    web_put(&out, "{\"Name\":\"");
    web_put(&out, name);
    web_put(&out, "\",\"Version\":\"");
    web_put(&out, version_text);
    web_put(&out, "\",\"Password\":\"");
    web_put(&out, kinds[settings->web_auth]);
    if (settings_option(settings, OPTION_MDNS)) {
        mdns_put_number(dev, &text);
        web_put(&out, "\",\"Local\":\"");
        web_put(&out, name);
        web_put(&out, ".local");
    }
    bool may = web_authorise(dev, call->client->ip, call->request) == 200;
    web_put(&out, may ? "\",\"May\":true" : "\",\"May\":false");
    if (may && settings->web_server == WEB_USER &&
        !web_is_set_up_guest(dev, call->client->ip))
        put_user(dev, &out);
    web_put(&out, is_trusted ? ",\"SetUp\":true" : ",\"SetUp\":false");
    if (is_trusted && settings->web_auth == PASSWORD_MADE) {
        web_put(&out, ",\"Made\":\"");
        web_put(&out, settings->web_password);
        web_put(&out, "\"");
    }
    web_put(&out, "}");
    web_end(dev, &out);
}

/* The page, and what it asks first: who this is, and whether it may. */
#include "firmware/core/web_private.h"

#include "firmware/core/password.h"
#include "firmware/core/version.h"
#include "firmware/core/web_access.h"

/* A small one, which needs nothing else. */
static const char page[] =
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\">"
    "<meta name=\"viewport\" content=\"width=device-width\">"
    "<title>Pogo</title><h1>Pogo</h1>"
    "<p>Set up the Wi-Fi (on the device's own network this needs no "
    "password):</p>"
    "<form method=\"post\" action=\"/wi\">"
    "<p><label>Network <input name=\"s1\" maxlength=\"32\"></label></p>"
    "<p><label>Password <input name=\"p1\" type=\"password\" "
    "maxlength=\"64\"></label></p>"
    "<p><button name=\"save\">Save</button></p></form>"
    "<p><a href=\"/me\">This device</a> <a href=\"/dl\">Backup</a></p>";

static bool put_page(struct device *dev, struct web_out *out, uint32_t *at)
{
    (void)dev;
    size_t room = web_room(out), left = sizeof(page) - 1 - *at;
    size_t size = left < room ? left : room;
    web_put_size(out, page + *at, size);
    *at += (uint32_t)size;
    return size < left;
}

void web_run_page(struct web_call *call)
{
    struct web_out out;
    web_begin(&out, call->client, 200, WEB_HTML, "", sizeof(page) - 1);
    web_end_later(call->dev, &out, put_page);
}

/* Only who needs no password gets to see the one that was made. */
void web_run_me(struct web_call *call)
{
    static const char *const kinds[] = {"made", "own", "none"};
    struct device *dev = call->dev;
    const struct settings *settings = &dev->settings;
    bool is_trusted = web_is_trusted_guest(dev, call->client->ip);
    char name[WIFI_NAME + 1];
    struct text text;
    struct web_out out;
    text_init(&text, name, sizeof(name));
    wifi_host_name(dev, &text);
    web_begin(&out, call->client, 200, WEB_JSON, "", WEB_SIZE_OPEN);
    web_put(&out, "{\"Name\":\"");
    web_put(&out, name);
    web_put(&out, "\",\"Version\":\"");
    web_put(&out, version_text);
    web_put(&out, "\",\"Password\":\"");
    web_put(&out, kinds[settings->web_auth]);
    web_put(&out, web_authorise(dev, call->client->ip, call->request) == 200
                      ? "\",\"May\":true"
                      : "\",\"May\":false");
    web_put(&out, is_trusted ? ",\"SetUp\":true" : ",\"SetUp\":false");
    if (is_trusted && settings->web_auth == PASSWORD_MADE) {
        web_put(&out, ",\"Made\":\"");
        web_put(&out, settings->web_password);
        web_put(&out, "\"");
    }
    web_put(&out, "}");
    web_end(dev, &out);
}

/* Clients of the device's web server, for its tests. */
#include "test/firmware/web_fixture.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "firmware/core/password.h"

const uint8_t web_peer[4] = {192, 168, 1, 9};
const uint8_t web_guest[4] = {192, 168, 4, 2};

int web_fresh(void **state)
{
    fake_basic(state);
    fake_run(&fd, 5000);
    return 0;
}

int web_owned(void **state)
{
    static const struct hal_wifi_event got_ip = {
        .change = HAL_WIFI_GOT_IP, .ip = {192, 168, 1, 50}, .channel = 6};
    struct settings *settings = &fd.device.settings;
    fake_basic(state);
    snprintf(settings->ssid[0], sizeof(settings->ssid[0]), "home");
    snprintf(settings->web_password, sizeof(settings->web_password),
             WEB_SECRET);
    settings->web_auth = PASSWORD_OWN;
    fake_run(&fd, 100);
    fake_wifi(&fd, &got_ip);
    fake_run(&fd, 1000);
    assert_int_equal(fd.device.wifi.state, WIFI_JOINED);
    return 0;
}

uint8_t web_connect(const uint8_t ip[4])
{
    uint8_t socket = 0;
    assert_true(fake_accept(&fd, WEB_PORT, ip, &socket));
    return socket;
}

void web_send(uint8_t socket, const char *text)
{
    fake_receive(&fd, socket, text, strlen(text));
}

const char *web_ask(const uint8_t ip[4], const char *request)
{
    uint8_t socket = web_connect(ip);
    struct fake_tcp *tcp = &fake_net.tcp[socket];
    web_send(socket, request);
    for (unsigned i = 0; i < 100 && tcp->is_used; i++)
        fake_arrived(&fd, socket);
    assert_false(tcp->is_used);
    return tcp->sent;
}

const char *web_get(const char *target, const char *headers)
{
    char request[2048];
    snprintf(request, sizeof(request), "GET %s HTTP/1.1\r\n" WEB_HOST "%s\r\n",
             target, headers);
    return web_ask(web_peer, request);
}

unsigned web_status(const char *answer)
{
    return strncmp(answer, "HTTP/1.1 ", 9) == 0
               ? (unsigned)strtoul(answer + 9, NULL, 10)
               : 0;
}

/* The last chunk must be there: an answer without it is cut. */
static const char *put_together(const char *at)
{
    static char body[FAKE_SENT];
    size_t size = 0;
    for (;;) {
        char *end;
        size_t n = strtoul(at, &end, 16);
        assert_memory_equal(end, "\r\n", 2);
        if (n == 0)
            break;
        memcpy(body + size, end + 2, n);
        size += n;
        at = end + 2 + n;
        assert_memory_equal(at, "\r\n", 2);
        at += 2;
    }
    body[size] = 0;
    return body;
}

const char *web_body(const char *answer)
{
    const char *end = strstr(answer, "\r\n\r\n");
    assert_non_null(end);
    const char *mark = strstr(answer, "Transfer-Encoding: chunked\r\n");
    return mark && mark < end ? put_together(end + 4) : end + 4;
}

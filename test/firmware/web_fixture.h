/* Clients of the device's web server on the fake network (fake_net.h). */
#ifndef TEST_FIRMWARE_WEB_FIXTURE_H
#define TEST_FIRMWARE_WEB_FIXTURE_H

#include "test/firmware/fake_hal.h"
#include "test/firmware/fake_net.h"

#define WEB_SECRET "dq7 right"
#define WEB_BASIC "Authorization: Basic YWRtaW46ZHE3IHJpZ2h0\r\n"
#define WEB_HOST "Host: 192.168.1.50\r\n"

/* On the owner's network, on the set-up network. */
extern const uint8_t web_peer[4], web_guest[4];

/* cmocka setups. A device in its network, with the owner's password
 * WEB_SECRET; one that was never set up, up for 5 s. */
int web_owned(void **state);
int web_fresh(void **state);

/* Connect from this address, or fail the test. */
uint8_t web_connect(const uint8_t ip[4]);
void web_send(uint8_t socket, const char *text);
/* One request, whole; its answer as it was sent, head and body. The connection
 * is closed by the device, or the test fails. */
const char *web_ask(const uint8_t ip[4], const char *request);
/* The same as "GET target", with the owner's network's Host and these further
 * header lines. */
const char *web_get(const char *target, const char *headers);
/* The status of an answer; 0: none. */
unsigned web_status(const char *answer);
/* Its body, chunks put together. */
const char *web_body(const char *answer);

/* ---- what strangers try: to switch the relay on ---- */

#define ON "/cm?cmnd=Power+ON"
#define FIREFOX "User-Agent: Mozilla/5.0 (X11; Linux)\r\n"

/* Off again afterwards. */
static inline bool is_on(void)
{
    bool is = device_is_on(&fd.device, 1);
    fake_type(&fd, "Power OFF");
    return is;
}

#endif

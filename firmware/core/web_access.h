/* Who may do what over the web. Pure decisions on a request's head; nothing is
 * sent from here.
 *
 * - The name by which the device was asked for must be an address or its own
 *   name: a page of another site whose name was turned to our address (DNS
 *   rebinding) is refused.
 * - What changes something is refused when a browser says that another site
 *   asks, and when a browser says nothing of where from and sends no password.
 *   Tools send no such headers.
 * - The password: the one made at the first start, until the owner sets one
 *   (which may be the same), or removes it: WebPassword, or the set-up page.
 *   With the made one whoever is on the set-up network needs none, and nobody
 *   else may change anything, not even with it. In rescue (five quick power
 *   cycles) nobody on the set-up network needs any. It comes as HTTP Basic or
 * in the address (user=admin&password=...). There is no log-in and no cookie,
 * so no browser ever sends one by itself.
 * - Wrong passwords: WEB_GUESSES at once per address, then one every
 *   WEB_GUESS_MS. Further ones are not looked at. */
#ifndef FIRMWARE_CORE_WEB_ACCESS_H
#define FIRMWARE_CORE_WEB_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "firmware/net/http.h"

#define WEB_GUESSES 5u
#define WEB_GUESS_MS 10000u

struct device;

/* On the device's own access point (192.168.4.x), which is there. */
bool web_is_set_up_guest(const struct device *dev, const uint8_t ip[4]);
/* A guest who needs no password. */
bool web_is_trusted_guest(const struct device *dev, const uint8_t ip[4]);
/* The password is the made one, and this client is not a guest: he may look, if
 * he knows it, and change nothing. */
bool web_is_unowned(const struct device *dev, const uint8_t ip[4]);
/* Does the Host header name this device? */
bool web_is_own_host(struct device *dev, const struct http_request *request);
/* Does another site ask, or perhaps one? Not those that CORS names; with "*"
 * those that bring the owner's password. */
bool web_is_foreign(const struct device *dev,
                    const struct http_request *request);
/* Does the device's own page ask, and say so (Referer)? */
bool web_is_own_page(const struct http_request *request);
/* 200: may; 401: a password is needed, or was wrong; 429: too many wrong ones.
 */
unsigned web_authorise(struct device *dev, const uint8_t ip[4],
                       const struct http_request *request);

#endif

/* For tests of the station: one network, and the way into it. */
#ifndef TEST_EMULATOR_WIFI_HOME_H
#define TEST_EMULATOR_WIFI_HOME_H

#include "test/emulator/wifi_fixture.h"

enum { CONNECTED, DISCONNECTED, AUTH_CHANGE, GOT_IP, DHCP_TIMEOUT, OPMODE = 8 };

#define REASON_OF(one) ((one)->bytes[43])
#define HOME "ap home password \"correct horse\" channel 6 rssi -60\n"

static int drop(void **state)
{
    (void)state;
    air_drop();
    return 0;
}

static void join_home(const char *more)
{
    char text[1024];
    snprintf(text, sizeof(text), "%s%s", HOME, more);
    air_chip(text);
    want("home", "correct horse");
    (void)wait_for(GOT_IP, 5000);
}

#endif

/* The service of test/net over the port's espconn: joins the hidden network of
 * test/air/home.air, again and again. */
#include "firmware/port/esp8266/net.h"

#include "test/guest/wifi.h"
#include "test/net/service.h"

static void on_event(System_Event_t *event)
{
    guest_wifi_event(event);
    if (event->event == EVENT_STAMODE_GOT_IP)
        net_joined();
}

void user_init(void)
{
    service_start(); /* as the core may, before the port has started */
    guest_wifi_join("cellar", "battery staple");
    wifi_set_event_handler_cb(on_event);
    net_start(service_hear);
}

/* The service of test/net over the port's espconn: joins the hidden network of
 * test/air/home.air, and says how much of the heap is free. */
#include "firmware/port/esp8266/net.h"

#include "test/guest/wifi.h"
#include "test/net/service.h"

static void on_event(System_Event_t *event)
{
    guest_wifi_event(event);
    if (event->event == EVENT_STAMODE_GOT_IP)
        net_joined();
}

static void tell_heap(void *argument)
{
    static uint32_t before;
    uint32_t now = system_get_free_heap_size();
    (void)argument;
    if (now != before)
        ets_printf("heap %u\n", before = now);
    guest_later(200, tell_heap);
}

void user_init(void)
{
    service_start(); /* as the core may, before the port has started */
    guest_wifi_join("cellar", "battery staple");
    wifi_set_event_handler_cb(on_event);
    net_start(service_hear);
    guest_later(200, tell_heap);
}

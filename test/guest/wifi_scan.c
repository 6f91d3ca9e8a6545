/* Scans three times: all that can be heard, hidden ones too, one by name. */
#include "test/guest/wifi.h"

static unsigned round;

static void scan(void *argument);

static void done(void *list, STATUS status)
{
    ets_printf("scan %u status %d\n", round, (int)status);
    for (struct bss_info *bss = list; bss; bss = bss->next.stqe_next) {
        char name[33] = {0};
        guest_copy((uint8_t *)name, (const char *)bss->ssid, bss->ssid_len);
        ets_printf("%u '%s' channel %d auth %d %d dBm\n", round, name,
                   bss->channel, (int)bss->authmode, bss->rssi);
    }
    ets_printf("end of scan %u\n", round);
    if (round < 3)
        guest_later(10, scan);
}

static void scan(void *argument)
{
    static uint8_t cellar[] = "cellar";
    struct scan_config config = {.show_hidden = round == 1};
    (void)argument;
    round++;
    if (round == 3)
        config.ssid = cellar;
    if (!wifi_station_scan(round == 1 ? NULL : &config, done))
        ets_printf("refused\n");
}

void user_init(void)
{
    (void)wifi_set_opmode_current(STATION_MODE);
    guest_later(10, scan);
}

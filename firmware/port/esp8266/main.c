/* The device on Espressif's NonOS SDK: what the SDK calls, and the events that
 * it turns into device_handle's. SDK headers stay inside this folder. */
#include "firmware/core/device.h"
#include "firmware/hal/boot.h"
#include "firmware/port/esp8266/crypto.h"
#include "firmware/port/esp8266/early.h"
#include "firmware/port/esp8266/gpio.h"
#include "firmware/port/esp8266/net.h"
#include "firmware/port/esp8266/serial.h"
#include "firmware/port/esp8266/system.h"
#include "firmware/port/esp8266/wifi.h"
#include "format/boot_token.h"
#include "format/flash_map.h"
#include "osapi.h"
#include "user_interface.h"

#define PRIORITY 0u
#define QUEUE 8u
#define BYTES 64u

static struct {
    struct device device;
    os_timer_t tick; /* when the core wants it */
    os_event_t queue[QUEUE];
    uint32_t now_ms, time_us; /* system_get_time's last value */
    struct hal_boot boot;
    bool has_begun;
} main_state;

void user_pre_init(void);
void user_init(void);
void software_reset(void);

/* Milliseconds from the SDK's microseconds, which wrap after 71 minutes; the
 * tick comes much more often. */
static uint32_t now_ms(void)
{
    uint32_t passed_ms = (system_get_time() - main_state.time_us) / 1000;
    main_state.time_us += passed_ms * 1000;
    main_state.now_ms += passed_ms;
    return main_state.now_ms;
}

/* What became of pins, at the time when it did: before anything that is later.
 * time_us is when now_ms began. */
static void take_pins(void)
{
    struct event event = {.kind = EVENT_PINS};
    uint32_t age_us;
    while (gpio_take(&event.pins, &age_us, &event.has_gap)) {
        uint32_t at_us = system_get_time() - age_us - main_state.time_us;
        uint32_t passed_ms = (int32_t)at_us < 0 ? 0 : at_us / 1000;
        main_state.time_us += passed_ms * 1000;
        main_state.now_ms += passed_ms;
        event.now_ms = main_state.now_ms;
        device_handle(&main_state.device, &event);
    }
}

/* To the core, with the time. */
static void hand(struct event *event)
{
    uint32_t from_us = system_get_time();
    take_pins();
    event->now_ms = now_ms();
    device_handle(&main_state.device, event);
    system_note_busy(from_us);
}

/* The core says after each event when it wants the next tick, from the event's
 * time on; that of a pin, or of what took long, is a while ago by now. */
static void wait(void)
{
    os_timer_disarm(&main_state.tick);
    uint32_t ms = device_wait_ms(&main_state.device);
    uint32_t late_ms = (system_get_time() - main_state.time_us) / 1000;
    os_timer_arm(&main_state.tick, ms > late_ms ? ms - late_ms : 1, false);
}

static void on_tick(void *argument)
{
    struct event event = {.kind = EVENT_TICK};
    (void)argument;
    hand(&event);
    gpio_go_on();
    wait();
}

static void take_news(void)
{
    struct event event = {.kind = EVENT_WIFI};
    while (wifi_take(&event.wifi)) {
        if (event.wifi.change == HAL_WIFI_GOT_IP)
            net_joined();
        hand(&event);
    }
}

static void on_net(const struct hal_net_event *news)
{
    struct event event = {.kind = EVENT_NET, .net = news};
    hand(&event);
    wait();
}

static void on_post(os_event_t *post)
{
    char bytes[BYTES];
    struct event event = {.kind = EVENT_CONSOLE, .bytes = bytes};
    (void)post;
    take_pins();
    while ((event.size = serial_read(bytes, sizeof(bytes))) > 0)
        hand(&event);
    take_news();
    wait();
}

/* From an interrupt, or from the radio's events, which must not be handled
 * inside of the core's own call. A full queue loses nothing: a post that is in
 * it reads all that came. */
IRAM_ATTR static void on_heard(void)
{
    (void)system_os_post(PRIORITY, 0, 0);
}

static void on_answer(bool is_right)
{
    struct event event = {.kind = EVENT_VERIFIED, .is_right = is_right};
    hand(&event);
    wait();
}

/* Settings are read and relays driven; time begins in user_init. */
static void begin(void)
{
    struct event event = {.kind = EVENT_START, .start = early_reason()};
    device_init(&main_state.device, &system_flash);
    device_handle(&main_state.device, &event);
}

/* Was this image started by the boot sector? One that an update of another
 * firmware has put here was not: eboot jumps to it. What the boot sector does
 * before an image runs is then not done. The token counts once. */
static bool is_booted(void)
{
    uint32_t token = 0, none = 0;
    (void)system_rtc_mem_read(BOOT_TOKEN_WORD, &token, sizeof(token));
    (void)system_rtc_mem_write(BOOT_TOKEN_WORD, &none, sizeof(none));
    main_state.boot = (struct hal_boot){(enum boot_row)(token >> 8 & 0xFFu),
                                        (enum slot)(token & 0xFFu), ota_board};
    return BOOT_TOKEN_IS(token);
}

void hal_boot_get(struct hal_boot *out)
{
    *out = main_state.boot;
}

void user_pre_init(void)
{
    static const partition_item_t partitions[] = {
        {SYSTEM_PARTITION_RF_CAL, MAP_RF_CAL, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_PHY_DATA, MAP_PHY_DATA, FLASH_SECTOR_SIZE},
        {SYSTEM_PARTITION_SYSTEM_PARAMETER, MAP_SDK_PARAMS,
         MAP_SDK_PARAMS_SIZE},
    };
    if (!is_booted())
        software_reset(); /* the ROM's: the SDK's wants to be started first */
    (void)system_partition_table_regist(
        partitions, sizeof(partitions) / sizeof(partitions[0]),
        FLASH_SIZE_8M_MAP_512_512);
    main_state.has_begun = early_call(begin); /* relays wait for nothing */
    serial_drain(); /* the SDK changes the UART's clock, also under these */
}

void user_init(void)
{
    main_state.time_us = system_get_time();
    if (!main_state.has_begun)
        begin();
    wifi_start(on_heard);
    (void)system_os_task(on_post, PRIORITY, main_state.queue, QUEUE);
    crypto_start(on_answer);
    net_start(on_net);
    serial_start(on_heard);
    gpio_start(on_heard);
    os_timer_disarm(&main_state.tick);
    os_timer_setfn(&main_state.tick, on_tick, NULL);
    wait();
}

/* Commands about updates: Upgrade, UpgradeSerial, OtaKey. */
#include "firmware/core/command_private.h"

#include <string.h>

#include "firmware/core/update_private.h"
#include "firmware/core/update_serial.h"
#include "firmware/core/version.h"

#define HALF (HAL_KEY_SIZE / 2)
#define HEX ((size_t)2 * HAL_KEY_SIZE) /* digits */

/* The prime of P-256 (SEC 2, 2.4.2): coordinates are below it. */
static const uint8_t prime[HALF] = {
    0xFF, 0xFF, 0xFF, 0xFF, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xFF, 0xFF,
    0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};

/* x.y.z, or 0. */
static uint32_t read_version(const char *text, size_t size)
{
    uint32_t part[3] = {0};
    unsigned n = 0;
    for (size_t i = 0; i < size; i++) {
        if (text[i] == '.' && n < 2)
            n++;
        else if (text_is_digit(text[i]) && part[n] <= UINT8_MAX)
            part[n] = 10 * part[n] + (uint32_t)(text[i] - '0');
        else
            return 0;
    }
    bool is_one = n == 2 && part[0] <= UINT8_MAX && part[1] <= UINT8_MAX;
    return is_one ? OTA_VERSION(part[0], part[1], part[2]) : 0;
}

/* What a Tasmota client says to begin an update. */
static bool is_begin(const struct command_call *call)
{
    return (call->size == 1 && call->payload[0] == '1') ||
           read_version(call->payload, call->size) > version_number;
}

static void begin_upgrade(struct command_call *call)
{
    struct device *dev = call->dev;
    struct text *out = &call->reply;
    command_open(call, false);
    if (!is_begin(call)) {
        text_format(out, "\"1 or >%s to upgrade\"}", version_text);
        return;
    }
    if (dev->settings.ota_url[0])
        text_format(out, "\"Version %s from %s\"}", version_text,
                    dev->settings.ota_url);
    else
        text_add(out,
                 "\"OtaUrl is empty: OtaUrl http://host/pogo.ota sets it\"}");
    command_send(call, "RESULT");
    update_fetch_begin(dev);
}

void run_upgrade(struct command_call *call)
{
    const struct update *update = &call->dev->update;
    struct text *out = &call->reply;
    if (!call->is_query) {
        begin_upgrade(call);
        return;
    }
    command_open(call, false);
    text_format(out, "\"Version %s in slot %c, %s", version_text,
                'A' + (int)update->boot.slot,
                update->is_confirmed ? "confirmed" : "on trial");
    if (update->was_left) {
        text_add(out, "; left ");
        update_put_left(call->dev, out);
    }
    text_add(out, "\"}");
}

void run_upgrade_serial(struct command_call *call)
{
    if (!command_in_range(call)) {
        command_fail(call);
        return;
    }
    if (call->dev->update_serial.state == SERIAL_TEXT) {
        command_open(call, false);
        text_add(&call->reply, "\"Send\"}");
        command_send(call, "RESULT");
    }
    (void)!update_serial_begin(call->dev, (uint32_t)call->number);
}

static int digit_of(char c)
{
    char u = text_upper(c);
    if (text_is_digit(c))
        return c - '0';
    return u >= 'A' && u <= 'F' ? u - 'A' + 10 : -1;
}

/* 128 hex digits. */
static bool read_key(const struct command_call *call, uint8_t *key)
{
    if (call->size != HEX)
        return false;
    for (size_t i = 0; i < HAL_KEY_SIZE; i++) {
        int high = digit_of(call->payload[2 * i]);
        int low = digit_of(call->payload[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        key[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

/* What no point of the curve has is refused. Whether it is one would take long
 * to know; a key that is none has signed nothing. */
static bool can_be_key(const uint8_t key[HAL_KEY_SIZE])
{
    return memcmp(key, prime, HALF) < 0 && memcmp(key + HALF, prime, HALF) < 0;
}

void run_ota_key(struct command_call *call)
{
    struct device *dev = call->dev;
    uint8_t key[HAL_KEY_SIZE] = {0};
    bool is_owners;
    bool is_reset = call->size == 1 && call->payload[0] == '0';
    if (!call->is_query && !is_reset &&
        (!read_key(call, key) || !can_be_key(key))) {
        command_fail(call);
        device_log(dev, "UPD: OtaKey takes 128 hex digits, which pogo key "
                        "FILE.pem shows, or 0");
        return;
    }
    if (!call->is_query) {
        memcpy(dev->settings.ota_key, key, sizeof(key));
        device_changed(dev);
    }
    uint32_t id = update_key_id(update_key(dev, &is_owners));
    command_open(call, false);
    text_format(&call->reply, "{\"Id\":\"%08x\",\"Owner\":\"%s\"}}",
                (unsigned)id, is_owners ? "you" : "the builder");
}

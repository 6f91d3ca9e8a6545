/* Commands about the device in its network: IPAddress, WifiPower, Ap. */
#include "firmware/core/command_private.h"

/* ---- addresses ----------------------------------------------------------- */

/* Ones, then zeroes, at least two of them. */
static bool is_mask(uint32_t mask)
{
    uint32_t hosts = ~mask;
    return mask && hosts >= 3 && (hosts & (hosts + 1)) == 0;
}

/* One that a device can have: not 0.x, 127.x or a group; its own neither the
 * first nor the last of its network. */
static bool is_usable(struct device *dev, unsigned index, uint32_t address)
{
    uint32_t room[HAL_WIFI_ADDRESSES], first = address >> 24;
    (void)wifi_addresses(dev, room);
    uint32_t hosts = ~room[HAL_WIFI_MASK];
    if (index == HAL_WIFI_MASK)
        return is_mask(address);
    if (first == 0 || first == 127 || first >= 224)
        return false;
    return index != HAL_WIFI_IP ||
           ((address & hosts) != 0 && (address & hosts) != hosts);
}

/* The first one tells the address in use, too. */
static void put_address(struct command_call *call, unsigned index)
{
    uint32_t room[HAL_WIFI_ADDRESSES];
    (void)wifi_addresses(call->dev, room);
    text_add(&call->reply, "\"");
    status_put_address(&call->reply, room[index]);
    if (index == HAL_WIFI_IP) {
        text_add(&call->reply, " (");
        status_put_ip(call);
        text_add(&call->reply, ")");
    }
    text_add(&call->reply, "\"");
}

void run_ip_address(struct command_call *call)
{
    unsigned index = call->index - 1;
    uint32_t address;
    if (call->is_query && !call->has_index) {
        for (unsigned i = 0; i < HAL_WIFI_ADDRESSES; i++) {
            text_format(&call->reply, "%c\"IPAddress%u\":", i ? ',' : '{',
                        i + 1);
            put_address(call, i);
        }
        text_add(&call->reply, "}");
        return;
    }
    if (index >= HAL_WIFI_ADDRESSES ||
        (!call->is_query &&
         (!text_address(call->payload, call->size, &address) ||
          (address && !is_usable(call->dev, index, address))))) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        call->dev->settings.ip_address[index] = address;
        command_changed(call);
    }
    command_open(call, true);
    put_address(call, index);
    text_add(&call->reply, "}");
}

/* ---- power --------------------------------------------------------------- */

void command_put_power(struct text *out, unsigned tenths)
{
    text_format(out, "%u.%u", tenths / 10, tenths % 10);
}

/* "17", "17.5": in tenths. */
static bool parse_power(const struct command_call *call, unsigned *out)
{
    const char *at = call->payload;
    size_t size = call->size;
    unsigned last = 0;
    int32_t whole;
    if (size > 2 && at[size - 2] == '.' && text_is_digit(at[size - 1])) {
        last = (unsigned)(at[size - 1] - '0');
        size -= 2;
    }
    if (!text_number(at, size, &whole) || whole < 0 || whole > 20)
        return false;
    *out = (unsigned)whole * 10 + last;
    return *out <= settings_row(KEY_WIFI_POWER)->max;
}

void run_wifi_power(struct command_call *call)
{
    struct settings *settings = &call->dev->settings;
    unsigned tenths;
    if (!call->is_query && !parse_power(call, &tenths)) {
        command_fail(call);
        return;
    }
    if (!call->is_query) {
        settings->wifi_power = (uint8_t)tenths;
        command_changed(call);
    }
    command_open(call, false);
    command_put_power(&call->reply, settings->wifi_power);
    text_add(&call->reply, "}");
}

/* ---- which network ------------------------------------------------------- */

void run_ap(struct command_call *call)
{
    struct device *dev = call->dev;
    unsigned network = dev->wifi.network;
    if (!call->is_query) {
        if (command_in_range(call))
            network = call->number ? (unsigned)call->number - 1 : !network;
        if (!command_in_range(call) || !wifi_choose(dev, network)) {
            command_fail(call);
            return;
        }
    }
    command_open(call, false);
    text_format(&call->reply, "{\"%u\":\"", network + 1);
    text_json(&call->reply, dev->settings.ssid[network]);
    text_add(&call->reply, "\"}}");
}

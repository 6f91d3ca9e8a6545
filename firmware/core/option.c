#include "firmware/core/option.h"

#include "firmware/core/command_private.h"

#define OWNERS true

/* clang-format off */
const struct option_row options[] = {
    {0, KEY_OPTION, OPTION_SAVE_STATE, 0, "relays' states are kept over a loss of power"},
    {1, KEY_OPTION, OPTION_RESTRICT, 0, "three presses and more of a button do nothing"},
    {3, KEY_OPTION, OPTION_MQTT, OWNERS, "MQTT is used, when there is a MqttHost"},
    {4, KEY_OPTION, OPTION_COMMAND_TOPIC, OWNERS, "results come as stat/.../<COMMAND>, not RESULT"},
    {8, KEY_NONE, 0, 0, "nothing here measures degrees"},
    {10, KEY_OPTION, OPTION_OLD_TOPIC, OWNERS, "after a change of topics the old LWT says Offline; else it is gone"},
    {11, KEY_OPTION, OPTION_SWAP_PRESSES, 0, "single and double press are swapped"},
    {12, KEY_NONE, 0, 0, "settings have a log of four sectors, which wears evenly"},
    {13, KEY_OPTION, OPTION_IMMEDIATE, 0, "a button acts when it goes down; single presses only"},
    {19, KEY_OPTION, OPTION_NO_DISCOVERY, OWNERS, "nothing is said for discovery (Home Assistant)"},
    {26, KEY_OPTION, OPTION_POWER_INDEX, 0, "POWER1 also when there is one relay"},
    {30, KEY_OPTION, OPTION_LIGHTS, OWNERS, "discovery announces relays as lights"},
    {31, KEY_OPTION, OPTION_STEADY_LED, 0, "the LED does not show that Wi-Fi or the broker is missing"},
    {32, KEY_HOLD_TIME, 0, 0, "x 0.1 s that make a press a hold"},
    {34, KEY_BACKLOG_DELAY, 0, 0, "ms between two commands of a backlog"},
    {36, KEY_CRASH_LOOPS, 0, OWNERS, "x + 4 crashes in a row lead to safe mode; 0: none do"},
    {40, KEY_HOLD_IGNORE, 0, 0, "with SetOption1: a press longer than x 0.1 s is none; 0: never"},
    {41, KEY_ARP_TIME, 0, OWNERS, "1..100: every x s the network is told who has the device's address; 101..255: every x - 100 minutes; 0: never"},
    {46, KEY_NONE, 0, 0, "relays take their state at once, before all else"},
    {47, KEY_RESTORE_DELAY, 0, 0, "power is back, relays come on 3..255: after x s; 1: when Wi-Fi is joined; 2: when the broker is; 0: at once"},
    {51, KEY_NONE, 1, 0, "GPIO9 and GPIO10 are free where the chip has them, an ESP8285"},
    {52, KEY_OPTION, OPTION_TIME_ZONE, 0, "Time in messages ends with its distance from UTC"},
    {53, KEY_NONE, 0, 0, "the page is Pogo's own: names and address are under Information"},
    {55, KEY_OPTION, OPTION_MDNS, OWNERS, "the device tells its name and page by mDNS (http://<Hostname>.local)"},
    {56, KEY_NONE, 0, 0, "no scan before joining: where it was last, then SSId1 and SSId2 in turn"},
    {57, KEY_NONE, 0, 0, "a network that holds is kept, whatever else is on the air"},
    {59, KEY_OPTION, OPTION_TELL_STATE, 0, "tele/STATE is told after Power, too"},
    {60, KEY_NONE, 0, 0, "sleep is dynamic: until something comes or is due"},
    {61, KEY_OPTION, OPTION_LOCAL_TOO, 0, "ButtonTopic and SwitchTopic switch the relay here, too"},
    {62, KEY_OPTION, OPTION_NO_HOLD_RETAIN, 0, "the broker is not asked to keep a HOLD"},
    {63, KEY_NONE, 1, 0, "after a restart relays are what they were by memory, not by their pins"},
    {64, KEY_NONE, 0, 0, "no sensor here has a number in its name"},
    {65, KEY_OPTION, OPTION_NO_CYCLES, OWNERS, "power cycles do not open the set-up access point"},
    {73, KEY_OPTION, OPTION_DETACH_BUTTON, 0, "buttons only say what they were pressed for"},
    {74, KEY_NONE, 0, 0, "there is no DS18x20 here"},
    {75, KEY_OPTION, OPTION_PLAIN_GROUP, OWNERS, "group topics are <prefix>/<group>/ whatever FullTopic says"},
    {78, KEY_NONE, 0, 0, "an update is always looked at: is it for this device?"},
    {90, KEY_OPTION, OPTION_JSON_ONLY, OWNERS, "only JSON is published to stat/, no plain POWER = ON"},
    {104, KEY_OPTION, OPTION_NO_RETAIN, OWNERS, "the broker is never asked to keep anything"},
    {109, KEY_NONE, 0, 0, "no Hue is played for Alexa"},
    {114, KEY_OPTION, OPTION_DETACH_SWITCH, 0, "switches only say how they were moved"},
    {126, KEY_NONE, 0, 0, "there is no DS18x20 here"},
    {127, KEY_OPTION, OPTION_NO_SLEEP, OWNERS, "the radio does not sleep between beacons: quicker answers, more current"},
    {128, KEY_OPTION, OPTION_NO_API | OPTION_INVERSE, 0, "any tool may use /cm; 0: only the device's own page"},
    {141, KEY_NONE, 0, 0, "the page is Pogo's own: the module's name stays where it is"},
    {142, KEY_NONE, 1, 0, "who joins a network is always given the time that it takes"},
    {161, KEY_NONE, 0, 0, "the page is Pogo's own: the state's text stays where it is"},
    {163, KEY_NONE, 0, 0, "the page is Pogo's own: the device's name stays where it is"},
};
/* clang-format on */
const size_t option_count = sizeof(options) / sizeof(options[0]);

static const struct option_row *find(unsigned number)
{
    for (size_t i = 0; i < option_count; i++) {
        if (options[i].number == number)
            return &options[i];
    }
    return NULL;
}

/* How Tasmota groups them: bits are words of 32, but 32 to 49 are bytes. */
#define BYTES_FROM 32u
#define BYTES_TO 50u
#define WORDS_AFTER 4u

bool option_is_number(const struct option_row *row)
{
    return row->number >= BYTES_FROM && row->number < BYTES_TO;
}

static bool is_inverse(const struct option_row *row)
{
    return row->bit & OPTION_INVERSE;
}

static enum option_bit bit_of(const struct option_row *row)
{
    return (enum option_bit)(row->bit & ~OPTION_INVERSE);
}

static uint32_t value_of(const struct settings *settings,
                         const struct option_row *row)
{
    if (row->key == KEY_OPTION)
        return settings_option(settings, bit_of(row)) != is_inverse(row);
    if (row->key == KEY_NONE)
        return row->bit;
    return settings_number(settings, row->key, 0);
}

/* ---- SetOption ----------------------------------------------------------- */

static bool is_value(const struct command_call *call,
                     const struct option_row *row)
{
    const struct settings_row *setting = settings_row(row->key);
    uint32_t value = (uint32_t)call->number;
    if (!call->has_number || call->number < 0)
        return false;
    if (setting && row->key != KEY_OPTION)
        return value >= setting->min && value <= setting->max;
    return value <= (option_is_number(row) ? UINT8_MAX : 1u);
}

static void set(struct command_call *call, const struct option_row *row)
{
    struct settings *settings = &call->dev->settings;
    if (row->key == KEY_NONE) {
        if ((uint32_t)call->number != row->bit)
            device_log_parts(
                call->dev, (const char *const[]){"CMD: It stays: ", row->help},
                2);
        return;
    }
    if (row->key == KEY_OPTION)
        settings_set_option(settings, bit_of(row),
                            (call->number == 1) != is_inverse(row));
    else
        settings_set_number(settings, row->key, 0, (uint32_t)call->number);
    device_setting_changed(call->dev, row->key);
}

void run_set_option(struct command_call *call)
{
    const struct option_row *row = call->has_index ? find(call->index) : NULL;
    if (!row || (!call->is_query && !is_value(call, row))) {
        command_fail(call);
        return;
    }
    if (call->dev->mqtt.is_group && !call->is_query && row->is_owners) {
        command_refuse(call);
        return;
    }
    if (!call->is_query)
        set(call, row);
    uint32_t value = value_of(&call->dev->settings, row);
    command_open(call, true);
    if (option_is_number(row))
        text_format(&call->reply, "%u}", (unsigned)value);
    else
        text_format(&call->reply, "\"%s\"}",
                    device_state_text(call->dev, value));
}

/* ---- Status 3 ------------------------------------------------------------ */

static void put_word(const struct settings *settings, unsigned from,
                     struct text *out)
{
    uint32_t word = 0;
    for (unsigned i = 0; i < 32; i++) {
        const struct option_row *row = find(from + i);
        if (row && value_of(settings, row))
            word |= 1u << i;
    }
    text_format(out, "\"%08X\"", word);
}

void options_put(const struct settings *settings, struct text *out)
{
    put_word(settings, 0, out);
    text_add(out, ",\"");
    for (unsigned n = BYTES_FROM; n < BYTES_TO; n++) {
        const struct option_row *row = find(n);
        text_format(out, "%02X", row ? value_of(settings, row) : 0u);
    }
    text_add(out, "\"");
    for (unsigned i = 0; i < WORDS_AFTER; i++) {
        text_add(out, ",");
        put_word(settings, BYTES_TO + 32 * i, out);
    }
}

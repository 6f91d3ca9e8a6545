#include "firmware/core/settings.h"

#include "firmware/core/component.h"
#include "firmware/core/module.h"
#include "format/bytes.h"
#include "format/crc32.h"

#define MAGIC 0x32534750u /* "PGS2" */
#define HEAD 12u
#define FIELD_HEAD 4u

#define NUMBER(key, member)                                                    \
    {                                                                          \
        key, sizeof(((struct settings *)0)->member), 1,                        \
            sizeof(((struct settings *)0)->member),                            \
            offsetof(struct settings, member)                                  \
    }
#define NUMBERS(key, member)                                                   \
    {                                                                          \
        key, sizeof(((struct settings *)0)->member[0]),                        \
            sizeof(((struct settings *)0)->member) /                           \
                sizeof(((struct settings *)0)->member[0]),                     \
            sizeof(((struct settings *)0)->member[0]),                         \
            offsetof(struct settings, member)                                  \
    }
#define TEXT(key, member)                                                      \
    {                                                                          \
        key, 0, 1, sizeof(((struct settings *)0)->member),                     \
            offsetof(struct settings, member)                                  \
    }
#define TEXTS(key, member)                                                     \
    {                                                                          \
        key, 0,                                                                \
            sizeof(((struct settings *)0)->member) /                           \
                sizeof(((struct settings *)0)->member[0]),                     \
            sizeof(((struct settings *)0)->member[0]),                         \
            offsetof(struct settings, member)                                  \
    }

/* clang-format off */
const struct settings_row settings_rows[] = {
    NUMBER(KEY_MODULE, module),
    TEXT(KEY_TEMPLATE_NAME, template.name),
    NUMBERS(KEY_TEMPLATE_PIN, template.pin),
    NUMBER(KEY_TEMPLATE_BASE, template.base),
    NUMBERS(KEY_USER_PIN, user_pin),
    NUMBER(KEY_POWER, power),
    NUMBER(KEY_POWER_ON_STATE, power_on_state),
    NUMBERS(KEY_PULSE_TIME, pulse_time),
    NUMBERS(KEY_SWITCH_MODE, switch_mode),
    NUMBER(KEY_BUTTON_DEBOUNCE, button_debounce),
    NUMBER(KEY_SWITCH_DEBOUNCE, switch_debounce),
    NUMBER(KEY_LED_STATE, led_state),
    NUMBER(KEY_LED_POWER, led_power),
    NUMBER(KEY_SERIAL_LOG, serial_log),
    TEXTS(KEY_FRIENDLY_NAME, friendly_name),
    TEXT(KEY_DEVICE_NAME, device_name),
    TEXT(KEY_TOPIC, topic),
    NUMBER(KEY_BLINK_TIME, blink_time),
    NUMBER(KEY_BLINK_COUNT, blink_count),
    NUMBER(KEY_BOOT_COUNT, boot_count),
    NUMBER(KEY_SAVE_COUNT, save_count),
    NUMBER(KEY_OPTION, option),
    NUMBER(KEY_HOLD_TIME, hold_time),
    NUMBER(KEY_BACKLOG_DELAY, backlog_delay),
    NUMBERS(KEY_OTA_KEY, ota_key),
    NUMBER(KEY_QUICK_STARTS, quick_starts),
    TEXTS(KEY_SSID, ssid),
    TEXTS(KEY_PASSWORD, password),
    NUMBER(KEY_UPDATE_EXPECTS, update_expects),
};
/* clang-format on */
const size_t settings_row_count =
    sizeof(settings_rows) / sizeof(settings_rows[0]);

void settings_default(struct settings *settings)
{
    *settings = (struct settings){
        .module = MODULE_BASIC,
        .power_on_state = 3,
        .button_debounce = 50,
        .switch_debounce = 50,
        .led_state = 1,
        .serial_log = 2,
        .blink_time = 10,
        .blink_count = 10,
        .option = 1u << OPTION_SAVE_STATE,
        .hold_time = 40,
        .backlog_delay = 200,
    };
    (void)module_template(MODULE_GENERIC, &settings->template);
}

static const struct settings_row *find_row(unsigned key)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        if (settings_rows[i].key == key)
            return &settings_rows[i];
    }
    return NULL;
}

static uint32_t get_number(const void *at, unsigned size)
{
    if (size == 1)
        return *(const uint8_t *)at;
    return size == 2 ? *(const uint16_t *)at : *(const uint32_t *)at;
}

static void set_number(void *at, unsigned size, uint32_t value)
{
    if (size == 1)
        *(uint8_t *)at = (uint8_t)value;
    else if (size == 2)
        *(uint16_t *)at = (uint16_t)value;
    else
        *(uint32_t *)at = value;
}

/* Every offset is that of a member of the right type, hence aligned. */
static const void *element(const struct settings *settings,
                           const struct settings_row *row, unsigned index)
{
    return (const char *)settings + row->offset + (size_t)row->room * index;
}

static void *element_for_change(struct settings *settings,
                                const struct settings_row *row, unsigned index)
{
    return (char *)settings + row->offset + (size_t)row->room * index;
}

uint32_t settings_number(const struct settings *settings, unsigned key,
                         unsigned index)
{
    const struct settings_row *row = find_row(key);
    if (!row || row->size == 0 || index >= row->count)
        return 0;
    return get_number(element(settings, row, index), row->size);
}

void settings_set_number(struct settings *settings, unsigned key,
                         unsigned index, uint32_t value)
{
    const struct settings_row *row = find_row(key);
    if (row && row->size > 0 && index < row->count)
        set_number(element_for_change(settings, row, index), row->size, value);
}

char *settings_text(struct settings *settings, unsigned key, unsigned index,
                    size_t *room)
{
    const struct settings_row *row = find_row(key);
    if (!row || row->size > 0 || index >= row->count)
        return NULL;
    *room = row->room;
    return element_for_change(settings, row, index);
}

unsigned settings_count(unsigned key)
{
    const struct settings_row *row = find_row(key);
    return row ? row->count : 0;
}

static size_t encode_field(uint8_t *out, const struct settings_row *row,
                           unsigned index, const void *value)
{
    size_t size = row->size;
    uint8_t *data = out + FIELD_HEAD;
    if (size == 0) {
        const char *text = value;
        while (size + 1 < row->room && text[size]) {
            data[size] = (uint8_t)text[size];
            size++;
        }
    } else {
        uint32_t number = get_number(value, row->size);
        for (size_t i = 0; i < size; i++)
            data[i] = (uint8_t)(number >> (8 * i));
    }
    out[0] = row->key;
    out[1] = (uint8_t)index;
    put_u16le(out + 2, (uint16_t)size);
    while (size % 4)
        data[size++] = 0xFF;
    return FIELD_HEAD + size;
}

size_t settings_encode(const struct settings *settings, uint32_t sequence,
                       uint8_t *record)
{
    size_t at = HEAD;
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++)
            at += encode_field(record + at, row, k, element(settings, row, k));
    }
    put_u32le(record, MAGIC);
    put_u32le(record + 4, sequence);
    put_u32le(record + 8, (uint32_t)(at - HEAD));
    put_u32le(record + at, crc32_update(0, record, at));
    return at + 4;
}

static void decode_field(struct settings *settings, const uint8_t *field,
                         size_t size)
{
    const struct settings_row *row = find_row(field[0]);
    const uint8_t *data = field + FIELD_HEAD;
    if (!row || field[1] >= row->count)
        return; /* of a later version */
    void *to = element_for_change(settings, row, field[1]);
    if (row->size == 0) {
        char *text = to;
        size_t n = size < row->room ? size : row->room - 1u;
        for (size_t i = 0; i < n; i++)
            text[i] = (char)data[i];
        text[n] = 0;
        return;
    }
    uint32_t number = 0;
    for (size_t i = 0; i < size && i < 4; i++)
        number |= (uint32_t)data[i] << (8 * i);
    set_number(to, row->size, number);
}

enum err settings_check(const uint8_t *record, size_t size, uint32_t *sequence)
{
    if (size < HEAD + 4 || get_u32le(record) != MAGIC)
        return ERR_FORMAT;
    size_t end = get_u32le(record + 8);
    if (end % 4 || end > size - HEAD - 4)
        return ERR_FORMAT;
    end += HEAD;
    if (get_u32le(record + end) != crc32_update(0, record, end))
        return ERR_MISMATCH;
    *sequence = get_u32le(record + 4);
    return ERR_NONE;
}

enum err settings_decode(struct settings *settings, const uint8_t *record,
                         size_t size)
{
    uint32_t sequence;
    settings_default(settings);
    enum err e = settings_check(record, size, &sequence);
    if (e != ERR_NONE)
        return e;
    size_t end = HEAD + get_u32le(record + 8);
    for (size_t at = HEAD; at + FIELD_HEAD <= end;) {
        size_t length = get_u16le(record + at + 2);
        size_t padded = (length + 3u) & ~(size_t)3;
        if (padded > end - at - FIELD_HEAD)
            return ERR_FORMAT;
        decode_field(settings, record + at, length);
        at += FIELD_HEAD + padded;
    }
    return ERR_NONE;
}

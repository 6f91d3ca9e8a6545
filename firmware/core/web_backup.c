/* Settings as JSON, out (/dl) and in (/rs, /u2): one member per setting, by the
 * settings table. Passwords are not in it: restoring leaves those that the
 * device has. What belongs to one device's life (counts, the web's password)
 * does neither leave nor enter.
 *
 * Coming in, a member at a time is kept. Nothing is saved before the last brace
 * is read; when something is wrong the settings are those from flash again. */
#include "firmware/core/web_file.h"

#include "firmware/core/version.h"
#include "firmware/net/json.h"

/* ---- which --------------------------------------------------------------- */

static bool is_of_this_device(const struct settings_row *row)
{
    static const uint8_t keys[] = {
        KEY_BOOT_COUNT, KEY_SAVE_COUNT,   KEY_QUICK_STARTS, KEY_UPDATE_EXPECTS,
        KEY_WEB_AUTH,   KEY_WEB_PASSWORD, KEY_BOOTS_SINCE};
    for (size_t i = 0; i < sizeof(keys); i++) {
        if (row->key == keys[i])
            return true;
    }
    return false;
}

/* ---- out ----------------------------------------------------------------- */

#define MEMBER_MOST 1800u /* bytes: eight names, all of it escaped */

static void put_hex(struct web_out *out, const uint8_t *bytes, size_t size)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        web_put_size(out, &digits[bytes[i] >> 4], 1);
        web_put_size(out, &digits[bytes[i] & 15u], 1);
    }
}

static void put_element(struct web_out *out, const struct settings_row *row,
                        const void *element)
{
    if (row->kind == KIND_NUMBER) {
        web_put_number(out, settings_number_at(row, element));
        return;
    }
    web_put(out, "\"");
    if (row->kind == KIND_TEXT)
        web_put_json(out, element);
    else
        put_hex(out, element, row->room);
    web_put(out, "\"");
}

static void put_member(struct web_out *out, const struct settings *settings,
                       const struct settings_row *row)
{
    bool is_list = row->count > 1;
    web_put(out, ",\n\"");
    web_put_json(out, row->name);
    web_put(out, is_list ? "\":[" : "\":");
    for (unsigned i = 0; i < row->count; i++) {
        web_put(out, i ? "," : "");
        put_element(out, row, settings_at(settings, row, i));
    }
    web_put(out, is_list ? "]" : "");
}

static bool put_more(struct device *dev, struct web_out *out, uint32_t *at)
{
    for (; *at < settings_row_count; ++*at) {
        const struct settings_row *row = &settings_rows[*at];
        if (row->kind == KIND_SECRET || is_of_this_device(row))
            continue;
        if (web_room(out) < MEMBER_MOST)
            return true;
        put_member(out, &dev->settings, row);
    }
    web_put(out, "}\n");
    return false;
}

void web_run_backup(struct web_call *call)
{
    char line[112];
    struct text text;
    struct web_out out;
    text_init(&text, line, sizeof(line));
    text_add(&text, "Content-Disposition: attachment; filename=\"Config_");
    wifi_host_name(call->dev, &text);
    text_format(&text, "_%s.json\"\r\n", version_text);
    web_begin(call->dev, &out, call->client, 200, WEB_JSON, line,
              WEB_SIZE_OPEN);
    web_put(&out, "{\"Pogo\":\"");
    web_put(&out, version_text);
    web_put(&out, "\"");
    web_end_later(call->dev, &out, put_more);
}

/* ---- in: a member -------------------------------------------------------- */

static bool read_number(const struct json_item *item, uint32_t *value)
{
    *value = 0;
    for (size_t i = 0; i < item->size; i++) {
        if (!text_is_digit(item->text[i]) || *value > (UINT32_MAX - 9) / 10)
            return false;
        *value = *value * 10 + (uint32_t)(item->text[i] - '0');
    }
    return item->kind == JSON_NUMBER && item->size > 0;
}

static int digit(char c)
{
    char u = text_upper(c);
    if (text_is_digit(c))
        return c - '0';
    return u >= 'A' && u <= 'F' ? u - 'A' + 10 : -1;
}

static bool read_hex(const struct json_item *item, uint8_t *bytes, size_t size)
{
    if (item->size != 2 * size)
        return false;
    for (size_t i = 0; i < size; i++) {
        int high = digit(item->text[2 * i]), low = digit(item->text[2 * i + 1]);
        if (high < 0 || low < 0)
            return false;
        bytes[i] = (uint8_t)(high << 4 | low);
    }
    return true;
}

static bool set_element(struct device *dev, const struct settings_row *row,
                        unsigned index, const struct json_item *item)
{
    char text[SETTINGS_OTA_KEY + 2]; /* no text is longer */
    uint32_t number;
    void *at = settings_at_for_change(&dev->settings, row, index);
    if (row->kind == KIND_NUMBER) {
        if (!read_number(item, &number) || number < row->min ||
            number > row->max)
            return false;
        settings_set_number_at(row, at, number);
        return true;
    }
    if (item->kind != JSON_STRING)
        return false;
    if (row->kind == KIND_BYTES)
        return read_hex(item, at, row->room);
    json_string(item, text, sizeof(text));
    size_t size = text_length(text);
    if (size >= row->room)
        return false;
    text_copy(at, row->room, text, size);
    return true;
}

static const struct settings_row *row_of(const struct json_item *item)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        if (text_same_size(item->key, item->key_size, settings_rows[i].name))
            return &settings_rows[i];
    }
    return NULL; /* of another version */
}

static enum err read_member(struct device *dev, const char *text, size_t size)
{
    struct json json;
    json_init(&json, text, size);
    (void)json_next(&json); /* the brace */
    struct json_item item = json_next(&json);
    const struct settings_row *row = item.key ? row_of(&item) : NULL;
    bool is_list = item.kind == JSON_ARRAY;
    if (!item.key)
        return ERR_FORMAT;
    if (!row || is_of_this_device(row))
        return ERR_NONE;
    if (is_list)
        item = json_next(&json);
    for (unsigned i = 0; item.kind != JSON_CLOSE; i++) {
        if (i >= row->count || !set_element(dev, row, i, &item))
            return ERR_FORMAT;
        item = json_next(&json);
    }
    if (is_list)
        item = json_next(&json);
    return item.kind == JSON_CLOSE && json_next(&json).kind == JSON_END
               ? ERR_NONE
               : ERR_FORMAT;
}

/* ---- in: the bytes ------------------------------------------------------- */

static enum err end_member(struct device *dev, struct web_file *file)
{
    file->member[file->size++] = '}';
    enum err e = read_member(dev, file->member, file->size);
    file->size = 1;
    return e;
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void follow_text(struct web_file *file, char c)
{
    bool is_end = c == '"' && !file->is_escaped;
    file->is_escaped = c == '\\' && !file->is_escaped;
    file->is_text = !is_end;
}

static enum err keep(struct web_file *file, char c)
{
    if (file->size + 2u > sizeof(file->member))
        return ERR_NO_ROOM;
    file->member[file->size++] = c;
    return ERR_NONE;
}

/* depth 1 is within the braces of the whole. */
static enum err take(struct device *dev, struct web_file *file, char c)
{
    if (file->is_text) {
        follow_text(file, c);
        return keep(file, c);
    }
    if (is_blank(c))
        return ERR_NONE;
    if (file->is_over || (file->depth == 0 && c != '{'))
        return ERR_FORMAT;
    if (file->depth == 0) {
        file->depth = 1;
        file->size = 0;
        return keep(file, '{');
    }
    if (file->depth == 1 && (c == ',' || c == '}')) {
        file->is_over = c == '}';
        return end_member(dev, file);
    }
    if (c == '{' || c == '[')
        file->depth++;
    else if (c == '}' || c == ']')
        file->depth--;
    file->is_text = c == '"';
    return file->depth >= 1 && file->depth < JSON_DEPTH ? keep(file, c)
                                                        : ERR_FORMAT;
}

enum err web_restore_bytes(struct device *dev, struct web_file *file,
                           const uint8_t *bytes, size_t size)
{
    enum err e = ERR_NONE;
    for (size_t i = 0; i < size && e == ERR_NONE; i++)
        e = take(dev, file, (char)bytes[i]);
    return e;
}

enum err web_restore_end(struct device *dev, struct web_file *file, enum err e)
{
    if (e == ERR_NONE && !file->is_over)
        e = ERR_FORMAT;
    if (e == ERR_NONE)
        e = device_save(dev);
    if (e != ERR_NONE)
        (void)!settings_load(&dev->settings, &dev->store, dev->flash);
    else
        device_restart_soon(dev);
    dev->web.is_restoring = false;
    return e;
}

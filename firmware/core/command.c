#include "firmware/core/command.h"

#include "firmware/core/device.h"

/* Tasmota's state words. */
static const struct {
    const char *word;
    int32_t number;
} words[] = {
    {"OFF", 0},   {"FALSE", 0}, {"STOP", 0},     {"DOWN", 0},  {"CLOSE", 0},
    {"ON", 1},    {"TRUE", 1},  {"START", 1},    {"USER", 1},  {"TOGGLE", 2},
    {"ADMIN", 2}, {"BLINK", 3}, {"BLINKOFF", 4}, {"ALL", 255},
};

bool command_number(const struct device *dev, const char *text, size_t size,
                    int32_t *out)
{
    if (text_number(text, size, out))
        return true;
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (text_same_size(text, size, words[i].word)) {
            *out = words[i].number;
            return true;
        }
    }
    for (unsigned i = 0; i <= STATE_TOGGLE; i++) {
        if (text_same_size(text, size, device_state_text(dev, i))) {
            *out = (int32_t)i;
            return true;
        }
    }
    return false;
}

static bool is_name_char(char c)
{
    char u = text_upper(c);
    return (u >= 'A' && u <= 'Z') || text_is_digit(c) || c == '_' || c == '/';
}

struct span {
    const char *at;
    size_t size;
};

static void trim(struct span *span)
{
    while (span->size > 0 && span->at[0] == ' ') {
        span->at++;
        span->size--;
    }
    while (span->size > 0 && span->at[span->size - 1] == ' ')
        span->size--;
}

/* The last segment of what may be a topic; moves rest past it. */
static struct span take_name(struct span *rest)
{
    struct span name = {rest->at, 0};
    while (rest->size > 0 && is_name_char(rest->at[0])) {
        name.size++;
        rest->at++;
        rest->size--;
        if (rest->at[-1] == '/')
            name = (struct span){rest->at, 0};
    }
    return name;
}

/* Cut the digits at the name's end off into the index. */
static void take_index(struct command_call *call, struct span *name)
{
    size_t digits = 0;
    while (digits < name->size &&
           text_is_digit(name->at[name->size - 1 - digits]))
        digits++;
    call->index = 1;
    call->has_index = digits > 0;
    if (digits == 0)
        return;
    name->size -= digits;
    call->index = 0;
    for (size_t i = 0; i < digits; i++) {
        if (call->index < 100000)
            call->index =
                call->index * 10 + (unsigned)(name->at[name->size + i] - '0');
    }
}

static const struct command *find(const struct span *name)
{
    for (size_t i = 0; i < command_count; i++) {
        if (text_same_size(name->at, name->size, commands[i].name))
            return &commands[i];
    }
    return NULL;
}

static void reply_empty(struct command_call *call)
{
    text_init(&call->reply, call->dev->reply, sizeof(call->dev->reply));
}

void command_send(struct command_call *call, const char *topic)
{
    if (call->reply.size > 0)
        device_result(call->dev, topic, call->reply.at);
    reply_empty(call);
}

/* Bytes of a name at the line's beginning with its index, or 0. */
static size_t match_name(const char *line, size_t size, const char *name)
{
    size_t n = text_length(name);
    if (n > size || !text_same_size(line, n, name))
        return 0;
    while (n < size && text_is_digit(line[n]))
        n++;
    return n;
}

/* Up to behind a name that something follows; size: all. */
static size_t shown_up_to(const char *line, size_t size, const char *name)
{
    for (size_t at = 0; at < size; at++) {
        size_t n = match_name(line + at, size - at, name);
        if (n > 0 && at + n < size)
            return at + n;
    }
    return size;
}

size_t command_shown(const char *line, size_t size)
{
    /* The one command with a secret that is no setting. */
    size = shown_up_to(line, size, "WiFiTest");
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        if (row->kind == KIND_SECRET)
            size = shown_up_to(line, size, row->name);
    }
    return size;
}

static void fail_unknown(struct command_call *call, const struct span *name)
{
    text_add(&call->reply, "{\"Command\":\"Unknown\",\"Input\":\"");
    for (size_t i = 0; i < name->size; i++) {
        char c = text_upper(name->at[i]);
        text_json_size(&call->reply, &c, 1);
    }
    text_add(&call->reply, "\"}");
}

void command_fail(struct command_call *call)
{
    reply_empty(call);
    text_add(&call->reply, "{\"Command\":\"Error\",\"Input\":\"");
    size_t shown = command_shown(call->line, call->line_size);
    text_json_size(&call->reply, call->line, shown);
    text_add(&call->reply, shown < call->line_size ? COMMAND_HIDDEN : "");
    text_add(&call->reply, "\"}");
}

bool command_in_range(const struct command_call *call)
{
    const struct settings_row *setting = settings_row(call->row->key);
    if (!call->has_number)
        return false;
    if (setting && setting->kind == KIND_NUMBER)
        return call->number >= 0 && (uint32_t)call->number >= setting->min &&
               (uint32_t)call->number <= setting->max;
    return call->number >= call->row->min && call->number <= call->row->max;
}

unsigned command_indexes(const struct command *row)
{
    unsigned count = settings_count(row->key);
    if (row->key == KEY_NONE)
        return row->indexes & COMMAND_INDEXES;
    return count > 1 ? count : 0;
}

void command_changed(struct command_call *call)
{
    device_setting_changed(call->dev, call->row->key);
}

void command_open(struct command_call *call, bool with_index)
{
    text_format(&call->reply, "{\"%s", call->row->name);
    if (with_index)
        text_format(&call->reply, "%u", call->index);
    text_add(&call->reply, "\":");
}

/* Besides what a setting's kind and effect say. */
static const uint8_t owners[] = {
    KEY_TOPIC,    KEY_BUTTON_TOPIC, KEY_SWITCH_TOPIC, KEY_OTA_URL, KEY_HOSTNAME,
    KEY_LOG_HOST, KEY_LOG_PORT,     KEY_WEB_SERVER,   KEY_CORS};

static bool is_for_owner(const struct command *row)
{
    const struct settings_row *setting = settings_row(row->key);
    for (size_t i = 0; i < sizeof(owners); i++) {
        if (setting && setting->key == owners[i])
            return true;
    }
    return (row->indexes & OWNER_ONLY) ||
           (setting &&
            (setting->kind == KIND_SECRET || setting->apply == APPLY_WIFI ||
             setting->apply == APPLY_MQTT));
}

void command_refuse(struct command_call *call)
{
    const char *const parts[] = {
        "CMD: ", call->row->name,
        " is not done: it came from a group topic, which may not change Wi-Fi, "
        "MQTT, updates or passwords"};
    device_log_parts(call->dev, parts, sizeof(parts) / sizeof(parts[0]));
    reply_empty(call);
    command_open(call, call->has_index);
    text_add(&call->reply, "\"Refused\"}");
}

/* Password3 and MqttPassword2 are Tasmota's ways to set one unseen (tasmota.md
 * A.1). Here none is ever seen: they are Password1 and MqttPassword. */
static void take_unseen(struct command_call *call)
{
    const struct settings_row *setting = settings_row(call->row->key);
    if (!setting || setting->kind != KIND_SECRET ||
        call->index <= setting->count || call->index > 2u * setting->count)
        return;
    call->index -= setting->count;
    call->has_index = setting->count > 1;
}

static void run_row(struct command_call *call)
{
    const struct command *row = call->row;
    take_unseen(call);
    if (call->dev->mqtt.is_group && !call->is_query && is_for_owner(row))
        command_refuse(call);
    else if (call->has_index && command_indexes(row) == 0)
        command_fail(call);
    else
        row->run(call);
}

/* A line's parts; *whole is its name with the index. */
static struct command_call take_apart(struct device *dev, struct span rest,
                                      struct span *whole)
{
    struct command_call call = {.dev = dev};
    struct span name = take_name(&rest);
    *whole = name;
    trim(&rest);
    call.payload = rest.at;
    call.size = rest.size;
    call.is_query = rest.size == 0 || (rest.size == 1 && rest.at[0] == '?');
    call.has_number =
        command_number(dev, call.payload, call.size, &call.number);
    take_index(&call, &name);
    call.row = find(&name);
    return call;
}

/* '_' before it: nothing is said. */
static bool take_silence(struct span *rest)
{
    trim(rest);
    if (rest->size == 0 || rest->at[0] != '_')
        return false;
    rest->at++;
    rest->size--;
    return true;
}

bool command_only_tells(struct device *dev, const char *line, size_t size)
{
    struct span rest = {line, size}, whole;
    (void)take_silence(&rest);
    struct command_call call = take_apart(dev, rest, &whole);
    return !call.row || (call.row->indexes & ONLY_TELLS) ||
           (call.is_query && !(call.row->indexes & ALWAYS_ACTS));
}

void command_run(struct device *dev, const char *line, size_t size)
{
    struct span all = {line, size}, rest, whole;
    bool was_silent = dev->is_silent;
    const struct command *outer = dev->command; /* a rule's may be within */
    trim(&all);
    rest = all;
    if (take_silence(&rest))
        dev->is_silent = true;
    struct command_call call = take_apart(dev, rest, &whole);
    call.line = all.at;
    call.line_size = all.size;
    reply_empty(&call);
    dev->command = call.row;
    if (call.row)
        run_row(&call);
    else
        fail_unknown(&call, &whole);
    command_send(&call, "RESULT");
    dev->is_silent = was_silent;
    dev->command = outer;
}

void command_power(struct device *dev, unsigned number, enum state state)
{
    char line[24];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "Power%u %u", number, (unsigned)state);
    command_run(dev, line, text.size);
}

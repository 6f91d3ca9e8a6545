#include "firmware/core/backlog.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/core/text.h"
#include "firmware/net/json.h"

/* Stands before each command: who sent it. */
#define OF_OWNER 'o'
#define OF_GROUP 'g'

/* Bytes up to the next ';' outside braces, or the end. */
static size_t part_size(const char *text, size_t size)
{
    unsigned depth = 0;
    size_t i = 0;
    for (; i < size; i++) {
        if (text[i] == '{')
            depth++;
        else if (text[i] == '}' && depth > 0)
            depth--;
        else if (text[i] == ';' && depth == 0)
            break;
    }
    return i;
}

static bool begins(const char *text, size_t size, const char *word)
{
    size_t n = text_length(word);
    return size >= n && text_same_size(text, n, word);
}

/* What must not hide in a backlog: a second one, and Reset. */
static bool is_dropped(const char *text, size_t size)
{
    return size == 0 || begins(text, size, "backlog") ||
           begins(text, size, "reset");
}

/* What was composed behind the last command is one more; what may not be there
 * is dropped. It ends at a NUL that was sent: what stands behind one would pass
 * for a command of its own, with a sender of its own. */
static bool take_composed(struct backlog *backlog, const struct text *text)
{
    size_t size = text_length(text->at);
    if (is_dropped(text->at, size))
        return true;
    if (text->is_cut || backlog->count >= BACKLOG_COMMANDS)
        return false;
    backlog->size += size + 2;
    backlog->count++;
    return true;
}

static bool begin(struct backlog *backlog, struct text *text)
{
    if (backlog->size + 1 >= backlog->room)
        return false;
    backlog->text[backlog->size] = backlog->sender;
    text_init(text, backlog->text + backlog->size + 1,
              backlog->room - backlog->size - 1);
    return true;
}

static bool add_one(struct backlog *backlog, const char *text, size_t size)
{
    struct text command;
    while (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    if (is_dropped(text, size))
        return true;
    if (!begin(backlog, &command))
        return false;
    text_add_size(&command, text, size);
    return take_composed(backlog, &command);
}

static bool add_line(struct backlog *backlog, const char *text, size_t size)
{
    while (size > 0) {
        size_t n = part_size(text, size);
        if (!add_one(backlog, text, n))
            return false;
        n += n < size; /* the ';' */
        text += n;
        size -= n;
    }
    return true;
}

/* The end of a container whose first item is next. */
static const char *container_end(struct json *json, unsigned depth)
{
    struct json_item item;
    do {
        item = json_next(json);
    } while (item.kind != JSON_BAD &&
             (item.kind != JSON_CLOSE || item.depth != depth));
    return item.kind == JSON_BAD ? NULL : json->at;
}

static bool add_member(struct backlog *backlog, struct json *json,
                       const struct json_item *item)
{
    struct text command;
    bool has_inside = item->kind == JSON_OBJECT || item->kind == JSON_ARRAY;
    const char *end = has_inside ? container_end(json, item->depth) : NULL;
    if ((has_inside && !end) || !begin(backlog, &command))
        return false;
    text_add_size(&command, item->key, item->key_size);
    text_add(&command, " ");
    if (has_inside) {
        text_add_size(&command, item->text, (size_t)(end - item->text));
    } else if (item->kind == JSON_STRING) {
        /* Unescaped it is never longer than it is. */
        size_t at = command.size;
        text_add_size(&command, item->text, item->size);
        if (!command.is_cut) {
            json_string(item, command.at + at, item->size + 1);
            command.size = at + text_length(command.at + at);
        }
    } else {
        text_add_size(&command, item->text, item->size);
    }
    return take_composed(backlog, &command);
}

static bool add_members(struct backlog *backlog, const char *text, size_t size)
{
    struct json json;
    json_init(&json, text, size);
    struct json_item item = json_next(&json);
    if (item.kind != JSON_OBJECT)
        return false;
    for (item = json_next(&json); item.kind != JSON_CLOSE;
         item = json_next(&json)) {
        if (item.kind == JSON_BAD || !add_member(backlog, &json, &item))
            return false;
    }
    return json_next(&json).kind == JSON_END;
}

static bool add(struct device *dev, const char *text, size_t size,
                bool (*add_all)(struct backlog *backlog, const char *text,
                                size_t size))
{
    struct backlog *backlog = &dev->backlog;
    size_t size_before = backlog->size;
    unsigned count_before = backlog->count;
    backlog->room = update_is_working(dev) ? BACKLOG_IN_UPDATE : BACKLOG_ROOM;
    backlog->sender = dev->mqtt.is_group ? OF_GROUP : OF_OWNER;
    if (!add_all(backlog, text, size)) {
        backlog->size = size_before;
        backlog->count = count_before;
        return false;
    }
    if (count_before == 0)
        backlog->next_ms = dev->now_ms;
    return true;
}

bool backlog_add(struct device *dev, const char *text, size_t size)
{
    return add(dev, text, size, add_line);
}

bool backlog_add_json(struct device *dev, const char *text, size_t size)
{
    return add(dev, text, size, add_members);
}

bool backlog_add_one(struct device *dev, const char *text, size_t size)
{
    return add(dev, text, size, add_one);
}

void backlog_clear(struct device *dev)
{
    dev->backlog.size = 0;
    dev->backlog.count = 0;
}

void backlog_delay(struct device *dev, uint32_t delay_ms)
{
    dev->backlog.next_ms = dev->now_ms + delay_ms;
}

static void run_first(struct device *dev)
{
    struct backlog *backlog = &dev->backlog;
    char line[CONSOLE_LINE + 1];
    size_t size = text_length(backlog->text);
    text_copy(line, sizeof(line), backlog->text + 1, size - 1);
    dev->mqtt.is_group = backlog->text[0] != OF_OWNER;
    backlog->count--;
    backlog->size -= size + 1;
    for (size_t i = 0; i < backlog->size; i++)
        backlog->text[i] = backlog->text[i + size + 1];

    /* NoDelay is for the command that follows it. */
    bool has_delay = backlog->has_delay && !backlog->skips_delay;
    backlog->skips_delay = false;
    backlog->next_ms =
        dev->now_ms + (has_delay ? dev->settings.backlog_delay : 0u);
    dev->is_silent = backlog->is_silent;
    command_run(dev, line, text_length(line));
    dev->is_silent = false;
    dev->mqtt.is_group = false;
    if (backlog->skips_delay)
        backlog->next_ms = dev->now_ms;
}

void backlog_tick(struct device *dev)
{
    /* One round of at most what fits keeps a tick short. */
    for (unsigned i = 0; i < BACKLOG_COMMANDS && dev->backlog.count > 0; i++) {
        if ((int32_t)(dev->now_ms - dev->backlog.next_ms) < 0)
            return;
        run_first(dev);
    }
}

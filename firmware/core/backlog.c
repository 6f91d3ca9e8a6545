#include "firmware/core/backlog.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"
#include "firmware/core/text.h"

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

static bool add_one(struct backlog *backlog, const char *text, size_t size)
{
    while (size > 0 && *text == ' ') {
        text++;
        size--;
    }
    if (is_dropped(text, size))
        return true;
    if (backlog->count >= BACKLOG_COMMANDS ||
        backlog->size + size + 1 > BACKLOG_ROOM)
        return false;
    text_copy(backlog->text + backlog->size, size + 1, text, size);
    backlog->size += size + 1;
    backlog->count++;
    return true;
}

bool backlog_add(struct device *dev, const char *text, size_t size)
{
    struct backlog *backlog = &dev->backlog;
    size_t size_before = backlog->size;
    unsigned count_before = backlog->count;
    while (size > 0) {
        size_t n = part_size(text, size);
        if (!add_one(backlog, text, n)) {
            backlog->size = size_before;
            backlog->count = count_before;
            return false;
        }
        n += n < size; /* the ';' */
        text += n;
        size -= n;
    }
    if (count_before == 0)
        backlog->next_ms = dev->now_ms;
    return true;
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
    text_copy(line, sizeof(line), backlog->text, size);
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

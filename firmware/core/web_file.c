/* Files that clients send, piece by piece, and what the client is told. */
#include "firmware/core/web_file.h"

static struct web_file *file_of(struct device *dev,
                                const struct web_client *client)
{
    return &dev->web.room[client->room].as.file;
}

/* ---- what the client is told --------------------------------------------- */

static void say_failure(struct device *dev, struct web_client *client,
                        enum err why)
{
    char line[256];
    struct text text;
    text_init(&text, line, sizeof(line));
    text_format(&text, "Failed: %s\n  try: %s\n", err_text(why), err_hint(why));
    web_say(dev, client, 400, WEB_TEXT, "", line);
}

static void say_success(struct device *dev, struct web_client *client)
{
    web_say(dev, client, 200, WEB_TEXT, "", "Successful. Restarting\n");
}

/* ---- the file's bytes ---------------------------------------------------- */

/* Tasmota's settings: 4096 bytes, which bytes 2 and 3 say; from byte 2 on each
 * is changed by its place (tasmota.md F.5). */
static bool is_tasmota(const uint8_t *bytes, size_t size)
{
    return size >= 4 && bytes[2] == (0x00 ^ 0x5C) && bytes[3] == (0x10 ^ 0x5D);
}

/* A backup is a JSON object. An update says itself what it is not. */
static enum err begin_kind(struct device *dev, struct web_file *file,
                           const uint8_t *bytes, size_t size)
{
    bool is_update = bytes[0] == 'P'; /* PGOT */
    if (is_tasmota(bytes, size) ||
        (file->is_restore && bytes[0] != '{' && !is_update))
        return ERR_NO_BACKUP;
    file->kind = bytes[0] == '{' ? WEB_FILE_BACKUP : WEB_FILE_UPDATE;
    if (file->kind == WEB_FILE_UPDATE)
        return update_begin(dev);
    if (dev->web.is_restoring)
        return ERR_UPDATE_BUSY;
    if (dev->has_changes) /* else they would go when the backup is wrong */
        (void)!device_save(dev);
    mdns_stop(dev); /* while it has the old name */
    dev->web.is_restoring = true;
    return ERR_NONE;
}

struct taker {
    struct device *dev;
    struct web_file *file;
};

static bool take(void *ctx, const uint8_t *bytes, size_t size)
{
    const struct taker *taker = ctx;
    struct device *dev = taker->dev;
    struct web_file *file = taker->file;
    enum err e = ERR_NONE;
    if (size == 0)
        return true;
    if (file->kind == WEB_FILE_NEW) {
        e = begin_kind(dev, file, bytes, size);
        if (e != ERR_NONE)
            file->kind = WEB_FILE_NEW;
    }
    if (e == ERR_NONE)
        e = file->kind == WEB_FILE_UPDATE
                ? update_feed(dev, bytes, size)
                : web_restore_bytes(dev, file, bytes, size);
    file->error = (uint8_t)e;
    return e == ERR_NONE;
}

static enum err feed(struct device *dev, struct web_file *file,
                     const uint8_t *bytes, size_t size)
{
    struct taker taker = {dev, file};
    bool is_right = file->is_multipart
                        ? multipart_feed(&file->part, bytes, size, take, &taker)
                        : take(&taker, bytes, size);
    if (is_right)
        return ERR_NONE;
    return file->error != ERR_NONE ? (enum err)file->error : ERR_FORMAT;
}

/* ---- its beginning and end ----------------------------------------------- */

/* Whatever was begun is undone. */
static void fail(struct device *dev, struct web_client *client, enum err why)
{
    struct web_file *file = file_of(dev, client);
    if (file->kind == WEB_FILE_UPDATE)
        update_cancel(dev, why);
    else if (file->kind == WEB_FILE_BACKUP)
        (void)web_restore_end(dev, file, why);
    file->kind = WEB_FILE_NEW;
}

static void fail_and_say(struct device *dev, struct web_client *client,
                         enum err why)
{
    fail(dev, client, why);
    say_failure(dev, client, why);
}

static void end(struct device *dev, struct web_client *client)
{
    struct web_file *file = file_of(dev, client);
    enum err e = ERR_NONE;
    if (file->kind == WEB_FILE_NEW)
        e = ERR_OTA_TRUNCATED; /* no file at all */
    else if (file->kind == WEB_FILE_UPDATE)
        e = update_end(dev);
    else
        e = web_restore_end(dev, file, ERR_NONE);
    if (e != ERR_NONE)
        fail_and_say(dev, client, e);
    else if (file->kind == WEB_FILE_UPDATE)
        client->state = WEB_PROVING;
    else
        say_success(dev, client);
}

void web_file_begin(struct device *dev, struct web_client *client)
{
    struct web_room *room = &dev->web.room[client->room];
    const char *type = room->request.field[HTTP_CONTENT_TYPE];
    bool is_restore = text_same(room->request.path, "/rs");
    struct multipart part = {0};
    /* The room's texts end here: the type, too, is in it. */
    bool is_multipart = type && multipart_start(&part, type);
    room->as.file = (struct web_file){
        .part = part, .is_multipart = is_multipart, .is_restore = is_restore};
    client->state = WEB_FILE;
    client->since_ms = dev->now_ms;
    if (client->left == 0)
        end(dev, client);
}

void web_file_bytes(struct device *dev, struct web_client *client,
                    const uint8_t *bytes, size_t size)
{
    size = size < client->left ? size : client->left;
    if (size == 0)
        return;
    enum err e = feed(dev, file_of(dev, client), bytes, size);
    client->left -= (uint32_t)size;
    client->since_ms = dev->now_ms;
    if (e != ERR_NONE)
        fail_and_say(dev, client, e);
    else if (client->left == 0)
        end(dev, client);
}

void web_file_lost(struct device *dev, struct web_client *client)
{
    if (client->state == WEB_FILE)
        fail(dev, client, ERR_OTA_TRUNCATED);
}

/* ---- time ---------------------------------------------------------------- */

static void prove(struct device *dev, struct web_client *client)
{
    if (dev->update.state == UPDATE_INSTALLED)
        say_success(dev, client);
    else if (dev->update.state == UPDATE_IDLE)
        say_failure(dev, client, dev->update.error);
}

void web_file_tick(struct device *dev, struct web_client *client)
{
    if (client->state == WEB_PROVING)
        prove(dev, client);
    else if (dev->now_ms - client->since_ms >= WEB_STALL_MS)
        fail_and_say(dev, client, ERR_UPDATE_STALLED);
}

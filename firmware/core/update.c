/* An update on its way into the other slot. */
#include "firmware/core/update.h"

#include <string.h>

#include "firmware/core/device.h"
#include "firmware/core/update_private.h"
#include "firmware/core/version.h"
#include "format/bytes.h"
#include "format/flash_map.h"

#define PIECE 64u      /* bytes that are read back at once */
#define TELL_EVERY 25u /* per cent */

/* ---- talk ---------------------------------------------------------------- */

/* Two lines: what became of it, and what to try. */
void update_tell_failure(struct device *dev, enum err why)
{
    char line[160];
    struct text text;
    const char *const hint[] = {"UPD: ", err_hint(why)};
    text_init(&text, line, sizeof(line));
    text_format(&text, "{\"Upgrade\":\"Failed %s\"}", err_text(why));
    device_result(dev, "UPGRADE", line);
    device_log_parts(dev, hint, 2);
}

static enum err fail(struct device *dev, enum err why)
{
    dev->update.state = UPDATE_IDLE;
    dev->update.error = why;
    update_tell_failure(dev, why);
    return why;
}

static void tell_progress(struct device *dev)
{
    struct update *update = &dev->update;
    const struct update_work *work = &dev->backlog.in_update.work;
    char line[32];
    struct text text;
    uint32_t percent =
        (uint32_t)update->at * 100u / work->reader.header.image_size;
    if (percent < update->percent + TELL_EVERY)
        return;
    update->percent = (uint8_t)(percent - percent % TELL_EVERY);
    text_init(&text, line, sizeof(line));
    text_format(&text, "UPD: %u %% written", (unsigned)update->percent);
    device_log(dev, line);
}

/* ---- the slot ------------------------------------------------------------ */

enum slot update_other_slot(const struct device *dev)
{
    return dev->update.boot.slot == SLOT_A ? SLOT_B : SLOT_A;
}

static enum err read_back(const struct flash *flash, uint32_t address,
                          const uint8_t *bytes, uint32_t size)
{
    uint32_t words[PIECE / 4];
    for (uint32_t done = 0, piece; done < size; done += piece) {
        piece = size - done < PIECE ? size - done : PIECE;
        enum err e = flash->read(flash, address + done, words, piece);
        if (e == ERR_NONE && memcmp(words, bytes + done, piece) != 0)
            e = ERR_FLASH_FAILED;
        if (e != ERR_NONE)
            return e;
    }
    return ERR_NONE;
}

static enum err write_checked(struct device *dev, uint32_t offset,
                              const uint32_t *words, uint32_t size)
{
    const struct flash *flash = dev->flash;
    uint32_t address = slot_image_address(update_other_slot(dev)) + offset;
    enum err e = flash->write(flash, address, words, size);
    return e == ERR_NONE
               ? read_back(flash, address, (const uint8_t *)words, size)
               : e;
}

/* The page that ends at update->at. */
static enum err write_page(struct device *dev)
{
    struct update *update = &dev->update;
    const struct update_work *work = &dev->backlog.in_update.work;
    uint32_t from = (update->at - 1) & ~(UPDATE_PAGE - 1);
    uint32_t skip = from == 0 ? UPDATE_HELD : 0;
    while (update->erased < update->at) {
        uint32_t address =
            slot_image_address(update_other_slot(dev)) + update->erased;
        enum err e = dev->flash->erase(dev->flash, address);
        if (e != ERR_NONE)
            return e;
        update->erased += FLASH_SECTOR_SIZE;
    }
    return update->at - from > skip
               ? write_checked(dev, from + skip, work->page + skip / 4,
                               update->at - from - skip)
               : ERR_NONE;
}

/* ---- what the reader finds ----------------------------------------------- */

static bool has_owner_key(const struct device *dev)
{
    const uint8_t *key = dev->settings.ota_key;
    for (size_t i = 0; i < HAL_KEY_SIZE; i++) {
        if (key[i] != 0)
            return true;
    }
    return false;
}

const uint8_t *update_key(const struct device *dev, bool *is_owners)
{
    *is_owners = has_owner_key(dev);
    return *is_owners ? dev->settings.ota_key : update_builder_key;
}

uint32_t update_key_id(const uint8_t key[HAL_KEY_SIZE])
{
    struct hal_sha256 hash;
    uint8_t digest[HAL_SHA256_SIZE];
    hal_sha256_start(&hash);
    hal_sha256_update(&hash, key, HAL_KEY_SIZE);
    hal_sha256_end(&hash, digest);
    return get_u32le(digest);
}

/* One newer than every record, the one that is about to be erased too: words of
 * its life must not count in the next. */
static enum err next_sequence(struct device *dev, uint32_t *out)
{
    *out = 0;
    bool has_one = false;
    for (unsigned slot = 0; slot < SLOT_COUNT; slot++) {
        struct slot_record record;
        enum err e = slot_record_read(dev->flash, (enum slot)slot, &record);
        if (e != ERR_NONE)
            return e;
        if (record.state != SLOT_TRYING && record.state != SLOT_GOOD)
            continue;
        if (!has_one || slot_is_newer(record.image.sequence, *out))
            *out = record.image.sequence;
        has_one = true;
    }
    *out += 1;
    return ERR_NONE;
}

/* All that can be known at once is known before anything is erased. */
static enum err take_header(void *ctx, const struct ota_header *header)
{
    struct device *dev = ctx;
    struct update *update = &dev->update;
    bool is_owners;
    enum err e = ota_header_check(header, update->boot.board, version_number);
    if (e == ERR_NONE &&
        header->key_id != update_key_id(update_key(dev, &is_owners)))
        e = ERR_OTA_KEY;
    if (e == ERR_NONE)
        e = next_sequence(dev, &update->sequence);
    return e == ERR_NONE ? slot_record_begin(dev->flash, update_other_slot(dev))
                         : e;
}

static enum err take_image(void *ctx, const uint8_t *bytes, size_t size)
{
    struct device *dev = ctx;
    struct update *update = &dev->update;
    struct update_work *work = &dev->backlog.in_update.work;
    enum err e = ERR_NONE;
    for (size_t piece; size > 0 && e == ERR_NONE; size -= piece) {
        uint32_t in_page = update->at % UPDATE_PAGE;
        piece = UPDATE_PAGE - in_page;
        piece = size < piece ? size : piece;
        memcpy((uint8_t *)work->page + in_page, bytes, piece);
        bytes += piece;
        bool had_head = update->at >= UPDATE_HELD;
        update->at += (uint32_t)piece;
        if (!had_head)
            memcpy(work->held, work->page, sizeof(work->held));
        if (update->at % UPDATE_PAGE == 0)
            e = write_page(dev);
    }
    if (e == ERR_NONE)
        tell_progress(dev);
    return e;
}

static void start_hash(void *ctx)
{
    hal_sha256_start(ctx);
}

static void update_hash(void *ctx, const uint8_t *bytes, size_t size)
{
    hal_sha256_update(ctx, bytes, size);
}

static void end_hash(void *ctx, uint8_t digest[OTA_DIGEST])
{
    hal_sha256_end(ctx, digest);
}

/* ---- the stream ---------------------------------------------------------- */

bool update_is_working(const struct device *dev)
{
    return dev->update.state == UPDATE_RECEIVING ||
           dev->update.state == UPDATE_VERIFYING;
}

enum err update_begin(struct device *dev)
{
    struct update *update = &dev->update;
    struct update_work *work = &dev->backlog.in_update.work;
    const struct ota_sink sink = {take_header, take_image, dev};
    const struct ota_hash hash = {start_hash, update_hash, end_hash,
                                  &work->hash};
    enum err e = update->state != UPDATE_IDLE ? ERR_UPDATE_BUSY
                 : !update->is_confirmed      ? ERR_UPDATE_UNCONFIRMED
                 : dev->backlog.size > BACKLOG_IN_UPDATE ? ERR_UPDATE_BACKLOG
                                                         : ERR_NONE;
    if (e != ERR_NONE) {
        update_tell_failure(dev, e);
        return e;
    }
    ota_reader_start(&work->reader, update_other_slot(dev), &sink, &hash);
    update->state = UPDATE_RECEIVING;
    update->error = ERR_NONE;
    update->at = update->erased = 0;
    update->percent = 0;
    update->heard_ms = dev->now_ms;
    return ERR_NONE;
}

enum err update_feed(struct device *dev, const uint8_t *bytes, size_t size)
{
    struct update *update = &dev->update;
    if (update->state != UPDATE_RECEIVING)
        return update->error != ERR_NONE ? update->error : ERR_OTA_LENGTH;
    update->heard_ms = dev->now_ms;
    enum err e =
        ota_reader_feed(&dev->backlog.in_update.work.reader, bytes, size);
    return e == ERR_NONE ? e : fail(dev, e);
}

enum err update_end(struct device *dev)
{
    struct update *update = &dev->update;
    struct update_work *work = &dev->backlog.in_update.work;
    bool is_owners;
    if (update->state != UPDATE_RECEIVING)
        return update->error;
    enum err e = ota_reader_end(&work->reader);
    if (e == ERR_NONE && update->at % UPDATE_PAGE != 0)
        e = write_page(dev);
    if (e != ERR_NONE)
        return fail(dev, e);
    update->state = UPDATE_VERIFYING;
    hal_verify_start(update_key(dev, &is_owners), work->reader.header.digest,
                     work->reader.header.signature);
    return ERR_NONE;
}

void update_cancel(struct device *dev, enum err why)
{
    if (dev->update.state == UPDATE_RECEIVING)
        (void)!fail(dev, why);
}

/* The held bytes, and last of all the record. */
static enum err install(struct device *dev)
{
    struct update *update = &dev->update;
    struct update_work *work = &dev->backlog.in_update.work;
    const struct ota_header *header = &work->reader.header;
    const struct slot_image image = {update->sequence, header->image_size,
                                     header->image_crc[update_other_slot(dev)],
                                     header->version};
    enum err e = update_note_network(dev);
    memcpy(work->page, work->held, sizeof(work->held));
    if (e == ERR_NONE)
        e = write_checked(dev, 0, work->page, UPDATE_HELD);
    if (e == ERR_NONE)
        e = slot_record_write_image(dev->flash, update_other_slot(dev), &image);
    return e;
}

void update_verified(struct device *dev, bool is_right)
{
    struct update *update = &dev->update;
    if (update->state != UPDATE_VERIFYING)
        return;
    enum err e = is_right ? install(dev) : ERR_OTA_SIGNATURE;
    if (e != ERR_NONE) {
        (void)!fail(dev, e);
        return;
    }
    update->state = UPDATE_INSTALLED;
    device_result(dev, "UPGRADE", "{\"Upgrade\":\"Successful. Restarting\"}");
    device_restart_soon(dev);
}

/* ---- time ---------------------------------------------------------------- */

void update_tick(struct device *dev)
{
    struct update *update = &dev->update;
    if (update->state == UPDATE_RECEIVING &&
        dev->now_ms - update->heard_ms >= UPDATE_STALL_MS)
        update_cancel(dev, ERR_UPDATE_STALLED);
    update_fetch_tick(dev);
    update_prove(dev);
}

/* The settings on flash: between the fields of struct settings and the keys of
 * the settings log. What differs is found by reading: a field differs when a
 * load would give something else. So a value that this version can't take stays
 * on flash until somebody changes it. */
#include "firmware/core/settings.h"

#include <string.h>

#include "format/flash_map.h"

/* ---- one element --------------------------------------------------------- */

static enum err read_number(const struct settings_log *log,
                            const struct settings_row *row, unsigned index,
                            void *out)
{
    uint32_t value = 0;
    enum err e =
        settings_log_get_number(log, settings_log_key(row->key, index), &value);
    if (e == ERR_NONE && (value < row->min || value > row->max))
        e = ERR_UNKNOWN;
    if (e == ERR_NONE)
        settings_set_number_at(row, out, value);
    return e;
}

static enum err read_bytes(const struct settings_log *log,
                           const struct settings_row *row, unsigned index,
                           void *out)
{
    uint16_t key = settings_log_key(row->key, index);
    struct setting setting;
    size_t size = row->room;
    enum err e = settings_log_find(log, key, &setting);
    if (e == ERR_NONE &&
        (setting.type != SETTING_BYTES || setting.size != size))
        e = ERR_UNKNOWN;
    return e == ERR_NONE ? settings_log_get(log, key, out, &size) : e;
}

/* The element as flash has it, or its default. Errors are the flash's. */
static enum err read_element(const struct settings_log *log,
                             const struct settings_row *row, unsigned index,
                             void *out)
{
    enum err e = ERR_NONE;
    if (row->kind == KIND_NUMBER)
        e = read_number(log, row, index, out);
    else if (row->kind == KIND_BYTES)
        e = read_bytes(log, row, index, out);
    else
        e = settings_log_get_string(log, settings_log_key(row->key, index), out,
                                    row->room);
    if (e != ERR_UNKNOWN && e != ERR_FORMAT && e != ERR_NO_ROOM)
        return e;
    settings_put_default(row, index, out);
    return ERR_NONE;
}

/* Bytes behind a text's NUL do not count. */
static bool is_same(const struct settings_row *row, const void *a,
                    const void *b)
{
    size_t size = row->room;
    if (row->kind == KIND_TEXT || row->kind == KIND_SECRET)
        size = text_length(a) + 1;
    return memcmp(a, b, size) == 0;
}

static void put_element(struct settings_change *change,
                        const struct settings_row *row, unsigned index,
                        const void *value)
{
    static const uint8_t types[] = {0, SETTING_U8, SETTING_U16, 0, SETTING_U32};
    uint16_t key = settings_log_key(row->key, index);
    uint32_t initial[SETTINGS_LARGEST / 4];
    settings_put_default(row, index, initial);
    if (is_same(row, value, initial))
        settings_remove(change, key);
    else if (row->kind == KIND_NUMBER)
        settings_put_number(change, key, (enum setting_type)types[row->room],
                            settings_number_at(row, value));
    else if (row->kind == KIND_BYTES)
        settings_put_bytes(change, key, value, row->room);
    else
        settings_put_string(change, key, value);
}

/* ---- all of them --------------------------------------------------------- */

static enum err open_log(struct settings_store *store,
                         const struct flash *flash)
{
    enum err e = settings_log_open(&store->log, flash, MAP_SETTINGS);
    store->is_open = e == ERR_NONE || e == ERR_FORMAT || e == ERR_MISMATCH;
    return e;
}

enum err settings_load(struct settings *settings, struct settings_store *store,
                       const struct flash *flash)
{
    enum err found = open_log(store, flash);
    enum err e = store->is_open ? ERR_NONE : found;
    store->is_finished = false;
    for (size_t i = 0; i < settings_row_count && e == ERR_NONE; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count && e == ERR_NONE; k++)
            e = read_element(&store->log, row, k,
                             settings_at_for_change(settings, row, k));
    }
    store->is_read = e == ERR_NONE;
    if (e != ERR_NONE)
        settings_default(settings);
    return e == ERR_NONE ? found : e;
}

/* The log can be asked and written to. Once after a load what settings_forget
 * left is erased; a sector that can't be erased is no reason to keep nothing.
 */
static enum err make_ready(struct settings_store *store)
{
    bool was_finished = store->is_finished;
    if (!store->is_read)
        return ERR_FLASH_FAILED;
    store->is_finished = true;
    if (store->is_open && !was_finished &&
        settings_log_finish(&store->log) != ERR_NONE)
        store->is_open = false;
    if (store->is_open)
        return ERR_NONE;
    enum err e = open_log(store, store->log.flash);
    return store->is_open ? ERR_NONE : e;
}

/* What a load would give otherwise than it is now. */
static enum err collect(const struct settings *settings,
                        struct settings_change *change)
{
    uint32_t is[SETTINGS_LARGEST / 4];
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        for (unsigned k = 0; k < row->count; k++) {
            const void *value = settings_at(settings, row, k);
            enum err e = read_element(change->log, row, k, is);
            if (e != ERR_NONE)
                return e;
            if (!is_same(row, value, is))
                put_element(change, row, k, value);
        }
    }
    return ERR_NONE;
}

enum err settings_save(struct settings *settings, struct settings_store *store,
                       uint32_t *work)
{
    struct settings_change change;
    enum err e = make_ready(store);
    if (e != ERR_NONE)
        return e;
    settings_change_begin(&change, &store->log, work, SETTINGS_WORK);
    e = collect(settings, &change);
    if (e == ERR_NONE && change.size == 0)
        return change.error;
    if (e == ERR_NONE) {
        settings->save_count++;
        put_element(&change, settings_row(KEY_SAVE_COUNT), 0,
                    &settings->save_count);
        e = settings_log_commit(&change);
        settings->save_count -= e != ERR_NONE;
    }
    /* After ERR_NO_ROOM the log is as it was. */
    store->is_open = e == ERR_NONE || e == ERR_NO_ROOM;
    return e;
}

enum err settings_forget(struct settings_store *store)
{
    enum err e = ERR_NONE;
    store->is_read = false;
    if (!store->is_open)
        e = open_log(store, store->log.flash);
    if (!store->is_open)
        return e;
    e = settings_log_forget(&store->log);
    store->is_open = e == ERR_NONE;
    return e;
}

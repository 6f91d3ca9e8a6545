#include "firmware/core/settings.h"

#include <string.h>

#include "firmware/core/module.h"

const struct settings_row *settings_row(unsigned key)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        if (settings_rows[i].key == key)
            return &settings_rows[i];
    }
    return NULL;
}

unsigned settings_count(unsigned key)
{
    const struct settings_row *row = settings_row(key);
    return row ? row->count : 0;
}

/* ---- elements ------------------------------------------------------------ */

/* Every offset is that of a member of the right type, hence aligned. */
const void *settings_at(const struct settings *settings,
                        const struct settings_row *row, unsigned index)
{
    return (const char *)settings + row->offset + (size_t)row->room * index;
}

void *settings_at_for_change(struct settings *settings,
                             const struct settings_row *row, unsigned index)
{
    return (char *)settings + row->offset + (size_t)row->room * index;
}

uint32_t settings_number_at(const struct settings_row *row, const void *at)
{
    if (row->room == 1)
        return *(const uint8_t *)at;
    return row->room == 2 ? *(const uint16_t *)at : *(const uint32_t *)at;
}

void settings_set_number_at(const struct settings_row *row, void *at,
                            uint32_t value)
{
    if (row->room == 1)
        *(uint8_t *)at = (uint8_t)value;
    else if (row->room == 2)
        *(uint16_t *)at = (uint16_t)value;
    else
        *(uint32_t *)at = value;
}

/* The row with this key, when it is a number and has such an element. */
static const struct settings_row *number_row(unsigned key, unsigned index)
{
    const struct settings_row *row = settings_row(key);
    return row && row->kind == KIND_NUMBER && index < row->count ? row : NULL;
}

uint32_t settings_number(const struct settings *settings, unsigned key,
                         unsigned index)
{
    const struct settings_row *row = number_row(key, index);
    return row ? settings_number_at(row, settings_at(settings, row, index)) : 0;
}

void settings_set_number(struct settings *settings, unsigned key,
                         unsigned index, uint32_t value)
{
    const struct settings_row *row = number_row(key, index);
    if (row)
        settings_set_number_at(
            row, settings_at_for_change(settings, row, index), value);
}

char *settings_text(struct settings *settings, unsigned key, unsigned index,
                    size_t *room)
{
    const struct settings_row *row = settings_row(key);
    bool is_text = row && (row->kind == KIND_TEXT || row->kind == KIND_SECRET);
    if (!is_text || index >= row->count)
        return NULL;
    *room = row->room;
    return settings_at_for_change(settings, row, index);
}

/* ---- defaults ------------------------------------------------------------ */

/* The stored template is at first module Generic's. */
void settings_put_default(const struct settings_row *row, unsigned index,
                          void *element)
{
    const char *generic = module_name(MODULE_GENERIC);
    memset(element, 0, row->room);
    if (row->key == KEY_TEMPLATE_NAME)
        text_copy(element, row->room, generic, text_length(generic));
    else if (row->key == KEY_TEMPLATE_PIN)
        settings_set_number_at(row, element, module_pin(MODULE_GENERIC, index));
    else if (row->kind == KIND_NUMBER)
        settings_set_number_at(row, element, row->initial);
}

static void default_row(struct settings *settings,
                        const struct settings_row *row)
{
    for (unsigned k = 0; k < row->count; k++)
        settings_put_default(row, k, settings_at_for_change(settings, row, k));
}

void settings_default(struct settings *settings)
{
    memset(settings, 0, sizeof(*settings)); /* what lies between fields too */
    settings_default_but(settings, NULL, 0);
}

void settings_default_but(struct settings *settings, const uint8_t *kept,
                          size_t count)
{
    for (size_t i = 0; i < settings_row_count; i++) {
        const struct settings_row *row = &settings_rows[i];
        bool is_kept = false;
        for (size_t k = 0; k < count; k++)
            is_kept = is_kept || kept[k] == row->key;
        if (!is_kept)
            default_row(settings, row);
    }
}

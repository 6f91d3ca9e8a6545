/* Templates as the bench's Tasmota keeps them: 13 old numbers before version 9,
 * 14 new ones since, which takes old ones too and turns them into new
 * (tasmota.md D.1, D.2; of the table what switches and plugs have). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/bench_tasmota.h"
#include "tool/json_text.h"

#define OLD_PINS 13u
#define NEW_PINS 14u

static const struct {
    unsigned first, count, is;
} rows[] = {
    {0, 1, 0},     {1, 1, 1184},  {2, 1, 1216},  {3, 1, 1248},   {4, 1, 1312},
    {9, 8, 160},   {17, 4, 32},   {21, 8, 224},  {29, 8, 256},   {37, 5, 416},
    {42, 4, 352},  {46, 5, 448},  {52, 4, 288},  {56, 4, 320},   {82, 8, 192},
    {90, 4, 64},   {122, 4, 96},  {126, 4, 128}, {148, 1, 3200}, {149, 1, 3232},
    {157, 1, 544}, {158, 1, 576},
};

/* What is not in the table is a pin of its user's, as 255 is. */
static unsigned renumber(unsigned old)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (old >= rows[i].first && old < rows[i].first + rows[i].count)
            return rows[i].is + old - rows[i].first;
    }
    return 1;
}

/* How many there are; none of an old form is above 255. */
static unsigned read_pins(const char *text, unsigned pins[NEW_PINS],
                          bool *is_old)
{
    unsigned count = json_text_count(text, "GPIO");
    *is_old = count == OLD_PINS;
    for (unsigned i = 0; i < count && i < NEW_PINS; i++) {
        char path[16], value[16];
        snprintf(path, sizeof(path), "GPIO.%u", i);
        bool has = json_text_find(text, path, value, sizeof(value));
        pins[i] = has ? (unsigned)strtoul(value, NULL, 10) : 0;
        *is_old = *is_old && pins[i] <= 255;
    }
    return count < NEW_PINS ? count : NEW_PINS;
}

bool tasmota_template(const struct tasmota *t, const char *text, char *json,
                      size_t room)
{
    unsigned pins[NEW_PINS] = {0}, base = 18, flag = 0;
    char name[80] = "Generic", quoted[160], value[16], list[160] = "";
    bool is_new = t->version->major > 8, is_old;
    if (!json_text_is_whole(text))
        return false;
    (void)json_text_find(text, "NAME", name, sizeof(name));
    if (json_text_find(text, "BASE", value, sizeof(value)))
        base = (unsigned)strtoul(value, NULL, 10);
    if (!is_new && json_text_find(text, "FLAG", value, sizeof(value)))
        flag = (unsigned)strtoul(value, NULL, 10);
    unsigned count = read_pins(text, pins, &is_old);
    if (count == 0)
        return false;
    size_t n = 0;
    for (unsigned i = 0; i < (is_new ? NEW_PINS : OLD_PINS); i++) {
        unsigned pin = is_new && is_old ? renumber(pins[i]) : pins[i];
        /* The old ones keep a byte of each. */
        n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%u", i ? "," : "",
                              is_new ? pin & 0xFFFFu : pin & 0xFFu);
    }
    tasmota_quote(name, quoted, sizeof(quoted));
    snprintf(json, room,
             "{\"NAME\":\"%s\",\"GPIO\":[%s],\"FLAG\":%u,\"BASE\":%u}", quoted,
             list, flag, base >= 1 && base <= 75 ? base : 18);
    return true;
}

#include "firmware/core/template.h"

#include "firmware/core/component.h"

#define OLD_PINS 13u
#define BASE_LAST 75
#define BASE_GENERIC 18

unsigned template_gpio(unsigned position)
{
    static const uint8_t gpio[TEMPLATE_PINS] = {
        0, 1, 2, 3, 4, 5, 9, 10, 12, 13, 14, 15, 16, TEMPLATE_A0};
    return gpio[position];
}

struct parse {
    struct template template;
    struct json_item command; /* CMND */
    int32_t pin[TEMPLATE_PINS];
    unsigned pins;
    int32_t flag;
    bool is_in_pins; /* the walk is inside GPIO's array */
};

static bool is_key(const struct json_item *item, const char *key)
{
    return item->key && text_same_size(item->key, item->key_size, key);
}

static bool take_pin(struct parse *parse, const struct json_item *item)
{
    if (parse->pins >= TEMPLATE_PINS ||
        !json_number(item, &parse->pin[parse->pins]))
        return false;
    return parse->pin[parse->pins++] >= 0;
}

/* A member of the template's object. False: of the wrong kind. */
static bool take_member(struct parse *parse, const struct json_item *item)
{
    int32_t number = 0;
    if (is_key(item, "NAME")) {
        if (item->kind != JSON_STRING)
            return false;
        json_string(item, parse->template.name, sizeof(parse->template.name));
    } else if (is_key(item, "GPIO")) {
        parse->is_in_pins = item->kind == JSON_ARRAY;
        parse->pins = 0;
        return parse->is_in_pins;
    } else if (is_key(item, "FLAG")) {
        return json_number(item, &parse->flag);
    } else if (is_key(item, "BASE")) {
        if (!json_number(item, &number))
            return false;
        bool is_module = number >= 1 && number <= BASE_LAST;
        parse->template.base = is_module ? (uint8_t)number : BASE_GENERIC;
    } else if (is_key(item, "CMND")) {
        parse->command = *item;
        return item->kind == JSON_STRING;
    }
    return true;
}

static bool is_old(const struct parse *parse)
{
    for (unsigned i = 0; i < parse->pins; i++) {
        if (parse->pin[i] > 255)
            return false;
    }
    return parse->pins == OLD_PINS;
}

static void convert_pins(struct parse *parse)
{
    bool old = is_old(parse);
    for (unsigned i = 0; i < parse->pins; i++) {
        unsigned number = (unsigned)parse->pin[i];
        if (old)
            number = component_from_old(number);
        else if (number > COMPONENT_LAST)
            number = COMPONENT_USER;
        parse->template.pin[i] = (uint16_t)number;
    }
    if (old)
        parse->template.pin[OLD_PINS] =
            component_from_old_adc((unsigned)parse->flag);
}

bool template_parse(struct template *template, const char *json, size_t size,
                    struct json_item *command)
{
    struct parse parse = {.template = *template};
    struct json walk;
    json_init(&walk, json, size);
    struct json_item item = json_next(&walk);
    if (item.kind != JSON_OBJECT)
        return false;
    for (;;) {
        item = json_next(&walk);
        if (item.kind == JSON_END)
            break;
        if (item.kind == JSON_BAD)
            return false;
        if (item.kind == JSON_CLOSE) {
            parse.is_in_pins = false;
        } else if (item.depth == 2 && parse.is_in_pins) {
            if (!take_pin(&parse, &item))
                return false;
        } else if (item.depth == 1 && !take_member(&parse, &item)) {
            return false;
        }
    }
    convert_pins(&parse);
    *template = parse.template;
    *command = parse.command;
    return true;
}

void template_print(const struct template *template, struct text *out)
{
    text_add(out, "{\"NAME\":\"");
    text_json(out, template->name);
    text_add(out, "\",\"GPIO\":[");
    for (unsigned i = 0; i < TEMPLATE_PINS; i++)
        text_format(out, i ? ",%u" : "%u", (unsigned)template->pin[i]);
    text_format(out, "],\"FLAG\":0,\"BASE\":%u}", (unsigned)template->base);
}

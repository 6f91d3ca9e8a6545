/* Fuzz: templates, as people paste them. What is refused changes nothing; what
 * is taken is a whole template, and reads the same when it is shown and read
 * again.
 *
 * Input: the JSON. */
#include <string.h>

#include "firmware/core/component.h"
#include "firmware/core/module.h"
#include "firmware/core/template.h"
#include "test/fuzz/fuzz.h"

enum { TAKEN, WITH_COMMAND, REFUSED };
struct fuzz_way fuzz_ways[] = {
    {"taken", 0}, {"with commands", 0}, {"refused", 0}, {NULL, 0}};

static const struct template before = {
    .name = "before", .pin = {32, 1, 0, 160}, .base = 7};

static void check_whole(const struct template *template)
{
    FUZZ_CHECK(memchr(template->name, 0, sizeof(template->name)));
    FUZZ_CHECK(template->base >= 1 && template->base <= MODULE_LAST);
    for (unsigned i = 0; i < TEMPLATE_PINS; i++) {
        FUZZ_CHECK(template->pin[i] <= COMPONENT_LAST);
    }
}

static void check_again(const struct template *template)
{
    char shown[600];
    struct text text;
    struct template again = {.base = 1};
    struct json_item command;
    text_init(&text, shown, sizeof(shown));
    template_print(template, &text);
    FUZZ_CHECK(!text.is_cut);
    FUZZ_CHECK(template_parse(&again, shown, text.size, &command));
    FUZZ_CHECK(strcmp(again.name, template->name) == 0);
    FUZZ_CHECK(memcmp(again.pin, template->pin, sizeof(again.pin)) == 0);
    FUZZ_CHECK(again.base == template->base && !command.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *json = malloc(size + 1), *out = malloc(size + 1); /* for ASan */
    struct template template = before;
    struct json_item command = {.text = "before"};
    FUZZ_CHECK(json && out);
    memcpy(json, data, size);
    if (template_parse(&template, json, size, &command)) {
        check_whole(&template);
        check_again(&template);
        if (command.text) {
            FUZZ_CHECK(command.text > json &&
                       command.text + command.size < json + size);
            json_string(&command, out, size + 1);
            FUZZ_CHECK(strlen(out) <= command.size);
        }
        fuzz_ways[command.text ? WITH_COMMAND : TAKEN].count++;
    } else {
        FUZZ_CHECK(memcmp(&template, &before, sizeof(before)) == 0);
        FUZZ_CHECK(strcmp(command.text, "before") == 0);
        fuzz_ways[REFUSED].count++;
    }
    free(json);
    free(out);
    return 0;
}

size_t fuzz_seed(unsigned n, uint8_t *out, size_t room)
{
    static const char *const seeds[] = {
        "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[17,0,0,0,9,0,0,0,21,56,0,0,255],"
        "\"FLAG\":0,\"BASE\":1}",
        "{\"NAME\":\"Sonoff Mini\",\"GPIO\":[32,0,0,0,160,0,0,0,224,320,0,0,1,"
        "0],\"FLAG\":0,\"BASE\":1}",
        "{\"NAME\":\"a\\\"\\u0041\\n\",\"CMND\":\"Module 0|Power 1\","
        "\"BASE\":99}",
        "{\"GPIO\":[0,1,216,217,254,255,4,5,6,7,8,9,10],\"FLAG\":15}",
        "{\"GPIO\":[],\"other\":{\"GPIO\":[[1]]},\"FLAG\":-1}",
    };
    return FUZZ_TEXT_SEED(seeds, n, out, room);
}

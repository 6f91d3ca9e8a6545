/* Listening: finds text, the ROM's banner and known programs' marks in what
 * came from the line. */
#include "tool/hear.h"

#include <stdbool.h>
#include <string.h>

/* So many printable bytes in a row are text: noise does that once in 10^10. */
#define TEXT_RUN 24u
/* Fewer bytes are the click of a plug. */
#define NOISE_BYTES 8u
#define ECHOES 2u
/* Within one turn at 74880 baud, two seconds: no hand is so quick. */
#define POWER_ONS 3u

#define MODE "boot mode:("
#define POWER_ON "rst cause:1,"
#define ESP32_ROM "ESP-ROM:"

/* A line has ended: was it a banner after power-on? */
static void hear_line(struct hearing *h)
{
    const char *line = h->text;
    for (const char *p = h->text; p + 1 < h->text + h->text_size; p++) {
        if (*p == '\n')
            line = p + 1;
    }
    h->power_ons += strstr(line, POWER_ON) != NULL;
}

void hear_byte(struct hearing *h, uint8_t byte)
{
    bool is_line = byte == '\n' || byte == '\r';
    bool is_text = (byte >= ' ' && byte < 127) || byte == '\t' || is_line;
    h->bytes++;
    h->speed_bytes++;
    h->text_bytes += is_text;
    /* Our SYNC is full of U: its echo is no text. */
    if (byte != 'U')
        h->run = is_text ? h->run + 1 : 0;
    if (h->run > h->longest_run)
        h->longest_run = h->run;
    if (h->text_size == HEARING_TEXT - 1) {
        memmove(h->text, h->text + HEARING_TEXT / 2, HEARING_TEXT / 2 - 1);
        h->text_size = HEARING_TEXT / 2 - 1;
    }
    h->text[h->text_size++] = is_text ? (char)byte : '?';
    h->text[h->text_size] = '\0';
    if (byte == '\n')
        hear_line(h);
}

void hear_new_speed(struct hearing *h)
{
    size_t bytes = h->bytes;
    memset(h, 0, sizeof(*h));
    h->bytes = bytes;
}

/* ---- what it means ---- */

/* The strap of the last banner: GPIO2 | GPIO0 << 1 | GPIO15 << 2 as a digit; 0
 * when there was none. */
static char strap_of(const struct hearing *h)
{
    const char *mode = NULL;
    for (const char *p = h->text; (p = strstr(p, MODE)) != NULL;)
        mode = p += strlen(MODE);
    return mode && *mode >= '0' && *mode <= '7' ? *mode : '\0';
}

static bool is_esp32(const struct hearing *h)
{
    return strstr(h->text, ESP32_ROM "esp32") ||
           (strstr(h->text, "rst:0x") && strstr(h->text, ",boot:0x"));
}

static enum heard_kind kind_of_strap(char strap)
{
    if (strap == '1')
        return HEARD_LOADER;
    return strap == '3' ? HEARD_PROGRAM : HEARD_STRAP;
}

enum heard_kind hear_kind(const struct hearing *h)
{
    char strap = strap_of(h);
    if (is_esp32(h))
        return HEARD_OTHER_CHIP;
    if (h->echoes >= ECHOES)
        return HEARD_ECHO;
    if (h->power_ons >= POWER_ONS)
        return HEARD_POWER;
    if (strap != '\0')
        return kind_of_strap(strap);
    if (h->longest_run >= TEXT_RUN)
        return HEARD_LOG;
    return h->speed_bytes >= NOISE_BYTES ? HEARD_NOISE : HEARD_NOTHING;
}

/* ---- programs ---- */

/* The first that fits. Pogo's log looks like Tasmota's but for its name. */
static const struct mark {
    const char *mark;
    const char *program;
} marks[] = {
    {"Project pogo", "Pogo"},
    {"Project ", "Tasmota"},
    {"ESPHome", "ESPHome"},
    {"[C][", "ESPHome"},
    {"[D][", "ESPHome"},
    {"[I][", "ESPHome"},
    {"[W][", "ESPHome"},
    {" RSL: ", "Tasmota or Pogo"},
    {" WIF: ", "Tasmota or Pogo"},
    {" CFG: ", "Tasmota or Pogo"},
    {" MQT: ", "Tasmota or Pogo"},
    {"SDK ver:", "the vendor's firmware or another one on Espressif's SDK"},
    {"phy ver:", "the vendor's firmware or another one on Espressif's SDK"},
    {"mode : sta(", "the vendor's firmware or another one on Espressif's SDK"},
};
#define MARKS (sizeof(marks) / sizeof(marks[0]))

/* A mark that stands further up in the table says more. */
static void add_program(struct heard *all, const struct hearing *h)
{
    for (size_t i = 0; i < MARKS; i++) {
        if (all->program == marks[i].program)
            return;
        if (strstr(h->text, marks[i].mark)) {
            all->program = marks[i].program;
            return;
        }
    }
}

static void add_chip(struct heard *all, const struct hearing *h)
{
    const char *name = strstr(h->text, ESP32_ROM "esp32");
    name = name ? name + strlen(ESP32_ROM) : "esp32";
    size_t size = strcspn(name, "-\r\n? ");
    if (size >= sizeof(all->chip))
        size = sizeof(all->chip) - 1;
    memcpy(all->chip, name, size);
    all->chip[size] = '\0';
}

void hear_add(struct heard *all, const struct hearing *h, unsigned baud)
{
    enum heard_kind kind = hear_kind(h);
    if (h->longest_run >= TEXT_RUN)
        add_program(all, h);
    if (h->longest_run >= TEXT_RUN && h->text_bytes >= all->most_text) {
        all->most_text = h->text_bytes;
        all->program_baud = baud;
    }
    if (kind == HEARD_OTHER_CHIP)
        add_chip(all, h);
    if (strap_of(h) != '\0')
        all->strap = strap_of(h);
    /* A banner at the wrong speed is noise, and a log follows on it. */
    bool says_less = kind <= HEARD_LOG && kind < all->kind;
    if (kind != HEARD_NOTHING && !says_less)
        all->kind = kind;
}

/* Reads and writes pogo-MAC.install. */
#include "tool/install_state.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/os.h"

#define NAME "pogo-%s.install"
#define LIMIT 4096u
#define HEX "0123456789ABCDEF"

/* One row for each line of the file. */
static const struct {
    const char *key;
    size_t offset, room;
} lines[] = {
    {"backup = ", offsetof(struct install_state, backup),
     sizeof(((struct install_state *)0)->backup)},
    {"image = ", offsetof(struct install_state, image),
     sizeof(((struct install_state *)0)->image)},
};
#define LINES (sizeof(lines) / sizeof(lines[0]))

void install_state_mac(const uint8_t mac[6], char out[INSTALL_MAC])
{
    for (unsigned i = 0; i < 6; i++)
        snprintf(out + (size_t)2 * i, 3, "%02X", mac[i]);
}

bool install_state_mac_of(const char *text, char out[INSTALL_MAC])
{
    size_t n = 0;
    for (; *text && n + 1 < INSTALL_MAC; text++) {
        if (*text != ':')
            out[n++] = *text;
    }
    out[n] = '\0';
    return n == INSTALL_MAC - 1 && !*text && strspn(out, HEX) == n;
}

static void name_of(const char *mac, char out[64])
{
    snprintf(out, 64, NAME, mac);
}

bool install_state_is_any(void)
{
    return os_has_file_like("pogo-????????????.install");
}

static void take_line(const char *line, size_t size, struct install_state *out)
{
    for (size_t i = 0; i < LINES; i++) {
        size_t n = strlen(lines[i].key);
        if (size > n && strncmp(line, lines[i].key, n) == 0)
            snprintf((char *)out + lines[i].offset, lines[i].room, "%.*s",
                     (int)(size - n), line + n);
    }
}

bool install_state_read(const char *mac, struct install_state *out)
{
    char name[64];
    uint8_t *bytes = NULL;
    size_t size = 0;
    memset(out, 0, sizeof(*out));
    name_of(mac, name);
    if (os_read_file(name, LIMIT, &bytes, &size) != ERR_NONE)
        return false;
    for (size_t at = 0; at < size;) {
        const char *line = (const char *)bytes + at;
        const char *end = memchr(line, '\n', size - at);
        size_t length = end ? (size_t)(end - line) : size - at;
        take_line(line, length, out);
        at += length + 1;
    }
    free(bytes);
    return true;
}

enum err install_state_keep(const char *mac, const struct install_state *state)
{
    char text[512], name[64];
    struct os_output out;
    int n = snprintf(text, sizeof(text),
                     "# Where pogo install stopped with this device. Without "
                     "this file it begins anew.\n");
    for (size_t i = 0; i < LINES; i++)
        n += snprintf(text + n, sizeof(text) - (size_t)n, "%s%s\n",
                      lines[i].key, (const char *)state + lines[i].offset);
    name_of(mac, name);
    enum err e = os_output_open(&out, name, (size_t)n, true);
    return e == ERR_NONE
               ? os_output_finish(&out, (const uint8_t *)text, (size_t)n)
               : e;
}

void install_state_drop(const char *mac)
{
    char name[64];
    name_of(mac, name);
    (void)remove(name);
}

/* Makes the builder's key for updates on first use, and the C source that puts
 * its public half into every image. The key itself stays outside of the tree.
 * Usage:
 *
 *     mkkey KEY.pem OUT.c
 *
 * OUT.c is written only when it changes, so that nothing is built again. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/ota_key.h"

static void die(enum err e, const char *name)
{
    const char *hint = err_hint(e);
    if (e == ERR_KEY_FILE)
        hint = "put the right file back, or move this one away to get a new "
               "key";
    else if (e == ERR_FILE_OPEN)
        hint = "POGO_KEY=FILE names another place for it";
    fprintf(stderr, "mkkey: %s: %s\n  try: %s\n", err_text(e), name, hint);
    exit(1);
}

static void tell(const char *path, uint32_t id)
{
    fprintf(stderr,
            "\n"
            "  A new key for signing updates was made (id %08x):\n"
            "    %s\n"
            "  Keep a copy of this file in a safe place, and show it to "
            "nobody.\n"
            "  Devices take updates only from who has it: when it is lost, "
            "they need\n"
            "  the serial cable.\n\n",
            (unsigned)id, path);
}

/* Of several builds at once one makes it, and all read the same. */
static void read_or_make(const char *path, struct ota_key *key)
{
    bool is_new = false;
    enum err e = ota_key_read(path, key);
    if (e == ERR_FILE_OPEN) {
        e = ota_key_make(path);
        is_new = e == ERR_NONE;
        if (e == ERR_NONE || e == ERR_FILE_BUSY)
            e = ota_key_read(path, key);
    }
    if (e == ERR_NONE && !key->is_private)
        e = ERR_KEY_FILE;
    if (e != ERR_NONE)
        die(e, path);
    if (is_new)
        tell(path, key->id);
}

static size_t make_source(const uint8_t *public, char *out, size_t room)
{
    size_t size = (size_t)snprintf(
        out, room,
        "/* Written by scripts/mkkey.c: the builder's public key. */\n"
        "#include \"firmware/core/update.h\"\n\n"
        "const uint8_t update_builder_key[HAL_KEY_SIZE] = {");
    for (size_t i = 0; i < OTA_PUBLIC_KEY; i++)
        size += (size_t)snprintf(out + size, room - size, "%s0x%02X,",
                                 i % 8 ? " " : "\n    ", public[i]);
    return size + (size_t)snprintf(out + size, room - size, "\n};\n");
}

static bool is_same(const char *path, const char *text, size_t size)
{
    char old[1024];
    FILE *file = fopen(path, "rb");
    if (!file)
        return false;
    size_t have = fread(old, 1, sizeof(old), file);
    (void)fclose(file);
    return have == size && memcmp(old, text, size) == 0;
}

int main(int argc, char **argv)
{
    struct ota_key key;
    char text[1024];
    if (argc != 3) {
        fputs("usage: mkkey KEY.pem OUT.c\n", stderr);
        return 2;
    }
    read_or_make(argv[1], &key);
    size_t size = make_source(key.public, text, sizeof(text));
    ota_key_free(&key);
    if (is_same(argv[2], text, size))
        return 0;
    FILE *out = fopen(argv[2], "wb");
    if (!out || fwrite(text, 1, size, out) != size || fclose(out) != 0)
        die(ERR_DISK_FULL, argv[2]);
    return 0;
}

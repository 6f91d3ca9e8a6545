/* pogo key: the id of a key for updates, and what a device needs to know of it.
 * No chip needed. */
#include <stdio.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/message.h"
#include "tool/ota_key.h"

static void print_hex(const uint8_t *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++)
        printf("%02x", bytes[i]);
}

static void print_text(const struct args *args, const struct ota_key *key)
{
    printf("file      %s, %s\n", args->word[0],
           key->is_private ? "a private key: it can sign updates"
                           : "a public key");
    printf("id        %08x\n", (unsigned)key->id);
    printf(
        "To make it the only key that a device takes updates of, type on its "
        "console:\n\nOtaKey ");
    print_hex(key->public, sizeof(key->public));
    printf("\n");
}

static void print_json(const struct args *args, const struct ota_key *key)
{
    printf("{\"file\":");
    message_json(args->word[0]);
    printf(",\"id\":\"%08x\",\"private\":%s,\"ota_key\":\"", (unsigned)key->id,
           key->is_private ? "true" : "false");
    print_hex(key->public, sizeof(key->public));
    printf("\"}\n");
}

int cmd_key(const struct args *args)
{
    struct ota_key key = {.pkey = NULL};
    if (args->word_count != 1)
        return message_usage("key", "one file is meant");
    enum err e = ota_key_read(args->word[0], &key);
    if (e != ERR_NONE)
        return message_fail(e, "%s", args->word[0]);
    if (args->is_json)
        print_json(args, &key);
    else
        print_text(args, &key);
    ota_key_free(&key);
    return EXIT_DONE;
}

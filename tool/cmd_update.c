/* pogo update: an update file to a device that runs Pogo, over its console. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "format/flash_map.h"
#include "tool/cmd.h"
#include "tool/hint.h"
#include "tool/ota_key.h"
#include "tool/os.h"
#include "tool/session.h"
#include "tool/update_send.h"

#define BAUD 115200u
#define FILE_LIMIT 0x100000u

struct update_file {
    const char *path;
    uint8_t *bytes;
    size_t size;
    struct ota_header header;
};

/* ---- the file, before the device is asked -------------------------------- */

static enum err keep_header(void *ctx, const struct ota_header *header)
{
    struct update_file *file = ctx;
    file->header = *header;
    return ERR_NONE;
}

static enum err pass_image(void *ctx, const uint8_t *bytes, size_t size)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    return ERR_NONE;
}

/* Is it as it was made, and signed by this key? NULL: whose it is the device
 * will say. */
static enum err check(struct update_file *file, struct ota_key *key)
{
    struct ota_key_sha sha = {NULL};
    struct ota_reader reader;
    const struct ota_sink sink = {keep_header, pass_image, file};
    const struct ota_hash hash = ota_key_hash(&sha);
    ota_reader_start(&reader, SLOT_A, &sink, &hash);
    enum err e = ota_reader_feed(&reader, file->bytes, file->size);
    if (e == ERR_NONE)
        e = ota_reader_end(&reader);
    if (e == ERR_NONE && key) {
        const struct ota_verify verify = ota_key_verify(key);
        e = ota_reader_verify(&reader, &verify);
    }
    ota_key_hash_free(&sha);
    return e;
}

static int load(const struct args *args, struct update_file *file)
{
    struct ota_key key = {NULL};
    if (args->word_count != 1)
        return message_usage("update", args->word_count == 0
                                           ? "no file given"
                                           : "it takes one file");
    file->path = args->word[0];
    enum err e =
        os_read_file(file->path, FILE_LIMIT, &file->bytes, &file->size);
    if (e == ERR_NONE && file->size < OTA_HEADER_SIZE)
        e = ERR_OTA_MAGIC;
    if (e == ERR_NONE && args->key) {
        enum err wrong = ota_key_read(args->key, &key);
        if (wrong != ERR_NONE)
            return message_fail(wrong, "%s", args->key);
    }
    enum err checked = e == ERR_NONE ? check(file, args->key ? &key : NULL) : e;
    if (args->key)
        ota_key_free(&key);
    if (!args->is_force)
        e = checked; /* else it was read for the version only */
    return e == ERR_NONE ? EXIT_DONE : message_fail(e, "%s", file->path);
}

static void version_of(const struct update_file *file, char *out, size_t room)
{
    uint32_t version = file->header.version;
    snprintf(out, room, "%u.%u.%u", version >> 24, version >> 16 & 0xFF,
             version & 0xFFFF);
}

/* ---- the device ---------------------------------------------------------- */

static void show(void *ctx, uint32_t done, uint32_t total)
{
    message_progress(ctx, "update", done, total);
}

/* The hints of the table are for chips that are to be flashed. */
static const char *hint_of(enum err e, const char *port)
{
    if (e == ERR_NO_ANSWER)
        return "never with mains connected: check 3.3 V, and that RX and TX "
               "cross; Pogo must be on it already";
    if (e == ERR_CHIP_REFUSED)
        return "what it says is all that is known; is pogo older than the "
               "device?";
    return hint_for(e, port);
}

static int fail(enum err e, const struct update_send *send, const char *port,
                const char *path)
{
    if (send->said[0] != '\0' && e == ERR_CHIP_REFUSED)
        return message_fail_hint(e, hint_of(e, port), "%s: %s", port,
                                 send->said);
    if (send->said[0] != '\0')
        return message_fail(e, "%s: refused by the device on %s", path, port);
    return message_fail_hint(e, hint_of(e, port), "%s", port);
}

static void tell(const struct args *args, const struct update_file *file,
                 const struct update_send *send, uint64_t ms)
{
    if (args->is_json) {
        printf("{\"file\":");
        message_json(file->path);
        printf(",\"size\":%zu,\"seconds\":%.1f,\"runs\":", file->size,
               (double)ms / 1000.0);
        message_json(send->version);
        printf("}\n");
    } else if (send->version[0] != '\0') {
        message_talk("The device runs version %s. It is on trial until it has "
                     "been up for a while, with its network; else the version "
                     "before comes back.",
                     send->version);
    } else {
        message_talk("It is installed, and the device restarts.");
    }
}

static int update(const struct args *args, const struct update_file *file,
                  struct link *link, const char *port)
{
    static struct update_send send; /* large; one per program */
    static struct message_progress progress;
    send =
        (struct update_send){.link = link, .progress = show, .ctx = &progress};
    /* Both off is neutral, however the lines are wired. */
    enum err e = link->ops->set_lines(link, false, false);
    uint64_t start = link->ops->now_ms(link);
    message_interrupted("the update is not installed; what ran still runs",
                        "run the same command again in half a minute");
    if (e == ERR_NONE)
        e = update_send(&send, file->bytes, file->size);
    message_interrupted("", "");
    if (e != ERR_NONE)
        return fail(e, &send, port, file->path);
    char version[32];
    version_of(file, version, sizeof(version));
    if (send.version[0] != '\0' && strcmp(send.version, version) != 0)
        return message_fail(ERR_UPDATE_LEFT, "%s: %s after %s", port,
                            send.version, version);
    tell(args, file, &send, link->ops->now_ms(link) - start);
    return EXIT_DONE;
}

int cmd_update(const struct args *args)
{
    static char port[512];
    char detail[512] = "";
    struct update_file file = {0};
    struct link *link = NULL;
    int code = load(args, &file);
    if (code == EXIT_DONE)
        code = session_port(args, port, sizeof(port));
    if (code == EXIT_DONE) {
        enum err e = link_open(port, BAUD, &link, detail, sizeof(detail));
        if (e != ERR_NONE)
            code = message_fail_hint(e, hint_for(e, port), "%s", detail);
    }
    if (code == EXIT_DONE)
        code = update(args, &file, link, port);
    link_close(link);
    free(file.bytes);
    return code;
}

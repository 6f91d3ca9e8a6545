/* pogo image for an OTA file: read as a device reads it, for both slots. */
#include "tool/image_ota.h"

#include <stdio.h>
#include <string.h>

#include "format/ota_file.h"
#include "tool/message.h"
#include "tool/ota_key.h"

struct findings {
    struct ota_header header;
    bool has_header;
    bool is_whole;     /* lengths, digest and both CRCs */
    bool has_key;      /* the signature was looked at ... */
    bool is_signed;    /* ... and is right */
    enum err e;        /* the first thing that is wrong */
    const char *about; /* the file that e is about */
};

bool image_ota_is(const uint8_t *bytes, size_t size)
{
    return size >= 4 && memcmp(bytes, "PGOT", 4) == 0;
}

const char *image_ota_hint(enum err e)
{
    if (e == ERR_OTA_TRUNCATED || e == ERR_OTA_DAMAGED || e == ERR_OTA_HEADER)
        return "download or build it again";
    return err_hint(e);
}

static enum err on_header(void *ctx, const struct ota_header *header)
{
    struct findings *f = ctx;
    f->header = *header;
    f->has_header = true;
    return ERR_NONE;
}

static enum err on_image(void *ctx, const uint8_t *bytes, size_t size)
{
    (void)ctx;
    (void)bytes;
    (void)size;
    return ERR_NONE;
}

static enum err read_slot(struct findings *f, enum slot slot,
                          const uint8_t *bytes, size_t size)
{
    const struct ota_sink sink = {on_header, on_image, f};
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    struct ota_reader reader;
    ota_reader_start(&reader, slot, &sink, &hash);
    enum err e = ota_reader_feed(&reader, bytes, size);
    if (e == ERR_NONE)
        e = ota_reader_end(&reader);
    ota_key_hash_free(&sha);
    return e;
}

enum err image_ota_check(const uint8_t *bytes, size_t size, struct ota_key *key,
                         struct ota_header *out)
{
    struct findings f = {.e = ERR_NONE};
    const struct ota_sink sink = {on_header, on_image, &f};
    struct ota_key_sha sha = {NULL};
    const struct ota_hash hash = ota_key_hash(&sha);
    struct ota_reader reader;
    ota_reader_start(&reader, SLOT_A, &sink, &hash);
    enum err e = ota_reader_feed(&reader, bytes, size);
    if (e == ERR_NONE)
        e = ota_reader_end(&reader);
    if (e == ERR_NONE && key) {
        const struct ota_verify verify = ota_key_verify(key);
        e = ota_reader_verify(&reader, &verify);
    }
    ota_key_hash_free(&sha);
    *out = f.header;
    return e;
}

/* The signature is the header's: it is looked at in damaged files, too. */
static enum err check_key(struct findings *f, const char *path)
{
    struct ota_key key;
    enum err e = ota_key_read(path, &key);
    if (e != ERR_NONE) {
        f->about = f->is_whole ? path : f->about;
        return e;
    }
    const struct ota_verify v = ota_key_verify(&key);
    f->has_key = true;
    e = v.verify(v.ctx, f->header.key_id, f->header.digest,
                 f->header.signature);
    f->is_signed = e == ERR_NONE;
    ota_key_free(&key);
    return e == ERR_OTA_KEY ? ERR_KEY_OTHER : e;
}

static void look(struct findings *f, const struct args *args,
                 const uint8_t *bytes, size_t size)
{
    f->e = read_slot(f, SLOT_A, bytes, size);
    if (f->e == ERR_NONE)
        f->e = read_slot(f, SLOT_B, bytes, size);
    f->is_whole = f->e == ERR_NONE;
    if (f->has_header && args->key) {
        enum err e = check_key(f, args->key);
        f->e = f->e == ERR_NONE ? e : f->e;
    }
}

static const char *board_text(uint32_t board)
{
    return board == OTA_BOARD_CHIP    ? "real devices"
           : board == OTA_BOARD_BENCH ? "the bench only"
                                      : "another kind of board";
}

/* "1.2.3" */
static const char *version_of(const struct ota_header *h, char text[16])
{
    snprintf(text, 16, "%u.%u.%u", (unsigned)(h->version >> 24),
             (unsigned)(h->version >> 16) & 0xFFu,
             (unsigned)h->version & 0xFFFFu);
    return text;
}

static void print_text(const struct findings *f, const char *key)
{
    const struct ota_header *h = &f->header;
    char text[16];
    if (!f->has_header) {
        printf("is        an update file for Pogo, but a damaged one\n");
        return;
    }
    printf("is        an update to Pogo %s, for %s\n", version_of(h, text),
           board_text(h->board));
    printf("image     %u bytes, CRC 0x%08x in slot A, 0x%08x in slot B\n",
           (unsigned)h->image_size, (unsigned)h->image_crc[SLOT_A],
           (unsigned)h->image_crc[SLOT_B]);
    printf("words     %u of it hold slot addresses\n", (unsigned)h->words);
    printf("digest    %s\n", f->is_whole ? "right" : "wrong");
    printf("key       id %08x\n", (unsigned)h->key_id);
    if (!f->has_key)
        printf("signature not looked at: --key FILE.pem does it\n");
    else
        printf("signature %s %s\n", f->is_signed ? "right, by" : "not that of",
               key);
}

static void print_json(const struct findings *f)
{
    const struct ota_header *h = &f->header;
    char text[16];
    printf(",\"is\":\"update\"");
    if (f->has_header)
        printf(",\"version\":\"%s\",\"board\":%u,\"image_size\":%u,"
               "\"words\":%u,\"key_id\":\"%08x\",\"digest\":%s,"
               "\"signature\":%s",
               version_of(h, text), (unsigned)h->board, (unsigned)h->image_size,
               (unsigned)h->words, (unsigned)h->key_id,
               f->is_whole ? "true" : "false",
               !f->has_key    ? "null"
               : f->is_signed ? "true"
                              : "false");
    printf(",\"state\":\"%s\"", f->e == ERR_NONE ? "ok" : err_name(f->e));
    if (f->e != ERR_NONE) {
        putchar(',');
        message_json_error(f->e, f->about, image_ota_hint(f->e));
    }
    printf("}\n");
}

int image_ota_show(const struct args *args, const char *path,
                   const uint8_t *bytes, size_t size)
{
    struct findings f = {.about = path};
    look(&f, args, bytes, size);
    message_json_errors(false); /* print_json tells it in its object */
    if (args->is_json) {
        printf("{\"file\":");
        message_json(path);
        printf(",\"size\":%zu", size);
        print_json(&f);
    } else {
        printf("file      %s, %zu bytes\n", path, size);
        print_text(&f, args->key);
    }
    if (f.e == ERR_KEY_OTHER)
        return message_fail(f.e, "%s, %s", args->key, path);
    return f.e == ERR_NONE
               ? EXIT_DONE
               : message_fail_hint(f.e, image_ota_hint(f.e), "%s", f.about);
}

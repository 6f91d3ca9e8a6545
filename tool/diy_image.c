/* What may go into a device in DIY mode, and what is refused beforehand. */
#include "tool/diy_image.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include <openssl/evp.h>

#include "tool/message.h"

static bool hash(const uint8_t *bytes, size_t size, char out[DIY_SHA256])
{
    uint8_t digest[32];
    if (!EVP_Digest(bytes, size, digest, NULL, EVP_sha256(), NULL))
        return false;
    for (size_t i = 0; i < sizeof(digest); i++)
        snprintf(out + 2 * i, 3, "%02x", digest[i]);
    return true;
}

static int check(const char *path, const char *sha256,
                 const struct diy_image *image)
{
    const struct image *head = &image->set.file[0].image;
    const char *warning = image->set.file[0].what.warning;
    if (warning)
        return message_fail_code(ERR_FORMAT, EXIT_REFUSED,
                                 "take the file for the first install",
                                 "%s: %s", path, warning);
    if (image->size > DIY_IMAGE)
        return message_fail(ERR_DIY_SIZE, "%s has %zu bytes, %zu too many",
                            path, image->size, image->size - DIY_IMAGE);
    if (head->mode != IMAGE_DOUT)
        return message_fail(ERR_DIY_MODE, "%s says %s", path,
                            image_mode_name(head->mode));
    if (image_size_bytes(head->size_freq >> 4) > 0x100000u)
        return message_fail(ERR_DIY_FLASH, "%s says %s", path,
                            image_size_name(head->size_freq >> 4));
    if (sha256 && strcasecmp(sha256, image->sha256) != 0)
        return message_fail_hint(ERR_MISMATCH,
                                 "download it again, and the hash from the "
                                 "same page",
                                 "%s has SHA-256 %s", path, image->sha256);
    return EXIT_DONE;
}

int diy_image_load(const char *path, const char *sha256, struct diy_image *out)
{
    const struct args args = {.command = "flash",
                              .flash_mode = ARGS_NOT_GIVEN,
                              .flash_size = ARGS_NOT_GIVEN,
                              .flash_freq = ARGS_NOT_GIVEN,
                              .word = {path},
                              .word_count = 1};
    memset(out, 0, sizeof(*out));
    int code = firmware_load(&args, &out->set);
    if (code != EXIT_DONE)
        return code;
    const struct firmware_file *file = &out->set.file[0];
    if (file->address != 0 || !file->is_image)
        return message_fail(ERR_IMAGE_MAGIC, "%s", path);
    out->bytes = file->bytes;
    out->size = file->size;
    out->is_bench_only = file->image.has_mark && file->image.mark.target == 'B';
    if (!hash(out->bytes, out->size, out->sha256))
        return message_fail(ERR_MEMORY, "SHA-256 of %s", path);
    return check(path, sha256, out);
}

void diy_image_free(struct diy_image *image)
{
    firmware_free(&image->set);
}

bool diy_image_is_for(const struct diy_image *image,
                      const struct diy_device *device,
                      const struct diy_state *state)
{
    return !image->is_bench_only || (device->ip[0] == 127 && state->is_bench);
}

/* Loads, checks and packs what goes over the air. */
#include "tool/ota_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "tool/image_ota.h"
#include "tool/message.h"
#include "tool/os.h"

#define UPDATE_LIMIT 0x100000u
#define GZIP_WINDOW (15 + 16) /* zlib: 32 KB, with a gzip header */

/* ---- an update ----------------------------------------------------------- */

static int load_update(struct ota_file *file)
{
    enum err e =
        file->size < OTA_HEADER_SIZE
            ? ERR_OTA_TRUNCATED
            : image_ota_check(file->bytes, file->size, NULL, &file->header);
    uint32_t version = file->header.version;
    if (e != ERR_NONE)
        return message_fail_hint(e, image_ota_hint(e), "%s", file->path);
    file->is_bench = file->header.board == OTA_BOARD_BENCH;
    snprintf(file->version, sizeof(file->version), "%u.%u.%u", version >> 24,
             version >> 16 & 0xFFu, version & 0xFFFFu);
    message_talk("%s is an update to Pogo %s%s.", file->path, file->version,
                 file->is_bench ? ", for the bench" : "");
    return EXIT_DONE;
}

/* ---- an image ------------------------------------------------------------ */

static enum err pack(struct ota_file *file)
{
    z_stream z = {.next_in = file->bytes, .avail_in = (uInt)file->size};
    if (deflateInit2(&z, Z_BEST_COMPRESSION, Z_DEFLATED, GZIP_WINDOW, 9,
                     Z_DEFAULT_STRATEGY) != Z_OK)
        return ERR_MEMORY;
    uLong room = deflateBound(&z, (uLong)file->size);
    file->packed = malloc(room);
    z.next_out = file->packed;
    z.avail_out = (uInt)room;
    bool is_done = file->packed && deflate(&z, Z_FINISH) == Z_STREAM_END;
    file->packed_size = z.total_out;
    deflateEnd(&z);
    return is_done ? ERR_NONE : ERR_MEMORY;
}

/* "Tasmota 14.4.1(tasmota)": what stands behind the name, where a number does.
 */
static void read_version(struct ota_file *file, const struct recognized *what)
{
    const struct image *image = &file->set.file[0].image;
    const char *text = image->has_mark ? image->mark.version : what->text;
    const char *at = image->has_mark ? text : strchr(text, ' ');
    while (at && *at == ' ')
        at++;
    if (at && ota_version_number(at) != 0)
        snprintf(file->version, sizeof(file->version), "%.47s", at);
}

static int check_image(const struct ota_file *file)
{
    const struct firmware_file *first = &file->set.file[0];
    if (first->address != 0 || !first->is_image)
        return message_fail(ERR_IMAGE_MAGIC, "%s", file->path);
    if (first->what.warning)
        return message_fail_code(ERR_FORMAT, EXIT_REFUSED,
                                 "take the file for the first install",
                                 "%s: %s", file->path, first->what.warning);
    if (first->image.mode != IMAGE_DOUT)
        return message_fail(ERR_DIY_MODE, "%s says %s", file->path,
                            image_mode_name(first->image.mode));
    return EXIT_DONE;
}

static int load_image(struct ota_file *file)
{
    const struct args args = {.command = "flash",
                              .flash_mode = ARGS_NOT_GIVEN,
                              .flash_size = ARGS_NOT_GIVEN,
                              .flash_freq = ARGS_NOT_GIVEN,
                              .word = {file->path},
                              .word_count = 1};
    int code = firmware_load(&args, &file->set);
    if (code == EXIT_DONE)
        code = check_image(file);
    if (code != EXIT_DONE)
        return code;
    const struct firmware_file *first = &file->set.file[0];
    file->bytes = first->bytes;
    file->size = first->size;
    file->kind = first->what.kind;
    file->is_bench = first->image.has_mark && first->image.mark.target == 'B';
    read_version(file, &first->what);
    enum err e = pack(file);
    return e == ERR_NONE ? EXIT_DONE : message_fail(e, "%s", file->path);
}

int ota_file_load(const char *path, struct ota_file *out)
{
    memset(out, 0, sizeof(*out));
    out->path = path;
    enum err e = os_read_file(path, FIRMWARE_LIMIT, &out->bytes, &out->size);
    if (e != ERR_NONE)
        return message_fail(e, "%s", path);
    out->is_update =
        image_ota_is(out->bytes, out->size) && out->size <= UPDATE_LIMIT;
    if (out->is_update)
        return load_update(out);
    free(out->bytes);
    out->bytes = NULL;
    return load_image(out);
}

void ota_file_free(struct ota_file *file)
{
    if (file->is_update)
        free(file->bytes);
    free(file->packed);
    firmware_free(&file->set);
    memset(file, 0, sizeof(*file));
}

/* ---- for this device? ---------------------------------------------------- */

static bool is_loopback(const char *peer)
{
    return strncmp(peer, "127.", 4) == 0;
}

/* Which board Pogo runs on only it knows: it says ERR_OTA_BOARD itself. */
static enum err update_fits(const struct ota_file *file,
                            const struct ota_device *device, const char *peer)
{
    uint32_t runs = ota_version_number(device->version);
    uint32_t wanted = ota_version_number(file->version);
    if (file->is_bench && !is_loopback(peer))
        return ERR_IMAGE_BENCH_ONLY;
    return runs != 0 && wanted < runs ? ERR_OTA_OLDER : ERR_NONE;
}

enum err ota_file_fits(const struct ota_file *file,
                       const struct ota_device *device, const char *peer)
{
    if (device->kind == OTA_OTHER ||
        (device->kind == OTA_POGO) != file->is_update)
        return ERR_WEB_KIND;
    if (file->is_update)
        return update_fits(file, device, peer);
    /* How others come up, and whether they do, nobody could tell. */
    if (file->kind != FIRMWARE_POGO && file->kind != FIRMWARE_TASMOTA)
        return ERR_WEB_KIND;
    if (file->is_bench && !(device->is_bench && is_loopback(peer)))
        return ERR_IMAGE_BENCH_ONLY;
    uint32_t flash = image_size_bytes(file->set.file[0].image.size_freq >> 4);
    if (device->flash_kb != 0 && flash > device->flash_kb * 1024u)
        return ERR_IMAGE_SIZE;
    return ERR_NONE;
}

bool ota_file_runs(const struct ota_file *file, const struct ota_device *device)
{
    size_t n = strlen(file->version);
    if (n == 0 || strncmp(device->version, file->version, n) != 0)
        return false;
    if (file->is_update)
        return device->version[n] == '(' && device->is_confirmed;
    return file->kind == FIRMWARE_TASMOTA && strchr(file->version, '(') &&
           device->version[n] == '\0';
}

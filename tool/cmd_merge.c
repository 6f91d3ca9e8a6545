/* pogo merge: several files into one, as they would lie on the flash. No chip
 * needed. Byte for byte as esptool's merge-bin makes it. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/backup.h"
#include "tool/cmd.h"
#include "tool/firmware_file.h"
#include "tool/message.h"
#include "tool/os.h"

/* Where the merged file ends, on the flash. */
static uint32_t find_end(const struct firmware_set *set,
                         const struct args *args)
{
    uint32_t end = args->pad_to_size;
    for (unsigned i = 0; i < set->count; i++) {
        uint32_t stop = set->file[i].address + (uint32_t)set->file[i].size;
        if (stop > end)
            end = stop;
    }
    return end;
}

static int write_out(const char *path, const uint8_t *bytes, size_t size)
{
    struct os_output out;
    enum err e = os_output_open(&out, path, size, false);
    if (e == ERR_NONE)
        e = os_output_finish(&out, bytes, size);
    return e == ERR_NONE ? EXIT_DONE : message_fail(e, "%s", path);
}

static void report(const struct firmware_set *set, const struct args *args,
                   const uint8_t *bytes, size_t size)
{
    char md5[33];
    message_talk("%s: %zu bytes of %u files, for 0x%05x", args->output, size,
                 set->count, (unsigned)args->target_offset);
    if (!args->is_json)
        return;
    backup_md5(bytes, size, md5);
    printf("{\"file\":");
    message_json(args->output);
    printf(",\"address\":%u,\"size\":%zu,\"md5\":\"%s\"}\n",
           (unsigned)args->target_offset, size, md5);
}

static int merge(struct firmware_set *set, const struct args *args)
{
    uint32_t start = args->target_offset, end = find_end(set, args);
    if (end > FIRMWARE_LIMIT)
        return message_fail(ERR_IMAGE_TOO_LARGE, "%s would end at 0x%05x",
                            args->output, (unsigned)end);
    size_t size = end - start;
    uint8_t *bytes = malloc(size);
    if (!bytes)
        return message_fail(ERR_MEMORY, "%s", args->output);
    memset(bytes, 0xFF, size);
    for (unsigned i = 0; i < set->count; i++) {
        const struct firmware_file *file = &set->file[i];
        memcpy(bytes + (file->address - start), file->bytes, file->size);
    }
    int code = write_out(args->output, bytes, size);
    if (code == EXIT_DONE)
        report(set, args, bytes, size);
    free(bytes);
    return code;
}

static int check(const struct firmware_set *set, const struct args *args)
{
    char problem[256];
    for (unsigned i = 0; i < set->count; i++) {
        if (set->file[i].address >= args->target_offset)
            continue;
        snprintf(problem, sizeof(problem), "%s is for 0x%05x, before 0x%05x",
                 set->file[i].path, (unsigned)set->file[i].address,
                 (unsigned)args->target_offset);
        return message_usage("merge", problem);
    }
    return EXIT_DONE;
}

int cmd_merge(const struct args *args)
{
    static struct firmware_set set;
    if (!args->output)
        return message_usage("merge", "-o FILE says where it goes");
    if (args->flash_size == ARGS_DETECT)
        return message_usage("merge", "no chip is asked: -fs detect can't be");
    int code = firmware_load(args, &set);
    if (code == EXIT_DONE)
        code = check(&set, args);
    if (code == EXIT_DONE) {
        firmware_apply_header(&set, args);
        code = merge(&set, args);
    }
    firmware_free(&set);
    return code;
}

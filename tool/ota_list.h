/* Which devices `pogo ota` is for: words of the command line, lines of a file,
 * or the column "address" of a CSV file, as the log of pogo install --loop has
 * it. Each device once. Prints nothing. */
#ifndef TOOL_OTA_LIST_H
#define TOOL_OTA_LIST_H

#include "tool/ota_talk.h"

#define OTA_DEVICES 1024u

struct ota_list {
    char place[OTA_DEVICES][OTA_PLACE];
    unsigned count;
};

/* ERR_FORMAT: it is no place; ERR_NO_ROOM: too many. */
MUST_USE enum err ota_list_add(struct ota_list *list, const char *place);
/* Empty lines and what follows a # are left out. ERR_FORMAT with the line in
 * problem; errors of os_read_file. */
MUST_USE enum err ota_list_read(struct ota_list *list, const char *path,
                                char *problem, size_t room);

#endif

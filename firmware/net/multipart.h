/* One file out of a form's body (RFC 7578): the bytes of the part that a
 * browser or curl sends for a file field, as they come. Called by the core's
 * web server for uploads. Holds no file; reading any bytes is safe. */
#ifndef FIRMWARE_NET_MULTIPART_H
#define FIRMWARE_NET_MULTIPART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MULTIPART_BOUNDARY 70u /* characters at most (RFC 2046, 5.1.1) */
#define MULTIPART_HEAD 512u    /* bytes of a part's headers at most */

enum multipart_state {
    MULTIPART_BEFORE, /* nothing of a part yet */
    MULTIPART_HEADS,  /* its headers */
    MULTIPART_FILE,   /* the bytes of a part that has a file name */
    MULTIPART_OTHER,  /* ... and of one that has none: they go by */
    MULTIPART_AFTER,  /* a boundary was read: is it the last? */
    MULTIPART_END,
    MULTIPART_BAD
};

/* The fields are the reader's own; others may read state. */
struct multipart {
    enum multipart_state state;
    char mark[MULTIPART_BOUNDARY + 5]; /* CR LF -- and the boundary */
    uint8_t mark_size;
    uint8_t matched;    /* bytes of mark that were read */
    uint8_t name_at;    /* how much of "filename=" was read in this line */
    bool has_file;      /* this part's headers have a file name */
    bool is_line_empty; /* nothing of this header line yet */
    char last;          /* the byte before */
    uint16_t head;      /* bytes of this part's headers */
};

/* Begin, with the request's Content-Type. False: it is no
 * multipart/form-data, or its boundary can't be one. */
bool multipart_start(struct multipart *part, const char *content_type);

/* The body's next bytes. take gets those of the file, in pieces of 1 and more;
 * false from it ends the reading. Returns false when the body is wrong
 * (MULTIPART_BAD) or take said so. Bytes after the end go by. */
bool multipart_feed(struct multipart *part, const uint8_t *bytes, size_t size,
                    bool (*take)(void *ctx, const uint8_t *bytes, size_t size),
                    void *ctx);

#endif

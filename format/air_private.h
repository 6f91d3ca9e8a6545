/* What the air_*.c files share: the reader of one line. Nobody else includes
 * this. */
#ifndef FORMAT_AIR_PRIVATE_H
#define FORMAT_AIR_PRIVATE_H

#include "format/air.h"
#include "format/word.h"

#define AIR_WORD 128u
/* IEEE 802.11: 3 is a deauthentication because the sender leaves. */
#define AIR_REASON_LEAVING 3u

struct air_reader {
    struct air *air;
    const char *at, *end;
    struct air_error *error;
    char word[AIR_WORD]; /* the last one taken */
    size_t size;
    bool is_line;   /* a control line, not one of the file */
    bool is_secret; /* from here on words may be parts of a password */
    bool is_bare;   /* the password was, so the next may be its second word */
};

#define AIR_QUOTES "put names and passwords with spaces in quotes"

/* ERR_FORMAT, with the last word as the one in question; without it when it may
 * be secret. */
enum err air_refuse(struct air_reader *r, const char *what, const char *hint);
enum err air_refuse_secret(struct air_reader *r, const char *what,
                           const char *hint);
enum word air_next_word(struct air_reader *r);
bool air_is_word(const struct air_reader *r, const char *text);
enum err air_take_number(struct air_reader *r, int64_t least, int64_t most,
                         const char *hint, int64_t *out);
enum err air_take_ms(struct air_reader *r, int64_t *out);
enum err air_take_rssi(struct air_reader *r, int64_t *out);
enum err air_take_reason(struct air_reader *r, int64_t *out);
/* AIR_PASSWORD + 1 bytes. */
enum err air_take_password(struct air_reader *r, char *out);
enum err air_take_name(struct air_reader *r); /* it is in r->word */

/* air_ap.c: what follows the word `ap`. */
enum err air_read_ap(struct air_reader *r);

#endif

/* The boundary is looked for byte by byte. It begins with CR LF, and CR is
 * nowhere else in it: so when a byte does not go on with it, what was held back
 * belongs to the file, and only this byte can begin it anew. */
#include "firmware/net/multipart.h"

#include "firmware/net/ascii.h"

/* RFC 2046, 5.1.1, without the space. */
static bool is_boundary(char c)
{
    static const char others[] = "'()+_,-./:=?";
    char l = ascii_lower(c);
    if ((l >= 'a' && l <= 'z') || (c >= '0' && c <= '9'))
        return true;
    for (size_t i = 0; others[i]; i++) {
        if (c == others[i])
            return true;
    }
    return false;
}

static const char *find_boundary(const char *type)
{
    while (*type) {
        while (*type && *type != ';')
            type++;
        while (*type == ';' || *type == ' ' || *type == '\t')
            type++;
        const char *value = ascii_behind(type, "boundary=");
        if (value)
            return value;
    }
    return NULL;
}

bool multipart_start(struct multipart *part, const char *content_type)
{
    const char *value = ascii_behind(content_type, "multipart/form-data");
    value = value ? find_boundary(value) : NULL;
    *part = (struct multipart){.state = MULTIPART_BAD,
                               .mark = {'\r', '\n', '-', '-'},
                               .mark_size = 4,
                               .matched = 2}; /* no line before the first */
    if (!value)
        return false;
    bool is_quoted = *value == '"';
    for (value += is_quoted; is_boundary(*value); value++) {
        if (part->mark_size == 4 + MULTIPART_BOUNDARY)
            return false;
        part->mark[part->mark_size++] = *value;
    }
    bool is_ended =
        is_quoted ? *value == '"' : !*value || *value == ';' || *value == ' ';
    if (part->mark_size == 4 || !is_ended)
        return false;
    part->state = MULTIPART_BEFORE;
    return true;
}

/* ---- a part's headers ---------------------------------------------------- */

static void begin_heads(struct multipart *part)
{
    part->state = MULTIPART_HEADS;
    part->head = 0;
    part->has_file = false;
    part->is_line_empty = true;
    part->name_at = 0;
    part->last = 0;
}

static void end_heads(struct multipart *part)
{
    part->state = part->has_file ? MULTIPART_FILE : MULTIPART_OTHER;
    part->matched = 0;
}

/* Does the line go on with "filename=" or "filename*="? */
static void look_for_name(struct multipart *part, char c)
{
    static const char name[] = "filename";
    char l = ascii_lower(c);
    if (part->name_at == sizeof(name) - 1) {
        if (c == '=')
            part->has_file = true;
        part->name_at = c == '*' ? part->name_at : 0;
    } else if (l == name[part->name_at] &&
               (part->name_at > 0 || part->last == ' ' || part->last == ';')) {
        part->name_at++;
    } else {
        part->name_at = 0;
    }
}

static void take_head(struct multipart *part, char c)
{
    if (++part->head > MULTIPART_HEAD) {
        part->state = MULTIPART_BAD;
    } else if (c == '\n' && part->last == '\r' && part->is_line_empty) {
        end_heads(part);
    } else if (c == '\n') {
        part->is_line_empty = true;
        part->name_at = 0;
    } else if (c != '\r') {
        part->is_line_empty = false;
        look_for_name(part, c);
    }
    part->last = c;
}

/* ---- the rest ------------------------------------------------------------ */

/* Behind a boundary: CR LF and another part, or "--" and nothing more. */
static void take_after(struct multipart *part, char c)
{
    if (part->last == '-' && c == '-')
        part->state = MULTIPART_END;
    else if (part->last == '\r' && c == '\n')
        begin_heads(part);
    else if (part->last == 0 && (c == '-' || c == '\r'))
        part->last = c;
    else
        part->state = MULTIPART_BAD;
}

struct taker {
    bool (*take)(void *ctx, const uint8_t *bytes, size_t size);
    void *ctx;
};

static bool give(const struct multipart *part, const struct taker *taker,
                 const uint8_t *bytes, size_t size)
{
    return part->state != MULTIPART_FILE || size == 0 ||
           taker->take(taker->ctx, bytes, size);
}

/* Bytes of the part's content up to the boundary or the end of what there is;
 * how many were taken, or 0 when take refused. */
static size_t take_content(struct multipart *part, const uint8_t *bytes,
                           size_t size, const struct taker *taker)
{
    size_t begin = 0, at = 0;
    uint8_t held = part->matched; /* bytes of mark that came before these */
    for (; at < size && part->matched < part->mark_size; at++) {
        char c = (char)bytes[at];
        if (c == part->mark[part->matched]) {
            part->matched++;
            continue;
        }
        if (held > 0 && !give(part, taker, (const uint8_t *)part->mark, held))
            return 0;
        held = 0;
        part->matched = c == part->mark[0];
    }
    /* What may still be the boundary waits. */
    size_t waiting = part->matched - (size_t)held;
    if (!give(part, taker, bytes + begin, at - begin - waiting))
        return 0;
    if (part->matched == part->mark_size) {
        part->state = MULTIPART_AFTER;
        part->last = 0;
    }
    return at;
}

/* The body begins with the boundary: nobody sends a preamble in forms. */
static void take_before(struct multipart *part, char c)
{
    if (c != part->mark[part->matched]) {
        part->state = MULTIPART_BAD;
        return;
    }
    if (++part->matched == part->mark_size) {
        part->state = MULTIPART_AFTER;
        part->last = 0;
    }
}

static void take_byte(struct multipart *part, char c)
{
    if (part->state == MULTIPART_BEFORE)
        take_before(part, c);
    else if (part->state == MULTIPART_HEADS)
        take_head(part, c);
    else
        take_after(part, c);
}

bool multipart_feed(struct multipart *part, const uint8_t *bytes, size_t size,
                    bool (*take)(void *ctx, const uint8_t *bytes, size_t size),
                    void *ctx)
{
    const struct taker taker = {take, ctx};
    while (size > 0 && part->state < MULTIPART_END) {
        size_t n = 1;
        if (part->state == MULTIPART_FILE || part->state == MULTIPART_OTHER)
            n = take_content(part, bytes, size, &taker);
        else
            take_byte(part, (char)*bytes);
        if (n == 0)
            part->state = MULTIPART_BAD;
        bytes += n;
        size -= n;
    }
    return part->state != MULTIPART_BAD;
}

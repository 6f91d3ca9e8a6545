/* HTTP requests out of bytes. Every byte of the head is looked at once, by the
 * state that the request is in. */
#include "firmware/net/http.h"

#include "firmware/net/ascii.h"

enum {
    KEPT_NOTHING = HTTP_FIELDS, /* and its value goes by */
    KEPT_SIZE,                  /* Content-Length */
    KEPT_CODING,                /* Transfer-Encoding */
    KEPT_CONNECTION,
    KEPT_AGENT /* User-Agent; only its beginning */
};
static const char browser[] = "mozilla/";
#define BROWSER (sizeof(browser) - 1)

/* clang-format off */
static const struct {
    const char *name; /* lower case */
    uint8_t kept;
} fields[] = {
    {"host", HTTP_HOST},
    {"origin", HTTP_ORIGIN},
    {"referer", HTTP_REFERER},
    {"authorization", HTTP_AUTHORIZATION},
    {"content-type", HTTP_CONTENT_TYPE},
    {"x-requested-with", HTTP_REQUESTED_WITH},
    {"sec-fetch-site", HTTP_FETCH_SITE},
    {"content-length", KEPT_SIZE},
    {"transfer-encoding", KEPT_CODING},
    {"connection", KEPT_CONNECTION},
    {"user-agent", KEPT_AGENT},
};

static const struct {
    const char *name;
    enum http_method method;
} methods[] = {
    {"GET", HTTP_GET},
    {"HEAD", HTTP_HEAD},
    {"POST", HTTP_POST},
    {"OPTIONS", HTTP_OPTIONS},
};
/* clang-format on */
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

static bool same(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

static void refuse(struct http_request *request, unsigned status)
{
    request->state = HTTP_REFUSED;
    request->status = (uint16_t)status;
}

static void keep(struct http_request *request, char c, unsigned status)
{
    if (request->used + 1 >= request->room_size)
        refuse(request, status);
    else
        request->room[request->used++] = c;
}

/* What was kept since begin becomes a text. */
static char *end_text(struct http_request *request)
{
    char *text = request->room + request->begin;
    request->room[request->used++] = 0;
    return text;
}

/* ---- the request line ---------------------------------------------------- */

/* Cut at the next space; NULL: there is none. */
static char *cut(char *text, char at)
{
    while (*text && *text != at)
        text++;
    if (*text == 0)
        return NULL;
    *text = 0;
    return text + 1;
}

static const char nothing[] = "";

/* "GET /path?query HTTP/1.1" */
static void end_line(struct http_request *request)
{
    char *method = end_text(request);
    char *target = cut(method, ' ');
    char *version = target ? cut(target, ' ') : NULL;
    if (!version || target[0] != '/' || cut(version, ' ')) {
        refuse(request, 400);
        return;
    }
    request->has_http_1_1 = same(version, "HTTP/1.1");
    request->is_closing = !request->has_http_1_1;
    if (!request->has_http_1_1 && !same(version, "HTTP/1.0")) {
        refuse(request, 505);
        return;
    }
    request->method = HTTP_OTHER;
    for (size_t i = 0; i < COUNT(methods); i++) {
        if (same(method, methods[i].name))
            request->method = methods[i].method;
    }
    request->path = target;
    const char *query = cut(target, '?');
    request->query = query ? query : nothing;
    request->state = HTTP_NAME;
    request->begin = request->used;
}

static void take_line(struct http_request *request, char c)
{
    bool is_empty = request->used == request->begin;
    if (c == '\n' && !is_empty)
        end_line(request);
    else if (c == '\n')
        return; /* an empty line before a request: RFC 9112, 2.2 */
    else if ((unsigned char)c <= 0x20 && c != ' ')
        refuse(request, 400);
    else
        keep(request, c, 414);
}

/* ---- headers ------------------------------------------------------------- */

/* What a name may hold (RFC 9110, 5.6.2). */
static bool is_token(char c)
{
    static const char others[] = "!#$%&'*+-.^_`|~";
    c = ascii_lower(c);
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
        return true;
    for (size_t i = 0; others[i]; i++) {
        if (c == others[i])
            return true;
    }
    return false;
}

static void end_head(struct http_request *request)
{
    if (request->has_http_1_1 && !request->field[HTTP_HOST])
        refuse(request, 400); /* RFC 9112, 3.2 */
    else if (request->method == HTTP_POST && !request->has_size)
        refuse(request, 411);
    else
        request->state = HTTP_BODY;
}

static void end_name(struct http_request *request)
{
    const char *name = end_text(request);
    request->kept = KEPT_NOTHING;
    for (size_t i = 0; i < COUNT(fields); i++) {
        if (ascii_is(name, fields[i].name))
            request->kept = fields[i].kept;
    }
    request->used = request->begin; /* the name itself is not kept */
    request->state = HTTP_VALUE;
}

static void take_name(struct http_request *request, char c)
{
    bool is_empty = request->used == request->begin;
    if (c == '\n' && is_empty)
        end_head(request);
    else if (c == ':' && !is_empty)
        end_name(request);
    else if (is_token(c))
        keep(request, c, 431);
    else
        refuse(request, 400); /* folded lines too: RFC 9112, 5.2 */
}

static void take_size(struct http_request *request, const char *value)
{
    uint32_t size = 0;
    if (request->has_size || *value == 0) {
        refuse(request, 400);
        return;
    }
    for (; *value; value++) {
        if (*value < '0' || *value > '9' || size > (UINT32_MAX - 9) / 10) {
            refuse(request, 400);
            return;
        }
        size = 10 * size + (uint32_t)(*value - '0');
    }
    request->has_size = true;
    request->size = size;
}

/* Is word one of a comma-separated list? */
static bool lists(const char *list, const char *word)
{
    while (*list) {
        size_t n = 0;
        while (*list == ' ' || *list == ',' || *list == '\t')
            list++;
        while (word[n] && ascii_lower(list[n]) == word[n])
            n++;
        if (word[n] == 0 && (list[n] == 0 || list[n] == ',' || list[n] == ' '))
            return true;
        while (*list && *list != ',')
            list++;
    }
    return false;
}

static void end_value(struct http_request *request)
{
    size_t begin = request->begin;
    while (request->used > begin && (request->room[request->used - 1] == ' ' ||
                                     request->room[request->used - 1] == '\t'))
        request->used--;
    request->state = HTTP_NAME;
    if (request->kept == KEPT_NOTHING)
        return;
    const char *value = end_text(request);
    if (request->kept < HTTP_FIELDS) {
        if (request->field[request->kept])
            refuse(request, 400); /* which one of two would count? */
        request->field[request->kept] = value;
        request->begin = request->used;
        return;
    }
    if (request->kept == KEPT_SIZE)
        take_size(request, value);
    else if (request->kept == KEPT_AGENT)
        request->is_browser = ascii_is(value, browser);
    else if (request->kept == KEPT_CODING)
        refuse(request, 501); /* no chunks: what a client sends has a size */
    else
        request->is_closing =
            lists(value, "close") ||
            (!request->has_http_1_1 && !lists(value, "keep-alive"));
    request->used = begin;
}

static void take_value(struct http_request *request, char c)
{
    bool is_empty = request->used == request->begin;
    if (c == '\n')
        end_value(request);
    else if (((unsigned char)c < 0x20 && c != '\t') || c == 0x7F)
        refuse(request, 400);
    else if (request->kept == KEPT_NOTHING ||
             (is_empty && (c == ' ' || c == '\t')) ||
             (request->kept == KEPT_AGENT &&
              request->used - request->begin >= BROWSER))
        return;
    else
        keep(request, c, 431);
}

/* ---- the head ------------------------------------------------------------ */

void http_request_start(struct http_request *request, char *room, size_t size)
{
    *request = (struct http_request){.room = room, .room_size = size};
}

static void take(struct http_request *request, char c)
{
    if (request->state == HTTP_LINE)
        take_line(request, c);
    else if (request->state == HTTP_NAME)
        take_name(request, c);
    else
        take_value(request, c);
}

size_t http_request_take(struct http_request *request, const char *bytes,
                         size_t size)
{
    size_t at = 0;
    while (at < size && request->state < HTTP_BODY) {
        char c = bytes[at++];
        if (++request->taken > HTTP_HEAD_MOST)
            refuse(request, 431);
        else if (request->had_return && c != '\n')
            refuse(request, 400); /* a carriage return by itself */
        else if (c != '\r')
            take(request, c);
        request->had_return = c == '\r';
    }
    return at;
}

const char *http_reason(unsigned status)
{
    /* clang-format off */
    static const struct {
        uint16_t status;
        const char *reason;
    } rows[] = {
        {200, "OK"}, {204, "No Content"}, {302, "Found"},
        {304, "Not Modified"}, {400, "Bad Request"}, {401, "Unauthorized"},
        {403, "Forbidden"}, {404, "Not Found"}, {405, "Method Not Allowed"},
        {408, "Request Timeout"}, {411, "Length Required"},
        {413, "Content Too Large"}, {414, "URI Too Long"},
        {429, "Too Many Requests"}, {431, "Request Header Fields Too Large"},
        {500, "Internal Server Error"}, {501, "Not Implemented"},
        {503, "Service Unavailable"}, {505, "HTTP Version Not Supported"},
    };
    /* clang-format on */
    for (size_t i = 0; i < COUNT(rows); i++) {
        if (rows[i].status == status)
            return rows[i].reason;
    }
    return "Error";
}

/* The head of an HTTP answer out of bytes. Every byte is looked at once; a name
 * is compared with the headers that count while it comes. */
#include "firmware/net/http_answer.h"

#include "firmware/net/ascii.h"

enum { SIZE_BIT = 1, TRANSFER_BIT = 2, CODING_BIT = 4, ALL_BITS = 7 };

/* In the order of their bits; lower case. */
static const char *const names[] = {"content-length", "transfer-encoding",
                                    "content-encoding"};
#define NAMES (sizeof(names) / sizeof(names[0]))

static void refuse(struct http_answer *answer, enum err why)
{
    answer->state = HTTP_ANSWER_REFUSED;
    answer->error = (uint8_t)why;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static void count_character(struct http_answer *answer)
{
    if (answer->at < UINT8_MAX)
        answer->at++;
}

/* ---- the status line ----------------------------------------------------- */

static void end_line(struct http_answer *answer)
{
    unsigned status = answer->status;
    answer->state = HTTP_ANSWER_NAME;
    answer->at = 0;
    answer->named = ALL_BITS;
    if (status < 100)
        refuse(answer, ERR_FETCH_HTTP);
    else if (status == 404 || status == 410)
        refuse(answer, ERR_FETCH_MISSING);
    else if (status >= 300 && status <= 399)
        refuse(answer, ERR_FETCH_REDIRECT);
    else if (status != 200)
        refuse(answer, ERR_FETCH_REFUSED);
}

/* "HTTP/1.1 200 OK"; the words at its end may be missing. */
static void take_line(struct http_answer *answer, uint8_t c)
{
    static const char begin[] = "HTTP/1.";
    const unsigned minor = sizeof(begin) - 1, code = minor + 2;
    unsigned at = answer->at;
    bool is_right = true;
    if (c == '\n') {
        is_right = at >= code + 3;
    } else if (at < minor) {
        is_right = c == (uint8_t)begin[at];
    } else if (at == minor) {
        is_right = is_digit(c);
    } else if (at == code - 1 || at == code + 3) {
        is_right = c == ' ';
    } else if (at < code + 3) {
        is_right = is_digit(c);
        answer->status = (uint16_t)(10u * answer->status + (c - '0'));
    }
    count_character(answer);
    if (!is_right)
        refuse(answer, ERR_FETCH_HTTP);
    else if (c == '\n')
        end_line(answer);
}

/* ---- headers ------------------------------------------------------------- */

/* Which of them still fit; with c 0 those that are complete. */
static void narrow(struct http_answer *answer, uint8_t c)
{
    for (unsigned i = 0; i < NAMES; i++) {
        unsigned bit = 1u << i;
        if ((answer->named & bit) && (uint8_t)names[i][answer->at] != c)
            answer->named = (uint8_t)(answer->named & ~bit);
    }
}

static void begin_value(struct http_answer *answer)
{
    narrow(answer, 0);
    answer->state = HTTP_ANSWER_VALUE;
    answer->at = 0;
    answer->is_ended = false;
    if (answer->named & (TRANSFER_BIT | CODING_BIT))
        refuse(answer, ERR_FETCH_CODED);
    else if ((answer->named & SIZE_BIT) && answer->has_size)
        refuse(answer, ERR_FETCH_HTTP); /* which one would count? */
}

static void take_name(struct http_answer *answer, uint8_t c)
{
    if (c == '\n' && answer->at == 0) {
        answer->state = HTTP_ANSWER_BODY;
    } else if (c == ':' && answer->at > 0) {
        begin_value(answer);
    } else if (c <= ' ' || c >= 0x7F || c == ':') {
        refuse(answer, ERR_FETCH_HTTP); /* folded lines too */
    } else {
        narrow(answer, (uint8_t)ascii_lower((char)c));
        count_character(answer);
    }
}

static void take_size(struct http_answer *answer, uint8_t c)
{
    bool is_space = c == ' ' || c == '\t';
    if (is_space)
        answer->is_ended = answer->at > 0;
    else if (!is_digit(c) || answer->is_ended ||
             answer->size > (UINT32_MAX - 9) / 10)
        refuse(answer, ERR_FETCH_HTTP);
    else
        answer->size = 10 * answer->size + (uint32_t)(c - '0');
    if (!is_space)
        count_character(answer);
}

static void take_value(struct http_answer *answer, uint8_t c)
{
    bool is_size = answer->named & SIZE_BIT;
    if (c == '\n') {
        if (is_size && answer->at == 0)
            refuse(answer, ERR_FETCH_HTTP);
        else
            answer->state = HTTP_ANSWER_NAME;
        answer->has_size = answer->has_size || is_size;
        answer->at = 0;
        answer->named = ALL_BITS;
    } else if (is_size) {
        take_size(answer, c);
    }
}

/* ---- the head ------------------------------------------------------------ */

void http_answer_start(struct http_answer *answer)
{
    *answer = (struct http_answer){.state = HTTP_ANSWER_LINE};
}

static void take(struct http_answer *answer, uint8_t c)
{
    if (answer->state == HTTP_ANSWER_LINE)
        take_line(answer, c);
    else if (answer->state == HTTP_ANSWER_NAME)
        take_name(answer, c);
    else
        take_value(answer, c);
}

size_t http_answer_take(struct http_answer *answer, const uint8_t *bytes,
                        size_t size)
{
    size_t at = 0;
    while (at < size && answer->state < HTTP_ANSWER_BODY) {
        uint8_t c = bytes[at++];
        if (++answer->taken > HTTP_ANSWER_MOST ||
            (answer->had_return && c != '\n'))
            refuse(answer, ERR_FETCH_HTTP);
        else if (c != '\r')
            take(answer, c);
        answer->had_return = c == '\r';
    }
    return at;
}

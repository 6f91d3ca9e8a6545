/* Answers of the web server, written piece by piece. Where the size does not
 * show in advance they are chunked (RFC 9112, 7.1), for HTTP/1.0 they end with
 * the connection. */
#include "firmware/core/web_private.h"

#include "firmware/core/version.h"

/* ---- bytes --------------------------------------------------------------- */

static char *body_of(struct web_out *out)
{
    return out->piece + WEB_CHUNK_HEAD;
}

/* The piece's bytes with a chunk's size and line ends around them. */
static size_t frame(struct web_out *out)
{
    static const char digits[] = "0123456789ABCDEF";
    char *piece = out->piece, *end = body_of(out) + out->size;
    piece[0] = digits[out->size >> 8 & 0xFu];
    piece[1] = digits[out->size >> 4 & 0xFu];
    piece[2] = digits[out->size & 0xFu];
    piece[3] = end[0] = '\r';
    piece[4] = end[1] = '\n';
    return WEB_CHUNK_HEAD + out->size + 2;
}

void web_flush(struct web_out *out)
{
    const char *from = body_of(out);
    size_t size = out->size;
    if (size == 0)
        return;
    if (out->is_body && out->client->is_chunked) {
        size = frame(out);
        from = out->piece;
    }
    out->size = 0;
    if (out->is_body && out->client->has_no_body)
        return;
    if (!out->is_broken && !hal_tcp_send(out->client->socket, from, size))
        out->is_broken = true;
}

void web_put_size(struct web_out *out, const char *bytes, size_t size)
{
    for (size_t i = 0; i < size; i++) {
        if (out->size == WEB_PIECE)
            web_flush(out);
        body_of(out)[out->size++] = bytes[i];
    }
}

void web_put(struct web_out *out, const char *text)
{
    web_put_size(out, text, text_length(text));
}

void web_put_number(struct web_out *out, uint32_t number)
{
    char digits[12];
    struct text text;
    text_init(&text, digits, sizeof(digits));
    text_format(&text, "%u", (unsigned)number);
    web_put(out, digits);
}

void web_put_json(struct web_out *out, const char *string)
{
    for (; *string; string++) {
        char escaped[8];
        struct text text;
        text_init(&text, escaped, sizeof(escaped));
        text_json_size(&text, string, 1);
        web_put(out, escaped);
    }
}

/* Each piece of WEB_PIECE costs 7 bytes more; the last chunk is 5. */
size_t web_room(const struct web_out *out)
{
    size_t room = hal_tcp_room(out->client->socket);
    size_t used = out->size + room / 32 + 16;
    return room > used ? room - used : 0;
}

/* ---- the head ------------------------------------------------------------ */

void web_begin(const struct device *dev, struct web_out *out,
               struct web_client *client, unsigned status, const char *type,
               const char *extra, uint32_t size)
{
    out->client = client;
    out->size = 0;
    out->is_body = out->is_broken = false;
    if (size != WEB_SIZE_OPEN)
        client->is_chunked = false;
    web_put(out, "HTTP/1.1 ");
    web_put_number(out, status);
    web_put(out, " ");
    web_put(out, http_reason(status));
    web_put(out, "\r\nServer: Tasmota/");
    web_put(out, version_text);
    /* No frames: clicks could be stolen from there. */
    web_put(out, " (Pogo)\r\nConnection: close\r\nX-Frame-Options: DENY\r\n"
                 "X-Content-Type-Options: nosniff\r\n"
                 "Cache-Control: no-cache, no-store, must-revalidate\r\n"
                 "Pragma: no-cache\r\nExpires: -1\r\n");
    web_put(out, extra);
    if (dev->settings.cors[0]) {
        web_put(out, "Access-Control-Allow-Origin: ");
        web_put(out, dev->settings.cors);
        web_put(out, "\r\n");
    }
    web_put(out, "Content-Type: ");
    web_put(out, type);
    if (client->is_chunked)
        web_put(out, "\r\nTransfer-Encoding: chunked");
    if (size != WEB_SIZE_OPEN) {
        web_put(out, "\r\nContent-Length: ");
        web_put_number(out, size);
    }
    web_put(out, "\r\n\r\n");
    web_flush(out);
    out->is_body = true;
}

/* ---- the end ------------------------------------------------------------- */

static void finish(struct device *dev, struct web_out *out)
{
    struct web_client *client = out->client;
    web_flush(out);
    /* Without its last chunk the client knows that something is missing. */
    if (client->is_chunked && !client->has_no_body && !out->is_broken)
        (void)hal_tcp_send(client->socket, "0\r\n\r\n", 5);
    web_close(dev, client);
}

void web_end(struct device *dev, struct web_out *out)
{
    finish(dev, out);
}

void web_say(struct device *dev, struct web_client *client, unsigned status,
             const char *type, const char *extra, const char *text)
{
    struct web_out out;
    web_begin(dev, &out, client, status, type, extra,
              (uint32_t)text_length(text));
    web_put(&out, text);
    web_end(dev, &out);
}

/* ---- long ones ----------------------------------------------------------- */

static void write_more(struct device *dev, struct web_out *out)
{
    struct web_client *client = out->client;
    bool has_more = client->more(dev, out, &client->at);
    web_flush(out);
    if (has_more && !out->is_broken)
        client->since_ms = dev->now_ms;
    else
        finish(dev, out);
}

void web_end_later(struct device *dev, struct web_out *out, web_more *more)
{
    struct web_client *client = out->client;
    if (client->has_no_body) {
        finish(dev, out);
        return;
    }
    web_release(dev, client);
    client->state = WEB_SENDING;
    client->more = more;
    client->at = 0;
    write_more(dev, out);
}

void web_go_on(struct device *dev, struct web_client *client)
{
    struct web_out out = {.client = client, .is_body = true};
    write_more(dev, &out);
}

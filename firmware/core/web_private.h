/* What the web*.c files share: a request on its way through its handler, and
 * how an answer is written. */
#ifndef FIRMWARE_CORE_WEB_PRIVATE_H
#define FIRMWARE_CORE_WEB_PRIVATE_H

#include "firmware/core/device.h"
#include "firmware/core/text.h"
#include "firmware/core/web.h"

#define WEB_PIECE 256u    /* bytes of an answer that go out together */
#define WEB_CHUNK_HEAD 5u /* "100" CR LF */

/* ---- answers: web_answer.c ---- */

/* An answer that is being written, on the stack. */
struct web_out {
    struct web_client *client;
    /* With room for a chunk's size before it and its line end behind. */
    char piece[WEB_CHUNK_HEAD + WEB_PIECE + 2];
    size_t size;    /* of it, without those */
    bool is_body;   /* no header any more */
    bool is_broken; /* the connection did not take it: it ends without an end */
};

/* Status line and headers. type: of the body; extra: further header lines, each
 * with its CR LF, or "". size: of the body; WEB_SIZE_OPEN: it shows. */
#define WEB_SIZE_OPEN UINT32_MAX
void web_begin(const struct device *dev, struct web_out *out,
               struct web_client *client, unsigned status, const char *type,
               const char *extra, uint32_t size);
void web_put(struct web_out *out, const char *text);
void web_put_size(struct web_out *out, const char *bytes, size_t size);
void web_put_number(struct web_out *out, uint32_t number);
/* The inside of a JSON string. */
void web_put_json(struct web_out *out, const char *text);
/* Bytes of body that certainly fit now. */
size_t web_room(const struct web_out *out);
/* What was put so far goes out; the answer goes on. */
void web_flush(struct web_out *out);
/* The body is over. The connection ends by itself. */
void web_end(struct device *dev, struct web_out *out);
/* A whole answer of one text. */
void web_say(struct device *dev, struct web_client *client, unsigned status,
             const char *type, const char *extra, const char *text);
/* The answer goes on with more; begun with web_begin. */
void web_end_later(struct device *dev, struct web_out *out, web_more *more);
/* HAL_NET_SENT: there is room again. */
void web_go_on(struct device *dev, struct web_client *client);

#define WEB_TEXT "text/plain"
#define WEB_HTML "text/html"
#define WEB_JSON "application/json"

/* ---- connections: web.c ---- */

/* Give its room back. */
void web_release(struct device *dev, struct web_client *client);
/* Refused, for the password is the made one: web_access.h. */
void web_refuse_unowned(struct device *dev, struct web_client *client);
/* End a connection, after what was sent. */
void web_close(struct device *dev, struct web_client *client);

/* ---- routes: web_routes.c ---- */

/* A request whose client may do it. Texts are in the client's room. */
struct web_call {
    struct device *dev;
    struct web_client *client;
    struct http_request *request;
    const char *query; /* arguments of the address ... */
    const char *form;  /* ... and of a form's body, or "" */
    bool may_change;   /* of WEB_COMMAND: what does more than tell, too */
};

/* What a request may need. WEB_COMMAND: the command says which of the two
 * before. */
enum web_need { WEB_OPEN, WEB_READ, WEB_CHANGE, WEB_COMMAND };

struct web_route {
    const char *path;
    const char *argument; /* that it takes to be this one; NULL: none. A POST
                             with a form is "save" without saying so */
    uint8_t need;         /* enum web_need */
    bool takes_file;      /* a POST's body is a file, not a form */
    void (*run)(struct web_call *call);
    const char *help;
};
extern const struct web_route web_routes[];
extern const size_t web_route_count;

/* NULL: there is none. */
const struct web_route *web_route_find(const struct http_request *request);
/* Is there such an argument, with a value or without? */
bool web_has_argument(const char *query, const char *name);
/* Of the query or the form, decoded. */
bool web_argument(const struct web_call *call, const char *name, char *out,
                  size_t room);

/* web_command.c */
void web_run_command(struct web_call *call);
void web_run_console(struct web_call *call);
void web_run_state(struct web_call *call);
void web_run_toggle(struct web_call *call);
void web_run_restart(struct web_call *call);
void web_run_reset(struct web_call *call);
/* web_form.c */
void web_run_form(struct web_call *call);
void web_run_upgrade(struct web_call *call);
void web_run_board(struct web_call *call);
void web_run_template(struct web_call *call);
/* web_backup.c */
void web_run_backup(struct web_call *call);
/* web_page.c */
void web_run_page(struct web_call *call);
void web_run_me(struct web_call *call);

#endif

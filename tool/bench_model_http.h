/* The web server of a bench's device without a chip: libmicrohttpd with a
 * thread of its own, on the device's address. */
#ifndef TOOL_BENCH_MODEL_HTTP_H
#define TOOL_BENCH_MODEL_HTTP_H

#include <microhttpd.h>
#include <stdint.h>

/* Port *port of it if that is free, else any: *port is the one then.
 * on_end frees what on_request left in *state. NULL: no port. */
struct MHD_Daemon *model_http_open(const uint8_t ip[4], uint16_t *port,
                                   MHD_AccessHandlerCallback on_request,
                                   MHD_RequestCompletedCallback on_end,
                                   void *ctx);

#endif

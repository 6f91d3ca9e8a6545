/* The web server of a bench's device without a chip. */
#include "tool/bench_model_http.h"

#include <netinet/in.h>
#include <string.h>

static struct MHD_Daemon *start(const uint8_t ip[4], uint16_t port,
                                MHD_AccessHandlerCallback on_request,
                                MHD_RequestCompletedCallback on_end, void *ctx)
{
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons(port)};
    memcpy(&here.sin_addr, ip, 4);
    return MHD_start_daemon(
        MHD_USE_INTERNAL_POLLING_THREAD, port, NULL, NULL, on_request, ctx,
        MHD_OPTION_SOCK_ADDR, (struct sockaddr *)&here,
        MHD_OPTION_NOTIFY_COMPLETED, on_end, NULL,
        MHD_OPTION_LISTENING_ADDRESS_REUSE, 1u, MHD_OPTION_END);
}

struct MHD_Daemon *model_http_open(const uint8_t ip[4], uint16_t *port,
                                   MHD_AccessHandlerCallback on_request,
                                   MHD_RequestCompletedCallback on_end,
                                   void *ctx)
{
    struct MHD_Daemon *daemon = start(ip, *port, on_request, on_end, ctx);
    if (!daemon)
        daemon = start(ip, 0, on_request, on_end, ctx);
    const union MHD_DaemonInfo *info =
        daemon ? MHD_get_daemon_info(daemon, MHD_DAEMON_INFO_BIND_PORT) : NULL;
    if (info)
        *port = info->port;
    return daemon;
}

/* The network in `show`: where the device is and who is connected. */
#include "emulator/bench_private.h"

#define IP_TEXT "%u.%u.%u.%u"
#define IP_PARTS(ip) (ip) >> 24, (ip) >> 16 & 255, (ip) >> 8 & 255, (ip)&255

static void show_one(struct bench *bench, unsigned slot)
{
    const struct net_endpoint *e = &bench->chip.net.slot[slot];
    const struct net_host *host = bench->chip.config.net;
    uint32_t own = bench->chip.config.address;
    const char *name = e->kind == NET_UDP ? "udp" : "tcp";
    unsigned port =
        host && bench->chip.net.is_up ? host->port(host->ctx, slot) : 0;
    if (e->kind == NET_CONNECTION)
        bench_event(bench, "show net tcp port %u with " IP_TEXT ":%u%s",
                    e->local_port, IP_PARTS(e->remote_ip), e->remote_port,
                    e->is_lost ? ", lost" : "");
    else if (port)
        bench_event(bench, "show net %s port %u at " IP_TEXT ":%u", name,
                    e->local_port, IP_PARTS(own), port);
    else
        bench_event(bench, "show net %s port %u, unreachable", name,
                    e->local_port);
}

void bench_net_show(struct bench *bench)
{
    for (unsigned i = 0; i < NET_SLOTS; i++)
        if (bench->chip.net.slot[i].kind != NET_FREE)
            show_one(bench, i);
}

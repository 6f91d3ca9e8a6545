/* espconn's natives: to open, accept, connect and end. */
#include "emulator/sdk_espconn.h"

#include "emulator/sdk_espconn_private.h"

static enum native_result answer(struct chip *chip, int result)
{
    return chip->stop_reason[0] ? NATIVE_STOP : espconn_return(chip, result);
}

/* a2 is an espconn of this type that may be used anew; else *result says why
 * not. */
static bool is_usable(struct chip *chip, uint32_t type, int *result)
{
    uint32_t conn = chip->cpu.a[2];
    *result = ESPCONN_ARG;
    return conn && sdk_get(chip, conn + CONN_TYPE) == type &&
           espconn_check_new(chip, conn);
}

static uint16_t local_port(struct chip *chip, uint32_t conn)
{
    uint32_t proto = sdk_get(chip, conn + CONN_PROTO);
    return (uint16_t)sdk_get(chip, proto + PROTO_LOCAL_PORT);
}

static bool is_port_used(struct chip *chip, enum sdk_link_kind kind,
                         uint16_t port)
{
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        const struct sdk_link *link = &chip->sdk.espconn.link[i];
        if (link->kind == kind && link->local_port == port)
            return true;
    }
    return false;
}

/* Done: the link is there, or it was one too many. */
static int begin(struct chip *chip, struct sdk_link *link, unsigned slot,
                 enum espconn_state state)
{
    if (!link || slot == NET_NONE) {
        if (link)
            espconn_link_free(chip, link);
        if (slot != NET_NONE)
            net_close(chip, slot, true);
        return ESPCONN_MEM;
    }
    link->slot = slot;
    link->local_port = local_port(chip, link->conn);
    sdk_put(chip, link->conn + CONN_STATE, state);
    return ESPCONN_OK;
}

/* sint8 fn(espconn): UDP. Its state stays ESPCONN_NONE. */
enum native_result sdk_native_espconn_create(struct chip *chip)
{
    int result;
    uint32_t conn = chip->cpu.a[2];
    if (!is_usable(chip, ESPCONN_UDP, &result))
        return answer(chip, result);
    uint16_t port = local_port(chip, conn);
    if (is_port_used(chip, LINK_UDP, port))
        return answer(chip, ESPCONN_ISCONN);
    result = begin(chip, espconn_link_new(chip, LINK_UDP, conn),
                   net_udp(chip, port), ESPCONN_NONE);
    return answer(chip, result);
}

/* sint8 fn(espconn): TCP server */
enum native_result sdk_native_espconn_accept(struct chip *chip)
{
    int result;
    uint32_t conn = chip->cpu.a[2];
    if (!is_usable(chip, ESPCONN_TCP, &result))
        return answer(chip, result);
    uint16_t port = local_port(chip, conn);
    if (is_port_used(chip, LINK_SERVER, port) ||
        is_port_used(chip, LINK_TCP, port))
        return answer(chip, ESPCONN_ISCONN);
    struct sdk_link *link = espconn_link_new(chip, LINK_SERVER, conn);
    result = begin(chip, link, net_listen(chip, port), ESPCONN_LISTEN);
    if (result == ESPCONN_OK) {
        uint8_t most = chip->sdk.espconn.most;
        link->most = most ? most : TCP_MOST_DEFAULT;
        link->timeout = IDLE_DEFAULT;
    }
    return answer(chip, result);
}

/* sint8 fn(espconn): TCP client */
enum native_result sdk_native_espconn_connect(struct chip *chip)
{
    int result;
    uint32_t conn = chip->cpu.a[2];
    uint8_t most = chip->sdk.espconn.most;
    if (!is_usable(chip, ESPCONN_TCP, &result))
        return answer(chip, result);
    uint32_t proto = sdk_get(chip, conn + CONN_PROTO);
    uint16_t local = local_port(chip, conn);
    if (espconn_link_count(chip, 0) >= (most ? most : TCP_MOST_DEFAULT) ||
        espconn_link_find(chip, conn) ||
        (local && is_port_used(chip, LINK_TCP, local)))
        return answer(chip, ESPCONN_ISCONN);
    if (!net_is_up(chip))
        return answer(chip, ESPCONN_RTE);
    uint32_t ip = espconn_get_ip(chip, proto + PROTO_REMOTE_IP);
    uint16_t port = (uint16_t)sdk_get(chip, proto + PROTO_REMOTE_PORT);
    struct sdk_link *link = espconn_link_new(chip, LINK_TCP, conn);
    result =
        begin(chip, link, net_connect(chip, ip, port, local), ESPCONN_WAIT);
    if (result == ESPCONN_OK) {
        link->remote_ip = ip;
        link->remote_port = port;
    }
    return answer(chip, result);
}

/* ---- the end ---- */

/* In a callback of this very connection, or of one of this server. */
static bool is_inside(struct chip *chip, uint32_t conn)
{
    unsigned running = chip->sdk.espconn.running;
    if (!running)
        return false;
    const struct sdk_link *link = &chip->sdk.espconn.link[running - 1];
    return link->conn == conn || link->server == conn;
}

/* False: *result is the native's. */
static bool may_end(struct chip *chip, enum native_result *result)
{
    uint32_t conn = chip->cpu.a[2];
    if (conn && is_inside(chip, conn)) {
        *result = sdk_rule_broken(chip, RULE_ESPCONN_CALLBACK,
                                  "espconn 0x%08x, in its callback %s", conn,
                                  chip->sdk.calls.now.name);
        return false;
    }
    if (conn && espconn_is_gone(chip, conn) && !espconn_link_find(chip, conn)) {
        *result =
            sdk_rule_broken(chip, RULE_ESPCONN_DELETED, "espconn 0x%08x", conn);
        return false;
    }
    *result = espconn_return(chip, ESPCONN_ARG);
    return conn != 0;
}

static enum native_result finish(struct chip *chip, bool is_reset)
{
    enum native_result result;
    uint32_t conn = chip->cpu.a[2];
    if (!may_end(chip, &result))
        return result;
    struct sdk_link *link = espconn_link_find(chip, conn);
    if (!link || link->kind != LINK_TCP)
        return espconn_return(chip, ESPCONN_ARG);
    if (link->slot == NET_NONE)
        return espconn_return(chip, ESPCONN_INPROGRESS);
    if (!espconn_check(chip, link))
        return NATIVE_STOP;
    espconn_link_close(chip, link, is_reset);
    return espconn_return(chip, ESPCONN_OK);
}

/* sint8 fn(espconn) */
enum native_result sdk_native_espconn_disconnect(struct chip *chip)
{
    return finish(chip, false);
}

/* sint8 fn(espconn) */
enum native_result sdk_native_espconn_abort(struct chip *chip)
{
    return finish(chip, true);
}

/* sint8 fn(espconn): a server without connections, or UDP */
enum native_result sdk_native_espconn_delete(struct chip *chip)
{
    enum native_result result;
    uint32_t conn = chip->cpu.a[2];
    if (!may_end(chip, &result))
        return result;
    struct sdk_link *link = espconn_link_find_server(chip, conn);
    if (link && espconn_link_count(chip, conn) > 0)
        return espconn_return(chip, ESPCONN_INPROGRESS);
    if (!link)
        link = espconn_link_find(chip, conn);
    if (!link || link->kind == LINK_TCP)
        return espconn_return(chip, ESPCONN_ARG);
    net_close(chip, link->slot, true);
    espconn_link_free(chip, link);
    return espconn_return(chip, ESPCONN_OK);
}

/* ---- what the bench has not ---- */

static enum native_result not_here(struct chip *chip, const char *why)
{
    const struct native *row = native_find(chip->cpu.pc);
    chip_stop(chip, "%s is not modelled: %s (called from 0x%08x)",
              row ? row->name : "this function", why, chip->cpu.a[0]);
    return NATIVE_STOP;
}

enum native_result sdk_native_espconn_secure(struct chip *chip)
{
    return not_here(chip, "the SDK's TLS is not linked (nonos-sdk.md)");
}

enum native_result sdk_native_espconn_mdns(struct chip *chip)
{
    return not_here(chip, "answer mDNS with a UDP espconn");
}

/* espconn's natives that set and ask: callbacks, options, limits, names of
 * ports and groups. */
#include "emulator/sdk_espconn_private.h"

#define INFO_SIZE 12u /* remot_info: state, remote port, remote address */
#define PACKETS_MOST 8u

static uint32_t conn_of(const struct chip *chip)
{
    return chip->cpu.a[2];
}

/* ---- callbacks: sint8 fn(espconn, function) ---- */

static enum native_result set_callback(struct chip *chip, bool is_in_proto,
                                       uint32_t field)
{
    uint32_t at = conn_of(chip);
    if (at && is_in_proto)
        at = sdk_get(chip, at + CONN_PROTO);
    if (!at)
        return espconn_return(chip, ESPCONN_ARG);
    sdk_put(chip, at + field, chip->cpu.a[3]);
    return espconn_return(chip, ESPCONN_OK);
}

enum native_result sdk_native_espconn_connectcb(struct chip *chip)
{
    return set_callback(chip, true, PROTO_CONNECT);
}

enum native_result sdk_native_espconn_reconcb(struct chip *chip)
{
    return set_callback(chip, true, PROTO_RECONNECT);
}

enum native_result sdk_native_espconn_disconcb(struct chip *chip)
{
    return set_callback(chip, true, PROTO_DISCONNECT);
}

enum native_result sdk_native_espconn_write_finish(struct chip *chip)
{
    return set_callback(chip, true, PROTO_WRITE_FINISH);
}

enum native_result sdk_native_espconn_sentcb(struct chip *chip)
{
    return set_callback(chip, false, CONN_SENT);
}

/* What has come while there was none is delivered now. */
enum native_result sdk_native_espconn_recvcb(struct chip *chip)
{
    uint32_t conn = conn_of(chip);
    enum native_result result = set_callback(chip, false, CONN_RECV);
    struct sdk_link *link = conn ? espconn_link_find(chip, conn) : NULL;
    if (link && link->kind == LINK_TCP && link->slot != NET_NONE)
        espconn_call_receive(chip, link);
    return result;
}

/* ---- one connection ---- */

/* The TCP link of a2; NULL: answer ESPCONN_ARG. */
static struct sdk_link *tcp(struct chip *chip)
{
    struct sdk_link *link =
        conn_of(chip) ? espconn_link_find(chip, conn_of(chip)) : NULL;
    return link && link->kind == LINK_TCP && link->slot != NET_NONE ? link
                                                                    : NULL;
}

/* sint8 fn(espconn, uint32 seconds, uint8 is_for_one) */
enum native_result sdk_native_espconn_regist_time(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    bool is_for_one = (a[4] & 0xFFu) == 1;
    struct sdk_link *link =
        is_for_one ? tcp(chip) : espconn_link_find_server(chip, conn_of(chip));
    if (!link || (a[4] & 0xFFu) > 1)
        return espconn_return(chip, ESPCONN_ARG);
    link->timeout = a[3];
    for (unsigned i = 0; i < SDK_LINKS; i++) {
        struct sdk_link *row = &chip->sdk.espconn.link[i];
        if (row == link ? is_for_one
                        : row->kind == LINK_TCP && row->server == link->conn)
            espconn_link_alive(chip, row);
    }
    return espconn_return(chip, ESPCONN_OK);
}

static enum native_result change_options(struct chip *chip, bool is_set)
{
    struct sdk_link *link = tcp(chip);
    uint8_t bits = (uint8_t)chip->cpu.a[3];
    if (!link)
        return espconn_return(chip, ESPCONN_ARG);
    link->options =
        (uint8_t)(is_set ? link->options | bits : link->options & ~bits);
    return espconn_return(chip, ESPCONN_OK);
}

/* sint8 fn(espconn, uint8 options) */
enum native_result sdk_native_espconn_set_opt(struct chip *chip)
{
    return change_options(chip, true);
}

enum native_result sdk_native_espconn_clear_opt(struct chip *chip)
{
    return change_options(chip, false);
}

/* sint8 fn(espconn, uint8 level, int *value), with ESPCONN_KEEPALIVE on */
static uint32_t *keep_value(struct chip *chip)
{
    struct sdk_link *link = tcp(chip);
    uint32_t level = chip->cpu.a[3] & 0xFFu;
    return link && level < 3 && chip->cpu.a[4] &&
                   link->options & ESPCONN_KEEPALIVE
               ? &link->keep[level]
               : NULL;
}

enum native_result sdk_native_espconn_set_keepalive(struct chip *chip)
{
    uint32_t *value = keep_value(chip);
    if (!value)
        return espconn_return(chip, ESPCONN_ARG);
    *value = sdk_get(chip, chip->cpu.a[4]);
    return espconn_return(chip, ESPCONN_OK);
}

enum native_result sdk_native_espconn_get_keepalive(struct chip *chip)
{
    const uint32_t *value = keep_value(chip);
    if (!value)
        return espconn_return(chip, ESPCONN_ARG);
    sdk_put(chip, chip->cpu.a[4], *value);
    return espconn_return(chip, ESPCONN_OK);
}

/* sint8 fn(espconn): what is on its way still comes, up to TCP_WND */
enum native_result sdk_native_espconn_hold(struct chip *chip)
{
    struct sdk_link *link = tcp(chip);
    if (!link)
        return espconn_return(chip, ESPCONN_ARG);
    link->is_held = true;
    return espconn_return(chip, ESPCONN_OK);
}

enum native_result sdk_native_espconn_unhold(struct chip *chip)
{
    struct sdk_link *link = tcp(chip);
    if (!link)
        return espconn_return(chip, ESPCONN_ARG);
    link->is_held = false;
    net_unhold(chip, link->slot);
    return espconn_return(chip, ESPCONN_OK);
}

/* sint16 fn(espconn): what waits for a receive callback */
enum native_result sdk_native_espconn_recved_len(struct chip *chip)
{
    const struct sdk_link *link = tcp(chip);
    return espconn_return(
        chip, link ? (int)chip->net.slot[link->slot].input_size : ESPCONN_ARG);
}

static void put16(struct chip *chip, uint32_t at, uint32_t value)
{
    uint8_t b[2] = {(uint8_t)value, (uint8_t)(value >> 8)};
    (void)bus_copy_in(chip->bus, at, b, sizeof(b));
}

/* sint8 fn(espconn, struct espconn_packet *): sent_length, snd_buf_size,
 * snd_queuelen, total_queuelen; sequence numbers are not modelled */
enum native_result sdk_native_espconn_packet_info(struct chip *chip)
{
    const struct sdk_link *link = tcp(chip);
    uint32_t at = chip->cpu.a[3];
    if (!link || !at)
        return espconn_return(chip, ESPCONN_ARG);
    put16(chip, at, link->packets ? link->packet[0].acked : 0);
    put16(chip, at + 2, 2 * NET_SEGMENT - link->in_flight);
    put16(chip, at + 4, PACKETS_MOST - link->packets);
    put16(chip, at + 6, PACKETS_MOST);
    for (uint32_t i = 8; i < 20; i += 4)
        sdk_put(chip, at + i, 0);
    return espconn_return(chip, ESPCONN_OK);
}

/* ---- all connections ---- */

static void put_info(struct chip *chip, unsigned index,
                     const struct sdk_link *link)
{
    uint32_t at = chip->sdk.espconn.info + index * INFO_SIZE;
    sdk_put(chip, at, sdk_get(chip, link->conn + CONN_STATE));
    sdk_put(chip, at + 4, link->remote_port);
    espconn_put_ip(chip, at + 8, link->remote_ip);
}

/* sint8 fn(espconn, remot_info **, uint8 is_ssl): a server's connections, or a
 * UDP endpoint's last peer; how many is in link_cnt */
enum native_result sdk_native_espconn_info(struct chip *chip)
{
    uint32_t conn = conn_of(chip), *info = &chip->sdk.espconn.info;
    uint8_t count = 0;
    if (!conn || !chip->cpu.a[3])
        return espconn_return(chip, ESPCONN_ARG);
    if (!*info)
        *info = sdk_heap_alloc(chip, TCP_MOST * INFO_SIZE);
    if (!*info)
        return espconn_return(chip, ESPCONN_MEM);
    for (unsigned i = 0; i < SDK_LINKS && count < TCP_MOST; i++) {
        const struct sdk_link *link = &chip->sdk.espconn.link[i];
        if ((link->kind == LINK_TCP && link->server == conn) ||
            (link->kind == LINK_UDP && link->conn == conn))
            put_info(chip, count++, link);
    }
    (void)bus_copy_in(chip->bus, conn + CONN_LINK_CNT, &count, 1);
    sdk_put(chip, chip->cpu.a[3], *info);
    return espconn_return(chip, ESPCONN_OK);
}

/* uint8 fn(void) */
enum native_result sdk_native_espconn_max_con(struct chip *chip)
{
    uint8_t most = chip->sdk.espconn.most;
    return sdk_return(chip, most ? most : TCP_MOST_DEFAULT);
}

/* sint8 fn(uint8) */
enum native_result sdk_native_espconn_set_max_con(struct chip *chip)
{
    uint32_t most = chip->cpu.a[2] & 0xFFu;
    if (most == 0 || most > TCP_MOST)
        return espconn_return(chip, ESPCONN_ARG);
    chip->sdk.espconn.most = (uint8_t)most;
    return espconn_return(chip, ESPCONN_OK);
}

/* sint8 fn(espconn) */
enum native_result sdk_native_espconn_max_allow(struct chip *chip)
{
    const struct sdk_link *server =
        espconn_link_find_server(chip, conn_of(chip));
    return espconn_return(chip, server ? server->most : ESPCONN_ARG);
}

/* sint8 fn(espconn, uint8) */
enum native_result sdk_native_espconn_set_max_allow(struct chip *chip)
{
    struct sdk_link *server = espconn_link_find_server(chip, conn_of(chip));
    uint32_t num = chip->cpu.a[3] & 0xFFu, most = chip->sdk.espconn.most;
    if (!server || num > (most ? most : TCP_MOST_DEFAULT))
        return espconn_return(chip, ESPCONN_ARG);
    server->most = (uint8_t)num;
    return espconn_return(chip, ESPCONN_OK);
}

/* uint32 fn(void): another one each time, from 1024 to 49999 as on the chip */
enum native_result sdk_native_espconn_port(struct chip *chip)
{
    uint32_t n = chip->sdk.espconn.ports++ + chip->config.mac[5];
    return sdk_return(chip, 1024 + (n * 7919 + chip->config.seed) % 48976);
}

/* ---- groups: sint8 fn(ip_addr_t *own, ip_addr_t *group) ---- */

static enum native_result change_group(struct chip *chip, bool is_joined)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t group = a[3] ? espconn_get_ip(chip, a[3]) : 0;
    if (!a[2] || group >> 28 != 14)
        return espconn_return(chip, ESPCONN_ARG);
    if (!is_joined)
        net_leave(chip, group);
    else if (!net_join(chip, group))
        return espconn_return(chip, ESPCONN_MEM);
    return espconn_return(chip, ESPCONN_OK);
}

enum native_result sdk_native_espconn_join(struct chip *chip)
{
    return change_group(chip, true);
}

enum native_result sdk_native_espconn_leave(struct chip *chip)
{
    return change_group(chip, false);
}

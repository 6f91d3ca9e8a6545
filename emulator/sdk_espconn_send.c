/* espconn_send and its kin: what the guest has handed over, what is on its way,
 * and when the sent callback comes. */
#include "emulator/sdk_espconn_private.h"

/* TCP_SND_BUF: two segments. The rest of a longer block is read from the
 * guest's memory when these are acknowledged, so it must stay as it is. */
#define SEND_WINDOW (2u * NET_SEGMENT)
/* Longer UDP blocks go out in pieces of this (espconn_udp.c). */
#define UDP_PIECE 1470u

static void hand(struct chip *chip, struct sdk_link *link,
                 struct sdk_packet *packet)
{
    uint8_t bytes[NET_SEGMENT];
    while (packet->handed < packet->size && link->in_flight < SEND_WINDOW) {
        uint32_t size = packet->size - packet->handed;
        uint32_t room = SEND_WINDOW - link->in_flight;
        size = size < room ? size : room;
        size = size < sizeof(bytes) ? size : (uint32_t)sizeof(bytes);
        (void)bus_copy_out(chip->bus, packet->at + packet->handed, bytes, size);
        packet->handed += size;
        link->in_flight += size;
        net_send(chip, link->slot, bytes, size);
        if (packet->handed == packet->size && link->options & ESPCONN_COPY)
            espconn_call_write_finish(chip, link);
    }
}

void espconn_send_more(struct chip *chip, struct sdk_link *link)
{
    for (unsigned i = 0; i < link->packets; i++)
        hand(chip, link, &link->packet[i]);
}

static void drop_first(struct sdk_link *link)
{
    link->packets--;
    for (unsigned i = 0; i < link->packets; i++)
        link->packet[i] = link->packet[i + 1];
}

void espconn_send_acked(struct chip *chip, struct sdk_link *link, size_t size)
{
    link->in_flight -= (unsigned)size;
    while (size > 0 && link->packets > 0) {
        struct sdk_packet *first = &link->packet[0];
        size_t part = first->size - first->acked;
        part = part < size ? part : size;
        first->acked += (uint32_t)part;
        size -= part;
        if (first->acked == first->size) {
            drop_first(link);
            espconn_call_sent(chip, link);
        }
    }
    espconn_send_more(chip, link);
}

/* ---- natives ---- */

static enum native_result send_tcp(struct chip *chip, struct sdk_link *link,
                                   uint32_t at, uint32_t size)
{
    if (link->slot == NET_NONE || !link->is_connected)
        return espconn_return(chip, ESPCONN_ARG);
    if (!link->may_send)
        return sdk_rule_broken(chip, RULE_ESPCONN_SENT,
                               "espconn 0x%08x, %u bytes in flight", link->conn,
                               link->in_flight);
    if (link->packets == SDK_LINK_PACKETS || link->in_flight >= SEND_WINDOW)
        return espconn_return(chip, ESPCONN_MAXNUM);
    link->packet[link->packets++] = (struct sdk_packet){.at = at, .size = size};
    link->may_send = false;
    sdk_put(chip, link->conn + CONN_STATE, ESPCONN_WRITE);
    espconn_send_more(chip, link);
    return espconn_return(chip, ESPCONN_OK);
}

static enum native_result send_udp(struct chip *chip, struct sdk_link *link,
                                   uint32_t at, uint32_t size)
{
    uint8_t bytes[UDP_PIECE];
    uint32_t ip = espconn_get_ip(chip, link->proto + PROTO_REMOTE_IP);
    uint32_t port = sdk_get(chip, link->proto + PROTO_REMOTE_PORT);
    if (!net_is_up(chip))
        return espconn_return(chip, ESPCONN_RTE);
    for (uint32_t done = 0; done < size;) {
        uint32_t n = size - done < UDP_PIECE ? size - done : UDP_PIECE;
        (void)bus_copy_out(chip->bus, at + done, bytes, n);
        net_send_to(chip, link->slot, ip, (uint16_t)port, bytes, n);
        done += n;
    }
    if (!link->may_send || sdk_get(chip, link->conn + CONN_SENT))
        espconn_call_sent(chip, link);
    return espconn_return(chip, ESPCONN_OK);
}

/* The link to send on; NULL: a2 is the answer, or (not *is_good) stopped. */
static struct sdk_link *sender(struct chip *chip, bool *is_good)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t conn = a[2];
    *is_good = true;
    if (a[3] == 0 || (a[4] & 0xFFFFu) == 0) {
        sdk_rule_broken(chip, RULE_ESPCONN_EMPTY, "data 0x%08x, %u bytes", a[3],
                        a[4] & 0xFFFFu);
        *is_good = false;
        return NULL;
    }
    struct sdk_link *link = conn ? espconn_link_find(chip, conn) : NULL;
    if (!link && espconn_is_gone(chip, conn)) {
        sdk_rule_broken(chip, RULE_ESPCONN_DELETED, "espconn 0x%08x", conn);
        *is_good = false;
    } else if (link && !espconn_check(chip, link)) {
        *is_good = false;
    }
    if (!link)
        (void)espconn_return(chip, ESPCONN_ARG);
    return *is_good ? link : NULL;
}

/* sint8 fn(espconn, data, uint16 size) */
enum native_result sdk_native_espconn_send(struct chip *chip)
{
    bool is_good;
    uint32_t at = chip->cpu.a[3], size = chip->cpu.a[4] & 0xFFFFu;
    struct sdk_link *link = sender(chip, &is_good);
    if (!link)
        return is_good ? NATIVE_RETURN : NATIVE_STOP;
    if (link->kind == LINK_TCP)
        return send_tcp(chip, link, at, size);
    if (!link->may_send)
        return sdk_rule_broken(chip, RULE_ESPCONN_SENT, "UDP espconn 0x%08x",
                               link->conn);
    link->may_send = !net_is_up(chip);
    return send_udp(chip, link, at, size);
}

/* sint16 fn(espconn, data, uint16 size): UDP, as often as one likes */
enum native_result sdk_native_espconn_sendto(struct chip *chip)
{
    bool is_good;
    uint32_t at = chip->cpu.a[3], size = chip->cpu.a[4] & 0xFFFFu;
    struct sdk_link *link = sender(chip, &is_good);
    if (!link)
        return is_good ? NATIVE_RETURN : NATIVE_STOP;
    if (link->kind != LINK_UDP)
        return espconn_return(chip, ESPCONN_ARG);
    return send_udp(chip, link, at, size);
}

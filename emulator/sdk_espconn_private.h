/* What the sdk_espconn*.c files share. */
#ifndef EMULATOR_SDK_ESPCONN_PRIVATE_H
#define EMULATOR_SDK_ESPCONN_PRIVATE_H

#include "emulator/sdk_espconn.h"
#include "emulator/sdk_private.h"

/* espconn.h of the public SDK: results, */
#define ESPCONN_OK 0
#define ESPCONN_MEM (-1)
#define ESPCONN_TIMEOUT (-3)
#define ESPCONN_RTE (-4)
#define ESPCONN_INPROGRESS (-5)
#define ESPCONN_MAXNUM (-7)
#define ESPCONN_ABRT (-8)
#define ESPCONN_RST (-9)
#define ESPCONN_CONN (-11)
#define ESPCONN_ARG (-12)
#define ESPCONN_ISCONN (-15)
/* types and states, */
#define ESPCONN_TCP 0x10u
#define ESPCONN_UDP 0x20u
enum espconn_state {
    ESPCONN_NONE,
    ESPCONN_WAIT,
    ESPCONN_LISTEN,
    ESPCONN_CONNECT,
    ESPCONN_WRITE,
    ESPCONN_READ,
    ESPCONN_CLOSE
};
/* options, */
#define ESPCONN_COPY 0x04u
#define ESPCONN_KEEPALIVE 0x08u
/* struct espconn, */
#define CONN_TYPE 0u
#define CONN_STATE 4u
#define CONN_PROTO 8u
#define CONN_RECV 12u
#define CONN_SENT 16u
#define CONN_LINK_CNT 20u
#define CONN_REVERSE 24u
#define CONN_SIZE 28u
/* esp_tcp, and esp_udp up to PROTO_CONNECT. */
#define PROTO_REMOTE_PORT 0u
#define PROTO_LOCAL_PORT 4u
#define PROTO_LOCAL_IP 8u
#define PROTO_REMOTE_IP 12u
#define PROTO_CONNECT 16u
#define PROTO_RECONNECT 20u
#define PROTO_DISCONNECT 24u
#define PROTO_WRITE_FINISH 28u
#define PROTO_SIZE 32u

/* MEMP_NUM_TCP_PCB, and linkMax: the most that it can be set to. */
#define TCP_MOST_DEFAULT 5u
#define TCP_MOST 15u
#define IDLE_DEFAULT 10u /* s: a server's connection without traffic */

static inline enum native_result espconn_return(struct chip *chip, int result)
{
    return sdk_return(chip, (uint32_t)result);
}

/* ---- sdk_espconn_memory.c: the guest's structs ---- */

/* Four bytes in the order of the text; as a number in host order. */
uint32_t espconn_get_ip(struct chip *chip, uint32_t address);
void espconn_put_ip(struct chip *chip, uint32_t address, uint32_t ip);
/* May the guest begin with this espconn? False: a rule is broken. */
bool espconn_check_new(struct chip *chip, uint32_t conn);
/* Are the link's structs as they were? False: a rule is broken. */
bool espconn_check(struct chip *chip, const struct sdk_link *link);
/* A connection's espconn from the server's, and back at the end. The proto of
 * `to` is there already. */
void espconn_copy(struct chip *chip, uint32_t to, uint32_t from);
/* Who is at the other end, and our address towards him. */
void espconn_put_remote(struct chip *chip, uint32_t proto,
                        const struct sdk_link *link);
/* The SDK's copy for an accepted connection; false: no heap. */
bool espconn_make(struct chip *chip, struct sdk_link *link);
void espconn_drop(struct chip *chip, struct sdk_link *link);
/* Was it the SDK's, and ended? */
bool espconn_is_gone(struct chip *chip, uint32_t conn);

/* ---- sdk_espconn_link.c ---- */

/* NULL: none is free. */
struct sdk_link *espconn_link_new(struct chip *chip, enum sdk_link_kind kind,
                                  uint32_t conn);
void espconn_link_free(struct chip *chip, struct sdk_link *link);
/* The connection or UDP endpoint that the espconn is; with a server's espconn
 * the connection whose remote address and port are in it. NULL: none. */
struct sdk_link *espconn_link_find(struct chip *chip, uint32_t conn);
struct sdk_link *espconn_link_find_server(struct chip *chip, uint32_t conn);
/* Connections: of all (0) or of one server. */
unsigned espconn_link_count(const struct chip *chip, uint32_t server);
/* Close its endpoint and have the disconnect callback called. */
void espconn_link_close(struct chip *chip, struct sdk_link *link,
                        bool is_reset);
/* It has ended by itself: the reconnect callback tells why. */
void espconn_link_fail(struct chip *chip, struct sdk_link *link, int error);
/* Something was heard: the server's time-out begins anew. */
void espconn_link_alive(struct chip *chip, struct sdk_link *link);

/* ---- sdk_espconn_call.c: callbacks ---- */

void espconn_call_connect(struct chip *chip, struct sdk_link *link);
void espconn_call_disconnect(struct chip *chip, struct sdk_link *link);
void espconn_call_reconnect(struct chip *chip, struct sdk_link *link);
void espconn_call_sent(struct chip *chip, struct sdk_link *link);
void espconn_call_write_finish(struct chip *chip, struct sdk_link *link);
/* If something has come that may be told. */
void espconn_call_receive(struct chip *chip, struct sdk_link *link);
/* A datagram's bytes; false: too many wait. */
bool espconn_call_datagram(struct chip *chip, struct sdk_link *link,
                           uint32_t ip, uint16_t port, const uint8_t *bytes,
                           size_t size);
void espconn_call_forget(struct sdk_link *link);

/* ---- sdk_espconn_send.c ---- */

/* Give the endpoint what fits its window. */
void espconn_send_more(struct chip *chip, struct sdk_link *link);
void espconn_send_acked(struct chip *chip, struct sdk_link *link, size_t size);

/* ---- sdk_dns.c ---- */
void sdk_dns_reset(struct chip *chip);

#endif

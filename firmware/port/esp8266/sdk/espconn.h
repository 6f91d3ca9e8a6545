/* TCP, UDP and DNS. */
#ifndef SDK_ESPCONN_H
#define SDK_ESPCONN_H

#include "ip_addr.h"

typedef sint8 err_t;

#define ESPCONN_OK 0
#define ESPCONN_MEM -1
#define ESPCONN_TIMEOUT -3
#define ESPCONN_RTE -4
#define ESPCONN_INPROGRESS -5
#define ESPCONN_MAXNUM -7
#define ESPCONN_ABRT -8
#define ESPCONN_RST -9
#define ESPCONN_CLSD -10
#define ESPCONN_CONN -11
#define ESPCONN_ARG -12
#define ESPCONN_IF -14
#define ESPCONN_ISCONN -15

enum espconn_type {
    ESPCONN_INVALID = 0,
    ESPCONN_TCP = 0x10,
    ESPCONN_UDP = 0x20
};

enum espconn_state {
    ESPCONN_NONE,
    ESPCONN_WAIT,
    ESPCONN_LISTEN,
    ESPCONN_CONNECT,
    ESPCONN_WRITE,
    ESPCONN_READ,
    ESPCONN_CLOSE
};

enum espconn_option {
    ESPCONN_START = 0x00,
    ESPCONN_REUSEADDR = 0x01,
    ESPCONN_NODELAY = 0x02,
    ESPCONN_COPY = 0x04,
    ESPCONN_KEEPALIVE = 0x08,
    ESPCONN_MANUALRECV = 0x10,
    ESPCONN_END
};

enum espconn_level { ESPCONN_KEEPIDLE, ESPCONN_KEEPINTVL, ESPCONN_KEEPCNT };

typedef void (*espconn_connect_callback)(void *arg);
typedef void (*espconn_reconnect_callback)(void *arg, sint8 err);
typedef void (*espconn_recv_callback)(void *arg, char *data,
                                      unsigned short size);
typedef void (*espconn_sent_callback)(void *arg);
typedef void (*dns_found_callback)(const char *name, ip_addr_t *ip, void *arg);

typedef struct _esp_tcp {
    int remote_port;
    int local_port;
    uint8 local_ip[4];
    uint8 remote_ip[4];
    espconn_connect_callback connect_callback;
    espconn_reconnect_callback reconnect_callback;
    espconn_connect_callback disconnect_callback;
    espconn_connect_callback write_finish_fn;
} esp_tcp;

typedef struct _esp_udp {
    int remote_port;
    int local_port;
    uint8 local_ip[4];
    uint8 remote_ip[4];
} esp_udp;

typedef struct _remot_info {
    enum espconn_state state;
    int remote_port;
    uint8 remote_ip[4];
} remot_info;

struct espconn {
    enum espconn_type type;
    enum espconn_state state;
    union {
        esp_tcp *tcp;
        esp_udp *udp;
    } proto;
    espconn_recv_callback recv_callback;
    espconn_sent_callback sent_callback;
    uint8 link_cnt;
    void *reverse;
};

sint8 espconn_create(struct espconn *conn);
sint8 espconn_accept(struct espconn *conn);
sint8 espconn_connect(struct espconn *conn);
sint8 espconn_disconnect(struct espconn *conn);
sint8 espconn_abort(struct espconn *conn);
sint8 espconn_delete(struct espconn *conn);
sint8 espconn_send(struct espconn *conn, uint8 *data, uint16 size);
sint8 espconn_sent(struct espconn *conn, uint8 *data, uint16 size);
sint16 espconn_sendto(struct espconn *conn, uint8 *data, uint16 size);

sint8 espconn_regist_connectcb(struct espconn *conn, espconn_connect_callback);
sint8 espconn_regist_reconcb(struct espconn *conn, espconn_reconnect_callback);
sint8 espconn_regist_disconcb(struct espconn *conn, espconn_connect_callback);
sint8 espconn_regist_recvcb(struct espconn *conn, espconn_recv_callback);
sint8 espconn_regist_sentcb(struct espconn *conn, espconn_sent_callback);
sint8 espconn_regist_write_finish(struct espconn *conn,
                                  espconn_connect_callback);
sint8 espconn_regist_time(struct espconn *conn, uint32 seconds, uint8 is_one);

sint8 espconn_get_connection_info(struct espconn *conn, remot_info **info,
                                  uint8 is_ssl);
sint8 espconn_set_opt(struct espconn *conn, uint8 options);
sint8 espconn_clear_opt(struct espconn *conn, uint8 options);
sint8 espconn_set_keepalive(struct espconn *conn, uint8 level, void *value);
sint8 espconn_get_keepalive(struct espconn *conn, uint8 level, void *value);
sint8 espconn_recv_hold(struct espconn *conn);
sint8 espconn_recv_unhold(struct espconn *conn);
uint8 espconn_tcp_get_max_con(void);
sint8 espconn_tcp_set_max_con(uint8 count);
sint8 espconn_tcp_get_max_con_allow(struct espconn *conn);
sint8 espconn_tcp_set_max_con_allow(struct espconn *conn, uint8 count);
uint32 espconn_port(void);

err_t espconn_gethostbyname(struct espconn *conn, const char *name,
                            ip_addr_t *ip, dns_found_callback found);
void espconn_dns_setserver(uint8 number, ip_addr_t *ip);
ip_addr_t espconn_dns_getserver(uint8 number);
sint8 espconn_igmp_join(ip_addr_t *own, ip_addr_t *group);
sint8 espconn_igmp_leave(ip_addr_t *own, ip_addr_t *group);

#endif

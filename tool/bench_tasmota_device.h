/* The bench's Tasmota with what is around it: its serial port, its web server,
 * its flash. For os_bench_tasmota*.c and cmd_bench.c. */
#ifndef TOOL_BENCH_TASMOTA_DEVICE_H
#define TOOL_BENCH_TASMOTA_DEVICE_H

#include <pthread.h>

#include "tool/bench_model.h"
#include "tool/bench_server.h"
#include "tool/bench_tasmota.h"

struct MHD_Daemon;

/* All but what main alone has is under lock. */
struct tasmota_device {
    pthread_mutex_t lock;
    struct tasmota t;
    struct tasmota_host host;
    uint8_t ip[4];
    uint16_t port; /* of the web server */
    struct MHD_Daemon *daemon;
    int broker_fd; /* -1: none */
    const struct air *air;
    uint64_t air_ms;   /* when it began */
    uint64_t start_ms; /* when the program begins; 0: no start is under way */
    bool has_power, is_holding_button, is_in_reset;
    bool wants_reset, wants_power_off;
    enum model_end end;
    uint8_t *flash; /* MODEL_FLASH bytes */
    uint8_t *copy;  /* what eboot copies; NULL: nothing */
    size_t copy_size, copied;
    bool is_spoilt;      /* power went during it */
    unsigned cut_upload; /* bytes after which power goes; 0: never */
    unsigned cut_copy;   /* sectors */
    struct model_lines lines;
    struct bench_wire wire;
    struct bench_port rfc2217;
    struct bench_pty pty;
    struct bench_poll poll;
};

struct bench_tasmota_config {
    const struct bench_server_config *server; /* board, ports, flash file */
    const char *version;                      /* "8.5.1-minimal" */
    const char *air_file;                     /* NULL: it is in its network */
};

/* What is left when it is over. */
struct bench_tasmota_left {
    enum model_end end;
    int fd;           /* a file with its flash */
    uint32_t address; /* where it was */
    unsigned port;    /* its RFC 2217 port */
    uint8_t mac[6];
    bool is_holding_button;
    char wrong[256]; /* what is wrong in the air file; "": nothing */
};

/* Be that device until another firmware is there or the bench is over.
 * ERR_PORT_BUSY, ERR_FLASH_FILE, ERR_IO, ERR_MEMORY, errors of air_file_read;
 * *detail says of what. */
MUST_USE enum err bench_tasmota_run(const struct bench_tasmota_config *config,
                                    struct bench_tasmota_left *left,
                                    const char **detail);

/* ---- between the files ---- */

__attribute__((format(printf, 1, 2))) void tasmota_say(const char *format, ...);
/* Its 3.3 V; not locked. */
void tasmota_supply_on(struct tasmota_device *d);
void tasmota_supply_off(struct tasmota_device *d);
/* os_bench_tasmota_lines.c: a control line; not locked. */
void tasmota_do_line(struct tasmota_device *d, const char *line);
/* os_bench_tasmota_http.c; not locked. False: no port. */
bool tasmota_http_open(struct tasmota_device *d);
void tasmota_http_close(struct tasmota_device *d);
/* os_bench_tasmota_fetch.c: Upgrade 1; not locked. wait is called meanwhile, to
 * do for some time what else there is to do; false: power is off. */
void tasmota_fetch(struct tasmota_device *d,
                   bool (*wait)(struct tasmota_device *d, int ms));
/* os_bench_tasmota_net.c: for struct tasmota_host. */
enum tasmota_join tasmota_net_join(void *ctx, const char *ssid,
                                   const char *password, bool by_scan);
int tasmota_net_broker(void *ctx, const char *host, unsigned port,
                       const char *user, const char *password);
void tasmota_net_leave(struct tasmota_device *d);

#endif

/* A device with its vendor's firmware, for `pogo bench mini --stock 3.6.0`: a
 * model of ITEAD's protocol documents 1.4 (before 3.5.0) and 2.0, not of a
 * device. None of the vendor's code is there; until the firmware is replaced no
 * CPU runs. What it leaves on its flash, a new firmware or a broken one, the
 * bench then starts.
 *
 * Decided without a source: how its flash looks (noise), that after error 471
 * and a power cut its first sector is blank, that answers to ota_flash come
 * when the download is over, all times, and that it drops what comes too early.
 */
#ifndef TOOL_BENCH_STOCK_H
#define TOOL_BENCH_STOCK_H

#include <pthread.h>

#include "emulator/boards.h"
#include "format/err.h"
#include "tool/bench_model.h"
#include "tool/diy_device.h"

enum stock_internet { INTERNET_ON, INTERNET_OFF, INTERNET_REFUSES };

/* Faults that control lines ask for. */
struct stock_faults {
    enum stock_internet internet; /* as ota_unlock finds it */
    bool is_encrypted;            /* paired with the app: no DIY mode */
    bool is_walled;               /* it does not reach anybody */
    unsigned corrupt;             /* so many downloads get a wrong byte */
    unsigned slow_ms;             /* before each piece */
    unsigned cut_bytes, cut_ms;   /* the network goes after so many bytes */
    size_t late_bytes;            /* after these no piece comes in time, once */
};

/* All of it is under lock, but for what main alone has. */
struct stock {
    pthread_mutex_t lock;
    char id[DIY_NAME], version[24];
    bool is_old; /* protocol 1.4 */
    uint8_t ip[4];
    uint16_t port;
    struct stock_faults faults;
    bool has_power, is_on, is_pulse, is_unlocked, is_busy;
    unsigned pulse_ms, seq;
    char startup[8], ssid[33];
    bool has_news;          /* to be told by multicast */
    uint64_t pulse_end_ms;  /* 0: none */
    uint64_t last_ms;       /* of the last request; 0: none */
    uint64_t away_until_ms; /* the network is gone */
    enum model_end end;     /* never MODEL_LOADER */
    uint64_t end_ms;
    uint8_t image[DIY_IMAGE]; /* what it has downloaded */
    size_t size;
    bool is_spoilt; /* 471 was the answer: only power keeps it alive */
    struct MHD_Daemon *daemon;
    int mdns_fd; /* -1: none */
};

struct bench_stock {
    const struct board *board;
    const char *version;    /* "3.6.0" */
    uint32_t address;       /* host order; 0: the first free one */
    const char *flash_file; /* where the flash goes at the end; NULL: nowhere */
    int in;                 /* control lines, -1: none */
};

/* "3.3.0", "3.6.0". */
bool bench_stock_has(const char *version);

/* Be that device until its own firmware is gone or the bench is over. Then *end
 * says which, *fd is a file with its flash (-1: it is over), and *address where
 * it was. ERR_PORT_BUSY, ERR_FILE_BUSY (there is something in the flash file),
 * ERR_IO, ERR_MEMORY; *detail says of what. */
MUST_USE enum err bench_stock_run(const struct bench_stock *config,
                                  enum model_end *end, int *fd,
                                  uint32_t *address, const char **detail);

/* ---- for the bench_stock*.c files ---- */

/* An event line on stdout. */
__attribute__((format(printf, 1, 2))) void stock_say(const char *format, ...);
/* Something of it has changed: seq counts, and everybody is told. Locked. */
void stock_changed(struct stock *stock);
void stock_switch(struct stock *stock, bool is_on); /* locked */

/* bench_stock_answer.c: the answer to a POST, which the caller frees. NULL:
 * none is given. Not locked. */
char *stock_answer(struct stock *stock, const char *url, const char *body,
                   size_t size);
/* What it says of itself, as JSON; the caller frees it. Locked. */
char *stock_state_json(const struct stock *stock, bool is_info);
/* bench_stock_fetch.c: download, check, keep. Returns the error's number, or
 * -1: nobody is there to say it to. Not locked. */
int stock_fetch(struct stock *stock, const char *url, const char *sha256);
/* os_bench_stock_http.c */
MUST_USE enum err stock_http_open(struct stock *stock);
void stock_http_close(struct stock *stock);
/* os_bench_stock_mdns.c; open says itself when there is no multicast. */
void stock_mdns_open(struct stock *stock);
void stock_mdns_close(struct stock *stock);
void stock_mdns_serve(struct stock *stock);
void stock_mdns_tell(struct stock *stock);

#endif

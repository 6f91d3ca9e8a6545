/* A device with Tasmota on it, for `pogo bench mini --tasmota 8.5.1`: a model
 * of tasmota.md (the project's reference) and of what Tasmota's published
 * sources of those versions do, not of a device. Nothing of Tasmota's is there,
 * and no CPU runs. This half is pure: bytes and times in, log lines out; the
 * sockets and files are in os_bench_tasmota*.c. The unit tests of pogo setup
 * use it too.
 *
 * Decided without a source: that 6.6.0's minimal image keeps settings (8.5.1's
 * and later ones save none, as the sources have it), when it tries to join (2 s
 * after a start, then each 3 s; the real one takes 20 s and more), what JSON
 * texts with quotes look like, the sizes of programs where no list has them,
 * and the times of eboot's copy.
 */
#ifndef TOOL_BENCH_TASMOTA_H
#define TOOL_BENCH_TASMOTA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

#define TASMOTA_VALUES 48u
#define TASMOTA_NAME 24u
#define TASMOTA_VALUE 640u
#define TASMOTA_LINE 2048u
#define TASMOTA_ANSWER 8192u
#define TASMOTA_WEB_LOG 4096u
#define TASMOTA_BACKLOG 30u /* commands; more are dropped */
#define TASMOTA_RESTART_MS 2000u
#define TASMOTA_FIRST_TRY_MS 2000u
#define TASMOTA_TRY_MS 3000u
/* Where programs end (the settings' last sector), and what one upload leaves
 * free: the core's ESP.getFreeSketchSpace(), less a sector. */
#define TASMOTA_PROGRAM_END 0xFB000u
#define TASMOTA_STAGE 0x100000u

/* One row for each version that --tasmota knows. */
struct tasmota_version {
    const char *name, *image; /* "8.5.1", "tasmota" */
    const char *project;      /* how the first line of its log begins */
    const char *core, *built;
    unsigned major;
    size_t line; /* bytes of a console line; what is longer is dropped */
    unsigned program_kb; /* ProgramSize */
    unsigned minimal_kb; /* of its minimal image */
    bool has_ms;         /* in the log's times */
    bool has_gz;         /* an upload may be gzip */
    bool has_check;      /* for Tasmota's marker; SetOption78 1: none */
    bool keeps_nothing;  /* its minimal image: a restart brings back the old */
    bool is_strict;      /* /cm: 401 for a wrong password, Basic is enough */
    bool has_long_words; /* Command Unknown tells its Input, too */
    unsigned full;       /* error of an upload that does not fit: 2 or 5 */
};
extern const struct tasmota_version tasmota_versions[];
extern const size_t tasmota_version_count;
/* "8.5.1", or "8.5.1-minimal" with *is_minimal. NULL: none. */
const struct tasmota_version *tasmota_version_find(const char *name,
                                                   bool *is_minimal);

enum tasmota_join {
    TASMOTA_JOINED,
    TASMOTA_NOT_FOUND,
    TASMOTA_PASSWORD,
    TASMOTA_NO_ADDRESS,
    TASMOTA_TIMEOUT,
    TASMOTA_SILENT /* and it says nothing of why */
};

struct tasmota_host {
    /* Bytes of the serial line: a log line with its CR and LF. */
    void (*serial)(void *ctx, const char *text, size_t size);
    /* by_scan: it only tries what a scan shows. */
    enum tasmota_join (*join)(void *ctx, const char *ssid, const char *password,
                              bool by_scan);
    /* MQTT's return code, or -2: nobody there. */
    int (*broker)(void *ctx, const char *host, unsigned port, const char *user,
                  const char *password);
    /* It restarts. False: something else comes first; tasmota_boot is called
     * when it is over. */
    bool (*restart)(void *ctx);
    void *ctx;
};

/* An upload on its way to the second half of the flash. */
struct tasmota_stage {
    uint8_t bytes[TASMOTA_STAGE];
    size_t size;
    unsigned error; /* number on the result page; 0: none */
    bool is_ready;  /* eboot copies it at the next restart */
};

struct tasmota_value {
    char name[TASMOTA_NAME], text[TASMOTA_VALUE];
};

struct tasmota {
    const struct tasmota_version *version;
    const struct tasmota_host *host;
    bool is_minimal;
    uint8_t mac[6];
    char address[16]; /* that it gets when it joins */
    uint64_t now_ms, boot_ms;
    bool is_up; /* between start and power off */
    struct tasmota_value value[TASMOTA_VALUES];
    unsigned values;
    struct tasmota_value saved[TASMOTA_VALUES]; /* what a start begins with */
    unsigned saved_values;
    uint32_t option[5]; /* SetOption0 to 159 */
    char line[TASMOTA_LINE];
    size_t size;
    bool is_too_long;
    char backlog[TASMOTA_BACKLOG][TASMOTA_VALUE + TASMOTA_NAME];
    unsigned queued;
    uint64_t backlog_ms; /* of the next one */
    bool is_hurried;     /* Backlog0 */
    uint64_t restart_ms; /* 0: none is due */
    uint64_t try_ms, broker_ms;
    bool is_joined, has_power;
    char joined[80];
    unsigned broker_count, restarts, dropped;
    unsigned program_size; /* bytes of what runs */
    bool wants_upgrade;    /* Upgrade 1 was said */
    bool wants_minimal;    /* the next one is its minimal image */
    char *heard;           /* what a command answers; NULL: nobody collects */
    size_t heard_size;
    char log[TASMOTA_WEB_LOG]; /* lines, each with its newline */
    size_t log_size;
    unsigned log_count; /* lines since it was made */
    struct tasmota_stage stage;
    /* For tests. */
    bool is_mute, is_mqtt_form, never_restarts;
    const char *forgets; /* a name that it does not keep */
};

/* All of it anew; the caller sets what else it wants. It is off. */
void tasmota_init(struct tasmota *t, const struct tasmota_version *version,
                  bool is_minimal, const struct tasmota_host *host);
void tasmota_boot(struct tasmota *t, uint64_t now_ms);
void tasmota_power_off(struct tasmota *t);
/* Its time goes on. */
void tasmota_tick(struct tasmota *t, uint64_t now_ms);
void tasmota_serial(struct tasmota *t, const uint8_t *bytes, size_t size);
/* A command from /cm: all answers as one JSON object. */
void tasmota_web(struct tasmota *t, const char *command,
                 char answer[TASMOTA_ANSWER]);
/* The web log's lines after number seen, as /cs sends them; room for
 * TASMOTA_WEB_LOG and 32. Returns their size. */
size_t tasmota_log_since(const struct tasmota *t, unsigned seen, char *out,
                         size_t room);
/* "8.5.1(tasmota)" */
void tasmota_name(const struct tasmota *t, char *text, size_t room);
/* A setting, "" when it has none. */
const char *tasmota_get(const struct tasmota *t, const char *name);
void tasmota_set(struct tasmota *t, const char *name, const char *text);
/* All of them as they are now are kept, whatever image runs. */
void tasmota_save(struct tasmota *t);
bool tasmota_option(const struct tasmota *t, unsigned number);

/* ---- bench_tasmota_stage.c: an upload, and what eboot makes of it ---- */

unsigned tasmota_free_kb(const struct tasmota *t); /* as Status 4 has it */
size_t tasmota_room(const struct tasmota *t);      /* for an upload, bytes */
void tasmota_stage_begin(struct tasmota *t);
void tasmota_stage_put(struct tasmota *t, const void *bytes, size_t size);
/* All of it is there: check it. */
void tasmota_stage_end(struct tasmota *t);
const char *tasmota_stage_text(unsigned error);
/* What eboot copies to 0, unpacked; the caller frees it. NULL: damaged. */
uint8_t *tasmota_stage_unpack(const struct tasmota *t, size_t *size);
/* What stands at 0 now is Tasmota again: which, and how large. False: not. */
bool tasmota_stage_runs(struct tasmota *t, const uint8_t *image, size_t size);
/* "http://x/tasmota-DE.bin.gz" to "http://x/tasmota-minimal.bin.gz" */
void tasmota_minimal_url(const char *url, char *out, size_t room);

/* ---- for the bench_tasmota*.c files ---- */

__attribute__((format(printf, 2, 3))) void tasmota_log(struct tasmota *t,
                                                       const char *format, ...);
void tasmota_answer(struct tasmota *t, const char *topic, const char *json);
void tasmota_restart_soon(struct tasmota *t);
/* bench_tasmota_commands.c: one command, no Backlog. */
void tasmota_run(struct tasmota *t, const char *command);
void tasmota_defaults(struct tasmota *t);
/* bench_tasmota_status.c: Status N; false: there is none. */
bool tasmota_status(const struct tasmota *t, unsigned n, char *json,
                    size_t room);
/* bench_tasmota_template.c: as that version keeps it. False: invalid. */
bool tasmota_template(const struct tasmota *t, const char *text, char *json,
                      size_t room);
/* A text as it stands between quotes. */
void tasmota_quote(const char *text, char *out, size_t room);

#endif

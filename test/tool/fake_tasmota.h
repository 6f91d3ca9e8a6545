/* A console as Tasmota 6.6, 8.5 and 14 have it, for tests in virtual time: a
 * link to the bench's model (tool/bench_tasmota.h) with one network. It keeps
 * what it is told, joins or says why not, and echoes passwords as the real one
 * does. */
#ifndef TEST_TOOL_FAKE_TASMOTA_H
#define TEST_TOOL_FAKE_TASMOTA_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/tool/fake_link.h"
#include "tool/bench_tasmota.h"

#define FAKE_STEP_MS 50u

struct fake_tasmota {
    struct fake_link fake;
    struct tasmota t;
    struct tasmota_host host;
    uint64_t at_ms;
    const char *ssid, *password; /* of the network that is there */
    enum tasmota_join trouble;   /* instead of an address */
    int broker;                  /* what it answers; 0: lets us in */
    unsigned lose_lines;         /* so many of its next lines get damaged */
};

static inline void fake_tasmota_serial(void *ctx, const char *text, size_t size)
{
    struct fake_tasmota *f = ctx;
    char line[TASMOTA_LINE + 4];
    memcpy(line, text, size);
    if (f->lose_lines > 0) {
        f->lose_lines--;
        line[size / 2] = '\x15';
        line[size - 3] = '?';
    }
    fake_put(&f->fake, line, size);
}

/* Its log tells the password, so that somebody could pass it on. */
static inline enum tasmota_join fake_tasmota_join(void *ctx, const char *ssid,
                                                  const char *password,
                                                  bool by_scan)
{
    struct fake_tasmota *f = ctx;
    (void)by_scan;
    if (strcmp(ssid, f->ssid) != 0)
        return TASMOTA_NOT_FOUND;
    if (strcmp(password, f->password) == 0)
        return f->trouble;
    tasmota_log(&f->t, "WIF: Connect failed (wrong password) %s", password);
    return TASMOTA_SILENT;
}

static inline int fake_tasmota_broker(void *ctx, const char *host,
                                      unsigned port, const char *user,
                                      const char *password)
{
    struct fake_tasmota *f = ctx;
    (void)host;
    (void)port;
    (void)user;
    (void)password;
    return f->broker;
}

static inline void fake_tasmota_start(struct fake_tasmota *f)
{
    if (!f->t.is_up)
        tasmota_boot(&f->t, f->at_ms);
}

static inline void fake_tasmota_time(struct fake_link *fake)
{
    struct fake_tasmota *f = (struct fake_tasmota *)fake;
    fake_tasmota_start(f);
    while (f->at_ms + FAKE_STEP_MS <= fake->now_ms) {
        f->at_ms += FAKE_STEP_MS;
        tasmota_tick(&f->t, f->at_ms);
    }
}

static inline enum err fake_tasmota_write(struct link *link,
                                          const uint8_t *data, size_t size)
{
    struct fake_tasmota *f = (struct fake_tasmota *)fake_of(link);
    if (f->fake.gone_at_ms && f->fake.now_ms >= f->fake.gone_at_ms)
        return ERR_PORT_GONE;
    fake_tasmota_time(&f->fake);
    tasmota_serial(&f->t, data, size);
    tasmota_tick(&f->t, f->at_ms);
    return ERR_NONE;
}

/* name: as --tasmota takes it. */
static inline void fake_tasmota_init(struct fake_tasmota *f, const char *name)
{
    static struct link_ops ops;
    bool is_minimal;
    const struct tasmota_version *version =
        tasmota_version_find(name, &is_minimal);
    memset(f, 0, sizeof(*f));
    fake_init(&f->fake);
    ops = fake_ops;
    ops.write = fake_tasmota_write;
    f->fake.link.ops = &ops;
    f->fake.on_time = fake_tasmota_time;
    f->ssid = "home";
    f->password = "correct horse";
    f->host = (struct tasmota_host){fake_tasmota_serial, fake_tasmota_join,
                                    fake_tasmota_broker, NULL, f};
    tasmota_init(&f->t, version, is_minimal, &f->host);
}

#endif

/* Flashing a device in DIY mode: server, attempts, and what a person must know
 * while they go on. */
#include "tool/diy_flash.h"

#include <stdio.h>
#include <string.h>

#include "tool/message.h"
#include "tool/os.h"

#define NAME "pogo.bin"
#define ASK_MS 20000u   /* for the first request to our server */
#define STALL_MS 90000u /* without a request or an answer */
#define BACK_MS 60000u  /* for a device that fell silent to answer again */
#define AGAIN_MS 2000u

/* ---- decisions ---- */

static enum diy_next next_in_danger(const struct diy_attempt *a, enum err e)
{
    if (e == ERR_DIY_LOCKED)
        return DIY_OPEN;
    return a->silent >= DIY_LOST_ATTEMPTS ? DIY_UNDECIDED : DIY_AGAIN;
}

enum diy_next diy_flash_next(struct diy_attempt *a, enum err e)
{
    a->silent = e == ERR_DIY_SILENT ? a->silent + 1 : 0;
    a->is_in_danger = a->is_in_danger || e == ERR_DIY_HASH;
    if (e == ERR_NONE)
        return DIY_DONE;
    if (a->is_in_danger)
        return next_in_danger(a, e);
    if (e == ERR_DIY_FIREWALL || (e == ERR_DIY_FETCH && !a->has_asked))
        return DIY_NO_ROAD;
    if (e == ERR_DIY_SILENT && a->has_waited)
        return a->has_all ? DIY_UNDECIDED : DIY_GIVE_UP;
    if (a->count >= DIY_ATTEMPTS)
        return DIY_GIVE_UP;
    if (e == ERR_DIY_SILENT)
        return DIY_AWAIT;
    return e == ERR_DIY_SLOW || e == ERR_DIY_FETCH ? DIY_AGAIN : DIY_GIVE_UP;
}

/* ---- unlocking ---- */

int diy_unlock(struct diy_talk *talk)
{
    const struct diy_request request = {.what = DIY_UNLOCK};
    struct diy_answer answer;
    message_talk("Unlocking it: the device asks its vendor's server, so it "
                 "needs the internet for a moment.");
    enum err e = diy_ask(talk, &request, &answer);
    return e == ERR_NONE ? EXIT_DONE : diy_fail(e, talk, "ota_unlock");
}

/* ---- one attempt ---- */

struct watch {
    struct diy_flash *flash;
    struct os_serve *serve;
    struct message_progress progress;
    struct os_served before; /* as the attempt began */
    struct os_served seen;
    uint64_t since_ms; /* of the last thing that happened */
    bool has_no_road;
};

/* While the device works: progress, and the end of patience. */
static bool on_wait(void *ctx)
{
    struct watch *w = ctx;
    struct os_served now = os_serve_look(w->serve);
    uint64_t ms = os_now_ms();
    bool has_asked = now.requests != w->before.requests;
    if (now.requests != w->seen.requests) {
        w->since_ms = ms;
        message_progress(&w->progress, "fetch", (uint32_t)now.reached,
                         (uint32_t)w->flash->image->size);
    }
    w->seen = now;
    os_serve_tell(w->serve);
    w->has_no_road = !has_asked && ms - w->since_ms >= ASK_MS;
    return !w->has_no_road && ms - w->since_ms < STALL_MS;
}

/* Nobody has seen whether a device answers when it has the image or when it
 * begins: after an early answer it is given all the time that it takes. */
static enum err await_all(struct watch *w)
{
    size_t size = w->flash->image->size;
    w->since_ms = os_now_ms();
    while (w->seen.reached < size && on_wait(w))
        os_sleep_ms(DIY_PAUSE_MS);
    if (w->seen.reached >= size) {
        os_sleep_ms(AGAIN_MS); /* for the last bytes to arrive */
        return ERR_NONE;
    }
    return w->has_no_road ? ERR_DIY_FIREWALL : ERR_DIY_SLOW;
}

static enum err attempt(struct diy_flash *flash, struct os_serve *serve,
                        const char *url, struct diy_attempt *a)
{
    const struct diy_request request = {
        .what = DIY_FLASH, .text = url, .sha256 = flash->image->sha256};
    struct diy_answer answer;
    struct watch w = {.flash = flash,
                      .serve = serve,
                      .before = os_serve_begin(serve),
                      .since_ms = os_now_ms()};
    w.seen = w.before;
    enum err e = diy_ask_once(flash->talk, &request, on_wait, &w, &answer);
    if (e == ERR_NONE)
        e = await_all(&w);
    bool has_no_road = w.has_no_road;
    (void)on_wait(&w); /* the last part */
    a->has_asked = w.seen.requests != w.before.requests;
    a->has_all = w.seen.reached == flash->image->size;
    return e == ERR_DIY_SILENT && has_no_road ? ERR_DIY_FIREWALL : e;
}

/* ---- what a person is told ---- */

static void warn_of_danger(void)
{
    message_bell(3);
    message_talk(" ");
    message_talk("*** KEEP THE POWER ON. Do not unplug the device, do not "
                 "touch its fuse. ***");
    message_talk("What it has fetched is damaged (error 471), and without "
                 "power it would never start again. It is alive as long as it "
                 "has power: pogo sends the image again until it is whole.");
    message_talk(" ");
    message_interrupted("the device has a damaged image: WITHOUT POWER IT WILL "
                        "NEVER START AGAIN",
                        "KEEP ITS POWER ON, and run the same command again "
                        "now");
}

static void tell_attempt(enum err e, const struct diy_attempt *a,
                         const struct diy_talk *talk)
{
    if (e == ERR_DIY_HASH)
        warn_of_danger();
    else if (a->is_in_danger)
        message_talk("Not yet: %s. KEEP THE POWER ON; pogo goes on.",
                     err_text(e));
    else if (e == ERR_DIY_SILENT)
        message_talk("The device does not answer (%s); its own firmware "
                     "should still run. Waiting for it; keep its power on.",
                     talk->why);
    else
        message_talk("Attempt %u: %s. Its own firmware still runs; once more.",
                     a->count, err_text(e));
}

static int tell_no_road(const struct diy_talk *talk, const char *url)
{
    return message_fail_hint(
        ERR_DIY_FIREWALL,
        "allow incoming TCP to this port in this computer's firewall (--port N "
        "chooses it); no guest network, no client isolation in the router; "
        "then run it again: the device's own firmware still runs",
        "%s never asked for %s", talk->device.id, url);
}

static int give_up(enum diy_next next, enum err e, const struct diy_talk *talk,
                   const char *url)
{
    if (next == DIY_NO_ROAD)
        return tell_no_road(talk, url);
    return diy_fail(next == DIY_UNDECIDED ? ERR_DIY_GONE : e, talk,
                    "ota_flash");
}

/* ---- until it is done ---- */

/* True when it answers again, with its own firmware. */
static bool await(struct diy_talk *talk)
{
    const struct diy_request request = {.what = DIY_INFO};
    struct diy_answer answer;
    uint64_t end = os_now_ms() + BACK_MS;
    while (os_now_ms() < end) {
        if (diy_ask_once(talk, &request, NULL, NULL, &answer) == ERR_NONE)
            return true;
        os_sleep_ms(AGAIN_MS / 2);
    }
    return false;
}

/* Returns DIY_DONE or why not, with *e. */
static enum diy_next until_done(struct diy_flash *flash, struct os_serve *serve,
                                const char *url, enum err *e)
{
    struct diy_attempt a = {0};
    for (;;) {
        flash->attempts = ++a.count;
        *e = attempt(flash, serve, url, &a);
        a.has_waited = false;
        enum diy_next next = diy_flash_next(&a, *e);
        if (next == DIY_DONE || next == DIY_GIVE_UP || next == DIY_NO_ROAD ||
            next == DIY_UNDECIDED)
            return next;
        tell_attempt(*e, &a, flash->talk);
        if (next == DIY_OPEN)
            (void)diy_unlock(flash->talk);
        if (next == DIY_AWAIT && !await(flash->talk)) {
            a.has_waited = true;
            return diy_flash_next(&a, *e);
        }
        os_sleep_ms(AGAIN_MS);
    }
}

int diy_flash(struct diy_flash *flash)
{
    struct os_serve *serve;
    struct os_serve_file file = {.bytes = flash->image->bytes,
                                 .size = flash->image->size,
                                 .name = NAME,
                                 .port = flash->port};
    const uint8_t *here = file.here, *device = flash->talk->device.ip;
    memcpy(file.device, device, sizeof(file.device));
    if (!os_address_toward(device, file.here))
        return diy_fail(ERR_DIY_SILENT, flash->talk, "no way to the device");
    enum err e = os_serve_open(&file, &serve);
    if (e != ERR_NONE)
        return message_fail_hint(e, "another --port",
                                 "web server on %u.%u.%u.%u port %u", here[0],
                                 here[1], here[2], here[3], flash->port);
    const char *url = os_serve_url(serve);
    message_talk("The device fetches the image from %s. KEEP ITS POWER ON.",
                 url);
    message_interrupted("the device may still be at work",
                        "keep its power on for five minutes, then look "
                        "whether it answers: pogo diy info");
    enum diy_next next = until_done(flash, serve, url, &e);
    message_interrupted("", "");
    int code =
        next == DIY_DONE ? EXIT_DONE : give_up(next, e, flash->talk, url);
    os_serve_close(serve);
    return code;
}

/* A virtual device inside this process: `bench:mini`. Virtual time, so as fast
 * as the host can. Options after commas: flash=FILE, size=1MB, mac=AA:BB:…,
 * hold-button, no-lines, off (no power until somebody connects it), puya,
 * flash-id=HEX (maker and type), seed=N, air=FILE (an air file: the Wi-Fi
 * around it; nobody is in the network), do=CONTROL LINE (at the start), at=MS
 * CONTROL LINE (when the device is MS old); both may come several times. When
 * the tool asks for what a person would do, it is done. */
#include "tool/link.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/bench.h"
#include "format/image.h"
#include "tool/air_file.h"
#include "tool/message.h"

#define RING 65536u
#define SLICE_CYCLES (CYCLES_PER_MS / 4)
/* How long the person holds the button after connecting power. */
#define HOLD_MS 500u
#define LINES                                                                  \
    8u /* control lines, of those at the start and of those for later */

/* A control line and when it is due. */
struct timed {
    struct control control;
    uint64_t cycle;
};

struct bench_link {
    struct link link;
    struct bench *bench;
    uint8_t ring[RING];
    size_t head, count;
    struct timed later[LINES];
    unsigned laters; /* those that have not come */
    unsigned button; /* its GPIO */
    char name[512];
    char options[512];
};

static struct bench_link *bench_of(struct link *link)
{
    return (struct bench_link *)link;
}

static void take_serial(void *ctx, uint8_t byte)
{
    struct bench_link *b = ctx;
    if (b->count == RING)
        return; /* as an adapter's buffer that nobody empties */
    b->ring[(b->head + b->count++) % RING] = byte;
}

/* Only what ends the device is worth a line here. */
static void take_event(void *ctx, uint64_t ms, const char *line)
{
    (void)ms;
    if (strncmp(line, "stop", 4) == 0)
        message_talk("%s: %s", ((struct bench_link *)ctx)->name, line);
}

/* The first line that is due until then, LINES: none. */
static unsigned next_line(const struct bench_link *b, uint64_t cycle)
{
    unsigned next = LINES;
    for (unsigned i = 0; i < b->laters; i++) {
        if (b->later[i].cycle <= cycle &&
            (next == LINES || b->later[i].cycle < b->later[next].cycle))
            next = i;
    }
    return next;
}

static void run_until(struct bench_link *b, uint64_t cycle)
{
    for (unsigned i; (i = next_line(b, cycle)) < LINES;) {
        struct timed line = b->later[i];
        b->later[i] = b->later[--b->laters];
        if (line.cycle > bench_now(b->bench))
            bench_run(b->bench, line.cycle);
        if (bench_do(b->bench, &line.control) != ERR_NONE)
            message_talk("%s: the board has no such part", b->name);
    }
    if (cycle > bench_now(b->bench))
        bench_run(b->bench, cycle);
}

static void run_ms(struct bench_link *b, unsigned ms)
{
    run_until(b, bench_now(b->bench) + (uint64_t)ms * CYCLES_PER_MS);
}

/* `unplug` pulls this port out; who opens it again has another device. */
static bool is_gone(const struct bench_link *b)
{
    return bench_unplugs(b->bench) > 0;
}

static enum err bench_read(struct link *link, uint8_t *data, size_t room,
                           unsigned timeout_ms, size_t *got)
{
    struct bench_link *b = bench_of(link);
    uint64_t end = bench_now(b->bench) + (uint64_t)timeout_ms * CYCLES_PER_MS;
    while (b->count == 0 && !is_gone(b) && bench_now(b->bench) < end) {
        uint64_t next = bench_now(b->bench) + SLICE_CYCLES;
        run_until(b, next < end ? next : end);
    }
    *got = 0;
    if (is_gone(b))
        return ERR_PORT_GONE;
    for (; *got < room && b->count > 0; b->count--) {
        data[(*got)++] = b->ring[b->head];
        b->head = (b->head + 1) % RING;
    }
    return ERR_NONE;
}

static enum err bench_write(struct link *link, const uint8_t *data, size_t size)
{
    struct bench_link *b = bench_of(link);
    while (size > 0 && !is_gone(b)) {
        size_t n = bench_serial_send(b->bench, data, size);
        data += n;
        size -= n;
        if (size > 0)
            run_ms(b, 1);
    }
    return is_gone(b) ? ERR_PORT_GONE : ERR_NONE;
}

static enum err bench_set_baud(struct link *link, unsigned baud)
{
    bench_serial_baud(bench_of(link)->bench, baud);
    return is_gone(bench_of(link)) ? ERR_PORT_GONE : ERR_NONE;
}

static enum err bench_set_lines(struct link *link, bool dtr, bool rts)
{
    bench_lines_direct(bench_of(link)->bench, dtr, rts);
    return is_gone(bench_of(link)) ? ERR_PORT_GONE : ERR_NONE;
}

static void bench_sleep(struct link *link, unsigned ms)
{
    run_ms(bench_of(link), ms);
}

static uint64_t bench_now_ms(struct link *link)
{
    return bench_now(bench_of(link)->bench) / CYCLES_PER_MS;
}

static void bench_discard(struct link *link)
{
    bench_of(link)->count = 0;
}

static void act(struct bench_link *b, enum control_verb verb)
{
    const struct control control = {.verb = verb, .number = b->button};
    if (bench_do(b->bench, &control) != ERR_NONE)
        message_talk("%s: the board has no such part", b->name);
}

struct bench *link_bench_device(struct link *link)
{
    return bench_of(link)->bench;
}

static void bench_ask(struct link *link, enum link_ask what)
{
    struct bench_link *b = bench_of(link);
    act(b, CONTROL_POWER_OFF);
    act(b, what == LINK_ASK_DOWNLOAD ? CONTROL_PRESS : CONTROL_RELEASE);
    run_ms(b, 100);
    act(b, CONTROL_POWER_ON);
    if (what == LINK_ASK_DOWNLOAD) {
        run_ms(b, HOLD_MS);
        act(b, CONTROL_RELEASE);
    }
}

static void bench_close_link(struct link *link)
{
    struct bench_link *b = bench_of(link);
    bench_close(b->bench);
    free(b);
}

static const struct link_ops bench_ops = {
    .read = bench_read,
    .write = bench_write,
    .set_baud = bench_set_baud,
    .set_lines = bench_set_lines,
    .sleep = bench_sleep,
    .now_ms = bench_now_ms,
    .discard_input = bench_discard,
    .close = bench_close_link,
    .ask = bench_ask,
};

/* ---- options ---- */

struct wish {
    struct bench_config config;
    bool has_no_lines;
    const char *air_file; /* NULL: none */
    struct control at_start[LINES];
    struct timed later[LINES];
    unsigned starts, laters;
};

static bool set_flash(struct wish *w, const char *value)
{
    w->config.flash_file = value;
    return value != NULL;
}

static bool set_size(struct wish *w, const char *value)
{
    uint8_t nibble;
    if (!value || !image_size_find(value, &nibble))
        return false;
    for (uint32_t size = 0x40000; size <= 0x1000000; size <<= 1) {
        uint8_t n;
        if (image_size_nibble(size, &n) && n == nibble)
            w->config.flash_size = size;
    }
    return w->config.flash_size != 0;
}

static bool set_mac(struct wish *w, const char *value)
{
    unsigned m[6];
    char rest;
    if (!value || sscanf(value, "%2x:%2x:%2x:%2x:%2x:%2x%c", &m[0], &m[1],
                         &m[2], &m[3], &m[4], &m[5], &rest) != 6)
        return false;
    for (int i = 0; i < 6; i++)
        w->config.mac[i] = (uint8_t)m[i];
    return true;
}

static bool set_hold(struct wish *w, const char *value)
{
    w->config.is_holding_button = true;
    return value == NULL;
}

static bool set_no_lines(struct wish *w, const char *value)
{
    w->has_no_lines = true;
    return value == NULL;
}

static bool set_off(struct wish *w, const char *value)
{
    w->config.is_off = true;
    return value == NULL;
}

static bool set_puya(struct wish *w, const char *value)
{
    w->config.is_puya = true;
    return value == NULL;
}

static bool get_number(const char *value, int base, uint32_t *out)
{
    char *end;
    unsigned long n = value ? strtoul(value, &end, base) : 0;
    *out = (uint32_t)n;
    return value && *value && !*end && n <= UINT32_MAX;
}

static bool set_seed(struct wish *w, const char *value)
{
    return get_number(value, 10, &w->config.seed);
}

static bool set_flash_id(struct wish *w, const char *value)
{
    return get_number(value, 16, &w->config.flash_id) &&
           w->config.flash_id <= 0xFFFFu;
}

static bool set_air(struct wish *w, const char *value)
{
    w->air_file = value;
    return value != NULL;
}

static bool set_do(struct wish *w, const char *value)
{
    return value && w->starts < LINES &&
           control_parse(value, &w->at_start[w->starts++]) == ERR_NONE;
}

static bool set_at(struct wish *w, const char *value)
{
    char *line = value ? strchr(value, ' ') : NULL;
    uint32_t ms;
    if (!line || w->laters == LINES)
        return false;
    *line++ = '\0';
    struct timed *later = &w->later[w->laters++];
    bool is_number = get_number(value, 10, &ms);
    later->cycle = (uint64_t)ms * CYCLES_PER_MS;
    return is_number && control_parse(line, &later->control) == ERR_NONE;
}

static bool set_posing(struct wish *w, const char *value)
{
    w->config.is_posing_as_hardware = true;
    return value == NULL;
}

static const struct option {
    const char *name;
    bool (*set)(struct wish *wish, const char *value);
    const char *form; /* as people are told it; NULL: not */
} options[] = {
    {"flash", set_flash, "flash=FILE"},
    {"size", set_size, "size=512KB|1MB|2MB|4MB"},
    {"mac", set_mac, "mac=AA:BB:CC:DD:EE:FF"},
    {"hold-button", set_hold, "hold-button"},
    {"no-lines", set_no_lines, "no-lines"},
    {"off", set_off, "off"},
    {"puya", set_puya, "puya"},
    {"flash-id", set_flash_id, "flash-id=HEX"},
    {"seed", set_seed, "seed=N"},
    {"air", set_air, "air=FILE"},
    {"do", set_do, "do=CONTROL LINE"},
    {"at", set_at, "at=MS CONTROL LINE"},
    {"posing-as-hardware", set_posing, NULL}, /* tests: hides the bench mark */
};
#define OPTIONS (sizeof(options) / sizeof(options[0]))

/* None that is called so: all of them. Else how that one is written. */
static void explain_option(const char *word, char *detail, size_t room)
{
    size_t length = strcspn(word, "=");
    for (size_t i = 0; i < OPTIONS; i++) {
        const struct option *o = &options[i];
        if (strlen(o->name) == length && strncmp(o->name, word, length) == 0) {
            snprintf(detail, room, "%s: %s is meant", word,
                     o->form ? o->form : o->name);
            return;
        }
    }
    int n =
        snprintf(detail, room, "bench has no option %.60s, but these:", word);
    for (size_t i = 0; i < OPTIONS && n > 0 && (size_t)n < room; i++) {
        if (options[i].form)
            n += snprintf(detail + n, room - (size_t)n, " %s", options[i].form);
    }
}

static bool set_option(struct wish *wish, const char *word)
{
    size_t length = strcspn(word, "=");
    const char *value = word[length] ? word + length + 1 : NULL;
    for (size_t i = 0; i < OPTIONS; i++) {
        if (strlen(options[i].name) == length &&
            strncmp(options[i].name, word, length) == 0)
            return options[i].set(wish, value);
    }
    return false;
}

/* text: `mini,flash=FILE,…`; it is cut up. False: detail says why. */
static bool parse(char *text, struct wish *wish, char *detail, size_t room)
{
    char *save = NULL;
    const char *name = strtok_r(text, ",", &save);
    wish->config.board = name ? board_find(name) : NULL;
    if (!wish->config.board) {
        int n =
            snprintf(detail, room, "bench:%s; boards are", name ? name : "");
        for (size_t i = 0; i < board_count && n > 0 && (size_t)n < room; i++)
            n += snprintf(detail + n, room - (size_t)n, " %s", boards[i].name);
        return false;
    }
    for (char *word; (word = strtok_r(NULL, ",", &save)) != NULL;) {
        if (!set_option(wish, word)) {
            explain_option(word, detail, room);
            return false;
        }
    }
    return true;
}

static unsigned first_button(const struct board *board)
{
    const struct board_part *part = board->parts;
    while (part->kind != PART_NONE && part->kind != PART_BUTTON)
        part++;
    return part->gpio;
}

/* The bench keeps a copy of the air. */
static enum err open_device(struct bench_link *b, struct wish *wish,
                            char *detail, size_t room)
{
    const struct bench_sink sink = {
        .event = take_event, .serial = take_serial, .ctx = b};
    struct air *air = NULL;
    if (wish->air_file) {
        enum err e = air_file_read(wish->air_file, &air, detail, room);
        if (e != ERR_NONE && !*detail)
            snprintf(detail, room, "%s", wish->air_file);
        if (e != ERR_NONE)
            return e;
    }
    wish->config.air = air;
    enum err e = bench_open(&wish->config, &sink, &b->bench);
    free(air);
    memcpy(b->later, wish->later, sizeof(b->later));
    b->laters = wish->laters;
    for (unsigned i = 0; i < wish->starts && e == ERR_NONE; i++)
        e = bench_do(b->bench, &wish->at_start[i]);
    if (e != ERR_NONE)
        snprintf(detail, room, "%s", b->name);
    return e;
}

enum err link_bench_open(const char *port, unsigned baud, struct link **out,
                         char *detail, size_t room)
{
    struct wish wish = {0};
    struct bench_link *b = calloc(1, sizeof(*b));
    if (!b)
        return ERR_MEMORY;
    snprintf(b->name, sizeof(b->name), "%s", port);
    snprintf(b->options, sizeof(b->options), "%s", port + strlen("bench:"));
    enum err e = ERR_USAGE;
    if (parse(b->options, &wish, detail, room)) {
        b->link = (struct link){.ops = &bench_ops,
                                .has_lines = !wish.has_no_lines,
                                .is_direct = true,
                                .name = b->name};
        b->button = first_button(wish.config.board);
        e = open_device(b, &wish, detail, room);
    }
    if (e != ERR_NONE) {
        if (b->bench)
            bench_close(b->bench);
        free(b);
        return e;
    }
    bench_serial_baud(b->bench, baud);
    *out = &b->link;
    return ERR_NONE;
}

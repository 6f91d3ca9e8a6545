/* pogo-posix: the device as a process. Control lines come from stdin or a
 * script, events go to stdout; the console is in `uart` events, `console`
 * lines and, on wish, a pty. */
#include <fcntl.h>
#include <getopt.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "firmware/port/posix/net.h"
#include "firmware/port/posix/pty.h"
#include "firmware/port/posix/world.h"
#include "format/script.h"

#define SLICE_MS 10 /* while something goes on; control lines start on time */

struct options {
    const struct board *board;
    const char *flash, *script, *link, *air;
    uint32_t address, seed;
    bool is_virtual, has_pty;
};

struct posix {
    struct world world;
    struct script script;
    struct pty pty;
    char input[4096]; /* of stdin, up to its last newline */
    size_t input_size;
    bool is_input_over;
};

static void on_event(void *ctx, const char *line)
{
    struct posix *posix = ctx;
    puts(line);
    script_event(&posix->script, line);
}

static void on_serial(void *ctx, uint8_t byte)
{
    struct posix *posix = ctx;
    script_console(&posix->script, byte);
    pty_write(&posix->pty, byte);
}

static enum err on_act(void *ctx, const struct control *control)
{
    struct posix *posix = ctx;
    return world_do(&posix->world, control);
}

static void on_answer(void *ctx, const char *text)
{
    (void)ctx;
    if (strcmp(text, "ok") != 0)
        puts(text);
}

/* ---- the network --------------------------------------------------------- */

static void on_net(void *ctx, const struct hal_net_event *news)
{
    struct posix *posix = ctx;
    world_net(&posix->world, news);
}

static bool on_look_up(void *ctx, const char *name, uint32_t *ip)
{
    const struct posix *posix = ctx;
    return air_host(&posix->world.radio.air, name, ip);
}

static void open_net(struct posix *posix, uint32_t address)
{
    static struct net_sink sink = {on_net, on_event, on_look_up, NULL};
    sink.ctx = posix;
    net_open(address, &sink);
    for (unsigned i = 0; i < 4; i++)
        posix->world.radio.ip[i] = (uint8_t)(address >> (24 - 8 * i));
}

/* One millisecond of the device. */
static void step(struct posix *posix)
{
    const struct radio *radio = &posix->world.radio;
    world_step(&posix->world);
    net_step(posix->world.now_ms, radio_is_up(radio), radio_guests(radio) > 0);
}

/* Wait for the network, and for nothing else. */
static void serve_net(int timeout_ms)
{
    struct pollfd fds[NET_POLL];
    unsigned count = net_poll(fds);
    if ((count > 0 || timeout_ms > 0) && poll(fds, count, timeout_ms) > 0)
        net_serve(fds, count);
}

/* ---- all lines at hand: time runs by itself or as the clock says --------- */

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* Wait until the wall clock reaches the world's next millisecond. */
static void keep_pace(const struct posix *posix, uint64_t zero)
{
    do
        serve_net(clock_ms() - zero <= posix->world.now_ms);
    while (clock_ms() - zero <= posix->world.now_ms);
}

/* Virtual time goes as fast as it can, but somebody who is connected lives in
 * real time. */
static void run_script(struct posix *posix, const char *text, bool is_virtual)
{
    uint64_t zero = clock_ms();
    while (script_take(&posix->script, posix->world.now_ms, &text)) {
        if (is_virtual && !net_has_client()) {
            serve_net(0);
            zero = clock_ms() - posix->world.now_ms;
        } else {
            keep_pace(posix, zero);
        }
        step(posix);
    }
}

static char *read_all(FILE *file)
{
    size_t size = 0, room = 65536;
    char *text = malloc(room);
    while (text) {
        size += fread(text + size, 1, room - size - 1, file);
        if (size + 1 < room)
            break;
        room *= 2;
        char *more = realloc(text, room);
        if (!more)
            free(text);
        text = more;
    }
    if (text)
        text[size] = 0;
    return text;
}

static int play(struct posix *posix, const struct options *options)
{
    FILE *file = options->script ? fopen(options->script, "r") : stdin;
    char *text = file ? read_all(file) : NULL;
    if (!text) {
        fprintf(stderr, "pogo-posix: can't read the script %s\n",
                options->script ? options->script : "on stdin");
        return EXIT_FAILED;
    }
    run_script(posix, text, options->is_virtual);
    free(text);
    if (file != stdin)
        fclose(file);
    return script_has_failed(&posix->script) ? EXIT_FAILED : EXIT_DONE;
}

/* ---- lines as they come -------------------------------------------------- */

static void take_lines(struct posix *posix)
{
    char *end;
    while (!script_is_waiting(&posix->script) &&
           !script_has_quit(&posix->script) &&
           (end = memchr(posix->input, '\n', posix->input_size)) != NULL) {
        *end = 0;
        script_line(&posix->script, posix->world.now_ms, posix->input);
        size_t used = (size_t)(end - posix->input) + 1;
        memmove(posix->input, end + 1, posix->input_size - used);
        posix->input_size -= used;
    }
}

static void read_stdin(struct posix *posix)
{
    size_t room = sizeof(posix->input) - posix->input_size;
    ssize_t n = read(STDIN_FILENO, posix->input + posix->input_size, room);
    if (n > 0)
        posix->input_size += (size_t)n;
    else
        posix->is_input_over = true;
}

static void catch_up(struct posix *posix, uint64_t zero)
{
    while (posix->world.now_ms < clock_ms() - zero) {
        step(posix);
        script_tick(&posix->script, posix->world.now_ms);
    }
}

/* Until something is due by itself. A thousand idle devices share a computer.
 */
static int slice_ms(const struct posix *posix)
{
    uint64_t now = posix->world.now_ms, due = world_due(&posix->world);
    uint64_t line = script_due(&posix->script);
    due = line < due ? line : due;
    return due > now + SLICE_MS ? (int)(due - now) : SLICE_MS;
}

/* What came is handled at the time when it came. */
static void wait_and_serve(struct posix *posix, uint64_t zero)
{
    bool has_room = posix->input_size < sizeof(posix->input);
    struct pollfd fds[2 + NET_POLL] = {
        {.fd = posix->is_input_over || !has_room ? -1 : STDIN_FILENO,
         .events = POLLIN},
        {.fd = pty_fd(&posix->pty), .events = POLLIN}};
    char bytes[256];
    unsigned count = net_poll(fds + 2);
    int found = poll(fds, 2 + count, slice_ms(posix));
    catch_up(posix, zero);
    if (found <= 0)
        return;
    net_serve(fds + 2, count);
    if (fds[0].revents)
        read_stdin(posix);
    size_t n = fds[1].revents ? pty_read(&posix->pty, bytes, sizeof(bytes)) : 0;
    if (n > 0)
        world_hear(&posix->world, bytes, n);
}

static bool is_over(const struct posix *posix, const struct options *options)
{
    if (script_has_quit(&posix->script))
        return true;
    return posix->is_input_over && !script_is_waiting(&posix->script) &&
           !options->has_pty;
}

static int live(struct posix *posix, const struct options *options)
{
    uint64_t zero = clock_ms();
    while (!is_over(posix, options)) {
        wait_and_serve(posix, zero);
        take_lines(posix);
    }
    return script_has_failed(&posix->script) ? EXIT_FAILED : EXIT_DONE;
}

/* ---- the command line ---------------------------------------------------- */

static int usage(const char *what)
{
    fprintf(stderr,
            "pogo-posix: %s\n"
            "  usage: pogo-posix --board BOARD [--flash FILE] [--virtual]\n"
            "                    [--pty[=LINK]] [--script FILE] [--air FILE]\n"
            "                    [--address 127.X.Y.Z] [--seed N]\n"
            "  boards:",
            what);
    for (size_t i = 0; i < board_count; i++)
        fprintf(stderr, " %s", boards[i].name);
    fputc('\n', stderr);
    return EXIT_USAGE;
}

static bool parse_seed(const char *text, uint32_t *seed)
{
    char *end;
    unsigned long long n = strtoull(text, &end, 10);
    *seed = (uint32_t)n;
    return text[0] >= '0' && text[0] <= '9' && *end == 0 && n <= UINT32_MAX;
}

static const char *parse(int argc, char **argv, struct options *options)
{
    static const struct option rows[] = {
        {"board", required_argument, NULL, 'b'},
        {"flash", required_argument, NULL, 'f'},
        {"air", required_argument, NULL, 'a'},
        {"address", required_argument, NULL, 'i'},
        {"seed", required_argument, NULL, 'n'},
        {"script", required_argument, NULL, 's'},
        {"virtual", no_argument, NULL, 'v'},
        {"pty", optional_argument, NULL, 'p'},
        {NULL, 0, NULL, 0}};
    int c;
    opterr = 0;
    while ((c = getopt_long(argc, argv, "", rows, NULL)) != -1) {
        if (c == 'b' && !(options->board = board_find(optarg)))
            return "there is no such board";
        else if (c == 'i' && !net_parse(optarg, &options->address))
            return "an address is one of 127.0.0.0/8";
        else if (c == 'n' && !parse_seed(optarg, &options->seed))
            return "--seed takes 0 to 4294967295";
        else if (c == 'f')
            options->flash = optarg;
        else if (c == 'a')
            options->air = optarg;
        else if (c == 's')
            options->script = optarg;
        else if (c == 'v')
            options->is_virtual = true;
        else if (c == 'p') {
            options->has_pty = true;
            options->link = optarg;
        } else if (c == '?')
            return "unknown option";
    }
    if (optind < argc)
        return "too many words";
    return options->board ? NULL : "which board?";
}

static bool load_air(struct posix *posix, const char *path)
{
    char wrong[256];
    enum err e =
        path ? radio_load(&posix->world.radio, path, wrong, sizeof(wrong))
             : ERR_NONE;
    if (e == ERR_NONE)
        return true;
    if (wrong[0])
        fprintf(stderr, "pogo-posix: %s%s\n", path, wrong);
    else
        fprintf(stderr, "pogo-posix: %s: %s\n  try: %s\n", path, err_text(e),
                err_hint(e));
    return false;
}

static int run(struct posix *posix, const struct options *options)
{
    static const struct control on = {.verb = CONTROL_POWER_ON};
    enum err e =
        options->has_pty ? pty_open(&posix->pty, options->link) : ERR_NONE;
    if (e != ERR_NONE) {
        fprintf(stderr, "pogo-posix: no pty: %s\n", err_text(e));
        return EXIT_FAILED;
    }
    printf("posix %s ready%s%s\n", options->board->name,
           options->has_pty ? ": pty " : "",
           options->has_pty ? posix->pty.name : "");
    e = world_do(&posix->world, &on);
    bool is_played = options->script || options->is_virtual;
    int code = is_played ? play(posix, options) : live(posix, options);
    pty_close(&posix->pty);
    return e == ERR_NONE ? code : EXIT_FAILED;
}

int main(int argc, char **argv)
{
    static struct posix posix = {.pty = {.fd = -1, .slave = -1}};
    static const struct script_ops ops = {on_act, on_answer, &posix};
    const struct world_sink sink = {on_event, on_serial, &posix};
    struct options options = {.address = NET_LOOPBACK};
    const char *wrong = parse(argc, argv, &options);
    if (wrong)
        return usage(wrong);
    setvbuf(stdout, NULL, _IOLBF, 0);
    script_init(&posix.script, &ops, 0);
    enum err e = world_open(&posix.world, options.board, options.flash, &sink);
    if (e != ERR_NONE) {
        fprintf(stderr, "pogo-posix: %s: %s\n  try: %s\n",
                options.flash ? options.flash : "flash", err_text(e),
                err_hint(e));
        return EXIT_FAILED;
    }
    posix.world.seed = options.seed;
    open_net(&posix, options.address);
    int code =
        load_air(&posix, options.air) ? run(&posix, &options) : EXIT_FAILED;
    if (world_hal_rewrites() > 0) { /* chips that overwrite would have lost */
        fprintf(stderr, "pogo-posix: %u flash words were programmed twice\n",
                world_hal_rewrites());
        code = EXIT_FAILED;
    }
    net_reset();
    world_close(&posix.world);
    return code;
}

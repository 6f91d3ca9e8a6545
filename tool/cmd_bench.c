/* pogo bench: a virtual board with its serial port, for people, esptool and
 * tests. */
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tool/bench_files.h"
#include "tool/bench_help.h"
#include "tool/bench_model.h"
#include "tool/bench_net.h"
#include "tool/bench_server.h"
#include "tool/bench_stock.h"
#include "tool/bench_tasmota_device.h"
#include "tool/bench_values.h"
#include "tool/cmd.h"
#include "tool/message.h"

enum option_id {
    OPTION_COUNT = 256,
    OPTION_FLASH,
    OPTION_FLASH_SIZE,
    OPTION_HOLD_BUTTON,
    OPTION_MAC,
    OPTION_PUYA,
    OPTION_SEED,
    OPTION_VIRTUAL,
    OPTION_ADDRESS,
    OPTION_PORT,
    OPTION_PTY,
    OPTION_LATENCY,
    OPTION_SOCKET,
    OPTION_SCRIPT,
    OPTION_ELF,
    OPTION_AIR,
    OPTION_TRACE,
    OPTION_OFF,
    OPTION_RULES,
    OPTION_NO_STDIN,
    OPTION_HARDWARE,
    OPTION_STOCK,
    OPTION_TASMOTA,
    OPTION_JSON,
    OPTION_HELP
};

/* clang-format off */
static const struct option options[] = {
    {"count", required_argument, NULL, OPTION_COUNT},
    {"flash", required_argument, NULL, OPTION_FLASH},
    {"flash-size", required_argument, NULL, OPTION_FLASH_SIZE},
    {"hold-button", no_argument, NULL, OPTION_HOLD_BUTTON},
    {"mac", required_argument, NULL, OPTION_MAC},
    {"puya", no_argument, NULL, OPTION_PUYA},
    {"seed", required_argument, NULL, OPTION_SEED},
    {"virtual", no_argument, NULL, OPTION_VIRTUAL},
    {"address", required_argument, NULL, OPTION_ADDRESS},
    {"port", required_argument, NULL, OPTION_PORT},
    {"pty", required_argument, NULL, OPTION_PTY},
    {"usb-latency", required_argument, NULL, OPTION_LATENCY},
    {"socket", required_argument, NULL, OPTION_SOCKET},
    {"script", required_argument, NULL, OPTION_SCRIPT},
    {"elf", required_argument, NULL, OPTION_ELF},
    {"trace", required_argument, NULL, OPTION_TRACE},
    {"rules", no_argument, NULL, OPTION_RULES},
    {"air", required_argument, NULL, OPTION_AIR},
    {"off", no_argument, NULL, OPTION_OFF},
    {"no-stdin", no_argument, NULL, OPTION_NO_STDIN},
    {"pose-as-hardware", no_argument, NULL, OPTION_HARDWARE},
    {"stock", required_argument, NULL, OPTION_STOCK},
    {"tasmota", required_argument, NULL, OPTION_TASMOTA},
    {"json", no_argument, NULL, OPTION_JSON},
    {"help", no_argument, NULL, OPTION_HELP},
    {NULL, 0, NULL, 0}};

static const char help[] =
    "usage: pogo bench BOARD [options]\n"
    "A virtual board: real machine code on a virtual ESP8266.\n"
    "  --count N            N such boards at once, numbered from 1\n"
    "  --flash FILE         keep the flash content in FILE (created if missing);\n"
    "                       with --count all begin with FILE and keep nothing,\n"
    "                       unless its name has %d: a file for each\n"
    "  --flash-size SIZE    512KB, 1MB, 2MB or 4MB (default: the board's)\n"
    "  --hold-button        the button is down from the start\n"
    "  --off                power is off at the start\n"
    "  --mac AA:BB:CC:DD:EE:FF\n"
    "  --puya               a Puya flash chip: overwrites instead of AND-ing\n"
    "  --seed N             another chance of faults, noise and default MAC\n"
    "  --virtual            as fast as it goes, not in real time\n"
    "  --address 127.X.Y.Z  where it is on the network (default: a free one)\n"
    "  --port N             TCP port of the RFC 2217 server (default: a free one)\n"
    "  --pty PATH           a symbolic link to the pty\n"
    "  --usb-latency MS     what comes in on the pty waits, as in a USB adapter\n"
    "  --socket PATH        a Unix socket for control lines and events\n"
    "  --script FILE        run control lines, then exit; - is stdin\n"
    "  --elf FILE           the image's ELF file: names and lines in messages;\n"
    "                       natives for the code of Espressif's archives\n"
    "  --trace FILE         a waveform dump (VCD) of pins, serial lines and flash\n"
    "  --rules              list the SDK's rules that are enforced\n"
    "  --air FILE           the Wi-Fi around it; without: none\n"
    "  --stock VERSION      begin with the vendor's firmware, in its DIY mode: a\n"
    "                       model of the documents for 3.3.0 or 3.6.0 (docs/diy.md)\n"
    "  --tasmota VERSION    begin with Tasmota 6.6.0, 8.5.1, 14 or 8.5.1-minimal: a\n"
    "                       model of its documents and sources (docs/bench.md)\n"
    "  --no-stdin           read no control lines from stdin\n"
    "  --json               for machines: each event is an object\n"
    "Control lines (press 0 100, s2 close, power cycle, show ...) come from\n"
    "stdin and the socket; events go to stdout. docs/bench-control.md lists them.\n"
    "Boards:\n";
/* clang-format on */

static void print_help(FILE *to)
{
    fputs(help, to);
    for (size_t i = 0; i < board_count; i++) {
        fprintf(to, "  %-6s ", boards[i].name);
        bench_help_board(&boards[i], to);
    }
}

static int usage(const char *what, const char *value)
{
    char text[512];
    snprintf(text, sizeof(text), "%s%s", what, value);
    fprintf(stderr, "pogo: %s\n  try: pogo bench --help\n", text);
    message_json_failure(ERR_USAGE, EXIT_USAGE, text, "pogo bench --help");
    return EXIT_USAGE;
}

static int wrong_board(const char *what, const char *name)
{
    fprintf(stderr, "pogo: %s%s\n  try: one of ", what, name);
    bench_help_boards(stderr);
    fputc('\n', stderr);
    char text[512];
    snprintf(text, sizeof(text), "%s%s", what, name);
    message_json_failure(ERR_USAGE, EXIT_USAGE, text, "pogo bench --help");
    return EXIT_USAGE;
}

/* All that there are: whoever mistypes one sees it at once. */
static int unknown_option(const char *word)
{
    char hint[512];
    size_t n = (size_t)snprintf(hint, sizeof(hint), "one of");
    for (size_t i = 0; options[i].name && n < sizeof(hint); i++)
        n += (size_t)snprintf(hint + n, sizeof(hint) - n, " --%s",
                              options[i].name);
    return message_fail_hint(ERR_USAGE, hint, "pogo bench has no option %s",
                             word);
}

static int report(enum err e, const char *detail)
{
    fprintf(stderr, "pogo: %s: %s\n  try: %s\n", err_text(e), detail,
            err_hint(e));
    message_json_failure(e, err_exit_code(e), detail, err_hint(e));
    return (int)err_exit_code(e);
}

struct request {
    struct bench_server_config server;
    char port_name[BENCH_PORT_NAME];
    struct bench_file_names files;
    const char *stock, *tasmota; /* version; NULL: none */
    bool is_help, is_rules;
};

/* Where an option's text goes as it is; NULL: it wants more. */
static const char **text_option(struct request *request, int id)
{
    switch (id) {
    case OPTION_FLASH:
        return &request->server.bench.flash_file;
    case OPTION_PTY:
        return &request->server.pty;
    case OPTION_SOCKET:
        return &request->server.socket;
    case OPTION_SCRIPT:
        return &request->files.script;
    case OPTION_ELF:
        return &request->files.elf;
    case OPTION_TRACE:
        return &request->files.trace;
    case OPTION_AIR:
        return &request->files.air;
    case OPTION_STOCK:
        return &request->stock;
    case OPTION_TASMOTA:
        return &request->tasmota;
    default:
        return NULL;
    }
}

/* What a value that was refused should have been. */
static const struct {
    int id;
    const char *is;
} values[] = {
    {OPTION_COUNT, "--count takes 1 to 1000, not "},
    {OPTION_FLASH_SIZE, "--flash-size takes 512KB, 1MB, 2MB or 4MB, not "},
    {OPTION_MAC, "--mac takes six bytes, the first one even, not "},
    {OPTION_SEED, "--seed takes 0 to 4294967295, not "},
    {OPTION_ADDRESS, "--address takes 127.X.Y.Z, Z 1 to 254, but not "},
    {OPTION_PORT, "--port takes 0 (any) to 65535, not "},
    {OPTION_LATENCY, "--usb-latency takes 0 to 255 ms, not "}};

static int wrong_value(int id, const char *value)
{
    for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
        if (values[i].id == id) {
            return usage(values[i].is, value);
        }
    }
    return usage("not a value for this option: ", value);
}

/* False when the value is not one. */
static bool take_option(struct request *request, int id, const char *value)
{
    struct bench_server_config *c = &request->server;
    const char **text = text_option(request, id);
    if (text) {
        *text = value;
        return true;
    }
    switch (id) {
    case OPTION_COUNT:
        return bench_value_count(value, &c->count);
    case OPTION_FLASH_SIZE:
        return bench_value_size(value, &c->bench.flash_size);
    case OPTION_HOLD_BUTTON:
        c->bench.is_holding_button = true;
        return true;
    case OPTION_MAC:
        return bench_value_mac(value, c->bench.mac);
    case OPTION_PUYA:
        c->bench.is_puya = true;
        return true;
    case OPTION_SEED:
        return bench_value_seed(value, &c->bench.seed);
    case OPTION_VIRTUAL:
        c->is_virtual = true;
        return true;
    case OPTION_ADDRESS:
        return bench_net_parse(value, &c->bench.address);
    case OPTION_PORT:
        snprintf(request->port_name, sizeof(request->port_name), "%s", value);
        return bench_value_port(value, &c->port);
    case OPTION_LATENCY:
        return bench_value_port(value, &c->latency_ms) && c->latency_ms <= 255;
    case OPTION_OFF:
        c->bench.is_off = true;
        return true;
    case OPTION_NO_STDIN:
        c->in = -1;
        return true;
    case OPTION_HARDWARE:
        c->bench.is_posing_as_hardware = true;
        return true;
    case OPTION_JSON:
        c->is_json = true;
        return true;
    case OPTION_RULES:
        request->is_rules = true;
        return true;
    case OPTION_HELP:
        request->is_help = true;
        return true;
    default:
        return false;
    }
}

/* --stock and --tasmota. False: *code is the exit code after its message. */
static bool is_model(const struct request *request, int *code)
{
    bool is_minimal, is_many = request->server.count > 1;
    *code = EXIT_DONE;
    if (request->stock && !bench_stock_has(request->stock)) {
        *code = usage("--stock takes 3.3.0 or 3.6.0, not ", request->stock);
    } else if (request->tasmota &&
               !tasmota_version_find(request->tasmota, &is_minimal)) {
        *code =
            usage("--tasmota takes 6.6.0, 8.5.1 or 14, not ", request->tasmota);
    } else if (request->stock && request->tasmota) {
        *code =
            usage("one of --stock and --tasmota, not both: ", request->stock);
    } else if (request->stock && (is_many || request->files.script)) {
        *code = usage("--stock is for one board without --script: ",
                      request->stock);
    } else if (request->tasmota &&
               (is_many || request->files.script || request->server.socket)) {
        *code = usage("--tasmota is for one board without --script and "
                      "--socket: ",
                      request->tasmota);
    }
    return *code == EXIT_DONE;
}

/* EXIT_DONE, or the exit code of a wrong command line. */
static int parse(int argc, char **argv, struct request *request)
{
    int id, index = 0, code;
    optind = 0; /* glibc: start anew; tests call this more than once */
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":", options, &index)) != -1) {
        if (id == '?') {
            return unknown_option(argv[optind - 1]);
        }
        if (id == ':') {
            return usage("value missing: ", argv[optind - 1]);
        }
        if (!take_option(request, id, optarg)) {
            return wrong_value(id, optarg);
        }
    }
    if (request->is_help || request->is_rules) {
        return EXIT_DONE;
    }
    if (optind >= argc) {
        return wrong_board("which board?", "");
    }
    if (optind + 1 < argc) {
        return usage("more than one board: ", argv[optind + 1]);
    }
    if (request->server.port + request->server.count > 65536) {
        return usage("not so many ports from this one: ", request->port_name);
    }
    const char *flash = request->server.bench.flash_file;
    if (request->server.count == 1 && flash && strstr(flash, "%d")) {
        return usage("%d in --flash is for --count 2 or more: ", flash);
    }
    if (!is_model(request, &code)) {
        return code;
    }
    request->server.bench.board = board_find(argv[optind]);
    return request->server.bench.board
               ? EXIT_DONE
               : wrong_board("no such board: ", argv[optind]);
}

/* What a device without a chip leaves is then run: its flash is in fd. name is
 * room for the file's name. */
static void take_over(struct request *request, int fd, char *name, size_t room)
{
    struct bench_server_config *c = &request->server;
    if (!c->bench.flash_file) {
        snprintf(name, room, "/proc/self/fd/%d", fd);
        c->bench.flash_file = name;
    }
}

/* The vendor's firmware first. *is_over: there is nothing to run. */
static enum err be_stock(struct request *request, char *flash, size_t room,
                         bool *is_over, const char **detail)
{
    struct bench_server_config *c = &request->server;
    const struct bench_stock stock = {c->bench.board, request->stock,
                                      c->bench.address, c->bench.flash_file,
                                      c->in};
    enum model_end end;
    int fd;
    enum err e = bench_stock_run(&stock, &end, &fd, &c->bench.address, detail);
    *is_over = e != ERR_NONE || end == MODEL_QUIT;
    if (!*is_over) {
        take_over(request, fd, flash, room);
    }
    return e;
}

/* Tasmota first; the ports keep their names. */
static enum err be_tasmota(struct request *request, char *flash, size_t room,
                           bool *is_over, const char **detail)
{
    struct bench_server_config *c = &request->server;
    const struct bench_tasmota_config config = {c, request->tasmota,
                                                request->files.air};
    struct bench_tasmota_left left;
    enum err e = bench_tasmota_run(&config, &left, detail);
    *is_over = e != ERR_NONE || left.end == MODEL_QUIT;
    if (left.wrong[0]) {
        fprintf(stderr, "pogo: %s\n", left.wrong);
    }
    if (!*is_over) {
        c->bench.address = left.address;
        memcpy(c->bench.mac, left.mac, sizeof(left.mac));
        c->bench.is_holding_button = left.is_holding_button;
        c->bench.is_off = false;
        c->port = left.port;
        take_over(request, left.fd, flash, room);
    }
    return e;
}

/* Before the line is parsed: it may be wrong. */
static bool is_json_wanted(int argc, char **argv)
{
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--json") == 0) {
            return true;
        }
    }
    return false;
}

static void print_asked(const struct request *request)
{
    if (request->is_help) {
        print_help(stdout);
    } else if (request->server.is_json) {
        bench_help_rules_json();
    } else {
        bench_help_rules(stdout);
    }
}

int cmd_bench(int argc, char **argv)
{
    struct request request = {.server = {.in = STDIN_FILENO, .count = 1}};
    request.server.port_name = request.port_name;
    message_json_errors(is_json_wanted(argc, argv));
    int code = parse(argc, argv, &request);
    if (code != EXIT_DONE) {
        return code;
    }
    if (request.is_help || request.is_rules) {
        print_asked(&request);
        return EXIT_DONE;
    }
    model_say_json(request.server.is_json);
    struct bench_files files = {.script = NULL};
    const char *detail = "";
    enum err e = ERR_NONE;
    char flash[32];
    bool is_over = false;
    if (request.stock) {
        e = be_stock(&request, flash, sizeof(flash), &is_over, &detail);
    } else if (request.tasmota) {
        e = be_tasmota(&request, flash, sizeof(flash), &is_over, &detail);
    }
    if (is_over) {
        return e == ERR_NONE ? EXIT_DONE : report(e, detail);
    }
    e = bench_files_open(&request.files, &request.server, &files, &detail);
    if (e == ERR_NONE) {
        code = bench_serve(&request.server, &e, &detail);
    }
    e = bench_files_close(&request.files, &files, e, &detail);
    if (files.wrong[0]) {
        fprintf(stderr, "pogo: %s\n", files.wrong);
        message_json_failure(e, EXIT_FAILED, files.wrong, err_hint(e));
        return EXIT_FAILED;
    }
    return e == ERR_NONE ? code : report(e, detail);
}

#include "tool/args_private.h"

#include <stdio.h>
#include <string.h>

#include "format/image.h"

/* ---- one function per kind of option; false: the value is wrong ---- */

static bool set_port(struct args *a, const char *v)
{
    a->port = v;
    return true;
}

static bool set_baud(struct args *a, const char *v)
{
    uint32_t n;
    if (!args_number(v, &n) || n < 300 || n > 4000000)
        return false;
    a->baud = n;
    return true;
}

static bool set_rom_only(struct args *a, const char *v)
{
    (void)v;
    a->is_rom_only = true;
    return true;
}

struct choice {
    const char *name;
    int value;
};

static bool choose(const struct choice *rows, size_t count, const char *v,
                   int *out)
{
    char name[ARGS_NAME];
    args_normalize(v, name);
    for (size_t i = 0; i < count; i++) {
        if (strcmp(rows[i].name, name) == 0) {
            *out = rows[i].value;
            return true;
        }
    }
    return false;
}

static bool set_before(struct args *a, const char *v)
{
    static const struct choice rows[] = {
        {"default-reset", BEFORE_RESET},
        {"no-reset", BEFORE_NO_RESET},
        {"no-reset-no-sync", BEFORE_NO_SYNC},
    };
    int n;
    if (!choose(rows, 3, v, &n))
        return false;
    a->before = (enum before)n;
    return true;
}

static bool set_after(struct args *a, const char *v)
{
    static const struct choice rows[] = {
        {"hard-reset", AFTER_HARD_RESET},
        {"soft-reset", AFTER_SOFT_RESET},
        {"no-reset", AFTER_NO_RESET},
        {"no-reset-stub", AFTER_NO_RESET},
    };
    int n;
    if (!choose(rows, 4, v, &n))
        return false;
    a->after = (enum after)n;
    return true;
}

static bool set_chip(struct args *a, const char *v)
{
    (void)a;
    return strcmp(v, "auto") == 0 || strcmp(v, "esp8266") == 0 ||
           strcmp(v, "ESP8266") == 0;
}

static bool set_wait(struct args *a, const char *v)
{
    uint32_t n;
    if (!args_number(v, &n) || n > 86400)
        return false;
    a->wait_s = n;
    return true;
}

static bool set_reset(struct args *a, const char *v)
{
    a->has_reset_sequence = reset_parse(v, &a->reset_sequence);
    return a->has_reset_sequence;
}

static bool set_header(int *field, const char *v,
                       bool (*find)(const char *, uint8_t *))
{
    uint8_t n;
    if (strcmp(v, "keep") == 0) {
        *field = ARGS_KEEP;
        return true;
    }
    if (!find(v, &n))
        return false;
    *field = n;
    return true;
}

static bool set_mode(struct args *a, const char *v)
{
    return set_header(&a->flash_mode, v, image_mode_find);
}

static bool set_size(struct args *a, const char *v)
{
    if (strcmp(v, "detect") == 0) {
        a->flash_size = ARGS_DETECT;
        return true;
    }
    return set_header(&a->flash_size, v, image_size_find);
}

static bool set_freq(struct args *a, const char *v)
{
    return set_header(&a->flash_freq, v, image_freq_find);
}

static bool set_erase_all(struct args *a, const char *v)
{
    (void)v;
    a->is_erase_all = true;
    return true;
}

static bool set_erase(struct args *a, const char *v)
{
    a->is_erase_all = strcmp(v, "all") == 0;
    return a->is_erase_all || strcmp(v, "needed") == 0;
}

static bool set_backup(struct args *a, const char *v)
{
    a->backup = v;
    return true;
}

static bool set_output(struct args *a, const char *v)
{
    a->output = v;
    return true;
}

static bool set_monitor(struct args *a, const char *v)
{
    (void)v;
    a->is_monitor = true;
    return true;
}

static bool set_monitor_s(struct args *a, const char *v)
{
    uint32_t n;
    if (!args_number(v, &n) || n == 0 || n > 86400)
        return false;
    a->monitor_s = n;
    a->is_monitor = true;
    return true;
}

static bool set_verify_read(struct args *a, const char *v)
{
    (void)v;
    a->is_verify_read = true;
    return true;
}

static bool set_target_offset(struct args *a, const char *v)
{
    return args_number(v, &a->target_offset);
}

static bool set_pad(struct args *a, const char *v)
{
    uint8_t nibble;
    if (!image_size_find(v, &nibble))
        return false;
    a->pad_to_size = image_size_bytes(nibble);
    return true;
}

static bool set_format(struct args *a, const char *v)
{
    (void)a;
    return strcmp(v, "raw") == 0;
}

static bool set_key(struct args *a, const char *v)
{
    a->key = v;
    return true;
}

static bool set_json(struct args *a, const char *v)
{
    (void)v;
    a->is_json = true;
    return true;
}

static bool set_force(struct args *a, const char *v)
{
    (void)v;
    a->is_force = true;
    return true;
}

static bool set_loop(struct args *a, const char *v)
{
    (void)v;
    a->is_loop = true;
    return true;
}

static bool set_log(struct args *a, const char *v)
{
    a->log = v;
    return true;
}

static bool set_boards(struct args *a, const char *v)
{
    return args_number(v, &a->boards) && a->boards > 0;
}

static bool set_say(struct args *a, const char *v)
{
    (void)v;
    a->is_say = true;
    return true;
}

static bool set_times(struct args *a, const char *v)
{
    (void)v;
    a->has_times = true;
    return true;
}

static bool set_hex(struct args *a, const char *v)
{
    (void)v;
    a->is_hex = true;
    return true;
}

static bool set_reset_first(struct args *a, const char *v)
{
    (void)v;
    a->is_reset_first = true;
    return true;
}

static bool set_help(struct args *a, const char *v)
{
    (void)v;
    a->is_help = true;
    return true;
}

static bool set_version(struct args *a, const char *v)
{
    (void)v;
    a->is_version = true;
    return true;
}

/* esptool's, and already what pogo does. */
static bool ignore(struct args *a, const char *v)
{
    (void)a;
    (void)v;
    return true;
}

/* The subcommands that know an option. What esptool takes before any command
 * is taken by all that talk to a chip. */
#define CHIP "flash backup restore read erase verify info flash-status run "
#define PORT CHIP "update console "
#define ANY PORT "image merge key ports "

/* clang-format off */
const struct option args_options[] = {
    {"-p", "--port", true, set_port, PORT,
     "  -p, --port PORT      /dev/ttyUSB0, rfc2217://HOST:PORT, bench:BOARD;\n"
     "                       default: POGO_PORT, or the only adapter there is"},
    {"-b", "--baud", true, set_baud, CHIP "console ",
     "  -b, --baud N         speed for the flash work (default 921600, lower by\n"
     "                       itself if the line does not carry it)"},
    {NULL, "--no-stub", false, set_rom_only, CHIP,
     "  --no-stub            the chip's ROM alone: slow, but nothing is uploaded"},
    {NULL, "--before", true, set_before, CHIP,
     "  --before WHAT        default-reset, no-reset, no-reset-no-sync"},
    {"-a", "--after", true, set_after, CHIP,
     "  -a, --after WHAT     hard-reset (default), soft-reset, no-reset"},
    {NULL, "--wait", true, set_wait, CHIP,
     "  --wait S             wait so long for the device by hand (default 60)"},
    {NULL, "--reset-sequence", true, set_reset, CHIP,
     "  --reset-sequence S   DTR and RTS in esptool's words, as 'D0|R1|W0.1|D1|R0|\n"
     "                       W0.05|D0'; U1,0 sets both, W waits seconds"},
    {"-fm", "--flash-mode", true, set_mode, "flash verify merge ",
     "  -fm, --flash-mode M  qio, qout, dio, dout or keep (an ESP8285 gets dout)"},
    {"-fs", "--flash-size", true, set_size, "flash verify merge ",
     "  -fs, --flash-size S  512KB 1MB 2MB 4MB ..., detect, keep: docs/flashing.md"},
    {"-ff", "--flash-freq", true, set_freq, "flash verify merge ",
     "  -ff, --flash-freq F  40m 26m 20m 80m or keep (default)"},
    {"-e", "--erase-all", false, set_erase_all, "flash ",
     "  -e, --erase-all      erase the whole flash first"},
    {NULL, "--erase", true, set_erase, "flash ",
     "  --erase all|needed   all: what is not written is blank afterwards; needed\n"
     "                       (default): only the sectors that are written"},
    {NULL, "--backup", true, set_backup, "flash ",
     "  --backup FILE        save the whole flash first, in a new file; - picks a name"},
    {NULL, "--verify-read", false, set_verify_read, "flash restore verify ",
     "  --verify-read        read every byte back, besides the digests"},
    {NULL, "--monitor", false, set_monitor, "flash restore run ",
     "  --monitor            then show what the device says, until Ctrl-C"},
    {NULL, "--monitor-time", true, set_monitor_s, "flash restore run console ",
     "  --monitor-time S     what the device says for so many seconds"},
    {"-o", "--output", true, set_output, "merge ",
     "  -o, --output FILE    the file to make"},
    {NULL, "--target-offset", true, set_target_offset, "merge ",
     "  --target-offset A    the file begins with what is for this address"},
    {NULL, "--pad-to-size", true, set_pad, "merge ",
     "  --pad-to-size S      FF up to the end of a flash of 512KB 1MB 2MB 4MB ..."},
    {NULL, "--fill-flash-size", true, set_pad, "merge ", ""},
    {"-f", "--format", true, set_format, "merge ", ""},
    {NULL, "--loop", false, set_loop, "flash ",
     "  --loop               for a jig: one board after the other, until Ctrl-C;\n"
     "                       --backup only with -, no --monitor: none is started"},
    {NULL, "--boards", true, set_boards, "flash ",
     "  --boards N           with --loop: end after N boards"},
    {NULL, "--log", true, set_log, "flash console ",
     "  --log FILE           with --loop: a line for each board (pogo-loop.csv)"},
    {NULL, "--reset", false, set_reset_first, "console ",
     "  --reset              reset it first, and show its boot ROM's words"},
    {NULL, "--timestamps", false, set_times, "console ",
     "  --timestamps         the time of day before each line"},
    {NULL, "--hex", false, set_hex, "console ",
     "  --hex                show bytes"},
    {NULL, "--say", false, set_say, "flash ",
     "  --say                with --loop: say pass or fail aloud instead of a beep\n"
     "                       (by espeak-ng or spd-say, where one is installed)"},
    {NULL, "--key", true, set_key, "image update ",
     "  --key FILE.pem       of an update: did the owner of this key sign it?"},
    {NULL, "--json", false, set_json,
     "flash backup restore read erase verify info flash-status run image merge "
     "key update ports console ",
     "  --json               for machines"},
    {NULL, "--force", false, set_force, "flash restore update ",
     "  --force              write what would be refused (never bench images)"},
    {"-h", "--help", false, set_help, ANY,
     "  -h, --help           this text"},
    {"-V", "--version", false, set_version, ANY,
     "  -V, --version        pogo's version"},
    {"-c", "--chip", true, set_chip, ANY,
     "  -c, --chip C         esp8266 or auto: esptool's, no effect"},
    {"-z", "--compress", false, ignore, "flash ",
     "  -z, -u, --verify     esptool's, no effect: what was written is compared"},
    {"-u", "--no-compress", false, ignore, "flash ", ""},
    {NULL, "--verify", false, ignore, "flash ", ""},
    {"-t", "--trace", false, ignore, CHIP, ""},
    {NULL, "--no-progress", false, ignore, "flash backup restore read ", ""},
    {NULL, "--bytes", true, ignore, "flash-status ", ""},
    {NULL, "--connect-attempts", true, ignore, CHIP, ""},
};

const struct own_help args_own_help[] = {
    {"--baud", "console",
     "  -b, --baud N         speed of the program on the device (default 115200)"},
    {"--log", "console",
     "  --log FILE           what is said is added to it"},
    {"--json", "console",
     "  --json               for machines: an object for each line"},
    {"--force", "update",
     "  --force              send what pogo would refuse; the device decides"},
};
/* clang-format on */
const size_t args_option_count = sizeof(args_options) / sizeof(args_options[0]);
const size_t args_own_help_count =
    sizeof(args_own_help) / sizeof(args_own_help[0]);

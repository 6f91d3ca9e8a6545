/* pogo diy: devices that run their vendor's firmware in its DIY mode, over the
 * network: what they say, what they do, and another firmware for them. */
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/diy_find.h"
#include "tool/diy_flash.h"
#include "tool/diy_show.h"
#include "tool/diy_talk.h"
#include "tool/message.h"
#include "tool/os.h"

#define PASSWORD 65u /* WPA: 8 to 63 characters, or 64 hex digits */

struct diy_line {
    struct diy_want want;
    bool is_json, is_yes, is_help;
    const char *sha256;
    const char *password_file; /* "-": stdin */
    uint16_t port;
    char *word[4]; /* after the verb */
    int words;
};

/* ---- what devices say ---- */

static int run_discover(struct diy_line *line)
{
    static struct diy_list list;
    int code = diy_find_all(&line->want, &list);
    if (code != EXIT_DONE)
        return code;
    if (line->is_json)
        printf("{\"devices\":[");
    for (unsigned i = 0; i < list.count; i++) {
        const struct diy_device *d = &list.row[i];
        struct diy_state state;
        (void)diy_state_read(d->data, strlen(d->data), &state);
        if (line->is_json && i > 0)
            putchar(',');
        (line->is_json ? diy_show_json : diy_show_text)(d, &state);
    }
    if (line->is_json)
        printf("]}\n");
    return EXIT_DONE;
}

/* ---- one request ---- */

/* Find the device and ask; *talk is then ready for more. */
static int ask(const struct diy_line *line, const struct diy_request *request,
               struct diy_talk *talk, struct diy_answer *answer)
{
    memset(talk, 0, sizeof(*talk));
    int code = diy_find_one(&line->want, &talk->device);
    if (code != EXIT_DONE)
        return code;
    enum err e = diy_ask(talk, request, answer);
    return e == ERR_NONE ? EXIT_DONE
                         : diy_fail(e, talk, diy_path(request->what));
}

/* What info says, with the id that it told where only the address was known. */
static int ask_info(const struct diy_line *line, struct diy_talk *talk,
                    struct diy_answer *info)
{
    const struct diy_request request = {.what = DIY_INFO};
    int code = ask(line, &request, talk, info);
    if (code == EXIT_DONE && talk->device.id[0] == '\0')
        memcpy(talk->device.id, info->state.id, DIY_NAME);
    return code;
}

static int run_info(struct diy_line *line)
{
    struct diy_talk talk;
    struct diy_answer info, signal;
    const struct diy_request request = {.what = DIY_SIGNAL};
    int code = ask_info(line, &talk, &info);
    if (code != EXIT_DONE)
        return code;
    if (!info.state.has_signal &&
        diy_ask(&talk, &request, &signal) == ERR_NONE) {
        info.state.has_signal = signal.state.has_signal;
        info.state.signal_dbm = signal.state.signal_dbm;
    }
    (line->is_json ? diy_show_json : diy_show_text)(&talk.device, &info.state);
    if (line->is_json)
        putchar('\n');
    return EXIT_DONE;
}

/* Do it, and say so. */
static int act(const struct diy_line *line, const struct diy_request *request,
               const char *done)
{
    struct diy_talk talk;
    struct diy_answer answer;
    char place[DIY_PLACE];
    int code = ask(line, request, &talk, &answer);
    if (code != EXIT_DONE)
        return code;
    diy_place(&talk.device, place);
    if (line->is_json) {
        printf("{\"id\":");
        message_json(talk.device.id);
        printf(",\"address\":\"%s\",\"done\":\"%s\"}\n", place,
               diy_path(request->what));
    } else {
        message_talk("%s: %s", place, done);
    }
    return EXIT_DONE;
}

static bool is_on_off(const char *word, bool *is_on)
{
    *is_on = strcmp(word, "on") == 0;
    return *is_on || strcmp(word, "off") == 0;
}

static int run_switch(struct diy_line *line)
{
    struct diy_request request = {.what = DIY_SWITCH};
    if (!is_on_off(line->word[0], &request.is_on))
        return message_usage("diy", "switch takes on or off");
    return act(line, &request, request.is_on ? "switched on" : "switched off");
}

static int run_startup(struct diy_line *line)
{
    const struct diy_request request = {.what = DIY_STARTUP,
                                        .text = line->word[0]};
    bool is_on;
    if (!is_on_off(request.text, &is_on) && strcmp(request.text, "stay") != 0)
        return message_usage("diy", "startup takes on, off or stay");
    return act(line, &request,
               strcmp(request.text, "stay") == 0
                   ? "with power it is as it was"
                   : (is_on ? "with power it is on" : "with power it is off"));
}

static int run_pulse(struct diy_line *line)
{
    struct diy_request request = {.what = DIY_PULSE, .pulse_ms = DIY_PULSE_MIN};
    uint32_t ms = DIY_PULSE_MIN;
    if (!is_on_off(line->word[0], &request.is_on))
        return message_usage("diy", "pulse takes on or off, and milliseconds");
    if (line->words > 1 &&
        (!args_number(line->word[1], &ms) || ms < DIY_PULSE_MIN ||
         ms > DIY_PULSE_MAX || ms % DIY_PULSE_MIN != 0))
        return message_usage("diy", "a pulse is 500 to 36000000 ms long, in "
                                    "steps of 500");
    request.pulse_ms = ms;
    return act(line, &request,
               request.is_on ? "switched on it goes off by itself"
                             : "it stays on until it is switched off");
}

/* Never from the command line, where others see it. */
static int get_password(const struct diy_line *line, char out[PASSWORD])
{
    out[0] = '\0';
    if (!line->password_file) {
        if (os_ask_secret("Password of that network (is not shown): ", out,
                          PASSWORD))
            return EXIT_DONE;
        return message_usage("diy", "no password: use a terminal, or "
                                    "--password-file FILE");
    }
    bool is_stdin = strcmp(line->password_file, "-") == 0;
    FILE *file = is_stdin ? stdin : fopen(line->password_file, "r");
    if (!file)
        return message_fail(ERR_FILE_OPEN, "%s", line->password_file);
    if (!fgets(out, PASSWORD, file))
        out[0] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    if (!is_stdin)
        fclose(file);
    return EXIT_DONE;
}

static int run_wifi(struct diy_line *line)
{
    char password[PASSWORD];
    const struct diy_request request = {
        .what = DIY_WIFI, .text = line->word[0], .password = password};
    if (strlen(line->word[0]) > 32)
        return message_usage("diy", "a network's name has up to 32 bytes");
    int code = get_password(line, password);
    if (code != EXIT_DONE)
        return code;
    code = act(line, &request,
               "it joins that network now; find it there with pogo diy "
               "discover");
    memset(password, 0, sizeof(password));
    return code;
}

static int run_unlock(struct diy_line *line)
{
    const struct diy_request request = {.what = DIY_UNLOCK};
    return act(line, &request, "unlocked: it takes another firmware now");
}

/* ---- flash ---- */

static int confirm(const struct diy_line *line)
{
    char answer[16];
    message_talk("There is NO BACKUP of the vendor's firmware this way, and no "
                 "way back to it. (Over wires there is: pogo backup.)");
    message_talk("Should the power fail meanwhile, or the image be wrong for "
                 "this device, it is a brick: dead until it is flashed over "
                 "wires, opened, with 3.3 V only and never with mains "
                 "connected (docs/diy.md).");
    if (line->is_yes)
        return EXIT_DONE;
    if (os_ask("Go on? Type yes: ", answer, sizeof(answer)) &&
        strcmp(answer, "yes") == 0)
        return EXIT_DONE;
    return message_fail_code(ERR_USAGE, EXIT_REFUSED,
                             "--yes, if you have read what stands above",
                             "nobody has said yes; nothing was changed");
}

static void tell_done(const struct diy_line *line,
                      const struct diy_flash *flash)
{
    if (line->is_json) {
        printf("{\"id\":");
        message_json(flash->talk->device.id);
        printf(",\"bytes\":%zu,\"sha256\":\"%s\",\"attempts\":%u,"
               "\"done\":\"ota_flash\"}\n",
               flash->image->size, flash->image->sha256, flash->attempts);
        return;
    }
    message_talk("Done: the device has the whole image and starts it. Leave "
                 "its power on for two more minutes.");
    message_talk("Next: look for the new firmware's own Wi-Fi access point "
                 "with a phone, join it, and give the device your Wi-Fi.");
}

static int flash(struct diy_line *line, struct diy_image *image)
{
    struct diy_talk talk;
    struct diy_answer info;
    char place[DIY_PLACE];
    struct diy_flash job = {.talk = &talk, .image = image, .port = line->port};
    int code = ask_info(line, &talk, &info);
    if (code != EXIT_DONE)
        return code;
    if (!diy_image_is_for(image, &talk.device, &info.state))
        return message_fail(ERR_IMAGE_BENCH_ONLY, "%s", line->word[0]);
    diy_place(&talk.device, place);
    message_talk("Device %s at %s%s%s.",
                 talk.device.id[0] != '\0' ? talk.device.id : "without an id",
                 place, info.state.version[0] != '\0' ? ", firmware " : "",
                 info.state.version);
    code = confirm(line);
    if (code == EXIT_DONE && !info.state.is_unlocked)
        code = diy_unlock(&talk);
    if (code == EXIT_DONE)
        code = diy_flash(&job);
    if (code == EXIT_DONE)
        tell_done(line, &job);
    return code;
}

static int run_flash(struct diy_line *line)
{
    static struct diy_image image;
    int code = diy_image_load(line->word[0], line->sha256, &image);
    if (code == EXIT_DONE)
        code = flash(line, &image);
    diy_image_free(&image);
    return code;
}

/* ---- the command line ---- */

/* clang-format off */
static const struct {
    const char *name;
    int least, most; /* words */
    int (*run)(struct diy_line *line);
    const char *usage, *help;
} verbs[] = {
    {"discover", 0, 0, run_discover, "", "which devices are there"},
    {"info", 0, 0, run_info, "", "what one says of itself"},
    {"switch", 1, 1, run_switch, "on|off", "its relay"},
    {"startup", 1, 1, run_startup, "on|off|stay", "what it does when power comes"},
    {"pulse", 1, 2, run_pulse, "on|off [MS]", "off by itself after MS, steps of 500"},
    {"wifi", 1, 1, run_wifi, "NETWORK", "join another network; asks the password"},
    {"unlock", 0, 0, run_unlock, "", "allow another firmware (needs internet)"},
    {"flash", 1, 1, run_flash, "IMAGE", "install another firmware: no way back"}};

enum option_id { O_IP = 256, O_ID, O_INTERFACE, O_WAIT, O_PASSWORD, O_SHA256, O_PORT, O_YES, O_JSON, O_HELP };

static const struct option options[] = {
    {"ip", required_argument, NULL, O_IP},
    {"id", required_argument, NULL, O_ID},
    {"interface", required_argument, NULL, O_INTERFACE},
    {"wait", required_argument, NULL, O_WAIT},
    {"password-file", required_argument, NULL, O_PASSWORD},
    {"sha256", required_argument, NULL, O_SHA256},
    {"port", required_argument, NULL, O_PORT},
    {"yes", no_argument, NULL, O_YES},
    {"json", no_argument, NULL, O_JSON},
    {"help", no_argument, NULL, O_HELP},
    {NULL, 0, NULL, 0}};

static const char help[] =
    "\nOptions:\n"
    "  --ip ADDRESS[:PORT]  the device, when it is not found\n"
    "  --id ID              which of several\n"
    "  --interface NAME     look on one network interface only\n"
    "  --wait S             look so long (default: 4 s)\n"
    "  --password-file FILE wifi: the first line of FILE; - is stdin\n"
    "  --sha256 HEX         flash: what the image's hash must be\n"
    "  --port N             flash: TCP port of pogo's web server (default: any)\n"
    "  --yes                flash: do not ask\n"
    "  --json               for programs, on stdout\n"
    "\n"
    "For Basic R3, RF R3 and Mini with the vendor's firmware in DIY mode:\n"
    "docs/diy.md says how they get there. Made from the vendor's documents, never\n"
    "tried on a real device. While it flashes KEEP THE POWER ON.\n"
    "\n"
    "  pogo diy discover\n"
    "  pogo diy info --ip 192.168.1.50\n"
    "  pogo diy flash tasmota-lite.bin\n";
/* clang-format on */

#define VERBS (sizeof(verbs) / sizeof(verbs[0]))

static int print_help(void)
{
    printf("pogo diy VERB [options]\n\n");
    for (size_t i = 0; i < VERBS; i++) {
        char left[40];
        snprintf(left, sizeof(left), "%s %s", verbs[i].name, verbs[i].usage);
        printf("  %-20s %s\n", left, verbs[i].help);
    }
    fputs(help, stdout);
    return EXIT_DONE;
}

static bool is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdefABCDEF") == 64;
}

/* False when the value is not one. */
static bool take_option(struct diy_line *line, int id, const char *value)
{
    uint32_t n;
    switch (id) {
    case O_IP:
        line->want.ip = value;
        return true;
    case O_ID:
        line->want.id = value;
        return true;
    case O_INTERFACE:
        line->want.interface = value;
        return true;
    case O_WAIT:
        if (!args_number(value, &n) || n < 1 || n > 600)
            return false;
        line->want.wait_s = n;
        return true;
    case O_PASSWORD:
        line->password_file = value;
        return true;
    case O_SHA256:
        line->sha256 = value;
        return is_sha256(value);
    case O_PORT:
        if (!args_number(value, &n) || n > 65535)
            return false;
        line->port = (uint16_t)n;
        return true;
    case O_YES:
        line->is_yes = true;
        return true;
    case O_JSON:
        line->is_json = true;
        return true;
    case O_HELP:
        line->is_help = true;
        return true;
    default:
        return false;
    }
}

static int parse(int argc, char **argv, struct diy_line *line)
{
    char problem[160];
    int id;
    optind = 0; /* start anew; tests call this more than once */
    opterr = 0;
    while ((id = getopt_long(argc, argv, ":h", options, NULL)) != -1) {
        line->is_help = line->is_help || id == 'h';
        if (id == 'h' || take_option(line, id, optarg))
            continue;
        snprintf(problem, sizeof(problem), "%s: %.60s",
                 id == '?'   ? "unknown option"
                 : id == ':' ? "value missing"
                             : "not a value for this option",
                 id == '?' || id == ':' ? argv[optind - 1] : optarg);
        return message_usage("diy", problem);
    }
    line->words = argc - optind;
    for (int i = 0; i < 4 && i < line->words; i++)
        line->word[i] = argv[optind + i];
    return EXIT_DONE;
}

static int run(struct diy_line *line)
{
    char problem[160];
    if (!line->word[0])
        return message_usage("diy", "what is to be done? A verb is missing");
    for (size_t i = 0; i < VERBS; i++) {
        if (strcmp(verbs[i].name, line->word[0]) != 0)
            continue;
        line->words--;
        memmove(line->word, line->word + 1, 3 * sizeof(line->word[0]));
        if (line->words >= verbs[i].least && line->words <= verbs[i].most)
            return verbs[i].run(line);
        snprintf(problem, sizeof(problem), "pogo diy %s %s", verbs[i].name,
                 verbs[i].usage);
        return message_usage("diy", problem);
    }
    snprintf(problem, sizeof(problem), "no such verb: %.60s", line->word[0]);
    return message_usage("diy", problem);
}

int cmd_diy(int argc, char **argv)
{
    struct diy_line line = {.want = {.wait_s = DIY_WAIT_S}};
    int code = parse(argc, argv, &line);
    message_json_errors(line.is_json);
    if (code != EXIT_DONE || line.is_help)
        return code != EXIT_DONE ? code : print_help();
    return run(&line);
}

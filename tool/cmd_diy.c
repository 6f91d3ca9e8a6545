/* pogo diy: devices that run their vendor's firmware in its DIY mode, over the
 * network. Its command line; diy_verbs.c does it. */
#include <getopt.h>
#include <stdio.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/diy_verbs.h"
#include "tool/message.h"

/* clang-format off */
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
    "tried on a real device. Case closed; wires never with mains connected. While it\n"
    "flashes KEEP THE POWER ON.\n"
    "\n"
    "  pogo diy discover\n"
    "  pogo diy info --ip 192.168.1.50\n"
    "  pogo diy flash tasmota-lite.bin\n";
/* clang-format on */

static int print_help(void)
{
    printf("pogo diy VERB [options]\n\n");
    for (size_t i = 0; i < diy_verb_count; i++) {
        char left[40];
        snprintf(left, sizeof(left), "%s %s", diy_verbs[i].name,
                 diy_verbs[i].usage);
        printf("  %-20s %s\n", left, diy_verbs[i].help);
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
    for (size_t i = 0; i < diy_verb_count; i++) {
        if (strcmp(diy_verbs[i].name, line->word[0]) != 0)
            continue;
        line->words--;
        memmove(line->word, line->word + 1, 3 * sizeof(line->word[0]));
        if (line->words >= diy_verbs[i].least &&
            line->words <= diy_verbs[i].most)
            return diy_verbs[i].run(line);
        snprintf(problem, sizeof(problem), "pogo diy %s %s", diy_verbs[i].name,
                 diy_verbs[i].usage);
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

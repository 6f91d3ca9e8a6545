/* pogo ota: devices that run Pogo or Tasmota get another version, or Pogo, over
 * the network: one or a list, one after the other. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/csv_log.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/ota_list.h"
#include "tool/ota_run.h"
#include "tool/raw_args.h"

#define WAIT_S 180u
#define SECRET_FILE 4096u

enum option {
    O_DEVICES,
    O_USER,
    O_PASSWORD_FILE,
    O_URL,
    O_PORT,
    O_MINIMAL,
    O_RAW,
    O_AGAIN,
    O_WAIT,
    O_KEEP_GOING,
    O_LOG,
    O_YES,
    O_JSON,
    O_HELP,
    O_SSID,
    O_PASSWORD,
    OPTIONS
};

/* clang-format off */
static const struct raw_option options[OPTIONS] = {
    [O_DEVICES] = {"devices", NULL, true,
     "  --devices FILE       these devices, too: an address on each line, or the\n"
     "                       column \"address\" of a CSV file"},
    [O_USER] = {"user", NULL, true,
     "  --user NAME          who may there (admin)"},
    [O_PASSWORD_FILE] = {"password-file", NULL, true,
     "  --password-file F    the web password is the first line of this file (-:\n"
     "                       stdin); else POGO_WEB_PASSWORD, else pogo asks"},
    [O_URL] = {"url", NULL, false,
     "  --url                the device fetches the file from a web server that pogo\n"
     "                       is meanwhile (OtaUrl, Upgrade 1); else pogo uploads it"},
    [O_PORT] = {"port", NULL, true,
     "  --port N             with --url: TCP port of that server (default: any)"},
    [O_MINIMAL] = {"minimal", NULL, true,
     "  --minimal FILE       Tasmota's minimal image, where FILE does not fit beside\n"
     "                       what runs: then it goes in two steps"},
    [O_RAW] = {"raw", NULL, false,
     "  --raw                Tasmota: send the image as it is, not packed"},
    [O_AGAIN] = {"again", NULL, false,
     "  --again              also to devices that run this version already"},
    [O_WAIT] = {"wait", NULL, true,
     "  --wait S             wait so long for a device to come back (default 180)"},
    [O_KEEP_GOING] = {"keep-going", NULL, false,
     "  --keep-going         go on with the next device when one failed"},
    [O_LOG] = {"log", NULL, true,
     "  --log FILE           a line for each device (CSV); with --devices FILE it is\n"
     "                       FILE.log.csv by itself"},
    [O_YES] = {"yes", NULL, false,
     "  --yes                do not ask"},
    [O_JSON] = {"json", NULL, false,
     "  --json               for programs, on stdout: a line for each device"},
    [O_HELP] = {"help", "-h", false,
     "  -h, --help           this text"},
    [O_SSID] = {"ssid", NULL, true, ""},
    [O_PASSWORD] = {"password", NULL, true, ""},
};

static const char help[] =
    "pogo ota [options] DEVICE... FILE\n\n"
    "Updates devices over the network, one after the other; each has to come back\n"
    "well before the next one gets it. DEVICE is an address or a name.\n"
    "\n"
    "  runs     takes\n"
    "  Pogo     pogo.ota. Power may be cut at any time: an image that was proved runs\n"
    "           then. Over the serial cable: pogo update.\n"
    "  Tasmota  pogo.bin (packed by pogo itself) to become Pogo, or another image of\n"
    "           Tasmota. For some 10 s after its restart A POWER CUT MAKES A BRICK.\n"
    "           Tasmota's settings are lost when it becomes Pogo, Wi-Fi too: it then\n"
    "           shows an access point of its own.\n"
    "\n"
    "  pogo ota 192.168.1.50 pogo.ota\n"
    "  pogo ota lamp.local pogo.bin\n"
    "  pogo ota --devices house.txt --keep-going pogo.ota\n"
    "\nOptions:\n";
/* clang-format on */

static int print_help(void)
{
    fputs(help, stdout);
    for (size_t i = 0; i < OPTIONS; i++) {
        if (options[i].help[0])
            printf("%s\n", options[i].help);
    }
    return EXIT_DONE;
}

/* ---- the line ------------------------------------------------------------ */

static int first_line(const char *path, char *out, size_t room)
{
    FILE *file = strcmp(path, "-") == 0 ? stdin : fopen(path, "r");
    if (!file)
        return message_fail(ERR_FILE_OPEN, "%s", path);
    if (!fgets(out, (int)room, file))
        out[0] = '\0';
    out[strcspn(out, "\r\n")] = '\0';
    if (file != stdin)
        fclose(file);
    return EXIT_DONE;
}

static int read_password(const char *const *value, struct ota_wish *wish)
{
    const char *variable = getenv("POGO_WEB_PASSWORD");
    if (value[O_PASSWORD_FILE]) {
        wish->has_password = true;
        return first_line(value[O_PASSWORD_FILE], wish->password,
                          sizeof(wish->password));
    }
    wish->has_password = variable != NULL;
    if (variable)
        snprintf(wish->password, sizeof(wish->password), "%s", variable);
    return EXIT_DONE;
}

/* What belongs to other places is answered with where it goes. */
static int refuse_others(const char *const *value)
{
    if (value[O_PASSWORD])
        return message_fail_hint(
            ERR_USAGE, "--password-file, POGO_WEB_PASSWORD, or pogo's question",
            "a password on the command line is seen by all programs on this "
            "computer");
    if (value[O_SSID])
        return message_fail_hint(
            ERR_USAGE,
            "leave --ssid away: a device that runs Pogo keeps its Wi-Fi; one "
            "that becomes Pogo gets it afterwards, on its own access point",
            "no Wi-Fi can be given over the air");
    return EXIT_DONE;
}

static int read_line(const char *const *value, struct ota_wish *wish)
{
    uint32_t number = WAIT_S;
    int code = refuse_others(value);
    if (code != EXIT_DONE)
        return code;
    if (value[O_WAIT] &&
        (!args_number(value[O_WAIT], &number) || number < 1 || number > 3600))
        return message_usage("ota", "--wait: 1 to 3600 seconds are meant");
    wish->wait_s = number;
    number = 0;
    if (value[O_PORT] &&
        (!args_number(value[O_PORT], &number) || number > 65535))
        return message_usage("ota", "--port: a TCP port is meant");
    wish->port = (uint16_t)number;
    wish->by_url = value[O_URL] != NULL;
    wish->is_raw = value[O_RAW] != NULL;
    wish->again = value[O_AGAIN] != NULL;
    snprintf(wish->user, sizeof(wish->user), "%s",
             value[O_USER] ? value[O_USER] : "admin");
    return read_password(value, wish);
}

static int read_devices(const char *const *value, const char **word,
                        unsigned words, struct ota_list *list)
{
    char problem[512];
    if (words == 0)
        return message_usage("ota", "no FILE and no DEVICE given");
    for (unsigned i = 0; i + 1 < words; i++) {
        snprintf(problem, sizeof(problem), "no address of a device: %.80s",
                 word[i]);
        if (ota_list_add(list, word[i]) != ERR_NONE)
            return message_usage("ota", problem);
    }
    if (value[O_DEVICES]) {
        enum err e =
            ota_list_read(list, value[O_DEVICES], problem, sizeof(problem));
        if (e != ERR_NONE)
            return message_fail(e, "%s", problem);
    }
    if (list->count == 0)
        return message_usage("ota", "no DEVICE given: pogo ota DEVICE FILE");
    return EXIT_DONE;
}

static int load_files(const char *const *value, const char *path,
                      struct ota_wish *wish)
{
    int code = ota_file_load(path, &wish->file);
    if (code != EXIT_DONE || !value[O_MINIMAL])
        return code;
    code = ota_file_load(value[O_MINIMAL], &wish->minimal);
    if (code == EXIT_DONE &&
        (wish->minimal.is_update || wish->minimal.kind != FIRMWARE_TASMOTA))
        code = message_fail_hint(ERR_WEB_KIND,
                                 "--minimal takes tasmota-minimal.bin or "
                                 "tasmota-minimal.bin.gz",
                                 "%s", value[O_MINIMAL]);
    return code;
}

/* ---- the work ------------------------------------------------------------ */

struct work {
    struct ota_wish *wish;
    struct ota_one one[OTA_DEVICES];
    unsigned count, done, failed;
    bool keeps_going, is_json, is_yes;
    FILE *log;
};

/* Before the first change. */
static int confirm(const struct work *w, unsigned tasmotas)
{
    char answer[16];
    if (tasmotas == 0)
        return EXIT_DONE;
    message_talk("Tasmota copies a new image over the one that runs: for some "
                 "10 seconds after its restart A POWER CUT MAKES A BRICK, "
                 "which has to be opened and flashed over wires (never with "
                 "mains connected; 3.3 V only). Leave switch and fuse alone "
                 "until pogo says that it runs.");
    if (w->wish->file.kind == FIRMWARE_POGO)
        message_talk("Tasmota's settings do not come along: Wi-Fi, MQTT, "
                     "names, template, timers and rules are lost. Write down "
                     "what its console says to Template if you need that. Back "
                     "to Tasmota it goes over wires only.");
    if (w->wish->file.kind == FIRMWARE_POGO && tasmotas > 1)
        message_talk("They are %u. pogo can't see whether one that became Pogo "
                     "is well: it has left the network by then. Try one first, "
                     "set it up, then the others.",
                     tasmotas);
    if (w->is_yes)
        return EXIT_DONE;
    if (os_ask("Go on? Type yes: ", answer, sizeof(answer)) &&
        strcmp(answer, "yes") == 0)
        return EXIT_DONE;
    if (os_is_terminal(0) && os_is_terminal(2)) {
        message_talk("Then nothing is done.");
        return EXIT_REFUSED;
    }
    return message_fail_code(ERR_USAGE, EXIT_REFUSED,
                             "--yes, if you have read what stands above",
                             "nobody has said yes; nothing was changed");
}

static void put_json(const struct ota_one *one, bool is_done, double seconds)
{
    printf("{\"device\":");
    message_json(one->place);
    printf(",\"mac\":");
    message_json(one->device.mac);
    printf(",\"before\":");
    message_json(one->before);
    printf(",\"runs\":");
    message_json(one->runs);
    printf(",\"access_point\":");
    message_json(one->access_point);
    printf(",\"result\":\"%s\",\"seconds\":%.1f}\n",
           !is_done        ? "failed"
           : one->is_there ? "same"
           : one->is_gone  ? "gone"
                           : "done",
           seconds);
}

static void put_log(const struct work *w, const struct ota_one *one,
                    bool is_done, double seconds)
{
    if (!w->log)
        return;
    csv_log_time(w->log);
    csv_log_text(w->log, one->place);
    csv_log_text(w->log, one->device.mac);
    csv_log_text(w->log, one->before);
    csv_log_text(w->log, one->runs);
    fprintf(w->log, ",%s,%.1f", is_done ? "PASS" : "FAIL", seconds);
    csv_log_text(w->log, !is_done       ? message_last_failure()
                         : one->is_gone ? "left the network, as it should"
                                        : "");
    fputc('\n', w->log);
    (void)fflush(w->log);
}

static void put_result(struct work *w, const struct ota_one *one, bool is_done,
                       uint64_t begin_ms)
{
    double seconds = (double)(os_now_ms() - begin_ms) / 1000.0;
    w->done += is_done;
    w->failed += !is_done;
    put_log(w, one, is_done, seconds);
    if (w->is_json)
        put_json(one, is_done, seconds);
    (void)fflush(stdout);
}

/* All are looked at before the first one changes. *code: of the first that
 * failed. False: it ends here. */
static bool look_at_all(struct work *w, const struct ota_list *list, int *code)
{
    unsigned tasmotas = 0;
    for (unsigned i = 0; i < list->count; i++) {
        uint64_t begin_ms = os_now_ms();
        struct ota_one *one = &w->one[w->count];
        message_forget_failure();
        int result = ota_run_look(w->wish, list->place[i], one);
        if (result != EXIT_DONE) {
            *code = *code == EXIT_DONE ? result : *code;
            put_result(w, one, false, begin_ms);
            if (!w->keeps_going)
                return false;
            continue;
        }
        tasmotas += one->device.kind == OTA_TASMOTA && !one->is_there;
        w->count++;
    }
    int result = confirm(w, tasmotas);
    *code = *code == EXIT_DONE ? result : *code;
    return result == EXIT_DONE;
}

static void update_all(struct work *w, int *code)
{
    for (unsigned i = 0; i < w->count; i++) {
        uint64_t begin_ms = os_now_ms();
        message_forget_failure();
        int result = ota_run_update(w->wish, &w->one[i]);
        put_result(w, &w->one[i], result == EXIT_DONE, begin_ms);
        if (result == EXIT_DONE)
            continue;
        *code = *code == EXIT_DONE ? result : *code;
        if (!w->keeps_going)
            return;
    }
}

static void sum_up(const struct work *w, unsigned all)
{
    unsigned left = all - w->done - w->failed;
    if (all == 1)
        return;
    if (w->is_json)
        printf("{\"devices\":%u,\"done\":%u,\"failed\":%u,\"left\":%u}\n", all,
               w->done, w->failed, left);
    message_talk("%u of %u devices done, %u failed, %u not tried%s", w->done,
                 all, w->failed, left,
                 w->failed == 0 && left == 0
                     ? "."
                     : ". Run the same command again: those that are done are "
                       "passed over.");
}

/* The log that is wished; false after a message: it can't be written. */
static bool open_log(const char *const *value, struct work *w)
{
    char path[4096];
    if (!value[O_LOG] && !value[O_DEVICES])
        return true;
    if (value[O_LOG])
        snprintf(path, sizeof(path), "%s", value[O_LOG]);
    else
        snprintf(path, sizeof(path), "%s.log.csv", value[O_DEVICES]);
    w->log = csv_log_open(path,
                          "time,address,mac,before,runs,result,seconds,reason");
    if (!w->log)
        (void)message_fail(ERR_FILE_OPEN, "%s", path);
    return w->log != NULL;
}

static int run(const char *const *value, const char **word, unsigned words,
               struct ota_wish *wish)
{
    static struct ota_list list;
    static struct work w; /* both are large */
    int code = read_line(value, wish);
    list.count = 0;
    memset(&w, 0, sizeof(w));
    w.wish = wish;
    w.keeps_going = value[O_KEEP_GOING] != NULL;
    w.is_json = value[O_JSON] != NULL;
    w.is_yes = value[O_YES] != NULL;
    if (code == EXIT_DONE)
        code = read_devices(value, word, words, &list);
    if (code == EXIT_DONE)
        code = load_files(value, word[words - 1], wish);
    if (code != EXIT_DONE)
        return code;
    if (!open_log(value, &w))
        return EXIT_FAILED;
    if (look_at_all(&w, &list, &code))
        update_all(&w, &code);
    sum_up(&w, list.count);
    if (w.log)
        fclose(w.log);
    return code;
}

int cmd_ota(int argc, char **argv)
{
    static struct ota_wish wish; /* large */
    const char *value[OPTIONS] = {NULL}, *word[RAW_WORDS];
    char problem[256];
    unsigned words = 0;
    enum err e = raw_args_parse(options, OPTIONS, argc, argv, value, word,
                                &words, problem, sizeof(problem));
    if (value[O_HELP])
        return print_help();
    message_json_errors(value[O_JSON] != NULL);
    if (e != ERR_NONE)
        return message_usage("ota", problem);
    memset(&wish, 0, sizeof(wish));
    int code = run(value, word, words, &wish);
    ota_file_free(&wish.file);
    ota_file_free(&wish.minimal);
    memset(&wish, 0, sizeof(wish));
    return code;
}

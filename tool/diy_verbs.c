/* The verbs of pogo diy: what devices in DIY mode say, what they do, and
 * another firmware for them. */
#include "tool/diy_verbs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/diy_flash.h"
#include "tool/diy_show.h"
#include "tool/diy_talk.h"
#include "tool/message.h"
#include "tool/os.h"

#define PASSWORD 65u /* WPA: 8 to 63 characters, or 64 hex digits */

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

/* ---- all of them ---- */

/* clang-format off */
const struct diy_verb diy_verbs[] = {
    {"discover", 0, 0, run_discover, "", "which devices are there"},
    {"info", 0, 0, run_info, "", "what one says of itself"},
    {"switch", 1, 1, run_switch, "on|off", "its relay"},
    {"startup", 1, 1, run_startup, "on|off|stay", "what it does when power comes"},
    {"pulse", 1, 2, run_pulse, "on|off [MS]", "off by itself after MS, steps of 500"},
    {"wifi", 1, 1, run_wifi, "NETWORK", "join another network; asks the password"},
    {"unlock", 0, 0, run_unlock, "", "allow another firmware (needs internet)"},
    {"flash", 1, 1, run_flash, "IMAGE", "install another firmware: no way back"}};
/* clang-format on */
const size_t diy_verb_count = sizeof(diy_verbs) / sizeof(diy_verbs[0]);

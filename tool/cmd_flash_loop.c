#include "tool/cmd_flash_loop.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/backup.h"
#include "tool/firmware_file.h"
#include "tool/first_install.h"
#include "tool/hint.h"
#include "tool/jig_log.h"
#include "tool/os.h"
#include "tool/session.h"

static const char *log_name(const struct args *args)
{
    return args->log ? args->log : "pogo-loop.csv";
}

struct line {
    const struct args *args;
    struct firmware_set set;
    uint8_t *fresh[ARGS_FILES]; /* the files before they are fitted */
    size_t size[ARGS_FILES];
    struct message_progress progress;
    FILE *log;
    unsigned results[3]; /* by enum jig_result */
    char image[512];     /* all files' names, for the log */
};

/* ---- what is said ---- */

/* Readable from where the hands are. */
static void say_verdict(enum jig_result result)
{
    static const char *const pass[] = {
        "  ####    ###    ####   ####", "  #   #  #   #  #      #    ",
        "  ####   #####   ###    ### ", "  #      #   #      #      #",
        "  #      #   #  ####   #### "};
    static const char *const fail[] = {
        "  #####   ###   #####  #    ", "  #      #   #    #    #    ",
        "  ###    #####    #    #    ", "  #      #   #    #    #    ",
        "  #      #   #  #####  #####"};
    for (unsigned i = 0; i < 5; i++)
        message_talk("%s", result == JIG_PASS ? pass[i] : fail[i]);
}

static void sound_verdict(const struct args *args, enum jig_result result)
{
    if (args->is_say)
        os_speak(result == JIG_PASS ? "pass" : "fail");
    else
        message_bell(result == JIG_PASS ? 1 : 3);
}

/* before_name: what separates the log's name from the words. */
static void say_summary(const struct line *l, const char *before_name,
                        char *out, size_t room)
{
    unsigned pass = l->results[JIG_PASS], fail = l->results[JIG_FAIL];
    unsigned silent = l->results[JIG_SILENT];
    snprintf(out, room,
             "%u board%s: %u passed, %u failed, %u did not answer; each has "
             "its line in%s%s",
             pass + fail + silent, pass + fail + silent == 1 ? "" : "s", pass,
             fail, silent, before_name, log_name(l->args));
}

/* What Ctrl-C says from now on; at_work: of a board that is not done. */
static void set_farewell(const struct line *l, const char *at_work)
{
    char text[1024], summary[512];
    say_summary(l, "\n  ", summary, sizeof(summary));
    snprintf(text, sizeof(text), "%s%s\n", at_work, summary);
    os_farewell_text(text);
}

static void put_json(const struct line *l, const struct jig_board *b)
{
    char mac[18];
    jig_mac(b, mac);
    printf("{\"event\":\"board\",\"number\":%u,\"mac\":\"%s\",\"image\":",
           b->number, mac);
    message_json(l->image);
    printf(",\"result\":\"%s\",\"seconds\":%.1f", jig_result_name(b->result),
           (double)b->ms / 1000.0);
    if (b->result != JIG_PASS) {
        putchar(',');
        message_json_error(b->err, b->detail, hint_for(b->err, NULL));
    }
    printf("}\n");
    fflush(stdout);
}

static void end_board(void *ctx, const struct jig_board *b)
{
    struct line *l = ctx;
    l->results[b->result]++;
    if (b->result != JIG_PASS)
        (void)message_fail(b->err, "%s", b->detail);
    say_verdict(b->result);
    message_talk("Board %u: %s in %.1f s. %u passed, %u failed, %u silent.",
                 b->number, jig_result_name(b->result), (double)b->ms / 1000.0,
                 l->results[JIG_PASS], l->results[JIG_FAIL],
                 l->results[JIG_SILENT]);
    if (!jig_log_put(l->log, b, l->image))
        (void)message_fail(ERR_DISK_FULL, "%s", log_name(l->args));
    if (l->args->is_json)
        put_json(l, b);
    sound_verdict(l->args, b->result);
    set_farewell(l, "");
    message_talk("%s", "");
    message_talk("Never with mains connected; 3.3 V only: take the board off, "
                 "put the next one in.");
}

/* ---- the work ---- */

static enum err put_file(const struct line *l, struct flasher *f,
                         const struct firmware_file *file,
                         const uint8_t *backup)
{
    uint32_t size = (uint32_t)file->size;
    enum err e = ERR_NONE;
    if (!l->args->is_erase_all)
        e = first_install_clear(f, file, backup);
    if (e == ERR_NONE)
        e = flasher_write(f, file->address, file->bytes, size);
    if (e == ERR_NONE && l->args->is_verify_read)
        e = session_read_back(f, file->address, file->bytes, size);
    return e;
}

static enum err flash_board(void *ctx, struct flasher *f, unsigned number)
{
    struct line *l = ctx;
    char text[128], name[64];
    snprintf(text, sizeof(text),
             "pogo: interrupted: board %u is not whole\n  try: flash it "
             "again\n",
             number);
    message_talk("%s", "");
    message_talk("Board %u:", number);
    session_name_chip(f);
    for (unsigned i = 0; i < l->set.count; i++) {
        memcpy(l->set.file[i].bytes, l->fresh[i], l->size[i]);
        l->set.file[i].size = l->size[i];
    }
    struct backup backup = {.path = name};
    enum err e = firmware_fit(&l->set, l->args, f);
    if (e == ERR_NONE && l->args->backup) {
        backup_name(f, name, sizeof(name));
        e = backup_make(f, &backup);
        message_talk("saved  %s", name);
    }
    if (e != ERR_NONE) {
        free(backup.bytes);
        return e;
    }
    set_farewell(l, text);
    if (l->args->is_erase_all)
        e = flasher_erase_chip(f);
    for (unsigned i = 0; i < l->set.count && e == ERR_NONE; i++)
        e = put_file(l, f, &l->set.file[i], backup.bytes);
    free(backup.bytes);
    return e;
}

/* What fitting a file to a chip changes is for that chip alone. */
static bool keep_fresh(struct line *l)
{
    for (unsigned i = 0; i < l->set.count; i++) {
        const struct firmware_file *file = &l->set.file[i];
        l->size[i] = file->size;
        l->fresh[i] = malloc(file->size);
        if (!l->fresh[i])
            return false;
        memcpy(l->fresh[i], file->bytes, file->size);
        size_t n = strlen(l->image);
        snprintf(l->image + n, sizeof(l->image) - n, "%s%s", n > 0 ? " " : "",
                 file->path);
    }
    return true;
}

static void free_line(struct line *l)
{
    for (unsigned i = 0; i < l->set.count; i++)
        free(l->fresh[i]);
    firmware_free(&l->set);
    if (l->log)
        fclose(l->log);
}

static void say_how(const struct line *l)
{
    message_talk("Never with mains connected; 3.3 V only, never 5 V.");
    message_talk("Put the first board into the jig, in download mode (GPIO0 "
                 "low as power comes). Each that comes after it begins by "
                 "itself, when the last was taken off for three seconds.");
    message_talk("Each board is a line in %s. Ctrl-C ends it.",
                 log_name(l->args));
}

static int run_line(struct line *l, const char *port)
{
    static struct jig jig;
    jig = (struct jig){
        .config = {.port = port,
                   .baud = l->args->baud,
                   .is_rom_only = l->args->is_rom_only,
                   .before = l->args->before,
                   .wait_ms = l->args->wait_s * 1000u,
                   .reset = l->args->has_reset_sequence
                                ? &l->args->reset_sequence
                                : NULL,
                   .say = message_say,
                   .progress = message_progress,
                   .ctx = &l->progress},
        .boards = l->args->boards,
        .work = flash_board,
        .ended = end_board,
        .ctx = l,
    };
    say_how(l);
    set_farewell(l, "");
    enum err e = jig_run(&jig);
    os_farewell_text("");
    if (e != ERR_NONE)
        return message_fail_hint(e, hint_for(e, port), "%s",
                                 jig.flasher.detail);
    char summary[512];
    say_summary(l, " ", summary, sizeof(summary));
    message_talk("%s", summary);
    return l->results[JIG_PASS] == l->args->boards ? EXIT_DONE : EXIT_FAILED;
}

int cmd_flash_loop(const struct args *args)
{
    static struct line l;
    static char port[512];
    memset(&l, 0, sizeof(l));
    l.args = args;
    if (args->is_monitor)
        return message_usage("flash", "--loop goes without --monitor: a board "
                                      "in a jig stays in download mode");
    if (args->backup && strcmp(args->backup, "-") != 0)
        return message_usage("flash", "--loop takes --backup - alone: a file "
                                      "for each board, named by its MAC");
    int code = firmware_load(args, &l.set);
    if (code == EXIT_DONE && !keep_fresh(&l))
        code = message_fail(ERR_MEMORY, "%s", l.set.file[0].path);
    if (code == EXIT_DONE)
        code = session_port(args, port, sizeof(port));
    if (code == EXIT_DONE && !(l.log = jig_log_open(log_name(args))))
        code = message_fail(ERR_FILE_OPEN, "%s", log_name(args));
    if (code == EXIT_DONE)
        code = run_line(&l, port);
    free_line(&l);
    return code;
}

/* pogo install goes on: whether the device runs already what the last try has
 * written, and what of that try is kept for the next. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/args.h"
#include "tool/backup.h"
#include "tool/install.h"
#include "tool/install_state.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/session.h"

#define BAUD 115200u
#define IMAGE_LIMIT 0x2000000u
#define ASKS 3u
#define ASK_MS 1200u

/* ---- what is kept -------------------------------------------------------- */

static void keep(struct install *in)
{
    enum err e = install_state_keep(in->mac, &in->state);
    if (e != ERR_NONE)
        message_talk("Where it is can't be kept in pogo-%s.install: after a "
                     "failure it begins anew.",
                     in->mac);
}

const char *install_find_backup(void *ctx, const uint8_t mac[6])
{
    struct install *in = ctx;
    install_state_mac(mac, in->mac);
    bool is_there = install_state_read(in->mac, &in->state) &&
                    in->state.backup[0] &&
                    backup_check_name(in->state.backup) != ERR_NONE;
    if (!is_there)
        in->state.backup[0] = '\0';
    return is_there ? in->state.backup : NULL;
}

void install_saved(void *ctx, const uint8_t mac[6], const char *name)
{
    struct install *in = ctx;
    install_state_mac(mac, in->mac);
    in->state = (struct install_state){.image = ""};
    snprintf(in->state.backup, sizeof(in->state.backup), "%s", name);
    keep(in);
}

/* "" when it can't be read: then nothing is the same. */
static void md5_of(const char *path, char out[33])
{
    uint8_t *bytes = NULL;
    size_t size = 0;
    out[0] = '\0';
    if (os_read_file(path, IMAGE_LIMIT, &bytes, &size) == ERR_NONE)
        backup_md5(bytes, size, out);
    free(bytes);
}

void install_written(struct install *in)
{
    struct chip_info chip;
    if (!session_last_chip(&chip))
        return;
    install_state_mac(chip.mac, in->mac);
    md5_of(in->file, in->state.image);
    keep(in);
}

void install_finished(struct install *in)
{
    if (in->mac[0])
        install_state_drop(in->mac);
}

/* ---- what runs there ----------------------------------------------------- */

static bool take_topic(void *ctx, const char *topic, const char *value)
{
    (void)value;
    return strcmp(topic, ctx) == 0;
}

/* What it answers is noted in run. */
static bool ask(struct setup_run *run, const char *command, char *topic)
{
    enum err e = ERR_TIMEOUT;
    for (unsigned i = 0; i < ASKS && e == ERR_TIMEOUT; i++) {
        e = console_line_send(&run->console, command);
        if (e == ERR_NONE)
            e = setup_hear_answers(run, ASK_MS, take_topic, topic);
    }
    return e == ERR_NONE;
}

/* Who answers on this port; false: nobody. */
static bool meet(const char *port, struct setup_run *run)
{
    char detail[512], version[] = "STATUS2", network[] = "STATUS5";
    struct link *link = NULL;
    if (link_open(port, BAUD, &link, detail, sizeof(detail)) != ERR_NONE)
        return false; /* the next step says why */
    *run = (struct setup_run){.console.link = link};
    bool is_met = link->ops->set_lines(link, false, false) == ERR_NONE &&
                  ask(run, "Status 2", version) &&
                  ask(run, "Status 5", network);
    link_close(link);
    return is_met;
}

/* Nothing of a device that it is not. */
static bool begin_anew(struct install *in)
{
    in->mac[0] = '\0';
    in->state = (struct install_state){.image = ""};
    return false;
}

bool install_runs_already(struct install *in)
{
    static struct setup_run run; /* large */
    static char port[512];
    char md5[33];
    const struct args args = {.port = in->port};
    (void)begin_anew(in);
    if (!install_state_is_any() ||
        session_port(&args, port, sizeof(port)) != EXIT_DONE)
        return false;
    md5_of(in->file, md5);
    if (!meet(port, &run) || !install_state_mac_of(run.mac, in->mac) ||
        !install_state_read(in->mac, &in->state) || !md5[0] ||
        strcmp(md5, in->state.image) != 0)
        return begin_anew(in);
    setup_hide(&run, run.version);
    message_talk("It runs %s, which the last try has written: nothing to "
                 "write.",
                 run.version);
    return true;
}

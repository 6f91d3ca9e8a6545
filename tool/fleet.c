/* Many devices: the ports, and who works on them. */
#include "tool/fleet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/fleet_crew.h"
#include "tool/fleet_desk.h"
#include "tool/fleet_turn.h"
#include "tool/message.h"
#include "tool/os.h"
#include "tool/os_crew.h"
#include "tool/session.h"
#include "tool/setup_ask.h"

#define PORTS_FILE_MAX 65536u

/* ---- ports --------------------------------------------------------------- */

static bool add_port(struct fleet *f, const char *port)
{
    if (f->ports == FLEET_PORTS)
        return false;
    f->port[f->ports++] = port;
    return true;
}

/* Its names stay until the program ends. */
static int read_ports(struct fleet *f, const char *path)
{
    static char text[PORTS_FILE_MAX + 1];
    uint8_t *bytes = NULL;
    size_t size = 0;
    char *save = NULL;
    enum err e = os_read_file(path, PORTS_FILE_MAX, &bytes, &size);
    if (e != ERR_NONE)
        return message_fail(e, "%s", path);
    memcpy(text, bytes, size);
    text[size] = '\0';
    free(bytes);
    for (char *word = strtok_r(text, " \t\r\n", &save); word;
         word = strtok_r(NULL, " \t\r\n", &save)) {
        if (!add_port(f, word))
            return message_usage(f->command, "--ports: too many");
    }
    return f->ports ? EXIT_DONE
                    : message_usage(f->command, "--ports: no port in it");
}

int fleet_ports(struct fleet *f, const struct raw_option *rows, size_t count,
                int argc, char **argv, bool *is_many)
{
    f->ports =
        raw_args_all(rows, count, SETUP_PORT, argc, argv, f->port, FLEET_PORTS);
    int code = f->value[SETUP_PORTS] ? read_ports(f, f->value[SETUP_PORTS])
                                     : EXIT_DONE;
    *is_many = f->value[SETUP_LOOP] || f->value[SETUP_PORTS] || f->ports > 1;
    if (code == EXIT_DONE && !*is_many &&
        (f->value[SETUP_LOG] || f->value[SETUP_BOARDS]))
        code = message_usage(f->command, "--log and --boards go with --loop or "
                                         "several ports");
    if (code == EXIT_DONE && *is_many && f->value[SETUP_DEVICE])
        code = message_usage(f->command,
                             "--device is for one device; many have their rows "
                             "by MAC address, or in turn");
    return code;
}

/* ---- the work ------------------------------------------------------------ */

static bool ask_desk(void *ctx, const struct fleet_ask *ask,
                     struct fleet_answer *answer)
{
    /* Nobody else is at work, so an answer never comes later. */
    return fleet_desk_ask(ctx, ask, answer);
}

/* Where there is one port, questions can be asked for each device. */
static void work_alone(struct fleet_desk *desk)
{
    static struct fleet_turn turn; /* large */
    turn = (struct fleet_turn){
        .fleet = desk->fleet, .port = 0, .ask = ask_desk, .ctx = desk};
    message_result_of(desk->fleet->port[0]);
    fleet_turn_run(&turn);
    message_result_of(NULL);
}

/* Those who work at once can't ask: what is the same for all is asked now. */
static int ask_before(struct fleet *f)
{
    static struct setup_wish wish; /* large */
    if (f->value[SETUP_CONFIG] || f->is_only_flash || !os_is_terminal(0))
        return EXIT_DONE;
    wish = *f->wish;
    f->wish = &wish;
    return setup_ask_rest(f->value, "", "", f->flash != NULL, &wish);
}

static int find_ports(struct fleet *f)
{
    static char port[512];
    const struct args args = {.port = NULL};
    if (f->ports > 0)
        return EXIT_DONE;
    int code = session_port(&args, port, sizeof(port));
    if (code == EXIT_DONE)
        f->port[f->ports++] = port;
    return code;
}

int fleet_run(struct fleet *f)
{
    static struct fleet_desk desk; /* large */
    int stopped = 0, code = find_ports(f);
    if (code == EXIT_DONE && f->ports > 1)
        code = ask_before(f);
    if (code == EXIT_DONE)
        code = fleet_desk_open(&desk, f);
    if (code != EXIT_DONE)
        return code;
    if (f->ports > 1)
        code = fleet_crew_run(&desk, &stopped);
    else
        work_alone(&desk);
    int result = fleet_desk_close(&desk);
    if (stopped)
        os_crew_stopped(stopped);
    return code == EXIT_DONE ? result : code;
}

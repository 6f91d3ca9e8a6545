/* One device is set up over its console: who is there, what is sent, has it
 * joined, does it know what it was told. Prints nothing; what it says through
 * say, and detail, has no passwords in it. */
#ifndef TOOL_SETUP_RUN_H
#define TOOL_SETUP_RUN_H

#include "tool/console_line.h"
#include "tool/setup_plan.h"

#define SETUP_SECRETS 3u

struct setup_run {
    struct console_line console; /* the caller sets console.link */
    void (*say)(void *ctx, const char *line);
    void *ctx;
    unsigned wait_ms; /* for the network */
    bool is_fresh;    /* just flashed: wait_ms for its first answer, too */
    const char *secret[SETUP_SECRETS]; /* never told; NULL or "": none */
    char version[48];                  /* as the device says it */
    char mac[24];                      /* "" */
    char address[24];                  /* once it has joined */
    char ssid[80];                     /* that it says it is in */
    unsigned broker_count;             /* how often it reached its broker */
    enum err trouble;                  /* of the last line that told one */
    unsigned troubles;                 /* how often in a row the same */
    char told[160];                    /* that line */
    enum err broker_trouble;
    char broker_told[160];
    bool is_telling;   /* its answers are to what it was told */
    char refused[160]; /* why a command was refused, as the device says */
    char detail[512];  /* of an error */
};

/* Who answers? version and mac. ERR_NO_ANSWER, ERR_DOWNLOAD_MODE,
 * ERR_NOT_TASMOTA, errors of the port. */
MUST_USE enum err setup_meet(struct setup_run *run);

/* Send the plan's commands. */
MUST_USE enum err setup_send(struct setup_run *run,
                             const struct setup_plan *plan);

/* Wait until it has an address in this network, or why not: ERR_JOIN_*. */
MUST_USE enum err setup_wait_joined(struct setup_run *run, const char *ssid);

/* Ask for all that the plan checks. ERR_SETUP_DIFFERS: the plan's first check
 * that is wrong is in detail. */
MUST_USE enum err setup_look_back(struct setup_run *run,
                                  struct setup_plan *plan);

/* Wait until it has reached its broker. ERR_BROKER, ERR_BROKER_LOGIN. */
MUST_USE enum err setup_wait_broker(struct setup_run *run);

/* For those who ask for more: hand each answer that comes within ms to take,
 * topic and JSON or word, until it says that this was enough. ERR_TIMEOUT: it
 * did not. Errors of the port. */
MUST_USE enum err setup_hear_answers(struct setup_run *run, unsigned ms,
                                     bool (*take)(void *ctx, const char *topic,
                                                  const char *value),
                                     void *ctx);

/* A line for people: without secrets, and without signs that do something to a
 * terminal. In place. */
void setup_hide(const struct setup_run *run, char *text);

#endif

/* pogo install's parts and what they share: cmd_install.c reads the options and
 * goes through the steps, install_ask.c asks what must be known before,
 * install_flash.c writes, install_watch.c watches the start, install_test.c
 * tests what was set up. They talk to the person; each returns EXIT_DONE, or
 * the exit code after its message. */
#ifndef TOOL_INSTALL_H
#define TOOL_INSTALL_H

#include <stdbool.h>
#include <stdint.h>

#include "tool/install_state.h"
#include "tool/link_hands.h"
#include "tool/setup_run.h"

/* Behind those of pogo setup. */
enum install_key {
    INSTALL_NO_BACKUP = SETUP_KEYS,
    INSTALL_NO_SETUP,
    INSTALL_NO_TEST,
    INSTALL_TEST_BUTTON,
    INSTALL_HANDS,
    INSTALL_POWER_CMD,
    INSTALL_KEYS
};

enum install_step {
    INSTALL_BOARD,
    INSTALL_WRITE,
    INSTALL_START,
    INSTALL_SETUP,
    INSTALL_TEST,
    INSTALL_STEPS
};

struct install {
    const char *const *value; /* of the options, INSTALL_KEYS of them */
    const char *file;         /* the image */
    uint32_t wait_s;          /* for the person, and for the network */
    const char *port;         /* of the device in turn; NULL: as -p says */
    enum install_step step;   /* at which it is */
    char mac[INSTALL_MAC];    /* of the device in turn; "": not known yet */
    struct install_state state;
    struct hands hands; /* who does what at the device */
    bool has_hands;     /* something else than a person at button and plug */
    bool is_many;       /* fleet.h: this device is one of several */
};

/* Say which step comes now. */
void install_begin(struct install *in, enum install_step step);

/* All that is asked, and said, before the first device: the warning, the board,
 * is mains disconnected. */
int install_ask(struct install *in, struct setup_wish *wish);

/* Before the first question: is the image one, and the port there? */
int install_look(struct install *in);

/* Save what is on the flash, write the image, read it back. The chip stays in
 * download mode. */
int install_flash(struct install *in);

/* install_resume.c. Does the device run already what the last try has written?
 * Says so. Asks it over its console only where a try was left unfinished in
 * this folder. */
bool install_runs_already(struct install *in);
/* Of struct flash_hooks; ctx is a struct install. */
const char *install_find_backup(void *ctx, const uint8_t mac[6]);
void install_saved(void *ctx, const uint8_t mac[6], const char *name);
/* Keep that the image is on it; forget the device, all is done. */
void install_written(struct install *in);
void install_finished(struct install *in);

/* Start what was written and hear it, until its log tells of Wi-Fi or of
 * trouble: doctor_rows.h. Where the port can't do it a person is asked to. */
int install_watch(struct install *in);

/* The self-test; of struct setup_one. ctx is a struct install. */
int install_test(void *ctx, struct setup_run *run,
                 const struct setup_wish *wish);

#endif

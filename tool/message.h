/* What pogo says to people: two lines for a failure, talk and progress on
 * stderr. The only file that writes to stderr, besides the bench. */
#ifndef TOOL_MESSAGE_H
#define TOOL_MESSAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

/* `pogo: TEXT: detail`, then `  try: HINT`, both broken at 80 columns, or at
 * fewer where COLUMNS says so. Returns the exit code. */
__attribute__((format(printf, 2, 3))) int message_fail(enum err e,
                                                       const char *format, ...);
/* The same with a hint of its own. */
__attribute__((format(printf, 3, 4))) int
message_fail_hint(enum err e, const char *hint, const char *format, ...);
/* The same with an exit code of its own, for what was no mere refusal. */
__attribute__((format(printf, 4, 5))) int
message_fail_code(enum err e, enum exit_code code, const char *hint,
                  const char *format, ...);
/* From now on failures are an object on stdout, too: for --json. */
void message_json_errors(bool is_wanted);
/* The object alone, where it is wanted, of a failure that was told already. */
void message_json_failure(enum err e, enum exit_code code, const char *detail,
                          const char *hint);
/* What the last failure said, for logs; "": there was none since it was
 * forgotten. */
const char *message_last_failure(void);
void message_forget_failure(void);
/* The same for a wrong command line; command may be NULL. */
int message_usage(const char *command, const char *problem);
/* A line of talk. */
__attribute__((format(printf, 1, 2))) void message_talk(const char *format,
                                                        ...);
/* The same two lines, when Ctrl-C or kill ends the program from now on; "": it
 * ends without a word. */
void message_interrupted(const char *what, const char *hint);
/* What is told then names this step of something larger from now on, also where
 * no more is known, with this hint; "": no step. */
void message_interrupted_at(const char *step, const char *hint);
/* On a terminal: a line that changes, for work of which only the time is
 * known. */
void message_seconds(unsigned seconds);
/* Lines of talk are broken at so many columns, 40 to 80, from now on: somebody
 * puts a name before them. */
void message_narrow(unsigned columns);
/* Beeps of the terminal; none where stderr is no terminal. */
void message_bell(unsigned count);

/* Callbacks for struct flasher_config; ctx is a struct message_progress, zeroed
 * at the start. On a terminal progress is a line that changes, elsewhere a line
 * every ten seconds; on both one when a phase of at least 64 KB is done, unless
 * it only compared. After
 * message_json_errors(true) it is objects on stdout, too, one a line:
 * {"event":"progress","phase":"write","done":4096,"total":65536}, at a phase's
 * start and end and five times a second between. */
#define MESSAGE_PHASES 6u
struct message_progress {
    char what[16]; /* the work in progress, "" when none */
    uint64_t start_ms;
    uint64_t shown_ms;
    uint64_t event_ms;
    uint64_t begin_ms; /* of everything */
    struct {
        char what[16];
        uint64_t bytes;
    } phase[MESSAGE_PHASES]; /* what is done of each kind */
    unsigned phases;
};
/* The time of message_done begins. */
void message_begin(struct message_progress *p);
/* The last line: what was done since message_begin, and in how many seconds.
 * Without any phase: nothing, or where is_always a line that says so. */
void message_done(const struct message_progress *p, bool is_always);
void message_say(void *ctx, const char *line);
void message_progress(void *ctx, const char *what, uint32_t done,
                      uint32_t total);
/* Bytes of the UTF-8 character that begins there, 1 to 4; 0: it is none. The
 * text ends with a 0. */
unsigned message_utf8_size(const char *text);
/* A string as JSON, with its quotes, to stdout; U+FFFD for what is no UTF-8. */
void message_json(const char *text);
/* The same into out (room bytes, at least 3), with a 0; what does not fit is
 * left out at the end. Six bytes for one of the text, and 3, are enough.
 * Returns its size without the 0. */
size_t message_json_put(const char *text, char *out, size_t room);
/* What stands around an object on stdout that is a result or a failure:
 * nothing, a line's end behind it. After message_result_of(PORT), until NULL,
 * it is one of many: {"event":"result","port":PORT,"result":…}. PORT is kept,
 * not copied. */
void message_result_of(const char *port);
void message_result_begin(void);
void message_result_end(void);
/* `"error":…,"try":…,"code":…` to stdout. */
void message_json_error(enum err e, const char *detail, const char *hint);

#endif

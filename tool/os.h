/* What is the operating system's own, besides the ports in link_*.c: files,
 * names of ports, time, terminals. os_*.c; Windows and macOS come next. */
#ifndef TOOL_OS_H
#define TOOL_OS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "format/err.h"

uint64_t os_now_ms(void); /* monotonic */
void os_sleep_ms(unsigned ms);
bool os_is_terminal(int fd);
/* Kernel, machine and distribution; not the computer's own name. */
void os_system_name(char *out, size_t room);
/* The time of day here, "14:03:22.123". */
void os_time_of_day(char out[16]);

/* The keyboard, key by key and without its echo, where stdin is a terminal; a
 * pipe or file is read as it is. Given back by os_keys_close, and when Ctrl-C
 * or kill ends the program. */
void os_keys_open(void);
/* Up to room bytes; waits so long for the first. *is_end: no more will come. */
size_t os_keys_read(unsigned char *out, size_t room, unsigned wait_ms,
                    bool *is_end);
void os_keys_close(void);  /* also in a signal handler */
unsigned os_columns(void); /* of stdout's terminal; 80 where there is none */

/* A line from who sits at the terminal, without its end. False: there is no
 * terminal, or it ended. */
bool os_ask(const char *question, char *out, size_t room);
/* The same, and the line is not shown there. */
bool os_ask_secret(const char *question, char *out, size_t room);
/* Before anything is opened: stdin, stdout and stderr, where the caller closed
 * them, are /dev/null, so that no file of ours gets their number. */
void os_hold_descriptors(void);

/* A whole file into memory that the caller frees. ERR_FILE_OPEN, ERR_IO,
 * ERR_MEMORY, ERR_NO_ROOM (more than limit bytes). */
MUST_USE enum err os_read_file(const char *path, size_t limit, uint8_t **out,
                               size_t *size);

/* Is there a file of that name? Devices, pipes and folders are none. */
bool os_has_file(const char *path);
/* Is there a file whose name fits, as "pogo-*.install"? * and ? as in a shell.
 */
bool os_has_file_like(const char *pattern);

/* A file that appears under its name only when it is complete: until then it
 * is NAME.part. Devices and pipes are written to directly. */
struct os_output {
    char path[4096], part[4096];
    int fd;
    bool is_direct;
};
/* Makes the file and takes its space, so that a full disk is found before the
 * long work. What is called NAME.part already is removed, never written to.
 * is_secret: only its owner may read it. ERR_FILE_OPEN, ERR_DISK_FULL. */
MUST_USE enum err os_output_open(struct os_output *out, const char *path,
                                 size_t size, bool is_secret);
/* Write all, close, rename; on failure nothing is left behind. */
MUST_USE enum err os_output_finish(struct os_output *out, const uint8_t *bytes,
                                   size_t size);
void os_output_drop(struct os_output *out);

/* What is done when Ctrl-C or kill ends the program, until set otherwise: this
 * text goes to stderr, this file is removed ("": none), and a progress line
 * that stands on the terminal is ended. */
void os_farewell_text(const char *text);
void os_farewell_part(const char *path);
void os_farewell_line(bool is_open);

/* Run a command line by the system's shell and wait for it: its exit code; -1:
 * it did not come to one. */
int os_run(const char *command);

/* Say it aloud, and wait for that. False: no program here that can. */
bool os_speak(const char *text);

/* The serial adapters that are plugged in. Returns how many; name i of them. */
#define OS_PORTS 16u
struct os_ports {
    char name[OS_PORTS][64];
    unsigned count;
};
void os_find_ports(struct os_ports *out);

/* One serial port, as it can be seen from outside. */
struct os_port {
    char name[64];   /* "/dev/ttyUSB0" */
    unsigned vendor; /* USB ids; 0: not on USB */
    unsigned product;
    char description[132]; /* maker and product as the device says; "" */
    bool may_use;          /* we have the permission */
    char group[64];        /* that has it */
    unsigned pid;          /* who has it open; 0: nobody whom we can see */
    char user[32];         /* that process's name; "" */
};
/* All there are, up to room; none of them is opened. root stands before /dev
 * and /sys: "", or a test's folder. */
unsigned os_list_ports(const char *root, struct os_port *out, unsigned room);

/* Name of the group that owns a path; "?" when unknown. */
void os_group_of(const char *path, char *out, size_t room);

#endif

/* An update file over the serial console of a running device. */
#include "tool/update_send.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/loader.h"

#define PART 512u
#define ASKS 4u
#define ASK_MS 1500u    /* longer than the device takes to say +0 again */
#define TAKE_MS 10000u  /* a part, an erase in between */
#define PROVE_MS 20000u /* the signature */
#define START_MS 8000u  /* from +done to the first words of the new version */
#define LISTEN_MS 100u  /* at once, when nothing comes */
#define SYNC_MS 300u
#define STUCK 3u /* +N again and again without what was sent */
#define VERSION "commands, Version "

/* ---- lines --------------------------------------------------------------- */

static enum err read_byte(struct update_send *send, unsigned wait_ms, char *out,
                          bool *got)
{
    *got = send->input_at < send->input_size;
    if (!*got) {
        size_t n = 0;
        enum err e = send->link->ops->read(send->link, send->input,
                                           sizeof(send->input), wait_ms, &n);
        if (e != ERR_NONE)
            return e;
        send->input_at = 0;
        send->input_size = n;
        *got = n > 0;
    }
    if (*got)
        *out = (char)send->input[send->input_at++];
    return ERR_NONE;
}

/* The next line into send->line; ERR_TIMEOUT at end_ms of the link's time. */
static enum err read_line(struct update_send *send, uint64_t end_ms)
{
    for (;;) {
        char c = 0;
        bool got = false;
        uint64_t now = send->link->ops->now_ms(send->link);
        if (now >= end_ms && send->input_at == send->input_size)
            return ERR_TIMEOUT;
        uint64_t left = now < end_ms ? end_ms - now : 0;
        unsigned wait = left < LISTEN_MS ? (unsigned)left : LISTEN_MS;
        enum err e = read_byte(send, wait, &c, &got);
        if (e != ERR_NONE)
            return e;
        send->heard += got;
        if (got && c == '\n') {
            send->line[send->line_size] = 0;
            send->line_size = 0;
            return ERR_NONE;
        }
        /* The boot ROM's words at its own speed are anything. */
        if (got && c != '\r' && c != 0 && send->line_size < UPDATE_LINE - 1)
            send->line[send->line_size++] = c;
    }
}

/* What the device says to a sender. */
enum word { WORD_OTHER, WORD_TAKEN, WORD_DONE, WORD_REFUSED };

static enum word word_of(const struct update_send *send, size_t *taken)
{
    const char *line = send->line;
    char *end;
    if (line[0] == '-')
        return WORD_REFUSED;
    if (line[0] != '+')
        return WORD_OTHER;
    if (strcmp(line, "+done") == 0)
        return WORD_DONE;
    *taken = strtoul(line + 1, &end, 10);
    return end > line + 1 && *end == 0 ? WORD_TAKEN : WORD_OTHER;
}

/* The device has the same table of errors, or that of another version. */
static enum err refusal(struct update_send *send)
{
    snprintf(send->said, sizeof(send->said), "%s", send->line + 1);
    for (int e = ERR_NONE + 1; e < ERR_COUNT; e++) {
        if (strcmp(err_text((enum err)e), send->said) == 0)
            return (enum err)e;
    }
    return ERR_CHIP_REFUSED;
}

/* ---- before -------------------------------------------------------------- */

static enum err write_text(struct update_send *send, const char *text)
{
    return send->link->ops->write(send->link, (const uint8_t *)text,
                                  strlen(text));
}

/* Until it wants the first bytes; ERR_TIMEOUT: it does not say so. */
static enum err wait_ready(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + ASK_MS;
    for (;;) {
        size_t taken = 0;
        enum err e = read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum word word = word_of(send, &taken);
        if (word == WORD_REFUSED)
            return refusal(send);
        if (word == WORD_TAKEN)
            return taken == 0 ? ERR_NONE : ERR_UPDATE_BUSY;
        if (strstr(send->line, "\"Command\":\"Unknown\""))
            send->has_answered = true;
    }
}

static enum err who_is_there(struct update_send *send)
{
    static struct loader loader; /* large; one per program */
    if (send->has_answered)
        return ERR_NOT_POGO;
    loader_init(&loader, send->link);
    for (unsigned i = 0; i < ASKS; i++) {
        if (loader_sync(&loader, SYNC_MS) == ERR_NONE)
            return ERR_DOWNLOAD_MODE;
    }
    return send->heard > 0 ? ERR_NOT_POGO : ERR_NO_ANSWER;
}

/* A line that somebody had begun is ended first. It may also be starting. */
static enum err ask(struct update_send *send, size_t size)
{
    char line[40];
    enum err e = ERR_TIMEOUT;
    snprintf(line, sizeof(line), "\nUpgradeSerial %zu\n", size);
    for (unsigned i = 0; i < ASKS && e == ERR_TIMEOUT; i++) {
        e = write_text(send, line);
        if (e == ERR_NONE)
            e = wait_ready(send);
    }
    return e == ERR_TIMEOUT ? who_is_there(send) : e;
}

/* ---- the file ------------------------------------------------------------ */

/* Until `sent` bytes are taken. */
static enum err wait_taken(struct update_send *send, size_t sent)
{
    uint64_t end = send->link->ops->now_ms(send->link) + TAKE_MS;
    size_t taken = 0, before = SIZE_MAX;
    for (unsigned same = 0; same < STUCK;) {
        enum err e = read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum word word = word_of(send, &taken);
        if (word == WORD_REFUSED)
            return refusal(send);
        if (word == WORD_TAKEN && taken == sent)
            return ERR_NONE;
        if (word == WORD_TAKEN)
            same = taken == before ? same + 1 : 1;
        before = taken;
    }
    return ERR_BYTES_LOST;
}

static enum err wait_done(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + PROVE_MS;
    for (;;) {
        size_t taken = 0;
        enum err e = read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum word word = word_of(send, &taken);
        if (word == WORD_REFUSED)
            return refusal(send);
        if (word == WORD_DONE)
            return ERR_NONE;
    }
}

/* With the log off the device says nothing, and that is no error. */
static void wait_start(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + START_MS;
    while (send->version[0] == 0 && read_line(send, end) == ERR_NONE) {
        const char *at = strstr(send->line, VERSION);
        if (at)
            snprintf(send->version, sizeof(send->version), "%.31s",
                     at + strlen(VERSION));
    }
}

static void show(const struct update_send *send, size_t done, size_t total)
{
    if (send->progress)
        send->progress(send->ctx, (uint32_t)done, (uint32_t)total);
}

enum err update_send(struct update_send *send, const uint8_t *file, size_t size)
{
    enum err e = ask(send, size);
    if (e == ERR_NONE)
        show(send, 0, size);
    for (size_t at = 0, part; at < size && e == ERR_NONE; at += part) {
        part = size - at < PART ? size - at : PART;
        e = send->link->ops->write(send->link, file + at, part);
        if (e == ERR_NONE)
            e = wait_taken(send, at + part);
        if (e == ERR_NONE)
            show(send, at + part, size);
    }
    if (e == ERR_NONE)
        e = wait_done(send);
    if (e == ERR_NONE)
        wait_start(send);
    return e;
}

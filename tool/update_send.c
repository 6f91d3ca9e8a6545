/* An update file over the serial console of a running device. */
#include "tool/update_send.h"

#include <stdio.h>
#include <string.h>

#include "tool/loader.h"
#include "tool/update_send_private.h"

#define PART 512u
#define ASKS 4u
#define ASK_MS 1500u     /* longer than the device takes to say +0 again */
#define TAKE_MS 10000u   /* a part, an erase in between */
#define PROVE_MS 20000u  /* the signature */
#define START_MS 8000u   /* from +done to the first words of the new version */
#define VERDICT_MS 1000u /* from these to what became of the update */
#define PROOFS 3u        /* waits for the proof of what runs ... */
#define PROOF_MS 5000u   /* ... of so long */
#define SYNC_MS 300u
#define STUCK 3u   /* +N again and again without what was sent */
#define PROBE 148u /* the shortest file that the device wants to see */

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
        enum err e = update_read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum update_word word = update_word_of(send, &taken);
        if (word == WORD_REFUSED)
            return update_refusal(send);
        if (word == WORD_TAKEN)
            return taken == 0 ? ERR_NONE : ERR_UPDATE_BUSY;
        if (strstr(send->console.text, "\"Command\":\"Unknown\""))
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
    return send->console.heard > 0 ? ERR_NOT_POGO : ERR_NO_ANSWER;
}

/* A line that somebody had begun is ended first. It may also be starting.
 * Upgrade tells which version it is, if the log is not off. */
static enum err ask(struct update_send *send, size_t size)
{
    char line[48];
    enum err e = ERR_TIMEOUT;
    snprintf(line, sizeof(line), "\nUpgrade\nUpgradeSerial %zu\n", size);
    for (unsigned i = 0; i < ASKS && e == ERR_TIMEOUT; i++) {
        e = write_text(send, line);
        if (e == ERR_NONE)
            e = wait_ready(send);
    }
    return e == ERR_TIMEOUT ? who_is_there(send) : e;
}

/* Until what runs has proved itself. With its log off it does not say so. */
static enum err wait_proof(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + PROOF_MS;
    enum err e = ERR_NONE;
    send->has_proved = false;
    while (e == ERR_NONE && !send->has_proved)
        e = update_read_line(send, end);
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

/* A device that has just started takes no update for its first ten seconds. */
static enum err ask_patiently(struct update_send *send, size_t size)
{
    enum err e = ask(send, size);
    if (e == ERR_UPDATE_UNCONFIRMED && send->say)
        send->say(send->ctx, "The version that runs has not proved itself yet: "
                             "pogo waits up to 15 s for that.");
    for (unsigned i = 0; i < PROOFS && e == ERR_UPDATE_UNCONFIRMED; i++) {
        enum err wait = wait_proof(send);
        if (wait != ERR_NONE)
            return wait;
        send->said[0] = '\0';
        e = ask(send, size);
    }
    return e;
}

/* ---- the file ------------------------------------------------------------ */

/* Until `sent` bytes are taken. */
static enum err wait_taken(struct update_send *send, size_t sent)
{
    uint64_t end = send->link->ops->now_ms(send->link) + TAKE_MS;
    size_t taken = 0, before = SIZE_MAX;
    for (unsigned same = 0; same < STUCK;) {
        enum err e = update_read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum update_word word = update_word_of(send, &taken);
        if (word == WORD_REFUSED)
            return update_refusal(send);
        if (send->has_restarted)
            return ERR_DEVICE_RESTARTED;
        if (word == WORD_TAKEN && taken == sent)
            return ERR_NONE;
        if (word == WORD_TAKEN)
            same = taken == before ? same + 1 : 1;
        before = taken;
    }
    return ERR_BYTES_LOST;
}

/* Or until it starts again: then its verdict tells more than a +done that was
 * lost. */
static enum err wait_done(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + PROVE_MS;
    while (!send->has_done && !send->has_restarted) {
        size_t taken = 0;
        enum err e = update_read_line(send, end);
        if (e != ERR_NONE)
            return e;
        enum update_word word = update_word_of(send, &taken);
        if (word == WORD_REFUSED)
            return update_refusal(send);
        send->has_done = word == WORD_DONE;
    }
    return ERR_NONE;
}

static void show(const struct update_send *send, size_t done, size_t total)
{
    if (send->progress)
        send->progress(send->ctx, (uint32_t)done, (uint32_t)total);
}

static enum err send_part(struct update_send *send, const uint8_t *bytes,
                          size_t size)
{
    enum err e = send->link->ops->write(send->link, bytes, size);
    if (e == ERR_NONE)
        e = wait_taken(send, send->taken + size);
    if (e == ERR_NONE)
        send->taken += size;
    return e;
}

enum err update_send(struct update_send *send, const uint8_t *file, size_t size)
{
    enum err e = ask_patiently(send, size);
    if (e != ERR_NONE)
        return e;
    send->stage = UPDATE_SENDING;
    send->has_restarted = false;
    send->verdict = VERDICT_NONE;
    show(send, 0, size);
    while (send->taken < size && e == ERR_NONE) {
        size_t left = size - send->taken;
        e = send_part(send, file + send->taken, left < PART ? left : PART);
        if (e == ERR_NONE)
            show(send, send->taken, size);
    }
    if (e != ERR_NONE)
        return e;
    send->stage = UPDATE_PROVING;
    e = wait_done(send);
    if (e == ERR_NONE)
        send->stage = UPDATE_STARTING;
    return e;
}

/* ---- after --------------------------------------------------------------- */

/* With its log off a device says nothing of itself, but it answers who wants to
 * send: an image on trial refuses, the one before would take it. What it then
 * gets is no update, and it touches nothing. */
static enum err probe(struct update_send *send)
{
    static const uint8_t nothing[PROBE] = {0};
    char line[40];
    enum err e = ERR_TIMEOUT;
    snprintf(line, sizeof(line), "\nUpgradeSerial %u\n", PROBE);
    /* Twice: later a new version has proved itself, and would take one too. */
    for (unsigned i = 0; i < 2 && e == ERR_TIMEOUT; i++) {
        e = write_text(send, line);
        if (e == ERR_NONE)
            e = wait_ready(send);
    }
    send->said[0] = '\0';
    if (e == ERR_UPDATE_UNCONFIRMED) {
        send->verdict = VERDICT_TRIAL;
        return ERR_NONE;
    }
    if (e != ERR_NONE)
        return e == ERR_TIMEOUT ? ERR_UPDATE_SILENT : e;
    send->verdict = VERDICT_LEFT;
    return send->link->ops->write(send->link, nothing, sizeof(nothing));
}

enum err update_watch(struct update_send *send)
{
    uint64_t end = send->link->ops->now_ms(send->link) + START_MS;
    enum err e = ERR_NONE;
    while (e == ERR_NONE && send->version[0] == '\0')
        e = update_read_line(send, end);
    if (e == ERR_TIMEOUT)
        return probe(send);
    end = send->link->ops->now_ms(send->link) + VERDICT_MS;
    while (e == ERR_NONE && send->verdict == VERDICT_NONE)
        e = update_read_line(send, end);
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

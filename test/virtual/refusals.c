/* Every kind of update that is refused, on each road over the network: uploaded
 * to the page, fetched from OtaUrl when a web client says Upgrade 1, and when
 * an MQTT client says it. The real image on the bench, in virtual time. What is
 * refused must be told to the uploader, to the broker and on the console, and
 * what ran must still run; at the end of each road a right one is installed.
 * Prints a row each; the exit code is 1 when one is wrong. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "test/virtual/home.h"

#define TOLD_MS 60000u
#define HEADER_CRC 144u /* of what is before it; ota_file.h */
#define IMAGE_SIZE 28u

enum road { UPLOAD, FETCH, FETCH_MQTT, ROADS };
static const char *const road_names[] = {"uploaded", "OtaUrl",
                                         "OtaUrl by MQTT"};

static struct machine m;
static uint8_t bytes[MAP_SLOT_SIZE];
static struct home_file file;

/* ---- how files are spoiled: file is whole before ---- */

static void cut_in_header(void)
{
    file.size = file.said = 100;
}

static void cut(void)
{
    file.size /= 2;
}

static void stall(void)
{
    file.size /= 2;
    file.is_stalled = true;
}

static void lengthen(void)
{
    memcpy(bytes + file.size, "pogo", 4);
    file.size = file.said += 4;
}

static void lose(void)
{
    memmove(bytes + 90000, bytes + 90100, file.size - 90100);
    file.size = file.said -= 100;
}

static void damage(void)
{
    bytes[90000] ^= 0x10;
}

static void seal(void)
{
    put_u32le(bytes + HEADER_CRC, crc32_update(0, bytes, HEADER_CRC));
}

static void forge(void)
{
    bytes[100] ^= 1; /* in the signature */
    seal();
}

static void shorten(void)
{
    put_u32le(bytes + IMAGE_SIZE, get_u32le(bytes + IMAGE_SIZE) - 4096);
    seal();
}

static const struct row {
    const char *name, *from; /* a file of the build */
    void (*spoil)(void);     /* NULL: as it is */
    const char *text;        /* what is told */
} rows[] = {
    {"another's key", "update/wrong-key.ota", NULL,
     "the update is signed with a key that this device does not know"},
    {"older", "update/older.ota", NULL, "the update is older than what runs"},
    {"another board", "update/other-board.ota", NULL,
     "the update is for another kind of board"},
    {"no update", "pogo-bench.bin", NULL, "not an update file for Pogo"},
    {"cut in its header", "update/next.ota", cut_in_header,
     "the update ended before its image was whole"},
    {"cut", "update/next.ota", cut,
     "the update ended before its image was whole"},
    {"stalled", "update/next.ota", stall, "no more of the update came"},
    {"longer", "update/next.ota", lengthen,
     "the update's lengths contradict each other"},
    {"a shorter length", "update/next.ota", shorten,
     "the update's lengths contradict each other"},
    {"bytes lost", "update/next.ota", lose,
     "the update's lengths contradict each other"},
    {"damaged", "update/next.ota", damage, "the update was damaged on its way"},
    {"forged", "update/next.ota", forge, "the update's signature is wrong"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static void load(const char *name)
{
    size_t size = machine_file(name, bytes, sizeof(bytes) - 4);
    file = (struct home_file){.bytes = bytes, .size = size, .said = size};
}

/* ---- the roads ---- */

/* Sends it; the uploader's answer, "" where there is none. */
static const char *send_file(enum road road)
{
    home_forget();
    machine_forget(&m);
    home_offer(&file);
    if (road == UPLOAD)
        return home_answer(home_upload(&file), TOLD_MS);
    if (road == FETCH)
        (void)home_get("/cm?cmnd=Upgrade%201");
    else
        (void)home_publish("Upgrade", "1");
    return "";
}

static bool still_runs(const char *version)
{
    char words[40];
    snprintf(words, sizeof(words), "\"Version\":\"%s", version);
    return strstr(home_get("/cm?cmnd=Status%202"), words) != NULL;
}

static bool is_refused(enum road road, const struct row *row)
{
    char told[200];
    load(row->from);
    if (row->spoil)
        row->spoil();
    unsigned restarts = m.restarts;
    const char *answer = send_file(road);
    /* Who has hung up hears nothing. */
    bool is_answered = road != UPLOAD || row->spoil == cut ||
                       (strstr(answer, " 400 ") && strstr(answer, row->text));
    snprintf(told, sizeof(told), "UPGRADE {\"Upgrade\":\"Failed %s\"}\n",
             row->text);
    bool is_published = home_wait(told, TOLD_MS);
    snprintf(told, sizeof(told), "RSL: UPGRADE = {\"Upgrade\":\"Failed %s\"}",
             row->text);
    bool is_said = machine_wait(&m, told, 1000);
    bool is_right = is_answered && is_published && is_said &&
                    still_runs("0.1.0") && m.restarts == restarts;
    printf("%-15s %-18s %s%s\n", road_names[road], row->name, row->text,
           is_right ? "" : "  NOT SO");
    if (!is_right)
        printf("  answer: %s\n  broker: %s\n  console: %s\n", answer,
               home_published(), m.text);
    return is_right;
}

/* One that crashes is taken, and left again. */
static bool is_left(enum road road)
{
    load("update/broken.ota");
    m.may_crash = true;
    (void)send_file(road);
    bool is_right =
        machine_wait(&m, "UPD: left version 0.2.0: it crashed", TOLD_MS) &&
        home_is_back(TOLD_MS) && still_runs("0.1.0") &&
        strstr(home_get("/cm?cmnd=Upgrade"), "left 0.2.0: it crashed");
    printf("%-15s %-18s %s%s\n", road_names[road], "broken",
           "left again: it crashed", is_right ? "" : "  NOT SO");
    return is_right;
}

static bool is_installed(enum road road)
{
    load("update/next.ota");
    const char *answer = send_file(road);
    bool is_right =
        (road != UPLOAD || strstr(answer, " 200 OK")) &&
        home_wait("{\"Upgrade\":\"Successful. Restarting\"}", TOLD_MS) &&
        home_is_back(TOLD_MS) && still_runs("0.2.0");
    printf("%-15s %-18s %s%s\n", road_names[road], "right", "Successful",
           is_right ? "" : "  NOT SO");
    return is_right;
}

static int run(enum road road)
{
    bool is_right = true;
    for (size_t i = 0; i < ROWS; i++)
        is_right &= is_refused(road, &rows[i]);
    /* What runs takes no update before it has proved itself. */
    is_right &= is_left(road) && machine_run(&m, 15000) && is_installed(road);
    if (m.problem[0])
        printf("%s\n", m.problem);
    fflush(stdout);
    return is_right && !m.problem[0] ? 0 : 1;
}

int main(void)
{
    int bad = 0;
    home_open(&m, false, 1);
    if (!home_set_up())
        return 1;
    fflush(stdout);
    for (unsigned road = 0; road < ROADS; road++) {
        int status = 0;
        pid_t pid = fork();
        if (pid == 0)
            _exit(run((enum road)road));
        bad += pid < 0 || waitpid(pid, &status, 0) != pid || status != 0;
    }
    return bad ? 1 : 0;
}

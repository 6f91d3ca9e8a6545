/* Wi-Fi that goes wrong in many ways, at random, for half an hour of virtual
 * time, with the real image: outages [COUNT [FIRST]] lives through so many
 * schedules and says what became of each. When all is well again the device
 * must be back in its network and at its broker in time; it never restarts, its
 * button works all the time, and the serial log stays something that a person
 * can read. What is wrong is told with the schedule, as lines for an air file.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/fault.h"
#include "test/virtual/home.h"

#define MINUTE_MS 60000u
#define TROUBLE_MS (20u * MINUTE_MS)
#define STEPS 10u
#define BACK_MS (3u * MINUTE_MS) /* pauses are a minute at the most */
#define PRESS_MS 54u
#define LINES_A_MINUTE 40u
#define AT_ONCE 2u

static struct machine m;

/* One life; a child process of its own. */
static struct {
    uint32_t seed, turns;
    uint64_t began_ms, refused_ms; /* every password is wrong until then */
    char schedule[2000];
    char wrong[300];
    unsigned lines, slowest_ms;
    uint64_t back_ms;
} life;

static uint64_t now_ms(void)
{
    return bench_now(m.bench) / CYCLES_PER_MS - life.began_ms;
}

static unsigned below(unsigned n)
{
    return (unsigned)(fault_hash(life.seed, life.turns++, 11) % n);
}

static void wrong(const char *what)
{
    if (!life.wrong[0])
        snprintf(life.wrong, sizeof(life.wrong), "%s at %u ms", what,
                 (unsigned)now_ms());
}

/* ---- what happens to the network ---- */

static void change(const char *line)
{
    char text[120];
    size_t used = strlen(life.schedule);
    snprintf(text, sizeof(text), "air %s", line);
    machine_do(&m, text);
    snprintf(life.schedule + used, sizeof(life.schedule) - used, "  at %u %s\n",
             (unsigned)now_ms(), line);
}

static const struct {
    const char *line;
    unsigned ms; /* it ends by itself; 0: it lasts */
} kinds[] = {
    {"down home", 0},
    {"up home", 0},
    {"kick home", 0},
    {"kick home 2", 0},
    {"kick home 8", 0},
    {"rssi home -97", 0},
    {"rssi home -60", 0},
    {"password home \"another one\"", 0},
    {"password home \"correct horse\"", 0},
    {"refuse home for 45000", 45000},
    {"refuse home for 400000", 400000},
};

static void change_something(void)
{
    unsigned i = below(sizeof(kinds) / sizeof(kinds[0]));
    uint64_t until = now_ms() + kinds[i].ms;
    change(kinds[i].line);
    life.refused_ms = until > life.refused_ms ? until : life.refused_ms;
}

static void pass(unsigned ms);

/* All is well again when this returns. */
static void mend(void)
{
    change("up home");
    change("rssi home -55");
    change("password home \"correct horse\"");
    if (life.refused_ms > now_ms())
        pass((unsigned)(life.refused_ms - now_ms()));
}

/* ---- how the device takes it ---- */

static void press(void)
{
    unsigned moves = m.moves;
    uint64_t from = bench_now(m.bench);
    machine_do(&m, "press 0 100");
    (void)machine_run(&m, 400);
    unsigned ms = m.moves == moves + 1
                      ? (unsigned)((m.moved - from) / CYCLES_PER_MS)
                      : 1000;
    life.slowest_ms = ms > life.slowest_ms ? ms : life.slowest_ms;
    if (ms > PRESS_MS)
        wrong("a press does not switch");
}

/* "00:00:04.274 WIF: …", and no more than text. */
static bool is_readable(const char *line, size_t size)
{
    static const char shape[] = "00:00:00.000 AAA: ";
    for (size_t i = 0; i < size; i++) {
        char is = line[i], want = i < sizeof(shape) - 1 ? shape[i] : ' ';
        bool fits = want == '0'             ? isdigit((unsigned char)is) != 0
                    : want == 'A'           ? isupper((unsigned char)is) != 0
                    : i < sizeof(shape) - 1 ? is == want
                                            : (unsigned char)is >= ' ';
        if (!fits)
            return false;
    }
    return size >= sizeof(shape) - 1;
}

static void read_log(void)
{
    const char *at = m.text;
    for (const char *end; (end = strstr(at, "\r\n")); at = end + 2) {
        life.lines++;
        if (!is_readable(at, (size_t)(end - at))) {
            fprintf(stderr, "%.*s\n", (int)(end - at), at);
            wrong("a line of the log can't be read");
        }
    }
    size_t left = strlen(at);
    memmove(m.text, at, left + 1);
    m.size = left;
}

static void pass(unsigned ms)
{
    for (unsigned passed = 0; passed < ms; passed += 1000) {
        (void)machine_run(&m, 1000);
        read_log();
    }
}

static bool is_home(void)
{
    unsigned moves = m.moves;
    return home_publish("Power", "TOGGLE") && machine_run(&m, 100) &&
           m.moves == moves + 1;
}

static void wait_until_home(void)
{
    uint64_t from = now_ms();
    while (!is_home() && now_ms() - from < BACK_MS)
        pass(1000);
    life.back_ms = now_ms() - from;
    if (!is_home())
        wrong("it is not back");
}

static int live(uint32_t seed)
{
    unsigned restarts = m.restarts;
    life.began_ms = bench_now(m.bench) / CYCLES_PER_MS;
    life.seed = seed;
    machine_forget(&m);
    for (unsigned i = 0; i < STEPS; i++) {
        pass(below(2 * TROUBLE_MS / STEPS));
        change_something();
        press();
    }
    mend();
    wait_until_home();
    pass(2 * MINUTE_MS);
    if (!is_home())
        wrong("it does not stay");
    unsigned minutes = (unsigned)(now_ms() / MINUTE_MS) + 1;
    if (m.restarts != restarts || m.problem[0])
        wrong(m.problem[0] ? m.problem : "it has restarted");
    if (life.lines > minutes * LINES_A_MINUTE)
        wrong("the log is too long");
    printf("schedule %u: %u minutes, back %u s after the last, button at most "
           "%u ms, %u lines of log, sessions %u%s%s\n",
           (unsigned)seed, minutes, (unsigned)(life.back_ms / 1000),
           life.slowest_ms, life.lines, home_connects(),
           life.wrong[0] ? "\n  WRONG: " : "", life.wrong);
    if (life.wrong[0])
        printf("%s  the log's end: %s\n", life.schedule, m.text);
    fflush(stdout);
    return life.wrong[0] ? 1 : 0;
}

static unsigned wait_for_one(void)
{
    int status = 0;
    return wait(&status) < 0 || status != 0;
}

int main(int argc, char **argv)
{
    unsigned count = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 1000;
    unsigned first = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 1;
    unsigned bad = 0;
    (void)setvbuf(stdout, NULL, _IOLBF, 4096);
    home_open(&m, false, 1);
    if (!home_set_up())
        return 1;
    for (unsigned i = 0; i < count; i++) {
        if (i >= AT_ONCE)
            bad += wait_for_one();
        pid_t pid = fork();
        if (pid == 0)
            _exit(live(first + i));
        bad += pid < 0;
    }
    for (unsigned i = 0; i < AT_ONCE && i < count; i++)
        bad += wait_for_one();
    printf("outages: %u schedules, %u wrong\n", count, bad);
    return bad ? 1 : 0;
}

/* Fifty /cm requests a second for ten minutes of virtual time on the real
 * image, connected to its broker meanwhile: `make soak` prints what became of
 * the heap. soak [MINUTES]. It fails when a request is not answered rightly and
 * in time, when the session with the broker ends, or when less of the heap is
 * free afterwards than before. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/virtual/home.h"

#define EVERY_MS 20u
#define PATIENCE_MS 1000u
#define MINUTE_MS 60000u
#define AT_ONCE 4u /* requests that are not answered yet */
#define SETTLE_MS 5000u
#define WRONG_TOLD 3u

static struct machine m;

static struct {
    struct peer_link *link; /* NULL: none */
    unsigned row;
    uint64_t since_ms;
} asked[AT_ONCE];

/* What is asked in turn, and what the answer must have. */
static const struct {
    const char *target, *answer;
} rows[] = {
    {"/cm?cmnd=Power%20TOGGLE", "{\"POWER\":\"O"},
    {"/cm?cmnd=Status", "{\"Status\":{"},
    {"/cm?cmnd=Power", "{\"POWER\":\"O"},
    {"/cm?cmnd=State", "\"Wifi\":{"},
    {"/cm?cmnd=Nonsense", "\"Input\":\"NONSENSE\""},
    {"/cm?cmnd=FriendlyName1", "{\"FriendlyName1\":\"hall\"}"},
    {"/cm?cmnd=Backlog0%20Power%201%3BPower%200", "\r\n{}\r\n"},
    {"/?m=1", "{t}"},
};
#define ROWS (sizeof(rows) / sizeof(rows[0]))

static unsigned sent, right, wrong, slowest_ms;

static uint64_t now_ms(void)
{
    return bench_now(m.bench) / CYCLES_PER_MS;
}

static void look(unsigned i)
{
    struct peer_link *link = asked[i].link;
    unsigned ms = (unsigned)(now_ms() - asked[i].since_ms);
    if (!link || (link->is_open && ms < PATIENCE_MS))
        return;
    bool is_right = !link->is_open && strstr(link->heard, " 200 OK") &&
                    strstr(link->heard, rows[asked[i].row].answer);
    wrong += !is_right;
    if (!is_right && wrong <= WRONG_TOLD)
        fprintf(stderr, "%s after %u ms: %s\n", rows[asked[i].row].target, ms,
                link->heard);
    right += is_right;
    slowest_ms = ms > slowest_ms ? ms : slowest_ms;
    peer_drop(home_peer(), link);
    asked[i].link = NULL;
}

static void ask(void)
{
    for (unsigned i = 0; i < AT_ONCE; i++) {
        if (asked[i].link)
            continue;
        asked[i].row = sent % ROWS;
        asked[i].since_ms = now_ms();
        asked[i].link = home_request(rows[asked[i].row].target);
        break;
    }
    sent++;
}

static void look_at_all(void)
{
    for (unsigned i = 0; i < AT_ONCE; i++)
        look(i);
}

static void run_minute(void)
{
    for (unsigned ms = 0; ms < MINUTE_MS; ms++) {
        if (ms % EVERY_MS == 0)
            ask();
        (void)machine_run(&m, 1);
        look_at_all();
    }
}

static void say(const char *what)
{
    const struct sdk_heap *heap = &bench_chip(m.bench)->heap;
    printf("%-12s%8u%8u%8u%9u%9u%9u\n", what, sent, right, slowest_ms,
           (unsigned)heap->free, (unsigned)heap->lowest,
           (unsigned)sdk_heap_largest(bench_chip(m.bench)));
    fflush(stdout);
}

/* At the end: one session all the time, and the broker's command works. */
static bool is_well(void)
{
    struct chip *chip = bench_chip(m.bench);
    unsigned moves = m.moves;
    if (m.problem[0])
        fprintf(stderr, "%s\n", m.problem);
    return chip->heap.failures == 0 && sdk_heap_check(chip) && !m.problem[0] &&
           home_connects() == 1 && home_publish("Power", "TOGGLE") &&
           machine_run(&m, 100) && m.moves == moves + 1;
}

int main(int argc, char **argv)
{
    unsigned minutes = argc > 1 ? (unsigned)strtoul(argv[1], NULL, 10) : 10;
    home_open(&m, false, 1);
    if (!home_set_up())
        return 1;
    const struct sdk_heap *heap = &bench_chip(m.bench)->heap;
    uint32_t before = heap->free;
    unsigned restarts = m.restarts;
    printf("               asked   right slowest     free   lowest  largest\n");
    say("start");
    for (unsigned i = 1; i <= minutes; i++) {
        char name[16];
        run_minute();
        snprintf(name, sizeof(name), "minute %u", i);
        say(name);
    }
    (void)machine_run(&m, SETTLE_MS);
    look_at_all();
    say("end");
    printf("heap lost: %d bytes; sessions with the broker: %u; restarts: %u\n",
           (int)before - (int)heap->free, home_connects(),
           m.restarts - restarts);
    bool is_good = right == sent && heap->free == before &&
                   m.restarts == restarts && is_well();
    home_close();
    return is_good ? 0 : 1;
}

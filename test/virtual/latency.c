/* How fast the real image on the bench is, in virtual time: `make latency`
 * prints it. From the moment that bytes or an edge are there to the relay or
 * the answer, each many times and at all places of the firmware's tick: alone,
 * with 50 requests a second beside it, and for minutes without a broker. The
 * times of the network (NET_LATENCY, 2 ms each way) are in them. Above a limit
 * the program fails. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/virtual/home.h"

#define SAMPLES 100u
#define STEP (CYCLES_PER_MS / 20)
#define DEBOUNCE_MS                                                            \
    50.0 /* SetSwitchDebounce's and SetButtonDebounce's default */
#define BACK_MS                                                                \
    200000u /* the longest pause of mqtt_session.h, and an attempt */
#define LEAST_TRIES 2u
#define HELD_MS 70000u /* MQTT_HELD_MS and a little: failures are forgotten */
#define BESIDE_MS 20u  /* between two of the requests beside it */

static struct machine m;
static struct peer_link *beside;
static uint64_t beside_at;
static bool is_busy;
static unsigned answered;

static void die(const char *what)
{
    fprintf(stderr, "%s; the console said: %s\n", what, m.text);
    exit(1);
}

/* The requests beside what is measured. */
static void keep_busy(void)
{
    if (!is_busy)
        return;
    if (beside && !beside->is_open) {
        answered += strstr(beside->heard, "{\"POWER\"") != NULL;
        peer_drop(home_peer(), beside);
        beside = NULL;
    }
    if (!beside && bench_now(m.bench) >= beside_at) {
        beside = home_request("/cm?cmnd=Power");
        beside_at = bench_now(m.bench) + BESIDE_MS * CYCLES_PER_MS;
    }
}

static void step(void)
{
    bench_run(m.bench, bench_now(m.bench) + STEP);
    m.between(m.ctx);
    keep_busy();
}

/* Between two samples: never the same place of any tick. */
static void rest(unsigned i)
{
    uint64_t end = bench_now(m.bench) + 300 * CYCLES_PER_MS +
                   (uint64_t)i * 7919 * 97 % (20 * CYCLES_PER_MS);
    while (bench_now(m.bench) < end)
        step();
}

static double ms_since(uint64_t from, uint64_t to)
{
    return (double)(to - from) / (double)CYCLES_PER_MS;
}

/* ---- what is measured ---- */

/* Until the relay moves, or half a second. */
static double to_relay(uint64_t from)
{
    unsigned moves = m.moves;
    while (m.moves == moves && ms_since(from, bench_now(m.bench)) < 500)
        step();
    return ms_since(from, m.moves > moves ? m.moved : bench_now(m.bench));
}

static double mqtt_to_relay(unsigned i)
{
    (void)i;
    if (!home_publish("POWER", "TOGGLE"))
        die("it is not at its broker");
    return to_relay(bench_now(m.bench));
}

static double button_to_relay(unsigned i)
{
    (void)i;
    uint64_t from = bench_now(m.bench);
    machine_do(&m, "press 0 100");
    return to_relay(from);
}

/* The whole answer; to its first byte. */
static double first_byte;

static double ask(const char *target)
{
    uint64_t from = bench_now(m.bench);
    struct peer_link *link = home_request(target);
    if (!link)
        die("it takes no connection");
    while (link->is_open && ms_since(from, bench_now(m.bench)) < 500)
        step();
    if (link->is_open || !strstr(link->heard, " 200 "))
        die("it does not answer");
    first_byte = ms_since(from, link->first);
    double all = ms_since(from, link->last);
    peer_drop(home_peer(), link);
    return all;
}

static double ask_power(unsigned i)
{
    return ask(i % 2 ? "/cm?cmnd=Power%20ON" : "/cm?cmnd=Power%20OFF");
}

static double ask_first(unsigned i)
{
    (void)ask_power(i);
    return first_byte;
}

static double ask_status(unsigned i)
{
    (void)i;
    return ask("/cm?cmnd=Status");
}

static double ask_page(unsigned i)
{
    (void)i;
    return ask("/");
}

static const struct row {
    const char *name;
    double (*sample)(unsigned i);
    double alone, busy; /* limits, ms */
    bool needs_broker;
} rows[] = {
    {"MQTT packet to relay", mqtt_to_relay, 5, 5, true},
    {"/cm Power, first byte", ask_first, 20, 20, false},
    {"/cm Power, whole answer", ask_power, 20, 20, false},
    {"/cm Status, whole answer", ask_status, 20, 20, false},
    {"the page, whole", ask_page, 50, 50, false},
    /* One request, which is answered in one go, may come between. */
    {"button to relay, debounce 50", button_to_relay, DEBOUNCE_MS + 2,
     DEBOUNCE_MS + 4, false},
};

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;
    return x < y ? -1 : x > y;
}

static bool measure(const struct row *row)
{
    double ms[SAMPLES];
    for (unsigned i = 0; i < SAMPLES; i++) {
        rest(i);
        ms[i] = row->sample(i);
    }
    qsort(ms, SAMPLES, sizeof(ms[0]), by_size);
    double limit = is_busy ? row->busy : row->alone;
    bool is_good = ms[SAMPLES - 1] <= limit;
    printf("%-32s%8.1f%9.1f%9.0f%s\n", row->name, ms[SAMPLES / 2],
           ms[SAMPLES - 1], limit, is_good ? "" : "  TOO SLOW");
    return is_good;
}

static bool measure_all(const char *name)
{
    bool is_good = true;
    printf("%-34smedian    worst    limit (ms)\n", name);
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        if (!rows[i].needs_broker || home_broker_state() == HOME_BROKER_THERE)
            is_good &= measure(&rows[i]);
    }
    return is_good;
}

/* All rows together last for more than two minutes: the device misses its
 * broker, tries again several times, and is back when the broker is. */
static bool measure_without(enum home_broker state, const char *name)
{
    home_broker(state);
    unsigned before = home_tries();
    bool is_good = measure_all(name);
    unsigned tries = home_tries() - before;
    home_broker(HOME_BROKER_THERE);
    bool is_back = home_is_back(BACK_MS) && machine_run(&m, HELD_MS);
    printf("tried %u times, %s\n", tries, is_back ? "is back" : "STAYED AWAY");
    return is_good && tries >= LEAST_TRIES && is_back;
}

int main(void)
{
    home_open(&m, false, 1);
    if (!home_set_up())
        return 1;
    bool is_good = measure_all("alone");
    is_busy = true;
    is_good &= measure_all("beside 50 requests a second");
    is_busy = false;
    is_good &= measure_without(HOME_BROKER_HANGS, "the broker hangs");
    is_good &= measure_without(HOME_BROKER_GONE, "the broker is gone");
    is_good &= measure_without(HOME_BROKER_UNPLUGGED, "broker unplugged");
    printf("%u requests beside were answered\n", answered);
    if (m.problem[0])
        die(m.problem);
    home_close();
    return is_good && answered > 0 ? 0 : 1;
}

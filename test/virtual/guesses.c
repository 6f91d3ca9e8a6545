/* 10,000 guesses of the web's password on the real image, in virtual time: few
 * are looked at, none is let in, the button works all the time, and the owner
 * is let in again ten seconds later. Prints what the answers were; the exit
 * code is 1 when one of these is not so. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "test/virtual/home.h"

#define GUESSES 10000u
#define AT_ONCE 5u         /* web_access.h: WEB_GUESSES */
#define ONE_MORE_MS 10000u /* and one more each so long */
#define PRESS_EVERY 1000u
#define PRESS_MS 54u /* debounce, and a request may come between */
#define RIGHT "mine%20and%20long"

static struct machine m;

static uint64_t now_ms(void)
{
    return bench_now(m.bench) / CYCLES_PER_MS;
}

/* The status of a command that switches the relay on. */
static unsigned ask(const char *password)
{
    char target[200];
    snprintf(target, sizeof(target),
             "/cm?cmnd=Power%%20ON&user=admin&password=%s", password);
    const char *answer = home_get(target);
    return strncmp(answer, "HTTP/1.1 ", 9) == 0
               ? (unsigned)strtoul(answer + 9, NULL, 10)
               : 0;
}

/* Presses twice, so that the relay is as before; the slower one's ms. */
static unsigned press(void)
{
    unsigned slowest = 0;
    for (unsigned i = 0; i < 2; i++) {
        uint64_t from = bench_now(m.bench);
        unsigned moves = m.moves;
        machine_do(&m, "press 0 100");
        (void)machine_run(&m, 400);
        unsigned ms = m.moves == moves + 1
                          ? (unsigned)((m.moved - from) / CYCLES_PER_MS)
                          : 1000;
        slowest = ms > slowest ? ms : slowest;
    }
    return slowest;
}

int main(void)
{
    unsigned looked_at = 0, refused = 0, slowest = 0;
    home_open(&m, false, 1);
    if (!home_set_up() ||
        !machine_ask(&m, "Backlog0 Power 0; WebPassword mine and long",
                     "{\"WebPassword\":\"****\"}", NULL, 0))
        return 1;
    uint64_t from = now_ms();
    for (unsigned i = 0; i < GUESSES; i++) {
        char password[16];
        snprintf(password, sizeof(password), "%05u", i);
        unsigned status = ask(password);
        looked_at += status == 401;
        refused += status == 429;
        if (i % PRESS_EVERY == PRESS_EVERY / 2) {
            unsigned ms = press();
            slowest = ms > slowest ? ms : slowest;
        }
    }
    unsigned ms = (unsigned)(now_ms() - from), moves = m.moves;
    unsigned soon = ask(RIGHT);
    (void)machine_run(&m, ONE_MORE_MS + 500);
    unsigned later = ask(RIGHT);
    printf(
        "%u guesses in %u.%u s: %u looked at, %u not; button at most %u ms\n",
        GUESSES, ms / 1000, ms % 1000 / 100, looked_at, refused, slowest);
    printf("the right one: %u at once, %u ten seconds later\n", soon, later);
    bool is_good = looked_at + refused == GUESSES &&
                   looked_at <= AT_ONCE + ms / ONE_MORE_MS + 1 && soon == 429 &&
                   later == 200 && m.moves == moves + 1 &&
                   slowest <= PRESS_MS && !m.problem[0];
    home_close();
    return is_good ? 0 : 1;
}

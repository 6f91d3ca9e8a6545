/* The service on the posix port: `service_posix ADDRESS`. Lines on stdin move
 * its world: up, down and phone (joins) are the radio's, restart, and late lets
 * 25 s pass. Ends when stdin does. */
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "firmware/port/posix/net.h"
#include "test/net/service.h"

static bool is_station, is_phone;
static uint64_t late_ms;

static void on_news(void *ctx, const struct hal_net_event *event)
{
    (void)ctx;
    service_hear(event);
}

static void on_line(void *ctx, const char *line)
{
    (void)ctx;
    puts(line);
}

static bool look_up(void *ctx, const char *name, uint32_t *ip)
{
    (void)ctx;
    *ip = NET_LOOPBACK;
    return strcmp(name, "broker.local") == 0;
}

static uint64_t clock_ms(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

/* False: stdin has ended. */
static bool take_line(void)
{
    char line[64];
    if (!fgets(line, sizeof(line), stdin))
        return false;
    if (strcmp(line, "late\n") == 0) {
        late_ms += 25000;
        return true;
    }
    if (strcmp(line, "restart\n") == 0) {
        net_reset();
        service_start();
    }
    is_station = strcmp(line, "down\n") != 0 && strcmp(line, "phone\n") != 0;
    is_phone = strcmp(line, "phone\n") == 0;
    return true;
}

int main(int argc, char **argv)
{
    static const struct net_sink sink = {on_news, on_line, look_up, NULL};
    struct pollfd fds[1 + NET_POLL] = {{.fd = STDIN_FILENO, .events = POLLIN}};
    uint32_t address;
    if (argc != 2 || !net_parse(argv[1], &address))
        return 2;
    setvbuf(stdout, NULL, _IOLBF, 0);
    setvbuf(stdin, NULL, _IONBF, 0);
    net_open(address, &sink);
    service_start();
    for (;;) {
        unsigned count = net_poll(fds + 1);
        int found = poll(fds, 1 + count, 5);
        net_step(clock_ms() + late_ms, is_station, is_phone);
        if (found > 0)
            net_serve(fds + 1, count);
        if (found > 0 && fds[0].revents && !take_line())
            break;
    }
    net_reset();
    return 0;
}

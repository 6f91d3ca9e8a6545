/* The network of the bench's Tasmota: which access point lets it in, and
 * whether its broker does. */
#include <arpa/inet.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "format/air.h"
#include "tool/bench_tasmota_device.h"

#define NOISE_DBM (-95)
#define BROKER_S 2
#define MQTT_CONNECT 0x10u
#define MQTT_CONNACK 0x20u

/* ---- Wi-Fi ---- */

static bool is_heard(const struct air_ap *ap, const struct air_state *state,
                     bool by_scan)
{
    return state->is_up && state->rssi >= NOISE_DBM && !ap->is_5ghz &&
           !ap->is_pmf_required && ap->security != AIR_WPA3 &&
           !(by_scan && ap->is_hidden);
}

static enum tasmota_join try_one(const struct air_ap *ap,
                                 const struct air_state *state,
                                 const char *password)
{
    bool is_open = ap->security == AIR_OPEN;
    if (is_open != (password[0] == '\0'))
        return TASMOTA_NOT_FOUND; /* it does not fit what it looks for */
    if (!is_open &&
        (state->is_refusing || strcmp(state->password, password) != 0))
        return TASMOTA_PASSWORD;
    return ap->has_dhcp ? TASMOTA_JOINED : TASMOTA_NO_ADDRESS;
}

enum tasmota_join tasmota_net_join(void *ctx, const char *ssid,
                                   const char *password, bool by_scan)
{
    const struct tasmota_device *d = ctx;
    enum tasmota_join best = TASMOTA_NOT_FOUND;
    if (!d->air)
        return TASMOTA_JOINED;
    uint64_t ms = model_now_ms() - d->air_ms;
    for (unsigned i = 0; i < d->air->ap_count; i++) {
        const struct air_ap *ap = &d->air->ap[i];
        struct air_state state;
        air_state(d->air, i, ms, &state);
        if (strcmp(ap->name, ssid) != 0 || !is_heard(ap, &state, by_scan))
            continue;
        best = try_one(ap, &state, password);
        if (best == TASMOTA_JOINED)
            break;
    }
    return best;
}

/* ---- MQTT ---- */

static size_t put_text(uint8_t *out, const char *text)
{
    size_t n = strlen(text);
    out[0] = (uint8_t)(n >> 8);
    out[1] = (uint8_t)n;
    for (size_t i = 0; i < n; i++)
        out[2 + i] = (uint8_t)text[i];
    return n + 2;
}

/* CONNECT with a name, a password and no keep-alive (MQTT 3.1.1, 3.1). Room:
 * settings are below 100 bytes each. */
static size_t make_connect(uint8_t packet[512], const char *user,
                           const char *password)
{
    uint8_t body[480];
    size_t n = put_text(body, "MQTT");
    body[n++] = 4;
    body[n++] = user[0] ? 0xC2 : 0x02;
    body[n++] = 0;
    body[n++] = 0;
    n += put_text(body + n, "DVES_A1B2C3");
    if (user[0]) {
        n += put_text(body + n, user);
        n += put_text(body + n, password);
    }
    size_t at = 0;
    packet[at++] = MQTT_CONNECT;
    if (n > 127)
        packet[at++] = (uint8_t)(n | 0x80);
    packet[at++] = (uint8_t)(n > 127 ? n >> 7 : n);
    memcpy(packet + at, body, n);
    return at + n;
}

/* The socket, from the device's own address; -1: nobody there. */
static int reach(const struct tasmota_device *d, uint32_t ip, unsigned port)
{
    struct sockaddr_in here = {.sin_family = AF_INET};
    struct sockaddr_in there = {.sin_family = AF_INET,
                                .sin_port = htons((uint16_t)port),
                                .sin_addr.s_addr = htonl(ip)};
    const struct timeval patience = {.tv_sec = BROKER_S};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    memcpy(&here.sin_addr, d->ip, 4);
    if (fd < 0)
        return -1;
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (bind(fd, (struct sockaddr *)&here, sizeof(here)) == 0 &&
        connect(fd, (struct sockaddr *)&there, sizeof(there)) == 0)
        return fd;
    close(fd);
    return -1;
}

int tasmota_net_broker(void *ctx, const char *host, unsigned port,
                       const char *user, const char *password)
{
    struct tasmota_device *d = ctx;
    struct in_addr in;
    uint32_t ip = 0;
    uint8_t packet[512], answer[4] = {0};
    tasmota_net_leave(d);
    if (inet_pton(AF_INET, host, &in) == 1)
        ip = ntohl(in.s_addr);
    else if (d->air)
        (void)air_host(d->air, host, &ip);
    if (ip >> 24 != 127)
        return -2; /* nothing leaves this computer */
    d->broker_fd = reach(d, ip, port);
    if (d->broker_fd < 0)
        return -2;
    size_t n = make_connect(packet, user, password);
    if (send(d->broker_fd, packet, n, MSG_NOSIGNAL) == (ssize_t)n &&
        recv(d->broker_fd, answer, sizeof(answer), MSG_WAITALL) == 4 &&
        answer[0] == MQTT_CONNACK && answer[3] == 0)
        return 0;
    tasmota_net_leave(d);
    return answer[0] == MQTT_CONNACK ? answer[3] : -4;
}

void tasmota_net_leave(struct tasmota_device *d)
{
    if (d->broker_fd >= 0)
        close(d->broker_fd);
    d->broker_fd = -1;
}

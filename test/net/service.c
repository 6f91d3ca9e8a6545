#include "test/net/service.h"

#include <string.h>

#include "firmware/core/text.h"

#define WAITING 2u /* sockets whose echo does not fit at the moment */
#define LINE 128u

struct waiting {
    bool is_used;
    uint8_t socket;
    size_t size;
    uint8_t bytes[HAL_NET_QUEUE + 1460]; /* what still comes, and the first */
};

static struct {
    bool has_control;
    uint8_t control;
    char line[LINE];
    size_t size;
    uint32_t to_send[HAL_SOCKETS], sent[HAL_SOCKETS];
    struct waiting waiting[WAITING];
} service;

/* ---- lines back ---------------------------------------------------------- */

static char answer[LINE];
static struct text out;

static struct text *begin(const char *word)
{
    text_init(&out, answer, sizeof(answer));
    text_add(&out, word);
    return &out;
}

static void say(void)
{
    text_add(&out, "\n");
    if (service.has_control)
        (void)hal_tcp_send(service.control, answer, strlen(answer));
}

static void say_number(const char *word, uint32_t number)
{
    text_format(begin(word), " %u", (unsigned)number);
    say();
}

static void add_ip(const uint8_t ip[4])
{
    text_format(&out, " %u.%u.%u.%u", ip[0], ip[1], ip[2], ip[3]);
}

/* ---- words of a command -------------------------------------------------- */

static char *next;

static const char *word(void)
{
    char *from = next;
    while (*next && *next != ' ')
        next++;
    if (*next)
        *next++ = 0;
    return from;
}

static uint32_t number_in(const char **text)
{
    uint32_t n = 0;
    while (**text >= '0' && **text <= '9')
        n = n * 10 + (uint32_t)(*(*text)++ - '0');
    return n;
}

static uint32_t number(void)
{
    const char *text = word();
    return number_in(&text);
}

static void take_ip(uint8_t ip[4])
{
    const char *text = word();
    for (unsigned i = 0; i < 4; i++) {
        ip[i] = (uint8_t)number_in(&text);
        text += *text == '.';
    }
}

/* ---- bytes back ---------------------------------------------------------- */

static struct waiting *waiting_of(uint8_t socket)
{
    for (unsigned i = 0; i < WAITING; i++)
        if (service.waiting[i].is_used && service.waiting[i].socket == socket)
            return &service.waiting[i];
    return NULL;
}

static struct waiting *wait_for(uint8_t socket)
{
    struct waiting *row = waiting_of(socket);
    for (unsigned i = 0; i < WAITING && !row; i++)
        if (!service.waiting[i].is_used)
            row = &service.waiting[i];
    if (row && !row->is_used) {
        row->is_used = true;
        row->socket = socket;
        row->size = 0;
        hal_tcp_hold(socket, true);
    }
    return row;
}

static void echo(const struct hal_net_event *event)
{
    struct waiting *row = waiting_of(event->socket);
    if (!row && hal_tcp_send(event->socket, event->bytes, event->size))
        return;
    row = wait_for(event->socket);
    if (!row || row->size + event->size > sizeof(row->bytes)) {
        say_number("overflow", event->socket);
        hal_tcp_close(event->socket);
        return;
    }
    memcpy(row->bytes + row->size, event->bytes, event->size);
    row->size += event->size;
}

static void echo_more(uint8_t socket)
{
    struct waiting *row = waiting_of(socket);
    size_t size = row ? hal_tcp_room(socket) : 0;
    if (!row)
        return;
    size = size < row->size ? size : row->size;
    if (size > 0 && hal_tcp_send(socket, row->bytes, size)) {
        row->size -= size;
        memmove(row->bytes, row->bytes + size, row->size);
    }
    if (row->size == 0) {
        row->is_used = false;
        hal_tcp_hold(socket, false);
    }
}

static void send_more(uint8_t socket)
{
    uint8_t block[256];
    while (service.sent[socket] < service.to_send[socket]) {
        uint32_t size = service.to_send[socket] - service.sent[socket];
        size = size < sizeof(block) ? size : (uint32_t)sizeof(block);
        for (uint32_t i = 0; i < size; i++)
            block[i] = (uint8_t)('a' + (service.sent[socket] + i) % 26);
        if (!hal_tcp_send(socket, block, size))
            return;
        service.sent[socket] += size;
    }
}

/* ---- commands ------------------------------------------------------------ */

static void forget(uint8_t socket)
{
    struct waiting *row = waiting_of(socket);
    if (row)
        row->is_used = false;
    service.to_send[socket] = service.sent[socket] = 0;
    if (service.has_control && service.control == socket)
        service.has_control = false;
}

static void do_connect(void)
{
    uint8_t ip[4], socket = 0;
    take_ip(ip);
    uint16_t port = (uint16_t)number();
    if (hal_tcp_connect(ip, port, &socket)) {
        forget(socket);
        say_number("connect", socket);
    } else {
        begin("no");
        say();
    }
}

static void do_close(void)
{
    uint8_t socket = (uint8_t)number();
    hal_tcp_close(socket);
    forget(socket);
}

static void do_send(void)
{
    uint8_t socket = (uint8_t)number();
    service.to_send[socket] = number();
    service.sent[socket] = 0;
    send_more(socket);
}

static void do_udp(void)
{
    uint8_t group[4] = {0}, handle = 0;
    uint16_t port = (uint16_t)number();
    take_ip(group);
    if (hal_udp_open(port, group[0] ? group : NULL, &handle)) {
        say_number("udp", handle);
    } else {
        begin("no");
        say();
    }
}

static void do_datagram(void)
{
    uint8_t ip[4], handle = (uint8_t)number();
    take_ip(ip);
    uint16_t port = (uint16_t)number();
    if (!hal_udp_send(handle, ip, port, next, strlen(next))) {
        begin("no");
        say();
    }
}

static void do_hold(void)
{
    uint8_t socket = (uint8_t)number();
    hal_tcp_hold(socket, number() == 1);
}

static void do_room(void)
{
    say_number("room", (uint32_t)hal_tcp_room((uint8_t)number()));
}

static void do_resolve(void)
{
    if (!hal_net_resolve(word())) {
        begin("no");
        say();
    }
}

static void do_shut(void)
{
    hal_udp_close((uint8_t)number());
}

static void do_random(void)
{
    say_number("random", hal_net_random());
}

static void command(void)
{
    static const struct {
        const char *name;
        void (*fn)(void);
    } rows[] = {{"connect", do_connect},   {"close", do_close},
                {"send", do_send},         {"hold", do_hold},
                {"room", do_room},         {"udp", do_udp},
                {"datagram", do_datagram}, {"resolve", do_resolve},
                {"shut", do_shut},         {"random", do_random}};
    next = service.line;
    const char *name = word();
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (strcmp(rows[i].name, name) == 0)
            rows[i].fn();
}

static void control(const struct hal_net_event *event)
{
    for (size_t i = 0; i < event->size; i++) {
        char c = (char)event->bytes[i];
        if (c != '\n' && service.size + 1 < LINE)
            service.line[service.size++] = c;
        if (c != '\n')
            continue;
        service.line[service.size] = 0;
        service.size = 0;
        command();
    }
}

/* ---- news ---------------------------------------------------------------- */

static void accepted(const struct hal_net_event *event)
{
    forget(event->socket);
    if (event->local_port == SERVICE_CONTROL) {
        service.has_control = true;
        service.control = event->socket;
        service.size = 0;
    }
    text_format(begin("accepted"), " %u", event->socket);
    add_ip(event->ip);
    text_format(&out, " %u", event->port);
    say();
}

static void received(const struct hal_net_event *event)
{
    if (service.has_control && event->socket == service.control)
        control(event);
    else
        echo(event);
}

static void sent(uint8_t socket)
{
    bool was_sending = service.to_send[socket] > 0;
    send_more(socket);
    echo_more(socket);
    if (was_sending && hal_tcp_room(socket) == HAL_NET_QUEUE) {
        service.to_send[socket] = 0;
        say_number("sent", socket);
    }
}

static void datagram(const struct hal_net_event *event)
{
    (void)hal_udp_send(event->socket, event->ip, event->port, event->bytes,
                       event->size);
    text_format(begin("datagram"), " %u %u %u", event->socket,
                event->local_port, (unsigned)event->size);
    say();
}

static void closed(uint8_t socket)
{
    forget(socket);
    say_number("closed", socket);
}

void service_hear(const struct hal_net_event *event)
{
    switch (event->change) {
    case HAL_NET_ACCEPTED:
        accepted(event);
        return;
    case HAL_NET_CONNECTED:
        say_number("connected", event->socket);
        return;
    case HAL_NET_RECEIVED:
        received(event);
        return;
    case HAL_NET_SENT:
        sent(event->socket);
        return;
    case HAL_NET_CLOSED:
        closed(event->socket);
        return;
    case HAL_NET_RESOLVED:
        begin("resolved");
        add_ip(event->ip);
        say();
        return;
    case HAL_NET_DATAGRAM:
        datagram(event);
        return;
    }
}

void service_start(void)
{
    (void)hal_tcp_listen(SERVICE_ECHO, HAL_SOCKETS);
    (void)hal_tcp_listen(SERVICE_CONTROL, SERVICE_CONTROLS);
}

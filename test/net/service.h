/* A program over hal/net.h that does what it is told, to test the ports: the
 * same source runs on the computer and, as lx106 code, on the bench.
 *
 * SERVICE_ECHO gives every byte back. Who connects to SERVICE_CONTROL gives
 * commands, a line each, and gets lines back:
 *
 *     connect A.B.C.D PORT     connect S; later connected S, or closed S
 *     close S                  and nothing more of S
 *     send S N                 N bytes `ab…z`, the n-th is 'a' + n % 26; sent S
 *     hold S 1, hold S 0
 *     room S                   room N
 *     resolve NAME             resolved A.B.C.D
 *     udp PORT [A.B.C.D]       udp H; datagrams go back to where they came from
 *     datagram H A.B.C.D PORT TEXT
 *     shut H                   UDP handle closed
 *     random                   random N
 *
 * News of other sockets go to the newest control connection: accepted S A.B.C.D
 * PORT, closed S, datagram H PORT N. "no" is the answer to what failed. */
#ifndef TEST_NET_SERVICE_H
#define TEST_NET_SERVICE_H

#include "firmware/hal/net.h"

#define SERVICE_ECHO 4007u
#define SERVICE_CONTROL 4009u
#define SERVICE_CONTROLS 3u /* at a time */

/* Listen. */
void service_start(void);
/* EVENT_NET */
void service_hear(const struct hal_net_event *event);

#endif

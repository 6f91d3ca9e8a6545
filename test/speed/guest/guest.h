/* What a guest of the speed test is made of: a workload that returns a number,
 * and start.S and main.c around it. Compiled for the lx106, run in two worlds;
 * uses no library at all. */
#ifndef TEST_SPEED_GUEST_GUEST_H
#define TEST_SPEED_GUEST_GUEST_H

#include <stdint.h>

/* start.S: size bytes to the host's standard output. */
void guest_tell(const char *text, unsigned size);
/* main.c: run the workload and tell its number. */
void guest_main(uint32_t rounds);
/* The workload, crc.c or mixed.c. The same rounds give the same number. */
uint32_t guest_work(uint32_t rounds);

#endif

/* Values of `pogo bench`'s options out of their texts. False: it is none; *out
 * is then anything. */
#ifndef TOOL_BENCH_VALUES_H
#define TOOL_BENCH_VALUES_H

#include <stdbool.h>
#include <stdint.h>

/* AA:BB:CC:DD:EE:FF, the first byte even. */
bool bench_value_mac(const char *text, uint8_t mac[6]);
/* 512KB, 1MB, 2MB or 4MB, in any case. */
bool bench_value_size(const char *text, uint32_t *size);
/* 0 to 65535. */
bool bench_value_port(const char *text, unsigned *port);
/* Devices: 1 to 1000. */
bool bench_value_count(const char *text, unsigned *count);
/* Decimal or 0x..., up to 32 bits; a leading 0 is no octal. */
bool bench_value_seed(const char *text, uint32_t *seed);

#endif

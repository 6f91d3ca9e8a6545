/* Values of `pogo bench`'s options out of their texts. */
#include "tool/bench_values.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* Devices; a thousand take 2 GB and more than a core. */
#define COUNT_MAX 1000u

/* clang-format off */
static const struct {
    const char *name;
    uint32_t bytes;
} flash_sizes[] = {
    {"512KB", 0x80000}, {"1MB", 0x100000}, {"2MB", 0x200000}, {"4MB", 0x400000}};
/* clang-format on */

bool bench_value_mac(const char *text, uint8_t mac[6])
{
    unsigned part[6];
    int end = 0;
    if (sscanf(text, "%2x:%2x:%2x:%2x:%2x:%2x%n", &part[0], &part[1], &part[2],
               &part[3], &part[4], &part[5], &end) != 6 ||
        text[end] != 0) {
        return false;
    }
    for (unsigned i = 0; i < 6; i++) {
        mac[i] = (uint8_t)part[i];
    }
    return (mac[0] & 1) == 0; /* odd: a group of stations, not one */
}

bool bench_value_size(const char *text, uint32_t *size)
{
    for (size_t i = 0; i < sizeof(flash_sizes) / sizeof(flash_sizes[0]); i++) {
        if (strcasecmp(text, flash_sizes[i].name) == 0) {
            *size = flash_sizes[i].bytes;
            return true;
        }
    }
    return false;
}

bool bench_value_port(const char *text, unsigned *port)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    *port = (unsigned)n;
    return *text >= '0' && *text <= '9' && *end == 0 && n <= 65535;
}

bool bench_value_count(const char *text, unsigned *count)
{
    char *end;
    unsigned long n = strtoul(text, &end, 10);
    *count = (unsigned)n;
    return *text >= '1' && *text <= '9' && *end == 0 && n <= COUNT_MAX;
}

bool bench_value_seed(const char *text, uint32_t *seed)
{
    bool is_hex = text[0] == '0' && (text[1] == 'x' || text[1] == 'X');
    const char *digits = is_hex ? text + 2 : text;
    size_t size =
        strspn(digits, is_hex ? "0123456789ABCDEFabcdef" : "0123456789");
    unsigned long long n = strtoull(digits, NULL, is_hex ? 16 : 10);
    *seed = (uint32_t)n;
    return size > 0 && digits[size] == 0 && n <= UINT32_MAX;
}

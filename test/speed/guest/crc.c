/* A workload: CRC-32 by table over 4 KB, again and again. The tightest loop
 * that firmware has, and hardly anything but loads, shifts and one branch. */
#include "test/speed/guest/guest.h"

#define POLYNOMIAL 0xEDB88320u
#define SIZE 4096u

static uint32_t table[256];
static uint8_t data[SIZE];

static void make_table(void)
{
    for (uint32_t i = 0; i < 256; i++) {
        uint32_t value = i;
        for (unsigned bit = 0; bit < 8; bit++)
            value = value >> 1 ^ (value & 1 ? POLYNOMIAL : 0);
        table[i] = value;
    }
}

uint32_t guest_work(uint32_t rounds)
{
    uint32_t crc = 0xFFFFFFFFu;
    make_table();
    for (uint32_t i = 0; i < SIZE; i++)
        data[i] = (uint8_t)(i * 7 + (i >> 8));
    while (rounds-- > 0)
        for (uint32_t i = 0; i < SIZE; i++)
            crc = table[(crc ^ data[i]) & 0xFF] ^ crc >> 8;
    return ~crc;
}

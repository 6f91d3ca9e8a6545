/* One question for the time (SNTP, RFC 4330) and its answer: 48 bytes each.
 * Reading any bytes is safe. */
#ifndef FIRMWARE_NET_NTP_H
#define FIRMWARE_NET_NTP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NTP_SIZE 48u
#define NTP_PORT 123u

/* A clock that says less is not believed: 2016-01-01, tasmota.md A.8. */
#define NTP_EARLIEST 1451606400u

/* Write the question. cookie is any number that nobody can guess: it comes back
 * in the answer. */
void ntp_write(uint64_t cookie, uint8_t out[NTP_SIZE]);

/* Is this an answer to the question with this cookie, from a server whose clock
 * is right? *epoch_s is the time it says, in seconds since 1970, *ms the rest.
 * 2016 to 2106 (era 1 of NTP begins in 2036). */
bool ntp_read(const uint8_t *bytes, size_t size, uint64_t cookie,
              uint32_t *epoch_s, uint32_t *ms);

#endif

#include "firmware/net/ntp.h"

#include "format/bytes.h"

#define SINCE_1900 2208988800u /* seconds from 1900 to 1970 */
#define FIRST 0x23u            /* version 4, client */
#define VERSION_1 0x08u
#define LEAP_UNKNOWN 0xC0u /* its clock was never set */
#define MODE 0x07u
#define MODE_SERVER 4u
#define STRATUM_MOST 15u

/* Offsets. */
enum { STRATUM = 1, ORIGINATE = 24, TRANSMIT = 40 };

void ntp_write(uint64_t cookie, uint8_t out[NTP_SIZE])
{
    for (unsigned i = 0; i < NTP_SIZE; i++)
        out[i] = 0;
    out[0] = FIRST;
    put_u32be(out + TRANSMIT, (uint32_t)(cookie >> 32));
    put_u32be(out + TRANSMIT + 4, (uint32_t)cookie);
}

bool ntp_read(const uint8_t *bytes, size_t size, uint64_t cookie,
              uint32_t *epoch_s, uint32_t *ms)
{
    /* Stratum 0 is a kiss of death: go away (RFC 4330, 8). */
    if (size < NTP_SIZE || (bytes[0] & LEAP_UNKNOWN) == LEAP_UNKNOWN ||
        (bytes[0] & MODE) != MODE_SERVER || (bytes[0] & 0x38u) < VERSION_1 ||
        bytes[STRATUM] == 0 || bytes[STRATUM] > STRATUM_MOST ||
        get_u32be(bytes + ORIGINATE) != (uint32_t)(cookie >> 32) ||
        get_u32be(bytes + ORIGINATE + 4) != (uint32_t)cookie)
        return false;
    /* Modulo 2^32 the difference is right in the next era, too. */
    uint32_t seconds = get_u32be(bytes + TRANSMIT) - SINCE_1900;
    if (seconds < NTP_EARLIEST)
        return false;
    uint64_t fraction = get_u32be(bytes + TRANSMIT + 4);
    *epoch_s = seconds;
    *ms = (uint32_t)(fraction * 1000 >> 32);
    return true;
}

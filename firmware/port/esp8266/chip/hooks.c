/* What Espressif's archives want from the image besides user_init and
 * user_pre_init: hooks that replace their own, the header's size, and two
 * things of the C library that they were built with. Only in images for real
 * chips. */
#include <stddef.h>

#include "c_types.h"

void user_spi_flash_dio_to_qio_pre_init(void);
void *memchr(const void *at, int byte, size_t size);

/* The archives' own would switch the flash chip to four data lines, two of
 * which are GPIO9 and GPIO10 or not there at all on an ESP8285. Staying as the
 * boot ROM left it is DOUT. In RAM, as theirs is. */
IRAM_ATTR void user_spi_flash_dio_to_qio_pre_init(void)
{
}

void *memchr(const void *at, int byte, size_t size)
{
    union {
        const void *in;
        unsigned char *c;
    } p = {at}; /* the C library's prototype drops const */
    for (; size > 0; size--, p.c++)
        if (*p.c == (unsigned char)byte)
            return p.c;
    return NULL;
}

/* The boot ROM's, and the name under which the archives call it instead: the
 * linker's --wrap. */
int rom_read(uint32_t address, uint32_t *to,
             uint32_t size) __asm__("__real_SPIRead");
int read_flash(uint32_t address, uint32_t *to,
               uint32_t size) __asm__("__wrap_SPIRead");

#define SIZE_NIBBLE 0xF0000000u /* of the header's first word */
#define SIZE_1MB 0x20000000u

/* The archives take the flash's size from the image header at 0, and register
 * no partition table whose map is another (libmain's app_partition reads the
 * header again). Flashers write the chip's size into it; Pogo's map is that of
 * 1 MB on every chip. In RAM: flash is off while the archives read it. */
IRAM_ATTR int read_flash(uint32_t address, uint32_t *to, uint32_t size)
{
    int result = rom_read(address, to, size);
    if (address == 0 && size >= sizeof(*to))
        *to = (*to & ~SIZE_NIBBLE) | SIZE_1MB;
    return result;
}

/* newlib's ctype.h (version 2): one byte of these bits for EOF and each
 * character. */
#define U 0001 /* upper case */
#define L 0002 /* lower case */
#define N 0004 /* digit */
#define S 0010 /* white space */
#define P 0020 /* punctuation */
#define C 0040 /* control */
#define X 0100 /* hexadecimal letter */
#define B 0200 /* blank */

/* clang-format off */
static const unsigned char classes[1 + 256] = {
    [1 +   0 ... 1 +   8] = C,
    [1 +   9 ... 1 +  13] = C | S,
    [1 +  14 ... 1 +  31] = C,
    [1 + ' ']             = S | B,
    [1 + '!' ... 1 + '/'] = P,
    [1 + '0' ... 1 + '9'] = N,
    [1 + ':' ... 1 + '@'] = P,
    [1 + 'A' ... 1 + 'F'] = U | X,
    [1 + 'G' ... 1 + 'Z'] = U,
    [1 + '[' ... 1 + '`'] = P,
    [1 + 'a' ... 1 + 'f'] = L | X,
    [1 + 'g' ... 1 + 'z'] = L,
    [1 + '{' ... 1 + '~'] = P,
    [1 + 127]             = C,
};
/* clang-format on */

extern const unsigned char *const __ctype_ptr__;
const unsigned char *const __ctype_ptr__ = classes;

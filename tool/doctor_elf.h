/* Names of functions out of an ELF file's symbols, for the addresses of a
 * crash. Bytes in, text out; any bytes are safe. Layout: the ELF standard
 * (32 bits, little-endian). */
#ifndef TOOL_DOCTOR_ELF_H
#define TOOL_DOCTOR_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* "wifi_join+0x12" into out. False: no ELF file with symbols, or no function
 * reaches over the address. */
bool doctor_elf_place(const uint8_t *file, size_t size, uint32_t address,
                      char *out, size_t room);
/* Is it such a file at all? */
bool doctor_elf_is(const uint8_t *file, size_t size);

#endif

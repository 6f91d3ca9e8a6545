/* Where in the source an address is, and how far a function's frame reaches, as
 * an ELF file's debug information tells it (libdw reads it). Only for messages:
 * without debug information all answers are false. */
#ifndef EMULATOR_ELF_LINES_H
#define EMULATOR_ELF_LINES_H

#include <stdbool.h>
#include <stdint.h>

struct Elf; /* <libelf.h> */
struct elf_lines;

/* NULL: there is none. The Elf must live longer. */
struct elf_lines *elf_lines_open(struct Elf *elf);
void elf_lines_close(struct elf_lines *lines); /* NULL is allowed */

/* *file lives as long as lines; it is as the compiler was told, with folders.
 */
bool elf_lines_find(const struct elf_lines *lines, uint32_t address,
                    const char **file, int *line);

/* At an address in a function: what the frame is made of. */
struct elf_frame {
    uint32_t size;      /* the caller's a1 - a1 */
    uint32_t return_at; /* a0 is saved at the caller's a1 - this; 0: nowhere */
};
bool elf_lines_frame(const struct elf_lines *lines, uint32_t address,
                     struct elf_frame *frame);

#endif

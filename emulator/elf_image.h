/* An image as its ELF file describes it.
 *
 * Of an image that is linked with Espressif's archives the bench runs our own
 * code; the archives' code is never run: their functions are found by name
 * among the natives (native.h), and all other addresses of theirs have no
 * native. firmware/port/esp8266/chip.ld says by symbols which code is whose.
 *
 * An image that is linked for the bench runs without its ELF file; here it
 * gives names and lines to messages. */
#ifndef EMULATOR_ELF_IMAGE_H
#define EMULATOR_ELF_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "emulator/bus.h"
#include "emulator/cpu.h"
#include "emulator/elf_lines.h"
#include "format/err.h"

struct native;
struct elf_image;

/* What the archives' start code knows of the image. */
struct elf_start {
    uint32_t entry; /* call_user_start */
    uint32_t bss_start, bss_end;
    uint32_t user_pre_init, user_init;
    bool shows_1mb; /* as the flash's size: chip/hooks.c is in it */
};

/* ERR_ELF when it is no such image. elf_image_close frees it. */
MUST_USE enum err elf_image_open(const char *path, struct elf_image **out);
void elf_image_close(struct elf_image *image);
/* False: linked for the bench; then nothing of it is hooked. */
bool elf_image_has_archives(const struct elf_image *image);
const struct elf_start *elf_image_start(const struct elf_image *image);
/* Code, constants and data in memory are this image's; true only before it has
 * run and with the flash shown. */
bool elf_image_is_loaded(const struct elf_image *image, struct bus *bus);
/* Let the CPU ask for natives wherever the archives' code is. */
void elf_image_hook(const struct elf_image *image, struct cpu *cpu);
/* The native of the archives' function at this address; NULL: none. */
const struct native *elf_image_native(const struct elf_image *image,
                                      uint32_t address);
/* "function+0x12" for people; the bare address when no function is before. */
void elf_image_place(const struct elf_image *image, uint32_t address, char *out,
                     size_t room);
/* "function file.c:12", where it has lines; else as above. */
void elf_image_site(const struct elf_image *image, uint32_t address, char *out,
                    size_t room);
/* elf_lines_frame of the image. */
bool elf_image_frame(const struct elf_image *image, uint32_t address,
                     struct elf_frame *frame);

#endif

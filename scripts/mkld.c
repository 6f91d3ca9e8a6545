/* Writes natives.ld for images that are linked without Espressif's archives:
 * a PROVIDE line for every function of the SDK and the boot ROM that the
 * emulator has. Where both have a name, the SDK's is meant. */
#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "emulator/native.h"

/* Steps of natives have a dot in their names; symbols don't. */
static bool is_symbol(const char *name)
{
    for (const char *c = name; *c; c++) {
        if (!isalnum((unsigned char)*c) && *c != '_')
            return false;
    }
    return true;
}

static bool is_in_sdk(const char *name)
{
    for (size_t i = 0; i < sdk_native_count; i++) {
        if (strcmp(sdk_natives[i].name, name) == 0)
            return true;
    }
    return false;
}

static void provide(const struct native *row)
{
    if (row->fn && is_symbol(row->name))
        printf("PROVIDE(%s = 0x%08X);\n", row->name, row->address);
}

int main(void)
{
    puts("/* Made by scripts/mkld.c of the emulator's tables. */");
    for (size_t i = 0; i < sdk_native_count; i++)
        provide(&sdk_natives[i]);
    for (size_t i = 0; i < rom_native_count; i++) {
        if (!is_in_sdk(rom_natives[i].name))
            provide(&rom_natives[i]);
    }
    return fflush(stdout) == 0 ? 0 : 1;
}

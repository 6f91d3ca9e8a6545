#include "emulator/rom.h"

#include "emulator/rom_private.h"

const struct native rom_natives[] = {
#define R(address, name, fn) {address, name, fn, false},
#define N(address, name) {address, name, NULL, false},
#include "emulator/rom_rows.h"
#undef R
#undef N
};
const size_t rom_native_count = sizeof(rom_natives) / sizeof(rom_natives[0]);

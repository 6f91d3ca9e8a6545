/* The loader's protocol numbers (chip.md A1, A2, A4), shared by
 * rom_loader.c and rom_loader_ops.c. */
#ifndef EMULATOR_ROM_LOADER_PRIVATE_H
#define EMULATOR_ROM_LOADER_PRIVATE_H

#include "format/bytes.h"

enum loader_op {
    OP_FLASH_BEGIN = 2,
    OP_FLASH_DATA = 3,
    OP_FLASH_END = 4,
    OP_MEM_BEGIN = 5,
    OP_MEM_END = 6,
    OP_MEM_DATA = 7,
    OP_SYNC = 8,
    OP_WRITE_REG = 9,
    OP_READ_REG = 10,
    OP_SPI_SET_PARAMS = 11,
    OP_COUNT
};

enum loader_error {
    LOADER_OK = 0,
    LOADER_INVALID = 5,
    LOADER_FAILED = 6,
    LOADER_CHECKSUM = 7,
    LOADER_WRITE = 8
};

#define SYNC_REPLIES 8u
#define PACKET_HEADER 8u /* direction, op, length, checksum */
#define DATA_HEADER 16u  /* length, sequence, two unused words */
#define BLOCK_LIMIT 0x1800u
#define BEGIN_SIZE 16u
#define PARAMS_SIZE 24u
#define REG_RECORD 16u /* address, value, mask, delay */

#endif

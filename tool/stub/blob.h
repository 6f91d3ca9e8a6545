/* The built stub as bytes inside the tool. The Makefile's stub section writes
 * the words in this order. */
#ifndef TOOL_STUB_BLOB_H
#define TOOL_STUB_BLOB_H

#include <stdint.h>

struct stub_blob {
    uint32_t text_address, text_size; /* sizes are multiples of 4 */
    uint32_t data_address, data_size;
    uint32_t entry;
    uint8_t bytes[]; /* text, then data */
};

extern const struct stub_blob stub_blob;

#endif

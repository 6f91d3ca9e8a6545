/* The built stub as bytes inside the tool. The Makefile's stub section writes
 * the words in this order. */
#ifndef TOOL_STUB_BLOB_H
#define TOOL_STUB_BLOB_H

#include <stdint.h>

struct stub_blob {
    uint32_t first_address, first_size; /* sizes are multiples of 4 */
    uint32_t second_address, second_size;
    uint32_t entry;      /* of the first stage */
    uint32_t dispatcher; /* of the second, for STUB_GO */
    uint8_t bytes[];     /* the first stage, then the second */
};

extern const struct stub_blob stub_blob;

#endif

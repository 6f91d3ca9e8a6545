/* The decoder of the stub's data: the LZMA SDK's (Debian's source package
 * `lzma`), used step by step on a ring of input. */
#ifndef TOOL_STUB_LZMA_H
#define TOOL_STUB_LZMA_H

#include <stdbool.h>
#include <stdint.h>

/* A step of decoding reads at most this much beyond where it was told to stop
 * (LZMA_REQUIRED_INPUT_MAX). */
#define LZMA_AHEAD 20u
/* What stands in front of a raw stream. */
#define LZMA_HEAD 5u

/* A new stream into dictionary[size]; head is its first LZMA_HEAD bytes. */
void lzma_begin(uint8_t *dictionary, uint32_t size, const uint8_t *head);
/* Decode until dictionary position `to`, or until input reaches `end`. False:
 * it is no LZMA stream. *input moves on. */
bool lzma_step(uint32_t to, const uint8_t **input, const uint8_t *end);
uint32_t lzma_position(void);
/* The dictionary is full: go on at its start. */
void lzma_wrap(void);

#endif

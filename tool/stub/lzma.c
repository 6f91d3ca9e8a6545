/* The LZMA SDK's decoder behind four functions. Its file is included as it is,
 * because its public entry keeps input of its own and has twice the code: here
 * LZMA_AHEAD bytes are always there beyond the end. */
#include "tool/stub/lzma.h"

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wall"
#pragma GCC diagnostic ignored "-Wextra"
#pragma GCC diagnostic ignored "-Wconversion"
#pragma GCC diagnostic ignored "-Wsign-conversion"
#pragma GCC diagnostic ignored "-Wcast-qual"
#pragma GCC diagnostic ignored "-Wunused-function"
#pragma GCC diagnostic ignored "-Wunused-macros"
#pragma GCC diagnostic ignored "-Wshadow"
#pragma GCC diagnostic ignored "-Wundef"
#pragma GCC diagnostic ignored "-Wmissing-prototypes"
#include "LzmaDec.c"
#pragma GCC diagnostic pop

static CLzmaProb probabilities[Literal + LZMA_LIT_SIZE];
static CLzmaDec decoder;

void lzma_begin(uint8_t *dictionary, uint32_t size, const uint8_t *head)
{
    decoder.prop.lc = 0;
    decoder.prop.lp = 0;
    decoder.prop.pb = 0;
    decoder.prop.dicSize = size;
    decoder.probs = probabilities;
    decoder.dic = dictionary;
    decoder.dicBufSize = size;
    LzmaDec_Init(&decoder);
    LzmaDec_InitStateReal(&decoder);
    LzmaDec_InitRc(&decoder, head);
}

bool lzma_step(uint32_t to, const uint8_t **input, const uint8_t *end)
{
    SRes result = SZ_OK;
    LzmaDec_WriteRem(&decoder, to);
    if (decoder.dicPos < to) {
        decoder.buf = *input;
        result = LzmaDec_DecodeReal2(&decoder, to, end);
        *input = decoder.buf;
    }
    return result == SZ_OK;
}

uint32_t lzma_position(void)
{
    return decoder.dicPos;
}

void lzma_wrap(void)
{
    decoder.dicPos = 0;
}

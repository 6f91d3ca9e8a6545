#include "format/mark.h"

#include <string.h>

bool mark_read(const uint8_t *file, size_t size, struct mark *out)
{
    const uint8_t *m = file + MARK_OFFSET;
    if (size < MARK_OFFSET + MARK_SIZE || memcmp(m, "POGO", 4) != 0)
        return false;
    if (m[4] != 1 || (m[5] != 'C' && m[5] != 'B') || m[23] != 0)
        return false;
    out->target = (char)m[5];
    memcpy(out->version, m + 8, sizeof(out->version));
    return true;
}

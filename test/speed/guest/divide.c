/* Division for the guests. The lx106 has no instruction for it, and Debian's
 * libgcc leaves these functions to the boot ROM, which qemu has not got. The
 * names are gcc's. */
#include <stdint.h>

uint32_t __udivsi3(uint32_t a, uint32_t b);
uint32_t __umodsi3(uint32_t a, uint32_t b);
int32_t __divsi3(int32_t a, int32_t b);
int32_t __modsi3(int32_t a, int32_t b);

/* By shift and subtraction. b is not 0. */
static uint32_t divide(uint32_t a, uint32_t b, uint32_t *rest)
{
    uint32_t quotient = 0;
    if (a >= b) {
        unsigned shift = (unsigned)(__builtin_clz(b) - __builtin_clz(a));
        for (b <<= shift;; b >>= 1) {
            quotient <<= 1;
            if (a >= b) {
                a -= b;
                quotient |= 1;
            }
            if (shift-- == 0)
                break;
        }
    }
    *rest = a;
    return quotient;
}

static uint32_t size_of(int32_t value)
{
    return value < 0 ? 0u - (uint32_t)value : (uint32_t)value;
}

uint32_t __udivsi3(uint32_t a, uint32_t b)
{
    uint32_t rest;
    return divide(a, b, &rest);
}

uint32_t __umodsi3(uint32_t a, uint32_t b)
{
    uint32_t rest;
    (void)divide(a, b, &rest);
    return rest;
}

int32_t __divsi3(int32_t a, int32_t b)
{
    uint32_t rest, quotient = divide(size_of(a), size_of(b), &rest);
    return (int32_t)((a < 0) != (b < 0) ? 0u - quotient : quotient);
}

int32_t __modsi3(int32_t a, int32_t b)
{
    uint32_t rest;
    (void)divide(size_of(a), size_of(b), &rest);
    return (int32_t)(a < 0 ? 0u - rest : rest);
}

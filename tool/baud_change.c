/* Tells a boot ROM's words at 74880 baud from a program's at its own speed, by
 * the bytes that no text has. */
#include "tool/baud_change.h"

#include <string.h>

/* Of so many bytes a third is odd: noise. Text at the wrong one of the two
 * speeds has more than half; a name with letters beyond ASCII has fewer. */
#define WINDOW 24u
#define ODD_SHARE 3u
#define CHANGES 4u
#define LAST_LINE "csum "
/* After the ROM's last word; a program starts to speak later than that. */
#define ROM_QUIET_MS 60u
/* What comes after so much silence is a new piece. */
#define PIECE_MS 20u

static void listen(struct baud_change *b, unsigned baud)
{
    b->now = baud;
    b->bytes = b->odd = 0;
    b->has_text = false;
    b->column = 0;
}

void baud_change_start(struct baud_change *b, unsigned program)
{
    *b = (struct baud_change){.program = program, .now = program};
}

void baud_change_reset(struct baud_change *b, bool is_by_hand)
{
    b->changes = 0;
    b->is_waiting = is_by_hand;
    listen(b, BAUD_OF_ROM);
}

void baud_change_send(struct baud_change *b)
{
    if (b->now != b->program)
        listen(b, b->program);
    b->changes = 0;
    b->is_waiting = false;
}

static bool is_odd(uint8_t byte)
{
    return byte >= 0x7F ||
           (byte < ' ' && byte != '\n' && byte != '\r' && byte != '\t');
}

static bool is_noise(struct baud_change *b)
{
    bool is_odd_enough = b->bytes > 0 && b->odd * ODD_SHARE >= b->bytes;
    b->bytes = b->odd = 0;
    return is_odd_enough;
}

/* "csum 0x9a" is what the ROM says last (chip.md A7). */
static bool is_last_line(struct baud_change *b, uint8_t byte)
{
    bool is_csum = memcmp(b->line, LAST_LINE, strlen(LAST_LINE)) == 0;
    if (byte == '\n' || byte == '\r') {
        b->column = 0;
        memset(b->line, 0, sizeof(b->line));
        return byte == '\n' ? false : is_csum;
    }
    if (b->column < sizeof(b->line))
        b->line[b->column++] = (char)byte;
    return false;
}

enum baud_verdict baud_change_byte(struct baud_change *b, uint8_t byte)
{
    if (is_last_line(b, byte) && b->now != b->program) {
        listen(b, b->program);
        return BAUD_ENDED;
    }
    b->odd += is_odd(byte);
    if (++b->bytes < WINDOW)
        return BAUD_FINE;
    if (!is_noise(b)) {
        b->has_text = true;
        b->is_waiting = false;
        b->changes = 0;
        return BAUD_FINE;
    }
    if (b->is_waiting || b->changes == CHANGES)
        return b->is_waiting ? BAUD_NOISE : BAUD_FINE;
    b->changes++;
    listen(b, b->now == b->program ? BAUD_OF_ROM : b->program);
    return BAUD_CHANGED;
}

enum baud_verdict baud_change_quiet(struct baud_change *b, unsigned ms)
{
    if (b->now != b->program && b->has_text && ms >= ROM_QUIET_MS) {
        listen(b, b->program);
        return BAUD_ENDED;
    }
    return ms >= PIECE_MS && is_noise(b) ? BAUD_NOISE : BAUD_FINE;
}

bool baud_change_is_lost(const struct baud_change *b)
{
    return b->changes == CHANGES;
}

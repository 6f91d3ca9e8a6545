/* Counts how the flasher fares on bad lines: every kind of noise, either side,
 * both ways to the flash, many seeds; an adapter that is pulled out at 200
 * random bytes of a session and put back in. Ends with 1 when pogo has said
 * anything of the flash that is not so. Argument: how many seeds (10). */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "emulator/bench.h"
#include "emulator/chip.h"
#include "test/tool/faulty_link.h"
#include "test/tool/noise_run.h"

#define FLASH 0x100000u
#define PULLS 200u

struct count {
    unsigned end[NOISE_ENDS];
    unsigned longest; /* virtual seconds */
};

static unsigned lies, runs;

static void note(struct count *count, enum noise_end end, unsigned seconds)
{
    count->end[end]++;
    if (seconds > count->longest)
        count->longest = seconds;
    lies += end == NOISE_LIED;
    runs++;
}

/* ---- noise ---- */

static void show_lie(const struct noise_run *run, const struct noise_result *r)
{
    printf("  LIE: %s %s %s, seed %u, %s: %s (%s: %s)\n", run->kind, run->share,
           run->side, run->seed,
           run->is_from_start ? "from the start" : "later", r->where,
           err_name(r->err), r->detail);
}

/* Half of the seeds have it from the first SYNC on, half from the write on. */
static void noise(struct noise_run run, unsigned seeds)
{
    struct count count = {.longest = 0};
    for (unsigned seed = 1; seed <= seeds; seed++) {
        run.seed = seed;
        run.is_from_start = seed % 2 == 1;
        struct noise_result r = noise_run(&run);
        note(&count, r.end, r.seconds);
        if (r.end == NOISE_LIED)
            show_lie(&run, &r);
    }
    printf("%-5s %-7s%-7s %-5s %5u %5u %5u %6u s\n",
           run.is_rom_only ? "ROM" : "stub", run.kind, run.share, run.side,
           count.end[NOISE_DONE], count.end[NOISE_SAID], count.end[NOISE_LIED],
           count.longest);
    fflush(stdout);
}

static void all_noise(unsigned seeds)
{
    static const char *const kinds[] = {"lose", "double", "flip"};
    static const char *const sides[] = {"to", "from", "both"};
    static const char *const shares[] = {"1", "0.1", "0.004"};
    puts("way   noise  %       side   done  said  lies longest");
    for (unsigned n = 0; n < 2 * 3 * 3 * 3; n++) {
        const struct noise_run run = {.is_rom_only = n / 27 == 1,
                                      .share = shares[n / 9 % 3],
                                      .kind = kinds[n / 3 % 3],
                                      .side = sides[n % 3]};
        noise(run, seeds);
    }
}

/* ---- the adapter is pulled out ---- */

static struct flasher f;
static uint8_t old[FLASH], want[FLASH], is[FLASH];
static const char *const file = "/tmp/pogo_line_faults.flash";

static void get_flash(void)
{
    FILE *in = fopen(file, "rb");
    if (!in || fread(is, 1, FLASH, in) != FLASH)
        abort();
    fclose(in);
}

static void put_flash(void)
{
    FILE *out = fopen(file, "wb");
    if (!out || fwrite(old, 1, FLASH, out) != FLASH || fclose(out) != 0)
        abort();
}

/* A whole session, with the port gone after so many bytes to the chip (0:
 * never). *sent: how many there were. */
static enum err session(bool is_rom_only, size_t gone_after, size_t *sent,
                        unsigned *seconds)
{
    struct faulty_link faulty;
    char port[128];
    snprintf(port, sizeof(port), "bench:mini,flash=%s", file);
    if (faulty_open(&faulty, port) != ERR_NONE)
        abort();
    faulty.gone_after = gone_after;
    enum err e =
        flasher_open(&f, &(struct flasher_config){.port = port,
                                                  .is_rom_only = is_rom_only,
                                                  .link = &faulty.link});
    if (e == ERR_NONE) {
        e = flasher_write(&f, NOISE_AT, want + NOISE_AT, NOISE_SIZE);
        flasher_close(&f, e);
    }
    *sent = faulty.sent;
    *seconds = (unsigned)(faulty_now(&faulty.link) / 1000);
    link_close(&faulty.link);
    return e;
}

static enum noise_end judge(enum err e)
{
    get_flash();
    const uint32_t end = NOISE_AT + NOISE_SIZE;
    bool is_outside_same = memcmp(is, old, NOISE_AT) == 0 &&
                           memcmp(is + end, old + end, FLASH - end) == 0;
    if (!is_outside_same && !f.may_be_astray)
        return NOISE_LIED;
    if (e == ERR_NONE)
        return memcmp(is, want, FLASH) == 0 ? NOISE_DONE : NOISE_LIED;
    if (!f.has_begun)
        return memcmp(is, old, FLASH) == 0 ? NOISE_SAID : NOISE_LIED;
    return memcmp(is + f.good_from, want + f.good_from,
                  f.good_until - f.good_from) == 0
               ? NOISE_SAID
               : NOISE_LIED;
}

static void pulls(bool is_rom_only)
{
    struct count first = {.longest = 0}, again = {.longest = 0};
    uint32_t chance = 2718;
    size_t all, sent;
    unsigned seconds;
    put_flash();
    if (session(is_rom_only, 0, &all, &seconds) != ERR_NONE)
        abort();
    for (unsigned i = 0; i < PULLS; i++) {
        chance = chance * 1664525u + 1013904223u;
        put_flash();
        enum err e =
            session(is_rom_only, 1 + (chance >> 4) % all, &sent, &seconds);
        note(&first, judge(e), seconds);
        e = session(is_rom_only, 0, &sent, &seconds);
        note(&again, judge(e), seconds);
    }
    printf("%-5s pulled out after 1 to %zu bytes: %u done, %u said, %u lies; "
           "put in again: %u done, %u said, %u lies\n",
           is_rom_only ? "ROM" : "stub", all, first.end[NOISE_DONE],
           first.end[NOISE_SAID], first.end[NOISE_LIED], again.end[NOISE_DONE],
           again.end[NOISE_SAID], again.end[NOISE_LIED]);
}

static void all_pulls(void)
{
    noise_fill(old, FLASH, 5);
    memcpy(want, old, FLASH);
    noise_fill(want + NOISE_AT, NOISE_SIZE, 6);
    pulls(false);
    pulls(true);
    unlink(file);
}

int main(int argc, char **argv)
{
    all_pulls();
    all_noise(argc > 1 ? (unsigned)atoi(argv[1]) : 10);
    printf("%u runs, %u lies\n", runs, lies);
    return lies > 0;
}

/* What the flash wears in a day of use: the core as it is, over a flash that
 * counts, in virtual time. `make wear` prints it; exit code 1 when the most
 * worn sector would not last LEAST_YEARS. Hours without events write nothing,
 * so they are left out: EVENT_S stand for each pause. */
#include <stdio.h>
#include <string.h>

#include "format/flash_map.h"
#include "test/firmware/fake_hal.h"

#define DAYS 200u
#define EVENT_S 30u
/* Erases that makers of such flash chips promise for a sector, each. Of the
 * chips on these boards no data sheet was read: an assumption. */
#define ENDURANCE 100000.0
#define LEAST_YEARS 10.0

static struct {
    uint32_t erases[0x100000u / FLASH_SECTOR_SIZE];
    uint64_t bytes;
} wear;

static enum err count_write(const struct flash *flash, uint32_t address,
                            const void *data, size_t size)
{
    (void)flash;
    wear.bytes += size;
    return fake_flash.write(&fake_flash, address, data, size);
}

static enum err count_erase(const struct flash *flash, uint32_t address)
{
    (void)flash;
    wear.erases[address / FLASH_SECTOR_SIZE]++;
    return fake_flash.erase(&fake_flash, address);
}

static void start(enum start why)
{
    static struct flash counting;
    struct event event = {.kind = EVENT_START, .now_ms = fd.now_ms};
    counting = fake_flash;
    counting.write = count_write;
    counting.erase = count_erase;
    event.start = why;
    device_init(&fd.device, &counting);
    device_handle(&fd.device, &event);
}

static void wait_for(unsigned s)
{
    fake_run(&fd, s * 1000);
}

static void type(const char *line)
{
    fake_type(&fd, line);
    wait_for(EVENT_S);
}

static void normal_day(unsigned day)
{
    char line[32];
    for (unsigned i = 0; i < 20; i++)
        type(i % 2 ? "Power 0" : "Power 1");
    for (unsigned i = 0; i < 2; i++) {
        type("Restart 1");
        start(START_SOFTWARE);
        wait_for(EVENT_S);
    }
    snprintf(line, sizeof(line), "SwitchMode1 %u", day % 15);
    type(line);
}

static void twenty_power_cycles(unsigned day)
{
    (void)day;
    for (unsigned i = 0; i < 20; i++) {
        start(START_POWER_ON);
        wait_for(EVENT_S);
    }
}

/* Too short to settle, long enough to be counted. */
static void twenty_quick_cycles(unsigned day)
{
    (void)day;
    for (unsigned i = 0; i < 20; i++) {
        start(START_POWER_ON);
        wait_for(3);
    }
}

/* The most worn sector's years. */
static double measure(const char *what, void (*live)(unsigned day))
{
    uint32_t all = 0, most = 0;
    (void)fake_basic(NULL);
    start(START_POWER_ON);
    wait_for(EVENT_S);
    memset(&wear, 0, sizeof(wear));
    for (unsigned day = 0; day < DAYS; day++)
        live(day);
    for (size_t i = 0; i < sizeof(wear.erases) / sizeof(wear.erases[0]); i++) {
        all += wear.erases[i];
        most = wear.erases[i] > most ? wear.erases[i] : most;
    }
    double years = most ? ENDURANCE / most * DAYS / 365.0 : 1e9;
    printf("%-43s %8.0f %9.1f %8.0f\n", what, (double)wear.bytes / DAYS,
           all * 365.0 / DAYS, years);
    return years;
}

int main(void)
{
    static const struct {
        const char *what;
        void (*live)(unsigned day);
    } rows[] = {
        {"20 switches, 2 restarts, 1 setting changed", normal_day},
        {"20 power cycles that stay on", twenty_power_cycles},
        {"20 power cycles of 3 s", twenty_quick_cycles},
    };
    double least = 1e9;
    printf("a day of                                       bytes    erases   "
           "years\n                                           "
           "programmed    a year    last\n");
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        double years = measure(rows[i].what, rows[i].live);
        least = years < least ? years : least;
    }
    printf(
        "(years: until a sector was erased %.0f times, an assumption; %u days "
        "measured)\n",
        ENDURANCE, DAYS);
    return least < LEAST_YEARS;
}

/* Mutated update files into the real image on the bench, over its console: only
 * the file that was signed is installed, every other one is refused with a line
 * that says so, and the device goes on as before. Half of them have the
 * lengths, CRC and digest that a forger would have put right. Usage:
 *
 *     ota_fuzz_test [--count N] [--seed N]
 *
 * Speaks TAP. The same seed makes the same mutations. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "emulator/fault.h"
#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"
#include "format/ota_file.h"
#include "test/format/ota_fixture.h"
#include "test/power/machine.h"

#define ROOM (MAP_SLOT_SIZE + 1024u)
#define SETTLED_MS 12500u
#define QUIET_MS 700u    /* after a refusal: update_serial.h has 500 */
#define LONG_ONE_IN 250u /* of the files is a whole firmware */
#define CYCLE_EVERY 40u  /* inputs: power off and on */
#define CRC_AT 144u
#define DIGEST_AT 48u

enum way { REFUSED, BY_SIGNATURE, BY_DIGEST, BY_HEADER, WAYS };
static const char *const way_names[WAYS] = {
    "refused", "refused by its signature", "refused as damaged",
    "refused by its header"};

struct file {
    uint8_t bytes[ROOM];
    size_t size;
};

static struct machine machine;
static struct file small, whole, input;
static struct fault_random chance;
static unsigned long ways[WAYS], wrong, number;

static uint32_t below(uint32_t limit)
{
    return fault_random_below(&chance, limit);
}

static void say_wrong(const char *what)
{
    if (wrong++ < 10)
        printf("# input %lu: %s: %s\n", number, what, machine.text);
}

/* ---- inputs ---- */

static void mutate_once(void)
{
    uint32_t limit = (uint32_t)input.size;
    size_t at =
        below(below(2) && limit > OTA_HEADER_SIZE ? OTA_HEADER_SIZE : limit);
    switch (below(5)) {
    case 0:
        input.bytes[at] = (uint8_t)below(256);
        break;
    case 1:
        put_u32le(input.bytes + at % (input.size - 4) / 4 * 4,
                  below(2) ? 0xFFFFFFFFu : fault_random_next(&chance));
        break;
    case 2:
        /* A shorter one is refused before its first byte. */
        if (below(4) == 0)
            input.size = at > OTA_HEADER_SIZE ? at : OTA_HEADER_SIZE;
        break;
    case 3:
        if (below(4) == 0)
            input.size += 1 + below(300);
        break;
    default:
        input.bytes[at] ^= (uint8_t)(1u << below(8));
        break;
    }
}

/* What who has no key can make right. */
static void forge(void)
{
    uint8_t *b = input.bytes;
    static struct ota_sha sha;
    const struct ota_hash hash = ota_sha256(&sha);
    if (input.size < OTA_HEADER_SIZE)
        return;
    if (below(2))
        put_u32le(b + 28, (uint32_t)(input.size - OTA_HEADER_SIZE));
    hash.start(hash.ctx);
    hash.update(hash.ctx, b, OTA_SIGNED_SIZE);
    hash.update(hash.ctx, b + OTA_HEADER_SIZE, input.size - OTA_HEADER_SIZE);
    hash.end(hash.ctx, b + DIGEST_AT);
    put_u32le(b + CRC_AT, crc32_update(0, b, CRC_AT));
}

static const struct file *make_input(void)
{
    const struct file *from = below(LONG_ONE_IN) == 0 ? &whole : &small;
    input = *from;
    for (uint32_t n = 1 + below(4); n > 0; n--)
        mutate_once();
    if (below(2))
        forge();
    return from;
}

/* ---- the device ---- */

/* A line that begins so has come. */
static bool has_line(const char *mark)
{
    char words[16];
    snprintf(words, sizeof(words), "\n%s", mark);
    return strstr(machine.text, words) != NULL;
}

/* True: it was installed. */
static bool send(void)
{
    char line[40];
    struct machine *m = &machine;
    snprintf(line, sizeof(line), "UpgradeSerial %u", (unsigned)input.size);
    if (!machine_ask(m, line, "+0\r", NULL, 0)) {
        say_wrong("it takes no update");
        return false;
    }
    for (size_t at = 0; at < input.size && !has_line("-");) {
        size_t end = at + 512 < input.size ? at + 512 : input.size;
        while (at < end) {
            at += bench_serial_send(m->bench, input.bytes + at, end - at);
            (void)machine_run(m, 4);
        }
        (void)machine_run(m, 46); /* the line takes 45 ms for it */
    }
    for (unsigned ms = 0; ms < 30000 && !has_line("-") && !has_line("+done");
         ms += 20)
        (void)machine_run(m, 20);
    if (!has_line("-") && !has_line("+done"))
        say_wrong("it does not say what became of it");
    return has_line("+done");
}

static void count_refusal(void)
{
    ways[REFUSED]++;
    ways[BY_SIGNATURE] += strstr(machine.text, "signature is wrong") != NULL;
    ways[BY_DIGEST] += strstr(machine.text, "damaged on its way") != NULL;
    ways[BY_HEADER] += strstr(machine.text, err_text(ERR_OTA_HEADER)) != NULL ||
                       strstr(machine.text, err_text(ERR_OTA_MAGIC)) != NULL ||
                       strstr(machine.text, err_text(ERR_OTA_LENGTH)) != NULL;
    if (!strstr(machine.text, "{\"Upgrade\":\"Failed "))
        say_wrong("it is not told");
}

static void start(void)
{
    machine_on(&machine);
    if (!machine_wait(&machine, "Module: ", 4000) ||
        machine_slot(&machine) != SLOT_A)
        say_wrong("it does not start as before");
}

static void run(unsigned long count)
{
    for (number = 1; number <= count; number++) {
        const struct file *from = make_input();
        bool is_same = input.size == from->size &&
                       memcmp(input.bytes, from->bytes, from->size) == 0;
        if (is_same)
            continue;
        if (send())
            say_wrong("it was installed");
        count_refusal();
        (void)machine_run(&machine, QUIET_MS);
        enum slot_state state = machine_record(&machine, SLOT_B).state;
        if (state == SLOT_TRYING || state == SLOT_GOOD)
            say_wrong("slot B has a record");
        if (!machine_ask(&machine, "Power", "{\"POWER\":\"OFF\"}", NULL, 0))
            say_wrong("its console is none any more");
        if (machine.problem[0] || machine.restarts > 0)
            say_wrong(machine.problem);
        machine.problem[0] = 0;
        if (number % CYCLE_EVERY == 0) {
            machine_off(&machine);
            start();
        }
    }
}

int main(int argc, char **argv)
{
    unsigned long count = 300;
    uint32_t seed = 1;
    for (int i = 1; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--count") == 0)
            count = strtoul(argv[i + 1], NULL, 0);
        else if (strcmp(argv[i], "--seed") == 0)
            seed = (uint32_t)strtoul(argv[i + 1], NULL, 0);
    }
    fault_random_start(&chance, seed);
    small.size = machine_file("update/mute.ota", small.bytes, ROOM);
    whole.size = machine_file("update/next.ota", whole.bytes, ROOM);
    machine_open(&machine, false, seed);
    machine_flash(&machine, 0, "pogo-bench.bin");
    start();
    (void)machine_run(&machine, SETTLED_MS);
    run(count);
    /* And the one that was signed. */
    input = small;
    number = 0;
    bool is_installed = send();
    machine_close(&machine);
    printf("%sok 1 - %lu inputs, %lu wrong\n", wrong ? "not " : "", count,
           wrong);
    printf("%sok 2 - what was signed is installed\n",
           is_installed ? "" : "not ");
    for (unsigned i = 0; i < WAYS; i++)
        printf("%sok %u - %s (%lu)\n", ways[i] > 0 ? "" : "not ", i + 3,
               way_names[i], ways[i]);
    printf("1..%u\n", (unsigned)WAYS + 2);
    return wrong > 0 || !is_installed;
}

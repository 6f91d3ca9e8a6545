/* espconn_gethostbyname. Nobody is asked: names are rows of the air file
 * (net_look_up). Time passes as if somebody were, and answers are remembered
 * for a while as in lwIP's table, so a guest sees both ways of being answered.
 */
#include <stdlib.h>
#include <string.h>

#include "emulator/sdk_espconn_private.h"

/* Decided without a source: a resolver in the house; lwIP's four tries; a usual
 * time to live. */
#define DNS_ANSWER (20u * (uint64_t)CYCLES_PER_MS)
#define DNS_TRIES (UINT64_C(8) * CYCLES_PER_S)
#define DNS_REMEMBERED (UINT64_C(60) * CYCLES_PER_S)

static struct sdk_name *rows(struct chip *chip)
{
    struct sdk_espconn *espconn = &chip->sdk.espconn;
    if (!espconn->name)
        espconn->name = calloc(SDK_DNS_ROWS, sizeof(*espconn->name));
    return espconn->name;
}

void sdk_dns_reset(struct chip *chip)
{
    struct sdk_name *name = chip->sdk.espconn.name;
    for (unsigned i = 0; name && i < SDK_DNS_ROWS; i++)
        clock_cancel(&chip->clock, &name[i].answer);
    free(name);
    chip->sdk.espconn.name = NULL;
}

/* ---- the table ---- */

static bool is_remembered(const struct sdk_name *row, uint64_t now)
{
    return row->is_used && row->found == 0 && row->ip && now < row->until;
}

static struct sdk_name *find(struct chip *chip, const char *text)
{
    struct sdk_name *row = rows(chip);
    for (unsigned i = 0; row && i < SDK_DNS_ROWS; i++)
        if (is_remembered(&row[i], chip->clock.now) &&
            strcmp(row[i].name, text) == 0)
            return &row[i];
    return NULL;
}

/* Free, or the answer that was remembered longest. */
static struct sdk_name *take(struct chip *chip)
{
    struct sdk_name *row = rows(chip), *best = NULL;
    for (unsigned i = 0; row && i < SDK_DNS_ROWS; i++) {
        if (row[i].is_used && row[i].found)
            continue; /* it is being asked */
        if (!row[i].is_used)
            return &row[i];
        if (!best || row[i].until < best->until)
            best = &row[i];
    }
    return best;
}

/* Four numbers up to 255 and nothing else. */
static bool parse_dotted(const char *text, uint32_t *ip)
{
    *ip = 0;
    for (unsigned part = 0; part < 4; part++) {
        char *end;
        if (*text < '0' || *text > '9')
            return false;
        unsigned long n = strtoul(text, &end, 10);
        if (n > 255 || *end != (part < 3 ? '.' : '\0'))
            return false;
        *ip = *ip << 8 | (uint32_t)n;
        text = end + 1;
    }
    return true;
}

/* ---- the callback: fn(name, ip_addr_t * or NULL, espconn) ---- */

static bool before_found(struct chip *chip, struct sdk_call *call)
{
    struct sdk_name *row = &rows(chip)[call->subject];
    uint32_t size = (uint32_t)strlen(row->name) + 1;
    row->data = sdk_heap_alloc(chip, 4 + size);
    if (!row->data) {
        chip_stop(chip, "the heap has no room for the name %s", row->name);
        return false;
    }
    espconn_put_ip(chip, row->data, row->ip);
    (void)bus_copy_in(chip->bus, row->data + 4, row->name, size);
    call->fn = row->found;
    call->argument[0] = row->data + 4;
    call->argument[1] = row->ip ? row->data : 0;
    call->argument[2] = row->argument;
    row->found = 0;
    row->until = chip->clock.now + DNS_REMEMBERED;
    row->is_used = row->ip != 0;
    return true;
}

static void after_found(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_name *row = &rows(chip)[call->subject];
    sdk_heap_free(chip, row->data);
    row->data = 0;
}

static void on_answer(void *ctx)
{
    struct sdk_name *row = ctx;
    struct chip *chip = row->chip;
    if (!net_is_up(chip) || !net_look_up(chip, row->name, &row->ip))
        row->ip = 0;
    (void)sdk_call_later(
        chip, &(struct sdk_call){.name = "dns found",
                                 .subject = (uint32_t)(row - rows(chip)),
                                 .before = before_found,
                                 .after = after_found});
}

/* ---- natives ---- */

static bool read_name(struct chip *chip, uint32_t at, char *out)
{
    for (unsigned i = 0; i < SDK_DNS_NAME; i++) {
        if (!bus_copy_out(chip->bus, at + i, &out[i], 1))
            return false;
        if (out[i] == 0)
            return i > 0;
    }
    return false;
}

static int ask(struct chip *chip, const char *text, uint32_t found)
{
    struct sdk_name *row = found ? take(chip) : NULL;
    if (!found)
        return ESPCONN_ARG;
    if (!row)
        return ESPCONN_MEM;
    *row = (struct sdk_name){.is_used = true,
                             .found = found,
                             .argument = chip->cpu.a[2],
                             .chip = chip};
    memcpy(row->name, text, strlen(text) + 1);
    row->answer.fn = on_answer;
    row->answer.ctx = row;
    row->answer.is_patient = !net_is_up(chip);
    clock_in(&chip->clock, &row->answer,
             net_is_up(chip) ? DNS_ANSWER : DNS_TRIES);
    return ESPCONN_INPROGRESS;
}

/* err_t fn(espconn, name, ip_addr_t *, found) */
enum native_result sdk_native_espconn_gethostbyname(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    char text[SDK_DNS_NAME];
    uint32_t ip;
    if (!a[4] || !a[3] || !read_name(chip, a[3], text))
        return espconn_return(chip, ESPCONN_ARG);
    const struct sdk_name *known = find(chip, text);
    if (!known && !parse_dotted(text, &ip))
        return espconn_return(chip, ask(chip, text, a[5]));
    espconn_put_ip(chip, a[4], known ? known->ip : ip);
    return espconn_return(chip, ESPCONN_OK);
}

/* void fn(uint8 number, ip_addr_t *) */
enum native_result sdk_native_espconn_dns_setserver(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if ((a[2] & 0xFFu) < 2)
        chip->sdk.espconn.dns_server[a[2] & 1u] =
            a[3] ? sdk_get(chip, a[3]) : 0;
    return NATIVE_RETURN;
}

/* DHCP offers its gateway as the one DNS server, and lwIP takes it over one
 * that the firmware has set. */
void sdk_dns_from_dhcp(struct chip *chip)
{
    chip->sdk.espconn.dns_server[0] = __builtin_bswap32(WIFI_GATEWAY);
}

/* ip_addr_t fn(uint8 number): a struct of one word comes back in a2 */
enum native_result sdk_native_espconn_dns_getserver(struct chip *chip)
{
    uint32_t number = chip->cpu.a[2] & 0xFFu;
    return sdk_return(chip,
                      number < 2 ? chip->sdk.espconn.dns_server[number] : 0);
}

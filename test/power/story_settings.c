/* The story of settings that are changed while power may go: one at a time and
 * many together, through a move of the settings log to its next sector. */
#include <stdio.h>
#include <string.h>

#include "format/flash_map.h"
#include "format/settings_log.h"
#include "test/power/leftovers.h"
#include "test/power/stories.h"

#define KEYS 7u
#define SAVED_MS                                                               \
    2600u /* after the answer: DEVICE_SAVE_MS, and it is written               \
           */
#define ROUNDS 4u
#define ROUNDS_MANY 100u
#define ROUNDS_A_MOVE 50u /* from then on; the first comes in any case */
#define NEARLY_FULL 350u  /* bytes: about two rounds */
#define RELAY_MS 300u     /* promise 5 */

static const char *const names[KEYS] = {
    "SwitchMode1", "FriendlyName1", "LedState",   "BlinkTime",
    "BlinkCount",  "DeviceName",    "SwitchMode2"};

/* Values as the console shows them. */
struct values {
    char text[KEYS][48];
};

static struct {
    struct values before, after;
    bool is_changing;  /* between the two */
    unsigned change;   /* how many there were */
    uint32_t sequence; /* of the log's sector when the story begins */
} now;

/* ---- what is set ---- */

static void make_value(unsigned key, unsigned n, char *value)
{
    switch (key) {
    case 1:
    case 5:
        sprintf(value, "\"lamp %u in the %s\"", n, n % 2 ? "hall" : "kitchen");
        break;
    case 3:
        sprintf(value, "%u", 2 + n * 37 % 3000);
        break;
    case 4:
        sprintf(value, "%u", 1 + n * 1013 % 31000);
        break;
    default:
        sprintf(value, "%u", n % 7);
        break;
    }
}

static void bare(const char *value, char *out)
{
    size_t size = strlen(value);
    bool is_text = value[0] == '"';
    memcpy(out, value + is_text, size - (is_text ? 2 : 0));
    out[size - (is_text ? 2 : 0)] = 0;
}

/* One line that changes the first `count` keys. False when power went. */
static bool change(struct machine *m, unsigned from, unsigned count)
{
    char line[512] = "Backlog0 ", value[48], want[100];
    now.after = now.before;
    now.is_changing = true;
    now.change++;
    for (unsigned i = from; i < from + count; i++) {
        make_value(i, now.change, now.after.text[i]);
        bare(now.after.text[i], value);
        sprintf(line + strlen(line), "%s%s %s", i > from ? "; " : "", names[i],
                value);
    }
    snprintf(want, sizeof(want), "{\"%s\":%s}", names[from + count - 1],
             now.after.text[from + count - 1]);
    if (!machine_ask(m, line, want, NULL, 0) || !machine_run(m, SAVED_MS))
        return false;
    now.before = now.after;
    now.is_changing = false;
    return true;
}

/* ---- the story ---- */

/* Where the log's last commit ends in its sector, and which life of the ring
 * that is. False: there is no log. */
static bool look_at_log(struct machine *m, uint32_t *end, uint32_t *sequence)
{
    static struct settings_log log;
    const struct flash flash = leftovers_flash(machine_cells(m));
    bool is_there = settings_log_open(&log, &flash, MAP_SETTINGS) == ERR_NONE;
    *end = log.end;
    *sequence = log.sequence;
    return is_there;
}

/* Change until a change or two of what the story does fill the sector. */
static bool fill_sector(struct machine *m)
{
    uint32_t end = 0;
    while (end < FLASH_SECTOR_SIZE - NEARLY_FULL) {
        if (!change(m, 0, KEYS) || !look_at_log(m, &end, &now.sequence))
            return false;
    }
    return true;
}

static void prepare(struct machine *m, unsigned kind)
{
    (void)kind;
    memset(&now, 0, sizeof(now));
    machine_flash(m, 0, "pogo-bench.bin");
    if (!sweep_boot(m) ||
        !machine_ask(m, "PowerOnState 1", "RESULT", NULL, 0) ||
        !change(m, 0, KEYS) || !fill_sector(m))
        sweep_broken(REPORT_BOOTS, "it can't be set up: %s", m->text);
    machine_off(m);
}

static void act(struct machine *m, unsigned rounds)
{
    uint32_t end, sequence;
    machine_on(m);
    if (!machine_wait(m, "Module: ", 3000) || !machine_run(m, SAVED_MS))
        return;
    for (unsigned i = 0; i < rounds; i++) {
        if (!change(m, i % KEYS, 1) || !change(m, 0, KEYS))
            return;
    }
    unsigned moves = 1 + rounds / ROUNDS_A_MOVE;
    if (!look_at_log(m, &end, &sequence) || sequence - now.sequence < moves)
        sweep_broken(REPORT_BOOTS, "the log moved %u times, not %u",
                     (unsigned)(sequence - now.sequence), moves);
}

/* ---- afterwards ---- */

static bool read_all(struct machine *m, struct values *is)
{
    char start[40], reply[100];
    for (unsigned i = 0; i < KEYS; i++) {
        snprintf(start, sizeof(start), "{\"%s\":", names[i]);
        if (!machine_ask(m, names[i], start, reply, sizeof(reply)))
            return false;
        size_t size = strlen(reply), head = strlen(start);
        snprintf(is->text[i], sizeof(is->text[i]), "%.*s",
                 (int)(size - head - 1), reply + head);
    }
    return true;
}

static bool same(const struct values *a, const struct values *b)
{
    for (unsigned i = 0; i < KEYS; i++) {
        if (strcmp(a->text[i], b->text[i]) != 0)
            return false;
    }
    return true;
}

static void tell(const struct values *is)
{
    char text[400] = "";
    for (unsigned i = 0; i < KEYS; i++)
        snprintf(text + strlen(text), sizeof(text) - strlen(text),
                 " %s %s (%s, %s)", names[i], is->text[i], now.before.text[i],
                 now.after.text[i]);
    sweep_broken(REPORT_SETTINGS, "neither old nor new:%s", text);
}

static void check(struct machine *m, unsigned kind)
{
    struct values is;
    (void)kind;
    if (!sweep_boot(m) || !read_all(m, &is)) {
        if (!m->is_cut)
            sweep_broken(REPORT_BOOTS, "it does not answer: %s", m->text);
        return;
    }
    if (m->relay_ms == 0 || m->relay_ms - m->power_ms > SWEEP_RELAY_MS)
        sweep_broken(REPORT_RELAY, "the relay is late: at %u ms (0: never)",
                     (unsigned)(m->relay_ms ? m->relay_ms - m->power_ms : 0));
    if (m->is_damaged)
        sweep_broken(REPORT_SETTINGS, "it finds settings damaged");
    if (!(same(&is, &now.before) || (now.is_changing && same(&is, &now.after))))
        tell(&is);
    now.before = is;
    now.is_changing = false;
    if (!change(m, 0, KEYS)) {
        if (!m->is_cut)
            sweep_broken(REPORT_SETTINGS, "it can't be changed: %s", m->text);
        return;
    }
    machine_off(m);
    if (sweep_boot(m) && read_all(m, &is) && !same(&is, &now.before))
        tell(&is);
}

const struct story story_settings = {
    "bench settings", ROUNDS, prepare, act, check, NULL};
const struct story story_many_settings = {
    "bench many settings", ROUNDS_MANY, prepare, act, check, NULL};

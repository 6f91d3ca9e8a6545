/* Findings in the text of a start, one function for each kind. */
#include "tool/doctor_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/doctor_damage.h"
#include "tool/doctor_elf.h"
#include "tool/setup_log.h"

/* Fewer bytes are the click of a plug. */
#define NOISE_BYTES 8u
/* So many printable bytes in a row are text (hear.c). */
#define TEXT_RUN 24u
#define STARTS 3u
#define LINE 256u

static unsigned count(const char *text, const char *words)
{
    unsigned n = 0;
    for (const char *p = text; (p = strstr(p, words)) != NULL; p++)
        n++;
    return n;
}

static const char *last(const char *text, const char *words)
{
    const char *found = NULL;
    for (const char *p = text; (p = strstr(p, words)) != NULL;)
        found = p += strlen(words);
    return found;
}

/* ---- rows that are words in the text ------------------------------------- */

static const struct {
    const char *words;
    enum doctor_id id;
} words[] = {
    {"ets_main.c 181", DOCTOR_NO_IMAGE},
    {"csum err", DOCTOR_CHECKSUM},
    {"flash read err", DOCTOR_UNREADABLE},
    {"rf_cal[0] !=0x05", DOCTOR_PHY},
    {"pogo: no program to start", DOCTOR_SLOTS},
    {"APP: Safe mode after crashes", DOCTOR_SAFE_MODE},
    {"CFG: the settings could not be written", DOCTOR_SETTINGS},
    {"CFG: some settings on flash are damaged", DOCTOR_SETTINGS},
    {"CFG: the settings on flash can't be read", DOCTOR_SETTINGS},
    {"APP: Power went on and off several times", DOCTOR_POWER},
};

/* The line that these words stand in. */
static void line_of(const char *text, const char *at, char out[LINE])
{
    while (at > text && at[-1] != '\n')
        at--;
    snprintf(out, LINE, "%.*s", (int)strcspn(at, "\n"), at);
}

static void read_words(const char *text, struct doctor_findings *out)
{
    char line[LINE];
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *at = strstr(text, words[i].words);
        if (!at)
            continue;
        line_of(text, at, line);
        doctor_add(out, words[i].id, "%s", line);
    }
}

/* ---- the banner, crashes, loops ------------------------------------------ */

static void read_strap(const char *text, struct doctor_findings *out)
{
    const char *mode = last(text, "boot mode:(");
    if (mode && *mode == '1')
        doctor_add(out, DOCTOR_DOWNLOAD, "boot mode 1");
    else if (mode && *mode >= '0' && *mode <= '7' && *mode != '3')
        doctor_add(out, DOCTOR_STRAP, "boot mode %c", *mode);
}

static uint32_t register_of(const char *from, const char *name)
{
    const char *at = strstr(from, name);
    return at ? (uint32_t)strtoul(at + strlen(name), NULL, 16) : 0;
}

static void read_exception(const struct doctor_start *start,
                           struct doctor_findings *out)
{
    const char *at = strstr(start->text, "Fatal exception");
    char place[LINE] = "";
    if (!at)
        return;
    uint32_t epc1 = register_of(at, "epc1=");
    at += strcspn(at, "0123456789\n");
    if (start->elf && !doctor_elf_place(start->elf, start->elf_size, epc1,
                                        place, sizeof(place)))
        snprintf(place, sizeof(place), "no function of this ELF file");
    doctor_add(out, DOCTOR_EXCEPTION,
               "exception %ld at 0x%08x%s%.100s, it touched 0x%08x",
               strtol(at, NULL, 10), (unsigned)epc1, place[0] ? " = " : "",
               place, (unsigned)register_of(at, "excvaddr="));
}

static void read_loop(const char *text, struct doctor_findings *out)
{
    /* The banner's end comes through where the speed changes back late. */
    unsigned banners = count(text, "boot mode:(");
    unsigned power_ons = count(text, "rst cause:1,");
    unsigned programs = count(text, " Project ");
    const char *cause = "it restarts by itself";
    if (power_ons >= STARTS) {
        doctor_add(out, DOCTOR_POWER, "power came on %u times", power_ons);
        return;
    }
    if (strstr(text, "Fatal exception"))
        cause = "the program crashes";
    else if (strstr(text, "rst cause:4") || strstr(text, "wdt reset"))
        cause = "the watchdog resets it: the program hangs";
    else if (strstr(text, "rf_cal[0]"))
        cause = "the radio's data is missing";
    unsigned starts = banners > programs ? banners : programs;
    if (starts >= STARTS)
        doctor_add(out, DOCTOR_LOOP, "%u starts; %s", starts, cause);
}

/* A supply that breaks down damages lines, too. True: words may be missing. */
static bool read_damage(const char *text, struct doctor_findings *out)
{
    struct doctor_damage damage = doctor_damage_of(text);
    if (!out->has[DOCTOR_POWER] && doctor_damage_is_noise(&damage))
        doctor_add(out, DOCTOR_LINE_NOISE, "%u of %u lines are damaged",
                   damage.damaged, damage.lines);
    return damage.damaged > 0;
}

/* ---- the log ------------------------------------------------------------- */

static const struct {
    enum err err;
    enum doctor_id id;
} network[] = {
    {ERR_JOIN_NOT_FOUND, DOCTOR_WIFI_NOT_FOUND},
    {ERR_JOIN_PASSWORD, DOCTOR_WIFI_PASSWORD},
    {ERR_JOIN_ADDRESS, DOCTOR_WIFI_ADDRESS},
    {ERR_JOIN_SILENT, DOCTOR_WIFI_JOIN},
    {ERR_BROKER, DOCTOR_BROKER},
    {ERR_BROKER_LOGIN, DOCTOR_BROKER_LOGIN},
};

static void add_network(enum err e, const char *line,
                        struct doctor_findings *out)
{
    for (size_t i = 0; i < sizeof(network) / sizeof(network[0]); i++) {
        if (network[i].err == e)
            doctor_add(out, network[i].id, "%s", line);
    }
}

/* What failed last counts, and not what was mended since. */
static void read_network(const char *text, struct doctor_findings *out)
{
    char line[LINE], wifi_line[LINE] = "", broker_line[LINE] = "";
    enum err wifi = ERR_NONE, broker = ERR_NONE;
    for (const char *p = text; *p; p += strcspn(p, "\n"), p += *p == '\n') {
        line_of(text, p, line);
        enum err w = setup_log_wifi(line), b = setup_log_broker(line);
        if (w != ERR_NONE || strstr(line, "WIF: Connected")) {
            wifi = w;
            memcpy(wifi_line, line, LINE);
        }
        if (b != ERR_NONE || strstr(line, "MQT: Connected")) {
            broker = b;
            memcpy(broker_line, line, LINE);
        }
    }
    add_network(wifi, wifi_line, out);
    add_network(broker, broker_line, out);
}

/* A letter or two of noise may follow the ROM's last word. */
static bool is_mute(const char *text)
{
    const char *after = last(text, "csum 0x");
    if (!after || strstr(text, "csum err"))
        return false;
    after += strcspn(after, "\n");
    return strlen(after) < TEXT_RUN;
}

static void read_program(const struct doctor_start *start, bool is_damaged,
                         struct doctor_findings *out)
{
    const char *project = strstr(start->text, " Project ");
    char line[LINE] = "";
    if (project)
        line_of(start->text, project, line);
    if (strstr(line, "minimal"))
        doctor_add(out, DOCTOR_MINIMAL, "%s", line);
    if (start->is_a_look && doctor_count(out) == 0 && is_mute(start->text))
        doctor_add(out, DOCTOR_MUTE, "%s", "");
    if (start->has_no_ap)
        doctor_add(out, DOCTOR_NO_AP, "by your own word");
    else if (project && start->is_a_look && !is_damaged &&
             !strstr(start->text, " WIF: ") && doctor_count(out) == 0)
        doctor_add(out, DOCTOR_NO_AP, "the log says nothing of Wi-Fi");
}

/* Something that only a boot ROM or a program says. */
static bool is_known(const char *text)
{
    static const char *const marks[] = {"rst cause:", "boot mode:(", "ets_main",
                                        "Project ",   " WIF: ",      "[C][",
                                        "[I][",       "SDK ver",     "mode : "};
    for (size_t i = 0; i < sizeof(marks) / sizeof(marks[0]); i++) {
        if (strstr(text, marks[i]))
            return true;
    }
    return false;
}

bool doctor_start_is_up(const struct doctor_start *start)
{
    static const char *const breaks[] = {"rst cause:", "Fatal exception"};
    const char *from = start->text;
    for (size_t i = 0; i < sizeof(breaks) / sizeof(breaks[0]); i++) {
        const char *at = last(start->text, breaks[i]);
        from = at && at > from ? at : from;
    }
    const char *project = strstr(from, " Project ");
    return project && strstr(project, " WIF: ");
}

void doctor_start_program(const struct doctor_start *start, char *out,
                          size_t room)
{
    char line[LINE] = "";
    const char *project = strstr(start->text, "Project ");
    if (project)
        snprintf(line, sizeof(line), "%.*s", (int)strcspn(project, "\n"),
                 project);
    snprintf(out, room, "%s", line);
}

void doctor_start_read(const struct doctor_start *start,
                       struct doctor_findings *out)
{
    if (start->run < TEXT_RUN || !is_known(start->text)) {
        if (start->bytes < NOISE_BYTES)
            doctor_add(out, DOCTOR_SILENT, "%zu bytes came", start->bytes);
        else
            doctor_add(out, DOCTOR_NOISE, "%zu bytes came", start->bytes);
        return;
    }
    read_strap(start->text, out);
    if (out->has[DOCTOR_STRAP])
        return; /* it runs whatever lies in its memory */
    read_words(start->text, out);
    read_exception(start, out);
    read_loop(start->text, out);
    bool is_damaged = read_damage(start->text, out);
    read_network(start->text, out);
    read_program(start, is_damaged, out);
}

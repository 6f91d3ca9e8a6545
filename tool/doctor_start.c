/* Findings in the text of a start, one function for each kind. */
#include "tool/doctor_start.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tool/doctor_damage.h"
#include "tool/doctor_elf.h"
#include "tool/doctor_network.h"

/* Fewer bytes are the click of a plug. */
#define NOISE_BYTES 8u
/* So many printable bytes in a row are text (hear.c). */
#define TEXT_RUN 24u
#define STARTS 3u
#define CLOCK 8u /* 00:00:00 */

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
    {"WIF: The set-up access point can't be opened", DOCTOR_NO_AP},
    {"CFG: the settings could not be written", DOCTOR_SETTINGS},
    {"CFG: some settings on flash are damaged", DOCTOR_SETTINGS},
    {"CFG: the settings on flash can't be read", DOCTOR_SETTINGS},
    {"APP: Power went on and off several times", DOCTOR_POWER},
};

void doctor_start_line(const char *text, const char *at, char out[DOCTOR_LINE])
{
    while (at > text && at[-1] != '\n')
        at--;
    snprintf(out, DOCTOR_LINE, "%.*s", (int)strcspn(at, "\n"), at);
}

static void read_words(const char *text, struct doctor_findings *out)
{
    char line[DOCTOR_LINE];
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        const char *at = strstr(text, words[i].words);
        if (!at)
            continue;
        doctor_start_line(text, at, line);
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
    char place[DOCTOR_LINE] = "";
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

/* Starts that the log's clock tells of, where the boot ROM's words were lost: a
 * line is as old as the one before, and says the same, or is younger. */
static unsigned count_clock(const char *text)
{
    char line[DOCTOR_LINE], before[DOCTOR_LINE] = "";
    unsigned starts = 0;
    const char *end;
    for (const char *p = text; (end = strchr(p, '\n')) != NULL; p = end + 1) {
        unsigned h, m, s;
        doctor_start_line(text, p, line);
        if (sscanf(line, "%2u:%2u:%2u", &h, &m, &s) != 3)
            continue;
        starts += !before[0] || strncmp(line, before, CLOCK) < 0 ||
                  strcmp(line, before) == 0;
        memcpy(before, line, DOCTOR_LINE);
    }
    return starts;
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
    unsigned by_clock = count_clock(text);
    starts = by_clock > starts ? by_clock : starts;
    if (starts >= STARTS)
        doctor_add(out, DOCTOR_LOOP, "%u starts; %s%s", starts, cause,
                   power_ons > 1 ? "; the power went, too: a better supply of "
                                   "3.3 V (500 mA), shorter wires"
                                 : "");
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

/* A letter or two of noise may follow the ROM's last word; and Pogo tells its
 * first web password even when its log is off. */
static bool is_mute(const char *text)
{
    const char *p = last(text, "csum 0x");
    char line[DOCTOR_LINE];
    size_t said = 0;
    if (!p || strstr(text, "csum err"))
        return false;
    for (p += strcspn(p, "\n"); *p; p += strcspn(p, "\n")) {
        doctor_start_line(text, ++p, line);
        said += strstr(line, " Web password, ") ? 0 : strlen(line);
    }
    return said < TEXT_RUN;
}

static void read_program(const struct doctor_start *start, bool is_damaged,
                         struct doctor_findings *out)
{
    const char *project = strstr(start->text, " Project ");
    char line[DOCTOR_LINE] = "";
    if (project)
        doctor_start_line(start->text, project, line);
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
    char line[DOCTOR_LINE] = "";
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
    doctor_network_read(start, out);
    read_program(start, is_damaged, out);
}

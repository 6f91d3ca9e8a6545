/* How the device is stopped when a rule of the SDK is broken: the rule, the
 * place in the guest's code, and what happened before. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "emulator/elf_image.h"
#include "emulator/sdk_private.h"

#define DETAIL_TEXT 160u
#define CALLERS 6u
#define FRAME_A0 16u /* the exception frame, rom_isr.c */

/* ---- places -------------------------------------------------------------- */

static bool is_guest_code(uint32_t address)
{
    return address - IRAM_BASE < IRAM_SIZE || address - IROM_BASE < IROM_SIZE;
}

void sdk_place(struct chip *chip, uint32_t address, char *out, size_t room)
{
    const struct native *row = native_find(address);
    if (address == 0)
        snprintf(out, room, "the SDK itself");
    else if (row)
        snprintf(out, room, "%s", row->name);
    else if (chip->sdk.names && is_guest_code(address))
        elf_image_site(chip->sdk.names, address, out, room);
    else
        snprintf(out, room, "0x%08x", address);
}

void sdk_caller(struct chip *chip, uint32_t address, char *out, size_t room)
{
    bool has_line = chip->sdk.names && is_guest_code(address);
    sdk_place(chip, has_line ? address - 1 : address, out, room);
}

/* ---- the message --------------------------------------------------------- */

struct message {
    char text[CHIP_STOP_ROOM];
    size_t size;
};

__attribute__((format(printf, 2, 3))) static void say(struct message *message,
                                                      const char *format, ...)
{
    size_t room = sizeof(message->text) - message->size;
    va_list args;
    va_start(args, format);
    int size = vsnprintf(message->text + message->size, room, format, args);
    va_end(args);
    message->size += size < 0              ? 0
                     : (size_t)size < room ? (size_t)size
                                           : room - 1;
}

/* Where the guest was: a return address, and a1 there. */
struct site {
    uint32_t address, stack;
    uint32_t link; /* a0, while no function has saved it; 0: one has */
};

/* In a native; in a step that has interrupted the guest; nowhere, when the
 * guest has returned to the SDK. */
static struct site site_of(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    if (chip->cpu.pc == SDK_STEP_LOAD_STORE)
        return (struct site){sdk_get(chip, a[2]) + 1, a[2] + 256,
                             sdk_get(chip, a[2] + FRAME_A0)};
    return (struct site){a[0], a[1], 0};
}

/* One frame up: false when that is not known, or not the guest's. */
static bool go_up(struct chip *chip, struct site *site)
{
    struct elf_frame frame;
    if (!chip->sdk.names ||
        !elf_image_frame(chip->sdk.names, site->address - 1, &frame))
        return false;
    site->stack += frame.size;
    site->address = frame.return_at
                        ? sdk_get(chip, site->stack - frame.return_at)
                        : site->link;
    site->link = 0;
    return is_guest_code(site->address);
}

static void say_sites(struct chip *chip, struct site site,
                      struct message *message)
{
    char place[SDK_PLACE];
    if (!is_guest_code(site.address))
        return;
    sdk_caller(chip, site.address, place, sizeof(place));
    say(message, "at %s\n", place);
    for (unsigned i = 0; i < CALLERS && go_up(chip, &site); i++) {
        sdk_caller(chip, site.address, place, sizeof(place));
        say(message, "from %s\n", place);
    }
}

static void say_context(struct chip *chip, struct message *message)
{
    char place[SDK_PLACE];
    if (chip->rom.handlers)
        say(message, "in the handler of interrupt %u, %s\n",
            rom_handler_line(chip), rom_handler_name(chip));
    if (!chip->sdk.callback)
        return;
    sdk_place(chip, chip->sdk.callback_fn, place, sizeof(place));
    say(message, "%s the callback %s: %s\n",
        chip->rom.handlers ? "during" : "in", chip->sdk.callback, place);
}

static void say_history(struct chip *chip, struct message *message)
{
    for (unsigned n = HISTORY_ENTRIES; n-- > 0;) {
        const struct history_entry *entry = history_get(&chip->history, n);
        char place[SDK_PLACE] = "", times[16] = "";
        if (!entry)
            continue;
        if (entry->address)
            sdk_place(chip, entry->address, place, sizeof(place));
        if (entry->count > 1)
            snprintf(times, sizeof(times), " x %u", entry->count);
        say(message, "before %u.%03u ms %s%s%s%s\n",
            (unsigned)(entry->cycle / CYCLES_PER_MS),
            (unsigned)(entry->cycle / CYCLES_PER_US % 1000),
            history_text(entry), *place ? ": " : "", place, times);
    }
}

enum native_result sdk_rule_broken(struct chip *chip, enum sdk_rule rule,
                                   const char *format, ...)
{
    char detail[DETAIL_TEXT];
    struct message message = {.size = 0};
    va_list args;
    va_start(args, format);
    vsnprintf(detail, sizeof(detail), format, args);
    va_end(args);
    say(&message, "rule %s: %s\n", sdk_rules[rule].name, sdk_rules[rule].text);
    say(&message, "detail %s\n", detail);
    say_sites(chip, site_of(chip), &message);
    say_context(chip, &message);
    say(&message, "try %s\n", sdk_rules[rule].advice);
    say_history(chip, &message);
    chip_stop(chip, "%s", message.text);
    return NATIVE_STOP;
}

void sdk_say_hang(struct chip *chip, const char *whose)
{
    char place[SDK_PLACE];
    const char *callback = chip->sdk.callback;
    sdk_place(chip, chip->cpu.pc, place, sizeof(place));
    chip_event(chip, "%s watchdog at %s%s%s", whose, place,
               callback ? ", in the callback " : "", callback ? callback : "");
}

static void tell_sites(struct chip *chip, struct site site)
{
    struct message message = {.size = 0};
    if (chip->sdk.names)
        say_sites(chip, site, &message);
    for (const char *line = message.text; message.size && *line;) {
        int size = (int)strcspn(line, "\n");
        chip_event(chip, "%.*s", size, line);
        line += size + 1;
    }
}

void sdk_say_fault(struct chip *chip)
{
    const struct cpu *cpu = &chip->cpu;
    tell_sites(chip, (struct site){cpu->epc[1] + 1, cpu->a[1], cpu->a[0]});
}

void sdk_say_call(struct chip *chip)
{
    tell_sites(chip, site_of(chip));
}

/* What a person at the device is told: how to get the chip into download mode,
 * what is heard meanwhile, and in the end why no answer came. */
#include "tool/flasher_private.h"

/* ---- while waiting ---- */

void connect_ask(struct flasher *f)
{
    if (f->link->ask_words[LINK_ASK_DOWNLOAD]) {
        flasher_say(f, "%s Waiting for the chip, up to %u s ...",
                    f->link->ask_words[LINK_ASK_DOWNLOAD],
                    f->config.wait_ms / 1000);
        return;
    }
    if (f->link->has_lines)
        flasher_say(f,
                    "No answer after a reset by DTR and RTS; by hand, then:");
    else
        flasher_say(f, "This port has no reset lines, so by hand:");
    flasher_say(f, "  Never with mains connected; 3.3 V only, never 5 V.");
    flasher_say(f, "  Disconnect the power. Hold the device's button (GPIO0),");
    flasher_say(f, "  connect the 3.3 V, and let go after two seconds.");
    flasher_say(f, "  Waiting for the chip, up to %u s ...",
                f->config.wait_ms / 1000);
}

/* Less than this may be what plugging in sounds like. */
#define TELL_NOISE_BYTES 64u

static const struct words {
    const char *seen;
    const char *what_to_do;
    bool is_slow; /* only when the turn is over: an answer may be coming */
} words[HEARD_KINDS] = {
    [HEARD_NOISE] = {"What comes is no text at any speed.",
                     "Is GND connected to GND? Is the adapter set to 3.3 V?",
                     true},
    [HEARD_LOG] = {"A program runs on it: the button was not held.",
                   "Disconnect the 3.3 V, hold the button, connect it again.",
                   true},
    [HEARD_PROGRAM] =
        {"It started its own program (boot mode 3): the button was not held.",
         "Disconnect the 3.3 V, hold the button first, connect it again.",
         false},
    [HEARD_STRAP] = {"It started in another mode: GPIO2 is low or GPIO15 high.",
                     "Take off what is connected to the chip besides the "
                     "adapter.",
                     false},
    [HEARD_LOADER] = {"It is in download mode, but does not hear pogo.",
                      "Is the adapter's TX connected to the chip's RX?", true},
    [HEARD_POWER] = {"It starts again and again: the power comes and goes.",
                     "Is 3V3 firmly connected? Can the adapter give 300 mA?",
                     false},
    [HEARD_ECHO] = {"What pogo sends comes back: TX and RX touch each other.",
                    "Part the two wires; look for solder between the pads.",
                    false},
};

void connect_tell(struct flasher *f, bool is_turn_over)
{
    enum heard_kind kind = f->heard.kind;
    const struct words *w = &words[kind];
    unsigned bit = 1u << kind;
    if (!w->seen || (f->heard.told & bit) || (w->is_slow && !is_turn_over))
        return;
    if (kind == HEARD_NOISE && f->loader.heard.bytes < TELL_NOISE_BYTES)
        return;
    f->heard.told |= bit;
    flasher_say(f, "  %s", w->seen);
    flasher_say(f, "  Never with mains connected, 3.3 V only.");
    flasher_say(f, "  %s", w->what_to_do);
}

/* ---- in the end ---- */

static enum err explain_program(struct flasher *f)
{
    const struct heard *h = &f->heard;
    const char *whose = h->program ? h->program : "some program";
    if (h->kind == HEARD_LOG)
        return flasher_fail(f, ERR_STARTED_PROGRAM,
                            "%s: a log comes at %u baud: %s", f->config.port,
                            h->program_baud, whose);
    return flasher_fail(f, ERR_STARTED_PROGRAM,
                        "%s: the chip said boot mode 3: GPIO0 was not low%s%s",
                        f->config.port, h->program ? "; it runs " : "",
                        h->program ? whose : "");
}

/* The boot mode's bits: GPIO2, GPIO0 and GPIO15. */
static enum err explain_strap(struct flasher *f)
{
    char strap = f->heard.strap;
    return flasher_fail(f, ERR_STRAP, "%s: the chip said boot mode %c: %s",
                        f->config.port, strap,
                        strap >= '4' ? "GPIO15 was high" : "GPIO2 was low");
}

enum err connect_explain(struct flasher *f, unsigned waited_ms)
{
    const char *port = f->config.port;
    switch (f->heard.kind) {
    case HEARD_LOG:
    case HEARD_PROGRAM:
        return explain_program(f);
    case HEARD_STRAP:
        return explain_strap(f);
    case HEARD_LOADER:
        return flasher_fail(f, ERR_NO_ANSWER,
                            "%s: it is in download mode but does not answer: "
                            "is the adapter's TX on the chip's RX?",
                            port);
    case HEARD_POWER:
        return flasher_fail(f, ERR_POWER,
                            "%s: the chip said over and over that power had "
                            "just come on",
                            port);
    case HEARD_ECHO:
        return flasher_fail(f, ERR_ECHO, "%s: what pogo sends comes back",
                            port);
    case HEARD_OTHER_CHIP:
        return flasher_fail(f, ERR_NOT_ESP8266, "%s: its boot line is an %s's",
                            port, f->heard.chip);
    case HEARD_NOISE:
        return flasher_fail(f, ERR_NOISE,
                            "%s: %zu bytes came, no loader's answer among them",
                            port, f->loader.heard.bytes);
    case HEARD_NOTHING:
    case HEARD_KINDS:
    default:
        return flasher_fail(f, ERR_NO_ANSWER, "%s: silence for %u s", port,
                            (waited_ms + 500) / 1000);
    }
}

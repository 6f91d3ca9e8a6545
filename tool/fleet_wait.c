/* Is a device there? Asked in both tongues it may speak. */
#include "tool/fleet_wait.h"

#include "tool/flasher.h"
#include "tool/hint.h"
#include "tool/link.h"
#include "tool/loader.h"
#include "tool/message.h"
#include "tool/os.h"

#define BAUD 115200u
#define LISTEN_MS 700u
#define SYNC_MS 100u
#define GONE_LOOKS 4u /* a device that starts is silent for a moment */
#define REOPEN_MS 500u
#define ROUND_MS 3000u /* then the lines have their turn again */

/* Some answer, or some noise, came. */
static enum err hear(struct link *link, bool *is_there)
{
    static struct loader loader; /* large; one per program */
    static const uint8_t ask[] = "\nStatus 5\n";
    uint8_t answer[256];
    size_t got = 0;
    link->ops->discard_input(link);
    enum err e = link->ops->write(link, ask, sizeof(ask) - 1);
    if (e == ERR_NONE)
        e = link->ops->read(link, answer, sizeof(answer), LISTEN_MS, &got);
    *is_there = got > 0;
    if (e != ERR_NONE || *is_there)
        return e;
    loader_init(&loader, link);
    e = loader_sync(&loader, SYNC_MS);
    *is_there = e == ERR_NONE || loader.heard.bytes > 0;
    return e == ERR_TIMEOUT ? ERR_NONE : e;
}

/* A chip in download mode, brought there by the lines or, with wait_ms, by a
 * hand; it stays there. */
static enum err reach(const char *port, unsigned wait_ms, bool *is_there)
{
    static struct flasher f;           /* large; one per program */
    static struct reset_memory memory; /* from one look to the next */
    const struct flasher_config config = {.port = port,
                                          .is_rom_only = true,
                                          .after = AFTER_NO_RESET,
                                          .wait_ms = wait_ms,
                                          .memory = &memory};
    enum err e = flasher_open(&f, &config);
    *is_there = f.has_answered;
    if (e == ERR_NONE)
        flasher_close(&f, e);
    return e;
}

static enum err open_idle(const char *port, struct link **link, char *detail,
                          size_t room)
{
    enum err e = link_open(port, BAUD, link, detail, room);
    /* Both off is neutral, however the lines are wired. */
    return e == ERR_NONE ? (*link)->ops->set_lines(*link, false, false) : e;
}

void fleet_wait_gone(const char *port, bool is_by_reset)
{
    struct link *link = NULL;
    char detail[512];
    enum err e = ERR_NONE;
    for (unsigned silent = 0; e == ERR_NONE && silent < GONE_LOOKS;) {
        bool is_there = false;
        if (!link)
            e = open_idle(port, &link, detail, sizeof(detail));
        if (e == ERR_NONE)
            e = hear(link, &is_there);
        if (e == ERR_NONE)
            link->ops->sleep(link, LISTEN_MS);
        if (e == ERR_NONE && !is_there && is_by_reset) {
            link_close(link);
            link = NULL;
            (void)reach(port, 0, &is_there);
        }
        silent = is_there ? 0 : silent + 1;
    }
    link_close(link);
}

/* Until anything is heard; an error of the port ends it. */
static enum err hear_next(const char *port, char *detail, size_t room)
{
    struct link *link = NULL;
    bool is_there = false;
    enum err e = open_idle(port, &link, detail, room);
    while (e == ERR_NONE && !is_there)
        e = hear(link, &is_there);
    link_close(link);
    return e;
}

/* Until a chip is there, by rounds; what is odd is told, not every time. */
static enum err reach_next(const char *port)
{
    bool is_there = false;
    enum err e = ERR_NONE, told = ERR_NONE;
    do {
        e = reach(port, ROUND_MS, &is_there);
        if (is_there)
            return ERR_NONE;
        if (e != told && e != ERR_NO_ANSWER) {
            message_talk("%s. Still waiting.", err_text(e));
            told = e;
        }
    } while (e != ERR_PORT_GONE && e != ERR_PORT_MISSING && e != ERR_IO);
    return e;
}

bool fleet_wait_there(const char *port, bool is_flash)
{
    struct link *link = NULL;
    char detail[512] = "";
    enum err e = link_open(port, BAUD, &link, detail, sizeof(detail));
    link_close(link);
    if (e != ERR_NONE) {
        (void)message_fail_hint(e, hint_for(e, port), "%s", detail);
        return false;
    }
    message_talk("Waiting for a device. Never with mains connected; 3.3 V "
                 "only: %s.",
                 is_flash ? "hold its button (GPIO0), connect it, and let go "
                            "after two seconds"
                          : "connect it, its button up");
    do {
        e = is_flash ? reach_next(port)
                     : hear_next(port, detail, sizeof(detail));
        if (e != ERR_NONE)
            os_sleep_ms(REOPEN_MS); /* the adapter was pulled out */
    } while (e != ERR_NONE);
    return true;
}

/* Ctrl-C and kill on Linux: what is said and removed before the end. The
 * handler does only what a handler may: write, unlink, raise. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tool/os.h"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
#define CAUGHT (sizeof(caught) / sizeof(caught[0]))

static struct {
    char text[1024];
    size_t size;
    char part[4096]; /* "": no file to remove */
    volatile sig_atomic_t is_line_open;
} farewell;

/* SA_RESETHAND: what is raised here ends the program, so that the shell sees
 * 130 for Ctrl-C and stops its script too. */
static void end(int number)
{
    ssize_t n = 0;
    os_keys_close();
    if (farewell.is_line_open)
        n = write(2, "\n", 1);
    if (n >= 0 && farewell.size > 0)
        n = write(2, farewell.text, farewell.size);
    if (farewell.part[0] != '\0')
        unlink(farewell.part);
    (void)n;
    raise(number);
}

static sigset_t hold(void)
{
    sigset_t set, old;
    sigemptyset(&set);
    for (size_t i = 0; i < CAUGHT; i++)
        sigaddset(&set, caught[i]);
    sigprocmask(SIG_BLOCK, &set, &old);
    return old;
}

static void catch_all(void)
{
    struct sigaction action = {.sa_handler = end,
                               .sa_flags = (int)SA_RESETHAND};
    struct sigaction old;
    for (size_t i = 0; i < CAUGHT; i++) {
        /* nohup, or a script's background job: it stays ignored. */
        if (sigaction(caught[i], NULL, &old) == 0 && old.sa_handler == SIG_DFL)
            sigaction(caught[i], &action, NULL);
    }
}

void os_farewell_text(const char *text)
{
    sigset_t old = hold();
    int n = snprintf(farewell.text, sizeof(farewell.text), "%s", text);
    farewell.size = n < 0 ? 0 : strlen(farewell.text);
    sigprocmask(SIG_SETMASK, &old, NULL);
    catch_all();
}

void os_farewell_part(const char *path)
{
    sigset_t old = hold();
    snprintf(farewell.part, sizeof(farewell.part), "%s", path);
    sigprocmask(SIG_SETMASK, &old, NULL);
    catch_all();
}

void os_farewell_line(bool is_open)
{
    farewell.is_line_open = is_open;
    catch_all();
}

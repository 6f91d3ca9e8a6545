/* Questions to a person at the terminal. */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tool/os.h"

#define KEY_INTERRUPT 3
#define KEY_END 4
#define KEY_BACK 8
#define KEY_DELETE 0x7F
#define WAIT_MS 1000u

bool os_ask(const char *question, char *out, size_t room)
{
    if (!os_is_terminal(STDIN_FILENO) || !os_is_terminal(STDERR_FILENO))
        return false;
    (void)tcflush(STDIN_FILENO, TCIFLUSH); /* typed before it was asked for */
    fputs(question, stderr);
    fflush(stderr);
    os_farewell_line(true);
    bool is_said = fgets(out, (int)room, stdin) != NULL;
    os_farewell_line(false);
    if (!is_said)
        return false;
    size_t n = strlen(out);
    bool is_whole = n > 0 && out[n - 1] == '\n';
    out[strcspn(out, "\r\n")] = '\0';
    return is_whole;
}

/* The last character: in UTF-8 it may be several bytes. */
static size_t without_last(const char *text, size_t n)
{
    while (n > 0 && ((unsigned char)text[n - 1] & 0xC0u) == 0x80)
        n--;
    return n - (n > 0);
}

/* Byte by byte: Ctrl-C ends the program only after the terminal is as before.
 * Returns the key that ended it; 0: the terminal is gone. */
static unsigned char read_unseen(char *out, size_t room)
{
    size_t n = 0;
    unsigned char c = 0;
    bool has_ended = false, is_gone = false;
    while (!has_ended && !is_gone) {
        if (os_keys_read(&c, 1, WAIT_MS, &is_gone) == 0)
            continue;
        if (c == KEY_BACK || c == KEY_DELETE)
            n = without_last(out, n);
        else if (c == '\n' || c == '\r' || c == KEY_END || c == KEY_INTERRUPT)
            has_ended = true;
        else if (n + 1 < room)
            out[n++] = (char)c;
    }
    out[n] = '\0';
    return has_ended ? c : 0;
}

bool os_ask_secret(const char *question, char *out, size_t room)
{
    out[0] = '\0';
    if (!os_is_terminal(STDIN_FILENO) || !os_is_terminal(STDERR_FILENO))
        return false;
    os_keys_open();
    (void)tcflush(STDIN_FILENO, TCIFLUSH); /* typed before it was asked for */
    fputs(question, stderr);
    fflush(stderr);
    unsigned char key = read_unseen(out, room);
    os_keys_close();
    fputc('\n', stderr);
    if (key == KEY_INTERRUPT)
        (void)raise(SIGINT);
    return key == '\n' || key == '\r';
}

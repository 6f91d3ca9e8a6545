/* Questions to a person at the terminal. */
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tool/os.h"
#include "tool/os_diy.h"

bool os_ask(const char *question, char *out, size_t room)
{
    if (!os_is_terminal(STDIN_FILENO) || !os_is_terminal(STDERR_FILENO))
        return false;
    fputs(question, stderr);
    fflush(stderr);
    if (!fgets(out, (int)room, stdin))
        return false;
    size_t n = strlen(out);
    bool is_whole = n > 0 && out[n - 1] == '\n';
    out[strcspn(out, "\r\n")] = '\0';
    return is_whole;
}

bool os_ask_secret(const char *question, char *out, size_t room)
{
    struct termios before;
    if (tcgetattr(STDIN_FILENO, &before) != 0)
        return false;
    struct termios silent = before;
    silent.c_lflag &= ~(tcflag_t)ECHO;
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    bool is_answer = os_ask(question, out, room);
    (void)tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    return is_answer;
}

/* A word aloud on Linux, by the speech program that is there. */
#include <spawn.h>
#include <stddef.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tool/os.h"

/* Each takes the text as its one argument. */
static const char *const speakers[] = {"espeak-ng", "spd-say"};
#define SPEAKERS (sizeof(speakers) / sizeof(speakers[0]))

static bool speak_by(const char *program, const char *text)
{
    char *argv[] = {(char *)(uintptr_t)program, (char *)(uintptr_t)text, NULL};
    pid_t pid;
    int status;
    if (posix_spawnp(&pid, program, NULL, NULL, argv, environ) != 0)
        return false;
    return waitpid(pid, &status, 0) == pid && WIFEXITED(status) &&
           WEXITSTATUS(status) == 0;
}

bool os_speak(const char *text)
{
    for (size_t i = 0; i < SPEAKERS; i++) {
        if (speak_by(speakers[i], text))
            return true;
    }
    return false;
}

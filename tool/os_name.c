/* What this computer's system is called, on Linux. */
#include "tool/os.h"

#include <stdio.h>
#include <string.h>
#include <sys/utsname.h>

#define RELEASE_FILE "/etc/os-release" /* os-release(5) */

static void read_release(char *out, size_t room)
{
    static const char key[] = "PRETTY_NAME=";
    char line[256];
    FILE *file = fopen(RELEASE_FILE, "r");
    out[0] = '\0';
    while (file && fgets(line, sizeof(line), file)) {
        if (strncmp(line, key, sizeof(key) - 1) != 0)
            continue;
        const char *name = line + sizeof(key) - 1;
        name += *name == '"';
        snprintf(out, room, "%.*s", (int)strcspn(name, "\"\n"), name);
    }
    if (file)
        fclose(file);
}

void os_system_name(char *out, size_t room)
{
    char release[128];
    struct utsname name;
    read_release(release, sizeof(release));
    if (uname(&name) != 0)
        snprintf(out, room, "%s", release);
    else
        snprintf(out, room, "%s %s %s%s%s", name.sysname, name.release,
                 name.machine, release[0] ? ", " : "", release);
}

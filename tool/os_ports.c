/* Serial ports on Linux, found without opening any: what sysfs says of the USB
 * device behind one, who has it open, and whether we may. */
#include "tool/os.h"

#include <fcntl.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* From the tty's folder up to its USB device: interface, device, and one more
 * for the adapters that are not CDC ACM. */
#define LEVELS 4

/* The first line of a small file; false: there is none. */
static bool read_line(const char *folder, const char *name, char *out,
                      size_t room)
{
    char path[PATH_MAX];
    snprintf(path, sizeof(path), "%.3500s/%.64s", folder, name);
    FILE *file = fopen(path, "re");
    if (!file)
        return false;
    bool is_read = fgets(out, (int)room, file) != NULL;
    fclose(file);
    if (is_read)
        out[strcspn(out, "\r\n")] = '\0';
    return is_read;
}

static void describe(const char *folder, const char *vendor,
                     struct os_port *port)
{
    char product[16] = "", maker[64] = "", name[64] = "";
    (void)read_line(folder, "idProduct", product, sizeof(product));
    (void)read_line(folder, "manufacturer", maker, sizeof(maker));
    (void)read_line(folder, "product", name, sizeof(name));
    port->vendor = (unsigned)strtoul(vendor, NULL, 16);
    port->product = (unsigned)strtoul(product, NULL, 16);
    snprintf(port->description, sizeof(port->description), "%s%s%s", maker,
             maker[0] && name[0] ? " " : "", name);
}

static void find_usb(const char *root, struct os_port *port)
{
    char path[PATH_MAX], folder[PATH_MAX], vendor[16];
    const char *tty = strrchr(port->name, '/') + 1;
    snprintf(path, sizeof(path), "%s/sys/class/tty/%s/device", root, tty);
    if (!realpath(path, folder))
        return;
    for (int i = 0; i < LEVELS; i++) {
        if (read_line(folder, "idVendor", vendor, sizeof(vendor))) {
            describe(folder, vendor, port);
            return;
        }
        char *slash = strrchr(folder, '/');
        if (!slash || slash == folder)
            return;
        *slash = '\0';
    }
}

/* ---- who has it open ---- */

static bool is_open_as(const char *link, dev_t device)
{
    char target[64];
    struct stat st;
    ssize_t n = readlink(link, target, sizeof(target));
    /* stat of a file on a dead network share would wait for it. */
    if (n < 5 || memcmp(target, "/dev/", 5) != 0)
        return false;
    return stat(link, &st) == 0 && S_ISCHR(st.st_mode) && st.st_rdev == device;
}

/* Of the processes that we may look into. */
static void find_user(dev_t device, struct os_port *port)
{
    glob_t found;
    if (glob("/proc/[0-9]*/fd/*", GLOB_NOSORT, NULL, &found) != 0)
        return;
    for (size_t i = 0; i < found.gl_pathc && port->pid == 0; i++) {
        char folder[64];
        if (!is_open_as(found.gl_pathv[i], device))
            continue;
        port->pid =
            (unsigned)strtoul(found.gl_pathv[i] + strlen("/proc/"), NULL, 10);
        snprintf(folder, sizeof(folder), "/proc/%u", port->pid);
        if (!read_line(folder, "comm", port->user, sizeof(port->user)))
            snprintf(port->user, sizeof(port->user), "?");
    }
    globfree(&found);
}

unsigned os_list_ports(const char *root, struct os_port *out, unsigned room)
{
    static const char *const kinds[] = {"ttyUSB", "ttyACM", "ttyAMA"};
    unsigned count = 0;
    for (size_t k = 0; k < sizeof(kinds) / sizeof(kinds[0]); k++) {
        char pattern[PATH_MAX];
        glob_t found;
        snprintf(pattern, sizeof(pattern), "%s/dev/%s*", root, kinds[k]);
        if (glob(pattern, 0, NULL, &found) != 0)
            continue;
        for (size_t i = 0; i < found.gl_pathc && count < room; i++) {
            struct os_port *port = &out[count++];
            struct stat st;
            const char *path = found.gl_pathv[i];
            memset(port, 0, sizeof(*port));
            snprintf(port->name, sizeof(port->name), "%s", path + strlen(root));
            port->may_use =
                faccessat(AT_FDCWD, path, R_OK | W_OK, AT_EACCESS) == 0;
            os_group_of(path, port->group, sizeof(port->group));
            find_usb(root, port);
            if (stat(path, &st) == 0 && S_ISCHR(st.st_mode))
                find_user(st.st_rdev, port);
        }
        globfree(&found);
    }
    return count;
}

/* Making a key for updates: its file is the owner's alone, and appears whole
 * or not at all. Linux's own; what needs no file system of a kind is in
 * ota_key.c. */
#include "tool/ota_key.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>

static void make_folders(const char *path)
{
    char folder[4096];
    snprintf(folder, sizeof(folder), "%s", path);
    for (char *slash = strchr(folder + 1, '/'); slash;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        (void)mkdir(folder, 0700); /* what fails is seen at the file */
        *slash = '/';
    }
}

static enum err write_key(EVP_PKEY *pkey, int fd)
{
    FILE *file = fdopen(fd, "wb");
    if (!file) {
        (void)close(fd);
        return ERR_MEMORY;
    }
    bool is_written =
        PEM_write_PrivateKey(file, pkey, NULL, NULL, 0, NULL, NULL) == 1 &&
        fflush(file) == 0 && fsync(fd) == 0;
    return fclose(file) == 0 && is_written ? ERR_NONE : ERR_DISK_FULL;
}

/* The name appears when the file is whole, and only if it is free: a link does
 * both at once, where a rename would replace what is there. */
static enum err write_file(EVP_PKEY *pkey, const char *path)
{
    char part[4096];
    int length = snprintf(part, sizeof(part), "%s.XXXXXX", path);
    if (length < 0 || (size_t)length >= sizeof(part))
        return ERR_FILE_OPEN;
    int fd = mkstemp(part); /* mode 0600 */
    if (fd < 0)
        return ERR_FILE_OPEN;
    enum err e = write_key(pkey, fd);
    if (e == ERR_NONE && link(part, path) != 0)
        e = errno == EEXIST ? ERR_FILE_BUSY : ERR_FILE_OPEN;
    (void)unlink(part);
    return e;
}

enum err ota_key_make(const char *path)
{
    EVP_PKEY *pkey = EVP_EC_gen("P-256");
    if (!pkey)
        return ERR_MEMORY;
    make_folders(path);
    enum err e = write_file(pkey, path);
    EVP_PKEY_free(pkey);
    return e;
}

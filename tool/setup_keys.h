/* What pogo setup can be told: one table for its options, for the keys of
 * pogo.conf and for the columns of a CSV file. */
#ifndef TOOL_SETUP_KEYS_H
#define TOOL_SETUP_KEYS_H

#include "tool/raw_args.h"

#define SETUP_VALUE 640u

enum setup_key {
    SETUP_SSID,
    SETUP_PASSWORD, /* in files only */
    SETUP_PASSWORD_FILE,
    SETUP_HIDDEN,
    SETUP_MQTT,
    SETUP_MQTT_PORT,
    SETUP_MQTT_USER,
    SETUP_MQTT_PASSWORD, /* in files only */
    SETUP_MQTT_PASSWORD_FILE,
    SETUP_WEB_PASSWORD, /* in files only */
    SETUP_WEB_PASSWORD_FILE,
    SETUP_TOPIC,
    SETUP_NAME,
    SETUP_BOARD,
    SETUP_TEMPLATE,
    SETUP_MODULE,
    SETUP_TIMEZONE,
    SETUP_FILE_KEYS, /* those above are known in files */
    SETUP_PORT = SETUP_FILE_KEYS,
    SETUP_CONFIG,
    SETUP_DEVICE,
    SETUP_WAIT,
    SETUP_PORTS,
    SETUP_LOOP,
    SETUP_BOARDS,
    SETUP_LOG,
    SETUP_JSON,
    SETUP_HELP,
    SETUP_KEYS
};

extern const struct raw_option setup_keys[SETUP_KEYS];

/* What is wished for one device. has[k] says whether text[k] was given; it may
 * be empty. */
struct setup_wish {
    bool has[SETUP_FILE_KEYS];
    char text[SETUP_FILE_KEYS][SETUP_VALUE];
};

/* Keep a value unless there is one already. False: it is too long. */
bool setup_wish_keep(struct setup_wish *wish, unsigned key, const char *text);

/* Fill up a wish from pogo.conf, or from a CSV file when its name ends so: what
 * is there for all devices, and the section or row of the device with this MAC
 * address or this name (either may be ""). *is_found: there was one. ERR_FORMAT
 * with file and line in problem; errors of os_read_file. */
MUST_USE enum err setup_config_read(const char *path, const char *mac,
                                    const char *name, struct setup_wish *wish,
                                    bool *is_found, char *problem, size_t room);

/* Which row of a CSV file a device has: the one with its MAC address, else the
 * first behind row number `after` (0: from the first on) that names no MAC
 * address. *row is from 1, 0: none is left. *is_own: it is the device's by its
 * MAC address. *rows: how many there are. Errors of setup_config_read. */
MUST_USE enum err setup_config_find_row(const char *path, const char *mac,
                                        unsigned after, unsigned *row,
                                        bool *is_own, unsigned *rows,
                                        char *problem, size_t room);
/* Fill up a wish from that row. */
MUST_USE enum err setup_config_row(const char *path, unsigned row,
                                   struct setup_wish *wish, char *problem,
                                   size_t room);

#endif

/* The settings log: taking all values away, so that none stays readable. */
#include "format/settings_log_private.h"

/* One entry of one byte. */
#define WORDS ((SETTINGS_LOG_OVERHEAD + 8u) / 4u)

enum err settings_log_forget(struct settings_log *log)
{
    uint32_t words[WORDS];
    struct settings_change change;
    settings_change_begin(&change, log, words, sizeof(words));
    change.is_all = true;
    settings_put_number(&change, SETTINGS_LOG_ERASING, SETTING_U8, 1);
    enum err e = settings_log_commit(&change);
    return e == ERR_NONE ? settings_log_finish(log) : e;
}

enum err settings_log_finish(struct settings_log *log)
{
    uint32_t words[WORDS];
    struct settings_change change;
    struct log_found waits;
    enum err failed = log_find(log, SETTINGS_LOG_ERASING, &waits);
    if (failed != ERR_NONE || !waits.is_there)
        return failed;
    for (unsigned i = 0; i < SETTINGS_LOG_SECTORS; i++) {
        enum err e = i == log->sector ? ERR_NONE : log_erase(log, i);
        failed = e == ERR_NONE ? failed : e;
    }
    if (failed != ERR_NONE)
        return failed;
    settings_change_begin(&change, log, words, sizeof(words));
    settings_remove(&change, SETTINGS_LOG_ERASING);
    return settings_log_commit(&change);
}

#include "format/err.h"

struct err_row {
    const char *name;
    const char *text;
    const char *hint;
    enum exit_code code;
};

static const struct err_row rows[] = {
#define ERR_ROW(id, code, text, hint) {#id, text, hint, code},
    ERR_TABLE(ERR_ROW)
#undef ERR_ROW
};

static const struct err_row *row_of(enum err e)
{
    return &rows[(unsigned)e < ERR_COUNT ? e : ERR_UNKNOWN];
}

const char *err_name(enum err e)
{
    return row_of(e)->name;
}

const char *err_text(enum err e)
{
    return row_of(e)->text;
}

const char *err_hint(enum err e)
{
    return row_of(e)->hint;
}

enum exit_code err_exit_code(enum err e)
{
    return row_of(e)->code;
}

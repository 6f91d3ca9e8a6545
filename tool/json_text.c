/* Values out of JSON by a path: one pass over the text for each step of it. */
#include "tool/json_text.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DEPTH 32u

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* Behind the string that begins here; NULL: it does not end. */
static const char *skip_string(const char *p)
{
    for (p++; *p && *p != '"'; p++) {
        if (*p == '\\' && p[1])
            p++;
        else if ((unsigned char)*p < 0x20)
            return NULL;
    }
    return *p == '"' ? p + 1 : NULL;
}

static const char *skip_plain(const char *p)
{
    size_t n = strspn(p, "+-.0123456789aeflnrstuE");
    return n > 0 ? p + n : NULL;
}

/* What may come next inside of containers. */
enum next { NEXT_VALUE, NEXT_FIRST, NEXT_NAME, NEXT_FIRST_NAME, NEXT_END };

struct walk {
    char open[DEPTH]; /* '{' or '[' */
    unsigned depth;
    enum next next;
};

static const char *open_one(struct walk *w, const char *p)
{
    if (w->depth == DEPTH)
        return NULL;
    w->open[w->depth++] = *p;
    w->next = *p == '{' ? NEXT_FIRST_NAME : NEXT_FIRST;
    return p + 1;
}

static const char *close_one(struct walk *w, const char *p)
{
    bool may_end = w->next == NEXT_END || w->next == NEXT_FIRST ||
                   w->next == NEXT_FIRST_NAME;
    if (w->depth == 0 || !may_end ||
        w->open[w->depth - 1] != (*p == '}' ? '{' : '['))
        return NULL;
    w->depth--;
    w->next = NEXT_END;
    return p + 1;
}

static const char *take_name(struct walk *w, const char *p)
{
    p = *p == '"' ? skip_string(p) : NULL;
    if (!p)
        return NULL;
    p = skip_blanks(p);
    w->next = NEXT_VALUE;
    return *p == ':' ? p + 1 : NULL;
}

static const char *take_comma(struct walk *w, const char *p)
{
    if (*p != ',' || w->depth == 0)
        return NULL;
    w->next = w->open[w->depth - 1] == '{' ? NEXT_NAME : NEXT_VALUE;
    return p + 1;
}

static const char *take_value(struct walk *w, const char *p)
{
    if (*p == '{' || *p == '[')
        return open_one(w, p);
    w->next = NEXT_END;
    return *p == '"' ? skip_string(p) : skip_plain(p);
}

static const char *take_token(struct walk *w, const char *p)
{
    if (*p == '}' || *p == ']')
        return close_one(w, p);
    if (w->next == NEXT_END)
        return take_comma(w, p);
    if (w->next == NEXT_NAME || w->next == NEXT_FIRST_NAME)
        return take_name(w, p);
    return take_value(w, p);
}

/* Behind the value that begins here; NULL: it is none, or not whole. */
static const char *skip_value(const char *p)
{
    struct walk w = {.next = NEXT_VALUE};
    do {
        p = take_token(&w, skip_blanks(p));
    } while (p && (w.depth > 0 || w.next != NEXT_END));
    return p;
}

bool json_text_is_whole(const char *text)
{
    const char *end = skip_value(skip_blanks(text));
    return end && *skip_blanks(end) == '\0';
}

/* ---- paths --------------------------------------------------------------- */

/* The value of one step (size bytes of path) in the container at p. */
static const char *step(const char *p, const char *path, size_t size)
{
    bool is_object = *p == '{';
    unsigned long wanted = strtoul(path, NULL, 10), at = 0;
    if (!is_object && *p != '[')
        return NULL;
    p = skip_blanks(p + 1);
    for (; *p && *p != '}' && *p != ']'; at++) {
        const char *name = p;
        if (is_object) {
            p = *p == '"' ? skip_string(p) : NULL;
            if (!p)
                return NULL;
        }
        bool is_it = is_object ? (size_t)(p - name) == size + 2 &&
                                     strncmp(name + 1, path, size) == 0
                               : at == wanted;
        if (is_object) {
            p = skip_blanks(p);
            if (*p++ != ':')
                return NULL;
        }
        p = skip_blanks(p);
        if (is_it)
            return p;
        p = skip_value(p);
        if (!p)
            return NULL;
        p = skip_blanks(p);
        p = skip_blanks(*p == ',' ? p + 1 : p);
    }
    return NULL;
}

static const char *find(const char *text, const char *path)
{
    const char *p = skip_blanks(text);
    while (p && *path) {
        size_t size = strcspn(path, ".");
        p = step(p, path, size);
        path += size + (path[size] == '.');
    }
    return p;
}

/* ---- texts --------------------------------------------------------------- */

struct out {
    char *at;
    size_t room, size;
};

static bool put(struct out *out, unsigned c)
{
    if (out->size + 1 >= out->room)
        return false;
    out->at[out->size++] = (char)c;
    out->at[out->size] = '\0';
    return true;
}

/* A code point of at most 16 bits. */
static bool put_code(struct out *out, unsigned c)
{
    if (c == 0)
        return false; /* it would end the text */
    if (c < 0x80)
        return put(out, c);
    if (c < 0x800)
        return put(out, 0xC0 | c >> 6) && put(out, 0x80 | (c & 0x3F));
    return put(out, 0xE0 | c >> 12) && put(out, 0x80 | (c >> 6 & 0x3F)) &&
           put(out, 0x80 | (c & 0x3F));
}

static bool put_escaped(struct out *out, const char **p)
{
    static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
    char digits[5] = "";
    const char *at = strchr(from, *++*p);
    if (**p != 'u')
        return put(out, (unsigned char)(at ? to[at - from] : **p));
    if (strspn(*p + 1, "0123456789abcdefABCDEF") < 4)
        return false;
    memcpy(digits, *p + 1, 4);
    *p += 4;
    return put_code(out, (unsigned)strtoul(digits, NULL, 16));
}

static bool put_string(struct out *out, const char *p, const char *end)
{
    for (p++; p < end - 1; p++) {
        if (*p == '\\' ? !put_escaped(out, &p) : !put(out, (unsigned char)*p))
            return false;
    }
    return true;
}

bool json_text_find(const char *text, const char *path, char *out, size_t room)
{
    struct out to = {out, room, 0};
    const char *p = find(text, path);
    const char *end = p ? skip_value(p) : NULL;
    bool is_done = end != NULL;
    out[0] = '\0';
    if (is_done && *p == '"')
        is_done = put_string(&to, p, end);
    else
        for (; is_done && p < end; p++)
            is_done = put(&to, (unsigned char)*p);
    if (!is_done)
        out[0] = '\0';
    return is_done;
}

unsigned json_text_count(const char *text, const char *path)
{
    const char *p = find(text, path);
    char number[16];
    unsigned n = 0;
    if (!p || *p != '[' || !skip_value(p))
        return 0;
    do {
        snprintf(number, sizeof(number), "%u", n);
    } while (step(p, number, strlen(number)) && ++n < 10000);
    return n;
}

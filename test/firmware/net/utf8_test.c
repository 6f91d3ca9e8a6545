/* UTF-8: what is, and what is not (RFC 3629). */
#include "firmware/net/utf8.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

static void assert_texts(const char *const *texts, size_t count, bool is_valid)
{
    for (size_t i = 0; i < count; i++) {
        if (utf8_is_valid(texts[i], strlen(texts[i])) != is_valid) {
            fail_msg("row %zu", i);
        }
    }
}

static void what_is_text(void **state)
{
    static const char *const texts[] = {
        "",
        "stat/sonoff/POWER",
        "\x7F",
        "\xC2\x80",
        "K\xC3\xBC"
        "che",
        "\xDF\xBF",
        "\xE0\xA0\x80",
        "\xED\x9F\xBF",
        "\xEE\x80\x80",
        "\xEF\xBF\xBF",
        "\xF0\x90\x80\x80",
        "\xF4\x8F\xBF\xBF",
    };
    (void)state;
    assert_texts(texts, sizeof(texts) / sizeof(texts[0]), true);
}

static void what_is_no_text(void **state)
{
    static const char *const texts[] = {
        "\x80",             /* begins in the middle */
        "\xC0\x80",         /* NUL in two bytes */
        "\xC1\xBF",         /* overlong */
        "\xE0\x9F\xBF",     /* overlong */
        "\xF0\x8F\xBF\xBF", /* overlong */
        "\xED\xA0\x80",     /* a surrogate */
        "\xED\xBF\xBF",     /* the last one */
        "\xF4\x90\x80\x80", /* above U+10FFFF */
        "\xF5\x80\x80\x80",
        "\xFF",
        "a\xC3",         /* cut short */
        "a\xE2\x82",     /* cut short */
        "a\xF0\x90\x80", /* cut short */
        "\xC3(",         /* not followed by what it says */
        "\xE2\x82(",
        "\xF0\x90\x80(",
    };
    (void)state;
    assert_texts(texts, sizeof(texts) / sizeof(texts[0]), false);
}

/* Every sequence of up to three bytes beside a decoder that counts bits. */
static bool is_valid_by_bits(const uint8_t *text, size_t size)
{
    static const uint32_t least[] = {0, 0x80, 0x800, 0x10000};
    while (size > 0) {
        unsigned ones = 0;
        while (ones < 8 && (text[0] & (0x80u >> ones))) {
            ones++;
        }
        size_t n = ones == 0 ? 1 : ones;
        if (ones == 1 || ones > 4 || n > size) {
            return false;
        }
        uint32_t code = text[0] & (0x7Fu >> ones);
        for (size_t k = 1; k < n; k++) {
            if ((text[k] & 0xC0) != 0x80) {
                return false;
            }
            code = code << 6 | (text[k] & 0x3Fu);
        }
        if (code < least[n - 1] || code > 0x10FFFF ||
            (code >= 0xD800 && code <= 0xDFFF)) {
            return false;
        }
        text += n;
        size -= n;
    }
    return true;
}

static void every_three_bytes(void **state)
{
    (void)state;
    for (uint32_t i = 0; i < 1u << 24; i++) {
        uint8_t text[4] = {(uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i,
                           0x80};
        size_t size = 3 + (i & 1);
        if (utf8_is_valid((const char *)text, size) !=
            is_valid_by_bits(text, size)) {
            fail_msg("%06X, %zu bytes", i, size);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_text),
        cmocka_unit_test(what_is_no_text),
        cmocka_unit_test(every_three_bytes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The record of a slot, and the boot table over two of them.
 *
 *   offset  size  entry
 *   0x00    24    image: "PGR1", sequence, length, CRC-32 of the image,
 *                 version, CRC-32 of these five words
 *   0x20    3x4   try: a word each
 *   0x30    3x4   good: a word; three places, of which the first right one
 *                 counts
 *   0x40    8     reason: a word, and its CRC
 *
 * A try or good word is itself a CRC: over the image's sequence number, the
 * kind and the number of the place. So no word of another life of the sector
 * counts. A try word that is not blank is spent, whatever it holds: power that
 * goes while it is written must not give tries without end. */
#include "format/slot_record.h"

#include "format/bytes.h"
#include "format/crc32.h"
#include "format/flash_map.h"

#define MAGIC 0x31524750u /* "PGR1" */
#define BLANK 0xFFFFFFFFu
#define WORDS (SLOT_RECORD_SIZE / 4)

/* Places by word. */
#define AT_IMAGE 0u
#define AT_IMAGE_CRC 5u
#define IMAGE_BYTES 20u /* of the image entry before its CRC */
#define AT_TRY 8u
#define AT_GOOD 12u
#define AT_REASON 16u
#define GOODS 3u

/* Kinds: what a word's CRC is over. */
#define KIND_TRY 0x54000000u  /* 'T' */
#define KIND_GOOD 0x47000000u /* 'G' */

uint32_t slot_image_address(enum slot slot)
{
    return slot == SLOT_A ? MAP_SLOT_A : MAP_SLOT_B;
}

uint32_t slot_record_address(enum slot slot)
{
    return slot == SLOT_A ? MAP_SLOT_A_RECORD : MAP_SLOT_B_RECORD;
}

bool slot_is_newer(uint32_t a, uint32_t b)
{
    return (int32_t)(a - b) > 0;
}

/* ---- parsing ---- */

/* Never BLANK, so that what is written can be told from what is not. */
static uint32_t word_for(uint32_t sequence, uint32_t what)
{
    uint8_t bytes[8];
    put_u32le(bytes, sequence);
    put_u32le(bytes + 4, what);
    uint32_t crc = crc32_update(0, bytes, sizeof(bytes));
    return crc == BLANK ? 0 : crc;
}

/* The record's words as numbers. */
static void get_words(const uint8_t *bytes, uint32_t words[WORDS])
{
    for (uint32_t at = 0; at < WORDS; at++, bytes += 4)
        words[at] = get_u32le(bytes);
}

static bool is_blank(const uint32_t *words, uint32_t from, uint32_t to)
{
    while (from < to && words[from] == BLANK)
        from++;
    return from >= to;
}

static bool is_length(uint32_t length)
{
    return length > 0 && length % 4 == 0 && length <= MAP_SLOT_SIZE;
}

/* Tries are spent in order, and none after the image was left: a record that
 * looks otherwise is half erased, and has none. */
static uint8_t count_tries(const uint32_t *words)
{
    uint32_t spent = 0;
    while (spent < SLOT_TRIES && words[AT_TRY + spent] != BLANK)
        spent++;
    if (!is_blank(words, AT_TRY + spent, AT_TRY + SLOT_TRIES) ||
        !is_blank(words, AT_REASON, WORDS))
        return 0;
    return (uint8_t)(SLOT_TRIES - spent);
}

static bool is_good(const uint32_t *words, uint32_t sequence)
{
    for (uint32_t i = 0; i < GOODS; i++) {
        if (words[AT_GOOD + i] == word_for(sequence, KIND_GOOD + i))
            return true;
    }
    return false;
}

void slot_record_parse(const uint8_t *bytes, struct slot_record *out)
{
    uint32_t words[WORDS];
    get_words(bytes, words);
    out->image = (struct slot_image){words[1], words[2], words[3], words[4]};
    out->tries_left = 0;
    out->reason = words[AT_REASON];
    out->has_reason =
        words[AT_REASON + 1] == word_for(out->image.sequence, out->reason);
    if (words[AT_IMAGE] != MAGIC || !is_length(out->image.length) ||
        words[AT_IMAGE_CRC] != crc32_update(0, bytes, IMAGE_BYTES)) {
        out->state = is_blank(words, 0, WORDS) ? SLOT_BLANK : SLOT_BAD;
        out->has_reason = false;
    } else if (is_good(words, out->image.sequence)) {
        out->state = SLOT_GOOD;
    } else {
        out->state = SLOT_TRYING;
        out->tries_left = count_tries(words);
    }
}

enum err slot_record_read(const struct flash *flash, enum slot slot,
                          struct slot_record *out)
{
    uint32_t words[WORDS];
    enum err e =
        flash->read(flash, slot_record_address(slot), words, sizeof(words));
    if (e == ERR_NONE)
        slot_record_parse((const uint8_t *)words, out);
    return e;
}

/* ---- the boot table ---- */

static bool has_image(const struct slot_record *record)
{
    return record->state == SLOT_TRYING || record->state == SLOT_GOOD;
}

static enum slot newest_of(const struct slot_record *record)
{
    if (!has_image(&record[SLOT_A]))
        return SLOT_B;
    if (!has_image(&record[SLOT_B]))
        return SLOT_A;
    return slot_is_newer(record[SLOT_B].image.sequence,
                         record[SLOT_A].image.sequence)
               ? SLOT_B
               : SLOT_A;
}

struct boot_choice boot_decide(const struct slot_record record[SLOT_COUNT],
                               const enum slot_crc crc[SLOT_COUNT])
{
    enum slot slot = newest_of(record);
    enum boot_row if_good = BOOT_GOOD, if_tried = BOOT_TRY;
    for (unsigned i = 0; i < SLOT_COUNT; i++, slot = 1 - slot) {
        const struct slot_record *here = &record[slot];
        if (here->state == SLOT_GOOD)
            return (struct boot_choice){if_good, slot, false};
        if (here->state == SLOT_TRYING && here->tries_left > 0) {
            if (crc[slot] == CRC_UNKNOWN)
                return (struct boot_choice){BOOT_ASK, slot, false};
            if (crc[slot] == CRC_RIGHT)
                return (struct boot_choice){if_tried, slot, true};
        }
        bool is_spent = here->state == SLOT_TRYING && here->tries_left == 0;
        if_good = if_tried = is_spent ? BOOT_SPENT : BOOT_BAD;
    }
    for (unsigned i = 0; i < SLOT_COUNT; i++, slot = 1 - slot) {
        if (!has_image(&record[slot]) || crc[slot] == CRC_WRONG)
            continue;
        bool is_known = crc[slot] == CRC_RIGHT;
        return (struct boot_choice){is_known ? BOOT_ONLY : BOOT_ASK, slot,
                                    false};
    }
    return (struct boot_choice){BOOT_NOTHING, SLOT_A, false};
}

/* ---- writing ---- */

/* Program numbers as words and read them back. */
static enum err write_words(const struct flash *flash, enum slot slot,
                            uint32_t at, const uint32_t *words, uint32_t count)
{
    uint32_t address = slot_record_address(slot) + 4 * at;
    uint32_t size = 4 * count, bytes[WORDS], back[WORDS];
    for (uint32_t i = 0; i < count; i++)
        put_u32le((uint8_t *)&bytes[i], words[i]);
    enum err e = flash->write(flash, address, bytes, size);
    if (e == ERR_NONE)
        e = flash->read(flash, address, back, size);
    for (uint32_t i = 0; e == ERR_NONE && i < count; i++) {
        if (back[i] != bytes[i])
            e = ERR_FLASH_FAILED;
    }
    return e;
}

/* The record's numbers, and what they say when the caller wants to know. */
static enum err read_words(const struct flash *flash, enum slot slot,
                           uint32_t words[WORDS], struct slot_record *record)
{
    uint32_t bytes[WORDS];
    enum err e =
        flash->read(flash, slot_record_address(slot), bytes, sizeof(bytes));
    if (e != ERR_NONE)
        return e;
    get_words((const uint8_t *)bytes, words);
    if (record)
        slot_record_parse((const uint8_t *)bytes, record);
    return ERR_NONE;
}

enum err slot_record_begin(const struct flash *flash, enum slot slot)
{
    uint32_t words[WORDS];
    enum err e = flash->erase(flash, slot_record_address(slot));
    if (e == ERR_NONE)
        e = read_words(flash, slot, words, NULL);
    if (e == ERR_NONE && !is_blank(words, 0, WORDS))
        e = ERR_FLASH_FAILED;
    return e;
}

enum err slot_record_write_image(const struct flash *flash, enum slot slot,
                                 const struct slot_image *image)
{
    uint32_t words[WORDS];
    uint8_t bytes[IMAGE_BYTES];
    if (!is_length(image->length))
        return ERR_BAD_RANGE;
    enum err e = read_words(flash, slot, words, NULL);
    if (e != ERR_NONE)
        return e;
    if (!is_blank(words, 0, WORDS))
        return ERR_NOT_ERASED;
    words[AT_IMAGE] = MAGIC;
    words[1] = image->sequence;
    words[2] = image->length;
    words[3] = image->crc;
    words[4] = image->version;
    for (uint32_t at = 0; at < IMAGE_BYTES; at += 4)
        put_u32le(bytes + at, words[at / 4]);
    words[AT_IMAGE_CRC] = crc32_update(0, bytes, sizeof(bytes));
    return write_words(flash, slot, AT_IMAGE, words, AT_IMAGE_CRC + 1);
}

enum err slot_record_spend_try(const struct flash *flash, enum slot slot,
                               const struct slot_record *record)
{
    if (record->state != SLOT_TRYING || record->tries_left == 0)
        return ERR_NO_ROOM;
    uint32_t number = SLOT_TRIES - record->tries_left;
    uint32_t word = word_for(record->image.sequence, KIND_TRY + number);
    return write_words(flash, slot, AT_TRY + number, &word, 1);
}

/* As the callers below need it: with an image in it. */
static enum err read_image(const struct flash *flash, enum slot slot,
                           uint32_t words[WORDS], struct slot_record *record)
{
    enum err e = read_words(flash, slot, words, record);
    return e == ERR_NONE && !has_image(record) ? ERR_FORMAT : e;
}

enum err slot_record_confirm(const struct flash *flash, enum slot slot)
{
    uint32_t words[WORDS];
    struct slot_record record;
    enum err e = read_image(flash, slot, words, &record);
    if (e != ERR_NONE || record.state == SLOT_GOOD)
        return e;
    for (uint32_t i = 0; i < GOODS; i++) {
        if (words[AT_GOOD + i] != BLANK)
            continue;
        uint32_t word = word_for(record.image.sequence, KIND_GOOD + i);
        return write_words(flash, slot, AT_GOOD + i, &word, 1);
    }
    return ERR_NO_ROOM;
}

enum err slot_record_note_reason(const struct flash *flash, enum slot slot,
                                 uint32_t reason)
{
    uint32_t words[WORDS];
    struct slot_record record;
    enum err e = read_image(flash, slot, words, &record);
    if (e != ERR_NONE)
        return e;
    if (!is_blank(words, AT_REASON, WORDS))
        return ERR_NO_ROOM;
    uint32_t entry[] = {reason, word_for(record.image.sequence, reason)};
    return write_words(flash, slot, AT_REASON, entry, 2);
}

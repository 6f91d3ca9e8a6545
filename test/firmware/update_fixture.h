/* Signed update files for tests of the core, and the way they are sent. The
 * image is words that differ; one in 64 holds a slot address. */
#ifndef TEST_FIRMWARE_UPDATE_FIXTURE_H
#define TEST_FIRMWARE_UPDATE_FIXTURE_H

#include <stddef.h>
#include <stdint.h>

#include "test/firmware/fake_hal.h"
#include "tool/ota_key.h"

#define MADE_IMAGE 9000u /* bytes: three sectors, the last page not whole */
#define MADE_ROOM 12000u

struct made {
    uint8_t file[MADE_ROOM];
    size_t size;
    uint8_t image[SLOT_COUNT][MADE_IMAGE]; /* as it must be in each slot */
};

/* Keys of this run: the owner's, which the device gets, and another one. */
extern struct ota_key owner_key, other_key;

/* A cmocka group setup: the keys. */
int update_keys(void **state);
/* A cmocka setup: a device in slot A, started for 5 s, with the owner's key;
 * made is a right file, one version newer. */
int update_setup(void **state);
extern struct made made;

/* version and board are as in the header. */
void make_file(uint32_t version, enum ota_board board,
               const struct ota_key *key);
/* After its bytes were changed: digest, signature and CRC anew. */
void seal_file(const struct ota_key *key);

/* The file from `from` on, in pieces of this size, until an error. */
enum err feed_file(size_t from, size_t piece);
/* All of it, up to the answer to the signature. */
enum err send_file(size_t piece);

/* The record of a slot. */
struct slot_record record_of(enum slot slot);
/* An image entry in a slot, its CRC that of nothing. */
void put_record(enum slot slot, uint32_t sequence, bool is_good);
/* Restart, by this row in this slot. */
void start_by(enum boot_row row, enum slot slot, enum start start);

#endif

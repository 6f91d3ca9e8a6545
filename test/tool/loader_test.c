#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "format/bytes.h"
#include "test/tool/fake_link.h"
#include "tool/flasher_private.h"
#include "tool/loader.h"
#include "tool/stub/protocol.h"

static struct fake_link fake;
static struct loader loader;

/* ---- a chip that answers as each test says ---- */

struct script {
    unsigned sync_silence; /* SYNCs that are not answered */
    uint32_t sync_value;
    unsigned lose_reply; /* the n-th READ_REG stays unanswered; 0: none */
    unsigned reads;
    uint8_t refuse; /* error code for everything but SYNC */
};

static struct script script;

static void answer(struct fake_link *f, const uint8_t *frame, size_t size)
{
    uint8_t op = frame[1];
    assert_true(size >= 8);
    assert_int_equal(get_u16le(frame + 2), size - 8);
    if (op == ROM_SYNC) {
        if (script.sync_silence > 0) {
            script.sync_silence--;
            return;
        }
        for (int i = 0; i < 8; i++)
            fake_reply(f, op, script.sync_value, 0);
    } else if (script.refuse) {
        fake_reply(f, op, 0, script.refuse);
    } else if (op == ROM_READ_REG) {
        if (++script.reads != script.lose_reply)
            fake_reply(f, op, get_u32le(frame + 8) + 1, 0);
    } else {
        fake_reply(f, op, 0, 0);
    }
}

static void start(void)
{
    fake_init(&fake);
    fake.on_frame = answer;
    memset(&script, 0, sizeof(script));
    script.sync_value = 0x20120707;
    loader_init(&loader, &fake.link);
}

static void eight_answers_to_a_sync_do_no_harm(void **state)
{
    (void)state;
    uint32_t value;
    start();
    assert_int_equal(loader_sync(&loader, 100), ERR_NONE);
    assert_false(loader.is_stub);
    assert_int_equal(loader_read_reg(&loader, 0x60000014, &value), ERR_NONE);
    assert_int_equal(value, 0x60000015);
}

static void a_sync_tells_the_stub_from_the_rom(void **state)
{
    (void)state;
    start();
    script.sync_value = STUB_MAGIC;
    assert_int_equal(loader_sync(&loader, 100), ERR_NONE);
    assert_true(loader.is_stub);
}

static void silence_takes_its_time_and_no_more(void **state)
{
    (void)state;
    start();
    script.sync_silence = 1;
    assert_int_equal(loader_sync(&loader, 100), ERR_TIMEOUT);
    assert_int_equal(fake.now_ms, 100);
}

static void a_refusal_leaves_its_code(void **state)
{
    (void)state;
    start();
    script.refuse = 0x06;
    uint8_t data[4] = {0};
    const struct loader_request rq = {ROM_FLASH_END, data, 4, 0, 100};
    assert_int_equal(loader_command(&loader, &rq, NULL), ERR_CHIP_REFUSED);
    assert_int_equal(loader.error, 0x06);
}

static void a_lost_answer_in_a_burst_is_made_up_for(void **state)
{
    (void)state;
    for (unsigned lost = 0; lost <= 16; lost++) {
        uint32_t out[16];
        start();
        script.lose_reply = lost;
        assert_int_equal(loader_read_regs(&loader, 0x60000240, 16, out),
                         ERR_NONE);
        for (unsigned i = 0; i < 16; i++)
            assert_int_equal(out[i], 0x60000240 + 4 * i + 1);
    }
}

static void what_comes_between_frames_is_heard(void **state)
{
    (void)state;
    const char *banner = "rst cause:1, boot mode:(3,6)\r\n\x01\x02";
    start();
    fake_put(&fake, banner, strlen(banner));
    assert_int_equal(loader_frame(&loader, 50), ERR_TIMEOUT);
    assert_int_equal(loader.heard.bytes, strlen(banner));
    assert_string_equal(loader.heard.text,
                        "rst cause:1, boot mode:(3,6)\r\n??");
}

static void much_noise_keeps_the_latest(void **state)
{
    (void)state;
    start();
    for (int i = 0; i < 3000; i++)
        fake_put(&fake, "x", 1);
    fake_put(&fake, "end", 3);
    assert_int_equal(loader_frame(&loader, 50), ERR_TIMEOUT);
    assert_int_equal(loader.heard.bytes, 3003);
    assert_string_equal(loader.heard.text + loader.heard.text_size - 3, "end");
}

static void an_unplugged_port_is_said(void **state)
{
    (void)state;
    uint32_t value;
    start();
    fake.now_ms = 10;
    fake.gone_at_ms = 10;
    assert_int_equal(loader_read_reg(&loader, 0, &value), ERR_PORT_GONE);
}

/* ---- the ROM's flash loader, which counts before it checks ---- */

static struct {
    uint8_t flash[0x4000];
    uint32_t at, next_seq;
    unsigned begins, spoil; /* the n-th block has a bad checksum on arrival */
    unsigned blocks;
} rom;

static void rom_data(struct fake_link *f, const uint8_t *frame)
{
    uint32_t size = get_u32le(frame + 8);
    uint32_t seq = get_u32le(frame + 12);
    rom.blocks++;
    if (seq != rom.next_seq++) {
        rom.next_seq--;
        fake_reply(f, ROM_FLASH_DATA, 0, 5);
        return;
    }
    if (rom.blocks == rom.spoil ||
        get_u32le(frame + 4) != loader_checksum(frame + 24, size)) {
        fake_reply(f, ROM_FLASH_DATA, 0, 7);
        return;
    }
    memcpy(rom.flash + rom.at, frame + 24, size);
    rom.at += size;
    fake_reply(f, ROM_FLASH_DATA, 0, 0);
}

static void rom_answer(struct fake_link *f, const uint8_t *frame, size_t size)
{
    (void)size;
    if (frame[1] == ROM_FLASH_DATA) {
        rom_data(f, frame);
        return;
    }
    assert_int_equal(frame[1], ROM_FLASH_BEGIN);
    assert_int_equal(get_u32le(frame + 8), 0); /* nothing erased */
    rom.begins++;
    rom.next_seq = 0;
    rom.at = get_u32le(frame + 20);
    assert_int_equal(rom.at % 0x1000, 0);
    fake_reply(f, ROM_FLASH_BEGIN, 0, 0);
}

static void a_spoilt_block_goes_again_under_the_next_number(void **state)
{
    (void)state;
    static struct flasher f;
    uint8_t bytes[0x2404];
    for (unsigned i = 0; i < sizeof(bytes); i++)
        bytes[i] = (uint8_t)(i * 31 >> 2);
    for (unsigned spoil = 0; spoil <= 10; spoil++) {
        fake_init(&fake);
        fake.on_frame = rom_answer;
        memset(&rom, 0, sizeof(rom));
        memset(&f, 0, sizeof(f));
        rom.spoil = spoil;
        f.link = &fake.link;
        loader_init(&f.loader, &fake.link);
        assert_int_equal(rom_program(&f, 0x1000, bytes, sizeof(bytes)),
                         ERR_NONE);
        assert_int_equal(rom.begins, 1);
        assert_memory_equal(rom.flash + 0x1000, bytes, sizeof(bytes));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(eight_answers_to_a_sync_do_no_harm),
        cmocka_unit_test(a_sync_tells_the_stub_from_the_rom),
        cmocka_unit_test(silence_takes_its_time_and_no_more),
        cmocka_unit_test(a_refusal_leaves_its_code),
        cmocka_unit_test(a_lost_answer_in_a_burst_is_made_up_for),
        cmocka_unit_test(what_comes_between_frames_is_heard),
        cmocka_unit_test(much_noise_keeps_the_latest),
        cmocka_unit_test(an_unplugged_port_is_said),
        cmocka_unit_test(a_spoilt_block_goes_again_under_the_next_number),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

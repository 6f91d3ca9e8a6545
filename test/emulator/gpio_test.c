#include "test/emulator/chip_fixture.h"

#define OUT 0x60000300u
#define OUT_W1TS 0x60000304u
#define OUT_W1TC 0x60000308u
#define ENABLE 0x6000030Cu
#define ENABLE_W1TS 0x60000310u
#define ENABLE_W1TC 0x60000314u
#define IN 0x60000318u
#define STATUS 0x6000031Cu
#define STATUS_W1TS 0x60000320u
#define STATUS_W1TC 0x60000324u
#define PIN(n) (0x60000328u + 4 * (n))
#define OPEN_DRAIN (1u << 2)
#define PULLUP (1u << 7)

/* IO_MUX register and GPIO function of each pin (pin_mux_register.h). */
static const struct {
    uint32_t mux;
    uint32_t gpio;
} pads[16] = {
    {0x60000834, 0x00}, {0x60000818, 0x30}, {0x60000838, 0x00},
    {0x60000814, 0x30}, {0x6000083C, 0x00}, {0x60000840, 0x00},
    {0x6000081C, 0x30}, {0x60000820, 0x30}, {0x60000824, 0x30},
    {0x60000828, 0x30}, {0x6000082C, 0x30}, {0x60000830, 0x30},
    {0x60000804, 0x30}, {0x60000808, 0x30}, {0x6000080C, 0x30},
    {0x60000810, 0x30},
};

static enum drive drive(const struct chip *chip, unsigned pin)
{
    return chip->pin[pin].side[SIDE_CHIP];
}

static void an_output_drives_its_own_wire(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    for (unsigned pin = 0; pin < 16; pin++) {
        poke(chip, pads[pin].mux, pads[pin].gpio);
        assert_int_equal(drive(chip, pin), DRIVE_NONE);
        poke(chip, ENABLE_W1TS, 1u << pin);
        assert_int_equal(drive(chip, pin), DRIVE_LOW);
        poke(chip, OUT_W1TS, 1u << pin);
        assert_int_equal(drive(chip, pin), DRIVE_HIGH);
        assert_true(wire_level(&chip->pin[pin]));
        assert_int_equal(peek(chip, IN) >> pin & 1, 1);
        poke(chip, OUT_W1TC, 1u << pin);
        assert_int_equal(drive(chip, pin), DRIVE_LOW);
        assert_int_equal(peek(chip, IN) >> pin & 1, 0);
        poke(chip, ENABLE_W1TC, 1u << pin);
        assert_int_equal(drive(chip, pin), DRIVE_NONE);
    }
    chip_drop(chip);
}

static void a_pin_is_gpio_only_when_its_mux_says_so(void **state)
{
    (void)state;
    static const struct {
        unsigned pin;
        uint32_t mux;
        enum drive drive;
    } rows[] = {
        {12, 0x00, DRIVE_NONE},                        /* MTDI */
        {12, 0x20, DRIVE_NONE},                        /* HSPI */
        {12, 0x30, DRIVE_LOW},  {1, 0x00, DRIVE_HIGH}, /* U0TXD idles high */
        {1, 0x30, DRIVE_LOW},   {2, 0x20, DRIVE_HIGH}, /* U1TXD */
        {2, 0x100, DRIVE_HIGH}, /* U0TXD again: function 4 is bit 8 */
        {2, 0x00, DRIVE_LOW},   {0, 0x10, DRIVE_NONE}, /* SPI select 2 */
    };
    struct chip *chip = chip_make();
    poke(chip, ENABLE, 0xFFFF);
    for (size_t i = 0; i < COUNT(rows); i++) {
        poke(chip, pads[rows[i].pin].mux, rows[i].mux);
        assert_int_equal(drive(chip, rows[i].pin), rows[i].drive);
    }
    chip_drop(chip);
}

static void open_drain_and_pull_up(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, pads[4].mux, 0);
    poke(chip, PIN(4), OPEN_DRAIN);
    poke(chip, ENABLE, 1u << 4);
    assert_int_equal(drive(chip, 4), DRIVE_LOW);
    poke(chip, OUT, 1u << 4);
    assert_int_equal(drive(chip, 4), DRIVE_NONE);
    poke(chip, pads[4].mux, PULLUP);
    assert_int_equal(drive(chip, 4), DRIVE_WEAK_HIGH);
    wire_drive(&chip->pin[4], SIDE_CONTACT, DRIVE_LOW);
    assert_int_equal(peek(chip, IN) >> 4 & 1, 0);
    wire_drive(&chip->pin[4], SIDE_CONTACT, DRIVE_NONE);
    assert_int_equal(peek(chip, IN) >> 4 & 1, 1);
    chip_drop(chip);
}

static void out_and_enable_read_back(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, OUT, 0xFFFF1234);
    assert_int_equal(peek(chip, OUT), 0x1234);
    poke(chip, ENABLE, 0x00FF00F0);
    assert_int_equal(peek(chip, ENABLE), 0x00F0);
    poke(chip, PIN(7), 0x85);
    assert_int_equal(peek(chip, PIN(7)), 0x85);
    poke(chip, pads[13].mux, 0xB0);
    assert_int_equal(peek(chip, pads[13].mux), 0xB0);
    chip_drop(chip);
}

static void after_reset_the_pads_pull_as_the_datasheet_says(void **state)
{
    (void)state;
    static const unsigned pulled[] = {0, 2, 3, 12, 13, 14, 15};
    static const unsigned floating[] = {4, 5, 6, 9, 10, 16};
    struct chip *chip = chip_make();
    for (size_t i = 0; i < COUNT(pulled); i++)
        assert_int_equal(drive(chip, pulled[i]), DRIVE_WEAK_HIGH);
    for (size_t i = 0; i < COUNT(floating); i++)
        assert_int_equal(drive(chip, floating[i]), DRIVE_NONE);
    chip_drop(chip);
}

static void pins_interrupt_by_type(void **state)
{
    (void)state;
    static const struct {
        unsigned type;
        bool on_low, on_rise, on_high, on_fall;
    } rows[] = {
        {0, false, false, false, false}, {1, false, true, false, false},
        {2, false, false, false, true},  {3, false, true, false, true},
        {4, true, false, false, true},   {5, false, true, true, false},
    };
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct chip *chip = chip_make();
        struct wire *wire = &chip->pin[5];
        wire_drive(wire, SIDE_CONTACT, DRIVE_LOW);
        poke(chip, PIN(5), rows[i].type << 7);
        assert_int_equal(peek(chip, STATUS) != 0, rows[i].on_low);
        wire_drive(wire, SIDE_CONTACT, DRIVE_HIGH);
        poke(chip, STATUS_W1TC, rows[i].on_low ? 0x20 : 0);
        assert_int_equal(peek(chip, STATUS), rows[i].on_rise ? 0x20 : 0);
        assert_int_equal(has_irq(chip, IRQ_GPIO), rows[i].on_rise);
        poke(chip, STATUS_W1TC, 0x20);
        assert_int_equal(peek(chip, STATUS), rows[i].on_high ? 0x20 : 0);
        wire_drive(wire, SIDE_CONTACT, DRIVE_LOW);
        poke(chip, STATUS_W1TC, rows[i].on_high ? 0x20 : 0);
        assert_int_equal(peek(chip, STATUS), rows[i].on_fall ? 0x20 : 0);
        poke(chip, PIN(5), 0);
        poke(chip, STATUS_W1TC, 0x20);
        assert_false(has_irq(chip, IRQ_GPIO));
        chip_drop(chip);
    }
}

static void software_can_raise_the_interrupt(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, STATUS_W1TS, 1u << 9);
    assert_int_equal(peek(chip, STATUS), 1u << 9);
    assert_true(has_irq(chip, IRQ_GPIO));
    poke(chip, STATUS, 0);
    assert_false(has_irq(chip, IRQ_GPIO));
    chip_drop(chip);
}

static void the_strap_stands_above_the_pins(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    assert_int_equal(peek(chip, IN) >> 16 & 7, 3);
    assert_int_equal(peek(chip, IN) >> 29, 6);
    wire_drive(&chip->pin[0], SIDE_CONTACT, DRIVE_LOW); /* latched already */
    assert_int_equal(peek(chip, IN) >> 16 & 7, 3);
    chip_drop(chip);
}

static void a_dead_chip_drives_nothing(void **state)
{
    (void)state;
    struct chip *chip = chip_make();
    poke(chip, pads[12].mux, 0x30);
    poke(chip, OUT, 1u << 12);
    poke(chip, ENABLE, 1u << 12);
    assert_true(wire_is_driven(&chip->pin[12]));
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_LOW);
    assert_false(wire_is_driven(&chip->pin[12]));
    wire_drive(&chip->en, SIDE_ADAPTER, DRIVE_NONE);
    assert_int_equal(drive(chip, 12), DRIVE_WEAK_HIGH);
    chip_power(chip, false);
    for (unsigned pin = 0; pin < CHIP_GPIOS; pin++)
        assert_int_equal(drive(chip, pin), DRIVE_NONE);
    chip_drop(chip);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_output_drives_its_own_wire),
        cmocka_unit_test(a_pin_is_gpio_only_when_its_mux_says_so),
        cmocka_unit_test(open_drain_and_pull_up),
        cmocka_unit_test(out_and_enable_read_back),
        cmocka_unit_test(after_reset_the_pads_pull_as_the_datasheet_says),
        cmocka_unit_test(pins_interrupt_by_type),
        cmocka_unit_test(software_can_raise_the_interrupt),
        cmocka_unit_test(the_strap_stands_above_the_pins),
        cmocka_unit_test(a_dead_chip_drives_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

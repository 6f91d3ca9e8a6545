/* Partitions, and parameters kept in three sectors of flash so that a power cut
 * leaves the old ones or the new ones: two hold data in turn, the third says
 * which is the current one. Its layout is the archives': first byte 0 is the
 * first sector, anything else (also FF, when power went while it was erased)
 * the second; two marks and a count of the saves. */
#include "emulator/sdk_private.h"

#include <string.h>

#include "format/bytes.h"

#define SECTOR 0x1000u
#define PAGE 0x100u
#define WRITE_ENABLE 0x06u
#define FLAG_SIZE 32u
#define FLAG_MARK 4u
#define FLAG_COUNT 8u
#define FLAG_MARK2 28u
#define MARK 0x55AA55AAu
#define MARK2 0xAA55AA55u
#define READ_CYCLES_PER_BYTE 8u /* as spi_flash_read */

/* enum partition_type of the public API. */
enum { OTA_1 = 2, RF_CAL = 4, PHY_DATA, SYSTEM_PARAMETER };
#define ROW_SIZE 12u /* type, address, size */

/* ---- partitions ---------------------------------------------------------- */

static const struct sdk_partition *find(const struct chip *chip, uint32_t type)
{
    for (unsigned i = 0; i < chip->sdk.partitions; i++)
        if (chip->sdk.partition[i].type == type)
            return &chip->sdk.partition[i];
    return NULL;
}

/* Those the archives need; a reason against the table, or NULL. */
static const char *check_table(struct chip *chip, uint32_t map)
{
    static const struct {
        uint32_t type, size;
    } needed[] = {
        {RF_CAL, SECTOR}, {PHY_DATA, SECTOR}, {SYSTEM_PARAMETER, 3 * SECTOR}};
    for (unsigned i = 0; i < sizeof(needed) / sizeof(needed[0]); i++) {
        const struct sdk_partition *row = find(chip, needed[i].type);
        if (!row || row->size != needed[i].size || row->address % SECTOR)
            return "it needs RF_CAL and PHY_DATA (4 KB each) and "
                   "SYSTEM_PARAMETER (12 KB)";
    }
    if (sdk_size_map(chip) != map)
        return "the map is not the image header's";
    return NULL;
}

/* bool system_partition_table_regist(table, count, map) */
enum native_result sdk_native_partitions(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    struct sdk *sdk = &chip->sdk;
    if (sdk->has_pre_init_ended)
        return sdk_rule_broken(chip, RULE_PARTITION_TABLE,
                               "registered after user_pre_init");
    sdk->partitions = a[3] < SDK_PARTITIONS ? a[3] : SDK_PARTITIONS;
    for (uint32_t i = 0; i < sdk->partitions; i++) {
        uint32_t row = a[2] + ROW_SIZE * i;
        sdk->partition[i] = (struct sdk_partition){
            sdk_get(chip, row), sdk_get(chip, row + 4), sdk_get(chip, row + 8)};
    }
    const char *why = check_table(chip, a[4]);
    if (why) {
        chip_event(chip, "sdk partition table refused: %s", why);
        return sdk_return(chip, 0);
    }
    sdk->phy_data = find(chip, PHY_DATA)->address;
    return sdk_return(chip, 1);
}

/* bool system_partition_get_item(type, out) */
enum native_result sdk_native_partition_item(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    const struct sdk_partition *row = find(chip, a[2]);
    if (!row || a[3] == 0)
        return sdk_return(chip, 0);
    sdk_put(chip, a[3], row->type);
    sdk_put(chip, a[3] + 4, row->address);
    sdk_put(chip, a[3] + 8, row->size);
    return sdk_return(chip, 1);
}

/* uint32 system_partition_get_ota_partition_size(void) */
enum native_result sdk_native_partition_ota(struct chip *chip)
{
    const struct sdk_partition *row = find(chip, OTA_1);
    return sdk_return(chip, row ? row->size : 0);
}

/* ---- parameters ---------------------------------------------------------- */

/* Which of the two sectors is the current one. */
static uint32_t current(struct chip *chip, uint32_t sector)
{
    uint8_t flag;
    flash_chip_read(&chip->flash, (sector + 2) * SECTOR, &flag, 1);
    return flag == 0 ? 0 : 1;
}

static bool is_inside(const struct chip *chip, uint32_t sector)
{
    return (sector + 3) * SECTOR <= chip->flash.config.size;
}

static bool is_aligned(struct chip *chip, uint32_t offset, uint32_t memory,
                       uint32_t size)
{
    if (offset % 4 == 0 && memory % 4 == 0 && size % 4 == 0)
        return true;
    sdk_rule_broken(chip, RULE_FLASH_ALIGNED, "offset %u, memory 0x%x, size %u",
                    offset, memory, size);
    return false;
}

/* bool system_param_load(first sector, offset, memory, size) */
enum native_result sdk_native_param_load(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t sector = a[2] & 0xFFFFu, offset = a[3] & 0xFFFFu;
    uint32_t size = a[5] & 0xFFFFu;
    uint8_t piece[SECTOR];
    if (a[4] == 0 || offset + size > SECTOR || !is_inside(chip, sector))
        return sdk_return(chip, 0);
    if (!is_aligned(chip, offset, a[4], size))
        return NATIVE_STOP;
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    sector += current(chip, sector);
    flash_chip_read(&chip->flash, sector * SECTOR + offset, piece, size);
    native_spend(chip, (uint64_t)(size + FLAG_SIZE) * READ_CYCLES_PER_BYTE);
    return sdk_return(chip, bus_copy_in(chip->bus, a[4], piece, size));
}

/* ---- saving: one flash operation a step ----------------------------------
 * a2: first sector, a3: memory (0: leave it erased), a4: size, a5: what is next
 * and which sector is the new one, a6: bytes written, a7: count for the flag.
 */

enum { ERASE_DATA, WRITE_DATA, ERASE_FLAG, WRITE_FLAG, CHECK_FLAG };
#define STATE(target, next) ((target) << 8 | (next))
#define TARGET(state) ((state) >> 8)

static void enable_write(struct chip *chip)
{
    flash_chip_command(&chip->flash, WRITE_ENABLE, 0, NULL, 0, NULL, 0);
}

static void erase(struct chip *chip, uint32_t sector)
{
    enable_write(chip);
    (void)flash_chip_erase(&chip->flash, sector * SECTOR, SECTOR);
}

static void make_flag(uint8_t out[FLAG_SIZE], uint32_t target, uint32_t count)
{
    memset(out, 0xFF, FLAG_SIZE);
    out[0] = (uint8_t)target;
    put_u32le(out + FLAG_MARK, MARK);
    put_u32le(out + FLAG_COUNT, count);
    put_u32le(out + FLAG_MARK2, MARK2);
}

static uint32_t next_count(struct chip *chip, uint32_t sector)
{
    uint8_t flag[FLAG_SIZE];
    flash_chip_read(&chip->flash, (sector + 2) * SECTOR, flag, sizeof(flag));
    bool is_marked = get_u32le(flag + FLAG_MARK) == MARK &&
                     get_u32le(flag + FLAG_MARK2) == MARK2;
    return is_marked ? get_u32le(flag + FLAG_COUNT) + 1 : 1;
}

/* The sector holds what the guest's memory does. */
static bool is_same(struct chip *chip, uint32_t sector)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t flash[SECTOR], memory[SECTOR];
    flash_chip_read(&chip->flash, sector * SECTOR, flash, a[4]);
    native_spend(chip, (uint64_t)a[4] * READ_CYCLES_PER_BYTE);
    return a[3] == 0 || (bus_copy_out(chip->bus, a[3], memory, a[4]) &&
                         memcmp(flash, memory, a[4]) == 0);
}

/* The next page; when all are written, they are compared, and what is wrong is
 * written again. */
static void write_data(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    uint32_t target = TARGET(a[5]), left = a[4] - a[6];
    uint8_t page[PAGE];
    if (a[3] == 0 || left == 0) {
        a[5] = STATE(target,
                     is_same(chip, a[2] + target) ? ERASE_FLAG : ERASE_DATA);
        return;
    }
    uint32_t n = left < PAGE ? left : PAGE;
    enable_write(chip);
    if (bus_copy_out(chip->bus, a[3] + a[6], page, n))
        (void)flash_chip_program(&chip->flash, (a[2] + target) * SECTOR + a[6],
                                 page, n);
    a[6] += n;
}

static bool is_flag_good(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t flag[FLAG_SIZE], wanted[FLAG_SIZE];
    make_flag(wanted, TARGET(a[5]), a[7]);
    flash_chip_read(&chip->flash, (a[2] + 2) * SECTOR, flag, sizeof(flag));
    return memcmp(flag, wanted, sizeof(flag)) == 0;
}

static void write_flag(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint8_t flag[FLAG_SIZE];
    make_flag(flag, TARGET(a[5]), a[7]);
    enable_write(chip);
    (void)flash_chip_program(&chip->flash, (a[2] + 2) * SECTOR, flag,
                             sizeof(flag));
}

enum native_result sdk_native_param_step(struct chip *chip)
{
    uint32_t *a = chip->cpu.a, target = TARGET(a[5]);
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    switch (a[5] & 0xFFu) {
    case ERASE_DATA:
        erase(chip, a[2] + target);
        a[6] = 0;
        a[5] = STATE(target, WRITE_DATA);
        break;
    case WRITE_DATA:
        write_data(chip);
        break;
    case ERASE_FLAG:
        erase(chip, a[2] + 2);
        a[5] = STATE(target, WRITE_FLAG);
        break;
    case WRITE_FLAG:
        write_flag(chip);
        a[5] = STATE(target, CHECK_FLAG);
        break;
    default:
        if (is_flag_good(chip))
            return sdk_return(chip, 1);
        a[5] = STATE(target, ERASE_FLAG);
        break;
    }
    return native_goto(chip, SDK_STEP_PARAM);
}

static enum native_result save(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[5] = STATE(1 - current(chip, a[2]), ERASE_DATA);
    a[7] = next_count(chip, a[2]);
    return native_goto(chip, SDK_STEP_PARAM);
}

/* bool system_param_save_with_protect(first sector, memory, size): what is
 * there already is not written again. */
enum native_result sdk_native_param_save(struct chip *chip)
{
    uint32_t *a = chip->cpu.a;
    a[2] &= 0xFFFFu;
    a[4] &= 0xFFFFu;
    if (a[3] == 0 || a[4] > SECTOR || !is_inside(chip, a[2]))
        return sdk_return(chip, 0);
    if (!is_aligned(chip, 0, a[3], a[4]))
        return NATIVE_STOP;
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    if (is_same(chip, a[2] + current(chip, a[2])))
        return sdk_return(chip, 1);
    return save(chip);
}

/* void system_restore(void): the SDK's own parameters become blank. */
enum native_result sdk_native_restore(struct chip *chip)
{
    const struct sdk_partition *row = find(chip, SYSTEM_PARAMETER);
    if (!row)
        return NATIVE_RETURN;
    if (flash_chip_is_busy(&chip->flash))
        return native_wait(chip, chip->flash.busy_until, false);
    chip->cpu.a[2] = row->address / SECTOR;
    chip->cpu.a[3] = chip->cpu.a[4] = 0;
    return save(chip);
}

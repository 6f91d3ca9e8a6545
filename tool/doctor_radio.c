/* Leftovers in the last sectors of a flash: the PHY data of another program
 * where this one's RF calibration is, another firmware's words, parameters that
 * another SDK wrote. */
#include "tool/doctor_radio.h"

#include "format/bytes.h"
#include "format/flash_map.h"
#include "tool/recognize.h"

/* The end of the flash: RF calibration, PHY data, three sectors of parameters;
 * Arduino's programs keep the calibration in the second one, where others have
 * the PHY data, and their settings in the first (tasmota.md C.6). */
#define RF_CAL_FROM_END 0x5000u
#define ARDUINO_FROM_END 0x4000u
#define INIT_DATA_FIRST 0x05u
#define INIT_DATA_SIZE 128u
/* The last of the parameter sectors says which of the others counts; SDK 3
 * marks it so (emulator/sdk_param.c; flash_data_check of libmain.a looks for
 * the same). */
#define FLAG_FROM_END 0x1000u
#define FLAG_MARK 4u
#define FLAG_MARK2 28u
#define MARK 0x55AA55AAu
#define MARK2 0xAA55AA55u

static bool is_blank(const uint8_t *bytes, size_t size)
{
    while (size > 0 && bytes[size - 1] == 0xFF)
        size--;
    return size == 0;
}

/* esp_init_data, and nothing behind it: no calibration looks so. */
static bool is_init_data(const uint8_t *sector)
{
    return sector[0] == INIT_DATA_FIRST &&
           !is_blank(sector + 1, INIT_DATA_SIZE - 1) &&
           is_blank(sector + INIT_DATA_SIZE,
                    FLASH_SECTOR_SIZE - INIT_DATA_SIZE);
}

static void read_calibration(const struct doctor_flash *f, uint32_t at,
                             struct doctor_findings *out)
{
    enum firmware_kind kind = recognize_words(f->bytes + at, FLASH_SECTOR_SIZE);
    if (is_init_data(f->bytes + at))
        doctor_add(out, DOCTOR_RF_DATA,
                   "PHY data at 0x%05x, where RF calibration should be",
                   (unsigned)at);
    else if (kind != FIRMWARE_UNKNOWN)
        doctor_add(out, DOCTOR_RF_DATA,
                   "words of %s at 0x%05x, where RF calibration should be",
                   recognize_name(kind), (unsigned)at);
}

static void read_flag(const struct doctor_flash *f, uint32_t at,
                      struct doctor_findings *out)
{
    const uint8_t *flag = f->bytes + at;
    bool is_ours = get_u32le(flag + FLAG_MARK) == MARK &&
                   get_u32le(flag + FLAG_MARK2) == MARK2;
    if (!is_ours && !is_blank(flag, FLASH_SECTOR_SIZE))
        doctor_add(out, DOCTOR_RF_DATA,
                   "SDK parameters at 0x%05x that Pogo's SDK has not written",
                   (unsigned)at);
}

/* Where the program believes that its flash ends. */
static uint32_t end_for(const struct doctor_flash *f, const struct image *image)
{
    uint32_t end = image_size_bytes(image->size_freq >> 4);
    return end >= MAP_END / 4 && end <= f->size ? end : f->size;
}

void doctor_radio_read(const struct doctor_flash *flash,
                       const struct image *image, struct doctor_findings *out)
{
    uint32_t end = image->has_mark ? MAP_END : end_for(flash, image);
    bool is_arduino = !image->has_mark &&
                      image_second(flash->bytes, flash->size, image) != NULL;
    if (end > flash->size)
        return;
    read_calibration(
        flash, end - (is_arduino ? ARDUINO_FROM_END : RF_CAL_FROM_END), out);
    if (image->has_mark)
        read_flag(flash, end - FLAG_FROM_END, out);
}

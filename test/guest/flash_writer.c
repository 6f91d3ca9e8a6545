/* A guest program that writes flash: erases two sectors and programs them in
 * pieces, as flash_writer.h says, each time it starts. */
#include "test/guest/flash_writer.h"

#include "test/guest/common.h"

static uint32_t words[WRITER_MOST / 4];

static SpiFlashOpResult take(const struct writer_step *step)
{
    if (step->size == 0)
        return spi_flash_erase_sector(
            (uint16_t)(step->address / SPI_FLASH_SEC_SIZE));
    for (uint32_t at = 0; at < step->size; at += 4)
        words[at / 4] = writer_word(step->address + at, step->salt);
    return spi_flash_write(step->address, words, step->size);
}

void user_init(void)
{
    for (uint32_t i = 0; i < WRITER_STEPS; i++)
        if (take(&writer_steps[i]) != SPI_FLASH_RESULT_OK)
            ets_printf("step %u failed\n", i);
    ets_printf("flash written\n");
}

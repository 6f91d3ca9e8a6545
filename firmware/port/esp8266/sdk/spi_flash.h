#ifndef SDK_SPI_FLASH_H
#define SDK_SPI_FLASH_H

#include "c_types.h"

typedef enum {
    SPI_FLASH_RESULT_OK,
    SPI_FLASH_RESULT_ERR,
    SPI_FLASH_RESULT_TIMEOUT
} SpiFlashOpResult;

#define SPI_FLASH_SEC_SIZE 4096

uint32_t spi_flash_get_id(void);
SpiFlashOpResult spi_flash_erase_sector(uint16_t sector);
SpiFlashOpResult spi_flash_write(uint32_t address, uint32_t *data,
                                 uint32_t size);
SpiFlashOpResult spi_flash_read(uint32_t address, uint32_t *data,
                                uint32_t size);

typedef struct {
    uint32_t deviceId;
    uint32_t chip_size;
    uint32_t block_size;
    uint32_t sector_size;
    uint32_t page_size;
    uint32_t status_mask;
} SpiFlashChip;

typedef SpiFlashOpResult (*user_spi_flash_read)(SpiFlashChip *chip,
                                                uint32_t address,
                                                uint32_t *data, uint32_t size);
void spi_flash_set_read_func(user_spi_flash_read read);
bool spi_flash_erase_protect_enable(void);
bool spi_flash_erase_protect_disable(void);

#endif

/* What the rom_*.c files share. Nobody else includes this. Functions named
 * native_* are rows of rom.c's table. */
#ifndef EMULATOR_ROM_PRIVATE_H
#define EMULATOR_ROM_PRIVATE_H

#include "emulator/chip.h"
#include "emulator/native.h"

/* Guest addresses of ROM data (chip.md A4, B3 and the public linker script). */
#define ROM_VECTOR_TABLE 0x3FFFC000u  /* by EXCCAUSE: assembler entry */
#define ROM_HANDLER_TABLE 0x3FFFC100u /* by EXCCAUSE: C handler */
#define ROM_IRQ_ENABLED 0x3FFFC200u
#define ROM_IRQ_VPRI 0x3FFFC204u
#define ROM_IRQ_TABLE 0x3FFFC208u /* {handler, argument}, line 14 first */
#define ROM_TICKS_PER_US 0x3FFFC704u
#define ROM_WDT_INFO 0x3FFFC708u /* mode, two periods */
#define ROM_FLASHCHIP_POINTER 0x3FFFC714u
#define ROM_FLASHCHIP 0x3FFFC718u /* id size block sector page status_mask */
#define ROM_INTR_LOCK 0x3FFFDCC0u
#define ROM_USER_START 0x3FFFDCD0u
#define ROM_PUTC1 0x3FFFDD48u
#define ROM_PUTC2 0x3FFFDD4Cu
#define ROM_REPLY_BUFFER 0x3FFFDE00u
#define ROM_UART_DEV 0x3FFFDE10u
#define ROM_UART_NUMBER 0x3FFFDE50u
#define ROM_PACKET_BUFFER 0x3FFFA000u
#define ROM_BSS 0x3FFFDAB0u
#define ROM_BSS_END 0x3FFFEB30u
#define ROM_DATA 0x3FFFC000u
#define ROM_DATA_END 0x3FFFDAB0u
#define ROM_STACK 0x40000000u

/* Rows that guests may have in their pointers. */
#define ROM_BOOT_FLASH 0x400010A8u
#define ROM_PUTC_UART 0x40001DCCu
#define ROM_WRITE_CHAR 0x40001DA0u
#define ROM_UNHANDLED_IRQ 0x4000DC3Cu
#define ROM_UNHANDLED_EXCEPTION 0x4000DC44u
#define ROM_L1INT_HANDLER 0x4000048Cu
#define ROM_CAUSE3_HANDLER 0x40000590u
#define ROM_C_WRAPPER 0x40000598u
#define ROM_SYSCALL_HANDLER 0x4000DBE4u
#define ROM_P_NONE 0x4000DBF8u

/* Our own steps: rows at addresses that no guest calls. */
#define ROM_STEP 0x4000F000u        /* text out, then rom.next */
#define ROM_USER_DONE 0x4000F010u   /* the image's entry returned */
#define ROM_IRQ_RETURN 0x4000F020u  /* an interrupt handler returned */
#define ROM_EXC_RETURN 0x4000F030u  /* an exception handler returned */
#define ROM_DELAY_STEP 0x4000F040u  /* ets_delay_us */
#define ROM_FLASH_WAIT 0x4000F050u  /* until flash is idle, then return a2 */
#define ROM_ERASE_STEP 0x4000F060u  /* SPIEraseArea */
#define ROM_PRINTF_STEP 0x4000F070u /* one character */
#define ROM_GPIO_HANDLER 0x4000F080u

/* UART0 in the ROM: 115200 for a 40 MHz crystal, so 74880 on 26 MHz. */
#define ROM_UART_DIVIDER 694u
/* CONF1 as Uart_Init leaves it: an interrupt at each byte received, for the
 * ROM's own receive handler. esptool's first stub relies on it. */
#define ROM_UART_CONF1 1u

/* rom_guest.c: the guest's memory and time */
uint32_t rom_get(struct chip *chip, uint32_t address);
void rom_put(struct chip *chip, uint32_t address, uint32_t value);
/* Read a NUL-ended string; false when it leaves memory or is too long. */
bool rom_get_string(struct chip *chip, uint32_t address, char *out,
                    size_t room);
uint8_t rom_get8(struct chip *chip, uint32_t address, bool *is_ok);
enum native_result rom_return(struct chip *chip, uint32_t value);
enum native_result rom_return64(struct chip *chip, uint64_t value);
/* A data access of a native failed: raise the exception as the ROM's own
 * instruction would. */
enum native_result rom_fault(struct chip *chip, enum fault cause,
                             uint32_t address);
uint32_t rom_ccount(const struct chip *chip);

/* rom_boot.c */
/* Add to the text that goes out before rom.next runs. A newline is sent as
 * CR LF, as the ROM's putc does. */
__attribute__((format(printf, 2, 3))) void rom_say(struct chip *chip,
                                                   const char *format, ...);
/* Send what was said, then call next. */
enum native_result rom_then(struct chip *chip,
                            enum native_result (*next)(struct chip *chip));
/* Never comes back; the watchdog may. */
enum native_result rom_halt(struct chip *chip);
enum native_result rom_fatal(struct chip *chip, unsigned cause);
/* Jump to guest code as the ROM's main does; a return prints "user code
 * done". */
enum native_result rom_enter(struct chip *chip, uint32_t entry);

/* rom_uart.c: UART 0 or 1 as at reset */
void rom_uart_init(struct chip *chip, unsigned index);

/* rom_printf.c: what the format (a guest address) makes of a va_list's three
 * words: the characters from `skip` on, and the length of the whole. */
#define ROM_FORMAT_PIECE 32u
uint32_t rom_format(struct chip *chip, uint32_t address, const uint32_t va[3],
                    uint32_t skip, uint8_t piece[ROM_FORMAT_PIECE]);

/* rom_image.c: load the image at flash 0 and enter it */
enum native_result rom_boot_flash(struct chip *chip);
/* rom_loader.c */
enum native_result rom_loader_start(struct chip *chip);
enum native_result rom_loader_receive(struct chip *chip);
enum native_result rom_loader_reply(struct chip *chip, uint8_t error);
/* rom_loader_ops.c */
enum native_result rom_loader_dispatch(struct chip *chip);

/* rom_spi.c */
bool rom_flash_is_ready(struct chip *chip); /* not busy */
enum native_result rom_flash_wait(struct chip *chip);
void rom_flash_attach(struct chip *chip);
/* In the mode the controller is set to; FF when the pins are not attached. */
void rom_flash_read(struct chip *chip, uint32_t address, void *out,
                    size_t size);
void rom_flash_erase(struct chip *chip, uint32_t address, uint32_t size);
/* One program operation as SPIWrite makes them: up to 32 bytes, not across a
 * page. Returns how many bytes. */
uint32_t rom_flash_program(struct chip *chip, uint32_t address,
                           const uint8_t *data, uint32_t size);
/* The next erase of SPIEraseArea, with its bug; false when all is done. */
bool rom_flash_erase_area_step(struct chip *chip, uint32_t *sector,
                               uint32_t *head, uint32_t *count);
void rom_flash_erase_area_plan(uint32_t start, uint32_t length,
                               uint32_t *sector, uint32_t *head,
                               uint32_t *count);
bool rom_flash_is_inside(struct chip *chip, uint32_t address, uint32_t size);

/* rom_isr.c: tables as the ROM's start code leaves them */
void rom_isr_init(struct chip *chip);

/* The rows' functions. Several rows share one. */
#define R(address, name, fn) enum native_result fn(struct chip *chip);
#define N(address, name)
#include "emulator/rom_rows.h"
#undef R
#undef N

#endif

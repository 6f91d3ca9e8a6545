/* Pins by libdriver's functions: GPIO16, which is the RTC's, and the UART's
 * second place. Facts: Espressif's driver_lib/driver/gpio16.c. */
#include "emulator/sdk_private.h"

#define RTC_GPIO_OUT 0x60000768u
#define RTC_GPIO_ENABLE 0x60000774u
#define RTC_GPIO_IN 0x6000078Cu
#define RTC_GPIO_CONF 0x60000790u
#define PAD_CONF 0x600007A0u
#define PAD_FUNCTION 0x43u
#define PAD_GPIO 1u
#define MUX_MTCK 0x60000808u /* GPIO13 */
#define MUX_MTDO 0x60000810u /* GPIO15 */
#define MUX_FUNCTION 0x130u
#define MUX_FUNCTION_4 0x100u /* UART0 */
#define DPORT_SWAP 0x3FF00028u
#define SWAP_UART0 4u

static void put_bits(struct chip *chip, uint32_t address, uint32_t mask,
                     uint32_t bits)
{
    sdk_put(chip, address, (sdk_get(chip, address) & ~mask) | bits);
}

/* ---- GPIO16 -------------------------------------------------------------- */

static void configure(struct chip *chip, bool is_output)
{
    put_bits(chip, PAD_CONF, PAD_FUNCTION, PAD_GPIO);
    put_bits(chip, RTC_GPIO_CONF, 1, 0);
    put_bits(chip, RTC_GPIO_ENABLE, 1, is_output ? 1 : 0);
}

/* void gpio16_output_conf(void) */
enum native_result sdk_native_gpio16_output(struct chip *chip)
{
    configure(chip, true);
    return NATIVE_RETURN;
}

/* void gpio16_input_conf(void) */
enum native_result sdk_native_gpio16_input(struct chip *chip)
{
    configure(chip, false);
    return NATIVE_RETURN;
}

/* void gpio16_output_set(level) */
enum native_result sdk_native_gpio16_set(struct chip *chip)
{
    put_bits(chip, RTC_GPIO_OUT, 1, chip->cpu.a[2] & 1u);
    return NATIVE_RETURN;
}

/* uint8 gpio16_input_get(void) */
enum native_result sdk_native_gpio16_get(struct chip *chip)
{
    return sdk_return(chip, sdk_get(chip, RTC_GPIO_IN) & 1u);
}

/* ---- UART0 at GPIO13 and 15 ---------------------------------------------- */

/* What is in the FIFOs goes the old way. */
static bool is_sent(const struct chip *chip)
{
    return uart_tx_is_idle(&chip->uart[0]) && uart_tx_is_idle(&chip->uart[1]);
}

/* void system_uart_swap(void): nothing is at those pins of our boards, so the
 * line hears and says nothing until it is swapped back. */
enum native_result sdk_native_uart_swap(struct chip *chip)
{
    if (!is_sent(chip))
        return NATIVE_AGAIN;
    put_bits(chip, MUX_MTCK, MUX_FUNCTION, MUX_FUNCTION_4);
    put_bits(chip, MUX_MTDO, MUX_FUNCTION, MUX_FUNCTION_4);
    put_bits(chip, DPORT_SWAP, SWAP_UART0, SWAP_UART0);
    return NATIVE_RETURN;
}

/* void system_uart_de_swap(void) */
enum native_result sdk_native_uart_de_swap(struct chip *chip)
{
    if (!is_sent(chip))
        return NATIVE_AGAIN;
    put_bits(chip, DPORT_SWAP, SWAP_UART0, 0);
    return NATIVE_RETURN;
}

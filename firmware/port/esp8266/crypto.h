/* hal/crypto.h on the chip: BearSSL, as scripts/get_source.sh gets it. */
#ifndef FIRMWARE_PORT_ESP8266_CRYPTO_H
#define FIRMWARE_PORT_ESP8266_CRYPTO_H

#include <stdbool.h>

/* Once, in user_init. The answer to each hal_verify_start goes to on_answer,
 * from a task of its own priority near the top of the stack. */
void crypto_start(void (*on_answer)(bool is_right));

#endif

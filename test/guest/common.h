/* What guest programs share: small C programs for the lx106 that stand in for
 * firmware on the bench, each in one file with a user_init (docs/guest.md).
 * common.c brings user_pre_init with the partition table and the PHY data. */
#ifndef TEST_GUEST_COMMON_H
#define TEST_GUEST_COMMON_H

#include "osapi.h"
#include "user_interface.h"

/* The program. */
void user_init(void);

/* Called in user_pre_init, if the program has it. */
void guest_pre_init(void);

/* The boot ROM's printf, to UART0: %d %u %x %s %c %%, no lengths of long. A
 * line that ends in \n is one `uart …` event. */
__attribute__((format(printf, 1, 2))) int ets_printf(const char *format, ...);

/* Call step(NULL) once, ms from now; one such call can be pending. */
void guest_later(uint32_t ms, os_timer_func_t *step);

#endif

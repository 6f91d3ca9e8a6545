/* A new image that starts and runs, and never confirms itself: one in which
 * what matters does not work, though nothing crashes. */
#include "test/guest/common.h"

void user_init(void)
{
    ets_printf("mute: this image does nothing\n");
}

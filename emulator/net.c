/* TCP and UDP of the device: nothing is listening yet. */
#include "emulator/net.h"

void net_link_changed(struct chip *chip)
{
    (void)chip;
}

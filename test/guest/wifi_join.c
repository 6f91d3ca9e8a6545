/* Joins the hidden network "cellar" and says what happens to it. */
#include "test/guest/wifi.h"

void user_init(void)
{
    guest_wifi_join("cellar", "battery staple");
}

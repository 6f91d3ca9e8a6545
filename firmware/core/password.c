/* The web's first password, and how the owner gets to know it. */
#include "firmware/core/password.h"

#include "firmware/core/device.h"
#include "firmware/hal/net.h"

/* No i, l or o. */
static const char letters[] = "abcdefghjkmnpqrstuvwxyz";
#define LETTERS (sizeof(letters) - 1)

/* One of 23, each as likely: what is left of 32 numbers is thrown away. A
 * source that is stuck must not hang the device. */
static char letter(void)
{
    uint32_t random = 0;
    for (unsigned tries = 0; tries < 20; tries++) {
        random = hal_net_random();
        for (unsigned i = 0; i < 6; i++, random >>= 5) {
            if ((random & 31u) < LETTERS)
                return letters[random & 31u];
        }
    }
    return letters[random % LETTERS];
}

static void make(struct device *dev)
{
    for (unsigned i = 0; i < PASSWORD_LETTERS; i++)
        dev->settings.web_password[i] = letter();
    dev->settings.web_password[PASSWORD_LETTERS] = 0;
    device_changed(dev);
}

/* Only there: others can read the log too. */
static void tell(struct device *dev)
{
    const char *const parts[] = {
        "Web password, until you set one: user admin, password ",
        dev->settings.web_password};
    outlet_serial(dev, parts, 2);
}

void password_tick(struct device *dev)
{
    bool is_made = dev->settings.web_auth == PASSWORD_MADE;
    if (!is_made || dev->uptime_s < PASSWORD_AFTER_S)
        return;
    bool is_new = dev->settings.web_password[0] == 0;
    if (is_new)
        make(dev);
    if (is_new || !dev->is_password_told)
        tell(dev);
    dev->is_password_told = true;
}

#include "firmware/core/pins.h"

#include "firmware/core/component.h"
#include "firmware/hal/system.h"

static bool is_serial(unsigned gpio)
{
    return gpio == 1 || gpio == 3;
}

/* Data lines of the flash chip, but not inside an ESP8285. */
static bool is_shared(unsigned gpio)
{
    return (gpio == 9 || gpio == 10) && !hal_system_is_8285();
}

bool pin_is_flash(unsigned gpio)
{
    return (gpio >= 6 && gpio <= 8) || gpio == 11;
}

bool pin_can_be(unsigned gpio, unsigned component)
{
    if (component <= COMPONENT_USER || !component_is_served(component))
        return true;
    if (is_serial(gpio))
        return !component_is_output(component);
    return !pin_is_flash(gpio) && !is_shared(gpio);
}

void pin_refusal(unsigned gpio, unsigned component, struct text *out)
{
    if (pin_is_flash(gpio)) {
        text_format(out, "GPIO%u belongs to the flash chip", gpio);
        return;
    }
    component_name(component, out);
    text_format(out, " on GPIO%u would cut off the %s", gpio,
                is_serial(gpio) ? "serial line" : "flash chip");
    if (gpio == 9 || gpio == 10)
        text_add(out, "; only an ESP8285 has this pin free");
}

unsigned pins_refused(const struct template *template)
{
    unsigned i = 0;
    while (i < TEMPLATE_PINS && pin_can_be(template_gpio(i), template->pin[i]))
        i++;
    return i;
}

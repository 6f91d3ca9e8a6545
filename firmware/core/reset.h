/* What Reset 1 to 6 take away, right before the restart. */
#ifndef FIRMWARE_CORE_RESET_H
#define FIRMWARE_CORE_RESET_H

struct device;

/* Carry out dev->reset: 1 and 2 erase all settings, 4 and 5 all but Wi-Fi's, 6
 * all but Wi-Fi's and MQTT's; 3 erases what the SDK has learnt of the radio,
 * and no setting. What goes wrong is told. Nothing may be saved after it. */
void reset_settings(struct device *dev);

#endif

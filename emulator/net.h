/* TCP and UDP of the device as espconn sees them, on a host's sockets. The
 * station's address is the device's own loopback address (chip_config.address);
 * while a phone is joined, who connects there is the phone at the soft AP. */
#ifndef EMULATOR_NET_H
#define EMULATOR_NET_H

struct chip;

/* The way to the device has changed: wifi_station_is_up or
 * wifi_phone_is_joined say something else than before. Listeners open or close
 * with it; connections that have lost their way get none of their bytes any
 * more and end when the guest or its time-outs say so. */
void net_link_changed(struct chip *chip);

#endif

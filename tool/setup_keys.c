/* The keys of pogo setup: one row each. */
#include "tool/setup_keys.h"

#include <stdio.h>
#include <string.h>

/* clang-format off */
const struct raw_option setup_keys[SETUP_KEYS] = {
    [SETUP_SSID] = {"ssid", "-s", true,
     "  -s, --ssid NAME      the Wi-Fi network (2.4 GHz)"},
    [SETUP_PASSWORD] = {"password", NULL, true, ""},
    [SETUP_PASSWORD_FILE] = {"password-file", NULL, true,
     "  --password-file F    its password is the first line of this file (-: stdin);\n"
     "                       else POGO_WIFI_PASSWORD, else pogo asks; an empty line:\n"
     "                       the network is open"},
    [SETUP_HIDDEN] = {"hidden", NULL, false,
     "  --hidden             the network does not show its name"},
    [SETUP_MQTT] = {"mqtt", NULL, true,
     "  --mqtt HOST          the MQTT broker's name or address; '': no MQTT"},
    [SETUP_MQTT_PORT] = {"mqtt-port", NULL, true,
     "  --mqtt-port N        its port (1883)"},
    [SETUP_MQTT_USER] = {"mqtt-user", NULL, true,
     "  --mqtt-user NAME     who the device is there; '': nobody"},
    [SETUP_MQTT_PASSWORD] = {"mqtt-password", NULL, true, ""},
    [SETUP_MQTT_PASSWORD_FILE] = {"mqtt-password-file", NULL, true,
     "  --mqtt-password-file F  as above; else POGO_MQTT_PASSWORD, else pogo asks"},
    [SETUP_WEB_PASSWORD] = {"web-password", NULL, true, ""},
    [SETUP_WEB_PASSWORD_FILE] = {"web-password-file", NULL, true,
     "  --web-password-file F  the password that its page then wants, of user admin;\n"
     "                       without one Pogo lets nobody switch from the network.\n"
     "                       Else POGO_WEB_PASSWORD, else pogo asks"},
    [SETUP_TOPIC] = {"topic", NULL, true,
     "  --topic T            its MQTT topic; each device needs one of its own"},
    [SETUP_NAME] = {"name", NULL, true,
     "  --name NAME          its name for people (FriendlyName1, DeviceName)"},
    [SETUP_BOARD] = {"board", NULL, true,
     "  --board B            what it is: pogo boards lists them"},
    [SETUP_TEMPLATE] = {"template", NULL, true,
     "  --template T         or a template: its text, or a file with one"},
    [SETUP_MODULE] = {"module", NULL, true,
     "  --module N           or one of Tasmota's modules by its number"},
    [SETUP_TIMEZONE] = {"timezone", NULL, true,
     "  --timezone Z         hours from UTC (+01:00, -5), or 99: by TimeStd, TimeDst"},
    [SETUP_PORT] = {"port", "-p", true,
     "  -p, --port PORT      /dev/ttyUSB0, rfc2217://HOST:PORT, bench:BOARD;\n"
     "                       default: POGO_PORT, or the only adapter there is"},
    [SETUP_CONFIG] = {"config", NULL, true,
     "  --config FILE        what is not said here is in pogo.conf (a section for each\n"
     "                       device, by MAC address or name) or a FILE.csv"},
    [SETUP_DEVICE] = {"device", NULL, true,
     "  --device NAME        the section or row with this name, not by MAC address"},
    [SETUP_WAIT] = {"wait", NULL, true,
     "  --wait S             wait so long until it has joined (default 60)"},
    [SETUP_PORTS] = {"ports", NULL, true,
     "  --ports FILE         many devices: one port on each line; or -p several times"},
    [SETUP_LOOP] = {"loop", NULL, false,
     "  --loop               one device after the other, until each row of a FILE.csv\n"
     "                       is done; a device has its row, or the next that is free"},
    [SETUP_BOARDS] = {"boards", NULL, true,
     "  --boards N           with --loop: end after so many"},
    [SETUP_LOG] = {"log", NULL, true,
     "  --log FILE           with many: a line for each (default CONFIG.log.csv)"},
    [SETUP_JSON] = {"json", NULL, false,
     "  --json               for machines"},
    [SETUP_HELP] = {"help", "-h", false,
     "  -h, --help           this text"},
};
/* clang-format on */

bool setup_wish_keep(struct setup_wish *wish, unsigned key, const char *text)
{
    if (strlen(text) >= SETUP_VALUE)
        return false;
    if (!wish->has[key])
        snprintf(wish->text[key], SETUP_VALUE, "%s", text);
    wish->has[key] = true;
    return true;
}

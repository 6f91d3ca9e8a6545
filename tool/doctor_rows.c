/* The rows of pogo doctor, and the list of findings. */
#include "tool/doctor_rows.h"

#include <stdarg.h>
#include <stdio.h>

#define MAINS "Never with mains connected; 3.3 V only. "
#define REPLUG "disconnect the 3.3 V, release the button, connect it again"
#define CHIP_DOC "the chip's documents"
#define OWNERS "owners' threads"

/* clang-format off */
const struct doctor_row doctor_rows[DOCTOR_IDS] = {
    [DOCTOR_SILENT] = {"silent", "no byte after power came on",
     "Nothing at all comes from the device: no power, RX and TX swapped, or no GND.",
     MAINS "Check 3V3 and GND, exchange RX and TX, then run pogo doctor again.",
     OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_NOISE] = {"noise", "bytes, but no word of a boot ROM or a program at 74880 or 115200 baud",
     "What comes is not text: no common GND, a wrong voltage, or the wrong pad.",
     MAINS "Connect GND first, set the adapter to 3.3 V, and see that its RX is at "
     "the device's TX.", OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_LINE_NOISE] = {"line-noise", "lines of the boot ROM or the log that are almost as they should be; "
     "damaged frames while the flash is read",
     "The serial line is disturbed: bytes come changed, doubled or not at all. Nothing else "
     "that is told here is sure.",
     MAINS "Shorter wires, GND beside RX and TX, away from mains cables, no USB hub; another "
     "adapter. Then pogo doctor again.", OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_POWER] = {"power", "rst cause:1 three times or more in one start",
     "The supply breaks down again and again: the chip starts from nothing each time.",
     MAINS "Take shorter wires and a supply of 3.3 V that gives 500 mA; many "
     "adapters give 50 mA.", OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_DOWNLOAD] = {"download-mode", "boot mode:(1,x): GPIO0 was low at the start",
     "The device waits for a flasher: its button was held, or GPIO0 is at GND.",
     MAINS "Take the wire or jumper off GPIO0; " REPLUG ".", CHIP_DOC, false,
     "doctor_test.sh"},
    [DOCTOR_STRAP] = {"strap", "boot mode:(0,x), (2,x) or (4,x) to (7,x)",
     "GPIO2 is low or GPIO15 is high at the start; the chip then looks for no program.",
     MAINS "Take off whatever hangs on GPIO2 and GPIO15; " REPLUG ".", CHIP_DOC, false,
     "doctor_chip_test.sh"},
    [DOCTOR_FLASH_ID] = {"flash-id", "the flash chip's id is all 0 or all 1",
     "The flash chip does not answer.",
     MAINS "On boards with an ESP8266 look for solder at the flash chip's pins and at "
     "GPIO6 to 11; otherwise the chip is broken.", CHIP_DOC, false,
     "doctor_chip_test.sh"},
    [DOCTOR_UNREADABLE] = {"unreadable", "a sector gives other bytes at each reading, or none",
     "The flash can't be read twice alike: a weak supply, or a worn flash.",
     MAINS "Better supply, shorter wires, pogo doctor --flash again. If it stays "
     "the same sector: pogo erase ADDRESS 0x1000, then pogo flash FILE; if it comes back "
     "the flash is worn out.", OWNERS, false,
     "doctor_chip_test.sh"},
    [DOCTOR_NO_IMAGE] = {"no-image", "ets_main.c 181; the flash does not begin with E9",
     "There is no program on the flash.",
     MAINS "pogo flash FILE writes one.", CHIP_DOC, true,
     "doctor_test.sh"},
    [DOCTOR_DIY_DEAD] = {"diy-dead", "the first sector is blank and the rest is there; or a damaged image among the vendor's words",
     "The program's beginning is missing: an update in DIY mode that failed (error 471) and "
     "then lost power, or a flashing that was cut. The device is not broken.",
     MAINS "pogo flash FILE over the wires, or pogo restore with a backup of this device.",
     OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_PARTIAL] = {"partial-image", "the image ends in blank flash, or before its end",
     "Only a part of the program is on the flash.",
     MAINS "pogo flash FILE again, and wait until it says that all is done.",
     OWNERS, false,
     "doctor_image_test.sh"},
    [DOCTOR_MODE] = {"flash-mode", "the header says QIO or QOUT, and the chip is an ESP8285",
     "The program is marked for four data lines; an ESP8285 has two, so it never starts.",
     MAINS "pogo flash FILE again: pogo sets DOUT by itself.", OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_SIZE] = {"flash-size", "the header names more flash than the chip has",
     "The program believes in a larger flash and looks for its settings beyond the end.",
     MAINS "pogo flash -fs detect FILE.", OWNERS, false,
     "doctor_test.sh"},
    [DOCTOR_CHECKSUM] = {"checksum", "csum err in the start; the sum in the image is wrong",
     "The program on the flash is damaged, or is read in a mode the flash does not have.",
     MAINS "pogo flash -fm dout FILE writes it again.", OWNERS, true,
     "doctor_test.sh"},
    [DOCTOR_PROTECTED] = {"protected", "protection bits in the flash's status",
     "The flash chip is protected: parts of it can't be written.",
     MAINS "Disconnect the 3.3 V and connect it again, then pogo flash FILE, which takes them "
     "away where the chip lets it. pogo flash-status shows which are left.", CHIP_DOC, false,
     "doctor_chip_test.sh"},
    [DOCTOR_SLOTS] = {"slots", "Pogo's boot sector finds no whole program",
     "Pogo's boot sector is there, but neither of its two programs is whole.",
     MAINS "pogo flash pogo.bin. Settings stay.", "our own format", true,
     "doctor_test.sh"},
    [DOCTOR_PHY] = {"phy-missing", "rf_cal[0] !=0x05 in the start; no 05 where PHY data is",
     "The radio's data (esp_init_data) is not on the flash; the program restarts for ever.",
     MAINS "Write esp_init_data_default.bin of Espressif's SDK at the flash's size "
     "less 0x4000, as in pogo flash esp_init_data_default.bin@0xFC000 (1 MB).", OWNERS, true,
     "doctor_image_test.sh"},
    [DOCTOR_RF_DATA] = {"rf-data", "another firmware's bytes where the RF calibration or the SDK's parameters are",
     "Another firmware's radio or SDK data is still there. Owners whose access point stayed "
     "away were helped by erasing it; no single cause is proven.",
     MAINS "pogo erase 0xFB000 0x5000 (addresses of a 1 MB flash; Tasmota's "
     "settings may go with it), then disconnect the 3.3 V "
     "and connect it again. Still no access point: pogo doctor --no-ap has the whole list.",
     OWNERS, false,
     "doctor_image_test.sh"},
    [DOCTOR_EXCEPTION] = {"exception", "Fatal exception and its registers",
     "The program has crashed.",
     MAINS "Flash the same file again (pogo flash --erase all FILE); if it crashes "
     "again, another version, or what ran before: pogo restore pogo-MAC-DATE.bin (your "
     "backup, if there is one). For an issue: pogo doctor --elf FILE.elf names the place.",
     OWNERS, true,
     "doctor_image_test.sh"},
    [DOCTOR_LOOP] = {"boot-loop", "three starts or more while we listened",
     "The device starts again and again.",
     MAINS "Back to what ran before: pogo restore pogo-MAC-DATE.bin (your backup, if "
     "there is one). Else pogo flash --erase all FILE (all settings go), then another "
     "version.", OWNERS, true,
     "doctor_image_test.sh"},
    [DOCTOR_MUTE] = {"mute", "the boot ROM starts a program, which then says nothing",
     "The program says nothing: its log is off, a template has taken the serial line's "
     "pins (GPIO1, GPIO3), or it hangs.",
     MAINS "If its page is there, look at Template and SerialLog; otherwise flash it "
     "again: pogo flash --erase all FILE (all settings go).", OWNERS, true,
     "doctor_log_test.sh"},
    [DOCTOR_SAFE_MODE] = {"safe-mode", "APP: Safe mode after crashes",
     "Pogo has crashed several times; its pins and rules are off until a restart.",
     "Undo the last rule or template, by its console or page, then Restart 1.",
     "our own format", false,
     "doctor_log_test.sh"},
    [DOCTOR_TEMPLATE] = {"template", "Template and Gpio, asked or on Pogo's flash: no pin is a relay, light or sensor",
     "The template gives the device nothing to switch: it seems dead, though it runs.",
     MAINS "pogo setup --board NAME gives it its board's template (pogo boards lists "
     "them), or pogo setup --template FILE.", "Tasmota's documentation", false,
     "doctor_log_test.sh"},
    [DOCTOR_SETTINGS] = {"settings", "Pogo's settings on flash are damaged; CFG: in the log says so, or that they "
     "can't be written",
     "Some of Pogo's settings are lost.",
     MAINS "pogo erase 0xF7000 0x4000, then pogo setup: all settings begin anew. "
     "If it comes back, the flash is worn out.", "our own format", false,
     "doctor_image_test.sh"},
    [DOCTOR_MINIMAL] = {"minimal", "minimal in the version, or in the program's own name",
     "A minimal Tasmota is installed: a step between two versions, without most commands.",
     MAINS "Finish the update (the page: Firmware Upgrade), or pogo flash with a full image.",
     OWNERS, false,
     "doctor_tasmota_test.sh"},
    [DOCTOR_WIFI_NOT_FOUND] = {"wifi-not-found", "WIF: Connect failed, not found or not reached",
     "The Wi-Fi network is not found: wrong name, too far, 5 GHz or WPA3 only, or hidden.",
     MAINS "pogo setup -s NAME, with --hidden for one that hides its name; "
     "capitals count. In the router: 2.4 GHz, and WPA2, not WPA3 alone.",
     OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_WIFI_PASSWORD] = {"wifi-password", "WIF: Connect failed, password",
     "The network refuses the password.",
     MAINS "pogo setup -s NAME asks for it again.", OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_WIFI_ADDRESS] = {"wifi-address", "WIF: Connect failed, no address",
     "The network lets the device in but gives it no address.",
     "Router: is DHCP on, are addresses left? Restart the router.", OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_WIFI_JOIN] = {"wifi-join", "WIF: Connect failed, any other reason",
     "The network was found, but the device does not get in.",
     MAINS "Nearer to the router; better supply; WPA2 in the router, not WPA3 alone; "
     "the password once more: pogo setup -s NAME.",
     OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_NO_AP] = {"no-access-point", "a program runs, and its log has no word of Wi-Fi, or that the access point can't be opened; or --no-ap",
     "It runs, but there is no access point. No single cause is proven for that.",
     MAINS "In this order, pogo doctor after each: 1. erase what another firmware's "
     "radio left: pogo erase 0xFB000 0x5000, then power off and on (addresses of a "
     "1 MB flash; Tasmota's settings may go with it); 2. erase all and flash again: pogo flash --erase all FILE; "
     "3. a better supply of 3.3 V, 500 mA; 4. another version or variant of the same "
     "firmware; 5. Pogo's own image.", OWNERS, true,
     "doctor_test.sh"},
    [DOCTOR_BROKER] = {"mqtt", "MQT: Connect failed",
     "Wi-Fi is fine, but the MQTT broker is not reached.",
     MAINS "Is the broker on and in this network? pogo setup --mqtt ADDRESS sets it anew.",
     OWNERS, false,
     "doctor_log_test.sh"},
    [DOCTOR_BROKER_LOGIN] = {"mqtt-login", "MQT: Connect failed, rc 4 or 5, user or password",
     "The MQTT broker refuses user or password.",
     MAINS "pogo setup --mqtt ADDRESS --mqtt-user NAME asks for the password.",
     OWNERS, false,
     "doctor_wifi_test.sh"},
};
/* clang-format on */

void doctor_add(struct doctor_findings *f, enum doctor_id id,
                const char *format, ...)
{
    va_list args;
    if (f->has[id])
        return;
    f->has[id] = true;
    va_start(args, format);
    vsnprintf(f->detail[id], DOCTOR_DETAIL, format, args);
    va_end(args);
}

/* A program that is not whole, or that the chip can't read, starts again and
 * again, or says nothing: told once. A crash is a program that runs. */
void doctor_drop_effects(struct doctor_findings *f)
{
    static const enum doctor_id causes[] = {
        DOCTOR_NO_IMAGE, DOCTOR_DIY_DEAD, DOCTOR_PARTIAL, DOCTOR_MODE,
        DOCTOR_SIZE,     DOCTOR_CHECKSUM, DOCTOR_SLOTS};
    bool is_explained = false;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++)
        is_explained |= f->has[causes[i]];
    if (is_explained && !f->has[DOCTOR_EXCEPTION])
        f->has[DOCTOR_LOOP] = f->has[DOCTOR_MUTE] = false;
}

unsigned doctor_count(const struct doctor_findings *f)
{
    unsigned count = 0;
    for (unsigned i = 0; i < DOCTOR_IDS; i++)
        count += f->has[i];
    return count;
}

bool doctor_wants_flash(const struct doctor_findings *f)
{
    bool is_wanted = false;
    for (unsigned i = 0; i < DOCTOR_IDS; i++)
        is_wanted |= f->has[i] && doctor_rows[i].wants_flash;
    return is_wanted;
}

/* The subcommands: one row each. */
#include "tool/cmd.h"

#include <stdbool.h>
#include <string.h>

#define MAINS "Never with mains connected; 3.3 V only.\n"

/* clang-format off */
const struct command commands[] = {
    {"flash", cmd_flash, NULL,
     "write firmware to the device", "[options] FILE[@ADDRESS]...",
     MAINS
     "Writes each file (at 0 unless an address is given; .gz is unpacked), reads\n"
     "back a digest of what it wrote, and says so. Sectors that hold the right\n"
     "bytes already are left alone. An ESP8285 gets flash mode DOUT by itself. The\n"
     "device must be in download mode: pogo does it by DTR and RTS where they are\n"
     "wired, and else tells you what to do. All in one session:\n"
     "\n"
     "  pogo flash tasmota.bin.gz\n"
     "  pogo flash --backup vendor.bin --erase all tasmota.bin --monitor\n"
     "  pogo flash -p rfc2217://pi:2217 boot.bin blank.bin@0xFE000\n"
     "  pogo write_flash -fm dout 0x0 tasmota.bin       (as esptool says it)\n"},
    {"backup", cmd_backup, NULL,
     "save the whole flash in a file", "[options] [FILE]",
     MAINS
     "Saves all of the flash: firmware and settings. Without a name the file is\n"
     "called after the device's MAC address and today's date. A file that is there\n"
     "already stays as it is. `pogo restore` brings a backup back.\n"
     "\n"
     "  pogo backup\n"
     "  pogo backup vendor.bin\n"},
    {"restore", cmd_restore, NULL,
     "write a backup back", "[options] FILE",
     MAINS
     "Writes a backup of the whole flash, byte for byte. It is for the device it\n"
     "came from: it holds that one's settings and radio calibration.\n"
     "\n"
     "  pogo restore vendor.bin\n"},
    {"read", cmd_read, NULL,
     "read the flash into a file", "[options] FILE [ADDRESS SIZE]",
     MAINS
     "Reads the whole flash, or a part of it. FILE appears when it is complete;\n"
     "until then it is FILE.part. A FILE that is there already is left alone.\n"
     "\n"
     "  pogo read whole.bin\n"
     "  pogo read settings.bin 0xF7000 16K\n"},
    {"erase", cmd_erase, NULL,
     "erase the flash", "[options] [ADDRESS SIZE]",
     MAINS
     "Erases the whole flash, or whole sectors of 0x1000 bytes.\n"
     "\n"
     "  pogo erase\n"
     "  pogo erase 0xF7000 0x4000\n"},
    {"verify", cmd_verify, NULL,
     "compare the flash with files", "[options] FILE[@ADDRESS]...",
     MAINS
     "Says whether the flash holds these files. Exit code 4 when it does not.\n"
     "Each bench:mini is a new, blank device: keep its flash from one command to\n"
     "the next with -p bench:mini,flash=FILE.\n"},
    {"info", cmd_info, NULL,
     "what chip is it", "[options]",
     MAINS
     "Chip, MAC address, crystal, flash id and size.\n"},
    {"flash-status", cmd_flash_status, NULL,
     "the flash chip's own registers", "[options]",
     MAINS
     "Shows the status registers with the bits that protect the flash from being\n"
     "written, and what the chip says of itself (SFDP).\n"},
    {"image", cmd_image, NULL,
     "what is this firmware file", "[--json] [--key FILE.pem] FILE",
     "Shows and checks an image file: segments, flash mode, size and frequency,\n"
     "checksum, and what it seems to be. Of an update (.ota): version, what it is\n"
     "for, whether it is whole, and who signed it. Needs no device.\n"},
    {"run", cmd_run, NULL,
     "leave download mode", "[options]",
     MAINS
     "Resets the chip so that it starts what is on its flash.\n"},
    {"merge", cmd_merge, NULL,
     "make one file of several", "-o FILE [options] FILE@ADDRESS...",
     "Puts files into one, each at its address, with FF between them. Needs no\n"
     "device.\n"
     "\n"
     "  pogo merge -o all.bin boot.bin@0 app.bin@0x1000\n"
     "  pogo merge_bin -o all.bin 0x0 boot.bin 0x1000 app.bin\n"},
    {"update", cmd_update, NULL,
     "update a device that runs Pogo, over the cable", "[options] FILE.ota",
     MAINS
     "Sends an update file over the serial console of a running device; the button\n"
     "need not be held. The device looks who signed it, installs it beside what\n"
     "runs, restarts, and goes back by itself if the new version does not last.\n"
     "Over the network, without a cable: pogo ota.\n"
     "\n"
     "  pogo update -p /dev/ttyUSB0 pogo.ota\n"},
    {"key", cmd_key, NULL,
     "a key for updates: its id, and its line for OtaKey", "[--json] FILE.pem",
     "Shows the id of a key, private or public, as pogo image shows it of an update,\n"
     "and the line that makes it the one key a device takes updates of. Never shows\n"
     "the private half. Needs no device.\n"
     "\n"
     "  pogo key ~/.config/pogo/update-key.pem\n"},
    {"console", cmd_console, NULL,
     "a terminal: what the device says, and lines to it", "[options]",
     MAINS
     "Shows what the device says and sends it the lines that you type; arrow up\n"
     "brings back what you typed before. It changes between 74880 baud, which the\n"
     "boot ROM speaks, and the program's own speed by itself, and goes on when the\n"
     "adapter was pulled out and comes back. Passwords are stars, in the log too.\n"
     "\n"
     "  Ctrl-T r  reset            Ctrl-T t  the time before each line\n"
     "  Ctrl-T d  download mode    Ctrl-T x  bytes as hex\n"
     "  Ctrl-T h  these keys       Ctrl-C    end\n"
     "\n"
     "Lines can come from a pipe, too: echo Status 0 | pogo console\n"},
    {"ports", cmd_ports, NULL,
     "which serial ports are there", "[--json]",
     "Lists the serial ports with their USB ids, which of them is likely the\n"
     "adapter, who uses it, and whether you may. Opens none of them.\n"},
    {"install", NULL, cmd_install,
     "backup, flash and set-up in one", "[options] FILE",
     NULL},
    {"setup", NULL, cmd_setup,
     "give a device its Wi-Fi, MQTT and names", "[options]",
     NULL},
    {"boards", NULL, cmd_boards,
     "which boards are known, and where their pads are", "[options] [NAME]",
     NULL},
    {"doctor", NULL, cmd_doctor,
     "what is wrong with a device, and what to do", "[options]",
     NULL},
    {"report", NULL, cmd_report,
     "a text about a device for an issue, without secrets", "[options]",
     NULL},
    {"ota", NULL, cmd_ota,
     "update devices over the network, or make a Tasmota a Pogo",
     "[options] DEVICE... FILE",
     NULL},
    {"diy", NULL, cmd_diy,
     "a device with its vendor's firmware, over Wi-Fi", "VERB [options]",
     NULL},
    {"bench", NULL, cmd_bench,
     "a virtual device to try things on", "BOARD [options]",
     NULL},
};
/* clang-format on */

const size_t command_count = sizeof(commands) / sizeof(commands[0]);

const struct command *command_find(const char *name)
{
    for (size_t i = 0; name && i < command_count; i++) {
        if (strcmp(commands[i].name, name) == 0)
            return &commands[i];
    }
    return NULL;
}

/* Whether a becomes b by one slip. */
static bool is_slip(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    if (!*a || !*b)
        return strlen(a) + strlen(b) <= 1;
    return strcmp(a + 1, b) == 0 || strcmp(a, b + 1) == 0 ||
           strcmp(a + 1, b + 1) == 0 ||
           (a[0] == b[1] && a[1] == b[0] && strcmp(a + 2, b + 2) == 0);
}

const struct command *command_near(const char *word)
{
    for (size_t i = 0; i < command_count; i++) {
        if (is_slip(word, commands[i].name))
            return &commands[i];
    }
    return NULL;
}

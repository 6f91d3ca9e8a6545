/* Log lines for the public: patterns, and what is kept of a line by them. */
#include "tool/report_mask.h"

#include <string.h>

/* In a pattern * is any text, which is left out, # a decimal number, @ one in
 * hex, ~ a version of digits and dots; all else stands for itself. The first
 * that fits the whole line counts. Boot ROM: chip.md A7; Tasmota: tasmota.md
 * C.5; Pogo: firmware/core. */
static const char *const patterns[] = {
    /* the boot ROM, and what the SDK says before a program */
    "ets Jan  8 2013,rst cause:#, boot mode:(#,#)",
    "load @, len #, room #",
    "tail #",
    "chksum @",
    "ho # tail # room #",
    "csum @",
    "csum err",
    "wdt reset",
    "unknown reset",
    "waiting for host",
    "flash read err,*",
    "ets_main.c #",
    "user code done",
    "rf_cal[#] !=@,is @",
    "2nd boot version : ~*",
    "SDK ver: ~*",
    "mode : *",
    "Fatal exception (#):*",
    "Fatal exception #(*",
    "Exception (#):*",
    "epc1=@, epc2=@, epc3=@, excvaddr=@, depc=@",
    "epc1=@ epc2=@ epc3=@ excvaddr=@ depc=@",
    "pogo: no program to start",
    /* programs */
    "Project * Version ~*",
    "WIF: Connected",
    "WIF: Connected to AP#*",
    "WIF: Connecting to AP# * in mode *",
    "WIF: Connecting to AP#*",
    "WIF: Connect failed as AP cannot be reached",
    "WIF: Connect failed with AP timeout",
    "WIF: Connect failed as no IP address received*",
    "WIF: Connect failed with AP incorrect password*",
    "WIF: Connect failed: * was not found*",
    "WIF: Connect failed: * refused the password*",
    "WIF: Connect failed: * gave no address*",
    "WIF: Connect failed*",
    "WIF: Set-up access point is off",
    "WIF: The set-up access point can't be opened",
    "WIF: Set-up access point * is open*",
    "WIF: WifiManager active for # minutes",
    "WIF: Next try in # s",
    "WIF: No network is set up any more",
    "WIF: No network for ten minutes: restarting once",
    "WIF: Sending Gratuitous ARP",
    "HTP: Web server active on *",
    "MQT: Attempting connection...",
    "MQT: Connected*",
    "MQT: Connect failed to *, rc #. Retry in # sec",
    "MQT: Connect failed*, rc #*",
    "MQT: Connect failed*",
    "APP: Restarting",
    "APP: Safe mode after crashes*",
    "APP: Power went on and off several times*",
    "APP: The button was pressed # times*",
    "APP: Stopped*",
    "CFG: the settings could not be written*",
    "CFG: some settings on flash are damaged*",
    "CFG: the settings on flash can't be read*",
    "UPD: first start of a new installation",
    "UPD: this version has proved itself",
    "UPD: this version is on trial, start # of #",
    "UPD: # % written",
    "QPC: Count #",
    "QPC: Reset",
    "APP:*",
    "CFG:*",
    "CMD:*",
    "HTP:*",
    "MQT:*",
    "NTP:*",
    "OTA:*",
    "RSL:*",
    "RTC:*",
    "UPD:*",
    "UPL:*",
    "UPP:*",
    "WIF:*",
    /* what the doctor says of a start */
    "# bytes came",
    "# of # lines are damaged",
    "# starts; it restarts by itself",
    "# starts; the program crashes",
    "# starts; the radio's data is missing",
    "# starts; the watchdog resets it: the program hangs",
    "SerialLog is 0 in its settings",
    "boot mode #",
    "by your own word",
    "exception # at @*, it touched @",
    "module #, *",
    "power came on # times",
    "the log says nothing of Wi-Fi",
    /* and of a flash */
    "#KB in the header, the chip has # KB",
    "#MB in the header, the chip has # KB",
    "@ at @, not 05",
    "@: damaged",
    "PHY data at @, where RF calibration should be",
    "SDK parameters at @ that Pogo's SDK has not written",
    "words of * at @, where RF calibration should be",
    "frames came damaged, or not at all, while the flash was read",
    "it would end beyond the flash",
    "just flashed, slot A is not whole",
    "no slot holds what its record says",
    "no whole image at @",
    "qio",
    "qout",
    "the first byte is @",
    "the first sector is blank, behind it are bytes*",
    "the image at @: @, not @",
    "the image from @ to @ has blank sectors",
    "the sector at @",
    "the vendor's firmware; *",
    "@",
};

/* What comes, as far as there is room for all of it. */
static void keep(char out[REPORT_LINE], const char *text, size_t size)
{
    size_t n = strlen(out);
    if (size > REPORT_LINE - 1 - n)
        size = REPORT_LINE - 1 - n;
    memcpy(out + n, text, size);
    out[n + size] = '\0';
}

/* How much of the text is a number of this kind; 0: it is none. */
static size_t number_size(char kind, const char *text)
{
    size_t sign = kind == '#' && text[0] == '-';
    if (kind == '@' && strncmp(text, "0x", 2) == 0)
        sign = 2;
    size_t n = strspn(text + sign, kind == '#'   ? "0123456789"
                                   : kind == '~' ? "0123456789."
                                                 : "0123456789abcdefABCDEF");
    /* Longer ones are no number of a log: the keys of a network can be. */
    return n == 0 || n > 8 ? 0 : sign + n;
}

/* Move *line behind what a * stands for: up to the words that follow it. */
static bool skip(const char *pattern, const char **line, char out[REPORT_LINE])
{
    char words[REPORT_LINE] = "";
    keep(words, pattern, strcspn(pattern, "*#@~"));
    const char *to = *pattern ? strstr(*line, words) : *line + strlen(*line);
    if (!to)
        return false;
    if (to > *line)
        keep(out, "...", 3);
    *line = to;
    return true;
}

static bool fits(const char *pattern, const char *line, char out[REPORT_LINE])
{
    out[0] = '\0';
    for (; *pattern; pattern++) {
        if (*pattern == '*') {
            if (!skip(pattern + 1, &line, out))
                return false;
        } else if (strchr("#@~", *pattern)) {
            size_t n = number_size(*pattern, line);
            if (n == 0)
                return false;
            keep(out, line, n);
            line += n;
        } else if (*pattern == *line) {
            keep(out, line++, 1);
        } else {
            return false;
        }
    }
    return line[strspn(line, " \r")] == '\0';
}

/* Behind the time that a log's line begins with: 00:00:04.006, and in newer
 * Tasmotas -026/39. */
static const char *behind_time(const char *line)
{
    size_t n = strspn(line, "0123456789:.-/");
    return n >= 8 && line[2] == ':' && line[5] == ':' && line[n] == ' '
               ? line + n + 1
               : line;
}

bool report_mask(const char *line, char out[REPORT_LINE])
{
    line += strspn(line, " \r");
    line = behind_time(line);
    line += strspn(line, " ");
    for (size_t i = 0; i < sizeof(patterns) / sizeof(patterns[0]); i++) {
        if (fits(patterns[i], line, out))
            return true;
    }
    out[0] = '\0';
    return false;
}

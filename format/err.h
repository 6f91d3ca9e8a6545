/* Every way in which something can fail, one row each: what failed and what
 * to try. Functions that can fail return enum err; the pogo command prints the
 * row as two lines, with the concrete thing (port, file, address) added. */
#ifndef FORMAT_ERR_H
#define FORMAT_ERR_H

/* The pogo command's exit codes. */
enum exit_code {
    EXIT_DONE = 0,
    EXIT_FAILED = 1,
    EXIT_USAGE = 2,
    EXIT_NO_DEVICE = 3,
    EXIT_MISMATCH = 4,
    EXIT_REFUSED = 5
};

/* clang-format off */
/* X(id, exit code, what failed, what to try) */
/* Those that the firmware meets; a test looks that none is missing. */
#define ERR_DEVICE_TABLE(X) \
    X(ERR_NONE, EXIT_DONE, "done", "nothing to do") \
    X(ERR_FLASH_FAILED, EXIT_FAILED, "the flash chip did not do what it was told", "never with mains connected: check the 3.3 V supply; then run it again") \
    X(ERR_MISMATCH, EXIT_MISMATCH, "the flash does not hold what it should", "write it again; if it happens twice the supply or the flash is weak") \
    X(ERR_NOT_ERASED, EXIT_FAILED, "the flash is not blank where something is to be written", "run it again; if it happens twice the flash is worn out") \
    X(ERR_OTA_MAGIC, EXIT_REFUSED, "not an update file for Pogo", "take the file that ends in .ota; pogo.bin is for the first install") \
    X(ERR_OTA_FORMAT, EXIT_REFUSED, "the update file is of a format that this version does not know", "install a version in between first") \
    X(ERR_OTA_HEADER, EXIT_REFUSED, "the update file's header is damaged", "download or build it again") \
    X(ERR_OTA_BOARD, EXIT_REFUSED, "the update is for another kind of board", "take the file for this one; a device and the bench need files of their own") \
    X(ERR_OTA_OLDER, EXIT_REFUSED, "the update is older than what runs", "take a newer one; to go back: pogo flash, with the cable and the button held") \
    X(ERR_OTA_TRUNCATED, EXIT_REFUSED, "the update ended before its image was whole", "check the connection and send it again") \
    X(ERR_OTA_LENGTH, EXIT_REFUSED, "the update's lengths contradict each other", "download or build it again") \
    X(ERR_OTA_DAMAGED, EXIT_REFUSED, "the update was damaged on its way", "send it again; if it happens twice download or build it again") \
    X(ERR_OTA_KEY, EXIT_REFUSED, "the update is signed with a key that this device does not know", "build it with your own key, or give the device the key first") \
    X(ERR_OTA_SIGNATURE, EXIT_REFUSED, "the update's signature is wrong", "take it from where the device's firmware came from") \
    X(ERR_NO_BACKUP, EXIT_REFUSED, "this is no backup of Pogo; what Tasmota saves (.dmp) can't be read", "enter Wi-Fi and MQTT here by hand, and paste what Template says there") \
    X(ERR_UPDATE_BUSY, EXIT_REFUSED, "another update is coming in already", "wait until it is through") \
    X(ERR_UPDATE_UNCONFIRMED, EXIT_REFUSED, "the version that runs has not proved itself yet", "wait until it has been up for 10 seconds with its network; Upgrade on its console tells") \
    X(ERR_UPDATE_BACKLOG, EXIT_REFUSED, "too many commands wait in the backlog", "send it again when they are through") \
    X(ERR_UPDATE_STALLED, EXIT_REFUSED, "no more of the update came", "check the connection and send it again") \
    X(ERR_URL, EXIT_REFUSED, "no address of an update in OtaUrl", "OtaUrl http://HOST:PORT/FILE.ota") \
    X(ERR_URL_TLS, EXIT_REFUSED, "https: is not spoken here", "give the file with http:, in your own network; its signature is looked at either way") \
    X(ERR_URL_IMAGE, EXIT_REFUSED, "a .bin is no update for Pogo, its own pogo.ota is", "OtaUrl http://HOST:PORT/pogo.ota") \
    X(ERR_FETCH_NETWORK, EXIT_FAILED, "there is no network to fetch from", "join one first: SSId1, Password1") \
    X(ERR_FETCH_NAME, EXIT_FAILED, "the server's name has no address", "is the name in OtaUrl right? An address like 192.168.1.5 works, too") \
    X(ERR_FETCH_CONNECT, EXIT_FAILED, "the server can't be reached", "is it on, and address and port in OtaUrl right?") \
    X(ERR_FETCH_SILENT, EXIT_FAILED, "the server does not answer", "look at the server, then try again") \
    X(ERR_FETCH_HTTP, EXIT_FAILED, "what answered is no web server", "is the port in OtaUrl right?") \
    X(ERR_FETCH_MISSING, EXIT_REFUSED, "the server has no such file", "look at the path in OtaUrl") \
    X(ERR_FETCH_REDIRECT, EXIT_REFUSED, "the server sends us to another address", "set OtaUrl to where the file itself is") \
    X(ERR_FETCH_REFUSED, EXIT_REFUSED, "the server does not give the file", "the line before says which status it sent") \
    X(ERR_FETCH_CODED, EXIT_REFUSED, "the server sends the file in chunks or packed", "take a plain file server: python3 -m http.server is one") \
    X(ERR_BAD_RANGE, EXIT_USAGE, "address or length is outside the flash", "pogo info says how large the flash is") \
    X(ERR_FORMAT, EXIT_FAILED, "malformed data", "check the input") \
    X(ERR_NO_ROOM, EXIT_FAILED, "too much data for its place", "make it shorter") \
    X(ERR_UNKNOWN, EXIT_FAILED, "unknown name", "check the spelling")
/* Those of programs on the computer alone. */
#define ERR_COMPUTER_TABLE(X) \
    X(ERR_USAGE, EXIT_USAGE, "wrong command line", "see pogo --help") \
    X(ERR_MEMORY, EXIT_FAILED, "out of memory", "close other programs and run it again") \
    X(ERR_IO, EXIT_FAILED, "input/output error", "check the file or port and run it again") \
    X(ERR_FILE_OPEN, EXIT_FAILED, "file can't be opened", "check its name and that you may read it") \
    X(ERR_FILE_KIND, EXIT_REFUSED, "not a regular file", "give the name of a file, not of a folder or a device") \
    X(ERR_FILE_BUSY, EXIT_REFUSED, "file is used by another bench", "end the other bench, or give this one a file of its own") \
    X(ERR_FLASH_FILE, EXIT_REFUSED, "file holds something else than a flash", "give a new or empty file, an image (its first byte is E9) or a whole flash") \
    X(ERR_DISK_FULL, EXIT_FAILED, "no space left to write the file", "free some space or choose another folder") \
    X(ERR_PORT_MISSING, EXIT_NO_DEVICE, "no such port", "never with mains connected: plug the adapter in; 'pogo ports' lists what is there") \
    X(ERR_PORT_NONE, EXIT_NO_DEVICE, "no serial ports found", "never with mains connected: plug the adapter in; some USB cables carry power only; -p bench:mini is a virtual device") \
    X(ERR_PORT_BUSY, EXIT_NO_DEVICE, "port is used by another program", "close the other terminal or flasher, then run it again") \
    X(ERR_PORT_DENIED, EXIT_NO_DEVICE, "no permission to use the port", "add yourself to the group that owns it, then log in again") \
    X(ERR_PORT_GONE, EXIT_NO_DEVICE, "the port went away in the middle", "never with mains connected: check the cable; then run the same command again") \
    X(ERR_TIMEOUT, EXIT_NO_DEVICE, "no answer in time", "never with mains connected: check 3.3 V and cable, then run it again") \
    X(ERR_NO_ANSWER, EXIT_NO_DEVICE, "no answer from the chip", "never with mains connected: hold the button while you connect 3.3 V; check that RX and TX cross") \
    X(ERR_STARTED_PROGRAM, EXIT_NO_DEVICE, "the chip started its own program instead of waiting for pogo", "never with mains connected: disconnect the 3.3 V, hold the button first, then connect it and keep holding for two seconds") \
    X(ERR_NOISE, EXIT_NO_DEVICE, "only noise came from the chip", "never with mains connected: connect GND to GND, set the adapter to 3.3 V; is it the right port (pogo ports)?") \
    X(ERR_STRAP, EXIT_NO_DEVICE, "the chip started in a mode that pogo can't use", "never with mains connected: take off what is connected to it besides the adapter, then connect the 3.3 V with the button held") \
    X(ERR_POWER, EXIT_NO_DEVICE, "the chip's power comes and goes", "never with mains connected: connect 3V3 and GND firmly, or take a stronger supply of 3.3 V: the chip needs up to 300 mA") \
    X(ERR_ECHO, EXIT_NO_DEVICE, "pogo hears only itself", "never with mains connected: part the TX and RX wires; look for solder between the two pads") \
    X(ERR_NOT_ESP8266, EXIT_REFUSED, "the chip is not an ESP8266", "this tool knows only ESP8266 and ESP8285") \
    X(ERR_PROTOCOL, EXIT_FAILED, "the chip answered with something unexpected", "never with mains connected: connect the 3.3 V again with the button held, then run it again") \
    X(ERR_CHIP_REFUSED, EXIT_FAILED, "the chip refused the command", "never with mains connected: connect the 3.3 V again with the button held, then run it again") \
    X(ERR_STUB, EXIT_FAILED, "the flasher program did not start in the chip", "run it again, or use --no-stub") \
    X(ERR_IMAGE_MAGIC, EXIT_REFUSED, "not an ESP8266 image", "take a .bin or .bin.gz that is made for the ESP8266; a backup goes back by pogo restore") \
    X(ERR_IMAGE_TRUNCATED, EXIT_REFUSED, "the image is cut short", "download or build it again") \
    X(ERR_IMAGE_CHECKSUM, EXIT_REFUSED, "the image's checksum is wrong", "download or build it again") \
    X(ERR_IMAGE_TOO_LARGE, EXIT_REFUSED, "the image does not fit", "use an image for this flash size") \
    X(ERR_IMAGE_SIZE, EXIT_REFUSED, "the image is made for a larger flash", "-fs detect writes this chip's size into the header; --force keeps it") \
    X(ERR_IMAGE_BENCH_ONLY, EXIT_REFUSED, "this image runs only on the bench", "build one for real devices: make firmware SDK=path") \
    X(ERR_IMAGE_MODE, EXIT_REFUSED, "an ESP8285 does not start from flash in this mode", "leave the flash mode away: pogo sets DOUT; --force writes it all the same") \
    X(ERR_IMAGE_CHIP, EXIT_REFUSED, "the image is for another chip", "take the one for ESP8266; names with esp32 or tasmota32 in them are not") \
    X(ERR_IMAGE_SETTINGS, EXIT_REFUSED, "the image reaches into the place where settings are kept", "take a smaller image; --force writes it all the same") \
    X(ERR_PACKED, EXIT_REFUSED, "the packed file is damaged", "download it again") \
    X(ERR_BACKUP_THERE, EXIT_REFUSED, "this file is there already; a backup takes no other's place", "give another name; if it is this device's, pogo flash goes without --backup") \
    X(ERR_BACKUP, EXIT_REFUSED, "not a backup of a flash of this size", "give the file that pogo backup has made of this device; --force writes it all the same") \
    X(ERR_OTA_FILE, EXIT_REFUSED, "this is an update file, not an image", "it is for devices that run Pogo already; by cable write the .bin beside it") \
    X(ERR_KEY_FILE, EXIT_REFUSED, "not a key for updates (P-256, in a PEM file without passphrase)", "give the key that make firmware has made: ~/.config/pogo/update-key.pem") \
    X(ERR_KEY_OTHER, EXIT_REFUSED, "the update is not signed with this key", "pogo image shows the id of the key that signed it, pogo key that of a key") \
    X(ERR_UPDATE_LEFT, EXIT_FAILED, "the new version did not last, and the one before runs again", "the device's console says why: Upgrade") \
    X(ERR_UPDATE_SILENT, EXIT_FAILED, "nothing is heard of the new version", "never with mains connected: take the power away three times, 10 s each time; then the version before runs again") \
    X(ERR_DEVICE_RESTARTED, EXIT_FAILED, "the device restarted in the middle", "never with mains connected: check the 3.3 V supply; then run it again") \
    X(ERR_NOT_POGO, EXIT_NO_DEVICE, "what runs there takes no updates from pogo", "is it Pogo's own firmware? pogo flash writes that over the same cable") \
    X(ERR_DOWNLOAD_MODE, EXIT_NO_DEVICE, "the chip waits for a flasher", "never with mains connected: disconnect the 3.3 V, release the button, connect it again") \
    X(ERR_NOT_TASMOTA, EXIT_NO_DEVICE, "what runs there answers no commands of Tasmota's", "is it Tasmota or Pogo? pogo flash writes one over the same cable") \
    X(ERR_SETUP_VALUE, EXIT_REFUSED, "the device can't be given this", "choose another value, or set it on the device's own page") \
    X(ERR_SETUP_DIFFERS, EXIT_MISMATCH, "the device did not keep what it was told", "never with mains connected: check the ground wire; then run it again") \
    X(ERR_JOIN_NOT_FOUND, EXIT_FAILED, "the device does not find the Wi-Fi network", "is the name right, upper and lower case too? Is it near, and has it 2.4 GHz? One that hides its name: --hidden") \
    X(ERR_JOIN_PASSWORD, EXIT_FAILED, "the Wi-Fi network refuses the password", "run it again with the right one; upper and lower case count") \
    X(ERR_JOIN_ADDRESS, EXIT_FAILED, "the Wi-Fi network gives the device no address", "is DHCP on in the router, has it addresses left? Then run it again") \
    X(ERR_JOIN_SILENT, EXIT_FAILED, "the device does not get into the Wi-Fi network", "is the password right, is the router near? --wait 180 gives it more time") \
    X(ERR_BROKER, EXIT_FAILED, "the device does not reach its MQTT broker", "is the broker on, in this network, and name and port right? Wi-Fi is set up already") \
    X(ERR_BROKER_LOGIN, EXIT_FAILED, "the MQTT broker refuses user or password", "run it again with the right ones; Wi-Fi is set up already") \
    X(ERR_START, EXIT_FAILED, "the device does not start as it should", "pogo doctor --flash says more") \
    X(ERR_SELF_TEST, EXIT_FAILED, "the device did not pass its self-test", "never with mains connected: run it again; --no-test leaves the test out") \
    X(ERR_BYTES_LOST, EXIT_FAILED, "bytes were lost on the line to the device", "never with mains connected: check the ground wire; run it again in half a minute") \
    X(ERR_ELF, EXIT_REFUSED, "not the ELF file of an image for this chip", "the build leaves it beside the image, as build/slot-a.elf") \
    X(ERR_NOT_ALIGNED, EXIT_USAGE, "address or length is not aligned", "write and erase from multiples of 0x1000, read from multiples of 4") \
    X(ERR_BENCH_ONLY, EXIT_REFUSED, "only pogo bench can do this", "pogo bench BOARD --flash FILE runs the image") \
    X(ERR_NO_AIR, EXIT_USAGE, "no access points, start with --air FILE", "docs/bench.md says what stands in the air file") \
    X(ERR_DIY_NONE, EXIT_NO_DEVICE, "no device in DIY mode was found", "docs/diy.md says how to get there; with its address it works without being found: --ip 192.168.1.50") \
    X(ERR_DIY_SILENT, EXIT_NO_DEVICE, "the device does not answer", "is it on, in DIY mode, and in the same network? pogo diy discover") \
    X(ERR_DIY_ANSWER, EXIT_FAILED, "what answers is no device in DIY mode", "is the address right? pogo diy discover") \
    X(ERR_DIY_PARAMETER, EXIT_FAILED, "the device does not know this request", "is it one of docs/diy.md, and in DIY mode?") \
    X(ERR_DIY_ENCRYPTED, EXIT_REFUSED, "the device is not in DIY mode: it answers its vendor's app alone", "docs/diy.md says how to get into DIY mode") \
    X(ERR_DIY_ID, EXIT_NO_DEVICE, "another device has this address", "pogo diy discover shows which ids are there") \
    X(ERR_DIY_LOCKED, EXIT_REFUSED, "the device takes no firmware before it is unlocked", "pogo diy unlock; the device needs the internet for that") \
    X(ERR_DIY_UNLOCK, EXIT_REFUSED, "the vendor refused to unlock the device", "try again tomorrow; else flash it over wires: pogo flash") \
    X(ERR_DIY_VENDOR, EXIT_FAILED, "the device can't reach its vendor's server", "give its network the internet until it is unlocked, then try again; else flash it over wires: pogo flash") \
    X(ERR_DIY_SLOW, EXIT_FAILED, "the download took the device too long", "put it nearer to the access point, then run it again; its own firmware still runs") \
    X(ERR_DIY_SIZE, EXIT_REFUSED, "the image is larger than the 508 KB that DIY mode takes", "take a smaller one: of Tasmota a minimal or lite one") \
    X(ERR_DIY_FETCH, EXIT_FAILED, "the device could not fetch the image", "run it again; its own firmware still runs") \
    X(ERR_DIY_FIREWALL, EXIT_FAILED, "the device does not reach this computer", "allow the port in this computer's firewall; no guest network, no client isolation in the router; then run it again: the device's own firmware still runs") \
    X(ERR_DIY_HASH, EXIT_MISMATCH, "the device has a damaged image: WITHOUT POWER IT WOULD NEVER START AGAIN", "KEEP ITS POWER ON and run the same pogo diy flash again until it succeeds") \
    X(ERR_DIY_GONE, EXIT_FAILED, "the device fell silent with an image that nobody has confirmed", "keep its power on, wait five minutes, look for its new access point; if it stays dead it wants wires: docs/diy.md") \
    X(ERR_DIY_MODE, EXIT_REFUSED, "the image's flash mode is not DOUT, and such a device would not start", "take one that is DOUT: pogo merge -fm dout -o new.bin FILE@0 makes it") \
    X(ERR_DIY_FLASH, EXIT_REFUSED, "the image is made for a larger flash than these devices have", "take one for 1 MB: pogo merge -fs 1MB -o new.bin FILE@0 makes it") \
    X(ERR_WEB_SILENT, EXIT_NO_DEVICE, "nothing answers there over the network", "is it on, and in the same network? Open its page in a browser; the router knows its address") \
    X(ERR_WEB_OTHER, EXIT_NO_DEVICE, "what answers there is neither Tasmota nor Pogo", "is the address right? Open it in a browser") \
    X(ERR_WEB_PASSWORD, EXIT_REFUSED, "the device refuses user or password", "--password-file F, or POGO_WEB_PASSWORD: the password of its page; after five wrong ones wait ten seconds for each more") \
    X(ERR_WEB_UNOWNED, EXIT_REFUSED, "the device lets nobody change anything over the network yet", "its password is still the one it made itself: give it one of your own first, on its set-up network or with WebPassword over serial") \
    X(ERR_WEB_KIND, EXIT_REFUSED, "the file is not for what runs on this device", "a device with Pogo takes pogo.ota, one with Tasmota pogo.bin.gz or an image of Tasmota") \
    X(ERR_WEB_FULL, EXIT_REFUSED, "the image does not fit beside what runs there", "a minimal image first makes room: --minimal tasmota-minimal.bin.gz, of the version that runs") \
    X(ERR_WEB_MARKER, EXIT_REFUSED, "the device takes only images with Tasmota's mark", "SetOption78 1 on its console allows others") \
    X(ERR_WEB_REFUSED, EXIT_FAILED, "the device refuses the file", "what it says is all that is known; what ran still runs") \
    X(ERR_WEB_BROKEN, EXIT_FAILED, "the upload broke off", "is its Wi-Fi good there? Wait two minutes, then run the same command again") \
    X(ERR_WEB_SAME, EXIT_FAILED, "the device has started again, and what ran before still runs", "its console or log says why; run it again") \
    X(ERR_WEB_LOST, EXIT_FAILED, "the device did not come back", "leave its power on and wait five minutes; is it in the network under another address, or shows it an access point?")
#define ERR_TABLE(X) \
    ERR_DEVICE_TABLE(X) \
    ERR_COMPUTER_TABLE(X)
/* clang-format on */

enum err {
#define ERR_ENUM(id, code, text, hint) id,
    ERR_TABLE(ERR_ENUM)
#undef ERR_ENUM
        ERR_COUNT
};

#if defined(__GNUC__)
#define MUST_USE __attribute__((warn_unused_result))
#else
#define MUST_USE
#endif

const char *err_name(enum err e); /* "ERR_TIMEOUT" */
const char *err_text(enum err e); /* what failed, lower case, no full stop */
const char *err_hint(enum err e); /* what to try */
enum exit_code err_exit_code(enum err e);

#endif

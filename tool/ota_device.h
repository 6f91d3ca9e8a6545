/* What runs on a device, told over its web server: Pogo, Tasmota, or neither.
 * For `pogo ota`, before an update, between its steps and afterwards. */
#ifndef TOOL_OTA_DEVICE_H
#define TOOL_OTA_DEVICE_H

#include "tool/ota_talk.h"

enum ota_kind { OTA_OTHER, OTA_POGO, OTA_TASMOTA };

struct ota_device {
    enum ota_kind kind;
    char version[48];  /* "14.4.1(tasmota)", "0.1.0(pogo)"; "": unknown */
    char hardware[24]; /* "ESP8285"; "": unknown */
    char slot;         /* Pogo: 'A' or 'B'; 0: unknown */
    bool is_confirmed; /* Pogo: it has proved itself */
    char left[96];     /* Pogo: "1.2.3: why it was left"; "" */
    bool is_bench;     /* it says so itself */
    bool has_commands; /* /cm answers */
    unsigned free_kb;  /* Tasmota: room for an image; 0: unknown */
    unsigned flash_kb; /* 0: unknown */
    uint32_t uptime_s; /* since its start ... */
    bool has_uptime;   /* ... where that is known */
    char mac[18];      /* "5C:CF:7F:9E:37:79"; "": unknown */
    char host[40];     /* its name in the network; "" */
};

/* Ask it. ERR_TIMEOUT: nobody answers; ERR_WEB_OTHER: something else than the
 * two; ERR_WEB_PASSWORD. *out is as far as it was known. */
MUST_USE enum err ota_device_ask(struct ota_talk *talk, struct ota_device *out);

/* Only what changes: version, slot, proof, uptime. For waiting. */
MUST_USE enum err ota_device_look(struct ota_talk *talk,
                                  struct ota_device *out);

/* The set-up access point that Pogo opens on this device, by its MAC address
 * (docs/commands.md, Hostname): "tasmota-9E3779-6009". False: unknown. */
bool ota_device_access_point(const struct ota_device *device, char *out,
                             size_t room);

/* 8.2.0 is 0x080200; 0: there is no number at its start. */
uint32_t ota_version_number(const char *version);

/* "Pogo 0.1.0", "Tasmota 14.4.1(tasmota)", for people. */
void ota_device_name(const struct ota_device *device, char *out, size_t room);

#endif

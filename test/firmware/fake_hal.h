/* The world of one device in memory: its pins, what it writes, its flash.
 * fake_reset() before each test. The flash is strict: a word that is programmed
 * twice without an erase ends the test program. */
#ifndef TEST_FIRMWARE_FAKE_HAL_H
#define TEST_FIRMWARE_FAKE_HAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "firmware/core/device.h"
#include "firmware/core/heard.h"
#include "firmware/hal/boot.h"
#include "firmware/hal/retain.h"

#define FAKE_PINS 17u

/* What the core asked of the radio last, and how often. */
struct fake_radio {
    char ssid[HAL_SSID_SIZE + 1], password[HAL_PASSWORD_SIZE + 1];
    unsigned power;
    bool is_fixed;
    uint32_t fixed[HAL_WIFI_ADDRESSES];
    uint8_t channel, bssid[6];   /* of a direct join; channel 0: any */
    struct hal_wifi_facts facts; /* the test's */
    char shown[HAL_SSID_SIZE + 1], shown_password[HAL_PASSWORD_SIZE + 1];
    bool is_broken; /* shows no access point, and says so */
    char host[HAL_SSID_SIZE + 1];
    bool is_showing;
    unsigned joins, leaves, shows, hides;
    bool is_sleepless;
    unsigned announces;
    unsigned guests; /* the test's: on the access point */
    int signal;      /* the test's */
    unsigned scans;
    bool is_deaf;       /* the test's: scans are refused */
    struct heard heard; /* the test's, for HAL_WIFI_SCANNED */
};

struct fake {
    bool is_output[FAKE_PINS], level[FAKE_PINS], has_pull_up[FAKE_PINS];
    bool is_closed[FAKE_PINS]; /* a contact to ground */
    unsigned analog;           /* what A0 reads */
    char text[65536];          /* what the console printed */
    size_t size;
    uint32_t retained[HAL_RETAIN_WORDS];
    enum start restart; /* what the next start is, after one of ... */
    unsigned restarts, sleeps, erases;
    struct fake_radio radio;
    uint8_t flash[0x100000];
    bool is_used[0x40000]; /* words that were programmed since their erase */
    bool is_stuck[0x100];  /* sectors that nothing changes any more */
    struct hal_boot boot;  /* how the device was started */
    bool is_8266;          /* its flash is outside, unlike an ESP8285's */
};

/* Who wants to know at once; NULL: nobody. */
struct fake_watch {
    void (*pins)(void *ctx); /* a pin may have changed */
    void (*serial)(void *ctx, const char *text, size_t size);
    void (*radio)(void *ctx); /* something was asked of the radio */
    /* Who knows more than fake.radio.facts. */
    void (*facts)(void *ctx, struct hal_wifi_facts *out);
    void *ctx;
};

extern struct fake fake;
extern struct fake_watch fake_watch;
extern const struct flash fake_flash;

/* Everything blank. */
void fake_reset(void);
/* The console's text so far is forgotten. */
void fake_forget(void);
bool fake_said(const char *text);

/* A contact, so long after the beginning. */
struct fake_edge {
    uint32_t at_ms;
    unsigned pin;
    bool is_closed;
};

/* A device on the fake world, at its own time. */
struct fake_device {
    struct device device;
    uint32_t now_ms;
    uint16_t pins; /* as they were told last */
};

/* The device of a test program. */
extern struct fake_device fd;
/* A cmocka setup: everything blank and fd just powered, a Sonoff Basic. */
int fake_basic(void **state);

void fake_start(struct fake_device *device, enum start start);
/* Ticks every 10 ms and when the core wants one; what became of is_closed is
 * told in the first millisecond. Signatures are verified for real, by the posix
 * port's crypto.c; the answer comes one millisecond after hal_verify_start. */
void fake_run(struct fake_device *device, uint32_t ms);
/* The same, but that the device has no time for it: it learns of contacts when
 * this is over, in their order and with their times, as on the chip. */
void fake_stall(struct fake_device *device, uint32_t ms,
                const struct fake_edge *edges, size_t count);
/* News of the radio. */
void fake_wifi(struct fake_device *device, const struct hal_wifi_event *news);
/* A console line; what it said is in fake.text afterwards, and nothing else. */
void fake_type(struct fake_device *device, const char *line);

/* A line, and something that it must say. */
struct fake_line {
    const char *typed, *said;
};
/* Type all; false, and which one on stderr, when one did not say it. */
bool fake_type_all(struct fake_device *device, const struct fake_line *rows,
                   size_t count);

#endif

/* What the bench_*.c files share. Nobody else includes this. */
#ifndef EMULATOR_BENCH_PRIVATE_H
#define EMULATOR_BENCH_PRIVATE_H

#include "emulator/bench.h"
#include "emulator/fault.h"
#include "emulator/line_noise.h"

/* A `uart …` event holds at most this much of a line, in printable form; more
 * than the firmware's longest reply (DEVICE_REPLY in firmware/core/device.h is
 * 2560 bytes). */
#define CONSOLE_TEXT 4096u

struct bench_part {
    struct bench *bench;
    const struct board_part *row;
    struct wire_watch watch;     /* relays and LEDs */
    struct clock_event released; /* `press N MS` */
    bool is_on; /* relay pulled, LED lit, button down, switch closed */
};

/* The line that is being put together for a `uart …` event. */
struct bench_console {
    struct clock_event idle;
    char text[CONSOLE_TEXT + 8];
    unsigned size;         /* of text */
    unsigned byte_count;   /* bytes in this line */
    unsigned odd_count;    /* those that no console prints */
    bool is_continued;     /* the line's beginning is out already */
    bool is_binary;        /* a loader talks: count instead of print */
    unsigned binary_count; /* bytes of this burst, without this line's */
    unsigned frame;        /* SLIP: bytes since its start; 0: between frames */
};

struct bench_faults {
    struct clock_event cut, brownout, plug;
    uint32_t brownouts; /* still to come */
    uint32_t on_ms, off_ms;
    struct fault_random random;
    struct line_noise noise;
    bool is_unplugged;
    unsigned unplugs;
};

struct bench {
    struct chip chip;
    struct bench_config config;
    struct bench_sink sink;
    struct air air; /* the `air` lines change it */
    struct bench_part parts[BOARD_PARTS];
    unsigned part_count;
    struct clock_event power_back; /* `power cycle` */
    struct clock_event en_rises; /* the capacitor of the two-transistor form */
    bool dtr, rts;
    bool is_circuit; /* dtr and rts came through the two transistors */
    struct bench_console console;
    struct bench_faults faults;
};

/* bench.c: one event line to the sink, with the time. */
__attribute__((format(printf, 2, 3))) void bench_event(struct bench *bench,
                                                       const char *format, ...);

/* bench_parts.c */
void bench_parts_init(struct bench *bench);
enum err bench_press(struct bench *bench, const struct control *control);
enum err bench_switch(struct bench *bench, const struct control *control);
void bench_parts_show(struct bench *bench);

/* bench.c: the board's supply, with its event. */
void bench_power(struct bench *bench, bool is_on);

/* bench_faults.c */
void bench_faults_init(struct bench *bench);
enum err bench_fault(struct bench *bench, const struct control *control);
void bench_faults_end_brownout(struct bench *bench);
void bench_faults_show(struct bench *bench);

/* bench_broken.c: control lines about what is broken until another line mends
 * it. ERR_BAD_RANGE: there is no such sector or pin. */
bool bench_is_broken(enum control_verb verb);
enum err bench_break(struct bench *bench, const struct control *control);
/* A byte has come out of the chip's end of the line. */
void bench_serial_heard(struct bench *bench, uint8_t byte);

/* bench_wifi.c */
enum err bench_phone(struct bench *bench, const struct control *control);
enum err bench_air(struct bench *bench, const struct control *control);
void bench_wifi_show(struct bench *bench);

/* bench_net_show.c */
void bench_net_show(struct bench *bench);

/* bench_lines.c */
void bench_lines_init(struct bench *bench);

/* bench_console.c */
void bench_console_init(struct bench *bench);
void bench_console_byte(struct bench *bench, uint8_t byte);
void bench_console_flush(struct bench *bench);

#endif

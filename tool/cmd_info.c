/* pogo info: what chip is it? Text or JSON on stdout. */
#include <stdio.h>

#include "tool/cmd.h"
#include "tool/session.h"

static void print_mac(const uint8_t mac[6])
{
    printf("%02X:%02X:%02X:%02X:%02X:%02X", mac[0], mac[1], mac[2], mac[3],
           mac[4], mac[5]);
}

static const char *chip_name(const struct chip_info *c)
{
    return c->is_8285 ? "ESP8285" : "ESP8266";
}

static void print_text(const struct chip_info *c)
{
    printf("chip      %s\n", chip_name(c));
    printf("features  Wi-Fi, 160 MHz%s\n",
           c->is_8285 ? ", flash inside the chip (DOUT or DIO only)" : "");
    printf("MAC       ");
    print_mac(c->mac);
    printf("\nchip id   0x%08x\n", (unsigned)c->chip_id);
    printf("crystal   %u MHz\n", c->crystal_mhz);
    printf("flash id  0x%06x (%s)\n", (unsigned)c->jedec, c->maker);
    printf("flash     %u KB\n", (unsigned)(c->flash_size / 1024));
    if (c->is_bench)
        printf("bench     yes: a virtual chip\n");
}

static void print_json(const struct chip_info *c)
{
    printf("{\"chip\":\"%s\",\"mac\":\"", chip_name(c));
    print_mac(c->mac);
    printf("\",\"chip_id\":%u,\"crystal_mhz\":%u,\"flash_id\":%u,"
           "\"flash_maker\":\"%s\",\"flash_bytes\":%u,\"is_bench\":%s}\n",
           (unsigned)c->chip_id, c->crystal_mhz, (unsigned)c->jedec, c->maker,
           (unsigned)c->flash_size, c->is_bench ? "true" : "false");
}

int cmd_info(const struct args *args)
{
    static struct session s;
    if (args->word_count > 0)
        return message_usage("info", "it takes options only");
    int code = session_open(&s, args);
    if (code != EXIT_DONE)
        return code;
    if (args->is_json)
        print_json(&s.flasher.chip);
    else
        print_text(&s.flasher.chip);
    return session_close(&s, ERR_NONE);
}

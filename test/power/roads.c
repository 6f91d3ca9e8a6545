/* An update over console, web upload, or fetched from a web server. */
#include "test/power/roads.h"

#include <stdio.h>
#include <string.h>

#define PART 512u /* update_serial.h: each is answered */
#define WEB_MS 60000u

static bool send_part(struct machine *m, const uint8_t *bytes, size_t size,
                      size_t end)
{
    char words[24];
    for (size_t at = 0; at < size;) {
        at += bench_serial_send(m->bench, bytes + at, size - at);
        if (!machine_run(m, 2))
            return false;
    }
    snprintf(words, sizeof(words), "+%u\r", (unsigned)end);
    return machine_wait(m, words, 3000);
}

/* Up to its "+done". */
static bool over_console(struct machine *m, const uint8_t *file, size_t size)
{
    char line[40];
    snprintf(line, sizeof(line), "UpgradeSerial %u", (unsigned)size);
    if (!machine_ask(m, line, "+0\r", NULL, 0))
        return false;
    for (size_t at = 0, n; at < size; at += n) {
        n = size - at < PART ? size - at : PART;
        if (!send_part(m, file + at, n, at + n))
            return false;
    }
    return machine_wait(m, "+done", 5000);
}

static bool by_upload(const struct home_file *file)
{
    const char *answer = home_answer(home_upload(file), WEB_MS);
    return strstr(answer, " 200 OK") && strstr(answer, "Successful");
}

static bool by_fetch(const struct home_file *file)
{
    home_offer(file);
    home_forget();
    return home_publish("Upgrade", "1") &&
           home_wait("stat/" HOME_TOPIC
                     "/UPGRADE {\"Upgrade\":\"Successful. Restarting\"}\n",
                     WEB_MS);
}

bool road_send(struct machine *m, enum road road, const uint8_t *bytes,
               size_t size)
{
    const struct home_file file = {.bytes = bytes, .size = size, .said = size};
    if (road == ROAD_CONSOLE)
        return over_console(m, bytes, size);
    return road == ROAD_UPLOAD ? by_upload(&file) : by_fetch(&file);
}

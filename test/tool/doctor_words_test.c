/* The words of real logs: what Tasmota 6, 8 and 14 and Pogo say when Wi-Fi or
 * the broker fail, and the row that the doctor makes of each. Tasmota's words:
 * tasmota.md C.4 and its published language files (en_GB); `rc` numbers are
 * those of PubSubClient, its MQTT library. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tool/doctor_network.h"

static const char *const projects[] = {
    "00:00:00 Project sonoff Sonoff (Topic sonoff) Version "
    "6.6.0(sonoff)-2_3_0\n",
    "00:00:00 Project tasmota Tasmota Version 8.5.1(tasmota)-2_7_4_1(2020)\n",
    "00:00:00.001-026 Project tasmota - Tasmota Version "
    "14.4.1(release-tasmota)-2_7_8(2025-01-14T14:17:10)\n",
};

#define CONNECTING "00:00:02 WIF: Connecting to AP1 home in mode 11N as x...\n"
#define JOINED CONNECTING "00:00:05 WIF: Connected\n"
#define ATTEMPT JOINED "00:00:06 MQT: Attempting connection...\n"
#define FAILED_TO ATTEMPT "00:00:08 MQT: Connect failed to 10.0.0.5:1883, rc "
#define RETRY ". Retry in 10 sec\n"
#define HEALTHY DOCTOR_IDS

static const struct {
    const char *log;
    enum doctor_id id;
} rows[] = {
    {CONNECTING "00:00:07 WIF: Connect failed as AP cannot be reached\n",
     DOCTOR_WIFI_NOT_FOUND},
    {CONNECTING "00:00:07.123 WIF: Connect failed as AP cannot be reached\n",
     DOCTOR_WIFI_NOT_FOUND},
    {CONNECTING "00:00:07 WIF: Connect failed with AP incorrect password\n",
     DOCTOR_WIFI_PASSWORD},
    {CONNECTING "00:00:07 WIF: Connect failed with incorrect password\n",
     DOCTOR_WIFI_PASSWORD},
    {CONNECTING "00:00:07.1 WIF: Connect failed (wrong password)\n",
     DOCTOR_WIFI_PASSWORD},
    {CONNECTING "00:00:18 WIF: Connect failed as no IP address received\n",
     DOCTOR_WIFI_ADDRESS},
    {CONNECTING "00:00:18 WIF: Connect failed with AP timeout\n",
     DOCTOR_WIFI_JOIN},
    {CONNECTING, DOCTOR_WIFI_JOIN}, /* and nothing more */
    {CONNECTING "00:00:07 WIF: Connect failed with AP timeout\n" JOINED,
     HEALTHY},
    {JOINED, HEALTHY},
    {"00:00:00 WIF: WifiManager active for 3 minutes\n", HEALTHY},
    {"00:00:00 WIF: WPSConfig active for 3 minutes\n", HEALTHY},
    {ATTEMPT, DOCTOR_BROKER}, /* and nothing more */
    {ATTEMPT "00:00:07 MQT: Connected\n", HEALTHY},
    {FAILED_TO "-4" RETRY, DOCTOR_BROKER}, /* no answer in time */
    {FAILED_TO "-3" RETRY, DOCTOR_BROKER}, /* the connection broke */
    {FAILED_TO "-2" RETRY, DOCTOR_BROKER}, /* nobody at that port */
    {FAILED_TO "-1" RETRY, DOCTOR_BROKER},
    {FAILED_TO "1" RETRY, DOCTOR_BROKER}, /* another protocol */
    {FAILED_TO "2" RETRY, DOCTOR_BROKER}, /* the client's name */
    {FAILED_TO "3" RETRY, DOCTOR_BROKER}, /* not available */
    {FAILED_TO "4" RETRY, DOCTOR_BROKER_LOGIN},
    {FAILED_TO "5" RETRY, DOCTOR_BROKER_LOGIN},
    {FAILED_TO "5" RETRY "00:00:30 MQT: Connected\n", HEALTHY},
    /* A later attempt without a result does not hide the one before. */
    {FAILED_TO "5" RETRY "00:00:18 MQT: Attempting connection...\n",
     DOCTOR_BROKER_LOGIN},
};

static struct doctor_start start;
static struct doctor_findings found;

static void read_log(const char *project, const char *log)
{
    memset(&start, 0, sizeof(start));
    memset(&found, 0, sizeof(found));
    start.is_a_look = true;
    snprintf(start.text, sizeof(start.text), "%s%s", project, log);
    start.bytes = start.size = start.run = strlen(start.text);
    doctor_start_read(&start, &found);
}

static void each_version_says_what_is_wrong(void **state)
{
    (void)state;
    for (size_t p = 0; p < sizeof(projects) / sizeof(projects[0]); p++) {
        for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
            read_log(projects[p], rows[i].log);
            if (doctor_count(&found) != (rows[i].id != HEALTHY) ||
                (rows[i].id != HEALTHY && !found.has[rows[i].id]))
                fail_msg("version %zu, row %zu: %u findings", p, i,
                         doctor_count(&found));
        }
    }
}

/* Half a line is no verdict: what follows says which. */
static void half_a_line_is_waited_for(void **state)
{
    (void)state;
    static const struct {
        const char *log;
        bool is_waiting;
    } logs[] = {
        {"", false},
        {CONNECTING, true},
        {CONNECTING "00:00:07 WIF: Connect failed", true},
        {CONNECTING "00:00:07 WIF: Connect failed with AP timeout\n", false},
        {JOINED, false},
        {ATTEMPT, true},
        {FAILED_TO "4" RETRY, false},
        {ATTEMPT "00:00:07 MQT: Connected\n", false},
    };
    for (size_t i = 0; i < sizeof(logs) / sizeof(logs[0]); i++) {
        read_log(projects[0], logs[i].log);
        if (doctor_network_is_waiting(&start) != logs[i].is_waiting)
            fail_msg("row %zu", i);
    }
    read_log(projects[0], CONNECTING);
    start.is_a_look = false;
    memset(&found, 0, sizeof(found));
    doctor_start_read(&start, &found);
    assert_int_equal(doctor_count(&found), 0); /* listened to for a moment */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(each_version_says_what_is_wrong),
        cmocka_unit_test(half_a_line_is_waited_for),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* The SDK's rules: one row each. What is said when one is broken: sdk_stop.c.
 */
#include "emulator/sdk_rule.h"

const struct sdk_rule_row sdk_rules[RULE_COUNT] = {
    [RULE_FLASH_ALIGNED] = {"flash-aligned",
                            "spi_flash_* take addresses, sizes and memory that "
                            "are multiples of 4",
                            "align the buffer and round the size up"},
    [RULE_HEAP_OVERRUN] = {"heap-overrun",
                           "nothing is written before or behind a block of "
                           "the heap",
                           "ask for as many bytes as are written, the text's "
                           "final 0 too"},
    [RULE_HEAP_FREED] = {"heap-freed",
                         "memory of the heap is not written after it was freed",
                         "free it last, and set the pointer to NULL"},
    [RULE_HEAP_DOUBLE_FREE] = {"heap-double-free",
                               "a block of the heap is freed once",
                               "set the pointer to NULL when it is freed"},
    [RULE_HEAP_FOREIGN_FREE] = {"heap-foreign-free",
                                "free takes only what malloc gave",
                                "free the block's first byte, and nothing "
                                "that is not on the heap"},
    [RULE_ISR_IRAM] = {"isr-iram",
                       "interrupt handlers, what they call and what they read "
                       "are in RAM",
                       "mark the function IRAM_ATTR; keep constants in RAM"},
    [RULE_ISR_CALL] = {"isr-call",
                       "an interrupt handler calls no function of the SDK that "
                       "is for tasks",
                       "system_os_post from the handler, and do it in the "
                       "task"},
    [RULE_STACK] = {"stack", "the user stack has 4096 bytes",
                    "make large buffers static, or take them from the heap"},
    [RULE_TIMER_MEMORY] = {"timer-memory",
                           "an os_timer is a word-aligned variable in DRAM",
                           "make it static, or a field of what is"},
    [RULE_TIMER_OVERWRITTEN] = {"timer-overwritten",
                                "an armed os_timer belongs to the SDK",
                                "disarm it before its memory is used for "
                                "something else; never arm one on the stack"},
    [RULE_TIMER_FREED] =
        {"timer-freed", "memory is not freed while an os_timer in it is armed",
         "call os_timer_disarm before os_free"},
    [RULE_TIMER_SETFN_ARMED] = {"timer-setfn-armed",
                                "os_timer_setfn takes a timer that is not "
                                "armed",
                                "call os_timer_disarm before it"},
    [RULE_TIMER_ARMED_TWICE] = {"timer-armed-twice",
                                "os_timer_arm takes a timer that is not armed",
                                "call os_timer_disarm before it"},
    [RULE_TIMER_FUNCTION] = {"timer-function",
                             "os_timer_setfn comes before os_timer_arm",
                             "set a function"},
    [RULE_TIMER_RANGE] =
        {"timer-range",
         "an os_timer runs for at most 6870947 ms, or 428496 "
         "ms after system_timer_reinit; in us from 100 to "
         "428496729",
         "count shorter turns; take hw_timer for shorter ones"},
    [RULE_TIMER_US] = {"timer-us", "os_timer_arm_us needs system_timer_reinit",
                       "call it first in user_init"},
    [RULE_TIMER_REINIT] = {"timer-reinit",
                           "system_timer_reinit comes before any os_timer",
                           "call it first in user_init"},
    [RULE_HW_TIMER_RANGE] = {"hw-timer-range",
                             "hw_timer_arm takes 10 us to 1677721 us; at least "
                             "50 us when it reloads, 100 us as NMI",
                             "take an os_timer for longer ones"},
    [RULE_RTC_SYSTEM_BLOCKS] = {"rtc-system-blocks",
                                "blocks 0 to 63 of RTC memory are the SDK's",
                                "write from block 64 on"},
    [RULE_SOFT_WDT] = {"soft-wdt",
                       "system_soft_wdt_feed is for the running watchdog, "
                       "system_soft_wdt_restart for the stopped one",
                       "feed it, and do not stop it"},
    [RULE_PARTITION_TABLE] = {"partition-table",
                              "user_pre_init registers a partition table",
                              "call system_partition_table_regist there and "
                              "look at its result"},
    [RULE_PRE_INIT_CALL] = {"pre-init-call",
                            "user_pre_init calls what needs flash, RTC memory "
                            "and the heap; nothing else of the SDK has started",
                            "call it in user_init"},
    [RULE_PRE_INIT_STACK] = {"pre-init-stack",
                             "user_pre_init and what it calls take at most 256 "
                             "bytes of the stack: the start code holds the "
                             "rest, and the ROM's data lie behind it",
                             "work on a stack of your own (early.c), or in "
                             "user_init"},
    [RULE_WIFI_STATION_MODE] = {"wifi-station-mode",
                                "a station's functions are called in a mode "
                                "with a station",
                                "wifi_set_opmode_current(STATION_MODE or "
                                "STATIONAP_MODE) first"},
    [RULE_WIFI_AP_MODE] = {"wifi-ap-mode",
                           "a soft AP's functions are called in a mode with a "
                           "soft AP",
                           "wifi_set_opmode_current(SOFTAP_MODE or "
                           "STATIONAP_MODE) first"},
    [RULE_WIFI_EARLY] = {"wifi-early",
                         "wifi_station_scan and wifi_station_disconnect wait "
                         "until user_init has returned",
                         "call it from system_init_done_cb, a timer or a task"},
    [RULE_WIFI_SCANNING] = {"wifi-scanning", "one scan at a time",
                            "wait for the callback of the first"},
    [RULE_WIFI_JOINED] = {"wifi-joined",
                          "a station that is joined leaves before it connects",
                          "wifi_station_disconnect first"},
    [RULE_WIFI_GARBAGE] = {"wifi-garbage",
                           "no field of a configuration is left to chance",
                           "zero the struct before its fields are set"},
    [RULE_WIFI_DHCPC_ON] = {"wifi-dhcpc-on",
                            "the DHCP client is stopped before an address is "
                            "set",
                            "wifi_station_dhcpc_stop first"},
    [RULE_WIFI_DHCPS_ON] = {"wifi-dhcps-on",
                            "the DHCP server is stopped before its addresses "
                            "are set",
                            "wifi_softap_dhcps_stop first, dhcps_start after"},
    [RULE_WIFI_MAC_LATE] = {"wifi-mac-late",
                            "the MAC address is set in user_init",
                            "move the call there"},
    [RULE_WIFI_LIST_KEPT] = {"wifi-list-kept",
                             "the list of stations is freed before the next "
                             "one is asked for",
                             "wifi_softap_free_station_info after use"},
    [RULE_ESPCONN_SENT] = {"espconn-sent",
                           "after espconn_send the next one waits for the "
                           "sent callback",
                           "keep the data and go on in the sent callback"},
    [RULE_ESPCONN_CALLBACK] = {"espconn-callback",
                               "espconn_disconnect, espconn_abort and "
                               "espconn_delete are not called in a callback of "
                               "that connection",
                               "post to a task with system_os_post and do it "
                               "there"},
    [RULE_ESPCONN_MEMORY] = {"espconn-memory",
                             "struct espconn and its proto stay as they are "
                             "while the connection is used",
                             "make them static or take them from the heap"},
    [RULE_ESPCONN_DELETED] = {"espconn-deleted",
                              "the espconn of an accepted connection is the "
                              "SDK's and ends with its disconnect or reconnect "
                              "callback",
                              "forget the pointer there"},
    [RULE_ESPCONN_EMPTY] = {"espconn-empty",
                            "espconn_send and espconn_sendto take at least one "
                            "byte",
                            "do not call them with nothing"},
};

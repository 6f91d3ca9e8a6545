/* The handlers that the command table names, by file, and what telemetry shares
 * with Status. Only the table, those files and telemetry include this. */
#ifndef FIRMWARE_CORE_COMMAND_PRIVATE_H
#define FIRMWARE_CORE_COMMAND_PRIVATE_H

#include "firmware/core/command.h"
#include "firmware/core/device.h"

/* command_power.c */
void run_power(struct command_call *call);
void run_pulse_time(struct command_call *call);
/* Results of these relays (bit per relay), as Power gives them. */
void command_report_power(struct command_call *call, uint8_t relays);
/* One digit per relay, the last relay first. */
void command_put_bits(struct command_call *call, uint8_t bits);

/* command_relay.c */
void run_interlock(struct command_call *call);
void run_power_lock(struct command_call *call);
void run_timed_power(struct command_call *call);

/* command_publish.c */
void run_publish(struct command_call *call);

/* command_led.c */
void run_led_power(struct command_call *call);
void run_led_mask(struct command_call *call);

/* command_input.c */
void run_switch_mode(struct command_call *call);
void run_key_topic(struct command_call *call);

/* command_board.c */
void run_template(struct command_call *call);
void run_module(struct command_call *call);
void run_modules(struct command_call *call);
/* {"Name":"Refused: why"}: pins.h */
void command_refuse_pin(struct command_call *call, unsigned gpio,
                        unsigned component);

/* command_gpio.c */
void run_gpio(struct command_call *call);
void run_gpios(struct command_call *call);

/* command_setting.c: one number or text of the settings, by the row's key */
/* A part of MQTT topics? */
bool command_is_topic(const char *text, size_t size, bool may_have_levels);
void run_number(struct command_call *call);
void run_text(struct command_call *call);
void run_log_level(struct command_call *call);
void run_serial_log(struct command_call *call);

/* option.c */
void run_set_option(struct command_call *call);

/* command_system.c */
void run_backlog(struct command_call *call);
void run_json(struct command_call *call);
void run_delay(struct command_call *call);
void run_no_delay(struct command_call *call);
void run_save_data(struct command_call *call);
void run_restart(struct command_call *call);
void run_reset(struct command_call *call);
void run_help(struct command_call *call);

/* command_update.c */
void run_upgrade(struct command_call *call);
void run_upgrade_serial(struct command_call *call);
void run_ota_key(struct command_call *call);

/* command_mqtt.c */
void run_tele_period(struct command_call *call);
void run_full_topic(struct command_call *call);
void run_retain(struct command_call *call);
/* command_wifi.c */
void run_wifi_test(struct command_call *call);
/* command_time.c */
void run_time(struct command_call *call);
void run_timezone(struct command_call *call);
void run_time_rule(struct command_call *call);
void run_ntp_server(struct command_call *call);
/* command_web.c */
void run_web_password(struct command_call *call);
void run_web_server(struct command_call *call);
void run_emulation(struct command_call *call);
/* WebServer in words; "Off" has none in Tasmota, where it says nothing then. */
const char *command_web_mode(const struct device *dev);

/* command_wifi.c */
void run_wifi_scan(struct command_call *call);
void run_wifi_config(struct command_call *call);

/* command_station.c */
void run_ap(struct command_call *call);
void run_ip_address(struct command_call *call);
void run_wifi_power(struct command_call *call);
void command_put_power(struct text *out, unsigned tenths);

/* status.c */
/* A signal in percent, as Tasmota counts them. */
unsigned status_percent(int dbm);
void run_status(struct command_call *call);
void run_state(struct command_call *call);

/* Into the reply, for telemetry too: the insides of STATE and SENSOR; our
 * address; why it started. */
void status_put_state(struct command_call *call);
/* All parts of Status as one object. */
void status_put_all(struct command_call *call);
void status_put_sensors(struct command_call *call);
void status_put_ip(struct command_call *call);
/* 192.168.1.2, as hal/wifi.h has them; AA:BB:CC:DD:EE:FF. */
void status_put_address(struct text *out, uint32_t address);
void status_put_mac(struct text *out, const uint8_t mac[6]);
const char *status_start_text(const struct device *dev);
/* command_mqtt.c: Status 6, and the Retain fields of Status, with a comma. */
void status_put_mqtt(struct command_call *call);
void status_put_retains(struct command_call *call);

#endif

/* pogo flash --loop: the same files to one board after the other. */
#ifndef TOOL_CMD_FLASH_LOOP_H
#define TOOL_CMD_FLASH_LOOP_H

struct args;

/* Until Ctrl-C, which ends it with a summary; returns an exit code when it
 * can't begin. */
int cmd_flash_loop(const struct args *args);

#endif

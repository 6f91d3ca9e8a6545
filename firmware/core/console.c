#include "firmware/core/console.h"

#include "firmware/core/command.h"
#include "firmware/core/device.h"

/* The line that came, without secrets. */
static void log_line(struct device *dev, char *line, size_t size)
{
    size_t shown = command_shown(line, size);
    const char *const parts[] = {"CMD: ", line,
                                 shown < size ? COMMAND_HIDDEN : ""};
    char next = line[shown];
    line[shown] = 0;
    device_log_parts(dev, parts, sizeof(parts) / sizeof(parts[0]));
    line[shown] = next;
}

void console_run(struct device *dev, char *line, size_t size)
{
    log_line(dev, line, size);
    command_run(dev, line, size);
}

static void end_line(struct device *dev)
{
    struct console *console = &dev->console;
    bool is_too_long = console->is_too_long;
    size_t size = console->size;
    outlet_wake_serial(dev);
    console->line[size] = 0;
    console->size = 0;
    console->is_too_long = false;
    if (is_too_long) {
        device_result(dev, "RESULT",
                      "{\"Command\":\"Error\",\"Input\":\"line is longer than "
                      "800 bytes\"}");
        return;
    }
    if (size == 0)
        return;
    console_run(dev, console->line, size);
}

void console_bytes(struct device *dev, const char *bytes, size_t size)
{
    struct console *console = &dev->console;
    for (size_t i = 0; i < size; i++) {
        i += update_serial_bytes(dev, bytes + i, size - i);
        if (i >= size)
            return;
        char c = bytes[i];
        if (c == '\n')
            end_line(dev);
        else if ((unsigned char)c < 0x20 || c == 0x7F)
            continue; /* carriage returns, noise of a plug going in */
        else if (console->size < CONSOLE_LINE)
            console->line[console->size++] = c;
        else
            console->is_too_long = true;
    }
}

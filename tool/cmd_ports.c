/* pogo ports: which serial ports are there? Touches none of them: opening one
 * would reset what hangs on it. */
#include "tool/args.h"
#include "tool/cmd.h"
#include "tool/message.h"
#include "tool/ports.h"

int cmd_ports(const struct args *args)
{
    static struct os_port ports[OS_PORTS];
    if (args->word_count > 0)
        return message_usage("ports", "it takes options only");
    unsigned count = os_list_ports("", ports, OS_PORTS);
    if (count > 0 || args->is_json)
        ports_print(ports, count, args->is_json);
    if (count > 0)
        return EXIT_DONE;
    if (args->is_json)
        return EXIT_NO_DEVICE;
    return message_fail(ERR_PORT_NONE, "on this computer");
}

/* The SDK's tasks: three priorities, a queue of the program's own memory each,
 * and the callback for the end of the start. */
#include "emulator/sdk_private.h"

#define EVENT_SIZE 8u /* os_event_t: signal, parameter */

/* bool system_os_task(fn, priority, queue, queue length) */
enum native_result sdk_native_os_task(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t priority = a[3] & 0xFFu, room = a[5] & 0xFFu;
    if (priority >= SDK_TASKS || a[2] == 0 || a[4] == 0 || room == 0)
        return sdk_return(chip, 0);
    chip->sdk.task[priority] =
        (struct sdk_task){.fn = a[2], .queue = a[4], .room = room};
    return sdk_return(chip, 1);
}

/* bool system_os_post(priority, signal, parameter); interrupts may call it */
enum native_result sdk_native_os_post(struct chip *chip)
{
    const uint32_t *a = chip->cpu.a;
    uint32_t priority = a[2] & 0xFFu;
    struct sdk_task *task =
        priority < SDK_TASKS ? &chip->sdk.task[priority] : NULL;
    if (!task || task->fn == 0 || task->count == task->room)
        return sdk_return(chip, 0);
    uint32_t slot = (task->head + task->count) % task->room;
    sdk_put(chip, task->queue + EVENT_SIZE * slot, a[3]);
    sdk_put(chip, task->queue + EVENT_SIZE * slot + 4, a[4]);
    task->count++;
    return sdk_return(chip, 1);
}

bool sdk_task_run(struct chip *chip)
{
    for (unsigned priority = SDK_TASKS; priority-- > 0;) {
        struct sdk_task *task = &chip->sdk.task[priority];
        if (task->count == 0)
            continue;
        chip->cpu.a[2] = task->queue + EVENT_SIZE * task->head;
        task->head = (task->head + 1) % task->room;
        task->count--;
        chip->cpu.pc = task->fn;
        return true;
    }
    return false;
}

/* void system_init_done_cb(fn): called once, when user_init has returned and
 * before anything else */
enum native_result sdk_native_init_done_cb(struct chip *chip)
{
    chip->sdk.init_done = chip->cpu.a[2];
    return NATIVE_RETURN;
}

/* The queue of callbacks that the SDK's task makes into guest code. */
#include "emulator/sdk_call.h"

#include "emulator/sdk_private.h"

bool sdk_call_later(struct chip *chip, const struct sdk_call *call)
{
    struct sdk_calls *calls = &chip->sdk.calls;
    if (calls->count == SDK_CALLS) {
        chip_stop(chip, "%u callbacks are waiting, no room for %s", SDK_CALLS,
                  call->name);
        return false;
    }
    calls->queue[(calls->head + calls->count) % SDK_CALLS] = *call;
    calls->count++;
    /* The loop may be waiting for an event: this is one. */
    chip->cpu.is_waiting = false;
    return true;
}

void sdk_call_returned(struct chip *chip)
{
    struct sdk_calls *calls = &chip->sdk.calls;
    if (!calls->is_running)
        return;
    calls->is_running = false;
    if (calls->now.after)
        calls->now.after(chip, &calls->now);
}

static void take(struct sdk_calls *calls)
{
    calls->now = calls->queue[calls->head];
    calls->head = (calls->head + 1) % SDK_CALLS;
    calls->count--;
}

bool sdk_call_run(struct chip *chip)
{
    struct sdk_calls *calls = &chip->sdk.calls;
    while (calls->count > 0) {
        take(calls);
        if (calls->now.before && !calls->now.before(chip, &calls->now))
            continue;
        if (calls->now.fn == 0) {
            if (calls->now.after)
                calls->now.after(chip, &calls->now);
            continue;
        }
        for (unsigned i = 0; i < SDK_CALL_ARGUMENTS; i++)
            chip->cpu.a[2 + i] = calls->now.argument[i];
        chip->cpu.pc = calls->now.fn;
        calls->is_running = true;
        return true;
    }
    return false;
}

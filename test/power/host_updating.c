/* An update of the device of the host sweeps. */
#include "test/power/host_updating.h"

#include "format/flash_map.h"
#include "test/power/host_owner.h"

#define PIECE 512u /* bytes of the file between two ticks */

struct updating updating;

static uint8_t rest[MAP_END];

static void join(void)
{
    if (updating.has_network && host.device.wifi.state == WIFI_JOINING)
        owner_join();
}

bool updating_is_confirmed(void)
{
    return host.device.update.is_confirmed && owner_is_saved();
}

bool updating_is_ready(void)
{
    join();
    return updating_is_confirmed() && host.device.update.state == UPDATE_IDLE &&
           (!updating.has_network || host.device.wifi.state == WIFI_JOINED);
}

bool updating_is_restarting(void)
{
    join();
    return host.device.update.state == UPDATE_INSTALLED;
}

bool updating_feed(void)
{
    const struct host_image *image = &host_images[updating.to];
    struct device *dev = &host.device;
    enum err e = update_begin(dev);
    for (size_t at = 0, n; at < image->file_size && e == ERR_NONE; at += n) {
        n = image->file_size - at < PIECE ? image->file_size - at : PIECE;
        e = update_feed(dev, image->file + at, n);
        if (!host_run(DEVICE_TICK_MS))
            return false;
    }
    return e == ERR_NONE && update_end(dev) == ERR_NONE;
}

void updating_install(void)
{
    (void)host_run_until(updating_is_ready, UPDATING_MS);
    if (!updating_feed() ||
        !host_run_until(updating_is_restarting, UPDATING_MS))
        report_broken(host_report, REPORT_BOOTS, "the update does not begin");
}

/* ---- the goal ------------------------------------------------------------ */

static bool is_installed(void)
{
    join();
    return host.image == updating.to && updating_is_confirmed();
}

/* The light is on meanwhile: a restart must not switch it off. */
static void light(void)
{
    if (!device_is_on(&host.device, 1))
        host_type("Power1 1");
}

static void install(void)
{
    if (host.image != updating.to && !updating_is_restarting()) {
        if (!host_run_until(updating_is_ready, UPDATING_MS))
            return;
        light();
        if (!updating_feed())
            return;
    }
    (void)host_run_until(is_installed, UPDATING_MS);
}

void updating_check(void)
{
    owner_check();
    if (host.image != updating.from && host.image != updating.to)
        report_broken(host_report, REPORT_IMAGE, "image %d runs",
                      (int)host.image);
}

const struct goal updating_goal = {is_installed, install, updating_check, NULL};

/* ---- the device ---------------------------------------------------------- */

void updating_live(uint64_t seed)
{
    host_new(rest, seed);
    updating = (struct updating){IMAGE_FIRST, IMAGE_NEXT, .has_network = true};
    owner_live();
}

void updating_begin(struct report *report, const char *name)
{
    uint64_t seed = 5;
    report_start(report, name);
    host_report = report;
    for (uint32_t at = 0; at < MAP_END; at++)
        rest[at] = (uint8_t)sim_below(&seed, 256);
    updating_live(11);
}

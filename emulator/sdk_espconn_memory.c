/* struct espconn in guest memory: read, copied, and watched, because it must
 * stay where it is as long as the connection. */
#include "emulator/sdk_espconn_private.h"

static struct sdk_espconn *all(struct chip *chip)
{
    return &chip->sdk.espconn;
}

uint32_t espconn_get_ip(struct chip *chip, uint32_t address)
{
    uint8_t b[4] = {0};
    (void)bus_copy_out(chip->bus, address, b, sizeof(b));
    return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 |
           b[3];
}

void espconn_put_ip(struct chip *chip, uint32_t address, uint32_t ip)
{
    uint8_t b[4] = {(uint8_t)(ip >> 24), (uint8_t)(ip >> 16),
                    (uint8_t)(ip >> 8), (uint8_t)ip};
    (void)bus_copy_in(chip->bus, address, b, sizeof(b));
}

/* ---- where it may be ---- */

/* In the frames of the functions that run now. */
static bool is_on_stack(const struct chip *chip, uint32_t address)
{
    return address >= chip->cpu.a[1] && address < SDK_STACK;
}

static bool is_freed(const struct chip *chip, uint32_t address)
{
    const struct sdk_heap *heap = &chip->heap;
    for (unsigned i = 0; i < heap->count; i++)
        if (address - heap->block[i].address < heap->block[i].size)
            return heap->block[i].asked == 0;
    return false;
}

static void come_back(struct chip *chip, uint32_t conn)
{
    for (unsigned i = 0; i < SDK_GONE; i++)
        if (all(chip)->gone[i] == conn)
            all(chip)->gone[i] = 0;
}

bool espconn_is_gone(struct chip *chip, uint32_t conn)
{
    for (unsigned i = 0; i < SDK_GONE; i++)
        if (all(chip)->gone[i] == conn)
            return true;
    return false;
}

bool espconn_check_new(struct chip *chip, uint32_t conn)
{
    uint32_t proto = sdk_get(chip, conn + CONN_PROTO);
    const char *what = is_on_stack(chip, conn) ? "the espconn is on the stack"
                       : is_on_stack(chip, proto) ? "its proto is on the stack"
                       : is_freed(chip, conn)     ? "the espconn was freed"
                       : is_freed(chip, proto)    ? "its proto was freed"
                       : proto == 0               ? "it has no proto"
                                                  : NULL;
    if (what) {
        sdk_rule_broken(chip, RULE_ESPCONN_MEMORY, "0x%08x: %s", conn, what);
        return false;
    }
    come_back(chip, conn);
    return true;
}

bool espconn_check(struct chip *chip, const struct sdk_link *link)
{
    uint32_t type = link->kind == LINK_UDP ? ESPCONN_UDP : ESPCONN_TCP;
    const char *what = is_freed(chip, link->conn)    ? "the espconn was freed"
                       : is_freed(chip, link->proto) ? "its proto was freed"
                       : sdk_get(chip, link->conn + CONN_PROTO) != link->proto
                           ? "its proto is another than at the beginning"
                       : sdk_get(chip, link->conn + CONN_TYPE) != type
                           ? "its type has changed"
                           : NULL;
    if (what)
        sdk_rule_broken(chip, RULE_ESPCONN_MEMORY, "0x%08x: %s", link->conn,
                        what);
    return !what;
}

/* ---- copies ---- */

static void copy_words(struct chip *chip, uint32_t to, uint32_t from,
                       uint32_t first, uint32_t end)
{
    for (uint32_t at = first; at < end; at += 4)
        sdk_put(chip, to + at, sdk_get(chip, from + at));
}

void espconn_copy(struct chip *chip, uint32_t to, uint32_t from)
{
    uint32_t to_proto = sdk_get(chip, to + CONN_PROTO);
    uint32_t from_proto = sdk_get(chip, from + CONN_PROTO);
    copy_words(chip, to, from, CONN_TYPE, CONN_PROTO);
    copy_words(chip, to, from, CONN_RECV, CONN_SIZE);
    copy_words(chip, to_proto, from_proto, 0, PROTO_WRITE_FINISH);
}

void espconn_put_remote(struct chip *chip, uint32_t proto,
                        const struct sdk_link *link)
{
    espconn_put_ip(chip, proto + PROTO_REMOTE_IP, link->remote_ip);
    espconn_put_ip(chip, proto + PROTO_LOCAL_IP, net_local_ip(chip));
    sdk_put(chip, proto + PROTO_REMOTE_PORT, link->remote_port);
}

static uint32_t make_zeroed(struct chip *chip, uint32_t size)
{
    uint32_t address = sdk_heap_alloc(chip, size);
    for (uint32_t at = 0; address && at < size; at += 4)
        sdk_put(chip, address + at, 0);
    return address;
}

bool espconn_make(struct chip *chip, struct sdk_link *link)
{
    link->conn = make_zeroed(chip, CONN_SIZE);
    link->proto = link->conn ? make_zeroed(chip, PROTO_SIZE) : 0;
    if (!link->proto) {
        sdk_heap_free(chip, link->conn);
        return false;
    }
    come_back(chip, link->conn);
    sdk_put(chip, link->conn + CONN_PROTO, link->proto);
    return true;
}

void espconn_drop(struct chip *chip, struct sdk_link *link)
{
    struct sdk_espconn *espconn = all(chip);
    sdk_heap_free(chip, link->proto);
    sdk_heap_free(chip, link->conn);
    espconn->gone[espconn->gone_next++ % SDK_GONE] = link->conn;
}

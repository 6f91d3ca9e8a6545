/* Takes the power of a virtual device at every flash operation of a story. */
#include "test/power/sweep.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "emulator/fault.h"
#include "format/flash_map.h"

#define CHILDREN 2u /* at a time, of the outermost process */
#define ANSWER_MS 9000u
#define WORDS_TRIED 3u

/* A child writes its numbers where its parent finds them. */
struct child {
    pid_t pid; /* 0: none */
    struct report *report;
    /* What its report began with, so that not each child tells its first. */
    uint64_t before[REPORT_KINDS];
};

/* Of this process; a child has its own copy. */
static struct {
    const struct story *story;
    struct sweep sweep;
    struct report *report;
    struct machine *machine;
    struct child child[CHILDREN];
    unsigned level;    /* 0: the story, 1: after a cut, 2: after two */
    bool is_armed;     /* operations are cut */
    unsigned long op;  /* operations since it was armed */
    bool is_close;     /* the last one has brought a decision near */
    uint64_t rewrites; /* told already */
    char path[80];     /* "torn 17, before 2" */
} now;

static const struct {
    enum fault_outcome outcome;
    const char *name;
} hows[] = {
    {FAULT_BEFORE, "before"}, {FAULT_TORN, "torn"}, {FAULT_AFTER, "after"}};

void sweep_broken(enum report_broken what, const char *format, ...)
{
    char text[512];
    va_list list;
    va_start(list, format);
    vsnprintf(text, sizeof(text), format, list);
    va_end(list);
    report_broken(now.report, what, "%s%s: %s",
                  now.sweep.is_puya ? "Puya " : "",
                  now.path[0] ? now.path : "no cut", text);
}

/* ---- children ---- */

static void take_report(struct child *child)
{
    struct report *from = child->report;
    for (unsigned i = 0; i < REPORT_KINDS; i++)
        from->broken[i] -= child->before[i];
    report_add(now.report, from);
    munmap(from, sizeof(*from));
    child->pid = 0;
}

static void wait_for_one(void)
{
    int status = 0;
    pid_t pid = wait(&status);
    for (unsigned i = 0; i < CHILDREN; i++) {
        if (pid <= 0 || now.child[i].pid != pid)
            continue;
        take_report(&now.child[i]);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
            sweep_broken(REPORT_BOOTS,
                         "a cut near operation %lu ends the test (%d)", now.op,
                         status);
    }
}

static void wait_for_all(void)
{
    for (unsigned i = 0; i < CHILDREN; i++) {
        while (now.child[i].pid > 0)
            wait_for_one();
    }
}

static struct child *free_child(void)
{
    unsigned most = now.level == 0 ? CHILDREN : 1;
    for (;;) {
        for (unsigned i = 0; i < most; i++) {
            if (now.child[i].pid == 0)
                return &now.child[i];
        }
        wait_for_one();
    }
}

static void share_report(struct child *child)
{
    struct report *report = mmap(NULL, sizeof(*report), PROT_READ | PROT_WRITE,
                                 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (report == MAP_FAILED) {
        perror("mmap");
        exit(1);
    }
    report_start(report, now.story->name);
    memcpy(report->broken, now.report->broken, sizeof(report->broken));
    memcpy(child->before, now.report->broken, sizeof(child->before));
    child->report = report;
}

/* True in the child. */
static bool spawn(void)
{
    struct child *child = free_child();
    share_report(child);
    fflush(stdout);
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        perror("fork");
        exit(1);
    }
    if (pid > 0) {
        child->pid = pid;
        if (now.level > 0)
            wait_for_one(); /* its parent waits for it, too */
        return false;
    }
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (getppid() != parent)
        _exit(1);
    now.report = child->report;
    memset(now.child, 0, sizeof(now.child));
    return true;
}

/* ---- operations ---- */

/* A slot's first page and its record: whatever comes behind a change of these
 * is always cut, also by a sample. */
static bool decides(uint32_t address)
{
    for (unsigned i = 0; i < SLOT_COUNT; i++) {
        uint32_t image = slot_image_address((enum slot)i);
        uint32_t record = slot_record_address((enum slot)i);
        if (address - image < FLASH_PAGE_SIZE ||
            address - record < FLASH_SECTOR_SIZE)
            return true;
    }
    return false;
}

/* At even steps, so that each story has its share; where they begin is another
 * place for each. */
static bool is_chosen(unsigned how)
{
    uint64_t from = fault_hash(now.sweep.seed, now.story->kind, 1) % 1024;
    return now.level > 0 || now.is_close ||
           (from + now.op * 3 + how) % now.sweep.one_in == 0;
}

/* Fork for each way to cut the operation that comes next. */
static void fork_cuts(void)
{
    for (unsigned i = 0; i < sizeof(hows) / sizeof(hows[0]); i++) {
        if (!is_chosen(i) || !spawn())
            continue;
        size_t size = strlen(now.path);
        snprintf(now.path + size, sizeof(now.path) - size, "%s%s %lu",
                 size ? ", " : "", hows[i].name, now.op + 1);
        now.level++;
        now.is_armed = false;
        struct flash_chip *flash = &bench_chip(now.machine->bench)->flash;
        flash->config.seed += (uint32_t)now.op * 3 + i;
        flash_fault_cut(flash, 1, hows[i].outcome);
        return;
    }
}

/* The flash chip begins to work. */
static void on_work(void *ctx, enum flash_work work, uint32_t address,
                    uint64_t cycles)
{
    (void)ctx;
    (void)cycles;
    if (!now.is_armed || (work != FLASH_PROGRAM && work != FLASH_ERASE))
        return;
    now.op++;
    now.is_close = decides(address);
    if (now.level == 0)
        now.report->operations++;
    fork_cuts();
}

static void arm(void)
{
    now.is_armed = true;
    now.op = 0;
    fork_cuts();
}

/* ---- one device's life ---- */

bool sweep_boot(struct machine *m)
{
    sweep_count_boot();
    machine_on(m);
    for (unsigned i = 0; i < WORDS_TRIED; i++) {
        if (!machine_wait(m, "Module: ", ANSWER_MS / WORDS_TRIED))
            continue;
        if (machine_ask(m, "Status 0", "STATUS11 = {", NULL, 0))
            return true;
    }
    if (!m->is_cut)
        sweep_broken(REPORT_BOOTS,
                     "no answer to Status 0 in %u ms; it said: %s", ANSWER_MS,
                     m->text);
    return false;
}

void sweep_count_boot(void)
{
    now.report->boots++;
}

bool sweep_is_one_in(unsigned n)
{
    return now.level == 0 || fault_hash(now.sweep.seed, now.op, 3) % n == 0;
}

/* After a cut: look; when power was cut again meanwhile, once more. */
static void look(void)
{
    struct machine *m = now.machine;
    now.story->check(m, now.story->kind);
    if (m->is_cut && now.level == 2) {
        now.report->cuts++;
        machine_off(m);
        now.story->check(m, now.story->kind);
    }
    if (m->problem[0])
        sweep_broken(REPORT_BOOTS, "%s", m->problem);
    if (machine_rewrites(m) > now.rewrites)
        sweep_broken(REPORT_STRICT, "%u words were programmed twice",
                     (unsigned)(machine_rewrites(m) - now.rewrites));
}

/* A child, once power is gone. */
static void live_on(void)
{
    unsigned pairs = now.sweep.pairs;
    if (now.machine->is_cut) {
        now.report->cuts++;
        machine_off(now.machine);
        if (now.level == 1 && pairs > 0 &&
            fault_hash(now.sweep.seed, now.op, 7) % pairs == 0)
            arm();
        look();
    } /* else it was the last operation, and nothing came that could be cut */
    wait_for_all();
    fflush(stdout);
    _exit(0);
}

void sweep_run(const struct story *story, const struct sweep *sweep,
               struct report *report)
{
    static struct machine machine;
    struct machine *m = &machine;
    memset(&now, 0, sizeof(now));
    now.story = story;
    now.sweep = *sweep;
    now.report = report;
    now.machine = m;
    if (story->open)
        story->open(m, sweep->is_puya, sweep->seed);
    else
        machine_open(m, sweep->is_puya, sweep->seed);
    bench_chip(m->bench)->flash.probe.work = on_work;
    story->prepare(m, story->kind);
    now.rewrites = machine_rewrites(m);
    arm();
    story->act(m, story->kind);
    now.is_armed = false;
    if (now.level > 0)
        live_on();
    wait_for_all();
    machine_off(m);
    look();
    machine_close(m);
}

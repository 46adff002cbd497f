/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * The event core by its public interface.
 *
 *   mm1_customers_per_s   M/M/1 at load 0.9: two timers, two blocks of draws, pooled customers in
 *                         a queue, level of the number present, tally of the sojourn
 *   mm1_ratio_to_yardstick  the same over shared/yardstick/mm1.c `fullphilox`, round by round in
 *                         one run: a kernel of 128 lines without a library around it
 *   hold_N_ns             N timers armed; fire the earliest, arm it again after an exponential time
 *   resched_N_ns          four timers moved to a new time for each one fired; per operation
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/random.h"
#include "sim/sim.h"
#include "sim/stats.h"
#include "tests/support/bench.h"
#include "tests/support/check.h"

static const double MEAN_NS = 1e9; /* of the service; of the hold time */

static struct sim *new_sim(void)
{
    struct sim_error err;
    struct sim *sim;

    if (sim_create(1, 0, 0, 0, &sim, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(5);
    }
    return sim;
}

static void new_timer(struct sim *sim, struct sim_timer *timer, enum sim_phase phase,
                      sim_timer_fn *run, void *subject)
{
    struct sim_error err;

    if (sim_timer_create(sim, timer, phase, SIM_TIES_BY_ARMING, run, subject, &err)) {
        fprintf(stderr, "%s\n", err.message);
        exit(5);
    }
}

/* ---- M/M/1 ---- */

enum { CUSTOMERS = 5000000 };

struct customer {
    int64_t arrival_ns;
    struct customer *next;
};

struct station {
    struct sim_timer arrival, service;
    struct sim_draws gap, work;
    struct sim_pool pool;
    struct customer *head, *tail;
    struct sim_level present;
    struct sim_tally sojourn_s;
    uint64_t arrived;
};

static void begin_service(struct sim *sim, struct station *station)
{
    sim_timer_arm(sim, &station->service,
                  sim->now_ns + (int64_t)(MEAN_NS * sim_draws_next(&station->work)));
}

static void on_arrival(struct sim *sim, void *subject)
{
    struct station *station = subject;
    struct customer *customer = sim_pool_get(&station->pool);

    customer->arrival_ns = sim->now_ns;
    customer->next = NULL;
    if (station->present.value)
        station->tail->next = customer;
    else
        station->head = customer;
    station->tail = customer;
    sim_level_set(&station->present, sim->now_ns, station->present.value + 1);
    if (station->present.value == 1)
        begin_service(sim, station);
    if (++station->arrived < CUSTOMERS)
        sim_timer_rearm(sim,
                        sim->now_ns + (int64_t)(MEAN_NS / 0.9 * sim_draws_next(&station->gap)));
}

static void on_service(struct sim *sim, void *subject)
{
    struct station *station = subject;
    struct customer *customer = station->head;

    station->head = customer->next;
    sim_level_set(&station->present, sim->now_ns, station->present.value - 1);
    sim_tally_add(&station->sojourn_s, (double)(sim->now_ns - customer->arrival_ns) * 1e-9);
    sim_pool_put(&station->pool, customer);
    if (station->present.value)
        begin_service(sim, station);
}

static double mm1(const void *argument)
{
    struct sim *sim = new_sim();
    struct station *station = sim_arena_alloc(sim->arena, 1, sizeof *station);
    struct sim_error err;
    double begin_s, took_s;

    (void)argument;
    sim_pool_init(&station->pool, sim->arena, sizeof(struct customer));
    new_timer(sim, &station->arrival, SIM_PHASE_ARRIVAL, on_arrival, station);
    new_timer(sim, &station->service, SIM_PHASE_END, on_service, station);
    sim_draws_init(&station->gap, sim->draw_key, 1, 1, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&station->work, sim->draw_key, 2, 1, SIM_DRAW_EXPONENTIAL);
    begin_s = bench_cpu_s();
    sim_timer_arm(sim, &station->arrival, 0);
    if (sim_run(sim, SIM_NEVER - 1, &err))
        exit(8);
    took_s = bench_cpu_s() - begin_s;
    if (station->sojourn_s.count != CUSTOMERS || station->sojourn_s.mean < 9 ||
        station->sojourn_s.mean > 11) {
        fprintf(stderr, "mm1: mean sojourn %g of %llu\n", station->sojourn_s.mean,
                (unsigned long long)station->sojourn_s.count);
        exit(8);
    }
    sim_destroy(sim);
    return CUSTOMERS / took_s;
}

/* ---- the yardstick ---- */

/* Builds it into folder[]; 0 when it is not there or does not build. */
static int build_yardstick(char *folder)
{
    char source[512], vlog[512], command[2048];

    if (!check_shared_path("yardstick/mm1.c", source, sizeof source) ||
        !check_shared_path("yardstick/vlog.c", vlog, sizeof vlog) || access(source, R_OK) ||
        access(vlog, R_OK) || !mkdtemp(folder)) {
        fprintf(stderr, "mm1_ratio_to_yardstick: skipped, there is no shared/yardstick\n");
        return 0;
    }
    snprintf(command, sizeof command,
             "gcc -O3 -march=native -w -c '%s' -o %s/v.o && "
             "gcc -O3 -march=native -w '%s' %s/v.o -lmvec -lm -o %s/mm1",
             vlog, folder, source, folder, folder);
    return system(command) == 0;
}

static void remove_yardstick(const char *folder)
{
    const char *const file[] = {"v.o", "mm1"};
    char path[600];

    for (size_t i = 0; i < sizeof file / sizeof *file; i++) {
        snprintf(path, sizeof path, "%s/%s", folder, file[i]);
        unlink(path);
    }
    rmdir(folder);
}

/* User CPU seconds of one run of it; NaN when it fails. */
static double run_yardstick(const char *folder)
{
    struct rusage usage;
    char path[600], count[32];
    int status;
    pid_t child;

    snprintf(path, sizeof path, "%s/mm1", folder);
    snprintf(count, sizeof count, "%d", CUSTOMERS);
    child = fork();
    if (child == 0) {
        if (freopen("/dev/null", "w", stdout))
            execl(path, path, "fullphilox", count, (char *)NULL);
        _exit(127);
    }
    if (child < 0 || wait4(child, &status, 0, &usage) != child || status != 0)
        return NAN;
    return (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec * 1e-6;
}

static double mm1_ratio(const void *argument)
{
    char folder[] = "/tmp/aifsim-yardstick-XXXXXX";
    double theirs, ours;

    if (!build_yardstick(folder))
        return NAN;
    theirs = CUSTOMERS / run_yardstick(folder);
    ours = mm1(argument);
    remove_yardstick(folder);
    return ours / theirs;
}

/* ---- hold and reschedule ---- */

enum { HOLD_OPERATIONS = 2000000, MOVES = 4 };

struct crowd {
    struct sim_timer *timer;
    struct sim_draws time, whom;
    uint64_t left;
    uint32_t count;
    uint32_t moves;
};

static int64_t later(struct sim *sim, struct crowd *crowd)
{
    return sim->now_ns + (int64_t)(MEAN_NS * sim_draws_next(&crowd->time));
}

static void on_hold(struct sim *sim, void *subject)
{
    struct crowd *crowd = subject;

    if (!crowd->left--) {
        sim_abort(sim, SIM_ECHECK, "done");
        return;
    }
    sim_timer_rearm(sim, later(sim, crowd));
    for (uint32_t i = 0; i < crowd->moves; i++)
        sim_timer_arm(sim, &crowd->timer[(uint32_t)(sim_draws_next(&crowd->whom) * crowd->count)],
                      later(sim, crowd));
}

static double hold(uint32_t count, uint32_t moves)
{
    struct sim *sim = new_sim();
    struct crowd crowd = {.count = count, .moves = moves};
    uint64_t operations = HOLD_OPERATIONS / (moves + 1);
    double begin_s, took_s;

    crowd.timer = sim_arena_alloc(sim->arena, count, sizeof *crowd.timer);
    sim_draws_init(&crowd.time, sim->draw_key, 3, 1, SIM_DRAW_EXPONENTIAL);
    sim_draws_init(&crowd.whom, sim->draw_key, 3, 2, SIM_DRAW_UNIFORM);
    for (uint32_t i = 0; i < count; i++)
        new_timer(sim, &crowd.timer[i], SIM_PHASE_END, on_hold, &crowd);
    for (uint32_t i = 0; i < count; i++)
        sim_timer_arm(sim, &crowd.timer[i], later(sim, &crowd));
    crowd.left = operations;
    begin_s = bench_cpu_s();
    if (sim_run(sim, SIM_NEVER - 1, NULL) != SIM_ECHECK)
        exit(8);
    took_s = bench_cpu_s() - begin_s;
    sim_destroy(sim);
    return took_s * 1e9 / (double)(operations * (moves + 1));
}

static double hold_of(const void *argument)
{
    return hold(*(const uint32_t *)argument, 0);
}

static double resched_of(const void *argument)
{
    return hold(*(const uint32_t *)argument, MOVES);
}

static const uint32_t sizes[] = {10, 1000, 100000, 1000000};

static const struct bench_figure figures[] = {
    {"mm1_customers_per_s", "1/s", mm1, NULL, 0},
    {"mm1_ratio_to_yardstick", "1", mm1_ratio, NULL, 0},
    {"hold_10_ns", "ns", hold_of, &sizes[0], 0},
    {"hold_1e3_ns", "ns", hold_of, &sizes[1], 0},
    {"hold_1e5_ns", "ns", hold_of, &sizes[2], 0},
    {"hold_1e6_ns", "ns", hold_of, &sizes[3], 0},
    {"resched_1e3_ns", "ns", resched_of, &sizes[1], 0},
    {"resched_1e5_ns", "ns", resched_of, &sizes[2], 0},
};

int main(int argc, char **argv)
{
    return BENCH_MAIN(argc, argv, figures);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Random small workloads against a scheduler that keeps no state between passes: at each instant
 * it looks at every job, in the words of the definition. Ties, zero gaps, jobs of no length and
 * changes of capacity are frequent on purpose. */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/partition.h"
#include "models/demand/replay.h"
#include "sim/units.h"

enum { JOBS_MAX = 1500, CHANGES_MAX = 5 };

struct change {
    int64_t time_s;
    uint32_t capacity;
};

struct workload {
    size_t count, change_count;
    struct mdl_job jobs[JOBS_MAX];
    struct change change[CHANGES_MAX]; /* rising times; the first at 0 */
    uint32_t width_max;
};

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

static int64_t below(uint64_t *random, int64_t bound)
{
    return (int64_t)(next_random(random) % (uint64_t)bound);
}

/* ---- the definition ---- */

enum stage { NOT_HERE, WAITS, RUNS, GONE };

struct plain {
    int64_t submit, run, estimate, start; /* ns; -1 = none */
    int64_t promised, reserved;           /* at first; as it is */
    int64_t width;
    size_t started_as; /* the how manieth */
    enum stage stage;
};

struct reference {
    const struct mdl_policy *policy;
    size_t count, started;
    struct plain job[JOBS_MAX];
    int64_t capacity, free, now;
    size_t next_change;
    bool is_change_first; /* of a submit and a change at one instant */
};

static void start(struct reference *r, struct plain *job)
{
    job->stage = RUNS;
    job->start = r->now;
    job->started_as = r->started++;
    r->free -= job->width;
}

static struct plain *first_waiting(struct reference *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->job[i].stage == WAITS)
            return &r->job[i];
    return NULL;
}

static int64_t free_at(const struct reference *r, int64_t time)
{
    int64_t free = r->free;

    for (size_t i = 0; i < r->count; i++)
        if (r->job[i].stage == RUNS && r->job[i].start + r->job[i].estimate <= time)
            free += r->job[i].width;
    return free;
}

/* The earliest predicted end at which the head fits; -1: not by ends alone. */
static int64_t promise(const struct reference *r, const struct plain *head)
{
    int64_t best = -1;

    for (size_t i = 0; i < r->count; i++) {
        int64_t end = r->job[i].start + r->job[i].estimate;

        if (r->job[i].stage == RUNS && (best < 0 || end < best) && free_at(r, end) >= head->width)
            best = end;
    }
    return best;
}

static void queue_pass(struct reference *r)
{
    struct plain *head;
    int64_t s, extra;

    while ((head = first_waiting(r)) && head->width <= r->free)
        start(r, head);
    if (!head || r->policy != &mdl_policy_easy)
        return;
    s = promise(r, head);
    extra = s < 0 ? 0 : free_at(r, s) - head->width;
    if (s >= 0 && head->promised < 0)
        head->promised = s;
    for (struct plain *job = head + 1; job < r->job + r->count; job++) {
        bool ends_by_s = s < 0 || r->now + job->estimate <= s;

        if (job->stage != WAITS || job->width > r->free || !(ends_by_s || job->width <= extra))
            continue;
        start(r, job);
        if (!ends_by_s)
            extra -= job->width;
    }
}

/* ---- the definition: reservations ---- */

static int64_t held_from(const struct plain *job)
{
    return job->stage == RUNS ? job->start : job->stage == WAITS ? job->reserved : -1;
}

static int64_t held_to(const struct plain *job)
{
    return held_from(job) + (job->estimate ? job->estimate : 1);
}

static int64_t unreserved_at(const struct reference *r, int64_t time)
{
    int64_t units = r->capacity;

    for (size_t i = 0; i < r->count; i++)
        if (held_from(&r->job[i]) >= 0 && held_from(&r->job[i]) <= time &&
            time < held_to(&r->job[i]))
            units -= r->job[i].width;
    return units;
}

static bool fits_from(const struct reference *r, const struct plain *job, int64_t time)
{
    int64_t end = time + (job->estimate ? job->estimate : 1);

    if (unreserved_at(r, time) < job->width)
        return false;
    for (size_t i = 0; i < r->count; i++) {
        int64_t from = held_from(&r->job[i]);

        if (from > time && from < end && unreserved_at(r, from) < job->width)
            return false;
    }
    return true;
}

/* Now, or when some other gives units back. */
static void reserve(const struct reference *r, struct plain *job)
{
    int64_t best = fits_from(r, job, r->now) ? r->now : -1;

    job->reserved = -1;
    for (size_t i = 0; i < r->count; i++) {
        int64_t time = held_from(&r->job[i]) >= 0 ? held_to(&r->job[i]) : -1;

        if (time > r->now && (best < 0 || time < best) && fits_from(r, job, time))
            best = time;
    }
    job->reserved = best;
    if (job->promised < 0)
        job->promised = best;
}

static void forget_all(struct reference *r)
{
    for (size_t i = 0; i < r->count; i++)
        r->job[i].reserved = -1;
}

static void reserve_all(struct reference *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->job[i].stage == WAITS)
            reserve(r, &r->job[i]);
}

static void reserve_earlier(struct reference *r)
{
    for (size_t i = 0; i < r->count; i++) {
        struct plain *job = &r->job[i];
        int64_t before = job->reserved;

        if (job->stage != WAITS || before == r->now)
            continue;
        job->reserved = -1;
        reserve(r, job);
        assert_true(before < 0 || (job->reserved >= 0 && job->reserved <= before));
    }
}

static void start_reserved(struct reference *r)
{
    for (size_t i = 0; i < r->count; i++)
        if (r->job[i].stage == WAITS && r->job[i].reserved == r->now)
            start(r, &r->job[i]);
}

static void reference_pass(struct reference *r)
{
    if (r->policy == &mdl_policy_conservative_rebuild) {
        forget_all(r);
        reserve_all(r);
    }
    if (r->policy == &mdl_policy_conservative || r->policy == &mdl_policy_conservative_rebuild)
        start_reserved(r);
    else
        queue_pass(r);
}

/* ---- the definition: events ---- */

static bool submit_those_due(struct reference *r)
{
    bool any = false;

    for (size_t i = 0; i < r->count; i++) {
        if (r->job[i].stage != NOT_HERE || r->job[i].submit != r->now)
            continue;
        r->job[i].stage = WAITS;
        any = true;
        if (r->policy == &mdl_policy_conservative)
            reserve(r, &r->job[i]);
    }
    return any;
}

static void set_capacity(struct reference *r, int64_t capacity)
{
    int64_t gain = capacity - r->capacity;

    r->capacity += gain;
    r->free += gain;
    if (r->policy != &mdl_policy_conservative)
        return;
    if (gain < 0) {
        forget_all(r);
        reserve_all(r);
    } else {
        reserve_earlier(r);
    }
}

static bool change_if_due(struct reference *r, const struct workload *load)
{
    if (r->next_change == load->change_count ||
        mdl_replay_ns(load->change[r->next_change].time_s) != r->now)
        return false;
    set_capacity(r, load->change[r->next_change++].capacity);
    return true;
}

/* What has been armed first fires first; each arms its next one when it has fired. */
static void arrive(struct reference *r, const struct workload *load)
{
    bool is_changed = r->is_change_first && change_if_due(r, load);
    bool is_submitted = submit_those_due(r);

    is_changed = is_changed || change_if_due(r, load);
    if (is_changed != is_submitted)
        r->is_change_first = is_submitted;
}

static struct plain *first_due(struct reference *r)
{
    struct plain *due = NULL;

    for (size_t i = 0; i < r->count; i++)
        if (r->job[i].stage == RUNS && r->job[i].start + r->job[i].run == r->now &&
            (!due || r->job[i].started_as < due->started_as))
            due = &r->job[i];
    return due;
}

static bool end_those_due(struct reference *r)
{
    struct plain *job;
    bool any = false;

    while ((job = first_due(r))) {
        job->stage = GONE;
        r->free += job->width;
        any = true;
        if (r->policy == &mdl_policy_conservative)
            reserve_earlier(r);
    }
    return any;
}

/* The next submit, end or change after now; -1: none. */
static int64_t next_instant(const struct reference *r, const struct workload *load)
{
    int64_t next = -1;

    for (size_t i = 0; i < r->count; i++) {
        const struct plain *job = &r->job[i];
        int64_t time = job->stage == NOT_HERE ? job->submit
                       : job->stage == RUNS   ? job->start + job->run
                                              : -1;

        if (time > r->now && (next < 0 || time < next))
            next = time;
    }
    for (size_t i = 0; i < load->change_count; i++) {
        int64_t time = mdl_replay_ns(load->change[i].time_s);

        if (time > r->now && (next < 0 || time < next))
            next = time;
    }
    return next;
}

static void run_reference(struct reference *r, const struct workload *load,
                          const struct mdl_policy *policy)
{
    *r = (struct reference){.policy = policy, .count = load->count, .next_change = 1};
    for (size_t i = 0; i < load->count; i++) {
        const struct mdl_job *job = &load->jobs[i];

        r->job[i] = (struct plain){.submit = job->submit_ns,
                                   .run = job->run_ns,
                                   .estimate = job->walltime_ns,
                                   .width = job->width,
                                   .start = -1,
                                   .promised = -1,
                                   .reserved = -1};
    }
    r->free = r->capacity = load->change[0].capacity;
    for (r->now = 0; r->now >= 0; r->now = next_instant(r, load)) {
        arrive(r, load);
        end_those_due(r);
        do {
            reference_pass(r);
        } while (end_those_due(r)); /* jobs of no length */
    }
}

/* ---- the partition ---- */

struct run {
    struct sim *sim;
    struct mdl_partition *partition;
    struct workload *load;
    struct sim_timer change_timer;
    size_t next_change, out_of_order;
    uint64_t last_order;
    sim_i128 busy_unit_ns, wait_ns, wait_unit_ns;
    const struct mdl_policy *policy;
};

static void change_capacity(struct sim *sim, void *subject)
{
    struct run *run = subject;
    const struct workload *load = run->load;

    mdl_partition_set_capacity(run->partition, load->change[run->next_change++].capacity);
    if (run->next_change < load->change_count)
        sim_timer_arm(sim, &run->change_timer,
                      mdl_replay_ns(load->change[run->next_change].time_s));
}

static void started(void *context, struct mdl_job *job)
{
    struct run *run = context;
    const struct mdl_partition_state *state = mdl_partition_state(run->partition);
    sim_i128 wait_ns = job->start_ns - job->eligible_ns;

    assert_true(state->busy_units.value <= (int64_t)state->capacity);
    assert_int_equal(state->busy_units.value + state->free_units, state->capacity);
    assert_true(job->start_ns >= job->submit_ns);
    run->out_of_order += job->order < run->last_order;
    run->last_order = job->order;
    run->wait_ns += wait_ns;
    run->wait_unit_ns += wait_ns * job->width;
}

static void ended(void *context, struct mdl_job *job)
{
    struct run *run = context;

    assert_true(job->end_ns == job->start_ns + job->run_ns);
    run->busy_unit_ns += (sim_i128)job->run_ns * job->width;
}

static void integrals_hold(const struct run *run)
{
    const struct mdl_partition_state *state = mdl_partition_state(run->partition);
    int64_t now_ns = run->sim->now_ns;

    if (state->jobs_ended < run->load->count)
        return; /* a job never fitted: its wait has no end */
    assert_true(sim_level_integral_ns(&state->busy_units, now_ns) == run->busy_unit_ns);
    assert_true(sim_level_integral_ns(&state->waiting_jobs, now_ns) == run->wait_ns);
    assert_true(sim_level_integral_ns(&state->waiting_units, now_ns) == run->wait_unit_ns);
    assert_int_equal(state->jobs_in, run->load->count);
    assert_int_equal(state->jobs_started, run->load->count);
    assert_true(mdl_partition_backlog_unit_ns(run->partition) == 0);
}

/* How many starts were not in order of submit. */
static size_t simulate(struct workload *load, const struct mdl_policy *policy)
{
    struct run run = {.load = load, .policy = policy, .next_change = 1};
    const struct mdl_partition_hooks hooks = {&run, started, ended};
    struct mdl_replay *demand;

    assert_int_equal(sim_create(1, 0, 0, 0, &run.sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_create(run.sim, "p", policy, load->change[0].capacity,
                                          load->width_max, &hooks, &run.partition, NULL),
                     SIM_OK);
    assert_int_equal(
        mdl_replay_create(run.sim, run.partition, load->jobs, load->count, &demand, NULL), SIM_OK);
    assert_int_equal(sim_timer_create(run.sim, &run.change_timer, SIM_PHASE_ARRIVAL,
                                      SIM_TIES_BY_ARMING, change_capacity, &run, NULL),
                     SIM_OK);
    if (load->change_count > 1)
        sim_timer_arm(run.sim, &run.change_timer, mdl_replay_ns(load->change[1].time_s));
    for (size_t i = 0; i < load->count; i++)
        load->jobs[i].start_ns = MDL_TIME_UNSET;
    assert_int_equal(sim_run(run.sim, mdl_replay_ns(INT64_C(1) << 32), NULL), SIM_OK);
    integrals_hold(&run);
    sim_destroy(run.sim);
    return run.out_of_order;
}

/* ---- workloads ---- */

struct shape {
    int64_t jobs, capacity, gap, walltimes, unit_s, changes; /* the most of each */
    bool is_exact;                                           /* run = walltime */
};

static void make(struct workload *load, const struct shape *shape, uint64_t *random)
{
    int64_t time_s = 0, capacity = 1 + below(random, shape->capacity);

    load->count = (size_t)(1 + below(random, shape->jobs));
    load->width_max = (uint32_t)capacity;
    load->change[0] = (struct change){0, (uint32_t)capacity};
    load->change_count = 1 + (size_t)below(random, shape->changes + 1);
    for (size_t i = 1; i < load->change_count; i++)
        load->change[i] =
            (struct change){load->change[i - 1].time_s + 1 + below(random, 20 * shape->unit_s),
                            (uint32_t)below(random, capacity + 3)};
    if (load->change_count > 1 && below(random, 4)) /* mostly, everything can end */
        load->change[load->change_count - 1].capacity = load->width_max;
    for (size_t i = 0; i < load->count; i++) {
        int64_t walltime_s = below(random, 2) ? shape->unit_s * below(random, shape->walltimes)
                                              : below(random, shape->unit_s * shape->walltimes);
        int64_t run_s =
            shape->is_exact || below(random, 3) == 0 ? walltime_s : below(random, walltime_s + 1);
        int64_t width = below(random, 4) ? 1 + below(random, 1 + below(random, capacity))
                                         : 1 + below(random, capacity);

        time_s += below(random, 2) ? below(random, shape->gap) : 0;
        load->jobs[i] = (struct mdl_job){.id = i + 1,
                                         .submit_ns = mdl_replay_ns(time_s),
                                         .run_ns = mdl_replay_ns(run_s),
                                         .walltime_ns = mdl_replay_ns(walltime_s),
                                         .width = (uint32_t)width};
    }
}

static struct workload load;
static struct reference expected;

static void starts_agree(const char *what, uint64_t seed)
{
    for (size_t i = 0; i < load.count; i++) {
        int64_t start_ns = expected.job[i].start < 0 ? MDL_TIME_UNSET : expected.job[i].start;

        if (load.jobs[i].start_ns == start_ns)
            continue;
        print_error("%s, seed %" PRIu64 ": job %zu of %zu starts at %" PRId64 " ns, not %" PRId64
                    " ns\n",
                    what, seed, i + 1, load.count, load.jobs[i].start_ns, start_ns);
        fail();
    }
}

static const struct shape small = {12, 6, 4, 5, 2, 0, false};
static const struct shape changing = {16, 8, 4, 6, 3, 4, false};
static const struct shape exact = {24, 10, 3, 6, 3, 0, true};
static const struct shape deep = {JOBS_MAX, 300, 3, 12, 60, 0, false};
static const struct shape fairly_deep = {90, 40, 3, 12, 60, 1, false};
static const struct shape wide_and_changing = {400, 4000, 30, 9, 60, 4, false};

static void agrees(const struct shape *shape, const struct mdl_policy *policy, size_t cases)
{
    for (uint64_t seed = 1; seed <= cases; seed++) {
        uint64_t random = seed * UINT64_C(0x9e3779b97f4a7c15);

        make(&load, shape, &random);
        run_reference(&expected, &load, policy);
        simulate(&load, policy);
        starts_agree(policy->name, seed);
    }
}

static void small_workloads_start_by_the_definition(void **state)
{
    (void)state;
    agrees(&small, &mdl_policy_fcfs, 20000);
    agrees(&exact, &mdl_policy_fcfs, 5000);
    agrees(&small, &mdl_policy_easy, 20000);
    agrees(&exact, &mdl_policy_easy, 5000);
    agrees(&small, &mdl_policy_conservative, 10000);
    agrees(&exact, &mdl_policy_conservative, 3000);
    agrees(&small, &mdl_policy_conservative_rebuild, 10000);
    agrees(&exact, &mdl_policy_conservative_rebuild, 3000);
}

static void workloads_start_by_the_definition_while_capacity_changes(void **state)
{
    (void)state;
    agrees(&changing, &mdl_policy_fcfs, 20000);
    agrees(&changing, &mdl_policy_easy, 20000);
    agrees(&changing, &mdl_policy_conservative, 10000);
    agrees(&changing, &mdl_policy_conservative_rebuild, 10000);
}

static void deep_queues_start_by_the_definition(void **state)
{
    (void)state;
    agrees(&deep, &mdl_policy_fcfs, 12);
    agrees(&wide_and_changing, &mdl_policy_fcfs, 60);
    agrees(&deep, &mdl_policy_easy, 12);
    agrees(&wide_and_changing, &mdl_policy_easy, 60);
    agrees(&fairly_deep, &mdl_policy_conservative, 60);
    agrees(&fairly_deep, &mdl_policy_conservative_rebuild, 60);
}

static void fcfs_never_overtakes(void **state)
{
    size_t overtaken = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        uint64_t random = seed * 2654435761u;

        make(&load, &changing, &random);
        assert_int_equal(simulate(&load, &mdl_policy_fcfs), 0);
        overtaken += simulate(&load, &mdl_policy_easy);
    }
    assert_true(overtaken > 1000); /* the question was a real one */
}

static void a_head_starts_no_later_than_promised(void **state)
{
    size_t promises = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 5000; seed++) {
        uint64_t random = seed * 40503u;

        make(&load, seed % 2 ? &exact : &small, &random);
        run_reference(&expected, &load, &mdl_policy_easy);
        simulate(&load, &mdl_policy_easy);
        for (size_t i = 0; i < load.count; i++) {
            if (expected.job[i].promised < 0)
                continue;
            promises++;
            assert_true(load.jobs[i].start_ns <= expected.job[i].promised);
        }
    }
    assert_true(promises > 5000);
}

/* A machine that does not shrink keeps every promise, estimates may be as wrong as they like. */
static void no_job_starts_later_than_first_promised_under_conservative(void **state)
{
    size_t earlier = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        uint64_t random = seed * 48271u;

        make(&load, &small, &random);
        run_reference(&expected, &load, &mdl_policy_conservative);
        simulate(&load, &mdl_policy_conservative);
        for (size_t i = 0; i < load.count; i++) {
            assert_true(expected.job[i].promised >= 0);
            assert_true(load.jobs[i].start_ns <= expected.job[i].promised);
            earlier += load.jobs[i].start_ns < expected.job[i].promised;
        }
    }
    assert_true(earlier > 3000);
}

static void easy_is_fcfs_where_nothing_can_pass(void **state)
{
    static int64_t start_ns[JOBS_MAX];

    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        uint64_t random = seed * 69069u;

        make(&load, &small, &random);
        for (size_t i = 0; i < load.count; i++)
            load.jobs[i].width = seed % 2 ? 1 : load.width_max;
        simulate(&load, &mdl_policy_fcfs);
        for (size_t i = 0; i < load.count; i++)
            start_ns[i] = load.jobs[i].start_ns;
        assert_int_equal(simulate(&load, &mdl_policy_easy), 0);
        for (size_t i = 0; i < load.count; i++)
            assert_true(load.jobs[i].start_ns == start_ns[i]);
    }
}

/* Between two events of a machine under either policy, the head does not fit. */
static void no_head_waits_that_fits(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 2000; seed++) {
        uint64_t random = seed * 30269u;

        make(&load, &small, &random);
        simulate(&load, seed % 2 ? &mdl_policy_easy : &mdl_policy_fcfs);
        for (size_t head = 0; head < load.count; head++) {
            int64_t since_ns = load.jobs[head].submit_ns; /* of being the head */
            const int64_t until_ns = load.jobs[head].start_ns;

            for (size_t i = 0; i < head; i++)
                since_ns = load.jobs[i].start_ns > since_ns ? load.jobs[i].start_ns : since_ns;
            for (size_t e = 0; e < load.count; e++) { /* at each end while it was the head */
                const int64_t end_ns = load.jobs[e].end_ns;
                int64_t free = load.change[0].capacity;

                if (end_ns < since_ns || end_ns >= until_ns)
                    continue;
                for (size_t i = 0; i < load.count; i++)
                    if (load.jobs[i].start_ns <= end_ns && load.jobs[i].end_ns > end_ns)
                        free -= load.jobs[i].width;
                assert_true(free < (int64_t)load.jobs[head].width);
            }
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(small_workloads_start_by_the_definition),
        cmocka_unit_test(workloads_start_by_the_definition_while_capacity_changes),
        cmocka_unit_test(deep_queues_start_by_the_definition),
        cmocka_unit_test(fcfs_never_overtakes),
        cmocka_unit_test(a_head_starts_no_later_than_promised),
        cmocka_unit_test(no_job_starts_later_than_first_promised_under_conservative),
        cmocka_unit_test(easy_is_fcfs_where_nothing_can_pass),
        cmocka_unit_test(no_head_waits_that_fits),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

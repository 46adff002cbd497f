/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <math.h>

#include "models/compute/multifactor.h"
#include "models/compute/packed.h"
#include "models/demand/replay.h"

enum { JOBS = 3000, NODES = 16, CLASSES = 3 };

static uint64_t next_random(uint64_t *random)
{
    *random ^= *random << 13;
    *random ^= *random >> 7;
    *random ^= *random << 17;
    return *random * UINT64_C(2685821657736338717) >> 16;
}

/* Jobs of up to `widest` units; slices: some take part of an accelerator. */
static void make_jobs(struct mdl_job *jobs, uint32_t widest, uint32_t slices, uint64_t seed)
{
    int64_t time_ns = 0;

    for (size_t i = 0; i < JOBS; i++) {
        uint64_t kind = next_random(&seed) % 8;
        uint32_t width = (uint32_t)(next_random(&seed) % (kind ? widest / 4 + 1 : widest) + 1);
        int64_t run_ns = (int64_t)(next_random(&seed) % 100 + 1);

        if (slices > 1)
            width = kind % 2 ? (uint32_t)(next_random(&seed) % (slices - 1) + 1) : width * slices;
        time_ns += (int64_t)(next_random(&seed) % 12);
        jobs[i] = (struct mdl_job){.id = i,
                                   .width = width,
                                   .run_ns = run_ns,
                                   .walltime_ns = run_ns + (int64_t)(next_random(&seed) % 60),
                                   .submit_ns = time_ns,
                                   .class_index = (uint32_t)(next_random(&seed) % CLASSES)};
    }
}

static const struct mdl_need no_need[CLASSES];

struct machine {
    const struct mdl_policy *policy; /* shape.gpus 0: units are interchangeable */
    struct mdl_node_shape shape;
    const struct mdl_need *need;
    uint32_t nodes;
    struct mdl_queue_rules rules;
};

struct run {
    const struct machine *machine;
    struct sim *sim;
    struct mdl_partition *partition;
    struct mdl_replay *replay;
};

static void begin(struct run *run, const struct machine *machine)
{
    const struct mdl_partition_hooks hooks = {.context = run};
    uint32_t per_node = machine->shape.gpus ? machine->shape.gpus * machine->shape.slices : 1;

    *run = (struct run){.machine = machine};
    assert_int_equal(sim_create(1, 0, 0, 0, &run->sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_create(run->sim, "booster", machine->policy,
                                          machine->nodes * per_node, machine->nodes * per_node,
                                          &hooks, &run->partition, NULL),
                     SIM_OK);
    if (machine->policy == &mdl_policy_packed)
        assert_int_equal(mdl_packed_set_nodes(run->partition, &machine->shape, machine->nodes,
                                              machine->need, machine->rules.depth == 1, NULL),
                         SIM_OK);
    if (machine->policy != &mdl_policy_multifactor)
        return;
    mdl_multifactor_set_rules(run->partition, &machine->rules);
    assert_int_equal(mdl_multifactor_set_nodes(run->partition, &machine->shape, machine->nodes,
                                               machine->need, NULL),
                     SIM_OK);
}

static void replay(struct mdl_job *jobs, const struct machine *machine)
{
    struct run run;

    begin(&run, machine);
    assert_int_equal(mdl_replay_create(run.sim, run.partition, jobs, JOBS, &run.replay, NULL),
                     SIM_OK);
    assert_int_equal(sim_run(run.sim, INT64_MAX / 2, NULL), SIM_OK);
    assert_int_equal(mdl_partition_state(run.partition)->jobs_ended, JOBS);
    sim_destroy(run.sim);
}

static void expect_same_starts(const struct machine *a, const struct machine *b, uint32_t widest,
                               uint32_t slices)
{
    static struct mdl_job first[JOBS], second[JOBS];
    size_t waited = 0;

    for (uint64_t seed = 1; seed <= 5; seed++) {
        make_jobs(first, widest, slices, seed * 88172645463325252u);
        memcpy(second, first, sizeof first);
        replay(first, a);
        replay(second, b);
        for (size_t i = 0; i < JOBS; i++) {
            assert_true(first[i].start_ns == second[i].start_ns);
            waited += first[i].start_ns > first[i].submit_ns;
        }
    }
    assert_true(waited > JOBS);
}

static const struct mdl_queue_rules like_easy = {.reserve = 1},
                                    like_fcfs = {.reserve = 1, .depth = 1};

static void nodes_of_one_accelerator_are_units_like_any_others(void **state)
{
    const struct machine fcfs = {.policy = &mdl_policy_fcfs, .nodes = NODES};
    const struct machine easy = {.policy = &mdl_policy_easy, .nodes = NODES};
    struct machine packed_fcfs = {.policy = &mdl_policy_packed,
                                  .shape = {1, 1, 0, 0},
                                  .need = no_need,
                                  .nodes = NODES,
                                  .rules = like_fcfs};
    struct machine packed_easy = packed_fcfs;

    packed_easy.rules = like_easy;
    (void)state;
    expect_same_starts(&fcfs, &packed_fcfs, NODES, 1);
    expect_same_starts(&easy, &packed_easy, NODES, 1);
    packed_fcfs.policy = packed_easy.policy = &mdl_policy_multifactor;
    expect_same_starts(&fcfs, &packed_fcfs, NODES, 1);
    expect_same_starts(&easy, &packed_easy, NODES, 1);
}

static const struct mdl_need many_needs[CLASSES] = {{4, 0}, {16, 50}, {32, 0}};

/* One searches its queue by width, the other walks it job by job. */
static void a_search_by_width_starts_what_a_walk_does(void **state)
{
    static const struct mdl_node_shape shapes[] = {{4, 1, 0, 0}, {4, 1, 64, 400}, {2, 4, 0, 0},
                                                   {1, 7, 0, 0}, {8, 4, 0, 0},    {2, 4, 20, 0}};

    (void)state;
    for (size_t i = 0; i < 2 * sizeof shapes / sizeof *shapes; i++) {
        struct machine walked = {.policy = &mdl_policy_multifactor,
                                 .shape = shapes[i / 2],
                                 .need = many_needs,
                                 .nodes = NODES,
                                 .rules = i % 2 ? like_fcfs : like_easy};
        struct machine searched = walked;

        searched.policy = &mdl_policy_packed;
        expect_same_starts(&walked, &searched, NODES * walked.shape.gpus, walked.shape.slices);
    }
}

/* EASY by hand on two rooms, of which the second forgets all it knows before every promise, and on
 * nodes whose future is made anew for each. */
struct pair {
    const struct mdl_need *need;
    struct mdl_node_shape shape;
    struct mdl_node_pool *nodes, *then;
    struct mdl_node_grant grant[JOBS]; /* [id] */
    struct mdl_room *kept, *anew;
    struct mdl_job *waiting[JOBS + 1], *running[JOBS];
    uint32_t waiting_count, running_count;
};

static struct mdl_node_request request_of(const struct pair *pair, const struct mdl_job *job)
{
    const struct mdl_need *need = &pair->need[job->class_index];
    double gpus = job->width % (pair->shape.gpus * pair->shape.slices) / (double)pair->shape.slices;

    return (struct mdl_node_request){
        .units = job->width,
        .cores = (uint32_t)fmin(ceil(need->cores_per_gpu * gpus), pair->shape.cores),
        .memory_bytes = (uint64_t)fmin(ceil(need->memory_per_gpu_bytes * gpus),
                                       (double)pair->shape.memory_bytes)};
}

static int64_t promised_by_hand(struct pair *pair, const struct mdl_job *job, int64_t now_ns)
{
    struct mdl_node_request request = request_of(pair, job);

    mdl_node_pool_copy(pair->then, pair->nodes);
    for (int64_t time_ns = now_ns; time_ns < now_ns + 200; time_ns++) {
        for (uint32_t i = 0; i < pair->running_count; i++) {
            const struct mdl_job *other = pair->running[i];
            struct mdl_node_request held = request_of(pair, other);

            if (other->start_ns + other->walltime_ns == time_ns)
                mdl_node_pool_give_back(pair->then, &held, &pair->grant[other->id]);
        }
        if (mdl_node_pool_fits(pair->then, &request))
            return time_ns;
    }
    return SIM_NEVER;
}

static void start_job(struct pair *pair, uint32_t i, int64_t now_ns)
{
    struct mdl_node_request request = request_of(pair, pair->waiting[i]);
    struct mdl_job *job = pair->waiting[i];

    job->start_ns = now_ns;
    job->place = (uint32_t)job->id;
    assert_true(pair->kept->kind->take(pair->kept, job));
    assert_true(pair->anew->kind->take(pair->anew, job));
    assert_true(mdl_node_pool_take(pair->nodes, &request, &pair->grant[job->id]));
    pair->running[pair->running_count++] = job;
    pair->waiting_count--;
    memmove(pair->waiting + i, pair->waiting + i + 1,
            (pair->waiting_count - i) * sizeof(struct mdl_job *));
}

static void pass_both(struct pair *pair, int64_t now_ns)
{
    for (uint32_t i = 0; i < pair->waiting_count;) {
        struct mdl_job *job = pair->waiting[i];
        bool fits = pair->kept->kind->fits(pair->kept, job, now_ns);

        assert_int_equal(pair->anew->kind->fits(pair->anew, job, now_ns), fits);
        if (fits) {
            start_job(pair, i, now_ns);
            continue;
        }
        if (i++ > 0)
            continue;
        assert_true(pair->anew->kind->resize(pair->anew, now_ns, 0));
        assert_true(pair->kept->kind->promise(pair->kept, job, now_ns, SIM_NEVER));
        assert_true(pair->anew->kind->promise(pair->anew, job, now_ns, SIM_NEVER));
        assert_true(pair->kept->kind->promised_ns(pair->kept) ==
                    promised_by_hand(pair, job, now_ns));
    }
    assert_true(pair->kept->kind->forget_promises(pair->kept));
    assert_true(pair->anew->kind->forget_promises(pair->anew));
}

static bool end_both(struct pair *pair, int64_t now_ns)
{
    bool has_ended = false;

    for (uint32_t i = 0; i < pair->running_count;) {
        struct mdl_job *job = pair->running[i];
        struct mdl_node_request request;

        if (job->start_ns + job->run_ns > now_ns) {
            i++;
            continue;
        }
        assert_true(pair->kept->kind->give_back(pair->kept, job, now_ns));
        assert_true(pair->anew->kind->give_back(pair->anew, job, now_ns));
        request = request_of(pair, job);
        mdl_node_pool_give_back(pair->nodes, &request, &pair->grant[job->id]);
        pair->running[i] = pair->running[--pair->running_count];
        has_ended = true;
    }
    return has_ended;
}

static void check_promises(struct mdl_node_shape shape, const struct mdl_need *need, uint64_t seed)
{
    static struct mdl_job jobs[JOBS];
    static struct pair pair;
    struct sim_arena *arena = sim_arena_create(0);
    size_t next = 0;

    memset(&pair, 0, sizeof pair);
    pair.need = need;
    pair.shape = shape;
    assert_int_equal(mdl_node_pool_create(arena, &shape, NODES, &pair.nodes, NULL), SIM_OK);
    assert_int_equal(mdl_node_pool_create(arena, &shape, NODES, &pair.then, NULL), SIM_OK);
    mdl_node_pool_set_online(pair.nodes, NODES);
    make_jobs(jobs, shape.gpus * NODES, shape.slices, seed);
    assert_int_equal(mdl_room_packed(arena, &shape, NODES, NODES, need, &pair.kept, NULL), SIM_OK);
    assert_int_equal(mdl_room_packed(arena, &shape, NODES, NODES, need, &pair.anew, NULL), SIM_OK);
    for (int64_t now_ns = 0; next < JOBS || pair.waiting_count + pair.running_count > 0; now_ns++) {
        bool is_due = end_both(&pair, now_ns);

        for (; next < JOBS && jobs[next].submit_ns == now_ns; next++, is_due = true) {
            uint32_t rank = next % 8 ? pair.waiting_count : 0; /* some are urgent */

            jobs[next].order = next;
            memmove(pair.waiting + rank + 1, pair.waiting + rank,
                    (pair.waiting_count++ - rank) * sizeof(struct mdl_job *));
            pair.waiting[rank] = &jobs[next];
        }
        if (is_due)
            pass_both(&pair, now_ns);
    }
    sim_arena_destroy(arena);
}

static void a_promise_that_is_kept_is_the_one_that_would_be_made_anew(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 3; seed++) {
        check_promises((struct mdl_node_shape){4, 1, 64, 400}, many_needs, seed * 98317);
        check_promises((struct mdl_node_shape){2, 4, 0, 0}, many_needs, seed * 98317);
    }
}

/* ---- small cases ---- */

static struct mdl_job job_of(uint64_t id, uint32_t width, int64_t run_ns, int64_t walltime_ns)
{
    return (struct mdl_job){.id = id, .width = width, .run_ns = run_ns, .walltime_ns = walltime_ns};
}

static void run_to(struct run *run, int64_t time_ns)
{
    assert_int_equal(sim_run(run->sim, time_ns, NULL), SIM_OK);
}

static void enqueue(struct run *run, struct mdl_job *jobs, size_t count)
{
    for (size_t i = 0; i < count; i++)
        mdl_partition_enqueue(run->partition, &jobs[i]);
}

static void scattered_units_are_fragmented_not_blocked(void **state)
{
    const struct machine machine = {&mdl_policy_packed, {4, 1, 0, 0}, no_need, 2, like_easy};
    struct mdl_job jobs[] = {job_of(1, 3, 10, 10), job_of(2, 3, 20, 20), job_of(3, 2, 5, 5)};
    struct mdl_job wide = job_of(4, 7, 5, 5);
    const struct mdl_partition_state *seen;
    struct run run;

    (void)state;
    begin(&run, &machine);
    seen = mdl_partition_state(run.partition);
    enqueue(&run, jobs, 3);
    run_to(&run, 9);
    assert_true(seen->fragmented_units.value == 2 && seen->blocked_units.value == 0);
    run_to(&run, 12);
    assert_true(jobs[2].start_ns == 10 && seen->fragmented_units.value == 0);
    mdl_partition_enqueue(run.partition, &wide); /* more than is free at all */
    run_to(&run, 14);
    assert_true(seen->fragmented_units.value == 0 && seen->blocked_units.value == 3);
    run_to(&run, 100);
    assert_true(wide.start_ns == 20);
    assert_true(sim_level_integral_ns(&seen->fragmented_units, 100) == 2 * 10);
    assert_true(sim_level_integral_ns(&seen->capacity_units, 100) ==
                sim_level_integral_ns(&seen->busy_units, 100) +
                    sim_level_integral_ns(&seen->fragmented_units, 100) +
                    sim_level_integral_ns(&seen->blocked_units, 100) +
                    sim_level_integral_ns(&seen->no_demand_units, 100));
    sim_destroy(run.sim);
}

/* Two nodes of 4. Two are free on each; the head wants 4 on one, which job 1 frees at 10 and job 2
 * at 30. A long job of 2 may take what is free of node 1, not of node 0, and best fit, which takes
 * the lower number, is told to wait; a short one may. */
static void backfilling_spares_the_node_that_is_promised(void **state)
{
    const struct machine machine = {&mdl_policy_packed, {4, 1, 0, 0}, no_need, 2, like_easy};
    struct mdl_job jobs[] = {job_of(1, 2, 10, 10), job_of(2, 3, 30, 30), job_of(3, 4, 50, 50),
                             job_of(4, 2, 40, 40), job_of(5, 2, 10, 10), job_of(6, 1, 40, 40)};
    struct run run;

    (void)state;
    begin(&run, &machine);
    enqueue(&run, jobs, 6);
    run_to(&run, 1000);
    assert_true(jobs[2].start_ns == 10); /* the head, as promised */
    assert_true(jobs[4].start_ns == 0);  /* ends by then */
    assert_true(jobs[5].start_ns == 0);  /* fits beside job 2 */
    assert_true(jobs[3].start_ns == 30);
    sim_destroy(run.sim);
}

static void cores_that_are_short_keep_accelerators_idle(void **state)
{
    static const struct mdl_need need[CLASSES] = {{48, 0}, {16, 0}, {0, 0}};
    const struct machine machine = {&mdl_policy_packed, {4, 1, 64, 0}, need, 1, like_fcfs};
    struct mdl_job jobs[] = {job_of(1, 1, 10, 10), job_of(2, 1, 10, 10), job_of(3, 2, 10, 10)};
    struct run run;

    (void)state;
    jobs[1].class_index = 1;
    jobs[2].class_index = 0; /* 96 cores are cut to the node's 64 */
    begin(&run, &machine);
    enqueue(&run, jobs, 3);
    run_to(&run, 5);
    assert_int_equal(mdl_partition_state(run.partition)->fragmented_units.value, 2);
    run_to(&run, 100);
    assert_true(jobs[0].start_ns == 0 && jobs[1].start_ns == 0 && jobs[2].start_ns == 10);
    sim_destroy(run.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nodes_of_one_accelerator_are_units_like_any_others),
        cmocka_unit_test(a_search_by_width_starts_what_a_walk_does),
        cmocka_unit_test(a_promise_that_is_kept_is_the_one_that_would_be_made_anew),
        cmocka_unit_test(scattered_units_are_fragmented_not_blocked),
        cmocka_unit_test(backfilling_spares_the_node_that_is_promised),
        cmocka_unit_test(cores_that_are_short_keep_accelerators_idle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

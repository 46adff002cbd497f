/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/partition.h"
#include "models/demand/replay.h"

/* What happened, as text: "s1@0 e1@5 " (started, ended, number, time). */
struct world {
    struct sim *sim;
    struct mdl_partition *partition;
    char log[512];
    struct mdl_job *follower; /* enqueued when job 1 ends (or starts) */
    bool follows_start;
};

static void note(struct world *world, char what, const struct mdl_job *job)
{
    size_t used = strlen(world->log);

    snprintf(world->log + used, sizeof world->log - used, "%c%d@%d ", what, (int)job->id,
             (int)world->sim->now_ns);
}

static void started(void *context, struct mdl_job *job)
{
    struct world *world = context;

    note(world, 's', job);
    assert_true(job->start_ns == world->sim->now_ns && job->end_ns == MDL_TIME_UNSET);
    if (world->follower && world->follows_start && job->id == 1)
        mdl_partition_enqueue(world->partition, world->follower);
}

static void ended(void *context, struct mdl_job *job)
{
    struct world *world = context;

    note(world, 'e', job);
    assert_true(job->end_ns == world->sim->now_ns);
    if (world->follower && !world->follows_start && job->id == 1)
        mdl_partition_enqueue(world->partition, world->follower);
}

static void begin(struct world *world, const struct mdl_policy *policy, uint32_t capacity,
                  uint32_t width_max)
{
    const struct mdl_partition_hooks hooks = {world, started, ended};

    *world = (struct world){0};
    assert_int_equal(sim_create(1, 0, 0, 0, &world->sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_create(world->sim, "booster", policy, capacity, width_max,
                                          &hooks, &world->partition, NULL),
                     SIM_OK);
}

static void run_until(struct world *world, int64_t time_ns)
{
    assert_int_equal(sim_run(world->sim, time_ns, NULL), SIM_OK);
}

static struct mdl_job job_of(uint64_t id, uint32_t width, int64_t run_ns, int64_t walltime_ns)
{
    return (struct mdl_job){.id = id, .width = width, .run_ns = run_ns, .walltime_ns = walltime_ns};
}

static void policies_are_found_by_name(void **state)
{
    (void)state;
    for (size_t i = 0; mdl_policies[i]; i++) {
        assert_ptr_equal(mdl_policy_find(mdl_policy_names[i]), mdl_policies[i]);
        assert_string_equal(mdl_policy_names[i], mdl_policies[i]->name);
        assert_null(mdl_policy_names[i + 1] ? NULL : mdl_policies[i + 1]);
    }
    assert_ptr_equal(mdl_policy_find("easy"), &mdl_policy_easy);
    assert_null(mdl_policy_find("Easy"));
}

static void stamps_and_callbacks_follow_a_job_through(void **state)
{
    (void)state;
    for (size_t p = 0; mdl_policies[p]; p++) {
        struct mdl_job jobs[] = {job_of(1, 3, 5, 9), job_of(2, 2, 4, 4)};
        struct world world;

        begin(&world, mdl_policies[p], 4, 4);
        run_until(&world, 10);
        mdl_partition_enqueue(world.partition, &jobs[0]);
        mdl_partition_enqueue(world.partition, &jobs[1]);
        assert_true(jobs[0].eligible_ns == 10 && jobs[0].start_ns == MDL_TIME_UNSET);
        assert_string_equal(world.log, ""); /* only the pass starts */
        run_until(&world, 100);
        assert_string_equal(world.log, "s1@10 e1@15 s2@15 e2@19 ");
        assert_true(jobs[1].start_ns == 15 && jobs[1].end_ns == 19 && jobs[1].eligible_ns == 10);
        sim_destroy(world.sim);
    }
}

static void levels_and_backlog_are_exact(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 3, 5, 9), job_of(2, 2, 4, 4)};
    const struct mdl_partition_state *seen;
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_easy, 4, 4);
    seen = mdl_partition_state(world.partition);
    mdl_partition_enqueue(world.partition, &jobs[0]);
    mdl_partition_enqueue(world.partition, &jobs[1]);
    run_until(&world, 2);
    assert_int_equal(seen->free_units, 1);
    assert_true(mdl_partition_backlog_unit_ns(world.partition) == 3 * (9 - 2) + 2 * 4);
    run_until(&world, 6); /* job 2 has run since 5 and is predicted to end at 9 */
    assert_true(mdl_partition_backlog_unit_ns(world.partition) == 2 * (9 - 6));
    run_until(&world, 20);
    assert_true(sim_level_integral_ns(&seen->busy_units, 20) == 3 * 5 + 2 * 4);
    assert_true(sim_level_integral_ns(&seen->running_jobs, 20) == 5 + 4);
    assert_true(sim_level_integral_ns(&seen->waiting_jobs, 20) == 5);
    assert_true(sim_level_integral_ns(&seen->waiting_units, 20) == 2 * 5);
    assert_true(sim_level_integral_ns(&seen->capacity_units, 20) == 4 * 20);
    assert_true(seen->jobs_in == 2 && seen->jobs_started == 2 && seen->jobs_ended == 2);
    assert_true(mdl_partition_backlog_unit_ns(world.partition) == 0);
    sim_destroy(world.sim);
}

/* Job 2 waits from 2 to 10 beside one free node; it outlives the cut of 12 until 15. */
static void free_units_have_one_cause_each(void **state)
{
    (void)state;
    for (size_t p = 0; mdl_policies[p]; p++) {
        struct mdl_job jobs[] = {job_of(1, 3, 10, 10), job_of(2, 2, 5, 5)};
        const struct mdl_partition_state *seen;
        struct world world;

        begin(&world, mdl_policies[p], 4, 4);
        seen = mdl_partition_state(world.partition);
        mdl_partition_enqueue(world.partition, &jobs[0]);
        run_until(&world, 2);
        mdl_partition_enqueue(world.partition, &jobs[1]);
        run_until(&world, 12);
        mdl_partition_set_capacity(world.partition, 1);
        run_until(&world, 20);
        assert_true(sim_level_integral_ns(&seen->blocked_units, 20) == 8);
        assert_true(sim_level_integral_ns(&seen->no_demand_units, 20) == 2 + 4 + 5);
        assert_true(sim_level_integral_ns(&seen->overrun_units, 20) == 3);
        assert_true(sim_level_integral_ns(&seen->capacity_units, 20) -
                        sim_level_integral_ns(&seen->busy_units, 20) ==
                    8 + 11 - 3);
        sim_destroy(world.sim);
    }
}

static void ends_of_one_instant_come_in_order_of_start(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 1, 9, 9), job_of(2, 1, 3, 3), job_of(3, 1, 6, 6),
                             job_of(4, 2, 1, 1)};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_fcfs, 2, 2);
    for (size_t i = 0; i < 4; i++)
        mdl_partition_enqueue(world.partition, &jobs[i]);
    run_until(&world, 100);
    assert_string_equal(world.log, "s1@0 s2@0 e2@3 s3@3 e1@9 e3@9 s4@9 e4@10 ");
    sim_destroy(world.sim);
}

static void a_job_that_follows_an_end_starts_at_the_same_instant(void **state)
{
    (void)state;
    for (int at_start = 0; at_start < 2; at_start++) {
        for (size_t p = 0; mdl_policies[p]; p++) {
            struct mdl_job job = job_of(1, 1, 5, 5), next = job_of(2, 1, 1, 1);
            struct world world;

            begin(&world, mdl_policies[p], 2, 2);
            world.follower = &next;
            world.follows_start = at_start;
            mdl_partition_enqueue(world.partition, &job);
            run_until(&world, 100);
            assert_string_equal(world.log,
                                at_start ? "s1@0 s2@0 e2@1 e1@5 " : "s1@0 e1@5 s2@5 e2@6 ");
            sim_destroy(world.sim);
        }
    }
}

static void jobs_of_no_length_go_round_within_the_instant(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 2, 0, 0), job_of(2, 2, 0, 7), job_of(3, 1, 1, 1)};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_easy, 2, 2);
    for (size_t i = 0; i < 3; i++)
        mdl_partition_enqueue(world.partition, &jobs[i]);
    run_until(&world, 100);
    assert_string_equal(world.log, "s1@0 e1@0 s2@0 e2@0 s3@0 e3@1 ");
    sim_destroy(world.sim);
}

static void what_runs_is_never_cut_by_less_capacity(void **state)
{
    (void)state;
    for (size_t p = 0; mdl_policies[p]; p++) {
        struct mdl_job jobs[] = {job_of(1, 3, 10, 10), job_of(2, 1, 20, 20), job_of(3, 1, 5, 5)};
        const struct mdl_partition_state *seen;
        struct world world;

        begin(&world, mdl_policies[p], 4, 4);
        seen = mdl_partition_state(world.partition);
        mdl_partition_enqueue(world.partition, &jobs[0]);
        mdl_partition_enqueue(world.partition, &jobs[1]);
        run_until(&world, 1);
        mdl_partition_set_capacity(world.partition, 1);
        mdl_partition_enqueue(world.partition, &jobs[2]);
        assert_true(seen->free_units == 0 && seen->busy_units.value == 4);
        run_until(&world, 30);
        assert_string_equal(world.log, "s1@0 s2@0 e1@10 e2@20 s3@20 e3@25 ");
        assert_true(sim_level_integral_ns(&seen->capacity_units, 30) == 4 * 1 + 1 * 29);
        sim_destroy(world.sim);
    }
}

static void capacity_that_comes_starts_what_waits(void **state)
{
    (void)state;
    for (size_t p = 0; mdl_policies[p]; p++) {
        struct mdl_job job = job_of(1, 3, 10, 10);
        struct world world;

        begin(&world, mdl_policies[p], 0, 8);
        mdl_partition_enqueue(world.partition, &job);
        run_until(&world, 7);
        assert_string_equal(world.log, "");
        mdl_partition_set_capacity(world.partition, 3);
        run_until(&world, 30);
        assert_string_equal(world.log, "s1@7 e1@17 ");
        sim_destroy(world.sim);
    }
}

/* Until the machine has grown, the head has no time to be protected. */
static void under_easy_a_head_wider_than_the_machine_stops_nobody(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 1, 50, 50), job_of(2, 8, 1, 1), job_of(3, 1, 40, 40)};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_easy, 2, 8);
    for (size_t i = 0; i < 3; i++)
        mdl_partition_enqueue(world.partition, &jobs[i]);
    run_until(&world, 45);
    assert_string_equal(world.log, "s1@0 s3@0 e3@40 ");
    mdl_partition_set_capacity(world.partition, 8);
    run_until(&world, 100);
    assert_string_equal(world.log, "s1@0 s3@0 e3@40 e1@50 s2@50 e2@51 ");
    sim_destroy(world.sim);
}

static void under_conservative_reservations_move_when_a_job_ends_early(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 2, 3, 10), job_of(2, 2, 5, 5), job_of(3, 3, 4, 4)};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_conservative, 4, 4);
    mdl_partition_enqueue(world.partition, &jobs[0]);
    mdl_partition_enqueue(world.partition, &jobs[1]);
    mdl_partition_enqueue(world.partition,
                          &jobs[2]); /* at 10, when both are predicted to be gone */
    run_until(&world, 2);
    assert_string_equal(world.log, "s1@0 s2@0 ");
    run_until(&world, 100); /* at the end of job 1 moved to 5 */
    assert_string_equal(world.log, "s1@0 s2@0 e1@3 e2@5 s3@5 e3@9 ");
    sim_destroy(world.sim);
}

/* Job 2 is promised 10 and job 3, behind it, 20; when the machine shrinks to 3, job 2 has to wait
 * for the machine, and job 3 need not wait for job 2. */
static void under_conservative_promises_are_made_anew_on_a_smaller_machine(void **state)
{
    static const struct mdl_policy *const both[] = {&mdl_policy_conservative,
                                                    &mdl_policy_conservative_rebuild};

    (void)state;
    for (size_t p = 0; p < 2; p++) {
        struct mdl_job jobs[] = {job_of(1, 3, 10, 10), job_of(2, 4, 10, 10), job_of(3, 3, 5, 5)};
        struct world world;

        begin(&world, both[p], 4, 4);
        for (size_t i = 0; i < 3; i++)
            mdl_partition_enqueue(world.partition, &jobs[i]);
        run_until(&world, 5);
        mdl_partition_set_capacity(world.partition, 3);
        run_until(&world, 50);
        assert_string_equal(world.log, "s1@0 e1@10 s3@10 e3@15 ");
        mdl_partition_set_capacity(world.partition, 4);
        run_until(&world, 100);
        assert_string_equal(world.log, "s1@0 e1@10 s3@10 e3@15 s2@50 e2@60 ");
        sim_destroy(world.sim);
    }
}

static void arrivals_after_a_pass_respect_its_promise(void **state)
{
    struct mdl_job jobs[] = {
        job_of(1, 3, 10, 10), /* runs */
        job_of(2, 3, 5, 5),   /* the head: promised 10, 1 unit extra */
        job_of(3, 1, 9, 9),   /* comes at 1: ends at 10, starts */
        job_of(4, 1, 50, 50), /* comes at 2: no unit is free */
    };
    struct mdl_job later[] = {job_of(5, 1, 6, 6), job_of(6, 1, 20, 20), job_of(7, 1, 3, 3)};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_easy, 5, 5);
    mdl_partition_enqueue(world.partition, &jobs[0]);
    mdl_partition_enqueue(world.partition, &jobs[1]);
    run_until(&world, 1);
    mdl_partition_enqueue(world.partition, &jobs[2]);
    run_until(&world, 2);
    mdl_partition_enqueue(world.partition, &jobs[3]); /* within extra (5 - 3 = 2): starts */
    run_until(&world, 5);
    mdl_partition_enqueue(world.partition, &later[0]); /* nothing is free */
    run_until(&world, 100);
    assert_string_equal(world.log, "s1@0 s3@1 s4@2 e1@10 e3@10 s2@10 s5@10 e2@15 e5@16 e4@52 ");
    sim_destroy(world.sim);

    begin(&world, &mdl_policy_easy, 4, 4);
    mdl_partition_enqueue(world.partition, &jobs[0]);
    jobs[1].width = 4; /* promised 10, nothing extra */
    mdl_partition_enqueue(world.partition, &jobs[1]);
    run_until(&world, 5);
    mdl_partition_enqueue(world.partition, &later[0]); /* 5 + 6 > 10: waits */
    mdl_partition_enqueue(world.partition, &later[1]); /* waits */
    mdl_partition_enqueue(world.partition, &later[2]); /* 5 + 3 <= 10: starts */
    run_until(&world, 100);
    assert_string_equal(world.log, "s1@0 s7@5 e7@8 e1@10 s2@10 e2@15 s5@15 s6@15 e5@21 e6@35 ");
    sim_destroy(world.sim);
}

static void passes_run_in_the_order_of_the_partitions(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 1, 5, 5), job_of(2, 1, 5, 5)};
    struct mdl_partition *second;
    struct world world;
    const struct mdl_partition_hooks hooks = {&world, started, ended};

    (void)state;
    begin(&world, &mdl_policy_easy, 1, 1);
    assert_int_equal(
        mdl_partition_create(world.sim, "second", &mdl_policy_fcfs, 1, 1, &hooks, &second, NULL),
        SIM_OK);
    mdl_partition_enqueue(second, &jobs[1]);
    mdl_partition_enqueue(world.partition, &jobs[0]);
    run_until(&world, 9);
    assert_string_equal(world.log, "s1@0 s2@0 e1@5 e2@5 ");
    sim_destroy(world.sim);
}

static void count_one(void *context, struct mdl_job *job)
{
    *(size_t *)context += (size_t)job->id;
}

static void those_inside_are_visited_once(void **state)
{
    (void)state;
    for (size_t p = 0; mdl_policies[p]; p++) {
        struct mdl_job jobs[] = {job_of(1, 2, 9, 9), job_of(10, 2, 9, 9), job_of(100, 1, 2, 2),
                                 job_of(1000, 1, 30, 30)};
        struct world world;
        size_t sum = 0;

        begin(&world, mdl_policies[p], 3, 3);
        for (size_t i = 0; i < 4; i++)
            mdl_partition_enqueue(world.partition, &jobs[i]);
        run_until(&world, 5); /* but under fcfs job 100 has come and gone */
        mdl_partition_each_inside(world.partition, count_one, &sum);
        assert_int_equal(sum, mdl_policies[p] == &mdl_policy_fcfs ? 1111 : 1011);
        sim_destroy(world.sim);
    }
}

/* With no capacity nothing is ever looked at, so one record will do for all. */
static void too_many_jobs_stop_the_run_with_the_name(void **state)
{
    struct mdl_job job = job_of(1, 1, 1, 1);
    struct sim_error err = {0};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_fcfs, 0, 1);
    for (int i = 0; i < MDL_PARTITION_JOBS_MAX; i++)
        mdl_partition_enqueue(world.partition, &job);
    assert_false(world.sim->is_aborted);
    mdl_partition_enqueue(world.partition, &job);
    assert_int_equal(sim_run(world.sim, 1, &err), SIM_ELIMIT);
    assert_non_null(strstr(err.message, "booster"));
    sim_destroy(world.sim);
}

static void want_of_memory_stops_the_run(void **state)
{
    static struct mdl_job jobs[20000];
    size_t failures = 0;

    (void)state;
    for (size_t limit = 0; limit < 1500000; limit += 9973) {
        const struct mdl_partition_hooks hooks = {0};
        struct mdl_partition *partition;
        struct sim_error err = {0};
        struct sim *sim;
        enum sim_status status = sim_create(1, 0, 0, limit + 1, &sim, &err);

        if (status) {
            assert_int_equal(status, SIM_ENOMEM);
            failures++;
            continue;
        }
        status = mdl_partition_create(sim, "booster", &mdl_policy_easy, 900, 500, &hooks,
                                      &partition, &err);
        if (!status) {
            for (size_t i = 0; i < 20000 && !sim->is_aborted; i++) {
                jobs[i] = job_of(i, 1 + (uint32_t)(i * 7919 % 500), 1 + (int64_t)(i % 97), 100);
                mdl_partition_enqueue(partition, &jobs[i]);
            }
            status = sim_run(sim, 300, &err);
        }
        if (status) {
            assert_int_equal(status, SIM_ENOMEM);
            assert_int_equal(err.status, SIM_ENOMEM);
            failures++;
        }
        sim_destroy(sim);
    }
    assert_true(failures > 20 && failures < 150);
}

static void a_replay_refuses_submits_that_fall(void **state)
{
    struct mdl_job jobs[] = {job_of(4, 1, 1, 1), job_of(7, 1, 1, 1)};
    struct mdl_replay *replay;
    struct sim_error err = {0};
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_fcfs, 1, 1);
    jobs[0].submit_ns = 6;
    jobs[1].submit_ns = 5;
    assert_int_equal(mdl_replay_create(world.sim, world.partition, jobs, 2, &replay, &err),
                     SIM_ESCHEMA);
    assert_non_null(strstr(err.message, "job 7"));
    jobs[0].submit_ns = -1;
    assert_int_equal(mdl_replay_create(world.sim, world.partition, jobs, 2, &replay, &err),
                     SIM_ESCHEMA);
    assert_non_null(strstr(err.message, "job 4"));
    sim_destroy(world.sim);
}

static void a_replay_feeds_each_job_at_its_submit(void **state)
{
    struct mdl_job jobs[] = {job_of(1, 1, 1, 1), job_of(2, 1, 1, 1), job_of(3, 1, 1, 1)};
    struct mdl_replay *replay;
    struct world world;

    (void)state;
    begin(&world, &mdl_policy_fcfs, 2, 1);
    jobs[0].submit_ns = jobs[1].submit_ns = 3;
    jobs[2].submit_ns = 8;
    assert_int_equal(mdl_replay_create(world.sim, world.partition, jobs, 3, &replay, NULL), SIM_OK);
    run_until(&world, 7);
    assert_false(mdl_replay_is_done(replay));
    run_until(&world, SIM_NEVER - 1);
    assert_true(mdl_replay_is_done(replay));
    assert_string_equal(world.log, "s1@3 s2@3 e1@4 e2@4 s3@8 e3@9 ");
    assert_int_equal(mdl_replay_create(world.sim, world.partition, jobs, 0, &replay, NULL), SIM_OK);
    assert_true(mdl_replay_is_done(replay));
    sim_destroy(world.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(policies_are_found_by_name),
        cmocka_unit_test(stamps_and_callbacks_follow_a_job_through),
        cmocka_unit_test(levels_and_backlog_are_exact),
        cmocka_unit_test(free_units_have_one_cause_each),
        cmocka_unit_test(ends_of_one_instant_come_in_order_of_start),
        cmocka_unit_test(a_job_that_follows_an_end_starts_at_the_same_instant),
        cmocka_unit_test(jobs_of_no_length_go_round_within_the_instant),
        cmocka_unit_test(what_runs_is_never_cut_by_less_capacity),
        cmocka_unit_test(capacity_that_comes_starts_what_waits),
        cmocka_unit_test(under_easy_a_head_wider_than_the_machine_stops_nobody),
        cmocka_unit_test(under_conservative_reservations_move_when_a_job_ends_early),
        cmocka_unit_test(under_conservative_promises_are_made_anew_on_a_smaller_machine),
        cmocka_unit_test(arrivals_after_a_pass_respect_its_promise),
        cmocka_unit_test(passes_run_in_the_order_of_the_partitions),
        cmocka_unit_test(those_inside_are_visited_once),
        cmocka_unit_test(too_many_jobs_stop_the_run_with_the_name),
        cmocka_unit_test(want_of_memory_stops_the_run),
        cmocka_unit_test(a_replay_refuses_submits_that_fall),
        cmocka_unit_test(a_replay_feeds_each_job_at_its_submit),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

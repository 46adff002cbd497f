/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/compute/partition_private.h"
#include "sim/random.h"

enum { S = 1000000000, MANY = 300 };

struct bench {
    struct sim *sim;
    struct mdl_partition *partition;
    struct mdl_job *ended[MANY];
    size_t count;
};

static void on_ended(void *context, struct mdl_job *job)
{
    struct bench *b = context;

    b->ended[b->count++] = job;
}

static void begin(struct bench *b, uint32_t units)
{
    struct mdl_partition_hooks hooks = {.context = b, .ended = on_ended};

    *b = (struct bench){0};
    assert_int_equal(sim_create(1, 0, 0, 0, &b->sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_create(b->sim, "p", &mdl_policy_easy, units, units, &hooks,
                                          &b->partition, NULL),
                     SIM_OK);
    assert_int_equal(mdl_partition_enable_pace(b->partition, NULL), SIM_OK);
}

static struct mdl_job job_of(int64_t run_s, int64_t walltime_s, uint8_t pace)
{
    return (struct mdl_job){
        .run_ns = run_s * S, .walltime_ns = walltime_s * S, .width = 1, .pace = pace};
}

static void run_to(struct bench *b, double time_s)
{
    assert_int_equal(sim_run(b->sim, (int64_t)(time_s * S), NULL), SIM_OK);
}

static void at_full_rate_a_pace_changes_nothing(void **state)
{
    struct mdl_job job[] = {job_of(5, 9, 1), job_of(5, 9, 0), job_of(9, 9, 2)};
    struct bench b;

    (void)state;
    begin(&b, 3);
    for (int i = 0; i < 3; i++)
        mdl_partition_enqueue(b.partition, &job[i]);
    run_to(&b, 10);
    assert_int_equal(b.count, 3);
    assert_ptr_equal(b.ended[0], &job[0]); /* in order of start */
    assert_ptr_equal(b.ended[1], &job[1]);
    assert_int_equal(job[0].end_ns, INT64_C(5) * S);
    assert_int_equal(job[2].end_ns, INT64_C(9) * S);
    assert_int_equal(job[2].outcome, MDL_OUTCOME_COMPLETED); /* its walltime to the ns */
    sim_destroy(b.sim);
}

static void half_the_rate_takes_twice_as_long(void **state)
{
    struct mdl_job job[] = {job_of(10, 100, 1), job_of(10, 100, 2), job_of(10, 100, 1)};
    struct bench b;

    (void)state;
    begin(&b, 3);
    mdl_partition_enqueue(b.partition, &job[0]);
    mdl_partition_enqueue(b.partition, &job[1]);
    run_to(&b, 4);
    mdl_partition_set_rate(b.partition, 1, 0.5);
    run_to(&b, 6);
    mdl_partition_enqueue(b.partition, &job[2]); /* 4 + 1 done of the first, nothing of this */
    run_to(&b, 12);
    mdl_partition_set_rate(b.partition, 1, 0.25); /* 2 of the first left, 7 of this */
    run_to(&b, 100);
    assert_int_equal(job[0].end_ns, INT64_C(20) * S);
    assert_int_equal(job[1].end_ns, INT64_C(10) * S);
    assert_int_equal(job[2].end_ns, INT64_C(40) * S);
    assert_int_equal(job[0].run_ns, INT64_C(10) * S);
    sim_destroy(b.sim);
}

static void a_job_that_is_slowed_is_killed_at_its_walltime(void **state)
{
    struct mdl_job job = job_of(10, 12, 1);
    struct bench b;

    (void)state;
    begin(&b, 1);
    mdl_partition_enqueue(b.partition, &job);
    run_to(&b, 0);
    mdl_partition_set_rate(b.partition, 1, 0.5);
    run_to(&b, 100);
    assert_int_equal(job.end_ns, INT64_C(12) * S);
    assert_int_equal(job.run_ns, INT64_C(6) * S); /* what it has done */
    assert_int_equal(job.outcome, MDL_OUTCOME_TIMEOUT);
    sim_destroy(b.sim);
}

static void without_any_rate_nothing_goes_on(void **state)
{
    struct mdl_job job = job_of(10, 50, 3);
    struct bench b;

    (void)state;
    begin(&b, 1);
    mdl_partition_enqueue(b.partition, &job);
    run_to(&b, 5);
    mdl_partition_set_rate(b.partition, 3, 0);
    run_to(&b, 25);
    assert_int_equal(b.count, 0);
    mdl_partition_set_rate(b.partition, 3, 1);
    run_to(&b, 100);
    assert_int_equal(job.end_ns, INT64_C(30) * S);
    sim_destroy(b.sim);
}

static void a_job_that_pauses_ends_that_much_later(void **state)
{
    struct mdl_job job[] = {job_of(10, 100, 1), job_of(10, 100, 1)};
    struct bench b;

    (void)state;
    begin(&b, 2);
    mdl_partition_enqueue(b.partition, &job[0]);
    mdl_partition_enqueue(b.partition, &job[1]);
    run_to(&b, 2);
    mdl_partition_pause(b.partition, &job[1]);
    run_to(&b, 5);
    mdl_partition_set_rate(b.partition, 1, 0.5);
    run_to(&b, 7);
    mdl_partition_resume(b.partition, &job[1]); /* 8 left, at half the rate */
    run_to(&b, 100);
    assert_int_equal(job[0].end_ns, INT64_C(15) * S);
    assert_int_equal(job[1].end_ns, INT64_C(23) * S);
    sim_destroy(b.sim);
}

/* Jobs at rates that change often: each ends when the integral of its group's rate is its work, or
 * at its walltime; held against that sum, added up for each job alone. */
static void ends_are_those_of_the_integral_of_the_rate(void **state)
{
    static struct mdl_job job[MANY];
    static double done_s[MANY];
    double rate[MDL_PACE_GROUPS] = {1, 1, 1, 1};
    uint64_t steps = 0;
    struct bench b;

    (void)state;
    begin(&b, MANY);
    for (int i = 0; i < MANY; i++) {
        double work_s = 1 + 40 * sim_uniform_at(7, 1, 0, (uint64_t)i);

        job[i] = job_of(0, 60, (uint8_t)(1 + i % MDL_PACE_GROUPS));
        job[i].run_ns = (int64_t)(work_s * S);
        done_s[i] = 0;
        mdl_partition_enqueue(b.partition, &job[i]);
    }
    run_to(&b, 0);
    for (double t = 0; t < 61; t += 0.125) {
        unsigned group = (unsigned)(steps % MDL_PACE_GROUPS);

        rate[group] = sim_uniform_at(7, 2, 0, steps++);
        mdl_partition_set_rate(b.partition, group + 1, rate[group]);
        for (int i = 0; i < MANY; i++) {
            double before_s = done_s[i], speed = rate[i % MDL_PACE_GROUPS];

            done_s[i] += 0.125 * speed;
            if (done_s[i] < (double)job[i].run_ns / S || before_s >= (double)job[i].run_ns / S)
                continue;
            run_to(&b, t + 0.125);
            if (t + 0.125 < 60) {
                double end_s = t + ((double)job[i].run_ns / S - before_s) / speed;

                assert_in_range(job[i].end_ns, (int64_t)(end_s * S) - 1000,
                                (int64_t)(end_s * S) + 1000);
                assert_int_equal(job[i].outcome, MDL_OUTCOME_COMPLETED);
            }
        }
        run_to(&b, t + 0.125);
    }
    assert_int_equal(b.count, MANY);
    for (int i = 0; i < MANY; i++)
        if (job[i].outcome == MDL_OUTCOME_TIMEOUT)
            assert_int_equal(job[i].end_ns, INT64_C(60) * S);
    sim_destroy(b.sim);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(at_full_rate_a_pace_changes_nothing),
        cmocka_unit_test(half_the_rate_takes_twice_as_long),
        cmocka_unit_test(a_job_that_is_slowed_is_killed_at_its_walltime),
        cmocka_unit_test(without_any_rate_nothing_goes_on),
        cmocka_unit_test(a_job_that_pauses_ends_that_much_later),
        cmocka_unit_test(ends_are_those_of_the_integral_of_the_rate),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/compute/partition.h"
#include "models/demand/application.h"
#include "models/demand/project.h"
#include "sim/random.h"
#include "tests/unit/models/build.h"

enum { INSIDE_MAX = 4096 };

/* A project on a machine where every job starts after the same wait, or never. */
struct world {
    struct sim *sim;
    struct sim_calendar calendar;
    struct mdl_class_config job_class[2];
    struct mdl_partition_config config;
    struct mdl_site_config site;
    struct mdl_partition_plan machine;
    struct sim_pool jobs;
    uint64_t inside_count;
    struct mdl_spend_config spend;
    struct mdl_stages stages;
    struct mdl_projects_world around;
    struct mdl_project project;
    struct mdl_job *inside[INSIDE_MAX];
    size_t count, submitted, waves;
    int64_t wait_ns;
    bool never_starts;
    int64_t held_mgpuh;
    int64_t by_class_ns[2];
    uint32_t order_breaks; /* a job of an earlier stage came after one of a later */
    uint32_t last_class;
};

static void on_submit(void *context, struct mdl_job *job)
{
    struct world *w = context;

    assert_true(w->count < INSIDE_MAX);
    assert_true(job->run_ns > 0 && job->run_ns <= job->walltime_ns);
    assert_int_equal(mdl_project_of_job(job), w->project.number);
    assert_int_equal(mdl_number_in_project(job), w->submitted);
    w->order_breaks += job->class_index < w->last_class;
    w->last_class = job->class_index;
    w->by_class_ns[job->class_index] += job->width * job->run_ns;
    w->inside[w->count++] = job;
    w->submitted++;
}

static const uint32_t class_of[] = {0, 1};
static const double cumulated[] = {0.25, 1};

static void prepare(struct world *w, int64_t award, double unused)
{
    *w = (struct world){.spend = {0.2, 1.5, 0.8}, .stages = {2, class_of, cumulated}};
    w->calendar.start_days = day_of("2026-01-01");
    w->job_class[0] = class_of_hours("classes.small", 0, 1);
    w->job_class[0].run = lognormal(1800, 1, 1, 1e6);
    w->job_class[1] = class_of_hours("classes.large", 1, 6);
    w->job_class[1].run = lognormal(4 * SIM_HOUR_S, 1, 1, 1e7);
    w->job_class[1].gpus = constant(8);
    w->job_class[1].limit_ns = 24 * SIM_HOUR_NS;
    w->job_class[1].over_limit = MDL_OVER_LIMIT_CHAIN;
    w->config = partition_of("sites.x.partitions.y", 0, 100, 4);
    w->site = site_of("sites.x", 0, "IT", &w->config, 1);
    assert_int_equal(sim_create(1, 0, 0, 0, &w->sim, NULL), SIM_OK);
    assert_int_equal(mdl_partition_plan_init(&w->machine, &w->config, &w->site,
                                             &BUILD_MAP(w->job_class, 2), &w->calendar, 0,
                                             1000 * SIM_DAY_NS, w->sim->arena, NULL),
                     SIM_OK);
    sim_pool_init(&w->jobs, w->sim->arena, sizeof(struct mdl_job));
    w->around = (struct mdl_projects_world){.sim = w->sim,
                                            .spend = &w->spend,
                                            .job_class = w->job_class,
                                            .partition = &w->machine,
                                            .jobs = &w->jobs,
                                            .inside = &w->inside_count,
                                            .submit = on_submit,
                                            .context = w};
    mdl_projects_world_init(&w->around);
    w->project = (struct mdl_project){.entity = mdl_project_entity(99, 17),
                                      .stages = &w->stages,
                                      .path = "communities.x",
                                      .number = 17,
                                      .handle = 3,
                                      .begins_ns = 0,
                                      .expires_ns = 180 * SIM_DAY_NS,
                                      .hours = {.awarded = award},
                                      .meant = llround((double)award * (1 - unused)),
                                      .first_start_ns = MDL_TIME_UNSET};
}

static void leave(struct world *w, size_t i)
{
    struct mdl_job *job = w->inside[i];

    w->inside[i] = w->inside[--w->count];
    if (!w->never_starts) {
        job->start_ns = job->submit_ns + w->wait_ns;
        job->end_ns = w->sim->now_ns;
    }
    w->inside_count--;
    w->held_mgpuh += mdl_project_job_left(&w->project, &w->around, job);
    sim_pool_put(&w->jobs, job);
}

static int64_t end_of(const struct world *w, const struct mdl_job *job)
{
    return job->submit_ns + w->wait_ns + (w->never_starts ? 0 : job->run_ns);
}

/* Until it expires and nothing of it is inside. */
static void live(struct world *w)
{
    int64_t next_ns = 0;

    for (;;) {
        size_t first = 0;

        if (!w->count && next_ns >= w->project.expires_ns)
            break;
        if (!w->count) {
            w->sim->now_ns = next_ns;
            w->waves++;
            if (!mdl_project_wave(&w->project, &w->around)) {
                next_ns = w->project.expires_ns;
                continue;
            }
        }
        for (size_t i = 1; i < w->count; i++)
            if (end_of(w, w->inside[i]) < end_of(w, w->inside[first]))
                first = i;
        w->sim->now_ns = end_of(w, w->inside[first]);
        leave(w, first);
        if (!w->count)
            next_ns = mdl_project_next_ns(&w->project, &w->around);
    }
    mdl_project_close(&w->project, true);
}

static void finish(struct world *w)
{
    const struct mdl_project_hours *hours = &w->project.hours;

    assert_int_equal(hours->awarded, hours->used + hours->lost + hours->returned + hours->expired);
    assert_int_equal(w->held_mgpuh, hours->used + hours->lost + hours->overdrawn);
    assert_int_equal(w->inside_count, 0);
    sim_destroy(w->sim);
}

static void the_profile_of_spending_and_its_inverse(void **state)
{
    static const struct mdl_spend_config spends[] = {{0.2, 1.5, 0.8}, {0, 1, 1}, {0.5, 3, 0.5}};

    (void)state;
    /* by hand: ramp 0.2 / 2 + 0.6 flat + 0.2 x 1.5 = 1 */
    assert_true(fabs(mdl_spend_due(&spends[0], 0.2) - 0.1) < 1e-12);
    assert_true(fabs(mdl_spend_due(&spends[0], 0.5) - 0.4) < 1e-12);
    assert_true(fabs(mdl_spend_due(&spends[0], 0.9) - 0.85) < 1e-12);
    assert_true(mdl_spend_due(&spends[0], 1.5) == 1);
    for (size_t s = 0; s < 3; s++)
        for (double x = 0; x <= 1; x += 1.0 / 64)
            assert_true(fabs(mdl_spend_when(&spends[s], mdl_spend_due(&spends[s], x)) - x) < 1e-9);
}

static void hours_are_rounded_to_thousandths(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 1, 0);
    /* allocation by node: 4 GPUs each; 3 nodes for 1 h are 12 GPU-h */
    assert_int_equal(mdl_hours_mgpuh(&w.machine, 3, SIM_HOUR_NS), 12000);
    assert_int_equal(mdl_hours_mgpuh(&w.machine, 1, SIM_NS_PER_S), 1); /* 1.11 */
    assert_int_equal(mdl_hours_mgpuh(&w.machine, 1, SIM_NS_PER_S / 4), 0);
    sim_destroy(w.sim);
}

/* Without a queue a long project spends what it means to, and no more. */
static void the_pace_meets_the_hours_that_are_meant(void **state)
{
    (void)state;
    for (int unused = 0; unused < 5; unused++) {
        struct world w;
        double meant = 1 - 0.1 * unused;

        prepare(&w, 50000000, 0.1 * unused);
        live(&w);
        assert_true(fabs((double)w.project.hours.used / 5e7 - meant) < 0.002);
        assert_true(w.waves > 50);
        finish(&w);
    }
}

static void half_of_the_hours_are_spent_when_they_are_due(void **state)
{
    struct world w;
    int64_t half_ns = 0;

    (void)state;
    prepare(&w, 50000000, 0);
    w.project.expires_ns = 360 * SIM_DAY_NS;
    w.wait_ns = 6 * SIM_HOUR_NS;
    for (int64_t next_ns = 0; next_ns < w.project.expires_ns;) {
        w.sim->now_ns = next_ns;
        if (!mdl_project_wave(&w.project, &w.around))
            break;
        while (w.count) {
            int64_t end_ns = end_of(&w, w.inside[0]);
            w.sim->now_ns = w.sim->now_ns > end_ns ? w.sim->now_ns : end_ns;
            leave(&w, 0);
        }
        if (!half_ns && w.project.hours.used >= 25000000)
            half_ns = w.sim->now_ns;
        next_ns = mdl_project_next_ns(&w.project, &w.around);
    }
    /* due: 0.5 after a part of 0.6 of the time */
    assert_true(fabs((double)half_ns / (360.0 * SIM_DAY_NS) - 0.6) < 0.02);
    mdl_project_close(&w.project, true);
    finish(&w);
}

static void stages_follow_one_another_each_up_to_its_part(void **state)
{
    struct world w;
    double small, large;

    (void)state;
    prepare(&w, 50000000, 0);
    live(&w);
    small = (double)w.by_class_ns[0];
    large = (double)w.by_class_ns[1];
    assert_int_equal(w.order_breaks, 0);
    assert_true(fabs(small / (small + large) - 0.25) < 0.01);
    finish(&w);
}

static void who_waits_spends_less_and_the_rest_expires(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 50000000, 0);
    w.wait_ns = 40 * SIM_DAY_NS; /* a wave in 40 d, of which the last is late */
    live(&w);
    assert_true(w.project.hours.expired > 0);
    assert_true(w.waves < 8);
    finish(&w);
}

static void jobs_that_cannot_start_use_nothing(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 50000000, 0);
    w.never_starts = true;
    live(&w);
    assert_int_equal(w.project.hours.used, 0);
    assert_int_equal(w.project.hours.expired, 50000000);
    assert_int_equal(w.waves, 180); /* one a day, not one an instant */
    assert_true(w.project.first_start_ns == MDL_TIME_UNSET);
    finish(&w);
}

static void the_last_job_is_cut_to_the_hours_that_are_left(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 5000, 0); /* 5 GPU-h, a job of 8 GPUs for 4 h by the median */
    live(&w);
    assert_true(w.project.hours.used >= 4996 && w.project.hours.used <= 5000);
    assert_int_equal(w.project.hours.overdrawn, 0);
    finish(&w);
}

static void what_a_slowed_job_holds_beyond_the_award_is_counted_apart(void **state)
{
    struct world w;

    (void)state;
    prepare(&w, 5000, 0);
    assert_true(mdl_project_wave(&w.project, &w.around));
    w.sim->now_ns = end_of(&w, w.inside[0]) + 100 * SIM_HOUR_NS;
    while (w.count)
        leave(&w, 0);
    assert_true(w.project.hours.overdrawn >= 395000);
    mdl_project_close(&w.project, true);
    finish(&w);
}

static void a_test_run_is_not_the_first_job(void **state)
{
    struct world w;
    struct mdl_job job = {.width = 1, .end_ns = MDL_TIME_UNSET};

    (void)state;
    prepare(&w, 5000, 0);
    job.start_ns = SIM_HOUR_NS;
    mdl_project_note_running(&w.project, &job, SIM_HOUR_NS + 599 * SIM_NS_PER_S);
    assert_true(w.project.first_start_ns == MDL_TIME_UNSET);
    mdl_project_note_running(&w.project, &job, SIM_HOUR_NS + 600 * SIM_NS_PER_S);
    assert_int_equal(w.project.first_start_ns, SIM_HOUR_NS);
    sim_destroy(w.sim);
}

/* Pieces of at most the limit, one inside at a time, that sum to the run. */
static void long_runs_are_chains(void **state)
{
    struct world w;
    int64_t ran_ns = 0;
    size_t pieces = 0;

    (void)state;
    prepare(&w, 8 * 100 * 1000, 0);
    w.stages = (struct mdl_stages){1, class_of + 1, cumulated + 1};
    w.job_class[1].run = constant(60 * SIM_HOUR_S);
    assert_true(mdl_project_wave(&w.project, &w.around));
    assert_int_equal(w.project.jobs_inside, 1);
    while (w.count) {
        assert_int_equal(w.count, 1);
        assert_true(w.inside[0]->run_ns <= 24 * SIM_HOUR_NS);
        ran_ns += w.inside[0]->run_ns;
        pieces++;
        w.sim->now_ns = end_of(&w, w.inside[0]);
        leave(&w, 0);
    }
    assert_int_equal(pieces, 3);
    assert_int_equal(ran_ns, 60 * SIM_HOUR_NS);
    mdl_project_close(&w.project, false);
    assert_int_equal(w.project.hours.returned, 8 * 40 * 1000);
    finish(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_profile_of_spending_and_its_inverse),
        cmocka_unit_test(hours_are_rounded_to_thousandths),
        cmocka_unit_test(the_pace_meets_the_hours_that_are_meant),
        cmocka_unit_test(half_of_the_hours_are_spent_when_they_are_due),
        cmocka_unit_test(stages_follow_one_another_each_up_to_its_part),
        cmocka_unit_test(who_waits_spends_less_and_the_rest_expires),
        cmocka_unit_test(jobs_that_cannot_start_use_nothing),
        cmocka_unit_test(the_last_job_is_cut_to_the_hours_that_are_left),
        cmocka_unit_test(what_a_slowed_job_holds_beyond_the_award_is_counted_apart),
        cmocka_unit_test(a_test_run_is_not_the_first_job),
        cmocka_unit_test(long_runs_are_chains),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Logs are drawn from known laws; what is fitted to them has to come back. */
#include "experiments/fit_report.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <gsl/gsl_sort.h>

#include "models/compute/job.h"
#include "sim/random.h"
#include "sim/units.h"

enum { JOBS = 20000, SEED = 20261 };

static double uniform(uint32_t purpose, uint64_t n)
{
    return sim_uniform_at(SEED, 7, purpose, n);
}

static void expect_near(const char *what, double value, double wanted, double tolerance)
{
    if (!(fabs(value - wanted) <= tolerance * fabs(wanted)))
        fail_msg("%s: %g where %g was drawn", what, value, wanted);
}

static struct sim_arena *tables; /* of the laws drawn from */

static struct sim_dist law(enum sim_dist_kind kind, double a, double b, double max)
{
    struct sim_dist dist = {
        .kind = kind, .a = a, .b = b, .min = -INFINITY, .max = max, .arena = tables};

    assert_int_equal(sim_dist_prepare(&dist, NULL), SIM_OK);
    return dist;
}

/* ---- laws ---- */

struct fitted {
    struct sim_arena *arena;
    double x[JOBS];
    struct exp_law law[EXP_LAWS];
    size_t best;
};

static struct fitted *fit_draws(const struct sim_dist *of, double limit)
{
    struct fitted *fitted = malloc(sizeof *fitted);

    assert_non_null(fitted);
    fitted->arena = sim_arena_create(0);
    for (size_t i = 0; i < JOBS; i++)
        fitted->x[i] = sim_dist_at(of, uniform(1, i));
    gsl_sort(fitted->x, 1, JOBS);
    assert_int_equal(
        exp_laws_fit(&(struct exp_law_data){.sorted = fitted->x, .count = JOBS, .limit = limit},
                     fitted->arena, fitted->law, &fitted->best, NULL),
        SIM_OK);
    return fitted;
}

static void end(struct fitted *fitted)
{
    sim_arena_destroy(fitted->arena);
    free(fitted);
}

/* A third of this law lies beyond the limit: the parameters are those of the whole. */
static void a_law_that_is_cut_is_found_again(void **state)
{
    struct sim_dist drawn = law(SIM_DIST_LOGNORMAL, 3000, 1.6, 6000);
    struct fitted *fitted = fit_draws(&drawn, 6000);

    (void)state;
    assert_string_equal(fitted->law[0].name, "lognormal");
    expect_near("median", fitted->law[0].dist.a, 3000, 0.08);
    expect_near("sigma", fitted->law[0].dist.b, 1.6, 0.03);
    assert_true(fitted->law[0].ks < 0.01);
    assert_true(fitted->law[fitted->best].aic <= fitted->law[0].aic);
    end(fitted);
}

/* Cut at both ends, and held to a mean that is not quite the data's. */
static void a_law_between_two_limits_has_the_mean_asked_for(void **state)
{
    struct sim_dist drawn = {
        .kind = SIM_DIST_LOGNORMAL, .a = 3000, .b = 1.6, .min = 600, .max = 10800};
    struct fitted *fitted = malloc(sizeof *fitted);
    struct exp_law_data data = {.count = JOBS, .low = 600, .limit = 10800};
    double mean = 0;

    (void)state;
    assert_non_null(fitted);
    assert_int_equal(sim_dist_prepare(&drawn, NULL), SIM_OK);
    fitted->arena = sim_arena_create(0);
    for (size_t i = 0; i < JOBS; i++) {
        fitted->x[i] = sim_dist_at(&drawn, uniform(1, i));
        mean += fitted->x[i] / JOBS;
    }
    gsl_sort(fitted->x, 1, JOBS);
    data.sorted = fitted->x;
    assert_int_equal(exp_laws_fit(&data, fitted->arena, fitted->law, &fitted->best, NULL), SIM_OK);
    assert_true(fitted->law[0].ks < 0.01);
    assert_true(sim_dist_at(&fitted->law[0].dist, 1e-9) >= 600);
    expect_near("mean", sim_dist_mean(&fitted->law[0].dist), mean, 0.01);
    data.mean = 1.1 * mean;
    assert_int_equal(exp_laws_fit(&data, fitted->arena, fitted->law, &fitted->best, NULL), SIM_OK);
    for (size_t i = 0; i < EXP_LAWS; i++)
        expect_near(fitted->law[i].name, sim_dist_mean(&fitted->law[i].dist), data.mean, 0.02);
    end(fitted);
}

static void weibull_and_gamma_are_told_from_lognormal(void **state)
{
    struct sim_dist weibull = law(SIM_DIST_WEIBULL, 0.5, 2000, 1e6);
    struct sim_dist gamma = law(SIM_DIST_GAMMA, 2.5, 1000, INFINITY);
    struct fitted *fitted = fit_draws(&weibull, 1e6);

    (void)state;
    assert_string_equal(fitted->law[1].name, "weibull");
    expect_near("shape", fitted->law[1].dist.a, 0.5, 0.02);
    expect_near("scale", fitted->law[1].dist.b, 2000, 0.04);
    assert_true(fitted->law[1].aic < fitted->law[0].aic);
    assert_int_equal(fitted->best, 1);
    end(fitted);

    fitted = fit_draws(&gamma, 1e5);
    assert_string_equal(fitted->law[2].name, "gamma");
    expect_near("shape", fitted->law[2].dist.a, 2.5, 0.04);
    expect_near("mean", fitted->law[2].dist.b, 1000, 0.02);
    assert_int_equal(fitted->best, 2);
    end(fitted);
}

static void a_mixture_is_found_again(void **state)
{
    struct sim_dist part[2] = {law(SIM_DIST_LOGNORMAL, 30, 0.8, INFINITY),
                               law(SIM_DIST_LOGNORMAL, 9000, 1, INFINITY)};
    const double weight[2] = {0.4, 0.6};
    struct sim_arena *arena = sim_arena_create(0);
    struct sim_dist drawn = {.kind = SIM_DIST_MIXTURE,
                             .min = -INFINITY,
                             .max = 1e5,
                             .count = 2,
                             .part = part,
                             .weight = weight,
                             .arena = arena};
    struct fitted *fitted;
    const struct sim_dist *two;

    (void)state;
    assert_int_equal(sim_dist_prepare(&drawn, NULL), SIM_OK);
    fitted = fit_draws(&drawn, 1e5);
    two = &fitted->law[3].dist;
    assert_true(two->count == 2 && fitted->best >= 3);
    expect_near("first weight", two->weight[0], 0.4, 0.03);
    expect_near("first median", two->part[0].a, 30, 0.04);
    expect_near("second median", two->part[1].a, 9000, 0.04);
    expect_near("second sigma", two->part[1].b, 1, 0.04);
    end(fitted);
    sim_arena_destroy(arena);
}

/* ---- the whole log ---- */

static const double day_weight[24] = {1, 1, 1, 1, 1, 1, 1, 2, 4, 6, 8, 8,
                                      7, 8, 8, 7, 6, 4, 3, 2, 2, 1, 1, 1};

/* Batches of mean 2 by 40 users after Zipf, two classes of widths, requests above the run time. */
static struct mdl_log *draw_log(struct sim_arena *arena)
{
    struct mdl_log *drawn = sim_arena_alloc(arena, 1, sizeof *drawn);
    struct mdl_log_job *job = sim_arena_alloc(arena, JOBS, sizeof *job);
    struct sim_dist narrow = law(SIM_DIST_LOGNORMAL, 600, 1.5, 86400);
    struct sim_dist wide = law(SIM_DIST_LOGNORMAL, 7200, 1.2, 86400);
    struct sim_dist over = {
        .kind = SIM_DIST_LOGNORMAL, .a = 2, .b = 0.8, .min = 1, .max = INFINITY};
    double cumulated[40], sum = 0, peak = 8, at_s = 0;
    uint32_t user = 0, width = 1;

    assert_int_equal(sim_dist_prepare(&over, NULL), SIM_OK);
    for (int k = 0; k < 40; k++)
        cumulated[k] = sum += pow(k + 1, -1.1);
    for (uint64_t i = 0, tries = 0; i < JOBS; i++) {
        double run_s;

        if (i == 0 || uniform(2, i) < 0.5) { /* a new batch; thinned by the hour */
            do
                at_s += 90 - 90 * log(uniform(3, tries));
            while (uniform(4, tries++) * peak > day_weight[(int)(at_s / 3600) % 24]);
            user = 0;
            while (cumulated[user] < uniform(5, i) * sum)
                user++;
            width = uniform(6, i) < 0.7 ? 1 : uniform(7, i) < 0.25 ? 16 : 32;
        }
        run_s = fmax(1, floor(sim_dist_at(width == 1 ? &narrow : &wide, uniform(8, i)) + 0.5));
        job[i] = (struct mdl_log_job){.id = (int64_t)i,
                                      .submit_s = (int64_t)at_s,
                                      .run_s = (int32_t)run_s,
                                      .width = width,
                                      .user = user + 1,
                                      .has_request = true};
        job[i].walltime_s = (int32_t)fmin(86400, run_s * sim_dist_at(&over, uniform(9, i)));
        job[i].walltime_s = job[i].walltime_s < job[i].run_s ? job[i].run_s : job[i].walltime_s;
        job[i].outcome = uniform(10, i) < 0.12 ? MDL_OUTCOME_FAILED : MDL_OUTCOME_COMPLETED;
    }
    *drawn = (struct mdl_log){.job = job,
                              .count = JOBS,
                              .width_max = 32,
                              .user_max = 40,
                              .first_unix_s = 1767571200}; /* a Monday, 00:00 UTC */
    return drawn;
}

static void a_drawn_log_gives_its_parameters_back(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_log *log = draw_log(arena);
    struct exp_fit *fit;
    double narrow = 0;

    (void)state;
    assert_int_equal(exp_fit_log(log, arena, &fit, NULL), SIM_OK);
    assert_int_equal(fit->class_count, 5); /* two widths, three lengths; few wide ones are short */
    assert_int_equal(fit->of[0].width.count, 1);
    assert_int_equal(fit->of[3].width.count, 2);
    expect_near("share of 16", fit->of[4].width.share[0], 0.25, 0.1);
    for (int c = 0; c < 3; c++)
        narrow += fit->of[c].share;
    expect_near("share of narrow jobs", narrow, 0.7, 0.02);
    expect_near("shortest of narrow", fit->of[1].law[0].dist.min, 600, 1e-9);
    expect_near("median of narrow below ten minutes", fit->of[0].run.model.p50,
                fit->of[0].run.log.p50, 0.03);
    assert_true(fit->of[4].run.ks < 0.03);
    expect_near("Zipf", fit->zipf, 1.1, 0.08);
    expect_near("failed", fit->of[0].failed, 0.12, 0.1);
    assert_int_equal(fit->users, 40);
    assert_int_equal(fit->hour_count, 168);
    expect_near("ten o'clock over three", fit->hour[34] / fit->hour[27], 8, 0.25);
    assert_true(fit->of[1].has_request && fit->of[1].round_share < 0.5);
    expect_near("overestimate", fit->of[1].over_median, 2, 0.15);
    for (size_t c = 0; c < fit->class_count; c++) {
        expect_near("accuracy", fit->of[c].accuracy.model.mean, fit->of[c].accuracy.log.mean, 0.05);
        expect_near("work", fit->of[c].work.model.mean, fit->of[c].work.log.mean, 0.01);
    }
    /* batches of this log have jobs of all lengths, and come apart in the model's classes */
    expect_near("zero gaps", fit->model_zero_gaps, fit->zero_gaps, 0.4);
    expect_near("tenth gap", fit->gap.model.p90, fit->gap.log.p90, 0.2);
    assert_true(fit->day_variation < 0.15 && fit->week_variation < 0.1);
    assert_true(!fit->has_season); /* half a year */
    sim_arena_destroy(arena);
}

static int by_submit(const void *left, const void *right)
{
    const struct mdl_log_job *a = left, *b = right;

    if (a->submit_s != b->submit_s)
        return a->submit_s < b->submit_s ? -1 : 1;
    return a->id < b->id ? -1 : a->id > b->id;
}

/* Jobs of one user in fours, a minute apart; long ones ask for twice their run time, short ones
 * for ten times; of every second week there is three times as much. */
static struct mdl_log *draw_bursts(struct sim_arena *arena)
{
    struct mdl_log *drawn = sim_arena_alloc(arena, 1, sizeof *drawn);
    struct mdl_log_job *job = sim_arena_alloc(arena, JOBS, sizeof *job);
    double at_s = 0;

    for (uint64_t i = 0; i < JOBS; i++) {
        bool is_long = uniform(11, i / 4) < 0.5;

        if (i % 4 == 0)
            at_s += -3600 * log(uniform(12, i)) / ((int)(at_s / 604800) % 2 ? 3 : 1);
        job[i] = (struct mdl_log_job){.id = (int64_t)i,
                                      .submit_s = (int64_t)at_s + 60 * (int64_t)(i % 4),
                                      .run_s = (is_long ? 7000 : 100) + (int32_t)(i % 97),
                                      .width = 1,
                                      .user = (uint32_t)(uniform(13, i / 4) * 50) + 1,
                                      .has_request = true};
        job[i].walltime_s = job[i].run_s * (is_long ? 2 : 10);
    }
    qsort(job, JOBS, sizeof *job, by_submit);
    *drawn = (struct mdl_log){
        .job = job, .count = JOBS, .width_max = 1, .user_max = 50, .first_unix_s = 1767571200};
    return drawn;
}

static void bursts_and_bands_of_a_log_are_found(void **state)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct exp_fit *fit;

    (void)state;
    assert_int_equal(exp_fit_log(draw_bursts(arena), arena, &fit, NULL), SIM_OK);
    assert_int_equal(fit->class_count, 2);
    expect_near("batch", fit->batch_mean, 4, 0.02);
    expect_near("gap inside a batch", fit->of[0].gap_median_s, 60, 0.05);
    expect_near("overestimate of the short", fit->of[0].over_median, 10, 0.05);
    expect_near("overestimate of the long", fit->of[1].over_median, 2, 0.2);
    expect_near("variation of weeks", fit->week_variation, 0.5, 0.15);
    assert_true(fit->day_variation < 0.2);
    sim_arena_destroy(arena);
}

static void zipf_of_exact_counts_is_exact(void **state)
{
    double jobs[100];

    (void)state;
    for (int k = 0; k < 100; k++)
        jobs[k] = 1e6 * pow(k + 1, -0.9);
    expect_near("exponent", exp_fit_zipf(jobs, 100), 0.9, 1e-6);
    assert_true(exp_fit_zipf(jobs, 1) == 0);
}

static void a_log_that_is_too_short_is_refused(void **state)
{
    struct mdl_log_job job[EXP_FIT_JOBS_MIN] = {{.run_s = 1, .width = 1, .walltime_s = 1}};
    struct mdl_log log = {.job = job, .count = 1, .width_max = 1};
    struct sim_arena *arena = sim_arena_create(0);
    struct exp_fit *fit;
    struct sim_error err;

    (void)state;
    assert_int_equal(exp_fit_log(&log, arena, &fit, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, "1 jobs are too few to fit laws to; at least 50");
    for (int i = 0; i < EXP_FIT_JOBS_MIN; i++)
        job[i] = job[0];
    log.count = EXP_FIT_JOBS_MIN;
    assert_int_equal(exp_fit_log(&log, arena, &fit, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, "all jobs of the log are submitted at one moment");
    job[EXP_FIT_JOBS_MIN - 1].submit_s = 100; /* all alike: still laws */
    assert_int_equal(exp_fit_log(&log, arena, &fit, &err), SIM_OK);
    sim_arena_destroy(arena);
}

static void the_name_of_a_file_becomes_a_key(void **state)
{
    char key[EXP_FIT_KEY_BYTES];

    (void)state;
    exp_fit_key("logs/KTH SP2.swf.gz", key);
    assert_string_equal(key, "KTH-SP2");
    exp_fit_key("/a.b/-_.csv", key);
    assert_string_equal(key, "log");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_law_that_is_cut_is_found_again),
        cmocka_unit_test(a_law_between_two_limits_has_the_mean_asked_for),
        cmocka_unit_test(weibull_and_gamma_are_told_from_lognormal),
        cmocka_unit_test(a_mixture_is_found_again),
        cmocka_unit_test(a_drawn_log_gives_its_parameters_back),
        cmocka_unit_test(bursts_and_bands_of_a_log_are_found),
        cmocka_unit_test(zipf_of_exact_counts_is_exact),
        cmocka_unit_test(a_log_that_is_too_short_is_refused),
        cmocka_unit_test(the_name_of_a_file_becomes_a_key),
    };

    int failed;

    tables = sim_arena_create(0);
    failed = cmocka_run_group_tests(tests, NULL, NULL);
    sim_arena_destroy(tables);
    return failed;
}

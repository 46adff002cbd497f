/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What holds in every run, whatever the scenario: some hundred random small ones
 * (tests/support/random_scenario.h). The world checks node-time, jobs, bytes and cents in integers
 * by itself and fails when one is off; here its figures are held against its rows.
 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/check.h"
#include "tests/support/random_scenario.h"
#include "tests/support/scenario.h"

enum { SCENARIOS = 400 };

struct run { /* of one random scenario */
    uint64_t seed;
    char text[RANDOM_SCENARIO_BYTES];
    struct scenario scenario;
    double *value;
    struct job_rows rows;
    double start_s, end_s, finish_s; /* window, end of the run */
};

static void begin(struct run *run, uint64_t seed)
{
    const struct mdl_plan *plan;
    struct sim_error err = {0};

    run->seed = seed;
    random_scenario(seed, false, run->text);
    if (scenario_load(&(struct scenario_source){.path = "random", .text = run->text},
                      &run->scenario))
        fail_msg("seed %d: %s\n%s", (int)seed, run->scenario.error.message, run->text);
    plan = run->scenario.plan;
    run->value = calloc(plan->figure_count, sizeof *run->value);
    assert_non_null(run->value);
    job_rows_init(&run->rows);
    if (scenario_replicate(plan, seed, 0, 0, &run->rows.trace, run->value, &err))
        fail_msg("seed %d: %s\n%s", (int)seed, err.message, run->text);
    run->start_s = (double)plan->start_ns / 1e9; /* exact for whole seconds */
    run->end_s = (double)plan->end_ns / 1e9;
    run->finish_s = (double)plan->finish_ns / 1e9;
}

static void end(struct run *run)
{
    job_rows_release(&run->rows);
    free(run->value);
    scenario_release(&run->scenario);
}

static void each(void (*check)(const struct run *run))
{
    static struct run run;

    for (uint64_t seed = 1; seed <= SCENARIOS; seed++) {
        begin(&run, seed);
        check(&run);
        end(&run);
    }
}

static double figure(const struct run *run, const char *name, const char *selector)
{
    return run->value[scenario_figure(run->scenario.plan, name, "", selector)];
}

static double statistic(const struct run *run, const char *name, const char *which,
                        const char *selector)
{
    return run->value[scenario_figure(run->scenario.plan, name, which, selector)];
}

/* a <= b but for rounding; NaN is a figure that does not exist */
static void at_most(const struct run *run, double a, double b, const char *what)
{
    if (a > b + 1e-9 * fabs(b))
        fail_msg("seed %d: %s: %.17g > %.17g\n%s", (int)run->seed, what, a, b, run->text);
}

static void same(const struct run *run, double a, double b, const char *what)
{
    if (!(fabs(a - b) <= 1e-9 * fmax(fabs(a), fabs(b)) + 1e-9))
        fail_msg("seed %d: %s: %.17g is not %.17g\n%s", (int)run->seed, what, a, b, run->text);
}

/* ---- figures among themselves ---- */

static void check_figures(const struct run *run)
{
    const struct mdl_plan *plan = run->scenario.plan;

    for (size_t p = 0; p < plan->partition_count; p++) {
        bool has_gpus = plan->partition[p].gpus_per_unit > 0;
        double available, installed, held;
        char selector[64];

        snprintf(selector, sizeof selector, "partition=%s", plan->partition[p].name);
        available = figure(run, "capacity.available", selector);
        installed = figure(run, "capacity.installed", selector);
        held = figure(run, has_gpus ? "gpu_hours.allocated" : "node_hours.allocated", selector);
        at_most(run, available, installed, "available <= installed");
        if (available > 0)
            same(run, held, figure(run, "utilisation", selector) * available,
                 "held = utilisation x available");
        if (plan->partition[p].config->offline_days == MDL_DATE_NONE) /* else jobs outlive it */
            at_most(run, held, available, "busy <= released");
        at_most(run, statistic(run, "queue", "mean", selector),
                statistic(run, "inside", "mean", selector), "queue <= inside");
        at_most(run, statistic(run, "wait", "p50", selector),
                statistic(run, "wait", "p90", selector), "p50 <= p90");
        at_most(run, statistic(run, "wait", "p90", selector),
                statistic(run, "wait", "p95", selector), "p90 <= p95");
        at_most(run, statistic(run, "wait", "p95", selector),
                statistic(run, "wait", "p99", selector), "p95 <= p99");
        at_most(run, figure(run, "wait.any", selector), 1, "wait.any <= 1");
    }
}

static void figures_agree_with_each_other(void **state)
{
    (void)state;
    each(check_figures);
}

/* ---- figures and rows ---- */

static double clipped_s(double from, double to, double low, double high)
{
    double a = from > low ? from : low, b = to < high ? to : high;

    return b > a ? b - a : 0;
}

/* When it left the queue, at the latest at the end of the run. */
static double start_s(const struct run *run, const struct mdl_job_record *row)
{
    if (row->outcome == MDL_OUTCOME_ABANDONED)
        return row->time_done_s;
    return isnan(row->time_start_s) ? run->finish_s : row->time_start_s;
}

static double end_s(const struct run *run, const struct mdl_job_record *row)
{
    if (row->outcome == MDL_OUTCOME_ABANDONED)
        return row->time_done_s;
    return isnan(row->time_end_s) ? run->finish_s : row->time_end_s;
}

struct sums {         /* over the rows */
    size_t restarted; /* wait again, and hold nothing meanwhile */
    double gpu_h, node_h, waiting_s, inside_s;
    double submitted, ended, jobs_submitted;
};

static struct sums sum_rows(const struct run *run, int32_t partition)
{
    struct sums sums = {0};

    for (size_t i = 0; i < run->rows.count; i++) {
        const struct mdl_job_record *row = &run->rows.row[i];
        bool has_eligible = !isnan(row->time_eligible_s), has_end = !isnan(row->time_end_s);
        double held_s;

        if (partition >= 0 && row->partition != partition)
            continue;
        held_s = clipped_s(start_s(run, row), end_s(run, row), run->start_s, run->end_s);
        sums.restarted += row->attempts > 1;
        sums.gpu_h += held_s * (double)row->gpus_milli / 1000 / 3600;
        sums.node_h += row->gpus_milli ? 0 : held_s * row->nodes / 3600;
        if (has_eligible) {
            sums.waiting_s +=
                clipped_s(row->time_eligible_s, start_s(run, row), run->start_s, run->end_s);
            sums.inside_s +=
                clipped_s(row->time_eligible_s, end_s(run, row), run->start_s, run->end_s);
        }
        if (row->time_submit_s >= run->start_s && row->time_submit_s < run->end_s) {
            sums.submitted++;
            sums.jobs_submitted += row->bundle;
        }
        sums.ended += has_end && row->time_end_s >= run->start_s && row->time_end_s < run->end_s;
    }
    return sums;
}

static void check_against_rows(const struct run *run)
{
    const struct mdl_plan *plan = run->scenario.plan;
    struct sums all = sum_rows(run, -1);
    double window_s = run->end_s - run->start_s;

    if (!all.restarted) {
        same(run, all.gpu_h, figure(run, "gpu_hours.allocated", ""), "GPU-hours");
        same(run, all.node_h, figure(run, "node_hours.allocated", ""), "node-hours");
    }
    same(run, all.submitted, figure(run, "records.submitted", ""), "records submitted");
    same(run, all.jobs_submitted, figure(run, "jobs.submitted", ""), "jobs submitted");
    same(run, all.ended, figure(run, "records.ended", ""), "records ended");
    same(run, (double)run->rows.ledger_cents[MDL_LEDGER_ENERGY] / 100,
         figure(run, "cost.energy", ""), "money");
    if (plan->storage.is_used)
        same(run, (double)run->rows.ledger_cents[MDL_LEDGER_STORAGE] / 100,
             figure(run, "cost.storage", ""), "money of storage");
    for (size_t p = 0; p < plan->partition_count; p++) {
        struct sums sums = sum_rows(run, (int32_t)p);
        char selector[64];

        snprintf(selector, sizeof selector, "partition=%s", plan->partition[p].name);
        if (!sums.restarted) {
            same(run, sums.gpu_h, figure(run, "gpu_hours.allocated", selector), "GPU-hours");
            same(run, sums.waiting_s, statistic(run, "queue", "mean", selector) * window_s,
                 "integral of the queue = sum of the waits");
        }
        same(run, sums.inside_s, statistic(run, "inside", "mean", selector) * window_s,
             "integral of jobs inside = sum of their stays");
    }
}

static void rows_sum_to_the_figures(void **state)
{
    (void)state;
    each(check_against_rows);
}

/* ---- rows ---- */

/* NaN where a stamp was not reached; what was reached is in order. */
static void check_stamps(const struct run *run)
{
    for (size_t i = 0; i < run->rows.count; i++) {
        const struct mdl_job_record *row = &run->rows.row[i];
        const double stamp[] = {row->time_submit_s, row->time_eligible_s, row->time_start_s,
                                row->time_end_s, row->time_done_s};
        bool is_inside = row->outcome == MDL_OUTCOME_INSIDE;
        bool is_lost = row->outcome == MDL_OUTCOME_ABANDONED; /* its input never came */

        for (size_t k = 1; k < (is_lost ? 4 : 5); k++) {
            at_most(run, stamp[k - 1], stamp[k], "stamps in order");
            assert_false(isnan(stamp[k - 1]) && !isnan(stamp[k]) &&
                         row->outcome != MDL_OUTCOME_ABANDONED);
        }
        assert_int_equal(is_inside, isnan(row->time_done_s));
        if (!isnan(row->time_end_s) && row->attempts == 1)
            at_most(run, row->time_end_s - row->time_start_s, (double)row->walltime_s,
                    "run <= walltime");
    }
}

static void stamps_are_in_order(void **state)
{
    (void)state;
    each(check_stamps);
}

/* Of a run that is cut into a chain all jobs have one id. */
static bool may_share_id(const struct run *run, const struct mdl_job_record *row)
{
    return run->scenario.plan->class_config[row->job_class].over_limit == MDL_OVER_LIMIT_CHAIN;
}

/* Users and groups of jobs that hold back, in the follow-up too. */
static bool may_hold_back(const struct run *run)
{
    static const char *const key[] = {"queue_limit", "at_once", "array_gap", "chain"};
    bool is_there = false;

    for (size_t i = 0; i < sizeof key / sizeof *key; i++)
        is_there = is_there || strstr(run->text, key[i]);
    return is_there;
}

/* No id twice; without a pre-roll and unless jobs are refused or held back, none is missing. */
static void check_ids(const struct run *run)
{
    struct job_rows rows = run->rows;
    bool is_whole = run->scenario.plan->begin_ns == 0 &&
                    figure(run, "refused", "reason=no_capacity") == 0 && !may_hold_back(run);

    job_rows_sort(&rows);
    for (size_t i = 0; i < rows.count; i++) {
        const struct mdl_job_record *row = &rows.row[i], *last = i ? row - 1 : NULL;
        bool is_first = !last || last->community != row->community;
        bool is_numbered = !run->scenario.plan->source[row->community].apply; /* all in a row */

        if (!is_first && row->id <= last->id && !(row->id == last->id && may_share_id(run, row)))
            fail_msg("seed %d: job %d of community %d is there twice", (int)run->seed, (int)row->id,
                     row->community);
        if (is_whole && is_numbered && row->id != (is_first ? 0 : last->id + 1))
            fail_msg("seed %d: a job before %d of community %d is missing\n%s", (int)run->seed,
                     (int)row->id, row->community, run->text);
    }
}

static void no_job_is_lost_or_doubled(void **state)
{
    (void)state;
    each(check_ids);
}

/* ---- users who hold back ---- */

struct change { /* of the jobs that a community has inside */
    double time_s;
    int by;
};

static int by_time(const void *a, const void *b)
{
    const struct change *x = a, *y = b;

    if (x->time_s != y->time_s)
        return x->time_s < y->time_s ? -1 : 1;
    return x->by - y->by; /* who leaves makes room for the next at that moment */
}

/* The most jobs of a community that are inside at a time. */
static int64_t most_inside(const struct run *run, int32_t community)
{
    struct change *change = calloc(2 * run->rows.count + 1, sizeof *change);
    int64_t inside = 0, most = 0;
    size_t count = 0;

    assert_non_null(change);
    for (size_t i = 0; i < run->rows.count; i++) {
        const struct mdl_job_record *row = &run->rows.row[i];

        if (row->community != community)
            continue;
        change[count++] = (struct change){row->time_submit_s, 1};
        if (!isnan(row->time_done_s))
            change[count++] = (struct change){row->time_done_s, -1};
    }
    qsort(change, count, sizeof *change, by_time);
    for (size_t i = 0; i < count; i++) {
        inside += change[i].by;
        most = inside > most ? inside : most;
    }
    free(change);
    return most;
}

static size_t limits_reached; /* by communities of one user */

static void check_limits(const struct run *run)
{
    const struct mdl_plan *plan = run->scenario.plan;

    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_submit_config *submit = plan->source[s].submit;
        int64_t limit = submit->queue_limit * submit->users, most;

        if (!limit)
            continue;
        most = most_inside(run, (int32_t)s);
        if (most > limit)
            fail_msg("seed %d: '%s' has %d jobs inside, more than %d", (int)run->seed,
                     plan->source[s].item->key, (int)most, (int)limit);
        limits_reached += submit->users == 1 && most == limit;
    }
}

static void nobody_has_more_jobs_inside_than_the_limit(void **state)
{
    (void)state;
    limits_reached = 0;
    each(check_limits);
    assert_true(limits_reached > 10);
}

/* ---- a load that is asked for is carried ---- */

/* Jobs too wide for a share of the machine, bundles, and walltimes that cut. */
static const char loaded[] =
    "aifsim: 1\n"
    "name: loaded\n"
    "accelerators: {h100: {}}\n"
    "horizon: {start: 2026-03-02, end: 2026-08-31, preroll: 10 d}\n"
    "sites:\n"
    "  here: {country: PT, partitions: {big: {nodes: 90, gpus_per_node: 4, policy: easy,\n"
    "         accelerator: h100,\n"
    "         widest: 10 %, max_walltime: 5 h}, flat: {nodes: 120, policy: fcfs}}}\n"
    "classes:\n"
    "  wide: {gpus: {4: 40 %, 24: 30 %, 96: 30 %}, nodes: {1: 70 %, 6: 30 %}, bundle: 2,\n"
    "         run: {exponential: {mean: 25 min}}, walltime: round,\n"
    "         overestimate: {lognormal: {median: 2, sigma: 0.7, min: 1}}}\n"
    "communities:\n"
    "  a: {country: PT, kind: sme, submit: {load: 61 % of here.big, classes: {wide: 100 %}}}\n"
    "  b: {country: PT, kind: sme, submit: {load: 37 % of here.flat, mix: {wide: 100 %}}}\n"
    "broker: {rule: home}\n";

static void carries(const struct mdl_plan *plan, const double *value, const char *selector,
                    double expected, int count)
{
    size_t f = scenario_figure(plan, "utilisation", "", selector);
    struct sim_tally tally = {0};
    double error;

    for (int r = 0; r < count; r++)
        sim_tally_add(&tally, value[(size_t)r * plan->figure_count + f]);
    error = sqrt(sim_tally_variance(&tally) / count);
    printf("utilisation{%s} %.4f +- %.4f, asked for %.2f\n", selector, tally.mean, error, expected);
    assert_true(fabs(tally.mean - expected) <= 5 * error); /* Student, 15 degrees: 2e-4 */
    assert_true(error < 0.005);
}

static void a_load_that_is_asked_for_is_carried(void **state)
{
    enum { REPLICATIONS = 16 };
    struct scenario scenario;
    double *value;

    (void)state;
    scenario_must_load(&(struct scenario_source){.path = "loaded", .text = loaded}, &scenario);
    value = calloc(REPLICATIONS * scenario.plan->figure_count, sizeof *value);
    assert_non_null(value);
    for (uint32_t r = 0; r < REPLICATIONS; r++)
        assert_int_equal(scenario_replicate(scenario.plan, 1, r, 0, NULL,
                                            value + r * scenario.plan->figure_count, NULL),
                         SIM_OK);
    carries(scenario.plan, value, "partition=here.big", 0.61, REPLICATIONS);
    carries(scenario.plan, value, "partition=here.flat", 0.37, REPLICATIONS);
    free(value);
    scenario_release(&scenario);
}

/* ---- the scenarios are worth it ---- */

static void random_scenarios_reach_every_corner(void **state)
{
    static struct run run;
    double records = 0, refused = 0, deferred = 0, inside = 0, gone = 0, staged = 0;
    double restarted = 0, abandoned = 0;

    (void)state;
    for (uint64_t seed = 1; seed <= SCENARIOS; seed++) {
        begin(&run, seed);
        records += (double)run.rows.count;
        refused += figure(&run, "refused", "reason=no_capacity");
        deferred += figure(&run, "deferred", "");
        for (size_t i = 0; i < run.rows.count; i++) {
            inside += run.rows.row[i].outcome == MDL_OUTCOME_INSIDE;
            gone += run.rows.row[i].outcome == MDL_OUTCOME_TIMEOUT;
            restarted += run.rows.row[i].attempts > 1;
            abandoned += run.rows.row[i].outcome == MDL_OUTCOME_ABANDONED;
            staged += run.rows.row[i].time_eligible_s > run.rows.row[i].time_submit_s;
        }
        end(&run);
    }
    printf("%.0f rows: %.0f inside at the end, %.0f at their walltime, %.0f with input, %.0f "
           "preempted, %.0f given up; %.0f records deferred, %.0f refused\n",
           records, inside, gone, staged, restarted, abandoned, deferred, refused);
    assert_true(restarted > 300 && abandoned > 1000);
    assert_true(inside > 100 && gone > 100 && staged > 1000 && deferred > 100 && refused > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(random_scenarios_reach_every_corner),
        cmocka_unit_test(figures_agree_with_each_other),
        cmocka_unit_test(rows_sum_to_the_figures),
        cmocka_unit_test(stamps_are_in_order),
        cmocka_unit_test(no_job_is_lost_or_doubled),
        cmocka_unit_test(nobody_has_more_jobs_inside_than_the_limit),
        cmocka_unit_test(a_load_that_is_asked_for_is_carried),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

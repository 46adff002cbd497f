/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Do intervals hold the truth as often as they say, when the figures come from whole simulations?
 * Experiments of five replications of scenarios/textbook/ at short horizons, where queueing theory
 * knows the mean, alone and as the difference of two options under the same random numbers. An
 * experiment counts as covered when its nominal 95 % interval holds the truth; how many are covered
 * is judged by the binomial law, at three standard errors.
 *
 * Windows hold about a hundred relaxation times of the queue, and the pre-roll twenty: what is
 * judged is the interval, not the bias and the skewness of runs too short for any.
 *
 * AIFSIM_ORACLE=long: windows four times as long (`make oracle-long`); AIFSIM_ORACLE=brief: a tenth
 * of the experiments (the sanitizers' builds).
 */
#include <malloc.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/paired.h"
#include "experiments/replications.h"
#include "tests/support/scenario.h"

#define PLACE "partition=desk.machine"

enum { REPLICATIONS = 5, THREADS = 2, SEED = 20241210 };
static const double LEVEL = 0.95;

static size_t experiments = 1000;
static int64_t longer = 1; /* factor of every window */

/* ---- theory ---- */

struct queue { /* M/M/c, in hours */
    const char *what, *path;
    double servers, rate, service_h;
    int64_t window_d, preroll_d;
};

static double erlang_c(double servers, double load)
{
    double blocked = 1; /* Erlang B, by its recursion */

    for (double c = 1; c <= servers; c++)
        blocked = load * blocked / (c + load * blocked);
    return blocked / (1 - load / servers * (1 - blocked));
}

enum figure { UTILISATION, WAIT, INSIDE, FIGURES };
static const struct {
    const char *name, *statistic;
} figure_name[FIGURES] = {{"utilisation", ""}, {"wait", "mean"}, {"inside", "mean"}};

static double truth(const struct queue *queue, enum figure figure)
{
    double load = queue->rate * queue->service_h;
    double wait_h = erlang_c(queue->servers, load) * queue->service_h / (queue->servers - load);

    return figure == UTILISATION ? load / queue->servers
           : figure == WAIT      ? wait_h
                                 : queue->rate * wait_h + load;
}

/* ---- simulation ---- */

struct study {
    const struct queue *queue;
    double *column[FIGURES]; /* [experiments * REPLICATIONS] */
};

static void load(const struct queue *queue, struct scenario *scenario)
{
    enum { SETS = 4 };
    char text[SETS][160];
    const char *const sets[SETS] = {text[0], text[1], text[2], text[3]};
    struct sim_date end = sim_date_from_days(
        sim_days_from_date((struct sim_date){.year = 2026, .month = 1, .day = 1}) +
        longer * queue->window_d);

    snprintf(text[0], sizeof *text, "sites.desk.partitions.machine.nodes=%.0f", queue->servers);
    snprintf(text[1], sizeof *text, "communities.visitors.submit.rate=%.17g /h", queue->rate);
    snprintf(text[2], sizeof *text, "classes.work.run={exponential: {mean: %.17g h}}",
             queue->service_h);
    snprintf(text[3], sizeof *text,
             "horizon={start: 2026-01-01, end: %04d-%02d-%02d, preroll: %d d, followup: 2 d}",
             (int)end.year, (int)end.month, (int)end.day, (int)queue->preroll_d);
    scenario_must_load(
        &(struct scenario_source){.path = queue->path, .sets = sets, .set_count = SETS}, scenario);
}

static struct study simulate(const struct queue *queue)
{
    size_t count = experiments * REPLICATIONS, figures;
    struct study study = {.queue = queue};
    struct scenario scenario;
    struct sim_error err = {0};
    double *value;

    load(queue, &scenario);
    figures = scenario.plan->figure_count;
    value = calloc(count * figures, sizeof *value);
    assert_non_null(value);
    if (exp_replications_run(
            &(struct exp_replications){
                .plan = scenario.plan, .seed = SEED, .count = count, .threads = THREADS},
            value, &err))
        fail_msg("%s: %s", queue->what, err.message);
    for (enum figure f = 0; f < FIGURES; f++) {
        size_t row =
            scenario_figure(scenario.plan, figure_name[f].name, figure_name[f].statistic, PLACE);

        study.column[f] = calloc(count, sizeof *value);
        assert_non_null(study.column[f]);
        for (size_t r = 0; r < count; r++)
            study.column[f][r] = value[r * figures + row];
    }
    free(value);
    scenario_release(&scenario);
    return study;
}

static void release(struct study *study)
{
    for (enum figure f = 0; f < FIGURES; f++)
        free(study->column[f]);
}

/* ---- judgement ---- */

static bool is_within_bounds(const char *what, enum figure figure, double mean, size_t covered)
{
    double n = (double)experiments, share = (double)covered / n;
    double bound = 3 * sqrt(LEVEL * (1 - LEVEL) / n);
    bool is_ok = fabs(share - LEVEL) <= bound;

    printf("%-26s %-12s %9.5f  covered %.3f of %.0f (%.3f +- %.3f)  %s\n", what,
           figure_name[figure].name, mean, share, n, LEVEL, bound, is_ok ? "ok" : "NOT ACCEPTED");
    fflush(stdout);
    return is_ok;
}

/* How many figures are not covered as often as they should be, the truth shifted by `off` of it. */
static size_t cover_means(const struct study *study, double off)
{
    size_t refused = 0;

    for (enum figure f = 0; f < FIGURES; f++) {
        double expected = (1 + off) * truth(study->queue, f), mean;
        size_t covered = 0, used;

        for (size_t e = 0; e < experiments; e++) {
            double half = sim_interval_t(&study->column[f][e * REPLICATIONS], REPLICATIONS, LEVEL,
                                         &mean, &used);

            covered += fabs(mean - expected) <= half;
        }
        refused += !is_within_bounds(study->queue->what, f, expected, covered);
    }
    return refused;
}

static size_t cover_differences(const struct study *option, const struct study *baseline)
{
    size_t refused = 0;

    for (enum figure f = 0; f < FIGURES; f++) {
        double expected = truth(option->queue, f) - truth(baseline->queue, f);
        size_t covered = 0;

        for (size_t e = 0; e < experiments; e++) {
            struct exp_difference difference;

            exp_paired(&option->column[f][e * REPLICATIONS], &baseline->column[f][e * REPLICATIONS],
                       REPLICATIONS, LEVEL, &difference);
            covered += fabs(difference.mean - expected) <= difference.half_width;
        }
        refused += !is_within_bounds(option->queue->what, f, expected, covered);
    }
    return refused;
}

/* What the same random numbers gain in the figure: variance of the difference of equal
 * replications, over that of replications that have nothing to do with each other. */
static double variance_factor(const struct study *option, const struct study *baseline,
                              enum figure figure)
{
    size_t count = experiments * REPLICATIONS - 1;
    struct exp_difference same, other;

    exp_paired(option->column[figure], baseline->column[figure], count, LEVEL, &same);
    exp_paired(option->column[figure] + 1, baseline->column[figure], count, LEVEL, &other);
    printf("%-26s %-12s variance: same numbers %.3f, others %.3f of the sum of both\n",
           option->queue->what, figure_name[figure].name, same.variance_ratio,
           other.variance_ratio);
    assert_true(fabs(other.variance_ratio - 1) < (experiments >= 1000 ? 0.1 : 0.4));
    return same.variance_ratio;
}

/* ---- tests ---- */

#define TEXTBOOK(name) "scenarios/textbook/" name ".yaml"

static const struct queue one = {"M/M/1 load 0.5", TEXTBOOK("mm1"), 1, 0.5, 1, 120, 10};
static const struct queue faster = {"M/M/1 10 % faster", TEXTBOOK("mm1"), 1, 0.5, 0.9, 120, 10};
static const struct queue four = {"M/M/4 load 0.5", TEXTBOOK("mmc"), 4, 2, 1, 30, 3};
static const struct queue five = {"M/M/5 instead of M/M/4", TEXTBOOK("mmc"), 5, 2, 1, 30, 3};

static void intervals_of_a_single_server_and_of_a_faster_one_cover(void **state)
{
    struct study base = simulate(&one), option = simulate(&faster);

    (void)state;
    assert_int_equal(cover_means(&base, 0), 0);
    assert_int_equal(cover_differences(&option, &base), 0);
    assert_true(variance_factor(&option, &base, WAIT) < 0.15);
    release(&base);
    release(&option);
}

static void intervals_of_four_servers_and_of_one_more_cover(void **state)
{
    struct study base = simulate(&four), option = simulate(&five);

    (void)state;
    assert_int_equal(cover_means(&base, 0), 0);
    assert_int_equal(cover_differences(&option, &base), 0);
    assert_true(variance_factor(&option, &base, WAIT) < 0.6);
    printf("-- the next three are meant to be refused: a truth that is 20 %% off\n");
    assert_int_equal(cover_means(&base, 0.2), FIGURES);
    release(&base);
    release(&option);
}

int main(void)
{
    const char *list = getenv("AIFSIM_ORACLE");
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(intervals_of_a_single_server_and_of_a_faster_one_cover),
        cmocka_unit_test(intervals_of_four_servers_and_of_one_more_cover),
    };

    /* Twenty thousand worlds come and go: do not hand each one's pages back in between. */
    mallopt(M_TRIM_THRESHOLD, 1 << 28);
    mallopt(M_TOP_PAD, 1 << 24);
    longer = list && strcmp(list, "long") == 0 ? 4 : 1;
    experiments = list && strcmp(list, "brief") == 0 ? 100 : 1000;
    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/compare.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "experiments/analysis.h"
#include "models/figures/selector.h"
#include "sim/calendar.h"
#include "tests/support/check.h"
#include "tests/unit/experiments/study.h"

/* A second machine that nobody uses, a faster one, and the same under another name. */
#define STUDY                                                                                      \
    DESK "overrides:\n"                                                                            \
         "  fast: {classes: {work: {run: {exponential: {mean: 0.5 h}}}}}\n"                        \
         "  spare: {sites: {desk: {partitions: {extra: {nodes: 3}}}}}\n"                           \
         "options: {plan: {}, faster: {apply: [fast]}, same: {}, larger: {apply: [spare]}}\n"      \
         "futures: {load: {usual: {}, high: {communities: {visitors: {submit: {rate: 0.9 "         \
         "/h}}}}}}\n"                                                                              \
         "uncertain: {draws: 3, communities.*.submit.rate: {uniform: [0.5 /h, 0.8 /h]}}\n"

enum { PLAN, FASTER, SAME, LARGER, REPLICATIONS = 6 };

struct run {
    struct bench bench;
    struct exp_compare work;
    struct exp_comparison *comparison;
};

static void prepare(struct run *run, const char *text, size_t threads)
{
    bench_must_read(&run->bench, text);
    run->work = (struct exp_compare){.request = &run->bench.request,
                                     .tree = &run->bench.tree,
                                     .study = &run->bench.study,
                                     .threads = threads,
                                     .bind = bench_bind};
    bench_expect_ok(&run->bench, exp_compare_prepare(&run->work, run->bench.arena, &run->comparison,
                                                     &run->bench.errors, NULL));
}

static void begin(struct run *run, const char *text, size_t threads)
{
    prepare(run, text, threads);
    assert_int_equal(exp_compare_run(run->comparison, REPLICATIONS, NULL), SIM_OK);
}

static void end(struct run *run)
{
    exp_comparison_release(run->comparison);
    bench_release(&run->bench);
}

static size_t row_of(const struct run *run, const char *name)
{
    size_t row, rows;

    assert_int_equal(mdl_selector_find(name, run->comparison->figure, run->comparison->figure_count,
                                       &row, 1, &rows, NULL),
                     SIM_OK);
    return row;
}

static void column(const struct run *run, size_t option, size_t world, const char *name,
                   double out[REPLICATIONS])
{
    exp_comparison_column(run->comparison, option, world, row_of(run, name), out);
}

static void worlds_are_the_plan_then_futures_then_draws(void **state)
{
    static const char *const name[] = {"as planned", "load=high", "draw 1", "draw 2", "draw 3"};
    struct run run;

    (void)state;
    prepare(&run, STUDY, 1);
    assert_int_equal(run.comparison->world_count, 5);
    for (size_t w = 0; w < 5; w++)
        assert_string_equal(run.comparison->world[w].name, name[w]);
    assert_int_equal(run.comparison->seed, 7);
    end(&run);
}

/* Equal options give equal bytes; so does a world in which an input takes the same value. */
static void options_meet_the_same_random_numbers(void **state)
{
    double plan[REPLICATIONS], same[REPLICATIONS], faster[REPLICATIONS];
    struct run run;

    (void)state;
    begin(&run, STUDY, 2);
    column(&run, PLAN, 0, "records.submitted", plan);
    column(&run, FASTER, 0, "records.submitted", faster);
    assert_memory_equal(plan, faster, sizeof plan); /* the same arrivals */
    column(&run, PLAN, 0, "wait.mean", plan);
    column(&run, SAME, 0, "wait.mean", same);
    column(&run, FASTER, 0, "wait.mean", faster);
    assert_memory_equal(plan, same, sizeof plan);
    for (size_t r = 0; r < REPLICATIONS; r++) {
        assert_true(faster[r] < plan[r]);
        for (size_t s = 0; s < r; s++)
            assert_true(plan[r] != plan[s]);
    }
    column(&run, PLAN, 1, "wait.mean", same); /* more arrivals, longer waits */
    assert_true(same[0] > plan[0]);
    column(&run, PLAN, 2, "wait.mean", same);
    column(&run, PLAN, 3, "wait.mean", faster);
    assert_true(same[0] != faster[0]); /* draws differ */
    end(&run);
}

static void rows_of_an_option_of_its_own_are_nan_elsewhere(void **state)
{
    double plan[REPLICATIONS], larger[REPLICATIONS];
    struct run run;

    (void)state;
    begin(&run, STUDY, 1);
    column(&run, PLAN, 0, "utilisation{partition=desk.extra}", plan);
    column(&run, LARGER, 0, "utilisation{partition=desk.extra}", larger);
    assert_true(isnan(plan[0]) && larger[0] == 0);
    column(&run, PLAN, 0, "utilisation{partition=desk.machine}", plan);
    column(&run, LARGER, 0, "utilisation{partition=desk.machine}", larger);
    assert_memory_equal(plan, larger, sizeof plan);
    /* those of the baseline come first, in its order */
    assert_true(row_of(&run, "utilisation{partition=desk.extra}") >
                row_of(&run, "utilisation{partition=desk.machine}"));
    end(&run);
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    struct run one, four;
    size_t cells;

    (void)state;
    begin(&one, STUDY, 1);
    begin(&four, STUDY, 4);
    cells = 4 * one.comparison->world_count * REPLICATIONS * one.comparison->figure_count;
    assert_memory_equal(one.comparison->value, four.comparison->value,
                        cells * sizeof *one.comparison->value);
    end(&one);
    end(&four);
}

static void an_item_alone_gives_what_it_gave_among_all(void **state)
{
    struct run run;
    double *alone;

    (void)state;
    begin(&run, STUDY, 2);
    alone = malloc(2 * run.comparison->figure_count * sizeof *alone);
    assert_non_null(alone);
    assert_int_equal(exp_compare_run_item(run.comparison, FASTER, 3, 4, 2, alone, NULL), SIM_OK);
    assert_memory_equal(
        alone, exp_comparison_item(run.comparison, FASTER, 3) + 4 * run.comparison->figure_count,
        2 * run.comparison->figure_count * sizeof *alone);
    free(alone);
    end(&run);
}

static void refuses_hme(const char *text)
{
    struct run run;

    bench_must_read(&run.bench, text);
    run.work = (struct exp_compare){.request = &run.bench.request,
                                    .tree = &run.bench.tree,
                                    .study = &run.bench.study,
                                    .bind = bench_bind};
    assert_int_equal(
        exp_compare_prepare(&run.work, run.bench.arena, &run.comparison, &run.bench.errors, NULL),
        SIM_ESCHEMA);
    assert_null(run.comparison);
    assert_int_equal(run.bench.errors.count, 1);
    assert_int_equal(run.bench.errors.error[0].line, 10);
    assert_non_null(strstr(run.bench.errors.error[0].message, "'hme'"));
    bench_release(&run.bench);
}

static void mistakes_are_told_before_anything_runs(void **state)
{
    (void)state;
    refuses_hme(DESK "options: {plan: {}}\n"
                     "futures: {load: {usual: {}, odd: {broker: {rule: hme}}}}\n");
    refuses_hme(DESK "options: {plan: {}}\n"
                     "overrides: {odd: {broker: {rule: hme}}}\n"); /* of no option */
}

/* ---- what it says ---- */

static const struct exp_analysis *analyse(struct run *run, struct exp_key key[EXP_KEYS_MAX])
{
    struct exp_analysis *analysis;
    size_t count;

    assert_int_equal(exp_keys_read(run->bench.tree.root, run->comparison->figure,
                                   run->comparison->figure_count, key, &count, &run->bench.errors),
                     SIM_OK);
    assert_int_equal(exp_analyse(run->comparison, key, count, run->bench.arena, &analysis, NULL),
                     SIM_OK);
    return analysis;
}

static const struct exp_judgement *judgement(const struct exp_analysis *analysis, size_t option,
                                             size_t key)
{
    return &analysis->judgement[option * analysis->key_count + key];
}

static void verdicts_follow_the_differences_that_matter(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    struct run run;

    (void)state;
    begin(&run,
          STUDY "matters: {wait.mean: 10 min, \"utilisation{partition=desk.machine}\": 99 %}\n", 2);
    analysis = analyse(&run, key);
    assert_int_equal(analysis->key_count, 2);
    assert_int_equal(analysis->comparisons, 3 * 2); /* options but the baseline, by figures */
    check_near(key[0].matters, 1 / 6.0, 1e-12);
    assert_int_equal(judgement(analysis, FASTER, 0)->verdict, EXP_BETTER);
    check_near(judgement(analysis, FASTER, 0)->sign_share, 1, 1e-12);
    /* wider than alone, for there are six of them */
    assert_true(judgement(analysis, FASTER, 0)->difference.adjusted_half_width >
                1.1 * judgement(analysis, FASTER, 0)->difference.half_width);
    /* lower use, but by less than what matters */
    assert_true(judgement(analysis, FASTER, 1)->difference.mean < -0.2);
    assert_int_equal(judgement(analysis, FASTER, 1)->verdict, EXP_OPEN);
    assert_int_equal(judgement(analysis, SAME, 0)->verdict, EXP_OPEN);
    assert_true(judgement(analysis, FASTER, 0)->is_kept);
    assert_false(judgement(analysis, PLAN, 0)->is_kept);
    end(&run);
}

static void regret_is_what_an_option_loses_in_each_world(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    struct run run;
    size_t worlds;

    (void)state;
    begin(&run, STUDY "matters: {wait.mean: 10 min}\n", 2);
    analysis = analyse(&run, key);
    worlds = analysis->world_count;
    for (size_t w = 0; w < worlds; w++) {
        assert_true(analysis->regret[FASTER * worlds + w] == 0);
        check_near(analysis->regret[PLAN * worlds + w],
                   analysis->mean[PLAN * worlds + w] - analysis->mean[FASTER * worlds + w], 1e-9);
    }
    check_near(analysis->robustness[PLAN].measure[EXP_MINIMAX_REGRET],
               analysis->regret[PLAN * worlds + 1], 1e-12); /* the high load is the worst */
    assert_true(analysis->is_front[FASTER] && !analysis->is_front[PLAN]);
    end(&run);
}

static void a_standard_list_is_judged_where_nothing_is_declared(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    struct run run;

    (void)state;
    begin(&run, STUDY, 2);
    analysis = analyse(&run, key);
    assert_true(analysis->key_count >= 2);
    assert_string_equal(run.comparison->figure[key[0].figure].name, "wait");
    assert_false(key[0].is_declared);
    end(&run);
}

/* Three times what the server can do: most have not started at the end. */
#define FLOODED                                                                                    \
    DESK "overrides:\n"                                                                            \
         "  flood: {communities: {visitors: {submit: {rate: 3 /h}}}}\n"                            \
         "options: {plan: {}, flooded: {apply: [flood]}}\n"                                        \
         "matters: {wait.p95: 1 h, wait.p50: 1 h}\n"

static void what_lies_beyond_the_last_start_is_a_bound_and_leaves_it_open(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    const struct exp_judgement *flooded;
    double value[REPLICATIONS], difference[REPLICATIONS];
    struct run run;
    size_t row;

    (void)state;
    begin(&run, FLOODED, 2);
    analysis = analyse(&run, key);
    flooded = judgement(analysis, FASTER, 0);
    row = row_of(&run, "wait.p95");
    assert_in_range(exp_comparison_bounds(run.comparison, FASTER, 0, row), 1, REPLICATIONS);
    assert_int_equal(exp_comparison_bounds(run.comparison, PLAN, 0, row), 0);
    assert_true(exp_comparison_column(run.comparison, FASTER, 0, row, value));
    assert_true(isnan(value[0]));
    assert_true(flooded->bound > 100 && isnan(flooded->mean) && isnan(flooded->difference.mean));
    assert_int_equal(flooded->verdict, EXP_OPEN);
    assert_true(flooded->is_kept);
    assert_true(isnan(judgement(analysis, PLAN, 0)->bound));
    assert_int_equal(exp_compare_with(run.comparison, &run.bench.study.option[FASTER].patch[0],
                                      FASTER, row, 2, difference, NULL),
                     SIM_OK);
    assert_true(isnan(difference[0]) && isnan(difference[1]));
    end(&run);
}

static void one_bound_among_values_takes_the_mean_with_it(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    struct run run;
    size_t row;

    (void)state;
    begin(&run, STUDY "matters: {wait.p95: 1 h}\n", 1);
    row = row_of(&run, "wait.p95");
    run.comparison->beyond[2 * run.comparison->figure_count + row] = 1; /* of the plan */
    analysis = analyse(&run, key);
    assert_true(isnan(judgement(analysis, PLAN, 0)->mean));
    assert_true(judgement(analysis, PLAN, 0)->bound > 0);
    assert_int_equal(judgement(analysis, FASTER, 0)->verdict, EXP_OPEN);
    end(&run);
}

/* A machine without accelerators has no use of accelerators: nothing is traded for that. */
static void a_figure_that_no_option_has_leaves_the_front_to_the_others(void **state)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    struct run run;

    (void)state;
    begin(&run, STUDY "matters: {utilisation: 1 %, wait.mean: 10 min}\n", 2);
    analysis = analyse(&run, key);
    assert_true(isnan(judgement(analysis, PLAN, 0)->mean));
    assert_true(analysis->pareto_count == 1 && analysis->pareto_key[0] == 1);
    assert_true(analysis->is_front[FASTER] && !analysis->is_front[PLAN]);
    end(&run);
}

/* The figure of use is the mean over the nine periods of the track. */
static void assert_use(const char *text, size_t option, const char *figure)
{
    struct exp_key key[EXP_KEYS_MAX];
    const struct exp_analysis *analysis;
    const struct exp_periods *periods;
    double use[REPLICATIONS], sum = 0, mean = 0, waiting = 0;
    struct run run;

    begin(&run, text, 2);
    analysis = analyse(&run, key);
    periods = &run.comparison->periods;
    column(&run, option, 0, figure, use);
    for (size_t r = 0; r < REPLICATIONS; r++)
        mean += use[r] / REPLICATIONS;
    assert_int_equal(periods->count, 9); /* eight weeks and four days */
    for (size_t p = 0; p < periods->count; p++) {
        const struct exp_track_mean *track =
            &analysis->track[(option * periods->count + p) * EXP_TRACKS];

        sum += (double)(periods->start_days[p + 1] - periods->start_days[p]) *
               track[EXP_TRACK_USE].mean;
        waiting += track[EXP_TRACK_WAITING].mean;
        assert_true(track[EXP_TRACK_USE].half_width > 0);
    }
    check_near(sum / 60, mean, 1e-6);
    assert_true(waiting > 0);
    end(&run);
}

static void periods_sum_to_the_window(void **state)
{
    (void)state;
    assert_use(STUDY, FASTER, "utilisation{partition=desk.machine}");
}

/* One in seven slices that nobody uses, and one that is given whole: each is one accelerator. */
static void periods_count_accelerators_and_not_their_slices(void **state)
{
    (void)state;
    assert_use("aifsim: 1\nname: desk\n"
               "horizon: {start: 2026-01-01, end: 2026-03-02}\n"
               "accelerators: {gpu: {vendor: none}}\n"
               "sites: {desk: {country: IS, partitions: {"
               "whole: {nodes: 1, gpus_per_node: 1, accelerator: gpu, policy: fcfs}, "
               "sliced: {nodes: 1, gpus_per_node: 1, slices_per_gpu: 7, allocation: gpu, "
               "accelerator: gpu, policy: fcfs}}}}\n"
               "classes: {work: {run: {exponential: {mean: 1 h}}, walltime: exact}}\n"
               "communities: {visitors: {country: IS, kind: academia, submit: {rate: 0.75 /h, "
               "home: {desk.whole: 100 %}, classes: {work: 100 %}}}}\n"
               "broker: {rule: home}\n"
               "options: {plan: {}}\n",
               0, "utilisation");
}

static void long_windows_have_calendar_months(void **state)
{
    static const char *const first[] = {"2026-11-15", "2026-12-01", "2027-01-01"};
    struct sim_arena *arena = sim_arena_create(0);
    struct exp_periods periods;
    int64_t start, end_days, days;

    (void)state;
    assert_int_equal(sim_date_parse(first[0], &start, NULL), SIM_OK);
    assert_int_equal(sim_date_parse("2027-11-02", &end_days, NULL), SIM_OK);
    assert_int_equal(exp_periods_make(start, end_days, arena, &periods, NULL), SIM_OK);
    assert_false(periods.is_weekly);
    assert_int_equal(periods.count, 13);
    for (size_t p = 0; p < 3; p++) {
        assert_int_equal(sim_date_parse(first[p], &days, NULL), SIM_OK);
        assert_int_equal(periods.start_days[p], days);
    }
    assert_int_equal(periods.start_days[13], end_days);
    sim_arena_destroy(arena);
}

static void mistakes_in_matters_have_their_places(void **state)
{
    static const struct {
        const char *text, *message;
    } wrong[] = {
        {"matters: {wait.men: 3 h}\n",
         "matters: there is no figure 'wait.men'; did you mean 'wait.mean'?"},
        {"matters: {wait.mean: 3 MW}\n",
         "matters: '3 MW' is not a duration; write for example '3 ms'"},
        {"matters: {wait.mean: -3 h}\n", "matters: a difference that counts is not below 0"},
        {"matters: {wait.mean: [1]}\n", "matters: the smallest difference that counts belongs "
                                        "here; write for example '2 h'"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct exp_key key[EXP_KEYS_MAX];
        char text[2048];
        struct run run;
        size_t count;

        snprintf(text, sizeof text, "%s%s", wrong[i].text, DESK);
        prepare(&run, text, 1);
        assert_int_equal(exp_keys_read(run.bench.tree.root, run.comparison->figure,
                                       run.comparison->figure_count, key, &count,
                                       &run.bench.errors),
                         SIM_ESCHEMA);
        assert_int_equal(run.bench.errors.count, 1);
        assert_string_equal(run.bench.errors.error[0].message, wrong[i].message);
        assert_int_equal(run.bench.errors.error[0].line, 1);
        assert_int_equal(run.bench.errors.error[0].column, 11);
        end(&run);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(worlds_are_the_plan_then_futures_then_draws),
        cmocka_unit_test(options_meet_the_same_random_numbers),
        cmocka_unit_test(rows_of_an_option_of_its_own_are_nan_elsewhere),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(an_item_alone_gives_what_it_gave_among_all),
        cmocka_unit_test(mistakes_are_told_before_anything_runs),
        cmocka_unit_test(verdicts_follow_the_differences_that_matter),
        cmocka_unit_test(regret_is_what_an_option_loses_in_each_world),
        cmocka_unit_test(a_standard_list_is_judged_where_nothing_is_declared),
        cmocka_unit_test(what_lies_beyond_the_last_start_is_a_bound_and_leaves_it_open),
        cmocka_unit_test(one_bound_among_values_takes_the_mean_with_it),
        cmocka_unit_test(a_figure_that_no_option_has_leaves_the_front_to_the_others),
        cmocka_unit_test(periods_sum_to_the_window),
        cmocka_unit_test(periods_count_accelerators_and_not_their_slices),
        cmocka_unit_test(long_windows_have_calendar_months),
        cmocka_unit_test(mistakes_in_matters_have_their_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/crossings.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/check.h"
#include "tests/unit/experiments/study.h"

/* Two servers that take 90 min each against one that takes an hour. */
#define PAIR                                                                                       \
    DESK "overrides: {pair: {sites: {desk: {partitions: {machine: {nodes: 2}}}}, classes: {work: " \
         "{run: {exponential: {mean: 90 min}}}}}, fast: {classes: {work: {run: {exponential: "     \
         "{mean: 30 min}}}}}}\n"                                                                   \
         "options: {plan: {}, pair: {apply: pair}, fast: {apply: fast}}\n"

enum { REPLICATIONS = 20 };

struct run {
    struct bench bench;
    struct exp_compare work;
    struct exp_comparison *comparison;
    struct exp_crossing_of *crossing;
    size_t count;
};

static enum sim_status begin(struct run *run, const char *questions)
{
    char text[4096];

    snprintf(text, sizeof text, "%s%s", questions, PAIR);
    bench_must_read(&run->bench, text);
    run->work = (struct exp_compare){.request = &run->bench.request,
                                     .tree = &run->bench.tree,
                                     .study = &run->bench.study,
                                     .threads = 2,
                                     .bind = bench_bind};
    bench_expect_ok(&run->bench, exp_compare_prepare(&run->work, run->bench.arena, &run->comparison,
                                                     &run->bench.errors, NULL));
    return exp_crossings_read(&run->bench.request, &run->bench.tree, run->comparison,
                              &run->crossing, &run->count, &run->bench.errors);
}

static void end(struct run *run)
{
    exp_comparison_release(run->comparison);
    bench_release(&run->bench);
}

/* 1.5 / (1 - (0.75 r)^2) = 1 / (1 - r) an hour at r = 0.3905; M/M/2 with service of 30 min is
 * ahead everywhere. Kleinrock, Queueing Systems I, sections 3.2 and 3.5. */
static void the_value_is_that_of_theory(void **state)
{
    const struct exp_breakeven_point *point;
    struct run run;

    (void)state;
    assert_int_equal(begin(&run, "breakeven:\n"
                                 "  - {input: communities.visitors.submit.rate, between: [0.1 /h, "
                                 "0.8 /h], figure: job_lead.mean, option: pair}\n"
                                 "  - {input: communities.*.submit.rate, between: [0.1 /h, "
                                 "0.8 /h], figure: job_lead.mean, option: fast}\n"),
                     SIM_OK);
    assert_int_equal(run.count, 2);
    assert_string_equal(run.crossing[0].unit, "/h");
    check_near(run.crossing[0].scale, 1 / 3600.0, 1e-12);
    check_near(run.crossing[0].low, 0.1 / 3600, 1e-12);
    assert_int_equal(exp_crossings_run(run.comparison, run.crossing, run.count, REPLICATIONS,
                                       run.bench.arena, NULL),
                     SIM_OK);
    point = &run.crossing[0].point;
    assert_int_equal(point->crossing, EXP_CROSSES_ONCE);
    assert_true(point->low < 0.3905 / 3600 && point->high > 0.3905 / 3600);
    assert_true(point->high - point->low < 0.1 / 3600);
    assert_true(point->at_low > 0 && point->at_high < 0);
    assert_int_equal(run.crossing[1].point.crossing, EXP_CROSSES_NEVER);
    end(&run);
}

static void refuses(const char *questions, const char *message)
{
    struct run run;

    assert_int_equal(begin(&run, questions), SIM_ESCHEMA);
    assert_string_equal(run.bench.errors.error[0].message, message);
    assert_int_equal(run.bench.errors.error[0].line, 1);
    end(&run);
}

static void mistakes_have_their_places(void **state)
{
    (void)state;
    refuses("breakeven: {input: seed}\n", "breakeven: a list of at most 16 questions belongs here");
    refuses("breakeven: [{input: broker.rule, between: [1, 2], figure: wait.mean, option: pair}]\n",
            "breakeven.broker.rule: there is no such key, or it is no number; write a path like "
            "'communities.*.submit.growth'");
    refuses("breakeven: [{input: seed, between: [1], figure: wait.mean, option: pair}]\n",
            "breakeven: 'between' takes two values; write for example [1 /d, 9 /d]");
    refuses("breakeven: [{input: seed, between: [1, 2], figure: wait.men, option: pair}]\n",
            "breakeven: there is no figure 'wait.men'; did you mean 'wait.mean'?");
    refuses("breakeven: [{input: seed, between: [1, 2], figure: wait.mean, option: plan}]\n",
            "breakeven: 'plan' is the baseline itself");
    refuses("breakeven: [{input: seed, between: [1, 2], figure: wait.mean, option: pare}]\n",
            "breakeven: 'pare': the scenario has the options plan, pair, fast");
    refuses("breakeven: [{input: seed, between: [1, 2], figure: "
            "'capacity.lost{cause=blocked|no_demand,partition=desk.machine}', option: pair}]\n",
            "breakeven: 'capacity.lost{cause=blocked|no_demand,partition=desk.machine}' is more "
            "than one figure; name one");
    refuses("breakeven: [{input: seed, betwen: [1, 2], between: [1, 2], figure: wait.mean, option: "
            "pair}]\n",
            "breakeven: unknown key 'betwen'; known are input, between, figure, option");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_value_is_that_of_theory),
        cmocka_unit_test(mistakes_have_their_places),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

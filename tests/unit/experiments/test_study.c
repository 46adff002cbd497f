/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/study.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/experiments/study.h"

#define TWO_NODES                                                                                  \
    "overrides: {two: {sites: {desk: {partitions: {machine: {nodes: 2}}}}},\n"                     \
    "  slow: {classes: {work: {run: {exponential: {mean: 2 h}}}}}}\n"

static void a_scenario_without_options_is_a_study_of_one(void **state)
{
    struct bench bench;

    (void)state;
    bench_must_read(&bench, DESK);
    assert_false(bench.study.is_given);
    assert_string_equal(bench.study.question, "");
    assert_int_equal(bench.study.option_count, 1);
    assert_string_equal(bench.study.option[0].name, "as-is");
    assert_int_equal(bench.study.axis_count, 0);
    assert_int_equal(bench.study.future_count, 1);
    assert_int_equal(bench.study.draw_count, 1);
    bench_release(&bench);
}

static void options_name_overrides_and_the_baseline_is_one_of_them(void **state)
{
    const struct exp_option *option;
    struct bench bench;

    (void)state;
    bench_must_read(
        &bench, DESK TWO_NODES
        "question: Are two better than one?\n"
        "baseline: plan\n"
        "options:\n"
        "  both: {title: \"Two slow nodes\", description: why not, apply: [two, slow]}\n"
        "  plan: {}\n"
        "  pair: {apply: two}\n"
        "  source: nobody's\n");
    option = bench.study.option;
    assert_true(bench.study.is_given);
    assert_string_equal(bench.study.question, "Are two better than one?");
    assert_int_equal(bench.study.option_count, 3);
    assert_int_equal(bench.study.baseline, 1);
    assert_string_equal(option[0].title, "Two slow nodes");
    assert_string_equal(option[0].description, "why not");
    assert_int_equal(option[0].apply_count, 2);
    assert_string_equal(option[0].apply[0], "two");
    assert_string_equal(option[0].apply[1], "slow");
    assert_string_equal(option[0].patch[1].label, "option both");
    assert_string_equal(option[1].title, "plan");
    assert_int_equal(option[1].apply_count, 0);
    assert_int_equal(option[2].apply_count, 1);
    bench_release(&bench);
}

static void the_first_option_is_the_baseline_where_none_is_named(void **state)
{
    struct bench bench;

    (void)state;
    bench_must_read(&bench, DESK "options: {a: {}, b: {}}\n");
    assert_int_equal(bench.study.baseline, 0);
    bench_release(&bench);
}

static void futures_are_all_combinations_the_last_axis_running_fastest(void **state)
{
    static const char *const name[] = {"growth=low, help=few", "growth=low, help=usual",
                                       "growth=usual, help=few", "growth=usual, help=usual"};
    struct bench bench;

    (void)state;
    bench_must_read(&bench, DESK "futures:\n"
                                 "  growth: {low: {seed: 1}, usual: {}}\n"
                                 "  help: {few: {seed: 2}, usual: {}}\n");
    assert_int_equal(bench.study.axis_count, 2);
    assert_int_equal(bench.study.future_count, 4);
    for (size_t f = 0; f < 4; f++) {
        assert_string_equal(bench.study.future[f].name, name[f]);
        assert_int_equal(bench.study.future[f].is_central, f == 3);
    }
    bench_release(&bench);
}

/* The seed that comes out of the patches of an item. */
static int64_t seed_of(struct bench *bench, size_t option, size_t future, size_t draw)
{
    struct scn_request request = bench->request;
    struct scn_scenario scenario;
    struct mdl_config config;
    struct scn_reader reader;

    memset(&config, 0, sizeof config);
    scn_reader_init(&reader, bench->arena, &bench->errors);
    assert_int_equal(exp_study_patches(&bench->study, &reader, bench->tree.root, 7, option, future,
                                       draw, &request.patches, &request.patch_count),
                     SIM_OK);
    bench_expect_ok(bench, scn_bind(&request, &bench->tree, &config, &scenario, &bench->errors));
    return config.seed;
}

static void a_later_patch_wins_and_sets_win_over_all(void **state)
{
    static const char *const sets[] = {"seed=5"};
    struct bench bench;
    int64_t first;

    (void)state;
    bench_must_read(&bench,
                    DESK "overrides: {one: {seed: 1}, two: {seed: 2}}\n"
                         "options: {plan: {}, ab: {apply: [one, two]}, ba: {apply: [two, one]}}\n"
                         "futures: {luck: {good: {seed: 3}, usual: {}}}\n"
                         "uncertain: {draws: 4, seed: {uniform: [1000, 2000000]}}\n");
    assert_int_equal(seed_of(&bench, 0, EXP_CENTRAL, EXP_NO_DRAW), 7);
    assert_int_equal(seed_of(&bench, 1, EXP_CENTRAL, EXP_NO_DRAW), 2);
    assert_int_equal(seed_of(&bench, 2, EXP_CENTRAL, EXP_NO_DRAW), 1);
    assert_int_equal(seed_of(&bench, 2, 1, EXP_NO_DRAW), 1); /* the usual future */
    assert_int_equal(seed_of(&bench, 2, 0, EXP_NO_DRAW), 3);
    first = seed_of(&bench, 2, 0, 0);
    assert_true(first >= 1000);
    assert_int_equal(seed_of(&bench, 0, EXP_CENTRAL, 0), first); /* the same for every option */
    assert_true(seed_of(&bench, 0, EXP_CENTRAL, 1) != first);
    bench.request.sets = sets;
    bench.request.set_count = 1;
    assert_int_equal(seed_of(&bench, 2, 0, 0), 5);
    bench_release(&bench);
}

static void an_unknown_option_is_refused_with_those_there_are(void **state)
{
    struct sim_error err = {.status = SIM_OK};
    struct bench bench;
    size_t index = 9;

    (void)state;
    bench_must_read(&bench, DESK "options: {a: {}, b: {}}\n");
    assert_int_equal(exp_study_option(&bench.study, "b", &index, &err), SIM_OK);
    assert_int_equal(index, 1);
    assert_int_equal(exp_study_option(&bench.study, "c", &index, &err), SIM_EUSAGE);
    assert_string_equal(err.message, "--option 'c': the scenario has the options a, b");
    bench_release(&bench);
    bench_must_read(&bench, DESK);
    assert_int_equal(exp_study_option(&bench.study, "a", &index, &err), SIM_EUSAGE);
    assert_string_equal(err.message, "--option 'a': the scenario has no options");
    bench_release(&bench);
}

static void changes_of_an_option_are_told_key_by_key(void **state)
{
    static const char *const expected[][2] = {
        {"sites.desk.partitions.machine.nodes", "2"},
        {"sites.desk.partitions.machine.policy", "easy"},
        {"classes.work.run.empirical", "[1 h, {a: 2}]"},
    };
    const struct exp_change *change;
    struct bench bench;
    size_t count;

    (void)state;
    bench_must_read(&bench, DESK
                    "overrides:\n"
                    "  two: {sites: {desk: {partitions: {machine: {nodes: 2, policy: easy, source: "
                    "x}}}}}\n"
                    "  odd: {classes: {work: {run: {empirical: [1 h, {a: 2}]}}}}\n"
                    "options: {both: {apply: [two, odd]}, none: {}}\n");
    assert_int_equal(exp_option_changes(&bench.study.option[0], bench.arena, &change, &count, NULL),
                     SIM_OK);
    assert_int_equal(count, 3);
    for (size_t i = 0; i < count; i++) {
        assert_string_equal(change[i].path, expected[i][0]);
        assert_string_equal(change[i].value, expected[i][1]);
    }
    assert_int_equal(exp_option_changes(&bench.study.option[1], bench.arena, &change, &count, NULL),
                     SIM_OK);
    assert_int_equal(count, 0);
    bench_release(&bench);
}

static void overrides_of_no_option_are_told_apart(void **state)
{
    struct bench bench;

    (void)state;
    bench_must_read(&bench, DESK TWO_NODES "options: {plan: {}, slower: {apply: slow}}\n");
    assert_int_equal(bench.study.unused_count, 1);
    assert_string_equal(bench.study.unused[0].node->key->text, "two");
    bench_release(&bench);
}

/* ---- mistakes ---- */

static void refuses(const char *text, size_t line, size_t column, const char *message)
{
    struct bench bench;
    char whole[4096];

    snprintf(whole, sizeof whole, "%s%s", text, DESK);
    assert_int_equal(bench_read(&bench, whole), SIM_ESCHEMA);
    assert_int_equal(bench.errors.count, 1);
    assert_string_equal(bench.errors.error[0].message, message);
    assert_int_equal(bench.errors.error[0].line, line);
    assert_int_equal(bench.errors.error[0].column, column);
    bench_release(&bench);
}

static void every_mistake_has_its_place_and_what_would_be_right(void **state)
{
    (void)state;
    refuses("overrides: {many: {}}\noptions: {a: {apply: [mny]}}\n", 2, 23,
            "'mny' is not one of `overrides`; did you mean 'many'?");
    refuses("options: {plan: {}}\nbaseline: plann\n", 2, 11,
            "baseline: 'plann' is not one of `options`; did you mean 'plan'?");
    refuses("options: {plan: {aply: []}}\n", 1, 18,
            "options.plan: unknown key 'aply'; known are title, description, apply, source, "
            "quality, note; what the option changes stands in `overrides`");
    refuses("options: {plan: 3}\n", 1, 11,
            "options.plan: a mapping belongs here; write for example {title: \"Links first\", "
            "apply: [more-links]}");
    refuses("options: [plan]\n", 1, 1,
            "options: a mapping belongs here; write for example {plan: {}, links-first: {apply: "
            "[more-links]}}");
    refuses("overrides: {a: 3}\n", 1, 13,
            "overrides.a: a mapping of keys of the scenario belongs here; write for example "
            "{sites: {lumi: {partitions: {lumi_g: {nodes: 3000}}}}}");
    refuses("futures: {growth: {}}\n", 1, 11,
            "futures.growth: a mapping of levels belongs here; write for example {low: {...}, "
            "central: {}}");
    refuses("uncertain: {draws: 0}\n", 1, 13,
            "uncertain.draws: a whole number from 1 to 1000 belongs here");
    refuses("uncertain: {communities.*.submit.rat: {uniform: [1 /h, 2 /h]}}\n", 1, 13,
            "uncertain.communities.*.submit.rat: there is no such key, or it is no number; write a "
            "path like 'communities.*.submit.growth'");
    refuses("question: [a]\n", 1, 1, "'question' is text for people, on one line");
}

static void too_many_combinations_of_futures_are_refused(void **state)
{
    char text[4096] = "futures:\n", message[100];

    (void)state;
    for (int axis = 0; axis < 3; axis++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "  axis%d: {", axis);
        for (int level = 0; level < 7; level++)
            snprintf(text + strlen(text), sizeof text - strlen(text), "%sl%d: {}",
                     level ? ", " : "", level);
        strcat(text, "}\n");
    }
    snprintf(message, sizeof message, "futures: more than %d combinations of levels",
             EXP_FUTURES_MAX);
    refuses(text, 1, 1, message);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_scenario_without_options_is_a_study_of_one),
        cmocka_unit_test(options_name_overrides_and_the_baseline_is_one_of_them),
        cmocka_unit_test(the_first_option_is_the_baseline_where_none_is_named),
        cmocka_unit_test(futures_are_all_combinations_the_last_axis_running_fastest),
        cmocka_unit_test(a_later_patch_wins_and_sets_win_over_all),
        cmocka_unit_test(an_unknown_option_is_refused_with_those_there_are),
        cmocka_unit_test(changes_of_an_option_are_told_key_by_key),
        cmocka_unit_test(overrides_of_no_option_are_told_apart),
        cmocka_unit_test(every_mistake_has_its_place_and_what_would_be_right),
        cmocka_unit_test(too_many_combinations_of_futures_are_refused),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

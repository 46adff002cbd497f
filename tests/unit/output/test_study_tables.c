/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study_tables.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/output/study.h"

static void assert_sentence(const struct study_fixture *f, size_t key, const char *expected)
{
    struct out_text text = {0};

    out_study_sentence(&text, &f->study, 0, key);
    assert_string_equal(text.bytes, expected);
    out_text_release(&text);
}

static void assert_best(const struct study_fixture *f, size_t key, const char *expected)
{
    struct out_text text = {0};

    out_study_best(&text, &f->study, key);
    assert_string_equal(text.bytes, expected);
    out_text_release(&text);
}

static void a_sentence_says_what_was_computed(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    assert_sentence(&f, 0,
                    "wait.mean: A faster one is better than As it is by -8.60 ±0.60 h (-96 %), "
                    "with this sign in 3 of 3 worlds");
    assert_sentence(&f, 1,
                    "utilisation{site=desk}: A faster one is worse than As it is by -45.0 ±2.0 % "
                    "(-50 %), with this sign in 3 of 3 worlds");
    f.verdict[0] = "leans better";
    f.sign_share[0] = 2.0 / 3;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one leans better than As it is by -8.60 ±0.60 h "
                    "(-96 %), with this sign in 2 of 3 worlds");
    f.verdict[0] = "open";
    f.sign_share[0] = 1.0 / 3;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: open: the sign of the difference "
                    "holds in 1 of 3 worlds only (-8.60 ±0.60 h (-96 %) as planned)");
    f.matters[0] = 9;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: differ by less than what matters "
                    "(-8.60 ±0.60 h (-96 %), what counts is 9.00 h)");
    f.adjusted[0] = 10;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: cannot be told apart (difference "
                    "-9 ±10 h (-96 %))");
    f.difference[0] = f.adjusted[0] = 0;
    assert_sentence(&f, 0, "wait.mean: A faster one and As it is: equal in every replication");
    f.difference[0] = NAN;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: one of the two has no such figure");
    f.mean[0] = f.mean[2] = NAN;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: neither of the two has such a figure");
    f.bound[2] = 30;
    assert_sentence(&f, 0,
                    "wait.mean: A faster one and As it is: open: so many had not started at the "
                    "end that the figure is only known to be larger than the longest seen (As it "
                    "is > 30.0 h)");
    f.judged[1] = 0;
    assert_sentence(&f, 1,
                    "utilisation{site=desk}: A faster one differs by -45.0 ±2.0 % (-50 %); "
                    "neither way is better");
}

static void the_best_are_those_that_cannot_be_told_from_it(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    assert_best(&f, 0, "Best: A faster one.");
    assert_best(&f, 1, "Best: As it is.");
    f.kept[2] = 1;
    assert_best(&f, 0, "No option can be told from the best.");
    f.mean[0] = f.mean[2] = NAN;
    assert_best(&f, 0, "No option has this figure.");
    f.judged[0] = 0;
    assert_best(&f, 0, "Nothing is best: neither way is better.");
}

/* Values as the figure is better, regrets always small. */
static void a_rule_chooses_by_its_own_measure(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    for (size_t m = 0; m < M; m++) {
        f.robustness[(0 * O + 0) * M + m] = 1;
        f.robustness[(0 * O + 1) * M + m] = 2;
        f.robustness[(1 * O + 0) * M + m] = 1;
        f.robustness[(1 * O + 1) * M + m] = 2;
    }
    assert_int_equal(out_study_choice(&f.study, 0, 0), 0); /* maximin of a wait: the shorter */
    assert_int_equal(out_study_choice(&f.study, 1, 0), 1); /* of a use: the higher */
    assert_int_equal(out_study_choice(&f.study, 1, 1), 0); /* regret: the smaller */
    assert_int_equal(out_study_choice(&f.study, 0, 3), 1); /* satisficing: in more worlds */
    for (size_t o = 0; o < O; o++)
        f.robustness[o * M + 2] = NAN;
    assert_int_equal(out_study_choice(&f.study, 0, 2), O);
}

static void assert_breakeven(const struct study_fixture *f, const char *expected)
{
    struct out_text text = {0};

    out_study_breakeven(&text, &f->study, 0);
    assert_string_equal(text.bytes, expected);
    out_text_release(&text);
}

static void a_break_even_says_where_or_that_there_is_none(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    assert_breakeven(&f, "wait.mean: A faster one and As it is are equal at classes.work.run 60.0 "
                         "min (55.0 to above that), looked for from 10.0 to 90.0 min");
    f.study.breakeven_answer = (const char *const[]){"never"};
    assert_breakeven(&f, "wait.mean: A faster one and As it is keep their order wherever it was "
                         "looked, with classes.work.run from 10.0 to 90.0 min");
    f.study.breakeven_answer = (const char *const[]){"often"};
    assert_breakeven(&f, "wait.mean: A faster one and As it is are equal more than once, with "
                         "classes.work.run from 10.0 to 90.0 min");
    f.study.breakeven_answer = (const char *const[]){"along"};
    f.study.breakeven_high = (const double[]){70};
    assert_breakeven(&f, "wait.mean: A faster one and As it is are equal with classes.work.run "
                         "from 55.0 to 70.0 min, looked for from 10.0 to 90.0 min");
}

static void the_baseline_is_shown_first(void **state)
{
    struct study_fixture f;
    char *text = NULL;
    size_t bytes;
    FILE *file = open_memstream(&text, &bytes);

    (void)state;
    fixture_fill(&f);
    assert_non_null(file);
    assert_int_equal(out_print_study(file, &f.study, NULL), SIM_OK);
    fclose(file);
    assert_non_null(strstr(text, "As it is (baseline)"));
    assert_true(strstr(text, "As it is (baseline)") < strstr(text, "A faster one "));
    assert_non_null(strstr(text, "3 worlds: as planned, 1 other future, 1 draw of uncertain "
                                 "inputs"));
    assert_non_null(strstr(text, "over 2 comparisons"));
    free(text);
    assert_int_equal(out_study_nth(&f.study, 0), 1);
    assert_int_equal(out_study_nth(&f.study, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_sentence_says_what_was_computed),
        cmocka_unit_test(the_best_are_those_that_cannot_be_told_from_it),
        cmocka_unit_test(a_rule_chooses_by_its_own_measure),
        cmocka_unit_test(a_break_even_says_where_or_that_there_is_none),
        cmocka_unit_test(the_baseline_is_shown_first),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/study_plots.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "output/page.h"
#include "tests/unit/output/study.h"

enum { WORLDS = 1, REGRET = 3, SPREAD = 4, PLOTS = 6 };

static char dir[] = "/tmp/aifsim-study-plots-XXXXXX", file[80], titles[PLOTS][512];
static size_t told;

static int set_up(void **state)
{
    (void)state;
    strcpy(dir + sizeof dir - 7, "XXXXXX");
    told = 0;
    if (!mkdtemp(dir))
        return -1;
    snprintf(file, sizeof file, "%s/study.h5", dir);
    return 0;
}

static int tear_down(void **state)
{
    char command[128];

    (void)state;
    snprintf(command, sizeof command, "rm -r '%s'", dir);
    return system(command);
}

static void note(void *context, const char *name, const char *title, const char *caption,
                 const char *source)
{
    (void)context;
    (void)name;
    (void)caption;
    (void)source;
    assert_true(told < PLOTS);
    snprintf(titles[told++], sizeof *titles, "%s", title);
}

static void draw_number(const struct study_fixture *f, size_t figures)
{
    struct sim_error err = {.message = ""};
    char digest[OUT_DIGEST_BYTES];
    size_t count;

    assert_int_equal(out_study_write(dir, &f->study, digest, NULL), SIM_OK);
    if (out_plot_study(&(struct out_plotting){.result_path = file, .dir = dir, .tell = note},
                       &count, &err))
        fail_msg("%s", err.message);
    assert_int_equal(count, figures);
}

static void draw(const struct study_fixture *f)
{
    draw_number(f, PLOTS);
}

static void two_periods_make_no_course_over_time(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    f.study.period_count = 2;
    draw_number(&f, PLOTS - 1);
}

static void assert_axis(double low, double high, const char *expected)
{
    struct out_text script = {0};

    out_page_axis(&script, 'y', (struct out_span){low, high}, 4);
    assert_string_equal(script.bytes, expected);
    out_text_release(&script);
}

static void large_numbers_along_an_axis_have_prefixes(void **state)
{
    (void)state;
    assert_axis(0, 80000, "set yrange [0:80000]\nset ytics 20000\n");
    assert_axis(1.36e6, 1.52e6,
                "set yrange [1350000:1550000]\nset ytics ('1.35 M' 1350000, '1.4 M' 1400000, "
                "'1.45 M' 1450000, '1.5 M' 1500000, '1.55 M' 1550000)\n");
    assert_axis(-2e5, 2e5,
                "set yrange [-200000:200000]\nset ytics ('-200 k' -200000, '-100 k' -100000, "
                "'0' 0, '100 k' 100000, '200 k' 200000)\n");
}

static void a_title_tells_where_the_queues_are_furthest_apart(void **state)
{
    struct study_fixture f;

    (void)state;
    fixture_fill(&f);
    draw(&f);
    assert_string_equal(titles[PLOTS - 1],
                        "Furthest apart in the month from 2026-01-01: 3.00 jobs wait with A "
                        "faster one, 40.0 with As it is");
}

/* The values say "in 3 of 3 replications" whatever the verdict is. */
static void the_heading_of_the_spread_follows_the_verdict(void **state)
{
    static const struct {
        const char *verdict, *title;
    } cases[] = {
        {"better", "wait.mean: A faster one is better than As it is, with this sign in 3 of 3 "
                   "replications"},
        {"leans better", "wait.mean: A faster one leans better than As it is, with this sign in 3 "
                         "of 3 replications"},
        {"open", "wait.mean: no option is shown to be better than As it is"},
        {"worse", "wait.mean: no option is shown to be better than As it is"},
    };

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct study_fixture f;

        fixture_fill(&f);
        f.verdict[0] = cases[i].verdict;
        told = 0;
        draw(&f);
        assert_string_equal(titles[SPREAD], cases[i].title);
    }
}

/* gnuplot complains about axes of no length, and its complaints are failures. */
static void figures_without_any_spread_can_be_drawn(void **state)
{
    static const double levels[] = {0, 0.5, -2, 1e-12, 3e9};

    (void)state;
    for (size_t i = 0; i < sizeof levels / sizeof *levels; i++) {
        struct study_fixture f;

        fixture_fill(&f);
        for (size_t k = 0; k < O * K; k++) {
            f.mean[k] = levels[i];
            f.half_width[k] = f.difference[k] = f.adjusted[k] = f.relative[k] = 0;
        }
        for (size_t k = 0; k < K * O * W; k++) {
            f.world_mean[k] = levels[i];
            f.regret[k] = 0;
        }
        for (size_t k = 0; k < K * O * M; k++)
            f.robustness[k] = 0;
        for (size_t k = 0; k < O * W * R * F; k++)
            f.value[k] = levels[i];
        for (size_t k = 0; k < O * P; k++)
            f.use[k] = f.waiting[k] = f.use_half_width[k] = f.waiting_half_width[k] = 0;
        f.matters[0] = f.matters[1] = 0;
        told = 0;
        draw(&f);
        assert_string_equal(titles[WORLDS], "wait.mean: all options are equal in every world");
        assert_string_equal(titles[REGRET],
                            "wait.mean: the worst regret is the same for all options");
        assert_string_equal(titles[PLOTS - 1], "No option changes how many jobs wait");
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_title_tells_where_the_queues_are_furthest_apart, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(two_periods_make_no_course_over_time, set_up, tear_down),
        cmocka_unit_test(large_numbers_along_an_axis_have_prefixes),
        cmocka_unit_test_setup_teardown(the_heading_of_the_spread_follows_the_verdict, set_up,
                                        tear_down),
        cmocka_unit_test_setup_teardown(figures_without_any_spread_can_be_drawn, set_up, tear_down),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

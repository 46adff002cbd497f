/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/figures/expectation.h"
#include "models/figures/selector.h"
#include "tests/support/check.h"

static const struct mdl_figure rows[] = {
    {.name = "wait", .statistic = "p95", .selector = "", .unit = "h"},
    {.name = "wait", .statistic = "p95", .selector = "kind=sme", .unit = "h"},
    {.name = "wait", .statistic = "p95", .selector = "kind=startup", .unit = "h"},
    {.name = "wait", .statistic = "p95", .selector = "partition=lumi.lumi_g,kind=sme", .unit = "h"},
    {.name = "wait", .statistic = "p50", .selector = "size=>512", .unit = "h"},
    {.name = "energy", .statistic = "", .selector = "site=lumi", .unit = "MWh"},
    {.name = "link.load",
     .statistic = "mean",
     .selector = "link=a-b <",
     .unit = "1",
     .is_share = true},
};
enum { ROWS = sizeof rows / sizeof *rows };

static void names_select_their_rows(void **state)
{
    static const struct {
        const char *text;
        size_t count, first;
    } table[] = {{"wait.p95", 1, 0},
                 {"wait.p95{}", 1, 0},
                 {"wait.p95{kind=sme}", 1, 1},
                 {" wait.p95 { kind = startup | sme } ", 2, 1},
                 {"wait.p95{kind=sme,partition=lumi.lumi_g}", 1, 3},
                 {"wait.p95{partition=lumi.lumi_g,kind=sme}", 1, 3},
                 {"wait.p50{size=>512}", 1, 4},
                 {"energy{site=lumi}", 1, 5},
                 {"link.load.mean{link=a-b <}", 1, 6}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t index[2], count;
        struct sim_error err = {0};

        if (mdl_selector_find(table[i].text, rows, ROWS, index, 2, &count, &err))
            fail_msg("%s: %s", table[i].text, err.message);
        assert_true(count == table[i].count && index[0] == table[i].first);
    }
}

static void what_is_wrong_is_told_with_the_nearest_name(void **state)
{
    static const struct {
        const char *text, *message;
    } table[] = {
        {"wiat.p95", "did you mean 'wait.p95'?"},
        {"wait", "'wait' needs a statistic; there are wait.p95, wait.p50"},
        {"link", "did you mean 'link.load.mean'?"},
        {"wait.p95{knid=sme}", "not split by 'knid'; did you mean 'kind'?"},
        {"wait.p95{site=lumi}", "not split by 'site'; there are kind, partition"},
        {"wait.p95{partition=lumi.lumi_g}", "there are all, kind, partition+kind"},
        {"wait.p95{kind=smee}", "no kind 'smee'; did you mean 'sme'?"},
        {"wait.p95{kind=sme|industry}", "no kind 'industry'; there are sme, startup"},
        {"wait.p95{kind}", "selects nothing"},
        {"wait.p95{kind=}", "empty value"},
        {"wait.p95{kind=sme,kind=startup}", "is there twice"},
        {"wait.p95{kind=sme", "must end with '}'"},
        {"wait.p95{kind=sme} x", "must end with '}'"},
        {"{kind=sme}", "names no figure"},
        {"wait.p95{a=1,b=1,c=1,d=1,e=1,f=1,g=1}", "too many keys"},
    };
    char longest[600];

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        size_t index, count;
        struct sim_error err = {0};

        assert_int_equal(mdl_selector_find(table[i].text, rows, ROWS, &index, 1, &count, &err),
                         SIM_ESCHEMA);
        if (!strstr(err.message, table[i].message))
            fail_msg("%s: '%s' lacks '%s'", table[i].text, err.message, table[i].message);
    }
    memset(longest, 'a', sizeof longest - 1);
    longest[sizeof longest - 1] = '\0';
    assert_int_equal(mdl_selector_find(longest, rows, ROWS, NULL, 0, &(size_t){0}, NULL),
                     SIM_ESCHEMA);
}

static void texts_of_rows_select_them(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS; i++) {
        char text[100];
        size_t index, count;

        mdl_figure_text(rows[i].name, rows[i].statistic, rows[i].selector, text, sizeof text);
        assert_int_equal(mdl_selector_find(text, rows, ROWS, &index, 1, &count, NULL), SIM_OK);
        assert_true(count == 1 && index == i);
    }
}

static void values_are_read_in_the_unit_of_the_figure(void **state)
{
    static const struct {
        const char *unit;
        bool is_share;
        const char *text;
        double value; /* NaN: refused */
    } table[] = {{"h", false, "2 d", 48},
                 {"h", false, "90 min", 1.5},
                 {"h", false, "24", NAN},
                 {"h", false, "24 MW", NAN},
                 {"1", true, "82 %", 0.82},
                 {"1", true, "0.82", 0.82},
                 {"1", false, "1200", 1200},
                 {"1", false, "82 h", NAN},
                 {"GPU-h", false, "2 MGPU-h", 2e6},
                 {"d", false, "36 h", 1.5},
                 {"GPU-h", false, "2 H100e-h", NAN},
                 {"H100e-h", false, "2 kH100e-h", 2000},
                 {"node-h", false, "7 node-h", 7},
                 {"MWh", false, "1.5 GWh", 1500},
                 {"MWh", false, "1,5 GWh", NAN},
                 {"MWh", false, "1500", NAN},
                 {"t", false, "12 kt", 12000},
                 {"TB", false, "3 PB", 3000},
                 {"EUR", false, "2 MEUR", 2e6},
                 {"g/H100e-h", false, "400 g/H100e-h", 400}};

    (void)state;
    for (size_t i = 0; i < sizeof table / sizeof *table; i++) {
        const struct mdl_figure row = {.unit = table[i].unit, .is_share = table[i].is_share};
        struct sim_error err = {0};
        double value = NAN;
        enum sim_status status = mdl_figure_parse(table[i].text, &row, &value, &err);

        if (isnan(table[i].value))
            assert_int_equal(status, SIM_ESCHEMA);
        else if (status)
            fail_msg("%s: %s", table[i].text, err.message);
        else
            check_near(value, table[i].value, 1e-12);
    }
}

static void bounds_belong_to_what_is_expected(void **state)
{
    const struct mdl_expectation both = {.at_least = 2, .at_most = 3},
                                 low = {.at_least = 2, .at_most = NAN},
                                 high = {.at_least = NAN, .at_most = 3},
                                 short_window = {.at_least = 2, .at_most = 3, .is_open = true};

    (void)state;
    assert_int_equal(mdl_expectation_verdict(&both, 2, false), MDL_VERDICT_MET);
    assert_int_equal(mdl_expectation_verdict(&both, 3, false), MDL_VERDICT_MET);
    assert_int_equal(mdl_expectation_verdict(&both, 1.999, false), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&both, 3.001, false), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&low, 1e9, false), MDL_VERDICT_MET);
    assert_int_equal(mdl_expectation_verdict(&low, 1, false), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&high, -1e9, false), MDL_VERDICT_MET);
    assert_int_equal(mdl_expectation_verdict(&high, 4, false), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&both, NAN, false), MDL_VERDICT_OPEN);
    assert_int_equal(mdl_expectation_verdict(&short_window, 2.5, false), MDL_VERDICT_OPEN);
}

static void a_bound_from_below_tells_only_what_it_can(void **state)
{
    const struct mdl_expectation both = {.at_least = 2, .at_most = 3},
                                 low = {.at_least = 2, .at_most = NAN},
                                 high = {.at_least = NAN, .at_most = 3};

    (void)state;
    assert_int_equal(mdl_expectation_verdict(&high, 3.1, true), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&high, 2.9, true), MDL_VERDICT_OPEN);
    assert_int_equal(mdl_expectation_verdict(&low, 2, true), MDL_VERDICT_MET);
    assert_int_equal(mdl_expectation_verdict(&low, 1.9, true), MDL_VERDICT_OPEN);
    assert_int_equal(mdl_expectation_verdict(&both, 2.5, true), MDL_VERDICT_OPEN);
    assert_int_equal(mdl_expectation_verdict(&both, 4, true), MDL_VERDICT_MISSED);
    assert_int_equal(mdl_expectation_verdict(&both, NAN, true), MDL_VERDICT_OPEN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_select_their_rows),
        cmocka_unit_test(what_is_wrong_is_told_with_the_nearest_name),
        cmocka_unit_test(texts_of_rows_select_them),
        cmocka_unit_test(values_are_read_in_the_unit_of_the_figure),
        cmocka_unit_test(bounds_belong_to_what_is_expected),
        cmocka_unit_test(a_bound_from_below_tells_only_what_it_can),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

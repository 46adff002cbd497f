/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/until.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/support/check.h"

static const struct mdl_figure figure[] = {
    {.name = "wait", .statistic = "p95", .selector = "kind=sme", .unit = "h"},
    {.name = "wait", .statistic = "p95", .selector = "kind=startup", .unit = "h"},
    {.name = "use", .statistic = "", .selector = "", .unit = "1", .is_share = true},
};

static struct mdl_config config_of(const char *name, const char *width)
{
    return (struct mdl_config){.replications_min = 3,
                               .replications_max = 13,
                               .until_figure = name,
                               .until_half_width = width};
}

static enum sim_status read(const char *name, const char *width, struct exp_until *out,
                            const char **key, struct sim_error *err)
{
    struct mdl_config config = config_of(name, width);

    return exp_until_read(&config, figure, 3, out, key, err);
}

static void per_cent_are_of_the_mean_and_units_of_the_figure(void **state)
{
    struct exp_until until;
    const char *key;

    (void)state;
    assert_int_equal(read("wait.p95{kind=startup}", "10 %", &until, &key, NULL), SIM_OK);
    assert_true(until.is_given && until.rule.is_relative);
    assert_int_equal(until.figure, 1);
    check_near(until.rule.half_width, 0.1, 1e-12);
    assert_int_equal(until.rule.min, 3);
    assert_int_equal(until.rule.max, 13);
    assert_int_equal(read("wait.p95{kind=sme}", "30 min", &until, &key, NULL), SIM_OK);
    assert_false(until.rule.is_relative);
    check_near(until.rule.half_width, 0.5, 1e-12);
}

static void without_a_rule_it_is_the_minimum(void **state)
{
    struct exp_until until;
    const char *key;

    (void)state;
    assert_int_equal(read("", "", &until, &key, NULL), SIM_OK);
    assert_false(until.is_given);
    assert_int_equal(exp_until_next(&until, NULL, 0, 3, NULL).next, 3);
    assert_int_equal(exp_until_next(&until, NULL, 3, 3, NULL).stop, EXP_REACHED);
}

static void it_goes_on_until_the_interval_of_its_figure_is_narrow(void **state)
{
    double value[13][3], column[13];
    struct exp_until until;
    const char *key;

    (void)state;
    for (size_t r = 0; r < 13; r++) {
        value[r][0] = r % 2 ? 2 : 18; /* too wide for ever */
        value[r][1] = 10 + (double)(r % 2) * 0.1;
        value[r][2] = 0.5;
    }
    assert_int_equal(read("wait.p95{kind=startup}", "10 %", &until, &key, NULL), SIM_OK);
    assert_int_equal(exp_until_next(&until, value[0], 3, 3, column).stop, EXP_REACHED);
    assert_int_equal(read("wait.p95{kind=sme}", "10 %", &until, &key, NULL), SIM_OK);
    assert_int_equal(exp_until_next(&until, value[0], 3, 3, column).stop, EXP_GO_ON);
    assert_int_equal(exp_until_next(&until, value[0], 3, 3, column).next, 13);
    assert_int_equal(exp_until_next(&until, value[0], 13, 3, column).stop, EXP_CAP_HIT);
}

static void refuses(const char *name, const char *width, const char *where, const char *message)
{
    struct exp_until until;
    struct sim_error err = {.status = SIM_OK};
    const char *key = "";

    assert_int_equal(read(name, width, &until, &key, &err), SIM_ESCHEMA);
    assert_string_equal(key, where);
    assert_string_equal(err.message, message);
}

static void mistakes_are_told_with_their_key(void **state)
{
    (void)state;
    refuses("wiat.p95{kind=sme}", "10 %", "figure",
            "there is no figure 'wiat.p95'; did you mean 'wait.p95'?");
    refuses("wait.p95{kind=sme|startup}", "10 %", "figure",
            "'wait.p95{kind=sme|startup}' is more than one figure; name one");
    refuses("wait.p95{kind=sme}", "10 MW", "half_width",
            "'10 MW' is not a duration; write for example '10 ms'");
    refuses("wait.p95{kind=sme}", "0 h", "half_width", "a half-width is above 0");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(per_cent_are_of_the_mean_and_units_of_the_figure),
        cmocka_unit_test(without_a_rule_it_is_the_minimum),
        cmocka_unit_test(it_goes_on_until_the_interval_of_its_figure_is_narrow),
        cmocka_unit_test(mistakes_are_told_with_their_key),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

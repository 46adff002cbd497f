/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "models/figures/cohort.h"
#include "sim/calendar.h"
#include "sim/timer.h"

#define REACHED   MDL_ENDING_REACHED
#define COMPETING MDL_ENDING_COMPETING
#define CENSORED  MDL_ENDING_CENSORED

/* Maintained group of the acute myelogenous leukaemia data (Miller, Survival Analysis, 1997, p. 49)
 * with the estimates that R's survival package prints for them. */
static void without_competition_it_is_kaplan_and_meiers_estimate(void **state)
{
    static const struct mdl_until aml[] = {
        {9, REACHED},  {13, REACHED}, {13, CENSORED}, {18, REACHED}, {23, REACHED},  {28, CENSORED},
        {31, REACHED}, {34, REACHED}, {45, CENSORED}, {48, REACHED}, {161, CENSORED}};
    static const struct {
        int64_t time;
        double survival;
    } known[] = {{8, 1},      {9, 0.909},  {13, 0.818}, {18, 0.716},
                 {23, 0.614}, {31, 0.491}, {34, 0.368}, {48, 0.184}};
    size_t n = sizeof aml / sizeof *aml;

    (void)state;
    for (size_t i = 0; i < sizeof known / sizeof *known; i++)
        assert_true(fabs(1 - mdl_incidence(aml, n, known[i].time) - known[i].survival) < 5e-4);
    /* half of the 0.816 that get there */
    assert_int_equal(mdl_incidence_quantile(aml, n, 0.5), 31);
}

/* By hand: 4 at risk, one rejected at 1 (S = 3/4), one there at 2 (1/4), one censored, one there at
 * 4: + 3/4 x 2/3 x 1. */
static void who_is_rejected_never_gets_there(void **state)
{
    static const struct mdl_until of[] = {
        {1, COMPETING}, {2, REACHED}, {3, CENSORED}, {4, REACHED}};

    (void)state;
    assert_true(mdl_incidence(of, 4, 0) == 0);
    assert_true(mdl_incidence(of, 4, 1) == 0);
    assert_true(fabs(mdl_incidence(of, 4, 2) - 0.25) < 1e-15);
    assert_true(fabs(mdl_incidence(of, 4, SIM_NEVER) - 0.75) < 1e-15);
    assert_int_equal(mdl_incidence_quantile(of, 4, 0.3), 2);
    assert_int_equal(mdl_incidence_quantile(of, 4, 0.5), 4);
    assert_int_equal(mdl_incidence_quantile(of, 4, 1), 4);
}

static void nobody_gets_there(void **state)
{
    static const struct mdl_until of[] = {{1, COMPETING}, {2, CENSORED}};

    (void)state;
    assert_int_equal(mdl_incidence_quantile(of, 2, 0.5), SIM_NEVER);
    assert_true(mdl_incidence(of, 2, SIM_NEVER) == 0);
    assert_true(isnan(mdl_incidence(of, 0, SIM_NEVER)));
}

static void cases_are_summed_by_kind_and_mode(void **state)
{
    static const uint8_t kind_of[] = {0, 1};
    static const uint32_t country_of[] = {0, 0};
    static const int64_t stage_ns[MDL_STAGES][MDL_PARTS] = {
        [MDL_STAGE_REVIEW] = {[MDL_PART_DATE] = 3 * SIM_DAY_NS}};
    const struct mdl_figure_groups groups = {.source_count = 2,
                                             .kind_of = kind_of,
                                             .country_of = country_of,
                                             .count = {[MDL_GROUP_MODE] = 2},
                                             .end_ns = 100 * SIM_DAY_NS};
    const struct mdl_project_hours hours = {.awarded = 1000, .used = 600, .expired = 400};
    const struct mdl_project_hours none = {0};
    struct mdl_cohort_case served = {.source = 0,
                                     .access_mode = 1,
                                     .outcome = MDL_PROJECT_EXPIRED,
                                     .is_awarded = true,
                                     .is_served = true,
                                     .is_new_member = true,
                                     .submitted_ns = SIM_DAY_NS,
                                     .decided_ns = 4 * SIM_DAY_NS,
                                     .first_job_ns = 4 * SIM_DAY_NS,
                                     .now_ns = 50 * SIM_DAY_NS,
                                     .asked_mgpuh = 1000,
                                     .hours = &hours,
                                     .stage_ns = stage_ns};
    struct mdl_cohort_case rejected = served;
    struct sim_arena *arena = sim_arena_create(0);
    struct mdl_cohort *cohort;
    struct mdl_cohort_sums sums;

    (void)state;
    rejected.source = 1;
    rejected.outcome = MDL_PROJECT_REJECTED;
    rejected.is_awarded = rejected.is_served = false;
    rejected.first_job_ns = MDL_TIME_UNSET;
    rejected.hours = &none;
    assert_int_equal(mdl_cohort_create(&groups, arena, &cohort, NULL), SIM_OK);
    assert_true(mdl_cohort_add(cohort, &served));
    assert_true(mdl_cohort_add(cohort, &rejected));
    served.submitted_ns = -SIM_DAY_NS; /* before the window, but ends in it */
    assert_true(mdl_cohort_add(cohort, &served));
    assert_int_equal(mdl_cohort_sum_up(cohort, MDL_GROUP_ALL, 0, &sums, NULL), SIM_OK);
    assert_int_equal(sums.applications, 2);
    assert_int_equal(sums.awarded, 1);
    assert_int_equal(sums.projects_served, 2);
    assert_int_equal(sums.within[0], 1);
    assert_true(sums.never_frac == 0.5);
    assert_true(sums.lead_quantile_s[0] == 3 * 86400.0);
    assert_true(sums.stage_ns[MDL_STAGE_REVIEW][MDL_PART_DATE] == 3 * SIM_DAY_NS);
    assert_true(sums.awarded_mgpuh == 2000 && sums.used_mgpuh == 1200);
    assert_int_equal(mdl_cohort_sum_up(cohort, MDL_GROUP_KIND, 1, &sums, NULL), SIM_OK);
    assert_int_equal(sums.applications, 1);
    assert_int_equal(sums.awarded, 0);
    assert_true(isnan(sums.lead_quantile_s[0]));
    assert_int_equal(mdl_cohort_sum_up(cohort, MDL_GROUP_MODE, 0, &sums, NULL), SIM_OK);
    assert_int_equal(sums.applications, 0);
    sim_arena_destroy(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(without_competition_it_is_kaplan_and_meiers_estimate),
        cmocka_unit_test(who_is_rejected_never_gets_there),
        cmocka_unit_test(nobody_gets_there),
        cmocka_unit_test(cases_are_summed_by_kind_and_mode),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/elementary.h"
#include "tests/unit/models/access.h"

static void ignore(void *context, struct mdl_call_entry *entry, enum mdl_decision decision)
{
    (void)context;
    (void)entry;
    (void)decision;
}

static const struct mdl_calls_setting no_calls = {.decided = ignore};
static const struct mdl_quotas_world alone = {0};

static bool gives(struct access *a, size_t mode, size_t partition, double hours)
{
    struct mdl_claim claim = claim_of(mode, partition, hours);

    if (mdl_quotas_without_room(a->quotas, &claim) != SIZE_MAX)
        return false;
    mdl_quotas_take(a->quotas, &claim);
    return true;
}

static void run_to(struct access *a, const char *date)
{
    int64_t time_ns = (day_of(date) - a->calendar.start_days) * SIM_DAY_NS;

    assert_int_equal(sim_run(a->sim, time_ns, NULL), SIM_OK);
    assert_int_equal(mdl_quotas_unbalanced(a->quotas), SIZE_MAX);
}

/* 25 % of (half of 400 GPUs + all of 40) x 8,760 h. The nodes without accelerators do not count. */
static void a_fleets_window_grants_its_part_of_the_owners_gpu_hours(void **state)
{
    struct access a;

    (void)state;
    access_init(&a);
    access_start(&a, 0, &alone, &no_calls, 2);
    assert_int_equal(mdl_quotas_use(a.quotas, 0).granted, 525600 * 1000);
    assert_true(gives(&a, 0, ACCESS_BIG, 400000));
    assert_true(gives(&a, 1, ACCESS_AI, 125000));
    assert_false(gives(&a, 0, ACCESS_BIG, 601));
    assert_true(gives(&a, 0, ACCESS_CPU, 1e6));    /* not counted */
    assert_true(gives(&a, 2, ACCESS_BIG, 525600)); /* of another quota */
    assert_true(gives(&a, 0, ACCESS_BIG, 600));
    assert_false(gives(&a, 0, ACCESS_BIG, 0.001));
    run_to(&a, "2027-01-01");
    assert_true(gives(&a, 0, ACCESS_BIG, 525600));
    assert_false(gives(&a, 0, ACCESS_BIG, 0.001));
    access_release(&a);
}

static void each_machine_has_its_own_quota_of_machines(void **state)
{
    struct access a;

    (void)state;
    access_init(&a);
    a.quota_config[0].over = MDL_QUOTA_MACHINE;
    access_start(&a, 0, &alone, &no_calls, 1);
    assert_false(gives(&a, 0, ACCESS_AI, 87601));
    assert_true(gives(&a, 0, ACCESS_AI, 87600));
    assert_true(gives(&a, 0, ACCESS_BIG, 438000));
    assert_true(gives(&a, 0, ACCESS_CPU, 43800)); /* node-hours: 25 % of 40 % of 50 nodes */
    assert_false(gives(&a, 0, ACCESS_CPU, 0.001));
    access_release(&a);
}

static void machines_of_another_purpose_neither_grant_nor_count(void **state)
{
    struct access a;

    (void)state;
    access_init(&a);
    a.quota_config[0].purpose = MDL_QUOTA_GENERAL;
    a.quota_config[1].purpose = MDL_QUOTA_AI;
    access_start(&a, 0, &alone, &no_calls, 2);
    assert_int_equal(mdl_quotas_use(a.quotas, 0).granted, 438000 * 1000);
    assert_int_equal(mdl_quotas_use(a.quotas, 1).granted, 87600 * 1000);
    assert_true(gives(&a, 0, ACCESS_AI, 1e6));
    access_release(&a);
}

/* Months of 31, 28, 31 days; carried over once; the rest goes to the second quota. */
static void what_is_left_is_carried_over_then_released(void **state)
{
    struct access a;
    struct mdl_quota_use use;
    int64_t day = 1440 * 1000; /* milli-GPU-h granted in one */

    (void)state;
    access_init(&a);
    a.quota_config[0].window = "1 month";
    a.quota_config[0].carry_over = 1;
    a.quota_config[0].released_to = "second, third";
    access_start(&a, 0, &alone, &no_calls, 3);
    assert_true(gives(&a, 0, ACCESS_BIG, 1440));
    run_to(&a, "2026-02-01");
    use = mdl_quotas_use(a.quotas, 0);
    assert_int_equal(use.left, (30 + 28) * day);
    assert_true(gives(&a, 0, ACCESS_BIG, 1440 * 29.5)); /* the oldest hours first */
    run_to(&a, "2026-03-01");
    use = mdl_quotas_use(a.quotas, 0);
    assert_int_equal(use.released, day / 2);
    assert_int_equal(use.left, (28 + 31) * day);
    assert_int_equal(mdl_quotas_use(a.quotas, 1).received, day / 4);
    assert_int_equal(mdl_quotas_use(a.quotas, 2).received, day / 4);
    run_to(&a, "2026-04-01");
    assert_int_equal(mdl_quotas_use(a.quotas, 0).released, day / 2 + 28 * day);
    assert_true(gives(&a, 2, ACCESS_BIG, 525600 + 360 + 14 * 1440)); /* and what was received */
    assert_false(gives(&a, 2, ACCESS_BIG, 0.001));
    access_release(&a);
}

/* Both windows open on the same day: what the first releases is in the second's new one, whichever
 * comes first in the scenario. */
static void what_is_released_is_for_the_window_that_opens(void **state)
{
    (void)state;
    for (size_t from = 0; from < 2; from++) {
        struct access a;

        access_init(&a);
        a.quota_config[from].released_to = from ? "first" : "second";
        access_start(&a, 0, &alone, &no_calls, 2);
        run_to(&a, "2027-01-01");
        assert_int_equal(mdl_quotas_use(a.quotas, !from).left, 2 * 525600 * 1000);
        assert_int_equal(mdl_quotas_use(a.quotas, !from).lost, 525600 * 1000);
        run_to(&a, "2028-01-01");
        assert_int_equal(mdl_quotas_use(a.quotas, !from).lost, 3 * (int64_t)525600 * 1000);
        access_release(&a);
    }
}

static void windows_begin_with_the_calendar(void **state)
{
    struct access a;

    (void)state;
    access_init(&a);
    a.quota_config[0].window = "3 month";
    access_start(&a, 45 * SIM_DAY_NS, &alone, &no_calls, 1); /* 15 February: 45 days to April */
    assert_int_equal(mdl_quotas_use(a.quotas, 0).granted, 45 * 1440 * 1000);
    run_to(&a, "2026-03-31");
    assert_int_equal(mdl_quotas_use(a.quotas, 0).granted, 45 * 1440 * 1000);
    run_to(&a, "2026-04-01");
    assert_int_equal(mdl_quotas_use(a.quotas, 0).granted, (45 + 91) * 1440 * 1000);
    access_release(&a);
}

static void running_projects_hold_their_mean_gpus(void **state)
{
    struct access a;
    struct mdl_claim claim = claim_of(0, ACCESS_BIG, 20000); /* 20 GPUs for 1,000 h */

    (void)state;
    access_init(&a);
    a.quota_config[0].counts = MDL_QUOTA_RUNNING; /* 25 % of 240 */
    access_start(&a, 0, &alone, &no_calls, 1);
    for (int i = 0; i < 3; i++)
        assert_true(gives(&a, 0, ACCESS_BIG, 20000));
    assert_false(gives(&a, 0, ACCESS_BIG, 1));
    mdl_quotas_give_back(a.quotas, &claim);
    assert_true(gives(&a, 1, ACCESS_AI, 20000));
    assert_int_equal(mdl_quotas_use(a.quotas, 0).running, 60000);
    assert_int_equal(mdl_quotas_unbalanced(a.quotas), SIZE_MAX);
    access_release(&a);
}

static void what_never_fits_is_refused(void **state)
{
    struct access a;
    struct mdl_claim claim = claim_of(0, ACCESS_BIG, 2 * 525600);

    (void)state;
    access_init(&a);
    a.quota_config[0].carry_over = 1;
    access_start(&a, 0, &alone, &no_calls, 1);
    assert_false(mdl_quotas_refuse(a.quotas, &claim)); /* it may wait for the next year */
    claim.mgpuh += 100000000; /* the next year but one is a leap year, and not looked at */
    assert_true(mdl_quotas_refuse(a.quotas, &claim));
    claim.mode = 2;
    assert_false(mdl_quotas_refuse(a.quotas, &claim));
    access_release(&a);
}

static void a_window_is_months_of_a_year_or_years(void **state)
{
    struct sim_error err = {0};
    int64_t months;

    (void)state;
    assert_int_equal(mdl_quota_window_parse("6 month", &months, NULL), SIM_OK);
    assert_int_equal(months, 6);
    assert_int_equal(mdl_quota_window_parse("2 yr", &months, NULL), SIM_OK);
    assert_int_equal(months, 24);
    assert_int_equal(mdl_quota_window_parse("", &months, NULL), SIM_OK);
    assert_int_equal(months, 12);
    assert_int_equal(mdl_quota_window_parse("5 month", &months, &err), SIM_ESCHEMA);
    assert_string_equal(err.message, "'5 month' is not a window: 1, 2, 3, 4 or 6 months or whole "
                                     "years; write for example '1 yr'");
    assert_int_equal(mdl_quota_window_parse("30 d", &months, NULL), SIM_ESCHEMA);
}

/* Random claims over six years against a count by hand of each window: never more than granted,
 * carried over and received; and all equations. */
static void random_claims_never_exceed_a_quota(void **state)
{
    (void)state;
    for (uint64_t world = 0; world < 40; world++) {
        struct access a;
        int64_t awarded[ACCESS_QUOTAS] = {0};
        uint64_t n = 0;

        access_init(&a);
        for (size_t q = 0; q < ACCESS_QUOTAS; q++) {
            static const char *const window[] = {"1 month", "3 month", "1 yr", "2 yr"};
            double u = sim_uniform_at(1, world, (uint32_t)q, 0);

            a.quota_config[q].modes = q == 2 ? "small, large" : a.quota_config[q].modes;
            a.quota_config[q].window = window[(size_t)(u * 4)];
            a.quota_config[q].carry_over = (int64_t)(u * 40) % 4;
            a.quota_config[q].over = (int)(world % 2);
            a.quota_config[q].released_to = q == world % 3 ? "second, third" : "first";
        }
        access_start(&a, 100 * SIM_DAY_NS, &alone, &no_calls, ACCESS_QUOTAS);
        for (int64_t day = 100; day < 2200; day += 3) {
            struct mdl_claim claim;
            bool has_room = true;

            assert_int_equal(sim_run(a.sim, day * SIM_DAY_NS, NULL), SIM_OK);
            claim = claim_of((size_t)(3 * sim_uniform_at(1, world, 9, n)),
                             (size_t)(3 * sim_uniform_at(1, world, 10, n)),
                             20000 * sim_uniform_at(1, world, 11, n));
            n++;
            for (size_t q = 0; q < ACCESS_QUOTAS; q++)
                has_room = has_room && !mdl_quotas_lack_room(a.quotas, q, &claim);
            assert_int_equal(has_room, mdl_quotas_without_room(a.quotas, &claim) == SIZE_MAX);
            for (size_t q = 0; q < ACCESS_QUOTAS; q++)
                awarded[q] -= mdl_quotas_use(a.quotas, q).awarded;
            if (has_room)
                mdl_quotas_take(a.quotas, &claim);
            for (size_t q = 0; q < ACCESS_QUOTAS; q++) {
                struct mdl_quota_use use = mdl_quotas_use(a.quotas, q);

                awarded[q] += use.awarded;
                assert_true(use.left >= 0);
                assert_true(use.awarded <= use.granted + use.received);
            }
            assert_int_equal(mdl_quotas_unbalanced(a.quotas), SIZE_MAX);
        }
        assert_true(awarded[0] + awarded[1] + awarded[2] > 0);
        access_release(&a);
    }
}

/* ---- loss: projects come as a Poisson process, hold, and leave; who finds no room is lost ---- */

enum { LOSS_CLASSES = 2, LOSS_MOST = 200 };

struct loss {
    struct access a;
    double per_h[LOSS_CLASSES], hold_h[LOSS_CLASSES], gpus[LOSS_CLASSES];
    double next_h[LOSS_CLASSES];
    uint64_t n[LOSS_CLASSES], came[LOSS_CLASSES], lost[LOSS_CLASSES];
    struct mdl_claim inside[LOSS_MOST];
    double leaves_h[LOSS_MOST];
    size_t count;
};

static void leave_until(struct loss *l, double time_h)
{
    for (size_t i = 0; i < l->count;) {
        if (l->leaves_h[i] > time_h) {
            i++;
            continue;
        }
        mdl_quotas_give_back(l->a.quotas, &l->inside[i]);
        l->inside[i] = l->inside[--l->count];
        l->leaves_h[i] = l->leaves_h[l->count];
    }
}

static void come(struct loss *l, size_t k, uint64_t replication)
{
    struct mdl_claim claim = claim_of(0, ACCESS_BIG, l->gpus[k] * 1000);
    double u = sim_uniform_at(2, replication, (uint32_t)k, l->n[k]++);
    double hold = sim_uniform_at(2, replication, 10 + (uint32_t)k, l->n[k]);

    leave_until(l, l->next_h[k]);
    l->came[k]++;
    if (mdl_quotas_refuse(l->a.quotas, &claim)) {
        l->lost[k]++;
    } else {
        mdl_quotas_take(l->a.quotas, &claim);
        l->inside[l->count] = claim;
        l->leaves_h[l->count++] = l->next_h[k] - l->hold_h[k] * sim_log(hold);
    }
    l->next_h[k] -= sim_log(u) / l->per_h[k];
}

/* Part of each class that is lost, over two million projects, within a precision of several
 * standard errors. */
static void expect_loss(double gpus, const double *offered, const double *width,
                        const double *blocked, double precision)
{
    struct loss l = {.hold_h = {100, 150}};

    access_init(&l.a);
    l.a.quota_config[0].counts = MDL_QUOTA_RUNNING;
    l.a.quota_config[0].full = MDL_QUOTA_REFUSE;
    l.a.quota_config[0].at_most_frac = gpus / 240;
    access_start(&l.a, 0, &alone, &no_calls, 1);
    for (size_t k = 0; k < LOSS_CLASSES; k++) {
        l.per_h[k] = offered[k] > 0 ? offered[k] / l.hold_h[k] : 1e-12;
        l.gpus[k] = width[k];
        l.next_h[k] = offered[k] > 0 ? 0 : INFINITY;
    }
    for (int i = 0; i < 2000000; i++)
        come(&l, l.next_h[1] < l.next_h[0], 3);
    for (size_t k = 0; k < LOSS_CLASSES; k++) {
        double part = (double)l.lost[k] / (double)(l.came[k] ? l.came[k] : 1);

        if (fabs(part - blocked[k]) > precision * blocked[k])
            fail_msg("class %zu: %.5f lost, not %.5f", k, part, blocked[k]);
    }
    access_release(&l.a);
}

/* tests/data/queueing.csv: Erlang B for c = 5, a = 3, and Kaufman and Roberts for 8 GPUs. */
static void loss_is_that_of_erlang_and_of_kaufman_and_roberts(void **state)
{
    static const double one[] = {3, 0}, erlang[] = {0.11005434782608696, 0};
    static const double two[] = {2, 0.5}, roberts[] = {0.042196677597203705, 0.31894346149688302};
    static const double narrow[] = {1, 1}, wide[] = {1, 4};

    (void)state;
    expect_loss(5, one, narrow, erlang, 0.02);
    expect_loss(8, two, wide, roberts, 0.03);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_fleets_window_grants_its_part_of_the_owners_gpu_hours),
        cmocka_unit_test(each_machine_has_its_own_quota_of_machines),
        cmocka_unit_test(machines_of_another_purpose_neither_grant_nor_count),
        cmocka_unit_test(what_is_left_is_carried_over_then_released),
        cmocka_unit_test(what_is_released_is_for_the_window_that_opens),
        cmocka_unit_test(windows_begin_with_the_calendar),
        cmocka_unit_test(running_projects_hold_their_mean_gpus),
        cmocka_unit_test(what_never_fits_is_refused),
        cmocka_unit_test(a_window_is_months_of_a_year_or_years),
        cmocka_unit_test(random_claims_never_exceed_a_quota),
        cmocka_unit_test(loss_is_that_of_erlang_and_of_kaufman_and_roberts),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

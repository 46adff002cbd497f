/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "tests/unit/models/access.h"

enum { MOST = 4000, UNDECIDED = -1 };

static struct access a;
static struct {
    struct mdl_call_entry entry[MOST];
    int decision[MOST];
    size_t decided_at[MOST]; /* as the how-manieth */
    size_t count, decided;
} calls;

static void note(void *context, struct mdl_call_entry *entry, enum mdl_decision decision)
{
    size_t i = (size_t)(entry - calls.entry);

    (void)context;
    assert_int_equal(calls.decision[i], UNDECIDED);
    calls.decision[i] = (int)decision;
    calls.decided_at[i] = calls.decided++;
}

static void look_again(void *context)
{
    (void)context;
    mdl_calls_look_again(a.calls);
}

static int64_t idle(void *context, size_t quota)
{
    (void)context;
    return (int64_t)(quota + 1) * a.sim->now_ns / SIM_HOUR_NS;
}

static const struct mdl_calls_setting noting = {.decided = note};
static const struct mdl_quotas_world looking = {.opened = look_again, .idle_mgpuh = idle};

static int set_up(void **state)
{
    (void)state;
    access_init(&a);
    memset(&calls, 0, sizeof calls);
    return 0;
}

static int tear_down(void **state)
{
    (void)state;
    access_release(&a);
    return 0;
}

static size_t enter(size_t mode, size_t partition, double hours, double quality, int64_t cutoff_ns)
{
    size_t i = calls.count++;

    calls.decision[i] = UNDECIDED;
    calls.entry[i] = (struct mdl_call_entry){
        .claim = claim_of(mode, partition, hours), .quality = quality, .cutoff_ns = cutoff_ns};
    mdl_calls_enter(a.calls, &calls.entry[i]);
    return i;
}

static size_t enter_reviewed(size_t mode, size_t partition, double hours, double quality)
{
    size_t i = enter(mode, partition, hours, quality, 0);

    mdl_calls_reviewed(a.calls, &calls.entry[i]);
    return i;
}

static void those_not_good_enough_are_rejected_and_the_rest_awarded(void **state)
{
    size_t good, bad;

    (void)state;
    a.mode_config[0].pass_frac = 0.9;
    access_start(&a, 0, &looking, &noting, 1);
    good = enter(0, ACCESS_BIG, 1, 0.11, 0);
    bad = enter_reviewed(0, ACCESS_BIG, 1, 0.09);
    assert_int_equal(calls.decision[good], UNDECIDED);
    mdl_calls_reviewed(a.calls, &calls.entry[good]);
    assert_int_equal(calls.decision[good], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[bad], MDL_DECISION_REJECTED);
    assert_int_equal(mdl_calls_counts(a.calls, 0)->asked_mgpuh, 1000);
}

/* The first quota covers small and medium; large is free. */
static void the_first_waits_for_room_and_others_of_its_mode_behind_it(void **state)
{
    size_t wide, narrow, other, free_one;
    struct mdl_quota_use use;

    (void)state;
    a.quota_config[0].window = "1 month"; /* 44,640 GPU-h, then 40,320 */
    access_start(&a, 0, &looking, &noting, 1);
    enter_reviewed(0, ACCESS_BIG, 20000, 0.5);
    assert_int_equal(sim_run(a.sim, 10 * SIM_DAY_NS, NULL), SIM_OK);
    wide = enter_reviewed(0, ACCESS_BIG, 30000, 0.5);
    narrow = enter_reviewed(0, ACCESS_BIG, 10, 0.9);
    other = enter_reviewed(1, ACCESS_BIG, 10, 0.5);
    free_one = enter_reviewed(2, ACCESS_BIG, 1e6, 0.5);
    assert_int_equal(calls.decision[wide], UNDECIDED);
    assert_int_equal(calls.decision[narrow], UNDECIDED);
    assert_int_equal(calls.decision[other], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[free_one], MDL_DECISION_AWARDED);
    assert_int_equal(sim_run(a.sim, 31 * SIM_DAY_NS, NULL), SIM_OK);
    assert_int_equal(calls.decision[wide], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[narrow], MDL_DECISION_AWARDED);
    assert_true(calls.decided_at[wide] < calls.decided_at[narrow]);
    use = mdl_quotas_use(a.quotas, 0);
    assert_true(use.blocked_ns == 21 * SIM_DAY_NS);
    assert_int_equal(use.idle_mgpuh, 21 * 24);
}

static void who_withdraws_lets_the_next_one_pass(void **state)
{
    size_t wide, narrow, early;

    (void)state;
    a.quota_config[0].window = "1 month";
    access_start(&a, 0, &looking, &noting, 1);
    enter_reviewed(0, ACCESS_BIG, 20000, 0.5);
    wide = enter_reviewed(0, ACCESS_BIG, 30000, 0.5);
    narrow = enter_reviewed(0, ACCESS_BIG, 10, 0.5);
    early = enter(0, ACCESS_BIG, 10, 0.5, 0);
    mdl_calls_withdraw(a.calls, &calls.entry[early]);
    assert_int_equal(calls.decision[narrow], UNDECIDED);
    mdl_calls_withdraw(a.calls, &calls.entry[wide]);
    assert_int_equal(calls.decision[narrow], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[wide], UNDECIDED);
    assert_int_equal(mdl_calls_counts(a.calls, 0)->withdrawn, 2);
}

static void what_never_finds_room_is_refused_at_once(void **state)
{
    size_t over, next;

    (void)state;
    a.quota_config[0].window = "1 month";
    access_start(&a, 0, &looking, &noting, 1);
    over = enter_reviewed(0, ACCESS_BIG, 44641, 0.5);
    next = enter_reviewed(0, ACCESS_BIG, 10, 0.5);
    assert_int_equal(calls.decision[over], MDL_DECISION_REFUSED);
    assert_int_equal(calls.decision[next], MDL_DECISION_AWARDED);
}

static void a_running_quota_has_room_when_a_project_closes(void **state)
{
    size_t first, second;

    (void)state;
    a.quota_config[0].counts = MDL_QUOTA_RUNNING; /* 60 GPUs */
    access_start(&a, 0, &looking, &noting, 1);
    first = enter_reviewed(0, ACCESS_BIG, 60000, 0.5);
    second = enter_reviewed(1, ACCESS_BIG, 1, 0.5);
    assert_int_equal(calls.decision[second], UNDECIDED);
    mdl_calls_closed(a.calls, &calls.entry[first].claim);
    assert_int_equal(calls.decision[second], MDL_DECISION_AWARDED);
}

static void ranked_are_decided_together_the_best_first(void **state)
{
    size_t good, better, best, bad, late;

    (void)state;
    a.mode_config[0].order = MDL_ORDER_RANKED;
    a.mode_config[0].pass_frac = 0.8;
    a.quota_config[0].window = "1 month"; /* 44,640 */
    access_start(&a, 0, &looking, &noting, 1);
    good = enter(0, ACCESS_BIG, 14000, 0.5, 100);
    better = enter(0, ACCESS_BIG, 40000, 0.7, 100);
    best = enter(0, ACCESS_BIG, 30000, 0.9, 100);
    bad = enter(0, ACCESS_BIG, 10, 0.1, 100);
    late = enter(0, ACCESS_BIG, 10, 0.99, 200);
    for (size_t i = 0; i < 3; i++)
        mdl_calls_reviewed(a.calls, &calls.entry[i]);
    mdl_calls_reviewed(a.calls, &calls.entry[late]);
    assert_int_equal(calls.decision[late], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[best], UNDECIDED);
    mdl_calls_reviewed(a.calls, &calls.entry[bad]);
    assert_int_equal(calls.decision[best], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[better], MDL_DECISION_REFUSED);
    assert_int_equal(calls.decision[good], MDL_DECISION_AWARDED); /* smaller, it still fits */
    assert_int_equal(calls.decision[bad], MDL_DECISION_REJECTED);
    assert_int_equal(mdl_calls_counts(a.calls, 0)->asked_mgpuh, 84010 * 1000);
}

static void the_last_of_a_cutoff_to_withdraw_completes_it(void **state)
{
    size_t left, gone;

    (void)state;
    a.mode_config[0].order = MDL_ORDER_RANKED;
    access_start(&a, 0, &looking, &noting, 1);
    left = enter(0, ACCESS_BIG, 10, 0.5, 100);
    gone = enter(0, ACCESS_BIG, 10, 0.6, 100);
    mdl_calls_reviewed(a.calls, &calls.entry[left]);
    mdl_calls_withdraw(a.calls, &calls.entry[gone]);
    assert_int_equal(calls.decision[left], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[gone], UNDECIDED);
}

/* 1,000 node-h of big: 4,000 GPU-h at each cut-off. */
static void set_pool(enum mdl_order order)
{
    static struct sim_share pool;

    pool = (struct sim_share){.name = "x.big", .item = &a.config[ACCESS_BIG], .part = 3.6e6};
    a.mode_config[2].pool_node_s = (struct sim_shares){1, &pool};
    a.mode_config[2].cutoff = "15, last";
    a.mode_config[2].order = (int)order;
}

static void a_ranked_pool_is_that_of_each_cutoff(void **state)
{
    size_t i[5];

    (void)state;
    set_pool(MDL_ORDER_RANKED);
    access_start(&a, 0, &looking, &noting, 1);
    i[0] = enter(2, ACCESS_BIG, 3000, 0.9, 100);
    i[1] = enter(2, ACCESS_BIG, 3000, 0.8, 100);
    i[2] = enter(2, ACCESS_BIG, 1000, 0.7, 100);
    i[3] = enter(1, ACCESS_BIG, 3000, 0.1, 100); /* of another mode, without pools */
    i[4] = enter(2, ACCESS_BIG, 4000, 0.2, 200);
    for (size_t k = 0; k < 5; k++)
        mdl_calls_reviewed(a.calls, &calls.entry[i[k]]);
    assert_int_equal(calls.decision[i[0]], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[i[1]], MDL_DECISION_REFUSED);
    assert_int_equal(calls.decision[i[2]], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[i[3]], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[i[4]], MDL_DECISION_AWARDED);
    assert_int_equal(mdl_calls_counts(a.calls, 2)->offered_mgpuh, 8000 * 1000);
}

static void a_pool_in_order_of_coming_is_filled_at_each_cutoff(void **state)
{
    size_t first, second, third, wide;

    (void)state;
    set_pool(MDL_ORDER_THRESHOLD);
    access_start(&a, 0, &looking, &noting, 1);
    first = enter_reviewed(2, ACCESS_BIG, 3000, 0.5);
    second = enter_reviewed(2, ACCESS_BIG, 3000, 0.5);
    third = enter_reviewed(2, ACCESS_BIG, 500, 0.5);
    wide = enter_reviewed(2, ACCESS_BIG, 4001, 0.5);
    assert_int_equal(calls.decision[first], UNDECIDED); /* before the first cut-off */
    assert_int_equal(sim_run(a.sim, 15 * SIM_DAY_NS, NULL), SIM_OK);
    assert_int_equal(calls.decision[first], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[second], UNDECIDED);
    assert_int_equal(sim_run(a.sim, 31 * SIM_DAY_NS, NULL), SIM_OK);
    assert_int_equal(calls.decision[second], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[third], MDL_DECISION_AWARDED);
    assert_int_equal(calls.decision[wide], MDL_DECISION_REFUSED);
}

/* Random lives: everybody who entered is decided once, withdrawn or still there, no quota is
 * exceeded at any time, and what was awarded is what the quotas say. */
static void random_calls_lose_nobody_and_keep_the_quotas(void **state)
{
    uint64_t ends[4] = {0};
    int64_t awarded = 0, counted = 0;
    bool is_gone[MOST] = {false};

    (void)state;
    set_pool(MDL_ORDER_RANKED);
    a.mode_config[1].order = MDL_ORDER_RANKED;
    a.mode_config[0].pass_frac = a.mode_config[1].pass_frac = 0.8;
    a.quota_config[0].window = "1 month";
    a.quota_config[0].carry_over = 2;
    a.quota_config[0].released_to = "second";
    a.quota_config[2].modes = "medium";
    a.quota_config[2].counts = MDL_QUOTA_RUNNING;
    a.quota_config[2].over = MDL_QUOTA_MACHINE;
    access_start(&a, 0, &looking, &noting, 3);
    for (uint64_t n = 0; n < 3 * MOST; n++) {
        size_t mode = (size_t)(3 * sim_uniform_at(5, 0, 0, n));
        size_t i = (size_t)((double)calls.count * sim_uniform_at(5, 0, 1, n));
        double u = sim_uniform_at(5, 0, 2, n);

        assert_int_equal(sim_run(a.sim, (int64_t)n * 3 * SIM_HOUR_NS, NULL), SIM_OK);
        if (calls.count < MOST && (u < 0.4 || !calls.count))
            enter(mode, (size_t)(2 * sim_uniform_at(5, 0, 3, n)),
                  30000 * sim_uniform_at(5, 0, 4, n), sim_uniform_at(5, 0, 5, n),
                  mode ? (int64_t)n / 50 : 0);
        else if (calls.decision[i] == UNDECIDED && !is_gone[i] && u < 0.5)
            is_gone[i] = (mdl_calls_withdraw(a.calls, &calls.entry[i]), true);
        else if (calls.decision[i] == UNDECIDED && !is_gone[i] && !calls.entry[i].is_reviewed)
            mdl_calls_reviewed(a.calls, &calls.entry[i]);
        else if (calls.decision[i] == MDL_DECISION_AWARDED && !is_gone[i])
            is_gone[i] = (mdl_calls_closed(a.calls, &calls.entry[i].claim), true);
        assert_int_equal(mdl_quotas_unbalanced(a.quotas), SIZE_MAX);
    }
    for (size_t i = 0; i < calls.count; i++) {
        ends[calls.decision[i] == UNDECIDED ? 3 : calls.decision[i]]++;
        if (calls.decision[i] == MDL_DECISION_AWARDED)
            awarded += calls.entry[i].claim.mgpuh;
    }
    for (size_t m = 0; m < ACCESS_MODES; m++) {
        const struct mdl_mode_counts *counts = mdl_calls_counts(a.calls, m);

        counted += counts->awarded_mgpuh;
        ends[MDL_DECISION_AWARDED] -= counts->awarded;
        ends[MDL_DECISION_REJECTED] -= counts->rejected;
        ends[MDL_DECISION_REFUSED] -= counts->refused;
        assert_true(counts->awarded > 20);
        assert_true(counts->entered >=
                    counts->awarded + counts->rejected + counts->refused + counts->withdrawn);
    }
    assert_true(ends[0] == 0 && ends[1] == 0 && ends[2] == 0 && ends[3] > 0);
    assert_int_equal(awarded, counted);
    assert_int_equal(awarded,
                     mdl_quotas_use(a.quotas, 0).awarded + mdl_quotas_use(a.quotas, 1).awarded);
    assert_true(mdl_quotas_use(a.quotas, 0).released > 0 || mdl_quotas_use(a.quotas, 0).left > 0);
}

#define CASE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        CASE(those_not_good_enough_are_rejected_and_the_rest_awarded),
        CASE(the_first_waits_for_room_and_others_of_its_mode_behind_it),
        CASE(who_withdraws_lets_the_next_one_pass),
        CASE(what_never_finds_room_is_refused_at_once),
        CASE(a_running_quota_has_room_when_a_project_closes),
        CASE(ranked_are_decided_together_the_best_first),
        CASE(the_last_of_a_cutoff_to_withdraw_completes_it),
        CASE(a_ranked_pool_is_that_of_each_cutoff),
        CASE(a_pool_in_order_of_coming_is_filled_at_each_cutoff),
        CASE(random_calls_lose_nobody_and_keep_the_quotas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

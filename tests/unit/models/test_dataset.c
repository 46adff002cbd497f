/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "models/transport/dataset.h"
#include "sim/random.h"

enum { COPIES = 9, STEPS = 200000 };

/* What a depot does, told by a list that is searched and shifted. */
struct list {
    int copy[COPIES];
    int count;
};

struct depot_pair {
    struct mdl_depot depot;
    struct mdl_idle copy[COPIES];
    bool is_idle[COPIES], is_gone[COPIES]; /* the second: handed to leave since it was cleared */
    struct list list;
};

static void on_leave(void *context, struct mdl_idle *copy)
{
    struct depot_pair *pair = context;
    long i = copy - pair->copy;

    assert_false(pair->is_gone[i]);
    pair->is_gone[i] = true;
}

static uint64_t listed_bytes(const struct depot_pair *pair)
{
    uint64_t sum = 0;

    for (int i = 0; i < pair->list.count; i++)
        sum += pair->copy[pair->list.copy[i]].bytes;
    return sum;
}

static void unlist(struct list *list, int at)
{
    memmove(&list->copy[at], &list->copy[at + 1],
            (size_t)(--list->count - at) * sizeof *list->copy);
}

/* Puts a copy down by the rule as it is told; gone[i]: those that leave. */
static void put_by_rule(struct depot_pair *pair, int copy, bool gone[COPIES])
{
    uint64_t capacity = pair->depot.capacity, bytes = pair->copy[copy].bytes;

    memset(gone, 0, COPIES * sizeof *gone);
    if (bytes > capacity ||
        (pair->depot.policy == MDL_CACHE_PINNED && listed_bytes(pair) + bytes > capacity)) {
        gone[copy] = true;
        return;
    }
    while (listed_bytes(pair) + bytes > capacity) {
        gone[pair->list.copy[0]] = true;
        unlist(&pair->list, 0);
    }
    pair->list.copy[pair->list.count++] = copy;
}

static void take_by_rule(struct depot_pair *pair, int copy)
{
    int at = 0;

    while (pair->list.copy[at] != copy)
        at++;
    unlist(&pair->list, at);
}

static void check_same(struct depot_pair *pair)
{
    const struct mdl_idle *at = pair->depot.oldest;

    for (int i = 0; i < pair->list.count; i++, at = at->newer)
        assert_ptr_equal(at, &pair->copy[pair->list.copy[i]]);
    assert_null(at);
    assert_int_equal(pair->depot.bytes, listed_bytes(pair));
    assert_true(pair->depot.bytes <= pair->depot.capacity);
}

static void agree_with_the_rule(int policy, uint64_t seed)
{
    struct depot_pair pair = {.depot = {.capacity = 20, .policy = policy}};
    bool gone[COPIES];

    for (int i = 0; i < COPIES; i++)
        pair.copy[i].bytes = 1 + (uint64_t)(i * i) % 23; /* one never fits */
    for (uint64_t step = 0; step < STEPS; step++) {
        int i = (int)(sim_uniform_at(seed, 1, 1, step) * COPIES) % COPIES;

        if (pair.is_idle[i]) {
            mdl_depot_take(&pair.depot, &pair.copy[i]);
            take_by_rule(&pair, i);
            pair.is_idle[i] = false;
        } else {
            memset(pair.is_gone, 0, sizeof pair.is_gone);
            put_by_rule(&pair, i, gone);
            mdl_depot_put(&pair.depot, &pair.copy[i], on_leave, &pair);
            pair.is_idle[i] = true;
            assert_memory_equal(gone, pair.is_gone, sizeof gone);
            for (int k = 0; k < COPIES; k++)
                pair.is_idle[k] = pair.is_idle[k] && !gone[k];
        }
        check_same(&pair);
    }
}

static void a_depot_does_what_its_rule_says(void **state)
{
    (void)state;
    agree_with_the_rule(MDL_CACHE_LRU, 11);
    agree_with_the_rule(MDL_CACHE_PINNED, 12);
}

static const struct mdl_data_rules nothing_said;

static void the_class_of_data_says_where_it_may_be(void **state)
{
    static const struct mdl_stop de = {.country = "DE", .is_eu = true},
                                 fr = {.country = "FR", .is_eu = true}, ch = {.country = "CH"};
    static const struct {
        int data_class, residency;
        bool in_france, in_switzerland;
    } row[] = {
        {MDL_DATA_OPEN, 0, true, true},    {MDL_DATA_PERSONAL, 0, true, false},
        {MDL_DATA_HEALTH, 0, true, false}, {MDL_DATA_TRADE_SECRET, 0, true, true},
        {MDL_DATA_HEALTH, 1, true, true}, /* any */
        {MDL_DATA_OPEN, 2, true, false},  /* eu */
        {MDL_DATA_OPEN, 3, false, false}, /* national */
    };

    (void)state;
    for (size_t i = 0; i < sizeof row / sizeof *row; i++) {
        struct mdl_data_needs needs =
            mdl_data_needs_of(&nothing_said, row[i].data_class, row[i].residency);

        assert_true(mdl_data_may_be_at(&needs, "DE", &de));
        assert_int_equal(mdl_data_may_be_at(&needs, "DE", &fr), row[i].in_france);
        assert_int_equal(mdl_data_may_be_at(&needs, "DE", &ch), row[i].in_switzerland);
        assert_false(mdl_data_rule_of(&needs, "DE", false).into_enclave);
    }
}

static void a_scenario_says_what_a_class_of_data_asks_for(void **state)
{
    static const struct mdl_data_rules rules = {
        .of[MDL_DATA_HEALTH] = {.zone = 1 + MDL_RESIDENCY_NATIONAL, .secure_storage = true},
        .of[MDL_DATA_TRADE_SECRET] = {.secure_storage = true},
        .of[MDL_DATA_OPEN] = {.secure_transport = true}};
    static const struct mdl_stop fr = {.country = "FR", .is_eu = true};
    struct mdl_data_needs needs = mdl_data_needs_of(&rules, MDL_DATA_HEALTH, 0);

    (void)state;
    assert_false(mdl_data_may_be_at(&needs, "DE", &fr));
    assert_true(mdl_data_rule_of(&needs, "DE", false).into_enclave);
    assert_false(mdl_data_rule_of(&needs, "DE", false).is_secure);
    /* what the data itself says goes before */
    needs = mdl_data_needs_of(&rules, MDL_DATA_HEALTH, 1 + MDL_RESIDENCY_EU);
    assert_true(mdl_data_may_be_at(&needs, "DE", &fr));
    /* it lies on secure storage anyway */
    needs = mdl_data_needs_of(&rules, MDL_DATA_TRADE_SECRET, 0);
    assert_false(mdl_data_rule_of(&needs, "DE", false).is_secure);
    needs = mdl_data_needs_of(&rules, MDL_DATA_OPEN, 0);
    assert_true(mdl_data_rule_of(&needs, "DE", true).is_secure);
}

static void a_trade_secret_needs_a_secure_site_or_secure_links(void **state)
{
    struct mdl_data_needs needs = mdl_data_needs_of(&nothing_said, MDL_DATA_TRADE_SECRET, 0);

    (void)state;
    assert_true(mdl_data_rule_of(&needs, "DE", false).is_secure);
    assert_false(mdl_data_rule_of(&needs, "DE", true).is_secure);
    needs.keys = true; /* on the way, wherever it leads */
    assert_false(mdl_data_rule_of(&needs, "DE", false).is_secure);
    assert_true(mdl_data_rule_of(&needs, "DE", false).needs_keys);
    assert_true(mdl_data_rule_of(&needs, "DE", true).needs_keys);
    needs = mdl_data_needs_of(&nothing_said, MDL_DATA_HEALTH, 0);
    assert_false(mdl_data_rule_of(&needs, "DE", false).is_secure);
    assert_int_equal(mdl_data_rule_of(&needs, "DE", false).residency, MDL_RESIDENCY_EU);
    needs = mdl_data_needs_of(&nothing_said, MDL_DATA_HEALTH, 1 + MDL_RESIDENCY_NATIONAL);
    assert_string_equal(mdl_data_rule_of(&needs, "DE", false).country, "DE");
}

static void replicas_are_separated_by_commas(void **state)
{
    size_t length;
    const char *at;

    (void)state;
    assert_null(mdl_replica_at(NULL, 0, &length));
    assert_null(mdl_replica_at(" , ", 0, &length));
    at = mdl_replica_at("lumi,it4lia , x", 1, &length);
    assert_int_equal(length, 6);
    assert_memory_equal(at, "it4lia", length);
    assert_non_null(mdl_replica_at("lumi,it4lia , x", 2, &length));
    assert_null(mdl_replica_at("lumi,it4lia , x", 3, &length));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_depot_does_what_its_rule_says),
        cmocka_unit_test(the_class_of_data_says_where_it_may_be),
        cmocka_unit_test(a_scenario_says_what_a_class_of_data_asks_for),
        cmocka_unit_test(a_trade_secret_needs_a_secure_site_or_secure_links),
        cmocka_unit_test(replicas_are_separated_by_commas),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

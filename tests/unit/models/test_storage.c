/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "models/transport/storage.h"
#include "sim/calendar.h"
#include "sim/random.h"
#include "sim/units.h"

enum { OWNERS = 3 };

struct bench {
    struct sim *sim;
    struct mdl_tier_rules rules;
    uint64_t quota[OWNERS];
    struct mdl_tier *tier;
    int granted[64], granted_count, purged[64], purged_count;
    int64_t granted_ns[64];
};

static int subject[64];

static void on_granted(void *context, void *write)
{
    struct bench *b = context;

    b->granted_ns[b->granted_count] = b->sim->now_ns;
    b->granted[b->granted_count++] = (int)((int *)write - subject);
}

static void on_purged(void *context, void *copy)
{
    struct bench *b = context;

    b->purged[b->purged_count++] = (int)((int *)copy - subject);
}

static void begin(struct bench *b, struct mdl_tier_rules rules)
{
    struct mdl_tier_hooks hooks = {b, on_granted, on_purged};
    bool has_quota = false;

    b->sim = NULL;
    b->granted_count = b->purged_count = 0;
    b->rules = rules;
    b->rules.owner_count = OWNERS;
    for (int i = 0; i < OWNERS; i++)
        has_quota = has_quota || b->quota[i];
    if (has_quota)
        b->rules.quota = b->quota;
    if (!b->rules.purge_above)
        b->rules.purge_above = rules.capacity;
    assert_int_equal(sim_create(1, 0, 0, 0, &b->sim, NULL), SIM_OK);
    assert_int_equal(mdl_tier_create(b->sim, &b->rules, &hooks, &b->tier, NULL), SIM_OK);
}

static void run_to_days(struct bench *b, double days)
{
    assert_int_equal(sim_run(b->sim, (int64_t)(days * SIM_DAY_NS), NULL), SIM_OK);
}

static int64_t fill(const struct bench *b)
{
    return mdl_tier_state(b->tier)->fill.value;
}

static bool is_conserved(const struct bench *b)
{
    const struct mdl_tier_state *state = mdl_tier_state(b->tier);

    return state->written == state->deleted + state->purged + state->moved + state->fill.value &&
           mdl_tier_counted_bytes(b->tier) == state->fill.value &&
           state->fill.value <= (int64_t)b->rules.capacity && state->fill.value >= 0;
}

static void end(struct bench *b)
{
    assert_true(is_conserved(b));
    sim_destroy(b->sim);
}

static void room_is_held_until_it_is_given_back(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_true(mdl_tier_reserve(b.tier, 0, 60, &subject[0]));
    assert_true(mdl_tier_try(b.tier, 1, 40));
    assert_false(mdl_tier_try(b.tier, 2, 1));
    run_to_days(&b, 1);
    mdl_tier_delete(b.tier, 1, 40);
    run_to_days(&b, 2);
    assert_int_equal(fill(&b), 60);
    assert_int_equal(mdl_tier_state(b.tier)->fill_max, 100);
    assert_true(sim_level_integral_ns(&mdl_tier_state(b.tier)->fill, b.sim->now_ns) ==
                (sim_i128)160 * SIM_DAY_NS);
    mdl_tier_mark(b.tier);
    assert_int_equal(mdl_tier_state(b.tier)->fill_max, 60);
    end(&b);
}

static void a_write_waits_for_room_and_those_behind_wait_with_it(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_true(mdl_tier_reserve(b.tier, 0, 70, &subject[0]));
    assert_false(mdl_tier_reserve(b.tier, 0, 50, &subject[1]));
    assert_false(mdl_tier_reserve(b.tier, 1, 10, &subject[2])); /* would fit, but came later */
    run_to_days(&b, 1);
    assert_int_equal(b.granted_count, 0);
    mdl_tier_delete(b.tier, 0, 70);
    run_to_days(&b, 2);
    assert_int_equal(b.granted_count, 2);
    assert_int_equal(b.granted[0], 1);
    assert_int_equal(b.granted[1], 2);
    assert_int_equal(b.granted_ns[1], SIM_DAY_NS);
    assert_int_equal(mdl_tier_state(b.tier)->waited, 2);
    assert_true(sim_level_integral_ns(&mdl_tier_state(b.tier)->waiting, b.sim->now_ns) ==
                (sim_i128)2 * SIM_DAY_NS);
    end(&b);
}

static void a_write_larger_than_the_tier_takes_all_of_it(void **state)
{
    struct bench b = {.quota = {0, 30, 0}};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_true(mdl_tier_reserve(b.tier, 0, 5000, &subject[0]));
    assert_int_equal(fill(&b), 100);
    mdl_tier_delete(b.tier, 0, 5000);
    assert_true(mdl_tier_reserve(b.tier, 1, 5000, &subject[1]));
    assert_int_equal(fill(&b), 30);
    end(&b);
}

static void a_quota_holds_up_its_owner_alone(void **state)
{
    struct bench b = {.quota = {50, 0, 0}};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_true(mdl_tier_reserve(b.tier, 0, 40, &subject[0]));
    assert_false(mdl_tier_reserve(b.tier, 0, 20, &subject[1]));
    assert_false(mdl_tier_reserve(b.tier, 0, 5, &subject[2])); /* behind its own */
    assert_true(mdl_tier_reserve(b.tier, 1, 30, &subject[3]));
    run_to_days(&b, 1);
    mdl_tier_leave(b.tier, 0, 40); /* still its owner's */
    run_to_days(&b, 2);
    assert_int_equal(b.granted_count, 0);
    end(&b);

    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_true(mdl_tier_reserve(b.tier, 0, 40, &subject[0]));
    assert_false(mdl_tier_reserve(b.tier, 0, 20, &subject[1]));
    assert_true(mdl_tier_reserve(b.tier, 1, 60, &subject[3])); /* the tier is full now */
    mdl_tier_delete(b.tier, 0, 40);
    run_to_days(&b, 1);
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(fill(&b), 80);
    end(&b);
}

/* Three users of owner 0 with 30 each and 50 together; owner 1 has no users. */
static void begin_with_users(struct bench *b)
{
    static const uint64_t each[OWNERS] = {30};
    static const uint32_t users[OWNERS] = {3};

    *b = (struct bench){.quota = {50, 0, 0}};
    begin(b, (struct mdl_tier_rules){.capacity = 100, .user_quota = each, .users = users});
}

static void a_users_quota_holds_up_that_user_alone(void **state)
{
    struct bench b;
    uint32_t one, two, owner, user;

    (void)state;
    begin_with_users(&b);
    one = mdl_tier_account(b.tier, 0, 1);
    two = mdl_tier_account(b.tier, 0, 2);
    mdl_tier_who(b.tier, two, &owner, &user);
    assert_int_equal(owner, 0);
    assert_int_equal(user, 2);
    assert_int_equal(mdl_tier_account(b.tier, 1, 7), 1);
    assert_int_equal(mdl_tier_size(b.tier, one, 5000), 30);
    assert_true(mdl_tier_reserve(b.tier, one, 25, &subject[0]));
    assert_false(mdl_tier_reserve(b.tier, one, 10, &subject[1]));
    assert_false(mdl_tier_try(b.tier, one, 1)); /* behind its own */
    assert_true(mdl_tier_reserve(b.tier, two, 20, &subject[2]));
    assert_true(mdl_tier_reserve(b.tier, 1, 40, &subject[3]));
    assert_int_equal(mdl_tier_used(b.tier, 0), 45);
    mdl_tier_leave(b.tier, one, 25); /* still that user's */
    run_to_days(&b, 1);
    assert_int_equal(b.granted_count, 0);
    assert_int_equal(mdl_tier_state(b.tier)->quota_waited, 1);
    assert_true(sim_level_integral_ns(&mdl_tier_state(b.tier)->quota_waiting, b.sim->now_ns) ==
                (sim_i128)SIM_DAY_NS);
    end(&b);
}

static void behind_a_users_quota_is_that_of_its_owner(void **state)
{
    struct bench b;
    uint32_t one, two;

    (void)state;
    begin_with_users(&b);
    one = mdl_tier_account(b.tier, 0, 1);
    two = mdl_tier_account(b.tier, 0, 2);
    assert_true(mdl_tier_reserve(b.tier, one, 30, &subject[0]));
    assert_false(mdl_tier_reserve(b.tier, one, 30, &subject[1])); /* for its user */
    assert_false(mdl_tier_reserve(b.tier, two, 25, &subject[2])); /* for the owner */
    assert_int_equal(mdl_tier_used(b.tier, two), 25);
    assert_int_equal(mdl_tier_used(b.tier, 0), 30);
    mdl_tier_delete(b.tier, one, 30);
    run_to_days(&b, 1);
    /* the owner has room for the second, and not for the first behind it */
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(b.granted[0], 2);
    assert_int_equal(mdl_tier_used(b.tier, 0), 25);
    mdl_tier_delete(b.tier, two, 25);
    run_to_days(&b, 2);
    assert_int_equal(b.granted[1], 1);
    assert_int_equal(mdl_tier_state(b.tier)->quota_waiting.value, 0);
    end(&b);
}

static void the_purge_takes_the_oldest_and_no_more_than_needed(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){
                  .capacity = 100, .purge_above = 80, .untouched_ns = 10 * SIM_DAY_NS});
    for (int i = 0; i < 4; i++) {
        run_to_days(&b, 2 * i); /* 20 on each of the days 0, 2, 4, 6 */
        assert_true(mdl_tier_try(b.tier, 0, 20));
        mdl_tier_leave(b.tier, 0, 20);
    }
    run_to_days(&b, 9.9);
    assert_true(mdl_tier_try(b.tier, 1, 15)); /* above the level, but nothing is old enough */
    assert_int_equal(fill(&b), 95);
    run_to_days(&b, 10.5);
    assert_true(mdl_tier_try(b.tier, 1, 1)); /* the day 0 may go: 16 are too many */
    assert_int_equal(fill(&b), 80);
    assert_true(mdl_tier_state(b.tier)->purged == 16);
    assert_true(mdl_tier_try(b.tier, 1, 20)); /* 4 of the day 0 are left, and not the day 2 */
    assert_int_equal(fill(&b), 96);
    run_to_days(&b, 12.5);
    assert_true(mdl_tier_try(b.tier, 1, 1)); /* and now day 2 */
    assert_int_equal(fill(&b), 80);
    end(&b);
}

static void a_write_goes_on_when_the_oldest_data_has_become_old_enough(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 0, 100));
    run_to_days(&b, 3);
    mdl_tier_leave(b.tier, 0, 60);
    assert_false(mdl_tier_reserve(b.tier, 1, 30, &subject[7]));
    run_to_days(&b, 20);
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(b.granted_ns[0], 13 * SIM_DAY_NS);
    assert_int_equal(fill(&b), 100);
    end(&b);
}

static void a_write_that_waits_is_woken_by_data_left_behind_later(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 0, 100));
    assert_false(mdl_tier_reserve(b.tier, 1, 30, &subject[7]));
    run_to_days(&b, 3);
    mdl_tier_leave(b.tier, 0, 60);
    run_to_days(&b, 20);
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(b.granted_ns[0], 13 * SIM_DAY_NS);
    end(&b);
}

static void what_is_touched_stays(void **state)
{
    struct bench b = {0};
    struct mdl_stored *first;

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 0, 100));
    first = mdl_tier_keep(b.tier, 0, 40, &subject[0]);
    (void)mdl_tier_keep(b.tier, 0, 40, &subject[1]);
    run_to_days(&b, 8);
    mdl_tier_touch(b.tier, first);
    run_to_days(&b, 11);
    assert_true(mdl_tier_try(b.tier, 1, 1));
    assert_int_equal(b.purged_count, 1); /* a copy goes whole */
    assert_int_equal(b.purged[0], 1);
    assert_int_equal(fill(&b), 61);
    mdl_tier_drop(b.tier, first);
    assert_int_equal(fill(&b), 21);
    assert_int_equal(b.purged_count, 1);
    end(&b);
}

static void what_is_left_within_a_day_is_purged_together_and_never_early(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 0, 100));
    mdl_tier_leave(b.tier, 0, 50);
    run_to_days(&b, 0.9);
    mdl_tier_leave(b.tier, 0, 50);
    run_to_days(&b, 10.5);
    assert_false(mdl_tier_try(b.tier, 1, 1));
    run_to_days(&b, 10.9);
    assert_true(mdl_tier_try(b.tier, 1, 60));
    end(&b);
}

static void a_full_quota_purges_its_own_oldest_and_no_more_than_needed(void **state)
{
    struct bench b = {.quota = {50, 0, 0}};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 1000, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 1, 20) && mdl_tier_try(b.tier, 0, 30));
    mdl_tier_leave(b.tier, 1, 20);
    mdl_tier_leave(b.tier, 0, 30);
    run_to_days(&b, 2);
    assert_true(mdl_tier_try(b.tier, 0, 20));
    mdl_tier_leave(b.tier, 0, 20);
    run_to_days(&b, 5);
    assert_false(mdl_tier_reserve(b.tier, 0, 10, &subject[0]));
    run_to_days(&b, 11);
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(b.granted_ns[0], 10 * SIM_DAY_NS);
    assert_true(mdl_tier_state(b.tier)->purged == 10);
    assert_false(mdl_tier_try(b.tier, 0, 21)); /* 20 are old enough */
    assert_true(mdl_tier_used(b.tier, 0) == 30 && mdl_tier_used(b.tier, 1) == 20);
    run_to_days(&b, 12);
    assert_true(mdl_tier_try(b.tier, 0, 35));
    assert_true(mdl_tier_used(b.tier, 0) == 50 && mdl_tier_state(b.tier)->purged == 45);
    end(&b);
}

static void a_write_is_woken_for_its_quota_by_data_left_behind_later(void **state)
{
    struct bench b = {.quota = {50, 0, 0}};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 1000, .untouched_ns = 10 * SIM_DAY_NS});
    assert_true(mdl_tier_try(b.tier, 0, 50));
    assert_false(mdl_tier_reserve(b.tier, 0, 10, &subject[0]));
    run_to_days(&b, 3);
    mdl_tier_leave(b.tier, 0, 50);
    run_to_days(&b, 30);
    assert_int_equal(b.granted_count, 1);
    assert_int_equal(b.granted_ns[0], 13 * SIM_DAY_NS);
    end(&b);
}

/* A user's quota takes from the user, the community's from whoever of it has the oldest. */
static void a_quota_purges_what_it_counts(void **state)
{
    static const uint64_t each[OWNERS] = {40};
    static const uint32_t users[OWNERS] = {3};
    struct bench b = {.quota = {70, 0, 0}};
    uint32_t user[3];

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 1000,
                                      .untouched_ns = 10 * SIM_DAY_NS,
                                      .user_quota = each,
                                      .users = users});
    for (uint32_t i = 0; i < 3; i++)
        user[i] = mdl_tier_account(b.tier, 0, i);
    assert_true(mdl_tier_try(b.tier, user[0], 20));
    mdl_tier_leave(b.tier, user[0], 20);
    run_to_days(&b, 1);
    assert_true(mdl_tier_try(b.tier, user[1], 40));
    mdl_tier_leave(b.tier, user[1], 40);
    run_to_days(&b, 12);
    assert_true(mdl_tier_try(b.tier, user[1], 5));
    assert_true(mdl_tier_used(b.tier, user[0]) == 20 && mdl_tier_used(b.tier, user[1]) == 40);
    assert_true(mdl_tier_try(b.tier, user[2], 25));
    assert_true(mdl_tier_used(b.tier, user[0]) == 5 && mdl_tier_used(b.tier, user[1]) == 40);
    assert_true(mdl_tier_used(b.tier, 0) == 70);
    end(&b);
}

static uint64_t up_to(void *most, uint32_t account, uint64_t bytes)
{
    (void)account;
    return bytes < *(uint64_t *)most ? bytes : *(uint64_t *)most;
}

static bool takes_oldest(struct bench *b, uint64_t most, uint32_t *owner, uint64_t *bytes)
{
    return mdl_tier_take_oldest(b->tier, up_to, &most, owner, bytes);
}

static uint64_t fits_tier(void *tier, uint32_t account, uint64_t bytes)
{
    return mdl_tier_fits(tier, account, bytes);
}

static void a_drain_passes_over_what_has_no_quota_below(void **state)
{
    struct bench b = {0}, below = {.quota = {30, 0, 0}};
    uint32_t owner;
    uint64_t bytes;

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    begin(&below, (struct mdl_tier_rules){.capacity = 60});
    for (uint32_t i = 0; i < 2; i++) {
        assert_true(mdl_tier_try(b.tier, i, 40));
        mdl_tier_leave(b.tier, i, 40);
    }
    for (uint64_t i = 0; i < 2; i++) { /* 30 for the quota, then the others' for the room */
        assert_true(mdl_tier_take_oldest(b.tier, fits_tier, below.tier, &owner, &bytes));
        assert_true(owner == i && bytes == 30);
        assert_true(mdl_tier_try(below.tier, owner, bytes));
        mdl_tier_moved(b.tier, owner, bytes);
    }
    assert_false(mdl_tier_take_oldest(b.tier, fits_tier, below.tier, &owner, &bytes));
    assert_int_equal(fill(&b), 20);
    end(&b);
    end(&below);
}

static void a_tier_drains_what_was_left_first(void **state)
{
    struct bench b = {0};
    uint32_t owner;
    uint64_t bytes;

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100});
    assert_false(takes_oldest(&b, 10, &owner, &bytes));
    assert_true(mdl_tier_try(b.tier, 2, 30) && mdl_tier_try(b.tier, 1, 20));
    mdl_tier_leave(b.tier, 2, 30);
    mdl_tier_leave(b.tier, 1, 20);
    assert_true(takes_oldest(&b, 25, &owner, &bytes));
    assert_int_equal(owner, 2);
    assert_int_equal(bytes, 25);
    assert_int_equal(fill(&b), 50); /* until it is there */
    mdl_tier_moved(b.tier, owner, bytes);
    assert_int_equal(fill(&b), 25);
    assert_true(takes_oldest(&b, 25, &owner, &bytes) && bytes == 5 && owner == 2);
    assert_true(takes_oldest(&b, 25, &owner, &bytes) && bytes == 20 && owner == 1);
    assert_false(takes_oldest(&b, 25, &owner, &bytes));
    end(&b);
}

static void files_are_opened_one_after_the_other(void **state)
{
    struct bench b = {0};

    (void)state;
    begin(&b, (struct mdl_tier_rules){.capacity = 100, .files_per_s = 1000});
    assert_int_equal(mdl_tier_files_ns(b.tier, 5000), 5 * SIM_NS_PER_S);
    assert_int_equal(mdl_tier_files_ns(b.tier, 1000), 6 * SIM_NS_PER_S);
    assert_int_equal(mdl_tier_files_ns(b.tier, 0), 0);
    run_to_days(&b, 1);
    assert_int_equal(mdl_tier_files_ns(b.tier, 1000), 1 * SIM_NS_PER_S);
    end(&b);
}

/* ---- against a model that keeps every file in a list ---- */

enum { FILES = 400 };

struct file {
    uint64_t bytes;
    uint32_t owner;
    bool is_held, is_there;
};

static uint64_t drawn(uint64_t draw, uint32_t purpose, uint64_t below)
{
    return (uint64_t)(sim_uniform_at(99, draw, purpose, 0) * (double)below) % below;
}

/* Whatever is written, held, left, deleted and drained: every byte is accounted for, no more is
 * there than fits, no owner has more than its quota, and who waits is let in some time. */
static void bytes_are_conserved_and_never_above_capacity(void **state)
{
    static const uint64_t each[OWNERS] = {90};
    static const uint32_t users[OWNERS] = {4};
    struct bench b = {.quota = {300, 0, 200}};
    struct file file[FILES] = {{0}};
    uint64_t draw = 0;

    (void)state;
    for (int round = 0; round < 40; round++) {
        int waiting = -1;

        memset(file, 0, sizeof file);
        begin(&b, (struct mdl_tier_rules){.capacity = 1000,
                                          .purge_above = 700,
                                          .untouched_ns = (round & 1) * 5 * SIM_DAY_NS,
                                          .user_quota = round & 2 ? each : NULL,
                                          .users = users});
        for (int i = 0; i < FILES; i++) {
            struct file *f = &file[i];
            uint32_t owner;
            uint64_t bytes;
            int other = (int)drawn(++draw, 1, FILES);

            run_to_days(&b, i * 0.25);
            if (waiting >= 0 && b.granted_count > 0) { /* one writes or waits at a time */
                file[waiting].is_held = true;
                waiting = -1;
                b.granted_count = 0;
            }
            f->owner = mdl_tier_account(b.tier, (uint32_t)drawn(draw, 2, OWNERS),
                                        (uint32_t)drawn(draw, 6, users[0]));
            f->bytes = 1 + drawn(draw, 3, 150);
            if (waiting < 0) {
                f->is_held = mdl_tier_reserve(b.tier, f->owner, f->bytes, &subject[0]);
                waiting = f->is_held ? -1 : i;
            } else {
                uint64_t fits = mdl_tier_fits(b.tier, f->owner, f->bytes);

                f->is_held = mdl_tier_try(b.tier, f->owner, f->bytes);
                assert_true(f->is_held ==
                            (fits > 0 && fits == mdl_tier_size(b.tier, f->owner, f->bytes)));
            }
            if (file[other].is_held) {
                if (drawn(draw, 4, 3) == 0)
                    mdl_tier_leave(b.tier, file[other].owner, file[other].bytes);
                else
                    mdl_tier_delete(b.tier, file[other].owner, file[other].bytes);
                file[other].is_held = false;
            }
            if (drawn(draw, 5, 8) == 0 && takes_oldest(&b, 100, &owner, &bytes))
                mdl_tier_moved(b.tier, owner, bytes);
            assert_true(is_conserved(&b));
            for (uint32_t user = 0; round & 2 && user < users[0]; user++)
                assert_true(mdl_tier_used(b.tier, mdl_tier_account(b.tier, 0, user)) <= each[0]);
        }
        end(&b);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_is_held_until_it_is_given_back),
        cmocka_unit_test(a_write_waits_for_room_and_those_behind_wait_with_it),
        cmocka_unit_test(a_write_larger_than_the_tier_takes_all_of_it),
        cmocka_unit_test(a_quota_holds_up_its_owner_alone),
        cmocka_unit_test(a_users_quota_holds_up_that_user_alone),
        cmocka_unit_test(behind_a_users_quota_is_that_of_its_owner),
        cmocka_unit_test(the_purge_takes_the_oldest_and_no_more_than_needed),
        cmocka_unit_test(a_write_goes_on_when_the_oldest_data_has_become_old_enough),
        cmocka_unit_test(a_write_that_waits_is_woken_by_data_left_behind_later),
        cmocka_unit_test(what_is_touched_stays),
        cmocka_unit_test(what_is_left_within_a_day_is_purged_together_and_never_early),
        cmocka_unit_test(a_full_quota_purges_its_own_oldest_and_no_more_than_needed),
        cmocka_unit_test(a_write_is_woken_for_its_quota_by_data_left_behind_later),
        cmocka_unit_test(a_quota_purges_what_it_counts),
        cmocka_unit_test(a_drain_passes_over_what_has_no_quota_below),
        cmocka_unit_test(a_tier_drains_what_was_left_first),
        cmocka_unit_test(files_are_opened_one_after_the_other),
        cmocka_unit_test(bytes_are_conserved_and_never_above_capacity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}

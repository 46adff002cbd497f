/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "sim/random.h"
#include "sim/sim.h"

/* ---- a naive model: every timer in an array, the earliest found by looking at all ---- */

enum { MOST = 10000 };

struct model;

struct entry {
    struct sim_timer timer;
    struct model *model;
    bool is_armed;
    int64_t time_ns;
    enum sim_phase phase;
    enum sim_ties ties;
    uint64_t armed_as; /* n-th arming */
};

struct model {
    struct sim *sim;
    struct entry *entry; /* [MOST] */
    size_t count, most;
    uint64_t armings, fired, draws, seed;
    uint64_t fires_left;
    int64_t spread_ns; /* small: many ties */
};

static uint64_t draw(struct model *model, uint64_t below)
{
    return sim_hash_child(model->seed, 1, model->draws++) % below;
}

static bool is_before(const struct entry *a, const struct entry *b)
{
    if (a->time_ns != b->time_ns)
        return a->time_ns < b->time_ns;
    if (a->phase != b->phase)
        return a->phase < b->phase;
    if (a->ties != b->ties)
        return a->ties == SIM_TIES_BY_ARMING;
    return a->ties == SIM_TIES_BY_ARMING ? a->armed_as < b->armed_as : a < b;
}

static const struct entry *earliest(const struct model *model)
{
    const struct entry *best = NULL;

    for (size_t i = 0; i < model->count; i++) {
        if (model->entry[i].is_armed && (!best || is_before(&model->entry[i], best)))
            best = &model->entry[i];
    }
    return best;
}

static void note_arming(struct entry *entry, int64_t time_ns)
{
    entry->is_armed = true;
    entry->time_ns = time_ns;
    entry->armed_as = entry->model->armings++;
}

static void arm(struct entry *entry, int64_t time_ns)
{
    note_arming(entry, time_ns);
    sim_timer_arm(entry->model->sim, &entry->timer, time_ns);
}

static void disarm(struct entry *entry)
{
    entry->is_armed = false;
    sim_timer_disarm(entry->model->sim, &entry->timer);
}

static int64_t some_time(struct model *model)
{
    return model->sim->now_ns + (int64_t)draw(model, (uint64_t)model->spread_ns);
}

static void fired(struct sim *sim, void *subject);

static struct entry *create(struct model *model)
{
    struct entry *entry = &model->entry[model->count++];

    entry->model = model;
    entry->phase = (enum sim_phase)draw(model, 5);
    entry->ties = (enum sim_ties)draw(model, 2);
    assert_int_equal(
        sim_timer_create(model->sim, &entry->timer, entry->phase, entry->ties, fired, entry, NULL),
        SIM_OK);
    return entry;
}

/* Arms, moves, disarms some other timer, or makes a new one. */
static void meddle(struct model *model)
{
    struct entry *other = &model->entry[draw(model, model->count)];

    switch (draw(model, 4)) {
    case 0:
        disarm(other);
        break;
    case 1:
        if (model->count < model->most)
            arm(create(model), some_time(model));
        break;
    default:
        arm(other, some_time(model));
    }
}

static void fired(struct sim *sim, void *subject)
{
    struct entry *entry = subject;
    struct model *model = entry->model;

    assert_ptr_equal(entry, earliest(model));
    assert_true(sim->now_ns == entry->time_ns);
    entry->is_armed = false;
    model->fired++;
    if (model->fires_left == 0)
        return; /* winds down */
    model->fires_left--;
    switch (draw(model, 8)) {
    case 0:
    case 1: { /* rearm, then others */
        int64_t next_ns = some_time(model);

        note_arming(entry, next_ns);
        sim_timer_rearm(sim, next_ns);
        meddle(model);
        break;
    }
    case 2: { /* others, then rearm */
        int64_t next_ns;

        meddle(model);
        if (sim->timers.firing == SIM_TIMER_NONE) /* it has met itself */
            break;
        next_ns = some_time(model);
        note_arming(entry, next_ns);
        sim_timer_rearm(sim, next_ns);
        break;
    }
    case 3: /* arm itself by the ordinary call */
        arm(entry, some_time(model));
        break;
    case 4: /* arm, then disarm itself */
        arm(entry, some_time(model));
        disarm(entry);
        break;
    case 5: /* disarm itself, then arm */
        disarm(entry);
        arm(entry, some_time(model));
        break;
    case 6:
        disarm(entry);
        meddle(model);
        break;
    default:
        meddle(model);
        meddle(model);
    }
}

static void play(uint64_t seed, size_t first, size_t most, uint64_t fires, int64_t start_ns,
                 int64_t spread_ns)
{
    struct model model = {.most = most, .seed = seed, .fires_left = fires, .spread_ns = spread_ns};

    model.entry = calloc(MOST, sizeof *model.entry);
    assert_non_null(model.entry);
    assert_int_equal(sim_create(1, 0, start_ns, 0, &model.sim, NULL), SIM_OK);
    for (size_t i = 0; i < first; i++) {
        struct entry *entry = create(&model);
        if (i % 3)
            arm(entry, some_time(&model));
    }
    while (model.fires_left) { /* from outside, between runs: also what wakes the sleeping */
        assert_int_equal(sim_run(model.sim, model.sim->now_ns + spread_ns / 4, NULL), SIM_OK);
        meddle(&model);
    }
    assert_int_equal(sim_run(model.sim, SIM_NEVER - 1, NULL), SIM_OK);
    assert_null(earliest(&model));
    assert_true(model.fired >= fires);
    sim_destroy(model.sim);
    free(model.entry);
}

static void timers_fire_in_the_order_of_a_stable_sort(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 30; seed++) {
        play(seed, 1 + seed, 40, 3000, 0, 4);
        play(seed, 5, 300, 3000, 0, 50);
        play(seed, 17, 65, 3000, -100000, 1000000);
    }
}

static void times_may_be_negative(void **state)
{
    (void)state;
    play(7, 50, 60, 5000, -300, 5);
    play(8, 50, 60, 1000, INT64_MIN, 1000);
}

static void the_tree_grows_while_timers_are_armed(void **state)
{
    struct model model = {.most = MOST, .seed = 3, .spread_ns = 500};
    int64_t last_ns = -1;

    (void)state;
    model.entry = calloc(MOST, sizeof *model.entry);
    assert_int_equal(sim_create(1, 0, 0, 0, &model.sim, NULL), SIM_OK);
    for (size_t i = 0; i < MOST; i++)
        arm(create(&model), (int64_t)draw(&model, 500));
    for (size_t i = 0; i < MOST; i += 7)
        disarm(&model.entry[i]);
    while (earliest(&model)) { /* checked one instant at a time, and by `fired` one by one */
        int64_t next_ns = earliest(&model)->time_ns;

        assert_true(next_ns > last_ns);
        assert_int_equal(sim_run(model.sim, next_ns, NULL), SIM_OK);
        last_ns = next_ns;
    }
    assert_int_equal(model.fired, MOST - (MOST + 6) / 7);
    sim_destroy(model.sim);
    free(model.entry);
}

/* ---- by hand ---- */

struct log {
    char text[64];
    size_t length;
    struct sim_timer timer[6];
};

static void write_a(struct sim *sim, void *subject)
{
    (void)sim;
    ((struct log *)subject)->text[((struct log *)subject)->length++] = 'a';
}

static void write_b(struct sim *sim, void *subject)
{
    (void)sim;
    ((struct log *)subject)->text[((struct log *)subject)->length++] = 'b';
}

static void write_c_and_wake_a(struct sim *sim, void *subject)
{
    struct log *log = subject;

    log->text[log->length++] = 'c';
    if (log->length < 4)
        sim_timer_arm(sim, &log->timer[0], sim->now_ns);
}

static struct sim *begin(void)
{
    struct sim *sim;

    assert_int_equal(sim_create(1, 0, 0, 0, &sim, NULL), SIM_OK);
    return sim;
}

static void make(struct sim *sim, struct log *log, size_t i, enum sim_phase phase,
                 enum sim_ties ties, sim_timer_fn *run)
{
    assert_int_equal(sim_timer_create(sim, &log->timer[i], phase, ties, run, log, NULL), SIM_OK);
}

static void an_earlier_phase_that_is_woken_at_the_same_instant_comes_next(void **state)
{
    struct log log = {.length = 0};
    struct sim *sim = begin();

    (void)state;
    make(sim, &log, 0, SIM_PHASE_ARRIVAL, SIM_TIES_BY_ARMING, write_a);
    make(sim, &log, 1, SIM_PHASE_END, SIM_TIES_BY_ARMING, write_c_and_wake_a);
    make(sim, &log, 2, SIM_PHASE_SAMPLE, SIM_TIES_BY_ARMING, write_b);
    sim_timer_arm(sim, &log.timer[2], 5);
    sim_timer_arm(sim, &log.timer[1], 5);
    assert_int_equal(sim_run(sim, 5, NULL), SIM_OK);
    assert_string_equal(log.text, "cab");
    sim_destroy(sim);
}

static void ties_by_creation_ignore_the_order_of_arming(void **state)
{
    struct log log = {.length = 0};
    struct sim *sim = begin();

    (void)state;
    make(sim, &log, 0, SIM_PHASE_SCHEDULE, SIM_TIES_BY_CREATION, write_a);
    make(sim, &log, 1, SIM_PHASE_SCHEDULE, SIM_TIES_BY_CREATION, write_b);
    sim_timer_arm(sim, &log.timer[1], 9);
    sim_timer_arm(sim, &log.timer[0], 9);
    assert_int_equal(sim_run(sim, 9, NULL), SIM_OK);
    assert_string_equal(log.text, "ab");
    sim_destroy(sim);
}

static void ties_by_arming_follow_the_last_arming(void **state)
{
    struct log log = {.length = 0};
    struct sim *sim = begin();

    (void)state;
    make(sim, &log, 0, SIM_PHASE_SCHEDULE, SIM_TIES_BY_ARMING, write_a);
    make(sim, &log, 1, SIM_PHASE_SCHEDULE, SIM_TIES_BY_ARMING, write_b);
    sim_timer_arm(sim, &log.timer[0], 9);
    sim_timer_arm(sim, &log.timer[1], 9);
    sim_timer_arm(sim, &log.timer[0], 9); /* to the end of the line */
    assert_int_equal(sim_run(sim, 9, NULL), SIM_OK);
    assert_string_equal(log.text, "ba");
    sim_destroy(sim);
}

static void a_moved_timer_fires_once_at_its_new_time(void **state)
{
    struct log log = {.length = 0};
    struct sim *sim = begin();

    (void)state;
    make(sim, &log, 0, SIM_PHASE_END, SIM_TIES_BY_ARMING, write_a);
    sim_timer_arm(sim, &log.timer[0], 10);
    sim_timer_arm(sim, &log.timer[0], 30);
    assert_int_equal(sim_run(sim, 29, NULL), SIM_OK);
    assert_int_equal(log.length, 0);
    sim_timer_arm(sim, &log.timer[0], 29);
    assert_int_equal(sim_run(sim, 100, NULL), SIM_OK);
    assert_int_equal(log.length, 1);
    sim_timer_disarm(sim, &log.timer[0]); /* not armed: nothing happens */
    sim_timer_arm(sim, &log.timer[0], SIM_NEVER);
    assert_int_equal(sim_run(sim, SIM_NEVER - 1, NULL), SIM_OK);
    assert_int_equal(log.length, 1);
    sim_destroy(sim);
}

/* The arena's limit is raised in small steps until all fits: whatever was refused on the way, what
 * had been created still fires. */
static void a_timer_that_cannot_be_created_leaves_the_others_alone(void **state)
{
    enum { WANTED = 200 };
    static struct sim_timer timer[WANTED];
    size_t made = 0, refusals = 0;

    (void)state;
    for (size_t limit = 512; made < WANTED; limit += 64) {
        struct log log = {.length = 0};
        struct sim_error err = {0};
        struct sim *sim;
        enum sim_status status = SIM_OK;

        if (sim_create(1, 0, 0, limit, &sim, NULL))
            continue;
        for (made = 0; made < WANTED && !status; made += !status) {
            status = sim_timer_create(sim, &timer[made], SIM_PHASE_END, SIM_TIES_BY_ARMING, write_a,
                                      &log, &err);
            if (!status)
                sim_timer_arm(sim, &timer[made], made < 60 ? (int64_t)made : SIM_NEVER);
        }
        if (status) {
            refusals++;
            assert_int_equal(status, SIM_ENOMEM);
            assert_int_equal(err.status, SIM_ENOMEM);
        }
        assert_int_equal(sim_run(sim, 1000, NULL), SIM_OK);
        assert_int_equal(log.length, made < 60 ? made : 60);
        sim_destroy(sim);
    }
    assert_true(refusals > 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(timers_fire_in_the_order_of_a_stable_sort),
        cmocka_unit_test(times_may_be_negative),
        cmocka_unit_test(the_tree_grows_while_timers_are_armed),
        cmocka_unit_test(an_earlier_phase_that_is_woken_at_the_same_instant_comes_next),
        cmocka_unit_test(ties_by_creation_ignore_the_order_of_arming),
        cmocka_unit_test(ties_by_arming_follow_the_last_arming),
        cmocka_unit_test(a_moved_timer_fires_once_at_its_new_time),
        cmocka_unit_test(a_timer_that_cannot_be_created_leaves_the_others_alone),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

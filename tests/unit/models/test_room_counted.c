/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Interchangeable units against a count of them at every moment. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "models/compute/room.h"

enum { MOMENTS = 4000, LONGEST = 60, RUNNING_MAX = 64, UNITS = 12, LAST = MOMENTS - 4 * LONGEST };

struct machine {
    struct sim_arena *arena;
    struct mdl_room *room;
    int64_t now;
    int64_t free[MOMENTS], promised[MOMENTS]; /* free: promises not taken off */
    struct mdl_job running[RUNNING_MAX];
    size_t running_count;
    uint64_t random;
};

static int64_t draw(struct machine *m, int64_t below)
{
    m->random = m->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (int64_t)(m->random >> 33) % below;
}

static void begin(struct machine *m, uint64_t seed)
{
    memset(m, 0, sizeof *m);
    m->random = seed;
    m->arena = sim_arena_create(0);
    assert_int_equal(mdl_room_counted(m->arena, 0, UNITS, &m->room, NULL), SIM_OK);
    for (int t = 0; t < MOMENTS; t++)
        m->free[t] = UNITS;
}

static void add(int64_t *at, int64_t from, int64_t to, int64_t units)
{
    for (int64_t t = from; t < to; t++)
        at[t] += units;
}

/* A job of no length holds its units for a moment. */
static int64_t end_of(int64_t from, const struct mdl_job *job)
{
    return from + (job->walltime_ns ? job->walltime_ns : 1);
}

static bool has_room(const struct machine *m, int64_t from, const struct mdl_job *job)
{
    for (int64_t t = from; t < end_of(from, job); t++)
        if (m->free[t] - m->promised[t] < (int64_t)job->width)
            return false;
    return true;
}

static struct mdl_job any_job(struct machine *m)
{
    return (struct mdl_job){.width = (uint32_t)(1 + draw(m, UNITS)),
                            .walltime_ns = draw(m, LONGEST),
                            .start_ns = m->now};
}

static void end_one(struct machine *m, size_t i)
{
    struct mdl_job *job = &m->running[i];

    if (m->now <= end_of(job->start_ns, job)) { /* later is never */
        assert_true(m->room->kind->give_back(m->room, job, m->now));
        add(m->free, m->now, end_of(job->start_ns, job), job->width);
    }
    *job = m->running[--m->running_count];
}

static void those_at_their_end_leave(struct machine *m)
{
    for (size_t i = m->running_count; i-- > 0;)
        if (end_of(m->running[i].start_ns, &m->running[i]) <= m->now)
            end_one(m, i);
}

static void start_or_promise(struct machine *m)
{
    struct mdl_job job = any_job(m);
    int64_t until = m->now + 1 + draw(m, 2 * LONGEST), from = m->now;

    assert_int_equal(m->room->kind->fits(m->room, &job, m->now), has_room(m, m->now, &job));
    if (has_room(m, m->now, &job) && m->running_count < RUNNING_MAX) {
        assert_true(m->room->kind->take(m->room, &job));
        add(m->free, m->now, end_of(m->now, &job), -(int64_t)job.width);
        m->running[m->running_count++] = job;
        return;
    }
    while (from < until && !has_room(m, from, &job))
        from++;
    assert_true(m->room->kind->promise(m->room, &job, m->now, until));
    if (from < until)
        add(m->promised, from, end_of(from, &job), job.width);
}

/* The same whether the jobs that go are gone or only thought away, which leaves nothing behind. */
static void think_some_away(struct machine *m)
{
    struct mdl_job job = any_job(m), *gone[RUNNING_MAX];
    size_t count = m->running_count ? (size_t)draw(m, (int64_t)m->running_count + 1) : 0;
    bool expected;

    for (size_t i = 0; i < count; i++) {
        gone[i] = &m->running[i];
        add(m->free, m->now, end_of(gone[i]->start_ns, gone[i]), gone[i]->width);
    }
    expected = has_room(m, m->now, &job);
    for (size_t i = 0; i < count; i++)
        add(m->free, m->now, end_of(gone[i]->start_ns, gone[i]), -(int64_t)gone[i]->width);
    assert_int_equal(m->room->kind->fits_without(m->room, &job, m->now, gone, count), expected);
}

static void change_machine(struct machine *m)
{
    int64_t units = draw(m, 3) - 1, from = m->now + draw(m, LONGEST);
    int64_t to = from + 1 + draw(m, LONGEST);

    if (draw(m, 2)) {
        assert_true(m->room->kind->resize(m->room, m->now, units));
        add(m->free, m->now, MOMENTS, units);
    } else {
        assert_true(m->room->kind->hold(m->room, from, to, 1));
        add(m->free, from, to, -1);
    }
}

static void a_pass(struct machine *m)
{
    those_at_their_end_leave(m);
    if (m->running_count && draw(m, 3) == 0)
        end_one(m, (size_t)draw(m, (int64_t)m->running_count));
    if (draw(m, 40) == 0)
        change_machine(m);
    for (int64_t k = draw(m, 8); k > 0; k--) {
        if (draw(m, 4))
            start_or_promise(m);
        else
            think_some_away(m);
        assert_int_equal(m->room->kind->free_units(m->room, m->now),
                         m->free[m->now] - m->promised[m->now]);
    }
    assert_true(m->room->kind->forget_promises(m->room));
    memset(m->promised, 0, sizeof m->promised);
    assert_int_equal(m->room->kind->free_units(m->room, m->now), m->free[m->now]);
}

static void room_is_what_is_left_at_every_moment(void **state)
{
    static struct machine m;

    (void)state;
    for (uint64_t seed = 1; seed <= 40; seed++) {
        begin(&m, seed);
        for (; m.now < LAST; m.now += draw(&m, 12))
            a_pass(&m);
        sim_arena_destroy(m.arena);
    }
}

static void a_promise_beyond_its_window_is_not_given(void **state)
{
    static struct machine m;
    struct mdl_job job = {.width = UNITS, .walltime_ns = 10},
                   small = {.width = 1, .walltime_ns = 5};

    (void)state;
    begin(&m, 1);
    assert_true(m.room->kind->take(m.room, &job));
    assert_true(m.room->kind->promise(m.room, &job, 0, 10)); /* 10 is not before 10 */
    assert_true(m.room->kind->fits(m.room, &small, 10));
    assert_true(m.room->kind->promise(m.room, &job, 0, 11));
    assert_false(m.room->kind->fits(m.room, &small, 10));
    assert_true(m.room->kind->fits(m.room, &small, 20));
    assert_true(m.room->kind->forget_promises(m.room));
    assert_true(m.room->kind->fits(m.room, &small, 10));
    sim_arena_destroy(m.arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_is_what_is_left_at_every_moment),
        cmocka_unit_test(a_promise_beyond_its_window_is_not_given),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}

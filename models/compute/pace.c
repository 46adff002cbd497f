/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/compute/pace.h"

#include <assert.h>

/* An end further off than this never comes. */
static const double LONGEST_NS = 4e18;

static sim_u128 never(void)
{
    return sim_timer_key(SIM_NEVER, UINT64_MAX);
}

/* What the clock shows, whole nanoseconds, and the rest. */
static int64_t clock_ns(const struct mdl_pace_group *group, int64_t now_ns, double *rest)
{
    int64_t elapsed_ns = now_ns - group->since_ns, whole_ns;
    double done;

    *rest = group->rest;
    if (group->rate >= 1)
        return group->done_ns + elapsed_ns;
    done = (double)elapsed_ns * group->rate + group->rest;
    whole_ns = (int64_t)done;
    *rest = done - (double)whole_ns;
    return group->done_ns + whole_ns;
}

/* When the clock will show at_ns. */
static int64_t time_of(const struct mdl_pace_group *group, int64_t at_ns)
{
    int64_t more_ns = at_ns - group->done_ns, whole_ns;
    double takes_ns;

    if (more_ns <= 0)
        return group->since_ns;
    if (group->rate >= 1)
        return group->since_ns + more_ns;
    takes_ns = group->rate > 0 ? ((double)more_ns - group->rest) / group->rate : LONGEST_NS;
    if (takes_ns >= LONGEST_NS)
        return SIM_NEVER;
    whole_ns = (int64_t)takes_ns;
    return group->since_ns + whole_ns + ((double)whole_ns < takes_ns);
}

static void note_next(struct mdl_pace *pace, struct mdl_pace_group *group)
{
    sim_u128 first = mdl_winners_smallest(&group->ends);

    group->next = sim_timer_key_time(first) == SIM_NEVER
                      ? never()
                      : sim_timer_key(time_of(group, sim_timer_key_time(first)), (uint64_t)first);
    pace->next = never();
    for (unsigned i = 0; i < MDL_PACE_GROUPS; i++)
        pace->next = sim_u128_min(pace->next, pace->group[i].next);
}

void mdl_pace_init(struct mdl_pace *pace, int64_t now_ns)
{
    *pace = (struct mdl_pace){.next = never()};
    for (unsigned i = 0; i < MDL_PACE_GROUPS; i++)
        pace->group[i] = (struct mdl_pace_group){.rate = 1, .since_ns = now_ns, .next = never()};
}

bool mdl_pace_grow(struct mdl_pace *pace, struct sim_arena *arena, uint32_t capacity)
{
    void *left_ns = sim_arena_resize(arena, pace->left_ns, capacity, sizeof *pace->left_ns);

    if (!left_ns)
        return false;
    pace->left_ns = left_ns;
    for (uint32_t slot = pace->capacity; slot < capacity; slot++)
        pace->left_ns[slot] = -1;
    for (unsigned i = 0; i < MDL_PACE_GROUPS; i++)
        if (!mdl_winners_grow(&pace->group[i].ends, arena, capacity))
            return false;
    pace->capacity = capacity;
    return true;
}

void mdl_pace_add(struct mdl_pace *pace, unsigned index, uint32_t slot, int64_t work_ns,
                  uint64_t low, int64_t now_ns)
{
    struct mdl_pace_group *group = &pace->group[index];
    double rest;

    mdl_winners_set(&group->ends, slot,
                    sim_timer_key(clock_ns(group, now_ns, &rest) + work_ns, low));
    note_next(pace, group);
}

void mdl_pace_remove(struct mdl_pace *pace, unsigned index, uint32_t slot)
{
    struct mdl_pace_group *group = &pace->group[index];

    pace->left_ns[slot] = -1;
    mdl_winners_clear(&group->ends, slot);
    note_next(pace, group);
}

void mdl_pace_pause(struct mdl_pace *pace, unsigned index, uint32_t slot, int64_t now_ns)
{
    int64_t left_ns = mdl_pace_left_ns(pace, index, slot, now_ns);

    mdl_pace_remove(pace, index, slot);
    pace->left_ns[slot] = left_ns;
}

void mdl_pace_resume(struct mdl_pace *pace, unsigned index, uint32_t slot, uint64_t low,
                     int64_t now_ns)
{
    int64_t left_ns = pace->left_ns[slot];

    assert(left_ns >= 0);
    pace->left_ns[slot] = -1;
    mdl_pace_add(pace, index, slot, left_ns, low, now_ns);
}

void mdl_pace_set_rate(struct mdl_pace *pace, unsigned index, double rate, int64_t now_ns)
{
    struct mdl_pace_group *group = &pace->group[index];
    double rest;

    if (rate == group->rate)
        return;
    group->done_ns = clock_ns(group, now_ns, &rest);
    group->rest = rest;
    group->since_ns = now_ns;
    group->rate = rate;
    note_next(pace, group);
}

int64_t mdl_pace_left_ns(const struct mdl_pace *pace, unsigned index, uint32_t slot, int64_t now_ns)
{
    const struct mdl_pace_group *group = &pace->group[index];
    int64_t end_ns = sim_timer_key_time(mdl_winners_at(&group->ends, slot)), left_ns;
    double rest;

    if (pace->left_ns[slot] >= 0)
        return pace->left_ns[slot];
    if (time_of(group, end_ns) <= now_ns)
        return 0;
    left_ns = end_ns - clock_ns(group, now_ns, &rest);
    return left_ns > 1 ? left_ns : 1;
}

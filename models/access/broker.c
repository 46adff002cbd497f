/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/broker.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

double mdl_mix_work_unit_s(const struct mdl_mix *mix, const struct mdl_partition_plan *partition,
                           const struct mdl_capacity_step *step)
{
    double sum = 0, before = 0;

    for (size_t i = 0; i < mix->count; i++) {
        sum += (mix->cumulated[i] - before) *
               mdl_qos_work_unit_s(partition, step, mix->class_of[i], mix->qos);
        before = mix->cumulated[i];
    }
    return sum;
}

/* Weight of a member: its part of the jobs, or the records per second that fill its hours. */
static double weight_of(const struct mdl_pool *pool, const struct mdl_partition_plan *all,
                        size_t member, int64_t time_ns)
{
    const struct mdl_partition_plan *partition = &all[pool->members.partition[member]];
    const struct mdl_capacity_step *step = mdl_capacity_at(partition, time_ns);
    double part = pool->members.part[member], work_unit_s;

    if (!step->units)
        return 0;
    if (pool->members.is_fixed)
        return part;
    work_unit_s = mdl_mix_work_unit_s(&pool->mix, partition, step);
    return work_unit_s > 0 ? part * step->units / work_unit_s : 0;
}

/* All moments at which a member changes, ascending, each once. */
static size_t change_times(const struct mdl_pool *pool, const struct mdl_partition_plan *all,
                           int64_t *time_ns)
{
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < pool->members.count; i++) {
        const struct mdl_partition_plan *member = &all[pool->members.partition[i]];
        for (size_t k = 0; k < member->step_count; k++)
            time_ns[count++] = member->step[k].time_ns;
    }
    qsort(time_ns, count, sizeof *time_ns, by_time);
    for (size_t i = 0; i < count; i++) {
        if (!kept || time_ns[kept - 1] != time_ns[i])
            time_ns[kept++] = time_ns[i];
    }
    return kept;
}

static void fill_step(struct mdl_pool_step *step, double *cumulated, const struct mdl_pool *pool,
                      const struct mdl_partition_plan *all)
{
    size_t last = 0, count = pool->members.count;
    double sum = 0;

    for (size_t i = 0; i < count; i++) {
        double weight = weight_of(pool, all, i, step->time_ns);

        sum += weight;
        cumulated[i] = sum;
        if (weight > 0)
            last = i;
    }
    if (!(sum > 0))
        return;
    step->records_per_s = pool->members.is_fixed ? 0 : sum;
    for (size_t i = 0; i < count; i++)
        cumulated[i] = i >= last ? 1 : cumulated[i] / sum;
    step->cumulated = cumulated;
}

enum sim_status mdl_pool_init(struct mdl_pool *pool, const char *name,
                              const struct mdl_partition_plan *all,
                              const struct mdl_members *members, const struct mdl_mix *mix,
                              struct sim_arena *arena, struct sim_error *err)
{
    struct mdl_pool_step *step;
    double *cumulated;
    int64_t *time_ns;
    size_t most = 0, count;

    *pool = (struct mdl_pool){.name = name, .members = *members, .mix = *mix};
    for (size_t i = 0; i < members->count; i++)
        most += all[members->partition[i]].step_count;
    time_ns = sim_arena_alloc(arena, most, sizeof *time_ns);
    if (!time_ns)
        return sim_fail(err, SIM_ENOMEM, "no memory for a pool");
    count = change_times(pool, all, time_ns);
    step = sim_arena_alloc(arena, count, sizeof *step);
    cumulated = sim_arena_alloc(arena, count * members->count, sizeof *cumulated);
    if (!step || !cumulated)
        return sim_fail(err, SIM_ENOMEM, "no memory for a pool");
    for (size_t i = 0; i < count; i++) {
        step[i].time_ns = time_ns[i];
        fill_step(&step[i], cumulated + i * members->count, pool, all);
    }
    pool->step = step;
    pool->step_count = count;
    return SIM_OK;
}

const struct mdl_pool_step *mdl_pool_at(const struct mdl_pool *pool, int64_t time_ns)
{
    size_t low = 0, high = pool->step_count;

    while (high - low > 1) {
        size_t middle = (low + high) / 2;
        if (pool->step[middle].time_ns <= time_ns)
            low = middle;
        else
            high = middle;
    }
    return &pool->step[low];
}

size_t mdl_broker_home(const struct mdl_pool *pool, const struct mdl_pool_step *step, double u)
{
    size_t i = 0;

    if (!step->cumulated)
        return SIZE_MAX;
    while (u > step->cumulated[i])
        i++;
    return pool->members.partition[i];
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/broker.h"

#include <stdlib.h>

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static double offered(const struct mdl_partition_plan *partition, int64_t time_ns, double part,
                      bool is_fixed)
{
    uint32_t units = mdl_capacity_at(partition, time_ns)->units;

    if (is_fixed)
        return units ? part : 0;
    return part * units * (partition->gpus_per_unit ? partition->gpus_per_unit : 1);
}

/* All moments at which a member changes, ascending, each once. */
static size_t change_times(const struct mdl_pool *pool, const struct mdl_partition_plan *all,
                           int64_t *time_ns)
{
    size_t count = 0, kept = 0;

    for (size_t i = 0; i < pool->partition_count; i++) {
        const struct mdl_partition_plan *member = &all[pool->partition[i]];
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
                      const struct mdl_partition_plan *all, const double *part, bool is_fixed)
{
    size_t last = 0;
    double sum = 0;

    for (size_t i = 0; i < pool->partition_count; i++) {
        double weight = offered(&all[pool->partition[i]], step->time_ns, part[i], is_fixed);

        sum += weight;
        cumulated[i] = sum;
        if (weight > 0)
            last = i;
    }
    step->capacity = sum;
    if (!(sum > 0))
        return;
    for (size_t i = 0; i < pool->partition_count; i++)
        cumulated[i] = i >= last ? 1 : cumulated[i] / sum;
    step->cumulated = cumulated;
}

enum sim_status mdl_pool_init(struct mdl_pool *pool, const char *name,
                              const struct mdl_partition_plan *all, const size_t *partition,
                              const double *part, size_t partition_count, bool is_fixed,
                              struct sim_arena *arena, struct sim_error *err)
{
    struct mdl_pool_step *step;
    double *cumulated;
    int64_t *time_ns;
    size_t most = 0, count;

    *pool = (struct mdl_pool){
        .name = name, .partition = partition, .partition_count = partition_count};
    for (size_t i = 0; i < partition_count; i++)
        most += all[partition[i]].step_count;
    time_ns = sim_arena_alloc(arena, most, sizeof *time_ns);
    if (!time_ns)
        return sim_fail(err, SIM_ENOMEM, "no memory for a pool");
    count = change_times(pool, all, time_ns);
    step = sim_arena_alloc(arena, count, sizeof *step);
    cumulated = sim_arena_alloc(arena, count * partition_count, sizeof *cumulated);
    if (!step || !cumulated)
        return sim_fail(err, SIM_ENOMEM, "no memory for a pool");
    for (size_t i = 0; i < count; i++) {
        step[i].time_ns = time_ns[i];
        fill_step(&step[i], cumulated + i * partition_count, pool, all, part, is_fixed);
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
    return pool->partition[i];
}

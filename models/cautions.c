/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/cautions.h"

/* is_sent[partition][class]: some source draws jobs of the class for the machine. */
static void find_sent(const struct mdl_plan *plan, bool *is_sent)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_pool *pool = plan->source[s].pool;

        for (size_t i = 0; !plan->source[s].log && i < pool->members.count; i++)
            for (size_t k = 0; k < pool->mix.count; k++)
                is_sent[pool->members.partition[i] * plan->class_count + pool->mix.class_of[k]] =
                    true;
    }
}

/* The step of the window with the most units; NULL: none is released in it. */
static const struct mdl_capacity_step *widest_step(const struct mdl_plan *plan,
                                                   const struct mdl_partition_plan *partition)
{
    const struct mdl_capacity_step *best = NULL;
    const struct mdl_capacity_step *end = partition->step + partition->step_count;

    for (const struct mdl_capacity_step *step = partition->step; step < end; step++) {
        bool is_over = step + 1 < end && step[1].time_ns <= plan->start_ns;

        if (!is_over && step->time_ns < plan->end_ns && step->units > (best ? best->units : 0))
            best = step;
    }
    return best;
}

size_t mdl_plan_cuts(const struct mdl_plan *plan, double least_frac, struct mdl_cut *out,
                     struct sim_arena *arena)
{
    bool *is_sent =
        sim_arena_alloc(arena, plan->partition_count * plan->class_count + 1, sizeof *is_sent);
    size_t count = 0;

    if (!is_sent)
        return SIZE_MAX;
    find_sent(plan, is_sent);
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        const struct mdl_capacity_step *step = widest_step(plan, partition);

        for (size_t k = 0; step && k < plan->class_count; k++) {
            size_t at = (size_t)(step - partition->step) * plan->class_count + k;
            double frac = 1 - partition->fit[at].u_max;

            if (is_sent[p * plan->class_count + k] && frac > least_frac)
                out[count++] = (struct mdl_cut){
                    .partition = partition->name,
                    .job_class = plan->class_config[k].item.key,
                    .frac = frac,
                    .most = mdl_counted_of(partition, mdl_widest_units(partition, step)),
                    .is_nodes = !partition->gpus_per_unit};
        }
    }
    return count;
}

void mdl_plan_followed(const struct mdl_plan *plan, const struct mdl_offered *offered,
                       struct mdl_followed *out)
{
    for (size_t p = 0; p < plan->partition_count; p++) {
        double node_h = offered[p].released_unit_hours / plan->partition[p].units_per_node;
        double load = offered[p].community_frac + offered[p].background_frac;

        out[p] = (struct mdl_followed){.partition = plan->partition[p].name,
                                       .released_h = node_h,
                                       .asked_h = load * node_h,
                                       .relative_h = offered[p].relative_frac * node_h};
    }
}

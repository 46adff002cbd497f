/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/barred.h"

#include <math.h>
#include <string.h>

static double lower(double limit, int64_t gpus)
{
    return gpus > 0 && (double)gpus < limit ? (double)gpus : limit;
}

static double lower_of_both(double limit, const struct mdl_limits_config *limits)
{
    return lower(lower(limit, limits->user.gpus), limits->project.gpus);
}

static double of_qos(double limit, const struct mdl_site_config *site, const char *name)
{
    for (size_t q = 0; q < site->qos.count; q++) {
        const struct mdl_qos_config *qos = sim_map_at(&site->qos, q);

        if (strcmp(qos->item.key, name) == 0)
            return lower_of_both(limit, &qos->limits);
    }
    return limit;
}

static bool has_qos(const struct mdl_site_config *site, const char *name)
{
    for (size_t q = 0; name && q < site->qos.count; q++)
        if (strcmp(((const struct sim_item *)sim_map_at(&site->qos, q))->key, name) == 0)
            return true;
    return false;
}

static double of_owner(double limit, const struct mdl_partition_plan *partition, const char *owner)
{
    for (size_t i = 0; i < partition->config->shares.count; i++) {
        const struct mdl_owner_config *share = sim_map_at(&partition->config->shares, i);
        double quota = share->part_frac * mdl_counted_of(partition, partition->units);

        if (share->rule == MDL_SHARE_QUOTA && !share->may_borrow && owner &&
            strcmp(share->item.key, owner) == 0 && quota < limit)
            limit = quota * (1 + 1e-12);
    }
    return limit;
}

/* A community's QOS comes before that of the class. */
static double limit_of(const struct mdl_partition_plan *partition,
                       const struct mdl_source_plan *source,
                       const struct mdl_class_config *job_class)
{
    const struct mdl_site_config *site = partition->site_config;
    const char *qos = has_qos(site, source->submit->qos) ? source->submit->qos : job_class->qos;
    double limit = lower_of_both(INFINITY, &site->scheduler.limits);

    return of_owner(qos ? of_qos(limit, site, qos) : limit, partition, source->owner);
}

static const struct mdl_capacity_step *largest_step(const struct mdl_partition_plan *partition)
{
    const struct mdl_capacity_step *largest = &partition->step[0];

    for (size_t i = 1; i < partition->step_count; i++)
        if (partition->step[i].units > largest->units)
            largest = &partition->step[i];
    return largest;
}

/* Widths rise with their uniform: the part above the limit, to 2^-30. */
static double part_beyond(const struct mdl_partition_plan *partition,
                          const struct mdl_class_config *job_class, size_t c, double limit)
{
    const struct mdl_capacity_step *step = largest_step(partition);
    double low = 0, high = 1;

    for (int i = 0; i < 30; i++) {
        double middle = (low + high) / 2;
        uint32_t width = mdl_width_at(partition, step, job_class, c, middle);

        if (mdl_counted_of(partition, width) > limit)
            high = middle;
        else
            low = middle;
    }
    return 1 - high;
}

struct mdl_barred mdl_barred_of(const struct mdl_plan *plan, size_t index)
{
    const struct mdl_source_plan *source = &plan->source[index];
    const struct mdl_members *members = &source->pool->members;
    const struct mdl_mix *mix = &source->pool->mix;

    for (size_t m = 0; m < members->count && !source->log; m++) {
        const struct mdl_partition_plan *partition = &plan->partition[members->partition[m]];

        if (!mdl_partition_is_multifactor(partition->config) || !largest_step(partition)->units)
            continue;
        for (size_t i = 0; i < mix->count; i++) {
            size_t c = mix->class_of[i];
            double limit = limit_of(partition, source, &plan->class_config[c]);
            double part = part_beyond(partition, &plan->class_config[c], c, limit);

            if (part > 0)
                return (struct mdl_barred){.partition = partition,
                                           .job_class = &plan->class_config[c],
                                           .part = part,
                                           .limit = limit};
        }
    }
    return (struct mdl_barred){0};
}

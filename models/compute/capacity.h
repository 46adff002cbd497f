/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/capacity.h - a partition over time: what it offers on which day, what a job
 * becomes on it, and how much work a job of a class is there.
 *
 * Nodes are installed from `online` to `offline` and released to users in equal daily steps over
 * `ramp`. Users bring what fits: the law of widths of a class is cut at what one job may take that
 * day (docs/models.md, "Fitting jobs to machines").
 *
 * Units    ns since the scenario's start date; widths and capacities in allocation units.
 * Memory   the scenario's arena.
 */
#ifndef MODELS_COMPUTE_CAPACITY_H
#define MODELS_COMPUTE_CAPACITY_H

#include "models/compute/job_class.h"
#include "models/compute/site.h"
#include "sim/arena.h"
#include "sim/calendar.h"

struct mdl_capacity_step { /* from time_ns on */
    int64_t time_ns;
    uint32_t units;           /* released to users */
    uint32_t installed_units; /* 0 before online and from offline on */
};

struct mdl_fit {       /* of a class during a step */
    double u_max;      /* uniforms up to this give widths that fit */
    double width_mean; /* of those, allocation units */
};

struct mdl_partition_plan {
    const struct mdl_partition_config *config;
    const struct mdl_site_config *site_config;
    const char *name; /* "it4lia.booster" */
    size_t site;
    uint32_t units, units_per_node;
    uint32_t gpus_per_unit; /* 0 on partitions without accelerators */
    uint32_t units_per_gpu; /* where accelerators are given in slices; else 1 */
    size_t step_count;
    const struct mdl_capacity_step *step; /* ascending; the first at begin_ns or before */
    size_t class_count;
    const struct mdl_fit *fit; /* [step][class] */
    /* [1 + QOS of the site][class], first under the QOS of the class: mean run of one record, cut
     * at the walltime limit where it kills */
    const double *run_mean_s;
    const double *jobs_mean; /* [class]: records of one submission (pieces of one run are one) */
    const double *worth;     /* [class]: H100 hours per GPU-hour */
};

/* Accelerators, or a part of one, that so many units are; 0 on partitions without. */
static inline double mdl_gpus_of(const struct mdl_partition_plan *plan, double units)
{
    return units * plan->gpus_per_unit / plan->units_per_gpu;
}

/* The same, but nodes on partitions without. */
static inline double mdl_counted_of(const struct mdl_partition_plan *plan, double units)
{
    return plan->gpus_per_unit ? mdl_gpus_of(plan, units) : units;
}

/* Fills everything but `site`. */
SIM_NODISCARD enum sim_status mdl_partition_plan_init(
    struct mdl_partition_plan *plan, const struct mdl_partition_config *config,
    const struct mdl_site_config *site, const struct sim_map *classes,
    const struct sim_calendar *calendar, int64_t begin_ns, int64_t finish_ns,
    struct sim_arena *arena, struct sim_error *err);

/* The step in force at time_ns; time_ns >= that of the first. */
const struct mdl_capacity_step *mdl_capacity_at(const struct mdl_partition_plan *plan,
                                                int64_t time_ns);

/* When the nodes are retired; SIM_NEVER when that is not in the run. */
int64_t mdl_capacity_retired_ns(const struct mdl_partition_plan *plan);

/* Integral of released units over [from_ns, to_ns), unit-seconds. */
double mdl_capacity_unit_s(const struct mdl_partition_plan *plan, int64_t from_ns, int64_t to_ns);

/* The most allocation units that one job may take during a step. */
uint32_t mdl_widest_units(const struct mdl_partition_plan *plan,
                          const struct mdl_capacity_step *step);

/* The width of a record of a class (by its index) whose uniform is u, during a step. */
uint32_t mdl_width_at(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                      const struct mdl_class_config *job_class, size_t class_index, double u);

/* The same, and in *gpus_asked how many accelerators of it are asked for: fewer than it holds where
 * whole nodes are given, 0 (all) on partitions without and where they are given in slices. */
uint32_t mdl_request_at(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                        const struct mdl_class_config *job_class, size_t class_index, double u,
                        uint32_t *gpus_asked);

/* The same for a known number of accelerators (nodes, on a partition without): rounded up to whole
 * units, at most what one job may take. Below 1 it is a part of one, and what it takes of slices is
 * of one accelerator. */
uint32_t mdl_request_of(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                        double asked, uint32_t *gpus_asked);

/* Longest walltime of a class on a partition, ns; MDL_WALLTIME_MAX_NS when there is no limit. */
int64_t mdl_walltime_limit_ns(const struct mdl_partition_plan *plan,
                              const struct mdl_class_config *job_class);

/* The same for jobs of a QOS, by its name; "" or NULL: that of the class. */
int64_t mdl_qos_walltime_limit_ns(const struct mdl_partition_plan *plan,
                                  const struct mdl_class_config *job_class, const char *qos);

/* Walltime that users ask for: at least run_s, at most limit_ns; run_s times the overestimate,
 * which falls with run_s by the class's slope, rounded up to the usual values when the class says
 * so. */
int64_t mdl_walltime_ns(const struct mdl_class_config *job_class, double run_s, double overestimate,
                        int64_t limit_ns);

/* Mean unit-seconds of one submission of a class during a step. */
double mdl_work_unit_s(const struct mdl_partition_plan *plan, const struct mdl_capacity_step *step,
                       size_t class_index);

/* The same for jobs of a QOS, as above. */
double mdl_qos_work_unit_s(const struct mdl_partition_plan *plan,
                           const struct mdl_capacity_step *step, size_t class_index,
                           const char *qos);

#endif /* MODELS_COMPUTE_CAPACITY_H */

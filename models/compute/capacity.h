/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/capacity.h - a partition over time: what it offers on which day, what a job
 * becomes on it, and how much work a job of a class is there.
 *
 * Nodes are installed from `online` to `offline` and released to users in equal daily steps over
 * `ramp`. Users fit their jobs to the machine: a job wider than the partition allows that day is
 * narrowed and runs longer, so that its GPU-hours stay (docs/models.md, "fitting").
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

struct mdl_partition_plan {
    const struct mdl_partition_config *config;
    const struct mdl_site_config *site_config;
    const char *name; /* "it4lia.booster" */
    size_t site;
    uint32_t units, units_per_node;
    uint32_t gpus_per_unit; /* 0 on partitions without accelerators */
    size_t step_count;
    const struct mdl_capacity_step *step; /* ascending; the first at begin_ns or before */
    const double *worth;                  /* [class]: H100 hours per GPU-hour */
};

/* Fills everything but `site`. */
SIM_NODISCARD enum sim_status
mdl_partition_plan_init(struct mdl_partition_plan *plan, const struct mdl_partition_config *config,
                        const struct mdl_site_config *site, const struct sim_map *classes,
                        const struct sim_calendar *calendar, int64_t begin_ns, int64_t finish_ns,
                        struct sim_arena *arena, struct sim_error *err);

/* The step in force at time_ns; time_ns >= that of the first. */
const struct mdl_capacity_step *mdl_capacity_at(const struct mdl_partition_plan *plan,
                                                int64_t time_ns);

/* Integral of released units over [from_ns, to_ns), unit-seconds; `installed` instead. */
double mdl_capacity_unit_s(const struct mdl_partition_plan *plan, int64_t from_ns, int64_t to_ns);
double mdl_capacity_installed_unit_s(const struct mdl_partition_plan *plan, int64_t from_ns,
                                     int64_t to_ns);

struct mdl_shape {
    uint32_t width;
    double stretch; /* run time on the partition over run time as asked, >= 1 */
};

/* What a request for `asked` accelerators (nodes, on a partition without) becomes while
 * `released` units are open. */
struct mdl_shape mdl_shape_on(const struct mdl_partition_plan *plan, uint32_t released,
                              double asked);

/* Longest walltime of a class on a partition, ns; MDL_WALLTIME_MAX_NS when there is no limit. */
int64_t mdl_walltime_limit_ns(const struct mdl_partition_plan *plan,
                              const struct mdl_class_config *job_class);

/* Walltime that users ask for: at least run_s, at most limit_ns; run_s times the overestimate,
 * rounded up to the usual values when the class says so. */
int64_t mdl_walltime_ns(const struct mdl_class_config *job_class, double run_s,
                        double overestimate, int64_t limit_ns);

/* Mean unit-seconds of one record of the class on the whole partition. */
double mdl_work_unit_s(const struct mdl_partition_plan *plan,
                       const struct mdl_class_config *job_class);

#endif /* MODELS_COMPUTE_CAPACITY_H */

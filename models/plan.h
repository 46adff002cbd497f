/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/plan.h - what follows from a config and is the same for every replication.
 *
 * Partitions flattened over sites, their capacity by date, the pools that loads refer to, the
 * mean work of a job of each class on each partition, routes through the network, sources of
 * jobs with their rates, the list of figures and the tables of the trace. Built once, read by
 * all replications.
 *
 * Units    ns since the scenario's start date, allocation units, bytes, W.
 * Memory   the scenario's arena.
 * Cost     O(sources x classes x partitions) quadratures; 1,000 communities in under 50 ms.
 */
#ifndef MODELS_PLAN_H
#define MODELS_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job_class.h"
#include "models/compute/site.h"
#include "models/demand/community.h"
#include "models/figures.h"
#include "models/transport/network.h"
#include "sim/arena.h"
#include "sim/calendar.h"
#include "sim/trace.h"

struct mdl_config;
struct mdl_replay;

struct mdl_capacity_step { /* from time_ns on */
    int64_t time_ns;
    uint32_t units;           /* released to users */
    uint32_t installed_units; /* 0 before online and after offline */
};

struct mdl_partition_plan {
    const struct mdl_partition_config *config;
    const struct mdl_site_config *site_config;
    const char *name; /* "it4lia.booster" */
    size_t site;
    uint32_t units, units_per_node;
    double gpus_per_unit; /* 0 on partitions without accelerators */
    size_t step_count;
    const struct mdl_capacity_step *step; /* ascending; the first at begin_ns */
    const double *worth; /* [class]: H100 hours per GPU-hour */
};

struct mdl_pool_step { /* cumulated weights of a pool's partitions, from time_ns on */
    int64_t time_ns;
    double capacity;         /* accelerators (nodes without them) offered, sum of weights */
    const double *cumulated; /* [pool partition_count]: ends at 1; 0 everywhere if capacity 0 */
};

struct mdl_pool { /* where the jobs of a source may go */
    const char *name;
    size_t partition_count;
    const size_t *partition; /* indices */
    size_t step_count;
    const struct mdl_pool_step *step;
};

struct mdl_route { /* of a transfer: directed links, each index 2 * link + direction */
    size_t count;
    const uint32_t *link;
    int64_t latency_ns;
};

struct mdl_source_plan { /* a community or a background load */
    const struct sim_item *item;
    const struct mdl_submit_config *submit;
    int kind;            /* enum mdl_kind */
    const char *country;
    enum sim_zone zone;
    const struct mdl_pool *pool;
    bool is_load;
    double records_per_s;  /* rate-driven: at the start; load-driven: per unit of capacity */
    size_t class_count;
    const double *class_cumulated; /* [class_count] of records */
    const uint32_t *class_of;      /* [class_count] index of class */
    size_t user_count;
    const double *user_cumulated; /* [user_count], Zipf */
    const struct mdl_community_config *community; /* NULL for a background */
    size_t line_count;
    const struct mdl_route *route_to; /* [site]: member to site; NULL: no network */
    const double *line_cumulated;     /* [line_count] */
    const struct mdl_line_config *const *line;
};

struct mdl_labels {
    const char *path; /* "/labels/partition" */
    size_t count;
    const char *const *text;
};

struct mdl_plan {
    const struct mdl_config *config;
    struct sim_calendar calendar;
    int64_t begin_ns, start_ns, end_ns, finish_ns; /* pre-roll, window, follow-up */
    size_t site_count, partition_count, class_count, source_count, link_count;
    struct mdl_partition_plan *partition;
    struct mdl_source_plan *source;
    const struct mdl_class_config *class_config; /* [class_count] */
    size_t pool_count;
    struct mdl_pool *pool;
    const struct mdl_replay *replay; /* a log to replay instead of sources, or NULL */

    size_t figure_count;
    const struct mdl_figure *figure;
    const struct mdl_figure_layout *layout; /* private to figures.c */

    size_t table_count, series_count, label_count;
    const struct sim_table *const *table;
    const struct sim_series *const *series;
    const struct mdl_labels *label;
};

/* config has passed mdl_config_check. The plan borrows config and arena. */
SIM_NODISCARD enum sim_status mdl_plan_create(const struct mdl_config *config,
                                              const struct mdl_replay *replay,
                                              struct sim_arena *arena, struct mdl_plan **out,
                                              struct sim_error *err);

/* Offered load of a partition over the window: work that its sources would submit over the work
 * that its released capacity could do. By origin: communities and background. */
struct mdl_offered {
    double community_frac, background_frac;
    double records_per_year, jobs_per_year;
    double capacity_unit_hours; /* released in the window */
};
void mdl_plan_offered(const struct mdl_plan *plan, size_t partition, struct mdl_offered *out);

#endif /* MODELS_PLAN_H */

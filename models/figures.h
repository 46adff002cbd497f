/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures.h - the figures of a run: one definition each, one value per replication.
 *
 * The rows are made once from the plan (which partitions, kinds and classes there are) and are
 * the same for every replication; a replication fills one double per row, NaN where the figure's
 * smallest n is not reached. Definitions: docs/figures.md.
 *
 *   flow figures    integrals over the window; a job that straddles an edge counts with its part
 *   cohort figures  jobs submitted in the window, followed to their end or the end of the run
 *
 * Memory   rows in the scenario's arena; tallies in the simulation's.
 * Cost     O(1) per job; four sketches of 16 KiB are touched.
 */
#ifndef MODELS_FIGURES_H
#define MODELS_FIGURES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "sim/arena.h"
#include "sim/error.h"
#include "sim/stats.h"

enum mdl_better { MDL_BETTER_NEITHER, MDL_BETTER_HIGH, MDL_BETTER_LOW };

struct mdl_figure {
    const char *name;      /* "wait" */
    const char *statistic; /* "p95"; "" = the figure is one number */
    const char *selector;  /* "kind=sme"; "" = all */
    const char *unit;      /* as shown: "h", "MWh", "GPU-h", "1" */
    const char *method;    /* how it was computed: "flow", "cohort, sketch 1 %" */
    const char *help;
    enum mdl_better better;
};

/* What figures are grouped by; ALL and SITE are sums over partitions. */
enum mdl_group_type {
    MDL_GROUP_ALL,
    MDL_GROUP_SITE,
    MDL_GROUP_PARTITION,
    MDL_GROUP_KIND,
    MDL_GROUP_CLASS,
    MDL_GROUP_COUNTRY,
    MDL_GROUP_SIZE, /* of jobs: 1, 2-8, 9-64, 65-512, > 512 accelerators */
    MDL_GROUP_LINK,
    MDL_GROUP_TYPES
};

enum { MDL_SIZE_CLASSES = 5 };
extern const char *const mdl_size_names[MDL_SIZE_CLASSES];

/* What the rows are made from, and how jobs find their groups. Everything is borrowed. */
struct mdl_figure_groups {
    size_t count[MDL_GROUP_TYPES];
    const char *const *name[MDL_GROUP_TYPES]; /* [type][index] */
    const size_t *site_of;                    /* [partition] */
    const uint32_t *gpus_per_unit;            /* [partition]; 0: counted in node-hours */
    const double *const *worth;               /* [partition][class] H100 hours per GPU-hour */
    const uint8_t *kind_of;                   /* [source] */
    const uint32_t *country_of;               /* [source] index of the country */
    int64_t start_ns, end_ns;                 /* the window */
};

SIM_NODISCARD enum sim_status mdl_figures_rows(const struct mdl_figure_groups *groups,
                                               struct sim_arena *arena,
                                               const struct mdl_figure **row, size_t *count,
                                               struct sim_error *err);

/* A figure whatever the scenario: what `explain` and the reference tell. */
struct mdl_figure_about {
    const char *name, *statistic, *unit, *method, *help;
    enum mdl_better better;
    size_t group_count;
    const char *group[MDL_GROUP_TYPES]; /* keys of selectors: "kind" */
};
bool mdl_figure_about(size_t i, struct mdl_figure_about *out); /* false after the last */

/* ---- one replication ---- */

struct mdl_figures;

SIM_NODISCARD enum sim_status mdl_figures_create(const struct mdl_figure_groups *groups,
                                                 struct sim_arena *arena, struct mdl_figures **out,
                                                 struct sim_error *err);

void mdl_figures_job_submitted(struct mdl_figures *figures, const struct mdl_job *job);

/* A job that left, or is inside when the run ends at now_ns (its stamps say how far it came;
 * done_ns is MDL_TIME_UNSET then). */
void mdl_figures_job_left(struct mdl_figures *figures, const struct mdl_job *job, int64_t done_ns,
                          int64_t now_ns);

/* Integrals over the window, from the models' levels. */
struct mdl_partition_flows {
    sim_i128 busy_unit_ns, released_unit_ns, installed_unit_ns, waiting_ns, inside_ns;
    double facility_j, carbon_g;
};
struct mdl_site_flows {
    int64_t cost_cents;
};
struct mdl_flows {
    int64_t window_ns; /* its length */
    const struct mdl_partition_flows *partition;
    const struct mdl_site_flows *site;
    const double *link_load;            /* [link] mean */
    const uint64_t *deferred, *refused; /* [source] */
    size_t source_count;
};

/* value[count of rows] */
SIM_NODISCARD enum sim_status mdl_figures_fill(struct mdl_figures *figures,
                                               const struct mdl_flows *flows, double *value,
                                               struct sim_error *err);

#endif /* MODELS_FIGURES_H */

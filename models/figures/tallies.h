/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/figures/tallies.h - what one replication counts for its figures; only figures.c reads it.
 *
 * A job is counted once in the cell of its source and partition, once in its class and once in its
 * size; partitions, sites, kinds, countries, owners and pairs are sums of cells, made at the end
 * by mdl_tallies_sum_up. A sketch is kept for the finest groups that MDL_SKETCHES_MAX allows, and
 * merged into the coarser ones.
 */
#ifndef MODELS_FIGURES_TALLIES_H
#define MODELS_FIGURES_TALLIES_H

#include "models/figures/figures.h"

/* Times of a cohort: of those who got there, and of those who had not when the run ended. */
struct mdl_times {
    struct sim_sketch *ended, *censored; /* NULL: no quantiles; no censored ones */
};

struct mdl_tally {
    /* flows: parts inside the window */
    sim_i128 gpu_ns, node_ns; /* allocated; GPU time is in parts of a GPU (figures.h) */
    double h100e_ns;
    sim_i128 lost_gpu_ns, cancelled_gpu_ns; /* not useful; of cancelled jobs */
    sim_i128 preempted_gpu_ns;              /* of lost: by preemption */
    uint64_t preemptions;
    double lost_h100e_ns, cancelled_h100e_ns;
    double io_held, io_work; /* unit-time of records with a pace that ended, and of their work */
    sim_i128 io_lost_gpu_ns; /* the one less the other */
    double brokered_h100e_ns, abroad_h100e_ns; /* of communities; at a site of another state */
    uint64_t records_submitted, jobs_submitted, records_ended, jobs_ended, jobs_failed;
    sim_i128 in_bytes, out_bytes;
    struct mdl_unserved unserved;
    /* the cohort: records submitted in the window, and of them those that ... */
    uint64_t cohort, queued, started, waited, staged, done, abandoned;
    sim_i128 wait_ns, stage_ns, lead_ns;
    sim_i128 moving_ns;           /* of lead_ns: input and output on their way */
    double weight, weighted_wait; /* GPU-h (node-h) of the run; times h of wait */
    double slowdown;              /* sum over the started */
    struct mdl_times wait_h, slow;
};

struct mdl_tallies;

SIM_NODISCARD enum sim_status mdl_tallies_create(const struct mdl_figure_groups *groups,
                                                 struct sim_arena *arena, struct mdl_tallies **out,
                                                 struct sim_error *err);

/* Which groups have quantiles of waits and of slowdowns, of links their hours; by the counts of
 * the groups alone. */
struct mdl_sketches {
    bool wait[MDL_GROUP_TYPES], slow[MDL_GROUP_TYPES];
};
struct mdl_sketches mdl_tallies_sketches(const struct mdl_figure_groups *groups);

void mdl_tallies_submitted(struct mdl_tallies *tallies, const struct mdl_job *job);
void mdl_tallies_left(struct mdl_tallies *tallies, const struct mdl_job *job, int64_t done_ns,
                      int64_t now_ns);

void mdl_tallies_preempted(struct mdl_tallies *tallies, const struct mdl_job *job, int64_t lost_ns,
                           int64_t now_ns);

/* Sums the cells up, once. unserved: [source]. */
SIM_NODISCARD enum sim_status mdl_tallies_sum_up(struct mdl_tallies *tallies,
                                                 const struct mdl_unserved *unserved,
                                                 struct sim_error *err);

const struct mdl_tally *mdl_tallies_at(const struct mdl_tallies *tallies, enum mdl_group_type type,
                                       size_t index);

#endif /* MODELS_FIGURES_TALLIES_H */

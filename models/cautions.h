/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/cautions.h - what is valid in a plan, but easily misread when machines are compared.
 *
 * A class is cut at what one job may take of a machine (docs/models.md, "Fitting jobs to
 * machines"), so a wider machine gets other jobs; and a load that is written as a part of a machine
 * follows its size.
 *
 * Units    shares of jobs, 0..1; hours of whole nodes in the window.
 * Memory   the caller's; names are those of the plan.
 * Cost     O(sources x (classes + members) + partitions x classes x steps).
 */
#ifndef MODELS_CAUTIONS_H
#define MODELS_CAUTIONS_H

#include "models/plan.h"

struct mdl_cut { /* of a class on a machine, on the day of the window when it is widest */
    const char *partition, *job_class;
    double frac; /* of the jobs that the law asks for: wider than one job may be there */
    double most; /* GPUs, on a machine without: nodes */
    bool is_nodes;
};

/* Classes that some source sends to a machine on which more than least_frac of their jobs do not
 * fit, by machine, then class. out: [partition_count x class_count]. Returns how many; SIZE_MAX:
 * no memory in the arena. */
size_t mdl_plan_cuts(const struct mdl_plan *plan, double least_frac, struct mdl_cut *out,
                     struct sim_arena *arena);

struct mdl_followed {
    const char *partition;
    double released_h; /* node-hours that it offers */
    double asked_h;    /* of users and background */
    double relative_h; /* of those, by loads: parts of a machine or of an owner's shares */
};
void mdl_plan_followed(const struct mdl_plan *plan, const struct mdl_offered *offered,
                       struct mdl_followed *out /* [partition] */);

#endif /* MODELS_CAUTIONS_H */

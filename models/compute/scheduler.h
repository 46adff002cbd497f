/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/compute/scheduler.h - the scheduler that the multifactor partitions of a site share: it
 * ranks jobs, knows what each user and project runs and has run, and who may preempt whom.
 *
 * priority = sum of weights x factors in 0..1
 *   age         time since the job was eligible over age_max, at most 1
 *   size        its width over the partition's
 *   partition   the partition's priority over the largest of the site
 *   qos         the priority of its QOS over the largest of the site
 *   fair share  2^(-usage / share) of its user (fair_share.h)
 *
 * Units    GPUs are nodes on partitions without accelerators; ns.
 * Memory   the simulation's arena; config and setup are borrowed.
 * Errors   create: SIM_ENOMEM.
 * Cost     O(1) per call; rank O(depth of the tree of accounts); ended O(watchers).
 * Source   Slurm, priority/multifactor, slurm.schedmd.com/priority_multifactor.html; limits:
 *          slurm.schedmd.com/resource_limits.html (GrpTRES, GrpJobs, GrpTRESRunMins per QOS).
 */
#ifndef MODELS_COMPUTE_SCHEDULER_H
#define MODELS_COMPUTE_SCHEDULER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/compute/job.h"
#include "models/compute/scheduling.h"
#include "sim/arena.h"
#include "sim/error.h"

#define MDL_QOS_NONE UINT32_MAX

struct mdl_submitter { /* a source of jobs as the scheduler sees it */
    uint32_t owner;    /* index */
    uint32_t users;    /* 0: sends no jobs here */
    double shares;     /* beside the owner's other sources */
    uint32_t qos;      /* index in the site's; MDL_QOS_NONE: that of the class */
};

struct mdl_class_rules {
    uint32_t qos;       /* as above; MDL_QOS_NONE: none */
    int64_t every_ns;   /* between checkpoints; 0: none, preempted work is lost */
    int64_t restart_ns; /* to begin again from one */
};

struct mdl_scheduler_setup {
    const struct mdl_scheduler_config *config;
    const struct sim_map *qos; /* struct mdl_qos_config */
    uint32_t parts_per_gpu;    /* what its partitions' units are counted in; 1: whole GPUs */
    size_t owner_count;
    const double *owner_part; /* [owner_count] of the site, for fair share */
    size_t source_count;
    const struct mdl_submitter *source; /* [source_count] */
    size_t class_count;
    const struct mdl_class_rules *job_class; /* [class_count] */
};

struct mdl_scheduler;

SIM_NODISCARD enum sim_status mdl_scheduler_create(const struct mdl_scheduler_setup *setup,
                                                   struct sim_arena *arena, int64_t now_ns,
                                                   struct mdl_scheduler **out,
                                                   struct sim_error *err);

/* What a partition is to its scheduler. */
struct mdl_scheduled {
    uint32_t width;          /* units of all */
    uint32_t parts_per_unit; /* of GPUs; a node without accelerators counts as one */
    double factor;           /* its priority over the largest of the site */
};

double mdl_scheduler_priority(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                              const struct mdl_scheduled *partition, int64_t now_ns);

/* Do priorities change while jobs wait? */
bool mdl_scheduler_is_dynamic(const struct mdl_scheduler *scheduler);

/* Is there any limit that mdl_scheduler_allows looks at? */
bool mdl_scheduler_has_limits(const struct mdl_scheduler *scheduler);

/* May the job run beside what its user and its project run already? */
bool mdl_scheduler_allows(const struct mdl_scheduler *scheduler, const struct mdl_job *job,
                          uint32_t parts_per_unit);

/* A partition whose jobs wait for a limit, which jobs of another one may be at. */
struct mdl_watcher {
    void (*freed)(void *subject); /* a job has ended: somebody may be within limits again */
    void *subject;
    struct mdl_watcher *next;
};

/* The watcher is the caller's, as long as the scheduler. */
void mdl_scheduler_watch(struct mdl_scheduler *scheduler, struct mdl_watcher *watcher);

/* The job has got its units, or given them back; then the watchers hear of it, if there are
 * limits. */
void mdl_scheduler_started(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                           uint32_t parts_per_unit, int64_t now_ns);
void mdl_scheduler_ended(struct mdl_scheduler *scheduler, const struct mdl_job *job,
                         uint32_t parts_per_unit, int64_t now_ns);

uint32_t mdl_scheduler_qos(const struct mdl_scheduler *scheduler, const struct mdl_job *job);
uint32_t mdl_scheduler_owner(const struct mdl_scheduler *scheduler, const struct mdl_job *job);
const struct mdl_class_rules *mdl_scheduler_class(const struct mdl_scheduler *scheduler,
                                                  const struct mdl_job *job);

/* Who preempts any; who is preempted by any; who whom. */
bool mdl_scheduler_preempts(const struct mdl_scheduler *scheduler, uint32_t qos);
bool mdl_scheduler_is_victim(const struct mdl_scheduler *scheduler, uint32_t qos);
bool mdl_scheduler_may_preempt(const struct mdl_scheduler *scheduler, uint32_t qos,
                               uint32_t victim);
double mdl_scheduler_qos_priority(const struct mdl_scheduler *scheduler, uint32_t qos);

/* Part of the site's decayed usage that a source has had; 0 without weights.fair_share. */
double mdl_scheduler_used(struct mdl_scheduler *scheduler, uint32_t source, int64_t now_ns);

#endif /* MODELS_COMPUTE_SCHEDULER_H */

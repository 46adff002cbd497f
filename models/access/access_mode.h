/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/access/access_mode.h - ways to apply for hours: what may be asked for, when, how it is
 * judged, and what follows from that for one run.
 *
 * A mode offers hours of an owner's shares (`of: eurohpc`) on some partitions. An award is drawn in
 * GPU-hours, or in node-hours, which become GPU-hours by the accelerators of a node of the machine
 * that is applied for (hours of nodes on partitions without accelerators). Awards are counted in
 * thousandths of a GPU-hour, as integers.
 *
 * Units    milli-GPU-h (nodes on partitions without accelerators); ns since the start date.
 * Memory   the scenario's arena.
 * Errors   mdl_access_mode_plan_init: SIM_ENOMEM; the checks have passed before.
 */
#ifndef MODELS_ACCESS_ACCESS_MODE_H
#define MODELS_ACCESS_ACCESS_MODE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/access/cutoff.h"
#include "models/compute/capacity.h"
#include "sim/field.h"
#include "sim/period.h"

enum mdl_order { /* in which applications are served */
                 MDL_ORDER_FIRST_COME,
                 MDL_ORDER_THRESHOLD, /* first come among those above the threshold */
                 MDL_ORDER_RANKED
};

struct mdl_access_mode_config {
    struct sim_item item;
    const char *of;              /* owner of shares, "eurohpc" */
    const char *on;              /* "lumi.lumi_g, ..."; "": all with shares of that owner */
    const char *kinds;           /* "sme, startup"; "": all may apply */
    const char *country;         /* whose holidays count; "": Monday to Friday, CET */
    const char *cutoff;          /* see cutoff.h; "": continuous */
    struct sim_dist award_gpu_s; /* constant 0: given in node-hours instead */
    struct sim_dist award_node_s;
    struct sim_dist duration_s;            /* of a project */
    struct sim_dist draft_workdays;        /* of the applicant, before submission */
    const char *review;                    /* "4 workday", "30 d": promised, from the cut-off */
    int order;                             /* enum mdl_order */
    double pass_frac;                      /* of applications, eligible and above the threshold */
    double unused_frac;                    /* of an award, by the mean */
    struct sim_shares price_eur_per_gpu_h; /* by kind; 0 for those not named */
    struct sim_shares pool_node_s;         /* of partitions, per cut-off; none: no bound */
    struct sim_shares stages;              /* classes in order, by part of the award's hours */
    int64_t review_effort_ns, support_effort_ns; /* of persons, per application and per award */
    int64_t lose_after_ns;                       /* use it or lose it; 0: never */
    double lose_below_frac;                      /* of the award, used by then */
};

extern const struct sim_field mdl_access_mode_fields[];

struct mdl_access_mode_plan {
    const struct mdl_access_mode_config *config;
    uint32_t kinds; /* bit 1 << kind, see demand/community.h: who may apply */
    struct mdl_cutoff cutoff;
    struct sim_period review;
    size_t partition_count;
    const size_t *partition;   /* [partition_count], indices into the plan, scenario order */
    const double *part;        /* [partition_count] that the owner has of it */
    const int64_t *pool_mgpuh; /* [partition_count] per cut-off; INT64_MAX: no bound */
};

/* kind_names: NULL-terminated. The config has been checked. */
SIM_NODISCARD enum sim_status mdl_access_mode_plan_init(
    struct mdl_access_mode_plan *plan, const struct mdl_access_mode_config *config,
    const struct mdl_partition_plan *partition, size_t partition_count,
    const char *const *kind_names, struct sim_arena *arena, struct sim_error *err);

/* The award is written in node time; and how often one is written, in either. */
bool mdl_access_is_in_nodes(const struct mdl_access_mode_config *config);
int mdl_access_awards(const struct mdl_access_mode_config *config);

/* What an applicant asks for on a partition; u a uniform. At least 1. */
int64_t mdl_access_award_mgpuh(const struct mdl_access_mode_plan *plan,
                               const struct mdl_partition_plan *partition, double u);

/* When an applicant in a state who begins at from_ns submits (whole working days; u a uniform);
 * the cut-off that a submission is in time for, SIM_NEVER after the last; and when the decision is
 * due on what is complete at from_ns, its cut-off. */
int64_t mdl_access_submission_ns(const struct mdl_access_mode_plan *plan,
                                 const struct sim_calendar *calendar, const char *country,
                                 int64_t from_ns, double u);
int64_t mdl_access_cutoff_ns(const struct mdl_access_mode_plan *plan,
                             const struct sim_calendar *calendar, int64_t from_ns);
int64_t mdl_access_decision_ns(const struct mdl_access_mode_plan *plan,
                               const struct sim_calendar *calendar, int64_t from_ns);

/* ---- lists of words in a text: "a, b" ---- */

enum { MDL_WORD_BYTES = 140 };

/* The next word, cut where it does not fit; false at the end. *list moves on. */
bool mdl_word_next(const char **list, char *word, size_t bytes);
bool mdl_word_is_in(const char *list, const char *word);

/* Part of a partition that an owner has; 0: none. */
double mdl_owned_part(const struct mdl_partition_config *partition, const char *owner);

#endif /* MODELS_ACCESS_ACCESS_MODE_H */

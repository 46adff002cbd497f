/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/compare.h - every option of a study in every world, under common random numbers.
 *
 * A world is what the options meet: first the scenario as planned (no future, no draw), then each
 * future, then each draw of the uncertain inputs in the central future. An item is an option in a
 * world; every item runs the same replications with the same seeds, so the n-th replications of
 * two items meet the same random numbers.
 *
 *     status = exp_compare_prepare(&work, arena, &comparison, &errors, err);  all are checked
 *     status = exp_compare_run(comparison, 20, err);                          then all run
 *
 * Options may differ in their partitions, kinds and links, and so in their figures: the rows of a
 * comparison are those of the baseline in its order, then what the others add; a value is NaN
 * where an item has no such figure, and a bound from below where a quantile lies beyond the last
 * observation. Averaging those that are known would leave out the worst replications, so a figure
 * of an item in which a single one is a bound has no values to be compared, but a bound.
 *
 * Memory   9 bytes an item, replication and row, refused above EXP_VALUES_MAX values; a few plans
 *          at a time, so that all threads have work; the rest in the arena.
 * Errors   prepare: mistakes of the scenario go to `errors`, those of the first item that has any.
 *          run: those of the models, SIM_EINTERRUPTED.
 * Threads  as experiments/replications.h: any number gives the same values.
 */
#ifndef EXPERIMENTS_COMPARE_H
#define EXPERIMENTS_COMPARE_H

#include <stdatomic.h>
#include <stdbool.h>

#include "experiments/periods.h"
#include "experiments/study.h"
#include "models/cautions.h"
#include "models/plan.h"

enum { EXP_VALUES_MAX = 200000000 };

struct exp_world {
    const char *name;    /* "as planned", "growth=low", "draw 3" */
    size_t future, draw; /* EXP_CENTRAL, EXP_NO_DRAW */
};

/* Binds what the request says to a plan, both in request->arena. */
typedef enum sim_status exp_bind_fn(void *context, const struct scn_request *request,
                                    const struct scn_tree *tree, struct mdl_plan **plan,
                                    struct scn_errors *errors, struct sim_error *err);

struct exp_compare {
    const struct scn_request *request; /* of the scenario, with its sets, without patches */
    const struct scn_tree *tree;
    const struct exp_study *study;
    size_t threads;            /* 0: one per processor */
    size_t limit_bytes;        /* of one replication's memory; 0 = none */
    size_t scenario_bytes_max; /* of one item's config and plan; 0 = none */
    bool is_verified;          /* every sharing of the network is proved fair */
    exp_bind_fn *bind;
    void (*tick)(void *context, size_t done, size_t all); /* replications; may be NULL */
    void *context;                                        /* of bind and tick */
    const atomic_int *stop;                               /* may be NULL */
};

struct exp_machines { /* what an option makes of the machines, as planned */
    size_t cut_count, count;
    const struct mdl_cut *cut;
    const struct mdl_followed *followed; /* [count] */
};

struct exp_comparison {
    const struct exp_study *study;
    uint64_t seed;
    int64_t start_days, end_days; /* the window */
    size_t world_count, figure_count;
    const struct exp_world *world;
    const struct mdl_figure *figure;
    const struct exp_machines *machines; /* [option] */
    size_t replication_count;            /* that every item has */
    double *value;                       /* [option][world][replication][figure]; NULL before run */
    uint8_t *beyond;                     /* like value: 1 = that is a bound from below */
    struct exp_periods periods;
    double *track; /* [option][replication][period][EXP_TRACKS], as planned; NULL before run */
    struct exp_comparison_private *private;
};

/* Everything passed in is borrowed until the release. */
SIM_NODISCARD enum sim_status exp_compare_prepare(const struct exp_compare *work,
                                                  struct sim_arena *arena,
                                                  struct exp_comparison **out,
                                                  struct scn_errors *errors, struct sim_error *err);

/* Every item, so many replications; what was there before is dropped. */
SIM_NODISCARD enum sim_status exp_compare_run(struct exp_comparison *comparison,
                                              size_t replications, struct sim_error *err);

/* One item: value[replications][figure_count], of replications `first` and on, bounds among them.
 * For rules that ask how many are needed, and for inputs that are searched. */
SIM_NODISCARD enum sim_status exp_compare_run_item(struct exp_comparison *comparison, size_t option,
                                                   size_t world, size_t first, size_t replications,
                                                   double *value, struct sim_error *err);

/* As planned with an input set by a patch: option less baseline in one figure, difference
 * [replications]; NaN where one of the two has no such figure, and all of them NaN where of one
 * only a bound is known. */
SIM_NODISCARD enum sim_status exp_compare_with(struct exp_comparison *comparison,
                                               const struct scn_patch *patch, size_t option,
                                               size_t figure, size_t replications,
                                               double *difference, struct sim_error *err);

/* value[replication_count][figure_count] of an item. */
const double *exp_comparison_item(const struct exp_comparison *comparison, size_t option,
                                  size_t world);

/* One figure of an item: out[replication_count]. True, and all NaN, where only a bound is known. */
bool exp_comparison_column(const struct exp_comparison *comparison, size_t option, size_t world,
                           size_t figure, double *out);

/* Replications of an item in which the figure is only a bound from below. */
size_t exp_comparison_bounds(const struct exp_comparison *comparison, size_t option, size_t world,
                             size_t figure);

void exp_comparison_release(struct exp_comparison *comparison); /* NULL is fine */

#endif /* EXPERIMENTS_COMPARE_H */

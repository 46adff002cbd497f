/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/study.h - what a scenario compares: options, futures, uncertain inputs.
 *
 *     question: Would more links, staff or nodes help SMEs most?
 *     overrides: {more-links: {network: {links: {milan-frankfurt: {capacity: 1.6 Tbit/s}}}}}
 *     baseline: plan
 *     options: {plan: {}, links-first: {title: "Links first", apply: [more-links]}}
 *     futures: {growth: {low: {...}, central: {}, high: {...}}}
 *     uncertain: {draws: 8, communities.*.submit.growth: {triangular: [5 %/yr, 20 %/yr, 60 %/yr]}}
 *
 * A future takes one level of every axis, so there are as many as the product of the axes'
 * levels. Whatever changes the scenario is a patch: those of an item (option, future, draw) are
 * the option's overrides from left to right, the future's levels axis by axis, the draw's values.
 * A scenario without these keys has one option, "as-is", one future and no draw.
 *
 * Memory   the arena's.
 * Errors   into scn_errors, each with its place; the status is that of the first. SIM_ENOMEM.
 */
#ifndef EXPERIMENTS_STUDY_H
#define EXPERIMENTS_STUDY_H

#include "scenarios/load.h"
#include "scenarios/patch.h"
#include "scenarios/uncertain.h"

enum {
    EXP_OPTIONS_MAX = 64,
    EXP_AXES_MAX = 8,
    EXP_FUTURES_MAX = 256,
    EXP_DRAWS_MAX = 1000,
    EXP_DRAWS_DEFAULT = 10
};

struct exp_option {
    const char *name, *title, *description;
    const char *const *apply; /* [apply_count]: names of overrides */
    size_t apply_count;
    const struct scn_patch *patch; /* [apply_count] */
    const struct scn_node *node;   /* NULL: the scenario as it is */
};

struct exp_level {
    const char *name, *title;
    struct scn_patch patch;
    bool is_central; /* changes nothing */
};

struct exp_axis {
    const char *name, *title;
    size_t level_count;
    const struct exp_level *level;
};

struct exp_future {
    const char *name;              /* "growth=low, grid=late"; "" where there are no futures */
    size_t level[EXP_AXES_MAX];    /* [axis_count] */
    const struct scn_patch *patch; /* [axis_count] */
    bool is_central;               /* every level is */
};

struct exp_study {
    const char *question; /* "" when there is none */
    size_t option_count, baseline;
    const struct exp_option *option;
    size_t unused_count; /* overrides of no option: checked like the others, never run */
    const struct scn_patch *unused;
    size_t axis_count, future_count; /* future_count >= 1 */
    const struct exp_axis *axis;
    const struct exp_future *future;
    size_t uncertain_count, draw_count; /* draw_count >= 1; without uncertain inputs 1 */
    const struct scn_uncertain *uncertain;
    bool is_given; /* the scenario has options */
};

/* Root keys that this and what leans on it read; for other_keys of a request. */
extern const char *const exp_study_keys[]; /* NULL-terminated */

SIM_NODISCARD enum sim_status exp_study_read(const struct scn_request *request,
                                             const struct scn_tree *tree, struct exp_study *out,
                                             struct scn_errors *errors);

struct exp_change { /* a key that an option sets, as it is written */
    const char *path, *value;
};

/* What the overrides of an option set, in their order; a value that a later one sets again stands
 * twice. SIM_ENOMEM. */
SIM_NODISCARD enum sim_status exp_option_changes(const struct exp_option *option,
                                                 struct sim_arena *arena,
                                                 const struct exp_change **out, size_t *count,
                                                 struct sim_error *err);

/* The index of the option; SIM_EUSAGE with those that there are. */
SIM_NODISCARD enum sim_status exp_study_option(const struct exp_study *study, const char *name,
                                               size_t *out, struct sim_error *err);

/* The patches of an item, in their order, into *out. EXP_CENTRAL: no future, EXP_NO_DRAW: uncertain
 * inputs as the scenario says. */
#define EXP_CENTRAL SIZE_MAX
#define EXP_NO_DRAW SIZE_MAX
SIM_NODISCARD enum sim_status exp_study_patches(const struct exp_study *study,
                                                struct scn_reader *reader,
                                                const struct scn_node *root, uint64_t seed,
                                                size_t option, size_t future, size_t draw,
                                                const struct scn_patch **out, size_t *count);

#endif /* EXPERIMENTS_STUDY_H */

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/crossings.h - the `breakeven:` of a scenario: at which value of an input an option
 * and the baseline are equal.
 *
 *     breakeven:
 *       - {input: communities.visitors.submit.rate, between: [0.1 /h, 0.9 /h],
 *          figure: job_lead.mean, option: fast}
 *
 * The input is set to values of the range in both, as planned, under the same random numbers
 * (experiments/breakeven.h says how it is searched).
 *
 * Memory   the arena's.
 * Errors   read: into scn_errors, each with its place. run: those of the models; SIM_ENOMEM.
 * Cost     EXP_CROSSING_POINTS and about six evaluations, each of 2 * replications.
 */
#ifndef EXPERIMENTS_CROSSINGS_H
#define EXPERIMENTS_CROSSINGS_H

#include "experiments/breakeven.h"
#include "experiments/compare.h"

enum { EXP_CROSSINGS_MAX = 16, EXP_CROSSING_POINTS = 5, EXP_CROSSING_EVALUATIONS = 14 };

struct exp_crossing_of {
    struct scn_uncertain input; /* its law is uniform over the range */
    double low, high;           /* of the range, in the key's unit */
    const char *unit;           /* as the scenario writes it: "/h"; "" */
    double scale;               /* one of that unit in the key's */
    size_t option, figure;      /* figure: a row of the comparison */
    struct exp_breakeven_point point;
};

SIM_NODISCARD enum sim_status exp_crossings_read(const struct scn_request *request,
                                                 const struct scn_tree *tree,
                                                 const struct exp_comparison *comparison,
                                                 struct exp_crossing_of **out, size_t *count,
                                                 struct scn_errors *errors);

/* Fills the points. */
SIM_NODISCARD enum sim_status exp_crossings_run(struct exp_comparison *comparison,
                                                struct exp_crossing_of *crossing, size_t count,
                                                size_t replications, struct sim_arena *arena,
                                                struct sim_error *err);

#endif /* EXPERIMENTS_CROSSINGS_H */

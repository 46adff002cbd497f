/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/paired.h - an option against the baseline, replication by replication.
 *
 * Both ran under the same random numbers, so the differences of equal replications are judged, not
 * two means. Values are in the figure's own unit; a NaN (the figure does not exist in that
 * replication) takes its pair out.
 *
 * Holm's step-down test over a family of m comparisons: in order of p the i-th (from 0) is tested
 * at alpha / (m - i), up to the first that fails. Adjusted p = max over j <= i of (m - j) p_j. The
 * adjusted interval of a comparison is Student's at the level of its own step, of those from the
 * first failure on at the level of that step: it excludes 0 exactly where Holm rejects. They do
 * not cover all m at once (Bonferroni's would, and would contradict the test).
 *
 * Memory   none.
 * Errors   none: an answer that does not exist is NaN.
 * Threads  pure functions.
 * Cost     O(replications) a comparison; a family O(m log m).
 * Source   Law, Simulation Modeling and Analysis, 5th ed., section 10.2; Holm, Scand. J. Stat. 6
 *          (1979) 65; ratio of means: Cochran, Sampling Techniques, 3rd ed., chapter 6.
 */
#ifndef EXPERIMENTS_PAIRED_H
#define EXPERIMENTS_PAIRED_H

#include <stddef.h>

#include "experiments/direction.h"
#include "sim/stats.h"

struct exp_difference {
    double mean, half_width;                /* option - baseline; NaN below one, below two pairs */
    double error;                           /* standard error of the mean */
    double p;                               /* two-sided, of no difference */
    double adjusted_p, adjusted_half_width; /* those above until exp_holm has seen the family */
    /* (option - baseline) / baseline of the means; NaN where the baseline's own interval holds 0.
     * The half-width neglects terms of order 1 / pairs. */
    double relative, relative_half_width;
    /* Variance of the difference over the sum of both variances: what the same random numbers
     * gained. 1: nothing; 0.5: half the replications do. NaN where nothing varies. */
    double variance_ratio;
    size_t pairs;
};

/* x - factor * y over the replications that have both. */
struct sim_tally exp_pair_tally(const double *x, const double *y, double factor, size_t count);

/* option[count], baseline[count]; level in (0, 1). */
void exp_paired(const double *option, const double *baseline, size_t count, double level,
                struct exp_difference *out);

/* Adjusts a family; the pointers come back in order of p. Differences without a p are left alone
 * and do not count. Returns m. */
size_t exp_holm(struct exp_difference **family, size_t count, double level);

/* ---- verdict ---- */

/* The share of futures that a sign must hold in: 90 % to be firm, two of three to lean. */
#define EXP_SIGN_HOLDS 0.9
#define EXP_SIGN_LEANS (2.0 / 3.0)

/* Share of difference[count], one mean a future, with the sign of mean; one that is 0 or NaN does
 * not keep it. 1 when count is 0. */
double exp_sign_share(double mean, const double *difference, size_t count);

enum exp_verdict {
    EXP_OPEN,
    EXP_LEANS_BETTER,
    EXP_LEANS_WORSE,
    EXP_BETTER,
    EXP_WORSE,
};

/* Better or worse: the adjusted interval excludes 0, the mean is at least `matters` (>= 0) in
 * size, and its sign holds in 90 % of futures; leans: in two thirds; else open. */
enum exp_verdict exp_verdict_of(const struct exp_difference *difference, double matters,
                                double sign_share, enum exp_direction direction);

const char *exp_verdict_text(enum exp_verdict verdict); /* "leans better" */

#endif /* EXPERIMENTS_PAIRED_H */

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/selection.h - which of several options remain: those that cannot be told from the
 * best, and those that no other beats in every figure.
 *
 * Memory   exp_subset and exp_pareto none; exp_pareto_share in the scratch arena, which the caller
 *          gives back: options * figures doubles and a word a replication.
 * Errors   SIM_ENOMEM.
 * Threads  pure functions; the same bytes whoever calls.
 * Cost     subset O(options^2 * replications); front O(options^2 * figures); its shares resamples
 *          times (options * figures * replications + front).
 * Source   screening: Nelson, Swann, Goldsman & Song, Oper. Res. 49 (2001) 950,
 *          doi:10.1287/opre.49.6.950.10019, here with the variance of paired differences and
 *          Bonferroni's bound, as options share their random numbers.
 */
#ifndef EXPERIMENTS_SELECTION_H
#define EXPERIMENTS_SELECTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "experiments/direction.h"
#include "sim/arena.h"

/* value[options][count]: one figure. An option is dropped when another is better than it by more
 * than t * (standard error of their paired difference), t = Student's quantile at
 * 1 - (1 - level) / (options - 1): the best is kept with probability of at least level for normal
 * differences. Pairs of options with fewer than two common replications drop nobody. is_kept
 * [options]; returns how many. */
size_t exp_subset(const double *value, size_t options, size_t count, double level,
                  enum exp_direction direction, bool *is_kept);

/* mean[options][figures], direction[figures]. On the front is who is not dominated: no other is at
 * least as good in every figure and better in one. An option without one of its figures is neither
 * on the front nor in anybody's way. is_front[options]; returns how many. */
size_t exp_pareto(const double *mean, size_t options, size_t figures,
                  const enum exp_direction *direction, bool *is_front);

/* value[options][figures][count]. share[options]: in how many of the resamples of replications the
 * option is on the front; with one figure, in how many it is the best. */
SIM_NODISCARD enum sim_status exp_pareto_share(const double *value, size_t options, size_t figures,
                                               size_t count, const enum exp_direction *direction,
                                               uint64_t seed, uint32_t resamples,
                                               struct sim_arena *scratch, double *share,
                                               struct sim_error *err);

#endif /* EXPERIMENTS_SELECTION_H */

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * experiments/bootstrap.h - resamples of replications, by address.
 *
 * Which replications a resample is made of follows from (seed, resample) alone. Whoever compares
 * options uses one resample for all of them: replications are drawn, not values, so that what the
 * same random numbers tied together stays together.
 *
 * Errors   none.
 * Threads  pure functions; results do not depend on who computes which resample.
 * Source   Efron & Tibshirani, An Introduction to the Bootstrap (1993); expanded percentiles:
 *          Hesterberg, Am. Stat. 69 (2015) 371, doi:10.1080/00031305.2015.1089789.
 */
#ifndef EXPERIMENTS_BOOTSTRAP_H
#define EXPERIMENTS_BOOTSTRAP_H

#include <stddef.h>
#include <stdint.h>

/* pick[count], each below count, drawn with replacement. */
void exp_bootstrap_pick(uint64_t seed, uint32_t resample, size_t count, size_t *pick);

/* Mean of value[pick[i]] without NaN; NaN when none is left. */
double exp_bootstrap_mean(const double *value, const size_t *pick, size_t count);

/* The lower quantile of the resamples that ends a two-sided interval from count replications: a
 * little below (1 - level) / 2, since plain percentiles are too narrow for few replications. The
 * upper is 1 - this. NaN below two. */
double exp_bootstrap_tail(size_t count, double level);

#endif /* EXPERIMENTS_BOOTSTRAP_H */

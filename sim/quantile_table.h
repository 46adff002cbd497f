/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/quantile_table.h - a slow inverse as a monotone table: built once, then 100 ns a variate.
 *
 * The probabilities 0 to 1 are cut into stretches. On an atom the value is constant; on a smooth
 * stretch the table holds z = normal inverse of the place within the stretch, from -7 to 7,
 * against log x (against x where x may be negative), refined by halving until it is straight
 * enough, with a monotone cubic in between (slopes after Fritsch and Carlson). The
 * outermost 1.3e-12 of a stretch on either side take the value at its edge.
 *
 * Error    of log x (of x over the width of a bounded stretch): at most 5e-6 (test_distribution).
 * Memory   the arena; 24 bytes a node, some 300 to 4096 nodes.
 * Errors   SIM_ENOMEM.
 * Source   Fritsch and Carlson, SIAM J. Numer. Anal. 17 (1980) 238.
 */
#ifndef SIM_QUANTILE_TABLE_H
#define SIM_QUANTILE_TABLE_H

#include <stddef.h>

#include "sim/arena.h"
#include "sim/error.h"

enum { SIM_STRETCHES_MAX = 200 };

struct sim_stretch {
    double p_from, p_to; /* stretches touch; the first begins at 0, the last ends at 1 */
    double x_from, x_to; /* equal: an atom; x_to may be infinite */
};

/* The exact inverse: x with P(X <= x) = lower, P(X > x) = upper. Non-decreasing in lower. */
typedef double sim_inverse_fn(const void *law, double lower, double upper);

struct sim_quantile_table;

SIM_NODISCARD enum sim_status sim_quantile_table_create(const struct sim_stretch *stretch,
                                                        size_t count, sim_inverse_fn *inverse,
                                                        const void *law, struct sim_arena *arena,
                                                        const struct sim_quantile_table **out,
                                                        struct sim_error *err);

/* Non-decreasing in p, 0 < p < 1. */
double sim_quantile_table_at(const struct sim_quantile_table *table, double p);

#endif /* SIM_QUANTILE_TABLE_H */

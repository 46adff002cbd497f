/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/special.h - incomplete gamma and beta functions and their inverses, on sim/elementary.
 *
 * Slow (about 1 us) and the same bits everywhere: what the quantile tables of gamma and beta are
 * made from. Relative error of a tail below 1e-11 for parameters from 0.05 to 1001.
 *
 * Source   series and continued fractions: Abramowitz and Stegun, 6.1.41, 6.5.29, 6.5.31, 26.5.8;
 *          Lentz's rule for continued fractions: Appl. Opt. 15 (1976) 668.
 */
#ifndef SIM_SPECIAL_H
#define SIM_SPECIAL_H

double sim_log_gamma(double x); /* x > 0 */

/* Tails of the gamma law of this shape and scale 1 at x >= 0: P(X <= x) and P(X > x). */
double sim_gamma_lower(double shape, double x);
double sim_gamma_upper(double shape, double x);

/* Tails of the beta law on [0, 1]. */
double sim_beta_lower(double alpha, double beta, double x);

/* The x with P(X <= x) = lower and P(X > x) = upper; the smaller of the two decides. */
double sim_gamma_inverse(double shape, double lower, double upper);
double sim_beta_inverse(double alpha, double beta, double lower, double upper);

#endif /* SIM_SPECIAL_H */

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/elementary.h - log, exp, pow and the normal law from + - * / and sqrt only.
 *
 * libm picks its variants by processor, so its last bits differ between machines. Whatever can
 * reach an event is computed here instead and has the same bits everywhere (IEEE doubles, no
 * contraction to FMA, round to nearest).
 *
 * Error    log, exp: below 1 ulp; pow: 2e-15 relative for results in 1e-100..1e100;
 *          normal inverse: 1e-15 relative in the centre, 1e-14 in the tails;
 *          normal cdf: 1e-15 absolute, 1e-12 relative down to z = -37.
 * Domain   log: finite x > 0; exp: |x| <= 700, clamped beyond; pow: x > 0, y log x clamped as in
 *          exp; normal inverse: 0 < p < 1. Outside: log and pow NaN for x < 0 or NaN, -inf and 0
 *          or inf at the ends; the normal inverse is -inf at 0 and inf at 1.
 * Cost     log and exp 6 ns, pow 25 ns, normal inverse 11 ns, neglog_block 1 ns a value (AVX-512).
 * Threads  pure functions.
 * Source   log, exp: the reductions and coefficients of FreeBSD's msun (Sun Microsystems 1993),
 *          e_log.c and e_exp.c; normal inverse: Wichura, AS 241, Appl. Statist. 37 (1988) 477;
 *          normal cdf: Marsaglia, J. Stat. Software 11(4), 2004, and Laplace's continued fraction.
 */
#ifndef SIM_ELEMENTARY_H
#define SIM_ELEMENTARY_H

#include <stddef.h>

double sim_log(double x);
double sim_exp(double x);
double sim_pow(double x, double y);
double sim_normal_inverse(double p);
double sim_normal_cdf(double z);

/* out[i] = -sim_log(u[i]), bit for bit, in vector code, for normal numbers (u >= 2.3e-308).
 * out may be u; otherwise the two do not overlap. */
void sim_neglog_block(double *out, const double *u, size_t count);

#endif /* SIM_ELEMENTARY_H */

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * sim/stats.h - tallies, time-weighted integrals, quantile sketches, intervals.
 *
 * Memory   fixed size, zeroed is empty; a sketch is 16 KiB.
 * Errors   none: an answer that does not exist is NaN.
 * Threads  none shared; sketches and tallies merge (same result as one pass up to rounding;
 *          sketches exactly).
 * Cost     a tally 5 ns, a level 1 ns, a sketch 2 ns a value; a quantile 1 us.
 * Source   Chan, Golub & LeVeque, Am. Stat. 37 (1983) 242; Masson et al., VLDB 2019,
 *          doi:10.14778/3352063.3352135; Kaplan & Meier, J. Am. Stat. Assoc. 53 (1958) 457;
 *          Student's and the binomial law from GSL; order statistics: David & Nagaraja, Order
 *          Statistics, 3rd ed., section 7.1; MSER-5: White, Simulation 69 (1997) 323,
 *          doi:10.1177/003754979706900601.
 */
#ifndef SIM_STATS_H
#define SIM_STATS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sim/timer.h" /* sim_i128 */

/* ---- tally: Welford's mean and squared deviations ---- */
struct sim_tally {
    uint64_t count;
    double mean, m2, min, max;
};

static inline void sim_tally_add(struct sim_tally *tally, double x)
{
    double delta = x - tally->mean;

    if (tally->count++ == 0)
        tally->min = tally->max = x;
    tally->mean += delta / (double)tally->count;
    tally->m2 += delta * (x - tally->mean);
    tally->min = x < tally->min ? x : tally->min;
    tally->max = x > tally->max ? x : tally->max;
}

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from);
struct sim_tally sim_tally_of(const double *x, size_t count); /* NaN entries left out */
double sim_tally_variance(const struct sim_tally *tally);     /* n - 1; NaN below n = 2 */
double sim_tally_error(const struct sim_tally *tally);        /* of the mean; NaN below n = 2 */

/* ---- level: the exact integral of an integer over time ---- */
struct sim_level {
    int64_t value;
    int64_t since_ns;
    sim_i128 integral_ns; /* of value dt, up to since_ns */
};

static inline void sim_level_set(struct sim_level *level, int64_t now_ns, int64_t value)
{
    level->integral_ns += (sim_i128)level->value * (now_ns - level->since_ns);
    level->since_ns = now_ns;
    level->value = value;
}

static inline sim_i128 sim_level_integral_ns(const struct sim_level *level, int64_t now_ns)
{
    return level->integral_ns + (sim_i128)level->value * (now_ns - level->since_ns);
}

/* ---- sketch: quantiles with a relative error of at most SIM_SKETCH_ERROR ----
 * DDSketch with the logarithm made piecewise linear, so a bucket is found from the bits of the
 * number: 40 octaves from 2^-10 of 51 equal buckets, the widest 1/51 of its value. Values from
 * 1e-3 to 1e9 are in; below (and below 0) counts as 0, above as 1e9; NaN is a bug (assert). */
#define SIM_SKETCH_ERROR 0.01
enum { SIM_SKETCH_OCTAVE = 51, SIM_SKETCH_BUCKETS = 40 * SIM_SKETCH_OCTAVE };

struct sim_sketch {
    uint64_t count, zeros;
    uint64_t bucket[SIM_SKETCH_BUCKETS];
};

void sim_sketch_add(struct sim_sketch *sketch, double x);
void sim_sketch_add_many(struct sim_sketch *sketch, double x, uint64_t times);
void sim_sketch_merge(struct sim_sketch *into, const struct sim_sketch *from);

/* The smallest x with at least q * count values <= x (type 1); NaN when empty. */
double sim_sketch_quantile(const struct sim_sketch *sketch, double q);

/* As above when some have not ended: the smallest x at which Kaplan and Meier's estimate of the
 * share that ended by x is at least q. censored (NULL: none) holds how long those that had not
 * ended were watched; of equal times the ended go first. NaN when the estimate never gets there:
 * the quantile lies beyond the last that ended. */
double sim_sketch_survival_quantile(const struct sim_sketch *ended,
                                    const struct sim_sketch *censored, double q);

/* The largest value, rounded down by at most SIM_SKETCH_ERROR twice: never above it. NaN when
 * empty. */
double sim_sketch_last(const struct sim_sketch *sketch);

/* ---- quantiles and intervals of a sample ---- */

/* The smallest x with at least q * count values <= x (type 1); sorted[count] ascending, without
 * NaN. NaN when empty. */
double sim_sorted_quantile(const double *sorted, size_t count, double q);

/* Interval of quantile q of the law that sorted[count] are independent draws of: the innermost
 * order statistics that each miss it with probability of at most (1 - level) / 2, whatever the
 * law. False, with NaN, where count is too small for either end. Not for jobs of one run, which
 * are not independent: there take the quantile of each replication and sim_interval_t. */
bool sim_interval_quantile(const double *sorted, size_t count, double q, double level, double *low,
                           double *high);

/* Student's two-sided factor for the mean of count values: half-width = factor * standard error.
 * NaN below two, or with a level outside (0, 1). */
double sim_student(size_t count, double level);

/* Half-width of the two-sided Student-t interval of the mean of x[count]; NaN entries are left
 * out, *used says how many were not; NaN below two (*mean is NaN below one). level in (0, 1). */
double sim_interval_t(const double *x, size_t count, double level, double *mean, size_t *used);

/* ---- warm-up: MSER-5 ---- */

/* How many values to cut from the front so that the standard error of the mean of the rest is
 * least, in steps of five: argmin over d of the sum of squares after d / (count - d)^2 on means of
 * five. The last five means are no candidates. 0 when count < SIM_MSER5_LEAST. More than count / 2
 * says that the series is too short for an answer. */
enum { SIM_MSER5_LEAST = 50 };
size_t sim_mser5(const double *series, size_t count);

#endif /* SIM_STATS_H */

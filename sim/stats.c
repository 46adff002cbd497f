/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/stats.h"

#include <assert.h>
#include <math.h>
#include <string.h>

#include <gsl/gsl_cdf.h>

static const double sketch_least = 1e-3, sketch_most = 1e9;
enum { SKETCH_FIRST_EXPONENT = 1023 - 10 }; /* biased, of 2^-10 */

void sim_tally_merge(struct sim_tally *into, const struct sim_tally *from)
{
    double count, delta;

    if (from->count == 0)
        return;
    if (into->count == 0) {
        *into = *from;
        return;
    }
    count = (double)into->count + (double)from->count;
    delta = from->mean - into->mean;
    into->mean += delta * ((double)from->count / count);
    into->m2 += from->m2 + delta * delta * ((double)into->count * ((double)from->count / count));
    into->count += from->count;
    into->min = fmin(into->min, from->min);
    into->max = fmax(into->max, from->max);
}

double sim_tally_variance(const struct sim_tally *tally)
{
    return tally->count < 2 ? NAN : tally->m2 / (double)(tally->count - 1);
}

/* Octave from the exponent, place in the octave from the mantissa. */
static size_t bucket_of(double x)
{
    uint64_t bits, mantissa;

    memcpy(&bits, &x, sizeof bits);
    mantissa = bits & UINT64_C(0x000fffffffffffff);
    return (size_t)((bits >> 52) - SKETCH_FIRST_EXPONENT) * SIM_SKETCH_OCTAVE +
           (size_t)(mantissa * SIM_SKETCH_OCTAVE >> 52);
}

/* The value whose relative distance to both edges is equal: their harmonic mean. */
static double bucket_value(size_t bucket)
{
    double octave = ldexp(1.0, (int)(bucket / SIM_SKETCH_OCTAVE) - 10);
    double low = 1.0 + (double)(bucket % SIM_SKETCH_OCTAVE) / SIM_SKETCH_OCTAVE;
    double high = low + 1.0 / SIM_SKETCH_OCTAVE;

    return octave * (2.0 * low * high / (low + high));
}

void sim_sketch_add(struct sim_sketch *sketch, double x)
{
    assert(x == x);
    sketch->count++;
    if (x < sketch_least)
        sketch->zeros++;
    else
        sketch->bucket[bucket_of(x < sketch_most ? x : sketch_most)]++;
}

void sim_sketch_merge(struct sim_sketch *into, const struct sim_sketch *from)
{
    into->count += from->count;
    into->zeros += from->zeros;
    for (size_t i = 0; i < SIM_SKETCH_BUCKETS; i++)
        into->bucket[i] += from->bucket[i];
}

double sim_sketch_quantile(const struct sim_sketch *sketch, double q)
{
    double rank = ceil(q * (double)sketch->count);
    uint64_t wanted = rank < 1.0 ? 1 : (uint64_t)rank, seen = sketch->zeros;

    if (sketch->count == 0 || q != q)
        return NAN;
    if (wanted <= seen)
        return 0.0;
    for (size_t i = 0; i < SIM_SKETCH_BUCKETS; i++) {
        seen += sketch->bucket[i];
        if (seen >= wanted)
            return bucket_value(i);
    }
    return sketch_most; /* q above 1 */
}

double sim_sketch_survival_quantile(const struct sim_sketch *ended,
                                    const struct sim_sketch *censored, double q)
{
    double at_risk, staying = 1.0;

    if (!censored || censored->count == 0)
        return sim_sketch_quantile(ended, q);
    at_risk = (double)ended->count + (double)censored->count;
    if (ended->zeros)
        staying -= (double)ended->zeros / at_risk;
    if (1.0 - staying >= q)
        return ended->zeros ? 0.0 : NAN;
    at_risk -= (double)ended->zeros + (double)censored->zeros;
    for (size_t i = 0; i < SIM_SKETCH_BUCKETS && at_risk > 0.0; i++) {
        double here = (double)ended->bucket[i];

        if (here > 0.0) {
            staying *= (at_risk - here) / at_risk;
            if (1.0 - staying >= q)
                return bucket_value(i);
        }
        at_risk -= here + (double)censored->bucket[i];
    }
    return NAN;
}

double sim_interval_t(const double *x, size_t count, double level, double *mean, size_t *used)
{
    struct sim_tally tally = {0};
    double quantile;

    for (size_t i = 0; i < count; i++)
        if (x[i] == x[i])
            sim_tally_add(&tally, x[i]);
    *mean = tally.count ? tally.mean : NAN;
    *used = (size_t)tally.count;
    if (tally.count < 2 || !(level > 0.0 && level < 1.0))
        return NAN;
    quantile = gsl_cdf_tdist_Pinv(0.5 + 0.5 * level, (double)(tally.count - 1));
    if (!isfinite(quantile))
        return NAN;
    return quantile * sqrt(sim_tally_variance(&tally) / (double)tally.count);
}

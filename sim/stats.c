/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/stats.h"

#include <assert.h>
#include <limits.h>
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

struct sim_tally sim_tally_of(const double *x, size_t count)
{
    struct sim_tally tally = {0};

    for (size_t i = 0; i < count; i++)
        if (x[i] == x[i])
            sim_tally_add(&tally, x[i]);
    return tally;
}

double sim_tally_variance(const struct sim_tally *tally)
{
    return tally->count < 2 ? NAN : tally->m2 / (double)(tally->count - 1);
}

double sim_tally_error(const struct sim_tally *tally)
{
    return sqrt(sim_tally_variance(tally) / (double)tally->count);
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

static double bucket_low(size_t bucket)
{
    double octave = ldexp(1.0, (int)(bucket / SIM_SKETCH_OCTAVE) - 10);

    return octave * (1.0 + (double)(bucket % SIM_SKETCH_OCTAVE) / SIM_SKETCH_OCTAVE);
}

/* The value whose relative distance to both edges is equal: their harmonic mean. */
static double bucket_value(size_t bucket)
{
    double octave = ldexp(1.0, (int)(bucket / SIM_SKETCH_OCTAVE) - 10);
    double low = 1.0 + (double)(bucket % SIM_SKETCH_OCTAVE) / SIM_SKETCH_OCTAVE;
    double high = low + 1.0 / SIM_SKETCH_OCTAVE;

    return octave * (2.0 * low * high / (low + high));
}

void sim_sketch_add_many(struct sim_sketch *sketch, double x, uint64_t times)
{
    assert(x == x);
    sketch->count += times;
    if (x < sketch_least)
        sketch->zeros += times;
    else
        sketch->bucket[bucket_of(x < sketch_most ? x : sketch_most)] += times;
}

void sim_sketch_add(struct sim_sketch *sketch, double x)
{
    sim_sketch_add_many(sketch, x, 1);
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

double sim_sketch_last(const struct sim_sketch *sketch)
{
    if (sketch->count == 0)
        return NAN;
    for (size_t i = SIM_SKETCH_BUCKETS; i-- > 0;)
        if (sketch->bucket[i])
            return bucket_low(i);
    return 0.0;
}

double sim_sorted_quantile(const double *sorted, size_t count, double q)
{
    double rank = ceil(q * (double)count);

    if (count == 0 || q != q)
        return NAN;
    return sorted[rank < 1.0 ? 0 : rank < (double)count ? (size_t)rank - 1 : count - 1];
}

/* The largest rank r in 0..count with P(fewer than r of count values lie below quantile q) <= miss:
 * the r-th smallest value exceeds the quantile that seldom. 0: there is none. */
static size_t rank_below(size_t count, double q, double miss)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t rank = low + (high - low + 1) / 2;

        if (gsl_cdf_binomial_P((unsigned)(rank - 1), q, (unsigned)count) <= miss)
            low = rank;
        else
            high = rank - 1;
    }
    return low;
}

bool sim_interval_quantile(const double *sorted, size_t count, double q, double level, double *low,
                           double *high)
{
    bool is_asked = q > 0.0 && q < 1.0 && level > 0.0 && level < 1.0;
    size_t below = is_asked ? rank_below(count, q, (1.0 - level) / 2.0) : 0;
    size_t above = is_asked ? rank_below(count, 1.0 - q, (1.0 - level) / 2.0) : 0;

    assert(count <= UINT_MAX);
    *low = below ? sorted[below - 1] : NAN;
    *high = above ? sorted[count - above] : NAN;
    return below && above;
}

double sim_student(size_t count, double level)
{
    double factor;

    if (count < 2 || !(level > 0.0 && level < 1.0))
        return NAN;
    factor = gsl_cdf_tdist_Pinv(0.5 + 0.5 * level, (double)(count - 1));
    return isfinite(factor) ? factor : NAN;
}

double sim_interval_t(const double *x, size_t count, double level, double *mean, size_t *used)
{
    struct sim_tally tally = sim_tally_of(x, count);

    *mean = tally.count ? tally.mean : NAN;
    *used = (size_t)tally.count;
    return sim_student(*used, level) * sim_tally_error(&tally);
}

size_t sim_mser5(const double *series, size_t count)
{
    enum { BATCH = 5, LEFT_OUT = 5 };
    size_t batches = count / BATCH, best = 0;
    struct sim_tally rest = {0};
    double least = INFINITY;

    if (count < SIM_MSER5_LEAST)
        return 0;
    for (size_t i = batches; i-- > 0;) { /* from the end: what is left after cutting i */
        double sum = 0.0, score;

        for (size_t k = 0; k < BATCH; k++)
            sum += series[i * BATCH + k];
        sim_tally_add(&rest, sum / BATCH);
        score = rest.m2 / ((double)rest.count * (double)rest.count);
        if (rest.count > LEFT_OUT && score <= least) {
            least = score;
            best = i;
        }
    }
    return best * BATCH;
}

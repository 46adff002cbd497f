/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Laws by inversion. Beside its inverse each law has its cdf F and its partial mean
 * M(x) = E[X; X <= x], from which every mean with truncation and cap follows. */
#include "sim/distribution.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>

#include "sim/elementary.h"
#include "sim/quantile_table.h"
#include "sim/special.h"

enum { STAGES_MAX = 100, POINTS_MAX = 512 };
static const double least_probability = 1e-6; /* of a truncated range */
static const double table_slack = 1e-9;       /* of the sum of weights */

struct law {
    const char *name;
    const char *parameter[4];
    bool is_positive; /* all parameters must be */
};

static const struct law laws[] = {
    [SIM_DIST_CONSTANT] = {"constant", {"value"}, false},
    [SIM_DIST_UNIFORM] = {"uniform", {"lowest", "highest"}, false},
    [SIM_DIST_EXPONENTIAL] = {"exponential", {"mean"}, true},
    [SIM_DIST_LOGNORMAL] = {"lognormal", {"median", "sigma"}, true},
    [SIM_DIST_WEIBULL] = {"weibull", {"shape", "scale"}, true},
    [SIM_DIST_PARETO] = {"pareto", {"alpha", "lowest", "highest"}, true},
    [SIM_DIST_ERLANG] = {"erlang", {"stages", "mean"}, true},
    [SIM_DIST_HYPEREXPONENTIAL] = {"hyperexponential", {"mean", "cv2"}, true},
    [SIM_DIST_EMPIRICAL] = {"empirical", {NULL}, false},
    [SIM_DIST_CHOICE] = {"choice", {NULL}, false},
    [SIM_DIST_GAMMA] = {"gamma", {"shape", "mean"}, true},
    [SIM_DIST_TRIANGULAR] = {"triangular", {"low", "mode", "high"}, false},
    [SIM_DIST_BETA] = {"beta", {"alpha", "beta", "low", "high"}, false},
    [SIM_DIST_MIXTURE] = {"mixture", {NULL}, false},
};

static double clamp(double x, double low, double high)
{
    return x < low ? low : x > high ? high : x;
}

/* ---- erlang: the sum of k exponentials of mean 1 ---- */

static double erlang_term(int k, double y) /* e^-y y^k / k! */
{
    double term = sim_exp(-y);

    for (int i = 1; i <= k; i++)
        term *= y / i;
    return term;
}

/* P(sum <= y): the tail of the series, all terms positive, so small values keep their digits. */
static double erlang_lower(int k, double y, double *density)
{
    double term = erlang_term(k, y), sum = term;

    *density = term * k / y;
    for (int i = k + 1; term > sum * 1e-17 && i < 4000; i++) {
        term *= y / i;
        sum += term;
    }
    return sum < 1.0 ? sum : 1.0;
}

static double erlang_upper(int k, double y, double *density) /* P(sum > y) */
{
    double term = sim_exp(-y), sum = term;

    for (int i = 1; i < k; i++) {
        term *= y / i;
        sum += term;
    }
    *density = term;
    return sum;
}

/* Wilson and Hilferty's cube; far below it the first term of the series, y^k / k! = p. */
static double erlang_guess(int k, double p)
{
    double root = 1.0 - 1.0 / (9.0 * k) + sim_normal_inverse(p) / (3.0 * sqrt(k));
    double log_factorial = 0.0;

    if (root > 0.3)
        return k * root * root * root;
    for (int i = 2; i <= k; i++)
        log_factorial += sim_log(i);
    return sim_exp((sim_log(p) + log_factorial) / k);
}

/* Newton's rule on the logarithm of the smaller tail, in log y below the median and in y above:
 * both curves are nearly straight there. Halving when a step leaves the bracket. Once a step is
 * below 2e-8, what it leaves is below its square. */
static double erlang_at(int k, double p)
{
    bool is_lower = p < 0.5;
    double target = sim_log(is_lower ? p : 1.0 - p);
    double y = erlang_guess(k, p), low = 0.0, high = 700.0;

    for (int round = 0; round < 100; round++) {
        double density, newton;
        double tail = is_lower ? erlang_lower(k, y, &density) : erlang_upper(k, y, &density);
        double gap = sim_log(tail) - target;

        if (is_lower == (gap > 0.0))
            high = y;
        else
            low = y;
        newton = is_lower ? y * sim_exp(-gap * tail / (y * density)) : y + gap * tail / density;
        if (!(newton >= low && newton <= high))
            newton = 0.5 * (low + high);
        if (fabs(newton - y) <= 2e-8 * y)
            return newton;
        y = newton;
    }
    return y;
}

/* ---- hyperexponential: rate of phase i is 2 p_i / mean (balanced means) ---- */

static void hyper_prepare(struct sim_dist *dist)
{
    double root = sqrt((dist->b - 1.0) / (dist->b + 1.0));
    double p2 = 1.0 / ((dist->b + 1.0) * (1.0 + root)); /* (1 - root) / 2 without cancellation */

    dist->derived[0] = p2;
    dist->derived[1] = sim_log(1.0 - p2);
    dist->derived[2] = sim_log(p2);
}

static double hyper_upper(const struct sim_dist *dist, double x)
{
    double p2 = dist->derived[0], p1 = 1.0 - p2, y = 2.0 * x / dist->a;

    return p1 * sim_exp(-p1 * y) + p2 * sim_exp(-p2 * y);
}

/* The logarithm of the upper tail is convex: Newton's rule from the left never overshoots. Each
 * phase alone is a bound on the left. A step of 1e-8 leaves less than its square. */
static double hyper_at(const struct sim_dist *dist, double p)
{
    double p2 = dist->derived[0], p1 = 1.0 - p2, target = sim_log(1.0 - p);
    double y = fmax(0.0, fmax((dist->derived[1] - target) / p1, (dist->derived[2] - target) / p2));

    for (int round = 0; round < 100; round++) {
        double part1 = p1 * sim_exp(-p1 * y), part2 = p2 * sim_exp(-p2 * y);
        double upper = part1 + part2;
        double step = (sim_log(upper) - target) * upper / (p1 * part1 + p2 * part2);

        y += step;
        if (!(step > 1e-8))
            break;
    }
    return fmax(0.0, y * dist->a * 0.5);
}

/* ---- tables ---- */

/* First i with value[i] >= x (or > x when is_above); count when there is none. */
static size_t table_first(const struct sim_dist *dist, double x, bool is_above)
{
    size_t low = 0, high = dist->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        bool is_found = is_above ? dist->value[middle] > x : dist->value[middle] >= x;

        if (is_found)
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* P(X <= x), or P(X < x) when is_strict. */
static double table_cdf(const struct sim_dist *dist, double x, bool is_strict)
{
    size_t i = table_first(dist, x, !is_strict);
    double from, to;

    if (i == 0)
        return 0.0;
    if (i == dist->count)
        return 1.0;
    if (dist->kind == SIM_DIST_CHOICE)
        return dist->cumulated[i - 1];
    from = dist->value[i - 1];
    to = dist->value[i];
    return dist->cumulated[i - 1] +
           (x - from) / (to - from) * (dist->cumulated[i] - dist->cumulated[i - 1]);
}

static double table_at(const struct sim_dist *dist, double p)
{
    size_t low = 0, high = dist->count - 1;
    double from, to, width, x;

    while (low < high) { /* first with cumulated >= p */
        size_t middle = low + (high - low) / 2;

        if (dist->cumulated[middle] >= p)
            high = middle;
        else
            low = middle + 1;
    }
    if (dist->kind == SIM_DIST_CHOICE) {
        while (dist->value[low] < dist->min) /* p rounded down to p_min */
            low++;
        return dist->value[low];
    }
    if (low == 0)
        return dist->value[0];
    from = dist->value[low - 1];
    to = dist->value[low];
    width = dist->cumulated[low] - dist->cumulated[low - 1];
    if (width <= 0.0)
        return to;
    x = from + (p - dist->cumulated[low - 1]) / width * (to - from);
    return clamp(x, from, to);
}

/* Integral over p in [p0, p1] of min(x(p), cap), x straight from x0 to x1. */
static double segment_mean(double p0, double p1, double x0, double x1, double cap)
{
    double below;

    if (x1 <= cap)
        return (p1 - p0) * 0.5 * (x0 + x1);
    if (x0 >= cap)
        return (p1 - p0) * cap;
    below = (cap - x0) / (x1 - x0);
    return (p1 - p0) * (below * 0.5 * (x0 + cap) + (1.0 - below) * cap);
}

static double table_mean_capped(const struct sim_dist *dist, double cap)
{
    double sum = 0.0, p_before = 0.0;

    for (size_t i = 0; i < dist->count; i++) {
        bool is_flat = i == 0 || dist->kind == SIM_DIST_CHOICE;
        double x1 = dist->value[i], x0 = is_flat ? x1 : dist->value[i - 1];
        double p_after = dist->cumulated[i], width = p_after - p_before;
        double p0 = fmax(p_before, dist->p_min), p1 = fmin(p_after, dist->p_max);

        if (p1 > p0)
            sum += segment_mean(p0, p1, x0 + (p0 - p_before) / width * (x1 - x0),
                                x0 + (p1 - p_before) / width * (x1 - x0), cap);
        p_before = p_after;
    }
    return sum / (dist->p_max - dist->p_min);
}

/* ---- triangular ---- */

static double triangular_cdf(const struct sim_dist *dist, double x)
{
    double width = dist->c - dist->a, left = dist->b - dist->a, right = dist->c - dist->b;

    if (x <= dist->a)
        return 0.0;
    if (x >= dist->c)
        return 1.0;
    return x < dist->b ? (x - dist->a) * (x - dist->a) / (width * left)
                       : 1.0 - (dist->c - x) * (dist->c - x) / (width * right);
}

static double triangular_at(const struct sim_dist *dist, double p)
{
    double width = dist->c - dist->a, left = dist->b - dist->a, right = dist->c - dist->b;

    if (p * width < left)
        return clamp(dist->a + sqrt(p * width * left), dist->a, dist->b);
    return clamp(dist->c - sqrt((1.0 - p) * width * right), dist->b, dist->c);
}

static double triangular_partial(const struct sim_dist *dist, double x)
{
    double width = dist->c - dist->a, left = dist->b - dist->a, right = dist->c - dist->b, s;

    if (x <= dist->a)
        return 0.0;
    if (x < dist->b) {
        s = x - dist->a;
        return s * s * (dist->a + s * (2.0 / 3.0)) / (left * width);
    }
    s = dist->c - fmin(x, dist->c);
    return (dist->a + dist->b + dist->c) / 3.0 -
           (s > 0.0 ? s * s * (dist->c - s * (2.0 / 3.0)) / (right * width) : 0.0);
}

/* ---- mixture: the cdf is the weighted sum of those of the parts ---- */

static double cdf(const struct sim_dist *dist, double x, bool is_strict);

/* P(X <= x) of a part, its own truncation included. */
static double part_cdf(const struct sim_dist *part, double x, bool is_strict)
{
    return clamp((cdf(part, x, is_strict) - part->p_min) / (part->p_max - part->p_min), 0.0, 1.0);
}

static double mixture_cdf(const struct sim_dist *dist, double x, bool is_strict)
{
    double sum = 0.0;

    for (size_t i = 0; i < dist->count; i++)
        sum += dist->weight[i] * part_cdf(&dist->part[i], x, is_strict);
    return fmin(sum, 1.0);
}

/* E[X; X <= x], or E[X; X < x]. */
static double mixture_partial(const struct sim_dist *dist, double x, bool is_strict)
{
    double sum = 0.0;

    for (size_t i = 0; i < dist->count; i++) {
        const struct sim_dist *part = &dist->part[i];
        double above = 1.0 - part_cdf(part, x, is_strict);
        double capped = sim_dist_mean_capped(part, x);

        sum += dist->weight[i] * (above > 0.0 && x < INFINITY ? capped - x * above : capped);
    }
    return sum;
}

/* How far F(x) is from p, on a logarithmic scale: bounded, increasing in x. */
static double distance(const struct sim_dist *dist, double x, double lower, double upper)
{
    double below = mixture_cdf(dist, x, false);

    if (lower < upper)
        return sim_log(fmax(below, 1e-300)) - sim_log(lower);
    return sim_log(upper) - sim_log(fmax(1.0 - below, 0x1p-54));
}

/* The quantile lies between the least and the greatest of the parts' quantiles. False position
 * (Illinois) with a halving when it is slow, in log x where x is positive. */
static double mixture_inverse(const void *law, double lower, double upper)
{
    const struct sim_dist *dist = law;
    double low = INFINITY, high = -INFINITY, f_low, f_high, p = lower < upper ? lower : 1.0 - upper;
    bool is_log;

    for (size_t i = 0; i < dist->count; i++) {
        double x = sim_dist_at(&dist->part[i], clamp(p, 0x1p-60, 1.0));

        low = fmin(low, x - 1e-4 * fabs(x));
        high = fmax(high, x + 1e-4 * fabs(x));
    }
    if (low <= 0.0 && distance(dist, high * 1e-40, lower, upper) < 0.0)
        low = high * 1e-40;
    is_log = low > 0.0;
    f_low = distance(dist, low, lower, upper);
    f_high = distance(dist, high, lower, upper);
    for (int round = 0; round < 200 && high - low > 1e-14 * fabs(high); round++) {
        double part = f_high > f_low ? -f_low / (f_high - f_low) : 0.5, x, f;

        part = round % 3 == 2 ? 0.5 : clamp(part, 1e-3, 1.0 - 1e-3);
        x = is_log ? low * sim_exp(part * sim_log(high / low)) : low + part * (high - low);
        if (!(x > low && x < high))
            break;
        f = distance(dist, x, lower, upper);
        if (fabs(f) < 1e-13)
            return x;
        if (f < 0.0) {
            low = x;
            f_low = f;
        } else {
            high = x;
            f_high = f;
        }
    }
    return high;
}

static int order_of_numbers(const void *a, const void *b)
{
    const double *x = a, *y = b;

    return *x < *y ? -1 : *x > *y;
}

/* Values at which a part's cdf jumps, begins or ends; POINTS_MAX + 1 when there are too many. */
static size_t points_of(const struct sim_dist *part, double *point, size_t count)
{
    const double own[] = {part->a, part->b, part->c, part->d};
    size_t first = 0, last = 0;

    switch (part->kind) {
    case SIM_DIST_CONSTANT:
        last = 1;
        break;
    case SIM_DIST_UNIFORM:
        last = 2;
        break;
    case SIM_DIST_PARETO:
        first = 1;
        last = 3;
        break;
    case SIM_DIST_TRIANGULAR:
        last = 3;
        break;
    case SIM_DIST_BETA:
        first = 2;
        last = 4;
        break;
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_CHOICE:
        if (count + part->count > POINTS_MAX)
            return POINTS_MAX + 1;
        for (size_t i = 0; i < part->count; i++)
            point[count++] = part->value[i];
        break;
    default:
        point[count++] = 0.0;
    }
    for (; first < last; first++)
        point[count++] = own[first];
    if (part->min > -INFINITY)
        point[count++] = part->min;
    if (part->max < INFINITY)
        point[count++] = part->max;
    return count;
}

static enum sim_status mixture_stretches(const struct sim_dist *dist, struct sim_stretch *stretch,
                                         size_t *count, struct sim_error *err)
{
    double point[POINTS_MAX + 8], p = 0.0;
    size_t points = 0;

    *count = 0;
    for (size_t i = 0; i < dist->count && points <= POINTS_MAX; i++)
        points = points_of(&dist->part[i], point, points);
    if (points <= POINTS_MAX)
        qsort(point, points, sizeof *point, order_of_numbers);
    for (size_t i = 0; i < points && points <= POINTS_MAX && *count + 3 < SIM_STRETCHES_MAX; i++) {
        double before = mixture_cdf(dist, point[i], true), after, next = INFINITY;

        after = mixture_cdf(dist, point[i], false);
        if (i && point[i] == point[i - 1])
            continue;
        if (after > fmax(before, p))
            stretch[(*count)++] = (struct sim_stretch){p, after, point[i], point[i]};
        p = fmax(p, after);
        for (size_t j = i + 1; j < points && !(next < INFINITY); j++)
            next = point[j] > point[i] ? point[j] : INFINITY;
        after = next < INFINITY ? mixture_cdf(dist, next, true) : 1.0;
        if (after - p > 1e-15)
            stretch[(*count)++] = (struct sim_stretch){p, after, point[i], next};
        p = fmax(p, after);
    }
    if (points > POINTS_MAX || *count + 3 >= SIM_STRETCHES_MAX)
        return sim_fail(err, SIM_ESCHEMA, "mixture: its parts have too many different values");
    stretch[*count - 1].p_to = 1.0;
    return SIM_OK;
}

static enum sim_status check_mixture(const struct sim_dist *dist, struct sim_error *err)
{
    double sum = 0.0;

    if (dist->count == 0 || !dist->part || !dist->weight)
        return sim_fail(err, SIM_ESCHEMA, "mixture: it has no parts");
    for (size_t i = 0; i < dist->count; i++) {
        if (dist->part[i].kind == SIM_DIST_MIXTURE)
            return sim_fail(err, SIM_ESCHEMA, "mixture: part %zu is a mixture itself", i + 1);
        if (!(dist->weight[i] >= 0.0))
            return sim_fail(err, SIM_ESCHEMA, "mixture: weight %zu must not be below 0, but is %g",
                            i + 1, dist->weight[i]);
        sum += dist->weight[i];
    }
    if (!(fabs(sum - 1.0) <= 1e-6))
        return sim_fail(err, SIM_ESCHEMA, "mixture: the weights sum to %g, not to 1", sum);
    return SIM_OK;
}

/* ---- laws whose inverse is a table ---- */

static double gamma_inverse(const void *law, double lower, double upper)
{
    const struct sim_dist *dist = law;

    return sim_gamma_inverse(dist->a, lower, upper) * (dist->b / dist->a);
}

static double beta_inverse(const void *law, double lower, double upper)
{
    const struct sim_dist *dist = law;

    return dist->c + sim_beta_inverse(dist->a, dist->b, lower, upper) * (dist->d - dist->c);
}

static enum sim_status tabulate(struct sim_dist *dist, struct sim_error *err)
{
    struct sim_stretch stretch[SIM_STRETCHES_MAX] = {{0.0, 1.0, 0.0, INFINITY}};
    sim_inverse_fn *inverse = gamma_inverse;
    enum sim_status status = SIM_OK;
    size_t count = 1;

    assert(dist->arena);
    if (dist->kind == SIM_DIST_BETA) {
        stretch[0] = (struct sim_stretch){0.0, 1.0, dist->c, dist->d};
        inverse = beta_inverse;
    }
    if (dist->kind == SIM_DIST_MIXTURE) {
        status = mixture_stretches(dist, stretch, &count, err);
        inverse = mixture_inverse;
    }
    return status ? status
                  : sim_quantile_table_create(stretch, count, inverse, dist, dist->arena,
                                              &dist->table, err);
}

/* ---- cdf ---- */

static double pareto_cdf(const struct sim_dist *dist, double x)
{
    if (x <= dist->b)
        return 0.0;
    return x >= dist->c ? 1.0 : (1.0 - sim_pow(dist->b / x, dist->a)) / dist->derived[0];
}

static double positive_cdf(const struct sim_dist *dist, double x)
{
    double unused;

    if (x <= 0.0)
        return 0.0;
    switch (dist->kind) {
    case SIM_DIST_EXPONENTIAL:
        return erlang_lower(1, fmin(x / dist->a, 700.0), &unused);
    case SIM_DIST_LOGNORMAL:
        return sim_normal_cdf((sim_log(x) - sim_log(dist->a)) / dist->b);
    case SIM_DIST_WEIBULL:
        return erlang_lower(1, fmin(sim_pow(x / dist->b, dist->a), 700.0), &unused);
    case SIM_DIST_PARETO:
        return pareto_cdf(dist, x);
    case SIM_DIST_ERLANG:
        return erlang_lower((int)dist->a, fmin(x * dist->a / dist->b, 700.0), &unused);
    case SIM_DIST_GAMMA:
        return sim_gamma_lower(dist->a, x * dist->a / dist->b);
    default:
        return 1.0 - hyper_upper(dist, x);
    }
}

static double cdf(const struct sim_dist *dist, double x, bool is_strict)
{
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return is_strict ? x > dist->a : x >= dist->a;
    case SIM_DIST_UNIFORM:
        return clamp((x - dist->a) / (dist->b - dist->a), 0.0, 1.0);
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_CHOICE:
        return table_cdf(dist, x, is_strict);
    case SIM_DIST_TRIANGULAR:
        return triangular_cdf(dist, x);
    case SIM_DIST_BETA:
        return sim_beta_lower(dist->a, dist->b, (x - dist->c) / (dist->d - dist->c));
    case SIM_DIST_MIXTURE:
        return mixture_cdf(dist, x, is_strict);
    default:
        return positive_cdf(dist, x);
    }
}

double sim_dist_cdf(const struct sim_dist *dist, double x)
{
    return cdf(dist, x, false);
}

/* ---- checks ---- */

static enum sim_status check_parameters(const struct sim_dist *dist, struct sim_error *err)
{
    const struct law *law = &laws[dist->kind];
    const double value[4] = {dist->a, dist->b, dist->c, dist->d};

    for (int i = 0; i < 4 && law->parameter[i]; i++) {
        if (!isfinite(value[i]))
            return sim_fail(err, SIM_ESCHEMA, "%s: %s must be a finite number", law->name,
                            law->parameter[i]);
        if (law->is_positive && value[i] <= 0.0)
            return sim_fail(err, SIM_ESCHEMA, "%s: %s must be above 0, not %g", law->name,
                            law->parameter[i], value[i]);
    }
    return SIM_OK;
}

static enum sim_status check_rules(const struct sim_dist *dist, struct sim_error *err)
{
    switch (dist->kind) {
    case SIM_DIST_UNIFORM:
        if (dist->b <= dist->a)
            return sim_fail(err, SIM_ESCHEMA, "uniform: highest (%g) must be above lowest (%g)",
                            dist->b, dist->a);
        break;
    case SIM_DIST_LOGNORMAL:
        if (dist->b > 10.0)
            return sim_fail(err, SIM_ESCHEMA, "lognormal: sigma must be at most 10, not %g",
                            dist->b);
        break;
    case SIM_DIST_WEIBULL:
        if (dist->a < 0.05 || dist->a > 1000.0)
            return sim_fail(err, SIM_ESCHEMA, "weibull: shape must be from 0.05 to 1000, not %g",
                            dist->a);
        break;
    case SIM_DIST_PARETO:
        if (dist->c <= dist->b)
            return sim_fail(err, SIM_ESCHEMA, "pareto: highest (%g) must be above lowest (%g)",
                            dist->c, dist->b);
        if (dist->a < 0.01 || dist->a > 1000.0)
            return sim_fail(err, SIM_ESCHEMA, "pareto: alpha must be from 0.01 to 1000, not %g",
                            dist->a);
        break;
    case SIM_DIST_ERLANG:
        if (dist->a != floor(dist->a) || dist->a > STAGES_MAX)
            return sim_fail(err, SIM_ESCHEMA,
                            "erlang: stages must be a whole number from 1 to %d, not %g",
                            (int)STAGES_MAX, dist->a);
        break;
    case SIM_DIST_HYPEREXPONENTIAL:
        if (dist->b <= 1.0 || dist->b > 1e6)
            return sim_fail(err, SIM_ESCHEMA,
                            "hyperexponential: cv2 must be above 1 (the exponential) and at most "
                            "1e6, not %g",
                            dist->b);
        break;
    case SIM_DIST_GAMMA:
        if (dist->a < 0.1 || dist->a > 1000.0)
            return sim_fail(err, SIM_ESCHEMA, "gamma: shape must be from 0.1 to 1000, not %g",
                            dist->a);
        break;
    case SIM_DIST_TRIANGULAR:
        if (!(dist->a <= dist->b && dist->b <= dist->c && dist->a < dist->c))
            return sim_fail(err, SIM_ESCHEMA,
                            "triangular: low (%g), mode (%g) and high (%g) must ascend", dist->a,
                            dist->b, dist->c);
        break;
    case SIM_DIST_BETA:
        if (dist->a < 0.1 || dist->a > 1000.0 || dist->b < 0.1 || dist->b > 1000.0)
            return sim_fail(err, SIM_ESCHEMA,
                            "beta: alpha and beta must be from 0.1 to 1000, not %g and %g", dist->a,
                            dist->b);
        if (dist->d <= dist->c)
            return sim_fail(err, SIM_ESCHEMA, "beta: high (%g) must be above low (%g)", dist->d,
                            dist->c);
        break;
    case SIM_DIST_MIXTURE:
        return check_mixture(dist, err);
    default:
        break;
    }
    return SIM_OK;
}

static enum sim_status check_table(const struct sim_dist *dist, struct sim_error *err)
{
    const char *name = laws[dist->kind].name;
    double last = 0.0;

    if (dist->count == 0 || !dist->value || !dist->cumulated)
        return sim_fail(err, SIM_ESCHEMA, "%s: the table is empty", name);
    for (size_t i = 0; i < dist->count; i++) {
        if (!isfinite(dist->value[i]))
            return sim_fail(err, SIM_ESCHEMA, "%s: value %zu must be a finite number", name, i + 1);
        if (i && dist->value[i] < dist->value[i - 1])
            return sim_fail(err, SIM_ESCHEMA, "%s: values must ascend, but %g follows %g", name,
                            dist->value[i], dist->value[i - 1]);
        if (!(dist->cumulated[i] >= last && dist->cumulated[i] <= 1.0 + table_slack))
            return sim_fail(err, SIM_ESCHEMA,
                            "%s: probabilities must ascend from 0 to 1, but %g follows %g", name,
                            dist->cumulated[i], last);
        last = dist->cumulated[i];
    }
    if (fabs(last - 1.0) > table_slack)
        return sim_fail(err, SIM_ESCHEMA, "%s: the last probability must be 1, not %g", name, last);
    return SIM_OK;
}

static enum sim_status check_range(const struct sim_dist *dist, struct sim_error *err)
{
    const char *name = laws[dist->kind].name;
    double kept = dist->p_max - dist->p_min;

    if (!(dist->min <= dist->max))
        return sim_fail(err, SIM_ESCHEMA, "%s: max (%g) must not be below min (%g)", name,
                        dist->max, dist->min);
    if (!(kept >= least_probability))
        return sim_fail(err, SIM_ESCHEMA,
                        "%s: only %.1g of it lies between min (%g) and max (%g); at least %g must",
                        name, kept > 0.0 ? kept : 0.0, dist->min, dist->max, least_probability);
    return SIM_OK;
}

static enum sim_status find_range(struct sim_dist *dist, struct sim_error *err)
{
    dist->p_min = dist->min == -INFINITY ? 0.0 : cdf(dist, dist->min, true);
    dist->p_max = dist->max == INFINITY ? 1.0 : cdf(dist, dist->max, false);
    return check_range(dist, err);
}

enum sim_status sim_dist_narrow(struct sim_dist *dist, double lowest, double highest,
                                struct sim_error *err)
{
    dist->min = fmax(dist->min, lowest);
    dist->max = fmin(dist->max, highest);
    return find_range(dist, err);
}

enum sim_status sim_dist_prepare(struct sim_dist *dist, struct sim_error *err)
{
    bool is_table = dist->kind == SIM_DIST_EMPIRICAL || dist->kind == SIM_DIST_CHOICE;
    enum sim_status status = is_table ? check_table(dist, err) : check_parameters(dist, err);

    if (status == SIM_OK)
        status = check_rules(dist, err);
    if (status != SIM_OK)
        return status;
    if (dist->kind == SIM_DIST_PARETO)
        dist->derived[0] = 1.0 - sim_pow(dist->b / dist->c, dist->a);
    if (dist->kind == SIM_DIST_HYPEREXPONENTIAL)
        hyper_prepare(dist);
    if (dist->kind == SIM_DIST_GAMMA || dist->kind == SIM_DIST_BETA ||
        dist->kind == SIM_DIST_MIXTURE)
        status = tabulate(dist, err);
    if (status != SIM_OK)
        return status;
    return find_range(dist, err);
}

/* ---- drawing ---- */

static double inverse(const struct sim_dist *dist, double p)
{
    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return dist->a;
    case SIM_DIST_UNIFORM:
        return dist->a + p * (dist->b - dist->a);
    case SIM_DIST_EXPONENTIAL:
        return -sim_log(1.0 - p) * dist->a;
    case SIM_DIST_LOGNORMAL:
        return dist->a * sim_exp(dist->b * sim_normal_inverse(p));
    case SIM_DIST_WEIBULL:
        return dist->b * sim_pow(-sim_log(1.0 - p), 1.0 / dist->a);
    case SIM_DIST_PARETO:
        return clamp(dist->b * sim_pow(1.0 - p * dist->derived[0], -1.0 / dist->a), dist->b,
                     dist->c);
    case SIM_DIST_ERLANG:
        return erlang_at((int)dist->a, p) * dist->b / dist->a;
    case SIM_DIST_HYPEREXPONENTIAL:
        return hyper_at(dist, p);
    case SIM_DIST_EMPIRICAL:
    case SIM_DIST_CHOICE:
        return table_at(dist, p);
    case SIM_DIST_TRIANGULAR:
        return triangular_at(dist, p);
    case SIM_DIST_GAMMA:
    case SIM_DIST_BETA:
    case SIM_DIST_MIXTURE:
        return sim_quantile_table_at(dist->table, p);
    }
    assert(!"a kind without an inverse");
    return 0.0;
}

double sim_dist_at(const struct sim_dist *dist, double u)
{
    double p = dist->p_min + u * (dist->p_max - dist->p_min);

    /* Rounding must not reach 1, where the open laws are infinite. */
    p = p < 1.0 - 0x1p-53 ? p : 1.0 - 0x1p-53;
    return clamp(inverse(dist, p), dist->min, dist->max);
}

/* ---- means ---- */

static double erlang_partial(int k, double y) /* mean k */
{
    double unused;

    return y >= 700.0 ? k : k * erlang_lower(k + 1, y, &unused);
}

/* scale times the incomplete gamma function of (1 + 1/shape, t): a series of positive terms.
 * Beyond t = 200 nothing is left, since the argument is at most 21. */
static double weibull_partial(const struct sim_dist *dist, double x)
{
    double t = fmin(sim_pow(x / dist->b, dist->a), 200.0), order = 1.0 + 1.0 / dist->a;
    double term = 1.0 / order, sum = term;

    for (int i = 1; term > sum * 1e-17 && i < 2000; i++) {
        term *= t / (order + i);
        sum += term;
    }
    return dist->b * sim_pow(t, order) * sim_exp(-t) * sum;
}

static double pareto_partial(const struct sim_dist *dist, double x)
{
    double ratio, power = 1.0 - dist->a, scaled, integral;

    if (x <= dist->b)
        return 0.0;
    ratio = fmin(x, dist->c) / dist->b;
    scaled = power * sim_log(ratio);
    if (fabs(scaled) < 1e-4) /* alpha near 1 */
        integral = sim_log(ratio) * (1.0 + scaled * (0.5 + scaled / 6.0));
    else
        integral = (sim_pow(ratio, power) - 1.0) / power;
    return dist->a * dist->b * integral / dist->derived[0];
}

/* E[X; X <= x] of the laws that are no tables, before truncation. */
static double partial_mean(const struct sim_dist *dist, double x)
{
    double edge, p2;

    switch (dist->kind) {
    case SIM_DIST_CONSTANT:
        return x >= dist->a ? dist->a : 0.0;
    case SIM_DIST_UNIFORM:
        edge = clamp(x, dist->a, dist->b);
        return 0.5 * (edge - dist->a) * (edge + dist->a) / (dist->b - dist->a);
    case SIM_DIST_TRIANGULAR:
        return triangular_partial(dist, x);
    case SIM_DIST_BETA:
        edge = (x - dist->c) / (dist->d - dist->c);
        return dist->c * sim_beta_lower(dist->a, dist->b, edge) +
               (dist->d - dist->c) * (dist->a / (dist->a + dist->b)) *
                   sim_beta_lower(dist->a + 1.0, dist->b, edge);
    case SIM_DIST_MIXTURE:
        return mixture_partial(dist, x, false);
    default:
        break;
    }
    if (x <= 0.0)
        return 0.0;
    switch (dist->kind) {
    case SIM_DIST_EXPONENTIAL:
        return dist->a * erlang_partial(1, x / dist->a);
    case SIM_DIST_LOGNORMAL:
        return dist->a * sim_exp(0.5 * dist->b * dist->b) *
               sim_normal_cdf((sim_log(x) - sim_log(dist->a)) / dist->b - dist->b);
    case SIM_DIST_WEIBULL:
        return weibull_partial(dist, x);
    case SIM_DIST_PARETO:
        return pareto_partial(dist, x);
    case SIM_DIST_ERLANG:
        return dist->b / dist->a * erlang_partial((int)dist->a, x * dist->a / dist->b);
    case SIM_DIST_GAMMA:
        return x < INFINITY ? dist->b * sim_gamma_lower(dist->a + 1.0, x * dist->a / dist->b)
                            : dist->b;
    default:
        p2 = dist->derived[0];
        return 0.5 * dist->a *
               (erlang_partial(1, 2.0 * (1.0 - p2) * x / dist->a) +
                erlang_partial(1, 2.0 * p2 * x / dist->a));
    }
}

double sim_dist_mean_capped(const struct sim_dist *dist, double cap)
{
    double edge = fmin(cap, dist->max), kept = dist->p_max - dist->p_min, sum;

    if (cap <= dist->min)
        return cap;
    if (dist->kind == SIM_DIST_CONSTANT)
        return fmin(dist->a, cap);
    if (dist->kind == SIM_DIST_EMPIRICAL || dist->kind == SIM_DIST_CHOICE)
        return table_mean_capped(dist, cap);
    sum = partial_mean(dist, edge);
    if (dist->min > -INFINITY)
        sum -= dist->kind == SIM_DIST_MIXTURE ? mixture_partial(dist, dist->min, true)
                                              : partial_mean(dist, dist->min);
    if (cap < dist->max)
        sum += cap * (dist->p_max - cdf(dist, cap, false));
    return clamp(sum / kept, dist->min, edge);
}

double sim_dist_mean(const struct sim_dist *dist)
{
    return sim_dist_mean_capped(dist, INFINITY);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/special.h"

#include <math.h>
#include <stdbool.h>

#include "sim/elementary.h"

static const double tiny = 1e-300; /* in place of a 0 that would be divided by */

/* Stirling's series from 12 on; below, the recursion leads there. */
double sim_log_gamma(double x)
{
    static const double half_log_2pi = 0.91893853320467274178;
    double product = 1.0, inverse, square;

    while (x < 12.0) {
        product *= x;
        x += 1.0;
    }
    inverse = 1.0 / x;
    square = inverse * inverse;
    return (x - 0.5) * sim_log(x) - x + half_log_2pi +
           inverse * (1.0 / 12.0 -
                      square * (1.0 / 360.0 -
                                square * (1.0 / 1260.0 -
                                          square * (1.0 / 1680.0 - square * (1.0 / 1188.0))))) -
           sim_log(product);
}

/* ---- gamma ---- */

static double gamma_density(double shape, double x) /* times x */
{
    return sim_exp(shape * sim_log(x) - x - sim_log_gamma(shape));
}

static double lower_series(double shape, double x)
{
    double term = 1.0 / shape, sum = term;

    for (int i = 1; term > sum * 1e-17 && i < 20000; i++) {
        term *= x / (shape + i);
        sum += term;
    }
    return fmin(gamma_density(shape, x) * sum, 1.0);
}

static double upper_fraction(double shape, double x)
{
    double b = x + 1.0 - shape, c = 1.0 / tiny, d = 1.0 / b, h = d;

    for (int i = 1; i < 20000; i++) {
        double a = -i * (i - shape), step;

        b += 2.0;
        d = a * d + b;
        d = fabs(d) < tiny ? tiny : d;
        c = b + a / c;
        c = fabs(c) < tiny ? tiny : c;
        d = 1.0 / d;
        step = d * c;
        h *= step;
        if (fabs(step - 1.0) < 1e-15)
            break;
    }
    return gamma_density(shape, x) * h;
}

double sim_gamma_lower(double shape, double x)
{
    if (x <= 0.0)
        return 0.0;
    return x < shape + 1.0 ? lower_series(shape, x) : fmax(0.0, 1.0 - upper_fraction(shape, x));
}

double sim_gamma_upper(double shape, double x)
{
    if (x <= 0.0)
        return 1.0;
    return x < shape + 1.0 ? 1.0 - lower_series(shape, x) : upper_fraction(shape, x);
}

/* Wilson and Hilferty's cube; far below it the first term of the series. */
static double gamma_guess(double shape, double lower, double upper)
{
    double z = lower < upper ? sim_normal_inverse(lower) : -sim_normal_inverse(upper);
    double root = 1.0 - 1.0 / (9.0 * shape) + z / (3.0 * sqrt(shape));

    if (root > 0.3)
        return shape * root * root * root;
    return sim_exp((sim_log(lower) + sim_log_gamma(shape + 1.0)) / shape);
}

/* Newton's rule on the logarithm of the smaller tail, in log x for the lower and in x for the
 * upper one, where the curves are nearly straight; halving when a step leaves the bracket. */
double sim_gamma_inverse(double shape, double lower, double upper)
{
    bool is_lower = lower < upper;
    double target = sim_log(is_lower ? lower : upper), x = gamma_guess(shape, lower, upper);
    double low = 0.0, high = 4.0 * shape + 800.0;

    for (int round = 0; round < 200; round++) {
        double tail = is_lower ? sim_gamma_lower(shape, x) : sim_gamma_upper(shape, x);
        double slope = gamma_density(shape, x) / tail, gap = sim_log(tail) - target, newton;

        if (is_lower == (gap > 0.0))
            high = x;
        else
            low = x;
        newton = is_lower ? x * sim_exp(-gap / slope) : x + x * gap / slope;
        if (!(newton >= low && newton <= high))
            newton = 0.5 * (low + high);
        if (fabs(newton - x) <= 2e-8 * x) /* what is left is below its square */
            return newton;
        x = newton;
    }
    return x;
}

/* ---- beta ---- */

static double beta_density(double alpha, double beta, double x) /* times x (1 - x) */
{
    return sim_exp(alpha * sim_log(x) + beta * sim_log(1.0 - x) + sim_log_gamma(alpha + beta) -
                   sim_log_gamma(alpha) - sim_log_gamma(beta));
}

static double beta_fraction(double alpha, double beta, double x)
{
    double c = 1.0, d = 1.0 - (alpha + beta) * x / (alpha + 1.0), h;

    d = 1.0 / (fabs(d) < tiny ? tiny : d);
    h = d;
    for (int m = 1; m < 5000; m++) {
        double even = m * (beta - m) * x / ((alpha + 2 * m - 1.0) * (alpha + 2 * m));
        double odd =
            -(alpha + m) * (alpha + beta + m) * x / ((alpha + 2 * m) * (alpha + 2 * m + 1.0));
        double before = h;

        d = 1.0 + even * d;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = 1.0 + even / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        d = 1.0 + odd * d;
        d = 1.0 / (fabs(d) < tiny ? tiny : d);
        c = 1.0 + odd / c;
        c = fabs(c) < tiny ? tiny : c;
        h *= d * c;
        if (fabs(h - before) < 1e-15 * fabs(h))
            break;
    }
    return h / alpha;
}

double sim_beta_lower(double alpha, double beta, double x)
{
    double density;

    if (x <= 0.0)
        return 0.0;
    if (x >= 1.0)
        return 1.0;
    density = beta_density(alpha, beta, x);
    if (x < (alpha + 1.0) / (alpha + beta + 2.0))
        return fmin(1.0, density * beta_fraction(alpha, beta, x));
    return fmax(0.0, 1.0 - density * beta_fraction(beta, alpha, 1.0 - x));
}

/* Newton's rule on the logarithm of the lower tail in log x, halving (by ratio) outside. */
static double beta_lower_inverse(double alpha, double beta, double lower)
{
    double target = sim_log(lower), low = 1e-300, high = 1.0, x = alpha / (alpha + beta);

    for (int round = 0; round < 400; round++) {
        double tail = sim_beta_lower(alpha, beta, x);
        double gap = sim_log(fmax(tail, tiny)) - target;
        double slope = beta_density(alpha, beta, x) / ((1.0 - x) * fmax(tail, tiny)), newton;

        if (gap > 0.0)
            high = x;
        else
            low = x;
        newton = x * sim_exp(-gap / slope);
        if (!(newton > low && newton < high))
            newton = sqrt(low) * sqrt(high);
        if (fabs(newton - x) <= 2e-8 * x)
            return newton;
        x = newton;
    }
    return x;
}

double sim_beta_inverse(double alpha, double beta, double lower, double upper)
{
    return lower < upper ? beta_lower_inverse(alpha, beta, lower)
                         : 1.0 - beta_lower_inverse(beta, alpha, upper);
}

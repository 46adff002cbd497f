/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sim/elementary.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

/* The same loop compiled for several processors and chosen at load. Not under clang 14 and not
 * under sanitizers, whose runtime is not up when the choice is made: they get the plain loop.
 * The bits are equal because the Makefile's -ffp-contract=off keeps FMA out of all of them. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__) &&       \
    !defined(__SANITIZE_THREAD__) && !defined(__SANITIZE_ADDRESS__)
#define VECTOR_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#else
#define VECTOR_CLONES
#endif

/* Without inlining into the clones there is nothing to vectorise. */
#define INLINE static inline __attribute__((always_inline))

#define LN2_HI 6.93147180369123816490e-01 /* 33 bits: k * LN2_HI is exact */
#define LN2_LO 1.90821492927058770002e-10

INLINE uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

INLINE double from_bits(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

/* x = 2^k (1 + f), 1 + f in [sqrt(1/2), sqrt(2)); x normal. Bit work only, so it vectorises:
 * k becomes a double by putting it under the exponent of 2^52. */
INLINE double log_reduce(double x, double *k)
{
    uint64_t bits = bits_of(x) + (UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e00000000));

    *k = from_bits(bits >> 52 | UINT64_C(0x4330000000000000)) - (0x1p52 + 1023.0);
    return from_bits((bits & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e00000000)) - 1.0;
}

/* (log(1 + f) - 2 s) / s with s = f / (2 + f), z = s^2: within 2^-58.45. */
INLINE double log_series(double z)
{
    double w = z * z;
    double odd = w * (3.999999999940941908e-01 +
                      w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
    double even = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 +
                            w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));

    return odd + even;
}

static inline double log_normal_number(double x)
{
    double k, f = log_reduce(x, &k);
    double s = f / (2.0 + f);
    double half_square = 0.5 * f * f;

    return s * (half_square + log_series(s * s)) + k * LN2_LO - half_square + f + k * LN2_HI;
}

double sim_log(double x)
{
    if (!(x > 0.0))
        return x == 0.0 ? -INFINITY : NAN;
    if (x == INFINITY)
        return x;
    if (x < 0x1p-1022)
        return log_normal_number(x * 0x1p54) - 54.0 * LN2_LO - 54.0 * LN2_HI;
    return log_normal_number(x);
}

enum { LANES = 64 };

VECTOR_CLONES
static void neglog_lanes(double *restrict out, const double *restrict u)
{
    for (int i = 0; i < LANES; i++)
        out[i] = -log_normal_number(u[i]);
}

void sim_neglog_block(double *out, const double *u, size_t count)
{
    double lanes[LANES];
    size_t i;

    for (i = 0; i + LANES <= count; i += LANES) {
        memcpy(lanes, u + i, sizeof lanes);
        neglog_lanes(out + i, lanes);
    }
    for (; i < count; i++)
        out[i] = -log_normal_number(u[i]);
}

/* e^(x + tail), |tail| small against 1 ulp of x's result or so; |x| <= 700. */
static double exp_sum(double x, double tail)
{
    double k = (double)(int)(x * 1.44269504088896338700e+00 + (x < 0.0 ? -0.5 : 0.5));
    double hi = x - k * LN2_HI, lo = k * LN2_LO - tail;
    double r = hi - lo, z = r * r;
    double c =
        r - z * (1.66666666666666019037e-01 +
                 z * (-2.77777777770155933842e-03 +
                      z * (6.61375632143793436117e-05 +
                           z * (-1.65339022054652515390e-06 + z * 4.13813679705723846039e-08))));
    double y = 1.0 + (r * c / (2.0 - c) - lo + hi);

    return y * from_bits((uint64_t)(1023 + (int64_t)k) << 52);
}

static double clamped(double x)
{
    x = x < -700.0 ? -700.0 : x;
    return x > 700.0 ? 700.0 : x;
}

double sim_exp(double x)
{
    return x != x ? x : exp_sum(clamped(x), 0.0);
}

/* a + b, exactly, as sum + *rest; |a| >= |b| or a = 0. */
static double two_sum(double a, double b, double *rest)
{
    double sum = a + b;

    *rest = b - (sum - a);
    return sum;
}

/* a * b, exactly, as product + *rest (Dekker, Numer. Math. 18 (1971) 224; no FMA). */
static double two_product(double a, double b, double *rest)
{
    double product = a * b;
    double a_big = a * 134217729.0, b_big = b * 134217729.0;
    double a_hi = a_big - (a_big - a), b_hi = b_big - (b_big - b);
    double a_lo = a - a_hi, b_lo = b - b_hi;

    *rest = a_lo * b_lo - (((product - a_hi * b_hi) - a_lo * b_hi) - a_hi * b_lo);
    return product;
}

/* log x as hi + *lo, some 10 bits better than sim_log: what x^y with a large result needs. */
static double log_pair(double x, double *lo)
{
    double scale = x < 0x1p-1022 ? 54.0 : 0.0;
    double k, f = log_reduce(scale > 0.0 ? x * 0x1p54 : x, &k);
    double d_lo, d = two_sum(2.0, f, &d_lo);
    double s = f / d;
    double rest, product = two_product(s, d, &rest);
    double s_lo = ((f - product) - rest - s * d_lo) / d;
    double small = 2.0 * s_lo + s * log_series(s * s) + (k - scale) * LN2_LO;
    double sum_lo, sum = two_sum((k - scale) * LN2_HI, 2.0 * s, &sum_lo);

    return two_sum(sum, sum_lo + small, lo);
}

double sim_pow(double x, double y)
{
    double lo, hi, rest, product;

    if (y == 0.0 || x == 1.0)
        return 1.0;
    if (!(x > 0.0) || y != y)
        return x == 0.0 && y == y ? (y > 0.0 ? 0.0 : INFINITY) : NAN;
    if (x == INFINITY)
        return y > 0.0 ? INFINITY : 0.0;
    hi = log_pair(x, &lo);
    product = hi * y;
    if (!(fabs(product) < 700.0))
        return exp_sum(product > 0.0 ? 700.0 : -700.0, 0.0);
    product = two_product(hi, y, &rest);
    return exp_sum(product, rest + lo * y);
}

/* Horner: c[0] + c[1] x + ... + c[7] x^7. */
static double polynomial7(const double c[8], double x)
{
    double sum = c[7];

    for (int i = 7; i-- > 0;)
        sum = sum * x + c[i];
    return sum;
}

double sim_normal_inverse(double p)
{
    static const double centre_top[8] = {3.3871328727963666080e0, 1.3314166789178437745e2,
                                         1.9715909503065514427e3, 1.3731693765509461125e4,
                                         4.5921953931549871457e4, 6.7265770927008700853e4,
                                         3.3430575583588128105e4, 2.5090809287301226727e3};
    static const double centre_bottom[8] = {1.0,
                                            4.2313330701600911252e1,
                                            6.8718700749205790830e2,
                                            5.3941960214247511077e3,
                                            2.1213794301586595867e4,
                                            3.9307895800092710610e4,
                                            2.8729085735721942674e4,
                                            5.2264952788528545610e3};
    static const double middle_top[8] = {1.42343711074968357734e0,  4.63033784615654529590e0,
                                         5.76949722146069140550e0,  3.64784832476320460504e0,
                                         1.27045825245236838258e0,  2.41780725177450611770e-1,
                                         2.27238449892691845833e-2, 7.74545014278341407640e-4};
    static const double middle_bottom[8] = {1.0,
                                            2.05319162663775882187e0,
                                            1.67638483018380384940e0,
                                            6.89767334985100004550e-1,
                                            1.48103976427480074590e-1,
                                            1.51986665636164571966e-2,
                                            5.47593808499534494600e-4,
                                            1.05075007164441684324e-9};
    static const double far_top[8] = {6.65790464350110377720e0,  5.46378491116411436990e0,
                                      1.78482653991729133580e0,  2.96560571828504891230e-1,
                                      2.65321895265761230930e-2, 1.24266094738807843860e-3,
                                      2.71155556874348757815e-5, 2.01033439929228813265e-7};
    static const double far_bottom[8] = {1.0,
                                         5.99832206555887937690e-1,
                                         1.36929880922735805310e-1,
                                         1.48753612908506148525e-2,
                                         7.86869131145613259100e-4,
                                         1.84631831751005468180e-5,
                                         1.42151175831644588870e-7,
                                         2.04426310338993978564e-15};
    double q = p - 0.5, r, z;

    if (!(p > 0.0 && p < 1.0))
        return p == 0.0 ? -INFINITY : p == 1.0 ? INFINITY : NAN;
    if (fabs(q) <= 0.425) {
        r = 0.180625 - q * q;
        return q * polynomial7(centre_top, r) / polynomial7(centre_bottom, r);
    }
    r = sqrt(-sim_log(q < 0.0 ? p : 1.0 - p));
    if (r <= 5.0)
        z = polynomial7(middle_top, r - 1.6) / polynomial7(middle_bottom, r - 1.6);
    else
        z = polynomial7(far_top, r - 5.0) / polynomial7(far_bottom, r - 5.0);
    return q < 0.0 ? -z : z;
}

static double normal_density(double z)
{
    /* z^2/2 in two parts, or the density of far tails would lose digits. */
    double z_hi = (double)(float)z, z_lo = z - z_hi;

    return 0.39894228040143267794 * sim_exp(-0.5 * z_hi * z_hi) *
           sim_exp(-z_lo * (z_hi + 0.5 * z_lo));
}

/* P(Z > z) for z >= 2: Laplace's continued fraction, from the bottom. */
static double normal_upper(double z)
{
    double fraction = z;

    for (int i = 120; i > 0; i--)
        fraction = z + i / fraction;
    return normal_density(z) / fraction;
}

double sim_normal_cdf(double z)
{
    double term = z, sum = z;

    if (z != z)
        return z;
    if (z < -37.0)
        return 0.0;
    if (z > 9.0)
        return 1.0;
    if (z < -2.0)
        return normal_upper(-z);
    if (z > 2.0)
        return 1.0 - normal_upper(z);
    for (int i = 3; i < 65; i += 2) {
        term *= z * z / i;
        sum += term;
    }
    return 0.5 + normal_density(z) * sum;
}

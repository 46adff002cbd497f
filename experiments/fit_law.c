/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/fit_law.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>

enum { POINTS_MAX = 1024, PARTS_MAX = 3, PARAMETERS_MAX = 8, STEPS_MAX = 600, EM_STEPS = 200 };

static const double impossible = 1e300, mean_weight = 5;

struct points { /* what the likelihood is taken of */
    double x[POINTS_MAX], log_x[POINTS_MAX];
    size_t count;
    double low, limit, log_mean, log_sd, mean;
    double wanted_mean; /* 0: the law's mean is free */
};

/* ---- the families: the log of the density below the limit, and its mass there ---- */

/* Parameters live on the whole line: logarithms of what is positive, the logit of a share. */
struct family {
    const char *name;
    enum sim_dist_kind kind;
    size_t parameter_count;
    bool (*is_allowed)(const double *p);
    double (*log_density)(const double *p, double x, double log_x);
    double (*mass)(const double *p, double x);   /* P(X <= x) */
    double (*moment)(const double *p, double x); /* E(X; X <= x) */
    void (*begin)(const struct points *points, double *p);
};

static double lognormal_log_density(double mu, double log_sigma, double log_x)
{
    double z = (log_x - mu) * exp(-log_sigma);

    return -0.5 * z * z - log_sigma - log_x - 0.5 * log(2 * M_PI);
}

static bool is_sigma(double log_sigma)
{
    return log_sigma > log(0.01) && log_sigma < log(10);
}

static bool lognormal_is_allowed(const double *p)
{
    return is_sigma(p[1]);
}

static double lognormal_of(const double *p, double x, double log_x)
{
    (void)x;
    return lognormal_log_density(p[0], p[1], log_x);
}

static double lognormal_mass(const double *p, double limit)
{
    return gsl_cdf_ugaussian_P((log(limit) - p[0]) * exp(-p[1]));
}

static double lognormal_moment(const double *p, double x)
{
    double sigma = exp(p[1]);

    return exp(p[0] + 0.5 * sigma * sigma) * gsl_cdf_ugaussian_P((log(x) - p[0]) / sigma - sigma);
}

static void lognormal_begin(const struct points *points, double *p)
{
    p[0] = points->log_mean;
    p[1] = log(fmin(9, fmax(0.02, points->log_sd)));
}

static bool weibull_is_allowed(const double *p)
{
    return p[0] > log(0.05) && p[0] < log(1000);
}

static double weibull_of(const double *p, double x, double log_x)
{
    double shape = exp(p[0]), log_ratio = log_x - p[1];

    (void)x;
    return p[0] - p[1] + (shape - 1) * log_ratio - exp(shape * log_ratio);
}

static double weibull_mass(const double *p, double limit)
{
    return gsl_cdf_weibull_P(limit, exp(p[1]), exp(p[0]));
}

static double weibull_moment(const double *p, double x)
{
    double shape = exp(p[0]), power = fmin(exp(shape * (log(x) - p[1])), 1e300);

    return exp(p[1] + gsl_sf_lngamma(1 + 1 / shape)) * gsl_cdf_gamma_P(power, 1 + 1 / shape, 1);
}

/* The logarithm of a Weibull variate has the standard deviation pi / sqrt 6 / shape. */
static void weibull_begin(const struct points *points, double *p)
{
    double shape = fmin(900, fmax(0.06, M_PI / sqrt(6) / fmax(points->log_sd, 1e-3)));

    p[0] = log(shape);
    p[1] = points->log_mean + M_EULER / shape;
}

static bool gamma_is_allowed(const double *p)
{
    return p[0] > log(0.1) && p[0] < log(1000) && fabs(p[1]) < 100;
}

static double gamma_of(const double *p, double x, double log_x)
{
    double shape = exp(p[0]);

    return (shape - 1) * log_x - x * exp(-p[1]) - shape * p[1] - gsl_sf_lngamma(shape);
}

static double gamma_mass(const double *p, double limit)
{
    return gsl_cdf_gamma_P(limit, exp(p[0]), exp(p[1]));
}

static double gamma_moment(const double *p, double x)
{
    return exp(p[0] + p[1]) * gsl_cdf_gamma_P(x, exp(p[0]) + 1, exp(p[1]));
}

/* Minka's first approximation of the shape. */
static void gamma_begin(const struct points *points, double *p)
{
    double s = fmax(log(points->mean) - points->log_mean, 1e-4);
    double shape = (3 - s + sqrt((s - 3) * (s - 3) + 24 * s)) / (12 * s);

    p[0] = log(fmin(900, fmax(0.12, shape)));
    p[1] = log(points->mean) - p[0];
}

/* Mixtures of lognormals. p: for every part but the last log (its weight / the last one's), then
 * mu and log sigma of each. */
static void weights_of(const double *p, size_t parts, double *weight)
{
    double sum = 1;

    for (size_t i = 0; i + 1 < parts; i++)
        sum += weight[i] = exp(p[i]);
    weight[parts - 1] = 1;
    for (size_t i = 0; i < parts; i++)
        weight[i] /= sum;
}

static const double *part_of(const double *p, size_t parts, size_t i)
{
    return p + parts - 1 + 2 * i;
}

static bool mixture_is_allowed(const double *p, size_t parts)
{
    bool is_allowed = true;

    for (size_t i = 0; i < parts; i++)
        is_allowed =
            is_allowed && is_sigma(part_of(p, parts, i)[1]) && (i + 1 == parts || fabs(p[i]) < 6);
    return is_allowed;
}

static double mixture_of(const double *p, size_t parts, double log_x)
{
    double weight[PARTS_MAX], sum = 1e-300;

    weights_of(p, parts, weight);
    for (size_t i = 0; i < parts; i++) {
        const double *part = part_of(p, parts, i);

        sum += weight[i] * exp(lognormal_log_density(part[0], part[1], log_x));
    }
    return log(sum);
}

/* Of mass or moment. */
static double mixture_sum(const double *p, size_t parts, double x,
                          double (*of)(const double *p, double x))
{
    double weight[PARTS_MAX], sum = 0;

    weights_of(p, parts, weight);
    for (size_t i = 0; i < parts; i++)
        sum += weight[i] * of(part_of(p, parts, i), x);
    return sum;
}

/* One step of expectation and maximisation, as if there were no limit. */
static void improve_mixture(const struct points *points, size_t parts, double *p)
{
    double weight[PARTS_MAX], sum[PARTS_MAX] = {0}, first[PARTS_MAX] = {0};
    double second[PARTS_MAX] = {0};

    weights_of(p, parts, weight);
    for (size_t n = 0; n < points->count; n++) {
        double of[PARTS_MAX], all = 1e-300, x = points->log_x[n];

        for (size_t i = 0; i < parts; i++) {
            const double *part = part_of(p, parts, i);

            of[i] = weight[i] * exp(lognormal_log_density(part[0], part[1], x) + x);
            all += of[i];
        }
        for (size_t i = 0; i < parts; i++) {
            sum[i] += of[i] / all;
            first[i] += of[i] / all * x;
            second[i] += of[i] / all * x * x;
        }
    }
    for (size_t i = 0; i < parts; i++) {
        double *part = p + parts - 1 + 2 * i, mean = first[i] / fmax(sum[i], 1e-9);
        double variance = second[i] / fmax(sum[i], 1e-9) - mean * mean;

        part[0] = mean;
        part[1] = log(fmin(9, fmax(0.05, sqrt(fmax(variance, 0)))));
    }
    for (size_t i = 0; i + 1 < parts; i++)
        p[i] = fmin(5, fmax(-5, log(fmax(sum[i], 1e-9) / fmax(sum[parts - 1], 1e-9))));
}

static void mixture_begin(const struct points *points, size_t parts, double *p)
{
    for (size_t i = 0; i < parts; i++) {
        double *part = p + parts - 1 + 2 * i;

        part[0] = points->log_x[(2 * i + 1) * points->count / (2 * parts)];
        part[1] = log(fmin(9, fmax(points->log_sd, 0.1) / (double)parts));
        if (i + 1 < parts)
            p[i] = 0;
    }
    for (int i = 0; i < EM_STEPS; i++)
        improve_mixture(points, parts, p);
}

#define MIXTURE(parts)                                                                             \
    static bool mixture_##parts##_is_allowed(const double *p)                                      \
    {                                                                                              \
        return mixture_is_allowed(p, parts);                                                       \
    }                                                                                              \
    static double mixture_##parts##_of(const double *p, double x, double log_x)                    \
    {                                                                                              \
        (void)x;                                                                                   \
        return mixture_of(p, parts, log_x);                                                        \
    }                                                                                              \
    static double mixture_##parts##_mass(const double *p, double x)                                \
    {                                                                                              \
        return mixture_sum(p, parts, x, lognormal_mass);                                           \
    }                                                                                              \
    static double mixture_##parts##_moment(const double *p, double x)                              \
    {                                                                                              \
        return mixture_sum(p, parts, x, lognormal_moment);                                         \
    }                                                                                              \
    static void mixture_##parts##_begin(const struct points *points, double *p)                    \
    {                                                                                              \
        mixture_begin(points, parts, p);                                                           \
    }

MIXTURE(2)
MIXTURE(3)

static const struct family families[EXP_LAWS] = {
    {"lognormal", SIM_DIST_LOGNORMAL, 2, lognormal_is_allowed, lognormal_of, lognormal_mass,
     lognormal_moment, lognormal_begin},
    {"weibull", SIM_DIST_WEIBULL, 2, weibull_is_allowed, weibull_of, weibull_mass, weibull_moment,
     weibull_begin},
    {"gamma", SIM_DIST_GAMMA, 2, gamma_is_allowed, gamma_of, gamma_mass, gamma_moment, gamma_begin},
    {"mixture-2", SIM_DIST_MIXTURE, 5, mixture_2_is_allowed, mixture_2_of, mixture_2_mass,
     mixture_2_moment, mixture_2_begin},
    {"mixture-3", SIM_DIST_MIXTURE, 8, mixture_3_is_allowed, mixture_3_of, mixture_3_mass,
     mixture_3_moment, mixture_3_begin},
};

/* ---- the fit ---- */

/* Quantiles of the data, each for as many of them. */
static void choose_points(const struct exp_law_data *data, struct points *points)
{
    const double *sorted = data->sorted;
    size_t count = data->count;
    double sum = 0, log_sum = 0, squares = 0;

    points->low = data->low;
    points->limit = data->limit;
    points->wanted_mean = data->mean;
    points->count = count < POINTS_MAX ? count : POINTS_MAX;
    for (size_t i = 0; i < points->count; i++) {
        double x = sorted[(size_t)(((double)i + 0.5) * (double)count / (double)points->count)];

        points->x[i] = x;
        points->log_x[i] = log(x);
        sum += x;
        log_sum += points->log_x[i];
        squares += points->log_x[i] * points->log_x[i];
    }
    points->mean = sum / (double)points->count;
    points->log_mean = log_sum / (double)points->count;
    points->log_sd =
        sqrt(fmax(squares / (double)points->count - points->log_mean * points->log_mean, 1e-6));
}

struct problem {
    const struct family *family;
    const struct points *points;
};

static double mass_between(const struct family *family, const double *p, double low, double limit)
{
    return family->mass(p, limit) - (low > 0 ? family->mass(p, low) : 0);
}

/* A penalty: the work that jobs bring hangs on the mean, of which likelihood alone knows little. */
static double misfit_of_mean(const struct family *family, const double *p,
                             const struct points *points, double mass)
{
    double moment =
        family->moment(p, points->limit) - (points->low > 0 ? family->moment(p, points->low) : 0);
    double off = log(moment / mass / points->wanted_mean);

    return mean_weight * (double)points->count * off * off;
}

static double minus_log_likelihood(const gsl_vector *at, void *context)
{
    const struct problem *problem = context;
    const struct points *points = problem->points;
    double p[PARAMETERS_MAX], sum = 0, mass;

    for (size_t i = 0; i < problem->family->parameter_count; i++)
        p[i] = gsl_vector_get(at, i);
    if (!problem->family->is_allowed(p))
        return impossible;
    mass = mass_between(problem->family, p, points->low, points->limit);
    if (!(mass > 1e-5)) /* what lies beyond the limits is not to be made up */
        return impossible;
    for (size_t i = 0; i < points->count; i++)
        sum += problem->family->log_density(p, points->x[i], points->log_x[i]);
    sum -= (double)points->count * log(mass);
    if (points->wanted_mean > 0)
        sum -= misfit_of_mean(problem->family, p, points, mass);
    return isfinite(sum) ? -sum : impossible;
}

enum sim_status exp_minimise(double (*value)(const gsl_vector *at, void *context), void *context,
                             double *p, size_t n, struct sim_error *err)
{
    gsl_multimin_function function = {value, n, context};
    gsl_vector *at = gsl_vector_alloc(n), *step = gsl_vector_alloc(n);
    gsl_multimin_fminimizer *simplex =
        gsl_multimin_fminimizer_alloc(gsl_multimin_fminimizer_nmsimplex2, n);
    enum sim_status status = SIM_OK;

    if (!at || !step || !simplex) {
        status = sim_fail(err, SIM_ENOMEM, "no memory for a fit");
        goto done;
    }
    for (size_t i = 0; i < n; i++)
        gsl_vector_set(at, i, p[i]);
    gsl_vector_set_all(step, 0.3);
    gsl_multimin_fminimizer_set(simplex, &function, at, step);
    for (int i = 0; i < STEPS_MAX; i++) {
        if (gsl_multimin_fminimizer_iterate(simplex))
            break;
        if (gsl_multimin_test_size(gsl_multimin_fminimizer_size(simplex), 1e-5) == GSL_SUCCESS)
            break;
    }
    for (size_t i = 0; i < n; i++)
        p[i] = gsl_vector_get(simplex->x, i);
done:
    gsl_vector_free(at);
    gsl_vector_free(step);
    if (simplex)
        gsl_multimin_fminimizer_free(simplex);
    return status;
}

/* ---- what comes of it ---- */

static enum sim_status make_mixture(const double *p, size_t parts, struct sim_arena *arena,
                                    struct sim_dist *dist, struct sim_error *err)
{
    struct sim_dist *part = sim_arena_alloc(arena, parts, sizeof *part);
    double *weight = sim_arena_alloc(arena, parts, sizeof *weight);

    if (!part || !weight)
        return sim_fail(err, SIM_ENOMEM, "no memory for a mixture");
    weights_of(p, parts, weight);
    for (size_t i = 0; i < parts; i++) {
        part[i] = (struct sim_dist){.kind = SIM_DIST_LOGNORMAL,
                                    .a = exp(part_of(p, parts, i)[0]),
                                    .b = exp(part_of(p, parts, i)[1]),
                                    .min = -INFINITY,
                                    .max = INFINITY};
        if (sim_dist_prepare(&part[i], err))
            return SIM_ESCHEMA;
    }
    dist->part = part;
    dist->weight = weight;
    dist->count = parts;
    return SIM_OK;
}

static enum sim_status make_dist(const struct family *family, const double *p,
                                 const struct points *points, struct sim_arena *arena,
                                 struct sim_dist *dist, struct sim_error *err)
{
    *dist = (struct sim_dist){.kind = family->kind,
                              .min = points->low > 0 ? points->low : -INFINITY,
                              .max = points->limit,
                              .arena = arena};
    if (family->kind == SIM_DIST_LOGNORMAL) {
        dist->a = exp(p[0]);
        dist->b = exp(p[1]);
    } else if (family->kind == SIM_DIST_MIXTURE) {
        if (make_mixture(p, (family->parameter_count + 1) / 3, arena, dist, err))
            return SIM_ENOMEM;
    } else { /* shape and scale; a gamma takes its mean */
        dist->a = exp(p[0]);
        dist->b = family->kind == SIM_DIST_GAMMA ? exp(p[0] + p[1]) : exp(p[1]);
    }
    return sim_dist_prepare(dist, err);
}

double exp_law_cdf(const void *dist, double x)
{
    const struct sim_dist *law = dist;
    double below = (sim_dist_cdf(law, x) - law->p_min) / (law->p_max - law->p_min);

    return below < 0 ? 0 : below > 1 ? 1 : below;
}

double exp_ks(const double *sorted, size_t count, double (*cdf)(const void *law, double x),
              const void *law)
{
    double most = 0;

    for (size_t i = 0, next; i < count; i = next) {
        double value = cdf(law, sorted[i]);

        for (next = i + 1; next < count && sorted[next] == sorted[i];)
            next++;
        most = fmax(most, fabs((double)next / (double)count - value));
        most = fmax(most, fabs((double)i / (double)count - value));
    }
    return most;
}

static double log_likelihood(const struct family *family, const double *p,
                             const struct exp_law_data *data)
{
    double sum = -(double)data->count * log(mass_between(family, p, data->low, data->limit));

    for (size_t i = 0; i < data->count; i++)
        sum += family->log_density(p, data->sorted[i], log(data->sorted[i]));
    return sum;
}

static enum sim_status fit_one(const struct family *family, const struct points *points,
                               const struct exp_law_data *data, struct sim_arena *arena,
                               struct exp_law *law, struct sim_error *err)
{
    struct problem problem = {family, points};
    double p[PARAMETERS_MAX];
    enum sim_status status;

    family->begin(points, p);
    status = exp_minimise(minus_log_likelihood, &problem, p, family->parameter_count, err);
    *law = (struct exp_law){.name = family->name, .parameter_count = family->parameter_count};
    if (!status)
        status = make_dist(family, p, points, arena, &law->dist, err);
    if (status)
        return status;
    law->log_likelihood = log_likelihood(family, p, data);
    law->aic = 2 * (double)family->parameter_count - 2 * law->log_likelihood;
    law->ks = exp_ks(data->sorted, data->count, exp_law_cdf, &law->dist);
    return SIM_OK;
}

/* The least AIC; where a mean is asked for, one that is off counts as in the fit. */
static double badness(const struct exp_law *law, const struct exp_law_data *data)
{
    double off = data->mean > 0 ? log(sim_dist_mean(&law->dist) / data->mean) : 0;

    return law->aic + 2 * mean_weight * (double)data->count * off * off;
}

enum sim_status exp_laws_fit(const struct exp_law_data *data, struct sim_arena *arena,
                             struct exp_law law[EXP_LAWS], size_t *best, struct sim_error *err)
{
    struct points *points = malloc(sizeof *points);
    enum sim_status status = SIM_OK;
    double least = INFINITY;

    if (!points)
        return sim_fail(err, SIM_ENOMEM, "no memory for a fit");
    if (data->count < 2)
        status = sim_fail(err, SIM_ESCHEMA, "%zu jobs are too few for a law", data->count);
    else
        choose_points(data, points);
    *best = 0;
    for (size_t i = 0; i < EXP_LAWS && !status; i++) {
        status = fit_one(&families[i], points, data, arena, &law[i], err);
        if (!status && badness(&law[i], data) < least) {
            least = badness(&law[i], data);
            *best = i;
        }
    }
    free(points);
    return status;
}

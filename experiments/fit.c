/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/fit_private.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "models/compute/capacity.h"
#include "models/compute/job.h"
#include "models/compute/partition.h"
#include "sim/elementary.h"
#include "sim/units.h"

static const double class_share_min = 0.02, width_share_min = 0.01;
static const uint32_t widths[EXP_FIT_WIDTHS] = {1, 8, 64, 512, UINT32_MAX};
static const uint32_t lengths_s[EXP_FIT_LENGTHS] = {600, 10800, UINT32_MAX};

enum { REQUEST_GRID = 32 };

static double quantile(const double *sorted, size_t count, double p)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, count, p);
}

struct exp_moments exp_moments_of(const double *sorted, size_t count)
{
    return (struct exp_moments){gsl_stats_mean(sorted, 1, count), quantile(sorted, count, 0.5),
                                quantile(sorted, count, 0.9)};
}

/* ---- classes ---- */

bool exp_fit_is_in(const struct exp_fit_class *group, const struct mdl_log_job *job)
{
    return job->width >= group->width_low && job->width <= group->width_high &&
           (uint32_t)job->run_s >= group->run_low && (uint32_t)job->run_s <= group->run_high;
}

static void weigh(const struct fitter *f, struct exp_fit_class *group)
{
    double work = 0, all_work = 0;

    group->count = 0;
    for (size_t i = 0; i < f->log->count; i++) {
        const struct mdl_log_job *job = &f->log->job[i];
        double job_work = (double)job->width * job->run_s;

        all_work += job_work;
        if (!exp_fit_is_in(group, job))
            continue;
        group->count++;
        work += job_work;
    }
    group->share = (double)group->count / (double)f->log->count;
    group->work_share = work / all_work;
}

static void set_range(struct exp_fit_class *group, bool is_length, uint32_t low, uint32_t high)
{
    *(is_length ? &group->run_low : &group->width_low) = low;
    *(is_length ? &group->run_high : &group->width_high) = high;
}

/* Parts of a group by length or width; one that is too small goes with the one before, the first
 * with the next. Returns how many there are in part[count]. */
static size_t split(const struct fitter *f, const struct exp_fit_class *group, bool is_length,
                    const uint32_t *bounds, size_t count, struct exp_fit_class *part)
{
    uint32_t low = 0, begin = 0;
    size_t parts = 0;

    for (size_t i = 0; i < count; i++) {
        struct exp_fit_class next = *group;

        set_range(&next, is_length, low, bounds[i]);
        weigh(f, &next);
        if (next.count >= EXP_FIT_JOBS_MIN &&
            fmax(next.share, next.work_share) >= class_share_min) {
            begin = low;
            part[parts++] = next;
        } else if (parts) {
            set_range(&part[parts - 1], is_length, begin, bounds[i]);
            weigh(f, &part[parts - 1]);
        } else {
            continue;
        }
        low = bounds[i] + (bounds[i] < UINT32_MAX);
    }
    if (!parts)
        part[parts++] = *group;
    return parts;
}

static void choose_classes(const struct fitter *f)
{
    struct exp_fit_class all = {.width_low = 0, .width_high = UINT32_MAX, .run_high = UINT32_MAX};
    struct exp_fit_class wide[EXP_FIT_WIDTHS];
    struct exp_fit *fit = f->fit;
    size_t count;

    weigh(f, &all);
    count = split(f, &all, false, widths, EXP_FIT_WIDTHS, wide);
    for (size_t i = 0; i < count; i++)
        fit->class_count +=
            split(f, &wide[i], true, lengths_s, EXP_FIT_LENGTHS, &fit->of[fit->class_count]);
}

enum attribute { RUN, WIDTH, REQUEST, WORK, ACCURACY };

static double attribute_of(const struct mdl_log_job *job, enum attribute attribute)
{
    switch (attribute) {
    case RUN:
        return job->run_s;
    case WIDTH:
        return job->width;
    case REQUEST:
        return job->walltime_s;
    case WORK:
        return (double)job->width * job->run_s;
    default:
        return (double)job->run_s / job->walltime_s;
    }
}

/* Of the class's jobs (group NULL: of all), ascending, into scratch; returns how many. Requests
 * are those of jobs that have one. */
static size_t gather(const struct fitter *f, const struct exp_fit_class *group,
                     enum attribute attribute)
{
    size_t count = 0;

    for (size_t i = 0; i < f->log->count; i++) {
        const struct mdl_log_job *job = &f->log->job[i];

        if ((!group || exp_fit_is_in(group, job)) &&
            (job->has_request || (attribute != REQUEST && attribute != ACCURACY)))
            f->scratch[count++] = attribute_of(job, attribute);
    }
    gsl_sort(f->scratch, 1, count);
    return count;
}

/* ---- widths ---- */

/* The nearest one that the class and the log have room for. */
static double power_of_two(const struct fitter *f, const struct exp_fit_class *group, double width)
{
    double power = exp2(floor(log2(width) + 0.5));

    return fmax(fmax(1, group->width_low), fmin(power, fmin(group->width_high, f->log->width_max)));
}

void exp_fit_add_value(struct exp_values *values, double value, double share)
{
    size_t i = 0, behind;

    while (i < values->count && values->value[i] < value)
        i++;
    if (i == values->count || values->value[i] != value) {
        if (values->count == EXP_FIT_VALUES) { /* the nearest that is there */
            values->share[i < values->count ? i : i - 1] += share;
            return;
        }
        behind = (values->count - i) * sizeof *values->value;
        memmove(&values->value[i + 1], &values->value[i], behind);
        memmove(&values->share[i + 1], &values->share[i], behind);
        values->value[i] = value;
        values->share[i] = 0;
        values->count++;
    }
    values->share[i] += share;
}

static double cdf_of_values(const struct exp_values *values, double x)
{
    double sum = 0;

    for (size_t i = 0; i < values->count && values->value[i] <= x; i++)
        sum += values->share[i];
    return sum;
}

double exp_fit_value_at(const struct exp_values *values, double u)
{
    double sum = 0;
    size_t i = 0;

    for (; i + 1 < values->count; i++)
        if ((sum += values->share[i]) >= u)
            break;
    return values->value[i];
}

/* Both laws have steps: the distance is that at the log's steps. */
static double value_distance(const double *sorted, size_t count, const struct exp_values *values)
{
    double most = 0;

    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || sorted[i + 1] != sorted[i])
            most = fmax(most,
                        fabs((double)(i + 1) / (double)count - cdf_of_values(values, sorted[i])));
    return most;
}

static void fit_width(const struct fitter *f, struct exp_fit_class *group)
{
    size_t count = gather(f, group, WIDTH);
    double mean = 0;

    for (size_t i = 0, next; i < count; i = next) {
        double share, width = f->scratch[i];

        for (next = i + 1; next < count && f->scratch[next] == width;)
            next++;
        share = (double)(next - i) / (double)count;
        exp_fit_add_value(&group->width,
                          share >= width_share_min ? width : power_of_two(f, group, width), share);
    }
    for (size_t i = 0; i < group->width.count; i++)
        mean += group->width.value[i] * group->width.share[i];
    group->wide.log = exp_moments_of(f->scratch, count);
    group->wide.model = (struct exp_moments){mean, exp_fit_value_at(&group->width, 0.5),
                                             exp_fit_value_at(&group->width, 0.9)};
    group->wide.ks = value_distance(f->scratch, count, &group->width);
}

/* ---- run times ---- */

static void measure_work(const struct fitter *f, struct exp_fit_class *group)
{
    size_t count = gather(f, group, WORK);

    group->work.log = exp_moments_of(f->scratch, count);
    group->work.ks = NAN;
}

/* Width and run time of a class are independent in the model; so the mean run time is the one that
 * gives the log's mean work, which may be a little off the mean run time of the log. */
static enum sim_status fit_run(const struct fitter *f, struct exp_fit_class *group)
{
    size_t count = gather(f, group, REQUEST);
    struct exp_law_data data = {.sorted = f->scratch};
    const struct sim_dist *best;
    enum sim_status status;

    group->has_request = 2 * count > group->count;
    group->limit_s = group->has_request ? f->scratch[count - 1] : 0;
    data.count = gather(f, group, RUN);
    group->limit_s = fmax(group->limit_s, f->scratch[data.count - 1]);
    data.low = group->run_low > 1 ? group->run_low - 1 : 0;
    data.limit = fmin(group->limit_s, group->run_high);
    group->run.log = exp_moments_of(f->scratch, data.count);
    data.mean = group->work.log.mean / group->wide.model.mean;
    status = exp_laws_fit(&data, f->arena, group->law, &group->best, f->err);
    if (status)
        return status;
    best = &group->law[group->best].dist;
    group->run.model =
        (struct exp_moments){sim_dist_mean(best), sim_dist_at(best, 0.5), sim_dist_at(best, 0.9)};
    group->run.ks = group->law[group->best].ks;
    group->work.model =
        (struct exp_moments){group->run.model.mean * group->wide.model.mean, NAN, NAN};
    return SIM_OK;
}

/* The laws of all jobs as one, for those who want one. */
static enum sim_status fit_all_runs(const struct fitter *f)
{
    struct exp_law_data data = {.sorted = f->scratch, .count = gather(f, NULL, RUN)};

    data.limit = f->scratch[data.count - 1];
    for (size_t c = 0; c < f->fit->class_count; c++)
        data.limit = fmax(data.limit, f->fit->of[c].limit_s);
    return exp_laws_fit(&data, f->arena, f->fit->law, &f->fit->best, f->err);
}

/* ---- requested times ---- */

/* Is this what users round to? The model's own list is asked. */
static bool is_usual(double seconds)
{
    static const struct mdl_class_config rounding = {.walltime = MDL_WALLTIME_ROUND};

    return mdl_walltime_ns(&rounding, seconds, 1, MDL_WALLTIME_MAX_NS) == sim_ns_from_s(seconds);
}

struct asking { /* a class whose overestimate is sought */
    const struct exp_fit_class *group;
    struct mdl_class_config job_class;
    double asked[REQUEST_GRID * REQUEST_GRID], accuracy[REQUEST_GRID * REQUEST_GRID];
};

static bool set_overestimate(struct asking *asking, double median, double sigma)
{
    asking->job_class.overestimate = (struct sim_dist){
        .kind = SIM_DIST_LOGNORMAL, .a = median, .b = sigma, .min = 1, .max = INFINITY};
    return sim_dist_prepare(&asking->job_class.overestimate, NULL) == SIM_OK;
}

/* What the model's users would ask for, over a grid of quantiles of both laws. */
static void ask(struct asking *asking, struct exp_moments *request, struct exp_moments *accuracy)
{
    const struct sim_dist *run = &asking->group->law[asking->group->best].dist;
    int64_t limit_ns = sim_ns_from_s(asking->group->limit_s);
    size_t count = 0;

    for (int i = 0; i < REQUEST_GRID; i++) {
        double run_s = sim_dist_at(run, (i + 0.5) / REQUEST_GRID);

        for (int k = 0; k < REQUEST_GRID; k++, count++) {
            double over = sim_dist_at(&asking->job_class.overestimate, (k + 0.5) / REQUEST_GRID);

            asking->asked[count] =
                sim_s_from_ns(mdl_walltime_ns(&asking->job_class, run_s, over, limit_ns));
            asking->accuracy[count] = run_s / asking->asked[count];
        }
    }
    gsl_sort(asking->asked, 1, count);
    gsl_sort(asking->accuracy, 1, count);
    *request = exp_moments_of(asking->asked, count);
    *accuracy = exp_moments_of(asking->accuracy, count);
}

static double square(double x)
{
    return x * x;
}

/* A twentieth of the accuracy weighs as a fifth of a request's median or ninth decile. */
static double misfit(const gsl_vector *at, void *context)
{
    struct asking *asking = context;
    const struct exp_fit_class *group = asking->group;
    double median = exp(gsl_vector_get(at, 0)), sigma = exp(gsl_vector_get(at, 1));
    struct exp_moments request, accuracy;

    if (!(median >= 1 && median < 1e3 && sigma > 0.02 && sigma < 8) ||
        !set_overestimate(asking, median, sigma))
        return 1e6;
    ask(asking, &request, &accuracy);
    return square(log(request.p50 / group->request.log.p50)) +
           square(log(request.p90 / group->request.log.p90)) +
           square(4 * (accuracy.mean - group->accuracy.log.mean));
}

/* The simplex from one beginning; p becomes where it ends if that is better than *least. */
static enum sim_status try_overestimate(struct asking *asking, double median, double sigma,
                                        double p[2], double *least, struct sim_error *err)
{
    double q[2] = {log(fmax(1.01, median)), log(fmin(4, fmax(0.05, sigma)))}, value;
    gsl_vector_view at = gsl_vector_view_array(q, 2);
    enum sim_status status = exp_minimise(misfit, asking, q, 2, err);

    value = misfit(&at.vector, asking);
    if (status || !(value < *least))
        return status;
    *least = value;
    memcpy(p, q, sizeof q);
    return SIM_OK;
}

/* From what the accuracy of the log would be without a limit, and from a usual one. */
static enum sim_status fit_overestimate(struct asking *asking, struct exp_fit_class *group,
                                        struct sim_error *err)
{
    const struct exp_moments *accuracy = &group->accuracy.log;
    double sigma = log(accuracy->p90 / accuracy->p50) / sim_normal_inverse(0.9);
    double p[2] = {log(2), 0}, least = INFINITY;
    enum sim_status status = try_overestimate(asking, 1 / accuracy->p50, sigma, p, &least, err);

    if (!status)
        status = try_overestimate(asking, 2, 1, p, &least, err);
    if (status)
        return status;
    group->over_median = exp(p[0]);
    group->over_sigma = exp(p[1]);
    if (!set_overestimate(asking, group->over_median, group->over_sigma))
        return sim_fail(err, SIM_ESCHEMA, "no law fits the requested times");
    ask(asking, &group->request.model, &group->accuracy.model);
    return SIM_OK;
}

static enum sim_status fit_request(const struct fitter *f, struct exp_fit_class *group)
{
    struct asking *asking;
    size_t count, usual = 0;

    if (!group->has_request)
        return SIM_OK;
    asking = sim_arena_alloc(f->arena, 1, sizeof *asking);
    if (!asking)
        return sim_fail(f->err, SIM_ENOMEM, "no memory for requested times");
    count = gather(f, group, ACCURACY);
    group->accuracy.log = exp_moments_of(f->scratch, count);
    if (group->accuracy.log.mean > 0.999) { /* the run times again, under another name */
        group->has_request = false;
        return SIM_OK;
    }
    count = gather(f, group, REQUEST);
    for (size_t i = 0; i < count; i++)
        usual += is_usual(f->scratch[i]);
    group->round_share = (double)usual / (double)count;
    group->request.log = exp_moments_of(f->scratch, count);
    group->request.ks = group->accuracy.ks = NAN;
    asking->group = group;
    asking->job_class.walltime = group->round_share < 0.5 ? MDL_WALLTIME_EXACT : MDL_WALLTIME_ROUND;
    return fit_overestimate(asking, group, f->err);
}

/* ---- outcomes ---- */

static void fit_outcome(const struct fitter *f, struct exp_fit_class *group)
{
    size_t with[MDL_OUTCOME_INSIDE + 1] = {0};

    for (size_t i = 0; i < f->log->count; i++)
        if (exp_fit_is_in(group, &f->log->job[i]))
            with[f->log->job[i].outcome]++;
    group->failed = (double)with[MDL_OUTCOME_FAILED] / (double)group->count;
    group->cancelled = (double)with[MDL_OUTCOME_CANCELLED] / (double)group->count;
    group->timeout = (double)with[MDL_OUTCOME_TIMEOUT] / (double)group->count;
}

/* ---- users ---- */

double exp_fit_zipf(const double *jobs, size_t count)
{
    double wanted = 0, all = 0, low = 0, high = 5;

    for (size_t k = 0; k < count; k++) {
        wanted += jobs[k] * log((double)(k + 1));
        all += jobs[k];
    }
    wanted /= all;
    for (int i = 0; i < 60; i++) { /* the mean of log rank falls with the exponent */
        double s = 0.5 * (low + high), sum = 0, mean = 0;

        for (size_t k = 0; k < count; k++) {
            double p = pow((double)(k + 1), -s);

            sum += p;
            mean += p * log((double)(k + 1));
        }
        if (mean / sum > wanted)
            low = s;
        else
            high = s;
    }
    return count > 1 ? 0.5 * (low + high) : 0;
}

static enum sim_status fit_users(const struct fitter *f)
{
    size_t numbers = (size_t)f->log->user_max + 1, users = 0;
    double *jobs = sim_arena_alloc(f->arena, numbers, sizeof *jobs);

    if (!jobs)
        return sim_fail(f->err, SIM_ENOMEM, "no memory for the users of a log");
    for (size_t i = 0; i < f->log->count; i++)
        jobs[f->log->job[i].user]--; /* negative, so that the most active come first */
    gsl_sort(jobs, 1, numbers);
    while (users < numbers && jobs[users] < 0) {
        jobs[users] = -jobs[users];
        users++;
    }
    f->fit->users = users;
    f->fit->zipf = exp_fit_zipf(jobs, users);
    return SIM_OK;
}

/* ---- curves ---- */

void exp_fit_draw_cdf(const struct fitter *f, size_t count,
                      double (*cdf)(const void *model, double x), const void *model,
                      struct exp_curve *curve)
{
    double first = log(fmax(1, f->scratch[0])), last = log(fmax(2, f->scratch[count - 1]));
    size_t below = 0;

    curve->count = EXP_FIT_POINTS;
    for (size_t i = 0; i < EXP_FIT_POINTS; i++) {
        double x = exp(first + (last - first) * (double)i / (EXP_FIT_POINTS - 1)) * (1 + 1e-9);

        while (below < count && f->scratch[below] <= x)
            below++;
        curve->x[i] = x;
        curve->log[i] = (double)below / (double)count;
        curve->model[i] = cdf(model, x);
    }
}

static double cdf_of_all_runs(const void *model, double x)
{
    const struct exp_fit *fit = model;
    double sum = 0;

    for (size_t c = 0; c < fit->class_count; c++)
        sum += fit->of[c].share * exp_law_cdf(&fit->of[c].law[fit->of[c].best].dist, x);
    return sum;
}

static double cdf_of_all_widths(const void *model, double x)
{
    const struct exp_fit *fit = model;
    double sum = 0;

    for (size_t c = 0; c < fit->class_count; c++)
        sum += fit->of[c].share * cdf_of_values(&fit->of[c].width, x);
    return sum;
}

/* ---- the whole ---- */

static enum sim_status fit_class(const struct fitter *f, struct exp_fit_class *group)
{
    enum sim_status status;

    fit_width(f, group);
    measure_work(f, group);
    status = fit_run(f, group);
    if (status)
        return status;
    fit_outcome(f, group);
    return fit_request(f, group);
}

static enum sim_status fit_all(struct fitter *f)
{
    struct exp_fit *fit = f->fit;
    enum sim_status status = SIM_OK;

    choose_classes(f);
    for (size_t c = 0; c < fit->class_count && !status; c++)
        status = fit_class(f, &fit->of[c]);
    if (!status)
        status = fit_all_runs(f);
    if (!status)
        status = fit_users(f);
    if (!status)
        status = exp_fit_arrivals(f);
    if (status)
        return status;
    exp_fit_draw_cdf(f, gather(f, NULL, RUN), cdf_of_all_runs, fit, &fit->run_curve);
    exp_fit_draw_cdf(f, gather(f, NULL, WIDTH), cdf_of_all_widths, fit, &fit->width_curve);
    return SIM_OK;
}

enum sim_status exp_fit_log(const struct mdl_log *log, struct sim_arena *arena,
                            struct exp_fit **out, struct sim_error *err)
{
    struct fitter f = {.log = log, .arena = arena, .err = err};
    double span_s;

    if (log->count < EXP_FIT_JOBS_MIN)
        return sim_fail(err, SIM_ESCHEMA, "%zu jobs are too few to fit laws to; at least %d",
                        log->count, EXP_FIT_JOBS_MIN);
    span_s = (double)(log->job[log->count - 1].submit_s - log->job[0].submit_s);
    if (!(span_s > 0))
        return sim_fail(err, SIM_ESCHEMA, "all jobs of the log are submitted at one moment");
    f.fit = sim_arena_alloc(arena, 1, sizeof *f.fit);
    f.scratch = sim_arena_alloc(arena, log->count, sizeof *f.scratch);
    if (!f.fit || !f.scratch)
        return sim_fail(err, SIM_ENOMEM, "no memory for a fit");
    *f.fit = (struct exp_fit){.count = log->count,
                              .span_s = span_s,
                              .rate_per_s = (double)(log->count - 1) / span_s,
                              .start_unix_s = log->first_unix_s,
                              .width_max = log->width_max};
    *out = f.fit;
    return fit_all(&f);
}

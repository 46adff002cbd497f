/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/fit.h"

#include <math.h>
#include <string.h>

#include <gsl/gsl_multimin.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "models/compute/capacity.h"
#include "models/compute/job.h"
#include "models/compute/partition.h"
#include "sim/calendar.h"
#include "sim/units.h"

static const double class_share_min = 0.02, width_share_min = 0.01;
static const int64_t batch_gap_s = 60;

enum {
    HOURS_A_DAY = 24,
    HOURS_A_WEEK = 168,
    DAYS_FOR_A_DAY = 3,
    DAYS_FOR_A_WEEK = 14,
    BATCHES_AN_HOUR = 30, /* of the week, for hours of their own */
    REQUEST_GRID = 32,
};

struct fitter {
    const struct mdl_log *log;
    struct sim_arena *arena;
    struct exp_fit *fit;
    struct sim_error *err;
    double *scratch; /* [count] */
    size_t batches;
    bool *begins_batch; /* [count] */
};

static double quantile(const double *sorted, size_t count, double p)
{
    return gsl_stats_quantile_from_sorted_data(sorted, 1, count, p);
}

static struct exp_moments moments_of(const double *sorted, size_t count)
{
    return (struct exp_moments){gsl_stats_mean(sorted, 1, count), quantile(sorted, count, 0.5),
                                quantile(sorted, count, 0.9)};
}

/* ---- classes ---- */

static bool is_in(const struct exp_fit_class *group, const struct mdl_log_job *job)
{
    return job->width >= group->width_low && job->width <= group->width_high;
}

static void weigh(const struct fitter *f, struct exp_fit_class *group)
{
    double work = 0, all_work = 0;

    group->count = 0;
    for (size_t i = 0; i < f->log->count; i++) {
        const struct mdl_log_job *job = &f->log->job[i];
        double job_work = (double)job->width * job->run_s;

        all_work += job_work;
        if (!is_in(group, job))
            continue;
        group->count++;
        work += job_work;
    }
    group->share = (double)group->count / (double)f->log->count;
    group->work_share = work / all_work;
}

/* Groups of widths; one that is too small goes with the one before, the first with the next. */
static void choose_classes(const struct fitter *f)
{
    static const uint32_t bounds[EXP_FIT_CLASSES] = {1, 8, UINT32_MAX};
    struct exp_fit *fit = f->fit;
    uint32_t low = 1;

    for (int i = 0; i < EXP_FIT_CLASSES; i++) {
        struct exp_fit_class group = {.width_low = low, .width_high = bounds[i]};

        weigh(f, &group);
        if (group.count >= EXP_FIT_JOBS_MIN &&
            fmax(group.share, group.work_share) >= class_share_min) {
            fit->of[fit->class_count++] = group;
            low = bounds[i] + (bounds[i] < UINT32_MAX);
        } else if (fit->class_count) {
            fit->of[fit->class_count - 1].width_high = bounds[i];
            weigh(f, &fit->of[fit->class_count - 1]);
            low = bounds[i] + (bounds[i] < UINT32_MAX);
        }
    }
    if (!fit->class_count) {
        fit->of[fit->class_count++] =
            (struct exp_fit_class){.width_low = 1, .width_high = UINT32_MAX};
        weigh(f, &fit->of[0]);
    }
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

        if ((!group || is_in(group, job)) &&
            (job->has_request || (attribute != REQUEST && attribute != ACCURACY)))
            f->scratch[count++] = attribute_of(job, attribute);
    }
    gsl_sort(f->scratch, 1, count);
    return count;
}

/* ---- run times ---- */

static enum sim_status fit_run(const struct fitter *f, struct exp_fit_class *group)
{
    size_t count = gather(f, group, REQUEST);
    const struct sim_dist *best;
    enum sim_status status;

    group->has_request = 2 * count > group->count;
    group->limit_s = group->has_request ? f->scratch[count - 1] : 0;
    count = gather(f, group, RUN);
    group->limit_s = fmax(group->limit_s, f->scratch[count - 1]);
    group->run.log = moments_of(f->scratch, count);
    status =
        exp_laws_fit(f->scratch, count, group->limit_s, f->arena, group->law, &group->best, f->err);
    if (status)
        return status;
    best = &group->law[group->best].dist;
    group->run.model =
        (struct exp_moments){sim_dist_mean(best), sim_dist_at(best, 0.5), sim_dist_at(best, 0.9)};
    group->run.ks = group->law[group->best].ks;
    return SIM_OK;
}

/* ---- widths ---- */

/* The nearest one that the class and the log have room for. */
static double power_of_two(const struct fitter *f, const struct exp_fit_class *group, double width)
{
    double power = exp2(floor(log2(width) + 0.5));

    return fmax(group->width_low, fmin(power, fmin(group->width_high, f->log->width_max)));
}

static void add_width(struct exp_fit_class *group, double width, double share)
{
    size_t i = 0;

    while (i < group->width_count && group->width[i].width < width)
        i++;
    if (i == group->width_count || group->width[i].width != width) {
        if (group->width_count == EXP_FIT_WIDTHS) { /* the nearest that is there */
            group->width[i < group->width_count ? i : i - 1].share += share;
            return;
        }
        memmove(&group->width[i + 1], &group->width[i],
                (group->width_count - i) * sizeof *group->width);
        group->width[i] = (struct exp_width){width, 0};
        group->width_count++;
    }
    group->width[i].share += share;
}

static double cdf_of_widths(const void *law, double x)
{
    const struct exp_fit_class *group = law;
    double sum = 0;

    for (size_t i = 0; i < group->width_count && group->width[i].width <= x; i++)
        sum += group->width[i].share;
    return sum;
}

static double width_at(const struct exp_fit_class *group, double u)
{
    double sum = 0;
    size_t i = 0;

    for (; i + 1 < group->width_count; i++)
        if ((sum += group->width[i].share) >= u)
            break;
    return group->width[i].width;
}

/* Both laws have steps: the distance is that at the log's steps. */
static double width_distance(const double *sorted, size_t count, const struct exp_fit_class *group)
{
    double most = 0;

    for (size_t i = 0; i < count; i++)
        if (i + 1 == count || sorted[i + 1] != sorted[i])
            most =
                fmax(most, fabs((double)(i + 1) / (double)count - cdf_of_widths(group, sorted[i])));
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
        add_width(group, share >= width_share_min ? width : power_of_two(f, group, width), share);
    }
    for (size_t i = 0; i < group->width_count; i++)
        mean += group->width[i].width * group->width[i].share;
    group->wide.log = moments_of(f->scratch, count);
    group->wide.model = (struct exp_moments){mean, width_at(group, 0.5), width_at(group, 0.9)};
    group->wide.ks = width_distance(f->scratch, count, group);
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
    *request = moments_of(asking->asked, count);
    *accuracy = moments_of(asking->accuracy, count);
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

static enum sim_status fit_overestimate(struct asking *asking, struct exp_fit_class *group,
                                        struct sim_error *err)
{
    double p[2] = {log(2), 0};
    enum sim_status status = exp_minimise(misfit, asking, p, 2, err);

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
    group->accuracy.log = moments_of(f->scratch, count);
    if (group->accuracy.log.mean > 0.999) { /* the run times again, under another name */
        group->has_request = false;
        return SIM_OK;
    }
    count = gather(f, group, REQUEST);
    for (size_t i = 0; i < count; i++)
        usual += is_usual(f->scratch[i]);
    group->round_share = (double)usual / (double)count;
    group->request.log = moments_of(f->scratch, count);
    group->request.ks = group->accuracy.ks = NAN;
    asking->group = group;
    asking->job_class.walltime = group->round_share < 0.5 ? MDL_WALLTIME_EXACT : MDL_WALLTIME_ROUND;
    return fit_overestimate(asking, group, f->err);
}

/* ---- outcomes and work ---- */

static void fit_outcome(const struct fitter *f, struct exp_fit_class *group)
{
    size_t with[MDL_OUTCOME_INSIDE + 1] = {0};

    for (size_t i = 0; i < f->log->count; i++)
        if (is_in(group, &f->log->job[i]))
            with[f->log->job[i].outcome]++;
    group->failed = (double)with[MDL_OUTCOME_FAILED] / (double)group->count;
    group->cancelled = (double)with[MDL_OUTCOME_CANCELLED] / (double)group->count;
    group->timeout = (double)with[MDL_OUTCOME_TIMEOUT] / (double)group->count;
}

/* In the model width and run time of a class do not depend on each other. */
static void compare_work(const struct fitter *f, struct exp_fit_class *group)
{
    size_t count = gather(f, group, WORK);

    group->work.log = moments_of(f->scratch, count);
    group->work.model =
        (struct exp_moments){group->run.model.mean * group->wide.model.mean, NAN, NAN};
    group->work.ks = NAN;
}

/* ---- arrivals ---- */

static void find_batches(struct fitter *f)
{
    const struct mdl_log_job *job = f->log->job;
    size_t zero = 0;

    for (size_t i = 0; i < f->log->count; i++) {
        f->begins_batch[i] = i == 0 || job[i].submit_s - job[i - 1].submit_s > batch_gap_s ||
                             job[i].user != job[i - 1].user || job[i].width != job[i - 1].width;
        f->batches += f->begins_batch[i];
        zero += i > 0 && job[i].submit_s == job[i - 1].submit_s;
    }
    f->fit->batch_mean = (double)f->log->count / (double)f->batches;
    f->fit->zero_gaps = f->log->count > 1 ? (double)zero / (double)(f->log->count - 1) : 0;
}

/* Seconds of the log that fall into each hour of the week, from the moment of its first job. */
static void count_exposure(const struct fitter *f, double exposure[HOURS_A_WEEK])
{
    int64_t first = f->fit->start_unix_s, last = first + (int64_t)f->fit->span_s;

    memset(exposure, 0, HOURS_A_WEEK * sizeof *exposure);
    for (int64_t hour = first / 3600; hour * 3600 < last; hour++) {
        int64_t from = hour * 3600 > first ? hour * 3600 : first;
        int64_t to = (hour + 1) * 3600 < last ? (hour + 1) * 3600 : last;

        exposure[sim_hour_of_week(SIM_ZONE_UTC, hour)] += (double)(to - from);
    }
}

/* batches / exposure of the hours of a day and of the days of a week. */
static void two_rhythms(const double *batches, const double *exposure, double day[HOURS_A_DAY],
                        double week[7])
{
    double day_time[HOURS_A_DAY] = {0}, week_time[7] = {0};

    memset(day, 0, HOURS_A_DAY * sizeof *day);
    memset(week, 0, 7 * sizeof *week);
    for (int h = 0; h < HOURS_A_WEEK; h++) {
        day[h % HOURS_A_DAY] += batches[h];
        day_time[h % HOURS_A_DAY] += exposure[h];
        week[h / HOURS_A_DAY] += batches[h];
        week_time[h / HOURS_A_DAY] += exposure[h];
    }
    for (int h = 0; h < HOURS_A_DAY; h++)
        day[h] = day_time[h] > 0 ? day[h] / day_time[h] : 0;
    for (int d = 0; d < 7; d++)
        week[d] = week_time[d] > 0 ? week[d] / week_time[d] : 0;
}

static void scale_to_mean_one(double *value, size_t count)
{
    double mean = gsl_stats_mean(value, 1, count);

    for (size_t i = 0; i < count && mean > 0; i++)
        value[i] /= mean;
}

/* Hours of their own where there are batches enough, else hours of the day times weekdays. */
static void fit_rhythm(struct fitter *f)
{
    struct exp_fit *fit = f->fit;
    double batches[HOURS_A_WEEK] = {0}, exposure[HOURS_A_WEEK], day[HOURS_A_DAY], week[7];
    double days = fit->span_s / SIM_DAY_S;

    if (fit->start_unix_s < 0 || days < DAYS_FOR_A_DAY)
        return;
    count_exposure(f, exposure);
    for (size_t i = 0; i < f->log->count; i++)
        if (f->begins_batch[i])
            batches[sim_hour_of_week(SIM_ZONE_UTC,
                                     (fit->start_unix_s + f->log->job[i].submit_s) / 3600)]++;
    two_rhythms(batches, exposure, day, week);
    fit->hour_count = days < DAYS_FOR_A_WEEK ? HOURS_A_DAY : HOURS_A_WEEK;
    for (size_t h = 0; h < fit->hour_count; h++) {
        if (fit->hour_count == HOURS_A_DAY)
            fit->hour[h] = day[h];
        else if (f->batches >= (size_t)HOURS_A_WEEK * BATCHES_AN_HOUR)
            fit->hour[h] = exposure[h] > 0 ? batches[h] / exposure[h] : 0;
        else
            fit->hour[h] = day[h % HOURS_A_DAY] * week[h / HOURS_A_DAY];
    }
    scale_to_mean_one(fit->hour, fit->hour_count);
    fit->hour_curve.count = fit->hour_count;
    for (size_t h = 0; h < fit->hour_count; h++) {
        fit->hour_curve.x[h] = (double)h;
        fit->hour_curve.log[h] = fit->hour_count == HOURS_A_DAY ? day[h]
                                 : exposure[h] > 0              ? batches[h] / exposure[h]
                                                                : 0;
        fit->hour_curve.model[h] = fit->hour[h];
    }
    scale_to_mean_one(fit->hour_curve.log, fit->hour_count);
}

/* The model's gap to the next job: none inside a batch; else exponential at the rate of the hour
 * in which it begins, as if that rate stayed. */
static double cdf_of_gaps(const void *law, double gap_s)
{
    const struct exp_fit *fit = law;
    size_t hours = fit->hour_count ? fit->hour_count : 1;
    double batches_per_s = fit->rate_per_s / fit->batch_mean, longer = 0, weights = 0;

    for (size_t h = 0; h < hours; h++) {
        double weight = fit->hour_count ? fit->hour[h] : 1;

        longer += weight * exp(-weight * batches_per_s * gap_s);
        weights += weight;
    }
    return gap_s < 0 ? 0 : 1 - longer / weights / fit->batch_mean;
}

static double gap_at(const struct exp_fit *fit, double p)
{
    double low = 0, high = fit->span_s;

    if (cdf_of_gaps(fit, 0) >= p)
        return 0;
    while (high - low > 1e-3 * high) {
        double middle = 0.5 * (low + high);

        if (cdf_of_gaps(fit, middle) < p)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void compare_gaps(const struct fitter *f)
{
    struct exp_fit *fit = f->fit;
    size_t count = f->log->count - 1;

    for (size_t i = 0; i < count; i++)
        f->scratch[i] = (double)(f->log->job[i + 1].submit_s - f->log->job[i].submit_s);
    gsl_sort(f->scratch, 1, count);
    fit->gap.log = moments_of(f->scratch, count);
    fit->gap.model = (struct exp_moments){1 / fit->rate_per_s, gap_at(fit, 0.5), gap_at(fit, 0.9)};
    fit->gap.ks = NAN;
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

/* Points of a cdf with equal steps of the logarithm over the data in scratch. */
static void draw_cdf(const struct fitter *f, size_t count,
                     double (*cdf)(const struct exp_fit *fit, double x), struct exp_curve *curve)
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
        curve->model[i] = cdf(f->fit, x);
    }
}

static double cdf_of_all_runs(const struct exp_fit *fit, double x)
{
    double sum = 0;

    for (size_t c = 0; c < fit->class_count; c++)
        sum += fit->of[c].share * exp_law_cdf(&fit->of[c].law[fit->of[c].best].dist, x);
    return sum;
}

static double cdf_of_all_widths(const struct exp_fit *fit, double x)
{
    double sum = 0;

    for (size_t c = 0; c < fit->class_count; c++)
        sum += fit->of[c].share * cdf_of_widths(&fit->of[c], x);
    return sum;
}

static double cdf_of_all_gaps(const struct exp_fit *fit, double x)
{
    return cdf_of_gaps(fit, x);
}

/* ---- the whole ---- */

static enum sim_status fit_class(const struct fitter *f, struct exp_fit_class *group)
{
    enum sim_status status = fit_run(f, group);

    if (status)
        return status;
    fit_width(f, group);
    fit_outcome(f, group);
    compare_work(f, group);
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
        status = fit_users(f);
    if (status)
        return status;
    find_batches(f);
    fit_rhythm(f);
    compare_gaps(f); /* leaves the gaps in scratch */
    draw_cdf(f, f->log->count - 1, cdf_of_all_gaps, &fit->gap_curve);
    draw_cdf(f, gather(f, NULL, RUN), cdf_of_all_runs, &fit->run_curve);
    draw_cdf(f, gather(f, NULL, WIDTH), cdf_of_all_widths, &fit->width_curve);
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
    f.begins_batch = sim_arena_alloc(arena, log->count, sizeof *f.begins_batch);
    if (!f.fit || !f.scratch || !f.begins_batch)
        return sim_fail(err, SIM_ENOMEM, "no memory for a fit");
    *f.fit = (struct exp_fit){.count = log->count,
                              .span_s = span_s,
                              .rate_per_s = (double)(log->count - 1) / span_s,
                              .start_unix_s = log->first_unix_s,
                              .width_max = log->width_max};
    *out = f.fit;
    return fit_all(&f);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/fit_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>

#include "sim/calendar.h"
#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/units.h"

static const double batch_gap_max_s = 600, batch_gap_of_mean = 0.1, size_share_min = 0.01;

enum {
    HOURS_A_DAY = 24,
    HOURS_A_WEEK = 168,
    DAYS_FOR_A_DAY = 3,
    DAYS_FOR_A_WEEK = 14,
    BATCHES_AN_HOUR = 30, /* of the week, for hours of their own */
    MONTHS = 12,
    DAYS_FOR_A_MONTH = 14, /* each, for a season */
    DAYS_FOR_VARIATION = 28,
};

struct place { /* of a job in the order of streams: one user, class and width */
    uint32_t user, of, width, job;
};

struct arrivals {
    const struct fitter *f;
    struct place *place; /* [count] */
    uint32_t *size;      /* [job] of the batch that begins with it; 0: none does */
    int64_t *gap_s;      /* [job] to the one before in its batch */
    double *work_s;      /* [job] processor time of the batch that begins with it */
    size_t batches;
    int64_t first_s;   /* of the first job, since 1970; a Monday, 00:00, where the log is silent */
    size_t hour_count; /* that the log touches */
    double *cumulated; /* [hour_count] of the rate, the whole is 1 */
};

/* ---- batches ---- */

static uint32_t class_of(const struct exp_fit *fit, const struct mdl_log_job *job)
{
    uint32_t c = 0;

    while (c + 1 < fit->class_count && !exp_fit_is_in(&fit->of[c], job))
        c++;
    return c;
}

static int by_stream(const void *left, const void *right)
{
    const struct place *a = left, *b = right;

    if (a->user != b->user)
        return a->user < b->user ? -1 : 1;
    if (a->of != b->of)
        return a->of < b->of ? -1 : 1;
    if (a->width != b->width)
        return a->width < b->width ? -1 : 1;
    return a->job < b->job ? -1 : a->job > b->job;
}

static void sort_into_streams(const struct arrivals *a)
{
    const struct mdl_log *log = a->f->log;

    for (size_t i = 0; i < log->count; i++)
        a->place[i] = (struct place){.user = log->job[i].user,
                                     .of = class_of(a->f->fit, &log->job[i]),
                                     .width = log->job[i].width,
                                     .job = (uint32_t)i};
    qsort(a->place, log->count, sizeof *a->place, by_stream);
}

static bool are_one_stream(const struct place *a, const struct place *b)
{
    return a->user == b->user && a->of == b->of && a->width == b->width;
}

/* Of jobs that come on their own, one in ten would follow another so soon. */
static double longest_gap_s(const struct arrivals *a, size_t jobs)
{
    return fmin(batch_gap_max_s, batch_gap_of_mean * a->f->fit->span_s / (double)jobs);
}

static void find_batches(struct arrivals *a)
{
    const struct mdl_log_job *job = a->f->log->job;

    for (size_t i = 0, end; i < a->f->log->count; i = end) {
        double longest_s;
        uint32_t first = a->place[i].job;

        for (end = i + 1; end < a->f->log->count && are_one_stream(&a->place[i], &a->place[end]);)
            end++;
        longest_s = longest_gap_s(a, end - i);
        for (size_t k = i; k < end; k++) {
            uint32_t this = a->place[k].job;
            int64_t gap_s = k > i ? job[this].submit_s - job[a->place[k - 1].job].submit_s : 0;

            if (k == i || (double)gap_s > longest_s) {
                first = this;
                a->batches++;
                a->f->fit->of[a->place[i].of].batch_count++;
            }
            a->size[this] = 0;
            a->work_s[this] = 0;
            a->size[first]++;
            a->work_s[first] += (double)job[this].width * job[this].run_s;
            a->gap_s[this] = gap_s;
        }
    }
}

/* The sizes that one batch in a hundred has; of the others, between two powers of two, the mean. */
static void fit_sizes(const struct arrivals *a, uint32_t c)
{
    struct exp_fit_class *group = &a->f->fit->of[c];
    double *sorted = a->f->scratch, rare[32] = {0}, rare_sum[32] = {0};
    size_t count = 0;

    for (size_t i = 0; i < a->f->log->count; i++)
        if (a->place[i].of == c && a->size[a->place[i].job])
            sorted[count++] = a->size[a->place[i].job];
    gsl_sort(sorted, 1, count);
    for (size_t i = 0, next; i < count; i = next) {
        double jobs;
        int power = ilogb(sorted[i]);

        for (next = i + 1; next < count && sorted[next] == sorted[i];)
            next++;
        jobs = (double)(next - i);
        if (jobs / (double)count >= size_share_min) {
            exp_fit_add_value(&group->batch, sorted[i], jobs / (double)count);
        } else {
            rare[power] += jobs;
            rare_sum[power] += jobs * sorted[i];
        }
    }
    for (int power = 0; power < 32; power++)
        if (rare[power] > 0)
            exp_fit_add_value(&group->batch, floor(rare_sum[power] / rare[power] + 0.5),
                              rare[power] / (double)count);
}

static void fit_gaps_inside(const struct arrivals *a, uint32_t c)
{
    struct exp_fit_class *group = &a->f->fit->of[c];
    double sum = 0, squares = 0;
    size_t zero = 0, count = 0;

    for (size_t i = 0; i < a->f->log->count; i++) {
        uint32_t job = a->place[i].job;

        if (a->place[i].of != c || a->size[job])
            continue;
        if (a->gap_s[job] == 0) {
            zero++;
            continue;
        }
        count++;
        sum += log((double)a->gap_s[job]);
        squares += log((double)a->gap_s[job]) * log((double)a->gap_s[job]);
        group->gap_max_s = fmax(group->gap_max_s, (double)a->gap_s[job]);
    }
    group->zero_share = zero + count ? (double)zero / (double)(zero + count) : 1;
    if (!count)
        return;
    group->gap_median_s = exp(sum / (double)count);
    group->gap_sigma = fmax(
        0.05, sqrt(fmax(0, squares / (double)count - sum * sum / (double)count / (double)count)));
}

/* ---- rhythm ---- */

/* Seconds of the log that fall into each hour of the week, from the moment of its first job. */
static void count_exposure(const struct arrivals *a, double exposure[HOURS_A_WEEK])
{
    int64_t first = a->first_s, last = first + (int64_t)a->f->fit->span_s;

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

static double ratio(double part, double whole)
{
    return whole > 0 ? part / whole : 0;
}

/* Hours of their own where there are batches enough, else hours of the day times weekdays. */
static void fit_hours(struct arrivals *a)
{
    const struct mdl_log *log = a->f->log;
    struct exp_fit *fit = a->f->fit;
    double batches[HOURS_A_WEEK] = {0}, exposure[HOURS_A_WEEK], day[HOURS_A_DAY], week[7];
    double days = fit->span_s / SIM_DAY_S;

    if (days < DAYS_FOR_A_DAY)
        return;
    count_exposure(a, exposure);
    for (size_t i = 0; i < log->count; i++)
        if (a->size[i])
            batches[sim_hour_of_week(SIM_ZONE_UTC, (a->first_s + log->job[i].submit_s) / 3600)]++;
    two_rhythms(batches, exposure, day, week);
    fit->hour_count = days < DAYS_FOR_A_WEEK ? HOURS_A_DAY : HOURS_A_WEEK;
    fit->hour_curve.count = fit->hour_count;
    for (size_t h = 0; h < fit->hour_count; h++) {
        bool is_day = fit->hour_count == HOURS_A_DAY;
        double of_hour = is_day ? day[h] : ratio(batches[h], exposure[h]);

        fit->hour_curve.x[h] = (double)h;
        fit->hour_curve.log[h] = of_hour;
        fit->hour[h] = is_day || a->batches >= (size_t)HOURS_A_WEEK * BATCHES_AN_HOUR
                           ? of_hour
                           : day[h % HOURS_A_DAY] * week[h / HOURS_A_DAY];
    }
    scale_to_mean_one(fit->hour, fit->hour_count);
    scale_to_mean_one(fit->hour_curve.log, fit->hour_count);
    memcpy(fit->hour_curve.model, fit->hour, fit->hour_count * sizeof *fit->hour);
}

static int month_of(int64_t unix_s)
{
    return sim_local_date(SIM_ZONE_UTC, unix_s / 3600).month - 1;
}

/* Where the log tells its date and has seen every month. */
static void fit_season(const struct arrivals *a)
{
    const struct mdl_log *log = a->f->log;
    struct exp_fit *fit = a->f->fit;
    double batches[MONTHS] = {0}, days[MONTHS] = {0};

    for (double s = 0; s < fit->span_s; s += SIM_DAY_S)
        days[month_of(a->first_s + (int64_t)s)]++;
    for (size_t i = 0; i < log->count; i++)
        if (a->size[i])
            batches[month_of(a->first_s + log->job[i].submit_s)]++;
    fit->has_season = fit->start_unix_s >= 0;
    for (int m = 0; m < MONTHS; m++) {
        fit->has_season = fit->has_season && days[m] >= DAYS_FOR_A_MONTH && batches[m] > 0;
        fit->month[m] = ratio(batches[m], days[m]);
    }
    scale_to_mean_one(fit->month, MONTHS);
}

static double weight_of_hour(const struct exp_fit *fit, int64_t hour)
{
    double weight = fit->has_season ? fit->month[month_of(hour * 3600)] : 1;

    return fit->hour_count
               ? weight * fit->hour[(size_t)sim_hour_of_week(SIM_ZONE_UTC, hour) % fit->hour_count]
               : weight;
}

/* ---- variation ---- */

struct day {
    double expected,
        found;    /* work, in shares of the log's: each job counts with its class's mean */
    double noise; /* variance of what independent batches bring */
};

/* The log's whole days. */
static void count_days(const struct arrivals *a, int64_t first_day, size_t count, struct day *day)
{
    const struct mdl_log *log = a->f->log;
    double expected = 0, found = 0;

    memset(day, 0, count * sizeof *day);
    for (size_t i = 0; i < log->count; i++) {
        int64_t at = (a->first_s + log->job[i].submit_s) / 86400 - first_day;

        if (at < 0 || at >= (int64_t)count)
            continue;
        day[at].found += a->work_s[i];
        day[at].noise += a->work_s[i] * a->work_s[i];
    }
    for (size_t d = 0; d < count; d++) {
        for (int h = 0; h < HOURS_A_DAY; h++)
            day[d].expected +=
                weight_of_hour(a->f->fit, (first_day + (int64_t)d) * HOURS_A_DAY + h);
        expected += day[d].expected;
        found += day[d].found;
    }
    for (size_t d = 0; d < count; d++)
        day[d].expected *= ratio(found, expected);
}

/* Of the work X that is brought in a day about E: (X - E)^2 is in the mean the noise and E^2 times
 * the variance of the day's factor; (X - E)(Y - F) of two days of a week is E F times the variance
 * of the week's. By processor time, not by number: in logs many jobs come when they are small. */
static enum sim_status fit_variation(const struct arrivals *a)
{
    struct exp_fit *fit = a->f->fit;
    int64_t first_day = (a->first_s + 86399) / 86400;
    int64_t end_day = (a->first_s + (int64_t)fit->span_s) / 86400;
    size_t count = end_day > first_day ? (size_t)(end_day - first_day) : 0;
    double one = 0, ones = 0, two = 0, twos = 0, all, week;
    struct day *day;

    if (count < DAYS_FOR_VARIATION)
        return SIM_OK;
    day = sim_arena_alloc(a->f->arena, count, sizeof *day);
    if (!day)
        return sim_fail(a->f->err, SIM_ENOMEM, "no memory for the days of a log");
    count_days(a, first_day, count, day);
    for (size_t d = 0; d < count; d++) {
        double off = day[d].found - day[d].expected;

        one += off * off - day[d].noise;
        ones += day[d].expected * day[d].expected;
        for (size_t e = d + 1; e < count && (first_day + (int64_t)e + 3) % 7 != 0; e++) {
            two += off * (day[e].found - day[e].expected);
            twos += day[d].expected * day[e].expected;
        }
    }
    all = fmax(0, ratio(one, ones));
    week = fmin(all, fmax(0, ratio(two, twos)));
    fit->week_variation = sqrt(week);
    fit->day_variation = sqrt((1 + all) / (1 + week) - 1);
    return SIM_OK;
}

/* ---- gaps of the model ---- */

static double uniform(uint32_t c, uint32_t purpose, uint64_t n)
{
    return sim_uniform_at(1, c, purpose, n);
}

/* A draw of the lognormal factor of a day or week. */
static double factor(double deviation, uint32_t purpose, int64_t number)
{
    double variance = log1p(deviation * deviation);

    return exp(sqrt(variance) * sim_normal_inverse(uniform(0, purpose, (uint64_t)number)) -
               0.5 * variance);
}

static enum sim_status cumulate(struct arrivals *a)
{
    const struct exp_fit *fit = a->f->fit;
    int64_t first_hour = a->first_s / 3600;
    double last_s = (double)a->first_s + fit->span_s, sum = 0;

    a->hour_count = (size_t)(last_s / 3600 - (double)first_hour) + 1;
    a->cumulated = sim_arena_alloc(a->f->arena, a->hour_count, sizeof *a->cumulated);
    if (!a->cumulated)
        return sim_fail(a->f->err, SIM_ENOMEM, "no memory for the hours of a log");
    for (size_t h = 0; h < a->hour_count; h++) {
        int64_t hour = first_hour + (int64_t)h;
        int64_t day = hour / HOURS_A_DAY;

        a->cumulated[h] = sum += weight_of_hour(fit, hour) * factor(fit->day_variation, 5, day) *
                                 factor(fit->week_variation, 6, (day + 3) / 7);
    }
    for (size_t h = 0; h < a->hour_count; h++)
        a->cumulated[h] /= sum;
    return SIM_OK;
}

/* When a batch with uniform u comes, s since the beginning of the first hour. */
static double arrival_s(const struct arrivals *a, double u)
{
    size_t low = 0, high = a->hour_count - 1;
    double before, part;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (a->cumulated[middle] < u)
            low = middle + 1;
        else
            high = middle;
    }
    before = low ? a->cumulated[low - 1] : 0;
    part = ratio(u - before, a->cumulated[low] - before);
    return 3600 * ((double)low + part);
}

struct drawn { /* submits of the model in whole seconds, like those of a log */
    double *at_s;
    size_t count, capacity;
};

static void draw_class(const struct arrivals *a, uint32_t c, struct drawn *drawn)
{
    const struct exp_fit_class *group = &a->f->fit->of[c];
    struct sim_dist gap = {.kind = SIM_DIST_LOGNORMAL,
                           .a = group->gap_median_s,
                           .b = group->gap_sigma,
                           .min = -INFINITY,
                           .max = group->gap_max_s};
    bool has_gaps = group->zero_share < 1 && sim_dist_prepare(&gap, NULL) == SIM_OK;
    uint64_t number = 0;

    for (size_t b = 0; b < group->batch_count; b++) {
        double at_s = arrival_s(a, uniform(c, 1, b));
        double jobs = exp_fit_value_at(&group->batch, uniform(c, 2, b));

        for (double k = 0; k < jobs && drawn->count < drawn->capacity; k++, number++) {
            if (k > 0 && has_gaps && uniform(c, 3, number) > group->zero_share)
                at_s += sim_dist_at(&gap, uniform(c, 4, number));
            drawn->at_s[drawn->count++] = floor(at_s);
        }
    }
}

static double cdf_of_drawn(const void *model, double x)
{
    const struct drawn *gaps = model;
    size_t low = 0, high = gaps->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (gaps->at_s[middle] <= x)
            low = middle + 1;
        else
            high = middle;
    }
    return (double)low / (double)gaps->count;
}

static double part_of_zeros(const double *sorted, size_t count)
{
    size_t zero = 0;

    while (zero < count && sorted[zero] == 0)
        zero++;
    return (double)zero / (double)count;
}

static enum sim_status compare_gaps(const struct arrivals *a)
{
    const struct mdl_log *log = a->f->log;
    struct exp_fit *fit = a->f->fit;
    struct drawn drawn = {.capacity = 2 * log->count + 2};
    size_t count = log->count - 1;
    double *of_log = a->f->scratch;

    drawn.at_s = sim_arena_alloc(a->f->arena, drawn.capacity, sizeof *drawn.at_s);
    if (!drawn.at_s)
        return sim_fail(a->f->err, SIM_ENOMEM, "no memory for the gaps of a model");
    for (uint32_t c = 0; c < fit->class_count; c++)
        draw_class(a, c, &drawn);
    gsl_sort(drawn.at_s, 1, drawn.count);
    for (size_t i = 0; i + 1 < drawn.count; i++)
        drawn.at_s[i] = drawn.at_s[i + 1] - drawn.at_s[i];
    drawn.count--;
    gsl_sort(drawn.at_s, 1, drawn.count);
    for (size_t i = 0; i < count; i++)
        of_log[i] = (double)(log->job[i + 1].submit_s - log->job[i].submit_s);
    gsl_sort(of_log, 1, count);
    fit->gap.log = exp_moments_of(of_log, count);
    fit->gap.model = exp_moments_of(drawn.at_s, drawn.count);
    fit->zero_gaps = part_of_zeros(of_log, count);
    fit->model_zero_gaps = part_of_zeros(drawn.at_s, drawn.count);
    fit->gap_cv = ratio(gsl_stats_sd(of_log, 1, count), fit->gap.log.mean);
    fit->model_gap_cv = ratio(gsl_stats_sd(drawn.at_s, 1, drawn.count), fit->gap.model.mean);
    exp_fit_draw_cdf(a->f, count, cdf_of_drawn, &drawn, &fit->gap_curve);
    fit->gap.ks = 0;
    for (size_t i = 0; i < fit->gap_curve.count; i++)
        fit->gap.ks = fmax(fit->gap.ks, fabs(fit->gap_curve.log[i] - fit->gap_curve.model[i]));
    return SIM_OK;
}

enum sim_status exp_fit_arrivals(const struct fitter *f)
{
    struct arrivals a = {.f = f, .first_s = f->fit->start_unix_s};
    enum sim_status status;

    a.place = sim_arena_alloc(f->arena, f->log->count, sizeof *a.place);
    a.size = sim_arena_alloc(f->arena, f->log->count, sizeof *a.size);
    a.gap_s = sim_arena_alloc(f->arena, f->log->count, sizeof *a.gap_s);
    a.work_s = sim_arena_alloc(f->arena, f->log->count, sizeof *a.work_s);
    if (!a.place || !a.size || !a.gap_s || !a.work_s)
        return sim_fail(f->err, SIM_ENOMEM, "no memory for the batches of a log");
    if (a.first_s < 0)
        a.first_s = sim_days_from_date((struct sim_date){2000, 1, 3}) * (int64_t)86400;
    sort_into_streams(&a);
    find_batches(&a);
    f->fit->batch_mean = (double)f->log->count / (double)a.batches;
    for (uint32_t c = 0; c < f->fit->class_count; c++) {
        fit_sizes(&a, c);
        fit_gaps_inside(&a, c);
    }
    fit_hours(&a);
    fit_season(&a);
    status = fit_variation(&a);
    if (!status)
        status = cumulate(&a);
    return status ? status : compare_gaps(&a);
}

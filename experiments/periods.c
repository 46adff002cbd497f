/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/periods.h"

#include <math.h>
#include <stdbool.h>
#include <stdlib.h>

#include "models/compute/capacity.h"
#include "models/records.h"
#include "sim/calendar.h"

enum { WEEK_DAYS = 7, WEEKLY_DAYS_MAX = 184 };

/* The first of the next month, or a week on. */
static int64_t next_start(int64_t days, bool is_weekly)
{
    struct sim_date date = sim_date_from_days(days);

    if (is_weekly)
        return days + WEEK_DAYS;
    date.day = 1;
    date.year += date.month == 12;
    date.month = date.month == 12 ? 1 : date.month + 1;
    return sim_days_from_date(date);
}

enum sim_status exp_periods_make(int64_t start_days, int64_t end_days, struct sim_arena *arena,
                                 struct exp_periods *out, struct sim_error *err)
{
    int64_t *start, days = start_days;

    *out = (struct exp_periods){.is_weekly = end_days - start_days <= WEEKLY_DAYS_MAX};
    for (; days < end_days; days = next_start(days, out->is_weekly))
        out->count++;
    start = sim_arena_alloc(arena, out->count + 1, sizeof *start);
    if (!start)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu periods", out->count);
    days = start_days;
    for (size_t p = 0; p < out->count; p++, days = next_start(days, out->is_weekly))
        start[p] = days;
    start[out->count] = end_days;
    out->start_days = start;
    return SIM_OK;
}

/* Options may have windows of their own: their hours go where the date belongs. */
static bool find_period(struct exp_period_trace *trace)
{
    const struct exp_periods *periods = trace->periods;
    int64_t day = trace->plan->config->start_days + trace->hour / 24;

    while (trace->period < periods->count && periods->start_days[trace->period + 1] <= day)
        trace->period++;
    return trace->period < periods->count && day >= periods->start_days[0];
}

/* Nodes do not add up with accelerators: they count where there is nothing else. */
static double weight_of(const struct mdl_plan *plan, size_t partition, bool has_gpus,
                        int64_t from_ns)
{
    const struct mdl_partition_plan *of = &plan->partition[partition];
    double unit_s = mdl_capacity_unit_s(of, from_ns, from_ns + SIM_HOUR_NS);

    return has_gpus ? mdl_gpus_of(of, unit_s) : unit_s;
}

static void add_use(struct exp_period_trace *trace, const float *use)
{
    const struct mdl_plan *plan = trace->plan;
    bool has_gpus = false;

    for (size_t i = 0; i < plan->partition_count; i++)
        has_gpus = has_gpus || plan->partition[i].gpus_per_unit > 0;
    for (size_t i = 0; i < plan->partition_count; i++) {
        double weight = weight_of(plan, i, has_gpus, plan->start_ns + trace->hour * SIM_HOUR_NS);

        if (isnan(use[i]))
            continue;
        trace->busy[trace->period] += weight * (double)use[i];
        trace->offered[trace->period] += weight;
    }
}

/* Of the two series that are read, that of use comes first in an hour. */
static enum sim_status sample(struct sim_trace *base, const struct sim_series *series,
                              const float *value, struct sim_error *err)
{
    struct exp_period_trace *trace = (struct exp_period_trace *)base;
    const struct mdl_plan *plan = trace->plan;

    (void)err;
    if (series == plan->series_of[MDL_SERIES_UTILISATION] && find_period(trace))
        add_use(trace, value);
    if (series != plan->series_of[MDL_SERIES_QUEUE])
        return SIM_OK;
    if (find_period(trace)) {
        trace->hours[trace->period]++;
        for (size_t i = 0; i < plan->partition_count; i++)
            trace->waiting[trace->period] += (double)value[i];
    }
    trace->hour++;
    return SIM_OK;
}

static bool wants(const struct sim_trace *trace, const struct sim_table *table)
{
    (void)trace;
    (void)table;
    return false;
}

static enum sim_status row(struct sim_trace *trace, const struct sim_table *table,
                           const void *record, struct sim_error *err)
{
    (void)trace;
    (void)table;
    (void)record;
    (void)err;
    return SIM_OK;
}

enum sim_status exp_period_trace_init(struct exp_period_trace *trace,
                                      const struct exp_periods *periods,
                                      const struct mdl_plan *plan, struct sim_error *err)
{
    double *sums = calloc(4 * periods->count + 1, sizeof *sums);

    *trace = (struct exp_period_trace){.trace = {.wants = wants, .row = row, .sample = sample},
                                       .periods = periods,
                                       .plan = plan,
                                       .busy = sums};
    if (!sums)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu periods", periods->count);
    trace->offered = sums + periods->count;
    trace->waiting = trace->offered + periods->count;
    trace->hours = trace->waiting + periods->count;
    return SIM_OK;
}

void exp_period_trace_read(const struct exp_period_trace *trace, double *value)
{
    for (size_t p = 0; p < trace->periods->count; p++) {
        double *out = value + p * EXP_TRACKS;

        out[EXP_TRACK_USE] = trace->offered[p] > 0 ? trace->busy[p] / trace->offered[p] : NAN;
        out[EXP_TRACK_WAITING] = trace->hours[p] > 0 ? trace->waiting[p] / trace->hours[p] : NAN;
    }
}

void exp_period_trace_release(struct exp_period_trace *trace)
{
    free(trace->busy);
    trace->busy = NULL;
}

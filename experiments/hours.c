/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/hours.h"

#include <math.h>
#include <stdlib.h>

#include "experiments/paired.h"
#include "models/records.h"
#include "sim/calendar.h"
#include "sim/stats.h"

struct exp_hours_trace {
    struct sim_trace trace; /* first */
    struct sim_trace *next;
    const struct sim_series *series;
    double *waiting; /* [hours] */
    size_t hour, hours;
};

static bool wants(const struct sim_trace *base, const struct sim_table *table)
{
    const struct sim_trace *next = ((const struct exp_hours_trace *)base)->next;

    return next && (!next->wants || next->wants(next, table));
}

static enum sim_status row(struct sim_trace *base, const struct sim_table *table,
                           const void *record, struct sim_error *err)
{
    struct sim_trace *next = ((struct exp_hours_trace *)base)->next;

    return next ? next->row(next, table, record, err) : SIM_OK;
}

static enum sim_status sample(struct sim_trace *base, const struct sim_series *series,
                              const float *value, struct sim_error *err)
{
    struct exp_hours_trace *trace = (struct exp_hours_trace *)base;

    if (series == trace->series && trace->hour < trace->hours) {
        double sum = 0;

        for (size_t i = 0; i < series->item_count; i++)
            sum += (double)value[i];
        trace->waiting[trace->hour++] = sum;
    }
    return trace->next ? trace->next->sample(trace->next, series, value, err) : SIM_OK;
}

enum sim_status exp_hours_create(struct exp_hours *hours, const struct mdl_plan *plan,
                                 size_t replications, struct sim_error *err)
{
    size_t cells;

    *hours = (struct exp_hours){.plan = plan};
    if (replications < EXP_WARMUP_REPLICATIONS || plan->replay)
        return SIM_OK;
    hours->hours = (size_t)((plan->end_ns - plan->start_ns) / SIM_HOUR_NS);
    hours->replications =
        replications < EXP_HOURS_REPLICATIONS ? replications : EXP_HOURS_REPLICATIONS;
    cells = hours->replications * hours->hours;
    hours->waiting = malloc((cells + 1) * sizeof *hours->waiting);
    hours->trace = calloc(hours->replications, sizeof *hours->trace);
    if (!hours->waiting || !hours->trace) {
        exp_hours_release(hours);
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu hours", cells);
    }
    for (size_t i = 0; i < cells; i++)
        hours->waiting[i] = NAN;
    return SIM_OK;
}

void exp_hours_release(struct exp_hours *hours)
{
    free(hours->waiting);
    free(hours->trace);
    *hours = (struct exp_hours){.plan = hours->plan};
}

struct sim_trace *exp_hours_trace_of(struct exp_hours *hours, size_t replication,
                                     struct sim_trace *next)
{
    struct exp_hours_trace *trace;

    if (replication >= hours->replications)
        return next;
    trace = &hours->trace[replication];
    *trace = (struct exp_hours_trace){.trace = {.wants = wants, .row = row, .sample = sample},
                                      .next = next,
                                      .series = hours->plan->series_of[MDL_SERIES_QUEUE],
                                      .waiting = hours->waiting + replication * hours->hours,
                                      .hours = hours->hours};
    return &trace->trace;
}

static double mean_of(const double *value, size_t count)
{
    struct sim_tally tally = sim_tally_of(value, count);

    return tally.count ? tally.mean : NAN;
}

/* What the cut hours are like, replication by replication. */
static void compare_ends(const struct exp_hours *hours, size_t count, struct exp_start *out)
{
    double head[EXP_HOURS_REPLICATIONS], tail[EXP_HOURS_REPLICATIONS];
    struct exp_difference difference;

    for (size_t r = 0; r < count; r++) {
        const double *waiting = hours->waiting + r * hours->hours;

        head[r] = mean_of(waiting, out->cut);
        tail[r] = mean_of(waiting + out->cut, hours->hours - out->cut);
    }
    exp_paired(head, tail, count, 0.95, &difference);
    out->head = mean_of(head, count);
    out->tail = mean_of(tail, count);
    out->is_clear = fabs(difference.mean) > difference.half_width;
}

enum sim_status exp_hours_check(const struct exp_hours *hours, size_t done, struct exp_start *out,
                                struct sim_error *err)
{
    struct sim_arena *scratch = sim_arena_create(0);
    size_t count = done < hours->replications ? done : hours->replications;
    enum sim_status status = scratch ? exp_warmup_check(hours->waiting, count, hours->hours,
                                                        scratch, &out->answer, &out->cut, err)
                                     : sim_fail(err, SIM_ENOMEM, "no memory to look at the start");

    out->head = out->tail = NAN;
    out->is_clear = false;
    if (!status && out->cut > 0)
        compare_ends(hours, count, out);
    sim_arena_destroy(scratch);
    return status;
}

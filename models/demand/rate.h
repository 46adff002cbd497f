/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * models/demand/rate.h - when the next arrival of a Poisson process comes whose rate varies.
 *
 * A unit-rate process is sent through the inverse of the cumulated rate, which is constant over
 * each UTC hour: base rate x weight of the local hour of the week x weight of the local month x
 * growth of the day x factors drawn for the UTC day and week x what fills the pool that day (for
 * loads). Nothing is thinned, so the n-th arrival keeps its number when the rate is scaled.
 *
 * Draws    entity = the plan's; purposes MDL_DRAW_DAY and MDL_DRAW_WEEK, index = day and week.
 * Memory   the caller's.
 * Errors   none.
 * Cost     O(1) per arrival plus O(1) per hour.
 */
#ifndef MODELS_DEMAND_RATE_H
#define MODELS_DEMAND_RATE_H

#include "models/access/broker.h"
#include "sim/calendar.h"
#include "sim/field.h"
#include "sim/sim.h"

struct mdl_rate_plan {
    double base_per_s;           /* records at the start; of a load: the part of the pool */
    const struct mdl_pool *load; /* NULL: the rate is given */
    double records_per_arrival;  /* mean */
    enum sim_zone zone;
    double growth_per_yr;
    const struct sim_profile *hours, *season;
    double day_variation, week_variation; /* standard deviation over mean */
    uint64_t entity;
};

struct mdl_rate {
    struct mdl_rate_plan plan;
    const struct sim_calendar *calendar;
    uint64_t draw_key;
    int64_t begin_ns, finish_ns; /* arrivals lie in between */
    int64_t hour_ns;             /* beginning of the hour that `rate` is for */
    double rate_per_s;
    double day_rate_per_s; /* without the weights of hour and month */
    double month_weight;
};

/* Weight of the local month at a UTC hour since 1970; 1 without a season. */
double mdl_season_weight(const struct sim_profile *season, enum sim_zone zone, int64_t utc_hour);

void mdl_rate_init(struct mdl_rate *rate, const struct mdl_rate_plan *plan,
                   const struct sim_calendar *calendar, uint64_t draw_key, int64_t begin_ns,
                   int64_t finish_ns);

/* The moment at which `need` more unit-rate arrivals have passed, counted from time_ns, that of the
 * last one or begin_ns; SIM_NEVER when that is not before finish_ns. */
int64_t mdl_rate_next_ns(struct mdl_rate *rate, int64_t time_ns, double need);

#endif /* MODELS_DEMAND_RATE_H */

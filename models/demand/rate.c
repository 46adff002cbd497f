/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/rate.h"

#include <math.h>

#include "models/demand/purpose.h"
#include "sim/elementary.h"
#include "sim/random.h"
#include "sim/units.h"

static double growth_factor(const struct mdl_rate_plan *plan, int64_t time_ns)
{
    double years = floor((double)time_ns / SIM_DAY_NS) * SIM_DAY_S / SIM_YEAR_S;

    if (!(plan->growth_per_yr != 0))
        return 1;
    return sim_pow(1 + plan->growth_per_yr, years);
}

static double hour_weight(const struct mdl_rate_plan *plan, int64_t utc_hour)
{
    const struct sim_profile *hours = plan->hours;

    if (!hours->count)
        return 1;
    return hours->weight[(size_t)sim_hour_of_week(plan->zone, utc_hour) % hours->count];
}

double mdl_season_weight(const struct sim_profile *season, enum sim_zone zone, int64_t utc_hour)
{
    if (!season->count)
        return 1;
    return season->weight[sim_local_date(zone, utc_hour).month - 1];
}

/* Records per second but for the weights of hour and month: constant over a UTC day. */
static double day_rate(const struct mdl_rate_plan *plan, int64_t time_ns)
{
    double base = plan->load ? plan->base_per_s * mdl_pool_at(plan->load, time_ns)->records_per_s
                             : plan->base_per_s;

    return base * growth_factor(plan, time_ns);
}

/* Lognormal with mean 1 and this standard deviation. */
static double variation(const struct mdl_rate *rate, double deviation, enum mdl_draw purpose,
                        int64_t number)
{
    double variance, u;

    if (!(deviation > 0))
        return 1;
    variance = sim_log(1 + deviation * deviation);
    u = sim_uniform_at(rate->draw_key, rate->plan.entity, purpose, (uint64_t)number);
    return sim_exp(sqrt(variance) * sim_normal_inverse(u) - 0.5 * variance);
}

static void enter_day(struct mdl_rate *rate, int64_t time_ns, int64_t day)
{
    const struct mdl_rate_plan *plan = &rate->plan;

    rate->day_rate_per_s = day_rate(plan, time_ns) / plan->records_per_arrival *
                           variation(rate, plan->day_variation, MDL_DRAW_DAY, day) *
                           variation(rate, plan->week_variation, MDL_DRAW_WEEK, (day + 3) / 7);
}

static void enter_hour(struct mdl_rate *rate, int64_t hour_ns)
{
    const struct mdl_rate_plan *plan = &rate->plan;
    int64_t utc_hour = sim_calendar_utc_hour(rate->calendar, hour_ns);
    bool is_first = hour_ns == rate->begin_ns;
    bool is_new_day = hour_ns % SIM_DAY_NS == 0 || is_first;

    rate->hour_ns = hour_ns;
    if (is_new_day)
        enter_day(rate, hour_ns, utc_hour / 24);
    if (is_first || (plan->season->count && sim_hour_of_week(plan->zone, utc_hour) % 24 == 0))
        rate->month_weight = mdl_season_weight(plan->season, plan->zone, utc_hour);
    rate->rate_per_s = rate->day_rate_per_s * rate->month_weight * hour_weight(plan, utc_hour);
}

void mdl_rate_init(struct mdl_rate *rate, const struct mdl_rate_plan *plan,
                   const struct sim_calendar *calendar, uint64_t draw_key, int64_t begin_ns,
                   int64_t finish_ns)
{
    *rate = (struct mdl_rate){.plan = *plan,
                              .calendar = calendar,
                              .draw_key = draw_key,
                              .begin_ns = begin_ns,
                              .finish_ns = finish_ns};
    enter_hour(rate, begin_ns);
}

int64_t mdl_rate_next_ns(struct mdl_rate *rate, int64_t time_ns, double need)
{
    for (;;) {
        int64_t hour_end_ns = rate->hour_ns + SIM_HOUR_NS;
        double left = rate->rate_per_s * sim_s_from_ns(hour_end_ns - time_ns);

        if (need <= left && rate->rate_per_s > 0) {
            int64_t next_ns = time_ns + sim_ns_from_s(need / rate->rate_per_s);
            return next_ns < hour_end_ns ? next_ns : hour_end_ns - 1;
        }
        need -= left;
        time_ns = hour_end_ns;
        if (time_ns >= rate->finish_ns)
            return SIM_NEVER;
        enter_hour(rate, time_ns);
    }
}

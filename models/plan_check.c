/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules that need what follows from the config: routes, widths, derived rates. */
#include <math.h>

#include "models/checker.h"
#include "models/config.h"
#include "models/plan.h"
#include "sim/elementary.h"
#include "sim/units.h"

enum { RECORDS_PER_DAY_MAX = 5000000 };

static double narrowest_job(const struct sim_dist *law)
{
    return sim_dist_at(law, 1e-9);
}

static void check_reach(const struct mdl_checker *c, const struct mdl_plan *plan,
                        const struct mdl_source_plan *source)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, source->item->path, "at");
    for (size_t site = 0; source->place != SIZE_MAX && site < plan->site_count; site++) {
        const struct mdl_members *members = &source->pool->members;
        bool is_home = false;

        for (size_t i = 0; i < members->count; i++)
            is_home = is_home || plan->partition[members->partition[i]].site == site;
        if (is_home && !plan->network.route[source->place * plan->site_count + site].count)
            MDL_REPORT(c, path, "no link leads from '%.64s' to the site '%.64s'",
                       source->community->at, plan->site[site].config->item.key);
    }
}

/* Some source may send jobs of the class to a partition with (without) accelerators. */
static bool is_class_used(const struct mdl_plan *plan, size_t job_class, bool has_gpus)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_pool *pool = plan->source[s].pool;
        bool is_in_mix = false;

        for (size_t k = 0; k < pool->mix.count; k++)
            is_in_mix = is_in_mix || pool->mix.class_of[k] == job_class;
        for (size_t i = 0; is_in_mix && i < pool->members.count; i++) {
            if (!plan->partition[pool->members.partition[i]].gpus_per_unit == !has_gpus)
                return true;
        }
    }
    return false;
}

/* A class may be too wide for some machines of a pool (its jobs are fitted to them), but one that
 * no machine of the scenario could run as asked is a slip. */
static void check_width(const struct mdl_checker *c, const struct mdl_plan *plan, size_t index,
                        bool has_gpus)
{
    const struct mdl_class_config *job_class = &plan->class_config[index];
    double asked = narrowest_job(has_gpus ? &job_class->gpus : &job_class->nodes), most = 0;

    if (!is_class_used(plan, index, has_gpus))
        return;
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];

        if (!partition->gpus_per_unit == !has_gpus)
            most = fmax(most, (double)partition->units * (has_gpus ? partition->gpus_per_unit : 1));
    }
    if (asked > most)
        MDL_REPORT(c, job_class->item.path,
                   "asks for at least %.0f %s; the widest machine has %.0f", asked,
                   has_gpus ? "GPUs" : "nodes", most);
}

/* The largest weight of a month. */
static double most_season(const struct mdl_submit_config *submit)
{
    double most = submit->season.count ? 0 : 1;

    for (size_t i = 0; i < submit->season.count; i++)
        most = fmax(most, submit->season.weight[i]);
    return most;
}

/* The largest growth factor of the run. */
static double most_growth(const struct mdl_plan *plan, double growth_per_yr)
{
    double begin_yr = sim_s_from_ns(plan->begin_ns) / SIM_YEAR_S;
    double finish_yr = sim_s_from_ns(plan->finish_ns) / SIM_YEAR_S;

    return fmax(sim_pow(1 + growth_per_yr, begin_yr), sim_pow(1 + growth_per_yr, finish_yr));
}

/* Records of a source on its fullest day, by the month: the hours of a day may pass that. */
static double most_records_per_day(const struct mdl_plan *plan,
                                   const struct mdl_source_plan *source)
{
    double most = source->is_load ? 0 : 1;

    for (size_t i = 0; i < source->pool->step_count && source->is_load; i++)
        most = fmax(most, source->pool->step[i].records_per_s);
    return most * source->rate * SIM_DAY_S * most_growth(plan, source->submit->growth_per_yr) *
           most_season(source->submit);
}

/* What all sources submit together is what must be simulated. */
static void check_demand(const struct mdl_checker *c, const struct mdl_plan *plan)
{
    const char *largest = "";
    double most = 0, sum = 0;

    for (size_t s = 0; s < plan->source_count; s++) {
        double here = most_records_per_day(plan, &plan->source[s]);

        sum += here;
        if (here > most) {
            most = here;
            largest = plan->source[s].item->path;
        }
    }
    if (sum > RECORDS_PER_DAY_MAX)
        MDL_REPORT(
            c, largest,
            "would submit %.4g records a day, all %zu sources %.4g, too many to simulate; at "
            "most %d together",
            most, plan->source_count, sum, RECORDS_PER_DAY_MAX);
}

size_t mdl_plan_check(const struct mdl_plan *plan, mdl_report_fn *report, void *context)
{
    size_t count = 0;
    const struct mdl_checker c = {plan->config, report, context, &count};

    if (plan->replay)
        return 0;
    check_demand(&c, plan);
    for (size_t s = 0; s < plan->source_count; s++)
        check_reach(&c, plan, &plan->source[s]);
    for (size_t k = 0; k < plan->class_count; k++) {
        check_width(&c, plan, k, true);
        check_width(&c, plan, k, false);
    }
    return count;
}

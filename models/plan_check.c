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

#define LOST_IN_BUNDLE_MAX 0.01 /* of its work */

static double narrowest_job(const struct sim_dist *law)
{
    return sim_dist_at(law, 1e-9);
}

/* What a way of a community is made of. */
static const char *ways_of(const struct mdl_community_config *community)
{
    static const char *const names[][3] = {
        [MDL_RESIDENCY_ANY] = {"link", "way over secure links", "way over links with keys"},
        [MDL_RESIDENCY_EU] = {"way within the EU", "way over secure links in the EU",
                              "way over links with keys in the EU"},
        [MDL_RESIDENCY_NATIONAL] = {"way within its country",
                                    "way over secure links in its country",
                                    "way over links with keys in its country"},
    };

    return names[community->residency][community->secure];
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
        if (source->refusal && source->refusal[site])
            continue;
        if (is_home && (!mdl_network_to(&plan->network, source->rule, source->place, site) ||
                        !mdl_network_from(&plan->network, source->rule, source->place, site)))
            MDL_REPORT(c, path, "no %s leads from '%.64s' to the site '%.64s' and back%s",
                       ways_of(source->community), source->community->at,
                       plan->site[site].config->item.key,
                       source->community->residency ? "; hubs without a country are outside" : "");
    }
}

static const char *const refusals[MDL_DATA_REFUSALS] = {
    [MDL_DATA_OUTSIDE] = "they lie outside of the zone of its data",
    [MDL_DATA_NO_WAY] = "no way that its data may take leads there",
    [MDL_DATA_NO_ENCLAVE] = "none of them has secure storage, which its data needs"};

/* Some site of a community may have its own data. */
static void check_data_class(const struct mdl_checker *c, const struct mdl_plan *plan,
                             const struct mdl_source_plan *source)
{
    const struct mdl_members *members = &source->pool->members;
    uint8_t refusal = MDL_DATA_OPEN_TO;
    char path[MDL_PATH_BYTES];

    if (!source->refusal)
        return;
    for (size_t k = 0; k < members->count; k++) {
        refusal = source->refusal[plan->partition[members->partition[k]].site];
        if (!refusal)
            return;
    }
    mdl_path_of(path, source->item->path, "data_class");
    if (refusal)
        MDL_REPORT(c, path, "its data may go to none of the community's sites: %s",
                   refusals[refusal]);
}

/* Some site of a community may have each data set that its jobs read. */
static void check_datasets(const struct mdl_checker *c, const struct mdl_plan *plan,
                           const struct mdl_source_plan *source)
{
    const struct mdl_members *members = &source->pool->members;
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, source->item->path, "datasets");
    for (size_t i = 0; source->community && i < source->community->datasets.count; i++) {
        const struct sim_share *share = &source->community->datasets.share[i];
        size_t dataset = ((const struct mdl_dataset_config *)share->item)->item.index;
        const struct mdl_data_place *place = NULL;

        for (size_t k = 0; k < members->count && (!place || place->refusal); k++)
            place = &plan->data.place[dataset * plan->site_count +
                                      plan->partition[members->partition[k]].site];
        if (place && place->refusal)
            MDL_REPORT(c, path, "'%.64s' may go to none of the community's sites: %s", share->name,
                       refusals[place->refusal]);
    }
}

/* The links of a given way follow one another from its one end to the other. */
static void check_given_ways(const struct mdl_checker *c, const struct mdl_plan *plan)
{
    const struct mdl_network_plan *network = &plan->network;
    char path[MDL_PATH_BYTES];

    for (size_t i = 0; i < network->config->routes.count; i++) {
        const struct mdl_path_config *given = sim_map_at(&network->config->routes, i);

        mdl_path_of(path, given->item.path, "via");
        if (!mdl_network_leads(network, given))
            MDL_REPORT(c, path,
                       "its links do not lead from '%.64s' to '%.64s' one after the other; write "
                       "keys of network.links in their order, separated by commas",
                       given->from, given->to);
    }
}

static void check_fleet(const struct mdl_checker *c, const struct mdl_fleet_plan *fleet)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, fleet->config->item.path, "to");
    if (!fleet->stream_count)
        MDL_REPORT(c, path, "no link leads %s '%.64s' %s the site '%.64s'",
                   fleet->config->direction == MDL_FLEET_UP ? "from" : "to",
                   mdl_fleet_place(fleet->config),
                   fleet->config->direction == MDL_FLEET_UP ? "to" : "from",
                   fleet->config->to.name);
}

static bool is_in_mix(const struct mdl_mix *mix, size_t job_class)
{
    for (size_t k = 0; k < mix->count; k++)
        if (mix->class_of[k] == job_class)
            return true;
    return false;
}

/* Some source may send jobs of the class to a partition with (without) accelerators. */
static bool is_class_used(const struct mdl_plan *plan, size_t job_class, bool has_gpus)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_pool *pool = plan->source[s].pool;
        bool is_asked = is_in_mix(&pool->mix, job_class);

        for (size_t i = 0; is_asked && i < pool->members.count; i++) {
            if (!plan->partition[pool->members.partition[i]].gpus_per_unit == !has_gpus)
                return true;
        }
    }
    return false;
}

/* Some source may send jobs of the class to the partition. */
static bool is_class_sent(const struct mdl_plan *plan, size_t job_class, size_t partition)
{
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_pool *pool = plan->source[s].pool;
        bool is_asked = is_in_mix(&pool->mix, job_class);

        for (size_t i = 0; is_asked && i < pool->members.count; i++)
            if (pool->members.partition[i] == partition)
                return true;
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
            most = fmax(most, mdl_counted_of(partition, partition->units));
    }
    if (asked > most)
        MDL_REPORT(c, job_class->item.path,
                   "asks for at least %.0f %s; the widest machine has %.0f", asked,
                   has_gpus ? "GPUs" : "nodes", most);
}

/* Of a GPU below 1, the smallest part that the class asks for; 0: whole ones. */
static double part_asked(const struct mdl_class_config *job_class)
{
    double least = narrowest_job(&job_class->gpus);

    return least < 1 ? least : 0;
}

/* What no partition was said to have is not made a whole GPU in silence. */
static void check_parts(const struct mdl_checker *c, const struct mdl_plan *plan, size_t index)
{
    const struct mdl_class_config *job_class = &plan->class_config[index];
    double part = part_asked(job_class);
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, job_class->item.path, "gpus");
    for (size_t p = 0; p < plan->partition_count && part > 0; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];

        if (!partition->gpus_per_unit || partition->config->slices_per_gpu > 0 ||
            !is_class_sent(plan, index, p))
            continue;
        MDL_REPORT(c, path,
                   "%.3g of a GPU is asked for, but '%s' has no slices; write there 'allocation: "
                   "gpu, slices_per_gpu: %.0f', or 'slices_per_gpu: 1' to give it a whole one",
                   part, partition->name, fmin(ceil(1 / part), MDL_GPU_PARTS_MAX));
        return;
    }
}

/* Part of the work of a class that is lost on a partition because k runs one after the other pass
 * the walltime limit, which would cut a single run at most. */
static double lost_in_bundle(const struct mdl_partition_plan *partition,
                             const struct mdl_class_config *job_class, int64_t k)
{
    int64_t limit_ns = mdl_walltime_limit_ns(partition, job_class);
    double limit_s = sim_s_from_ns(limit_ns), single_s;

    if (limit_ns == MDL_WALLTIME_MAX_NS)
        return 0;
    single_s = sim_dist_mean_capped(&job_class->run, limit_s);
    return single_s > 0 ? 1 - sim_dist_mean_capped(&job_class->run, limit_s / (double)k) / single_s
                        : 0;
}

/* The largest bundle that keeps its work; 1 does. */
static int64_t largest_bundle(const struct mdl_partition_plan *partition,
                              const struct mdl_class_config *job_class)
{
    int64_t fits = 1, above = job_class->bundle;

    while (above - fits > 1) {
        int64_t middle = fits + (above - fits) / 2;

        if (lost_in_bundle(partition, job_class, middle) > LOST_IN_BUNDLE_MAX)
            above = middle;
        else
            fits = middle;
    }
    return fits;
}

/* A bundle stands for the same GPU time as its jobs, so the limit must leave it that. */
static void check_bundle(const struct mdl_checker *c, const struct mdl_plan *plan, size_t index)
{
    const struct mdl_class_config *job_class = &plan->class_config[index];
    const struct mdl_partition_plan *worst = NULL;
    int64_t most = job_class->bundle;
    char path[MDL_PATH_BYTES];

    for (size_t p = 0; p < plan->partition_count && most > 1; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];

        if (lost_in_bundle(partition, job_class, most) <= LOST_IN_BUNDLE_MAX ||
            !is_class_sent(plan, index, p))
            continue;
        worst = partition;
        most = largest_bundle(partition, job_class);
    }
    if (!worst)
        return;
    mdl_path_of(path, job_class->item.path, "bundle");
    MDL_REPORT(c, path,
               "%lld runs one after the other pass the walltime limit of %.4g h on '%s', which "
               "would cut %.2g %% of their work; write at most %lld",
               (long long)job_class->bundle,
               sim_s_from_ns(mdl_walltime_limit_ns(worst, job_class)) / 3600, worst->name,
               100 * lost_in_bundle(worst, job_class, job_class->bundle), (long long)most);
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
    check_given_ways(&c, plan);
    mdl_circuits_plan_check(&c, &plan->circuits, plan->rule_of);
    for (size_t i = 0; i < plan->fleets.fleet_count; i++)
        check_fleet(&c, &plan->fleets.fleet[i]);
    for (size_t s = 0; s < plan->source_count; s++)
        check_reach(&c, plan, &plan->source[s]);
    for (size_t s = 0; s < plan->source_count; s++) {
        check_data_class(&c, plan, &plan->source[s]);
        check_datasets(&c, plan, &plan->source[s]);
    }
    for (size_t k = 0; k < plan->class_count; k++) {
        check_width(&c, plan, k, true);
        check_width(&c, plan, k, false);
        check_bundle(&c, plan, k);
        check_parts(&c, plan, k);
    }
    return count;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/access_plan.h"
#include "models/demand/load.h"
#include "models/demand/rate.h"
#include "models/fleet_offer.h"
#include "models/money/country.h"
#include "models/transport/link_state.h"
#include "models/transport/storage.h"
#include "sim/elementary.h"
#include "sim/units.h"

/* A log ends when its last job has ended; until then its window is open. */
#define REPLAY_END_NS (SIM_NEVER / 2)

/* What a plan may take: 48 MB and 0.6 s, in units of 10 ns. Whoever plans for real stays far below;
 * a scenario that multiplies its tables is refused where it does. */
static const double BYTES_MAX = 48e6, WORK_MAX = 6e7;

/* Everything that is built here lives in one arena; its bytes and the work are counted before they
 * are spent. */
struct builder {
    struct mdl_plan *plan;
    const struct mdl_config *config;
    struct sim_arena *arena;
    struct sim_error *err;
    /* [partition_count]: what every mix asks for again */
    double *released_s; /* accelerator-seconds (node-seconds without) of the window */
    const struct mdl_capacity_step **largest;
    double bytes, work; /* spent */
    struct mdl_channels channels;
};

static enum sim_status no_memory(struct builder *b)
{
    return sim_fail(b->err, SIM_ENOMEM, "no memory for the plan of the scenario");
}

/* what: of the key at path, which is to blame when there is no more to spend. */
static enum sim_status spend(struct builder *b, double bytes, double work, const char *path,
                             const char *what)
{
    b->bytes += bytes;
    b->work += work;
    if (b->bytes <= BYTES_MAX && b->work <= WORK_MAX)
        return SIM_OK;
    return sim_fail(b->err, SIM_ESCHEMA,
                    "%s: the scenario is too large to plan: %s would take %s; make them fewer",
                    path, what,
                    b->bytes > BYTES_MAX ? "more than 48 MB in all" : "too long to work out");
}

#define ALLOC(b, pointer, count)                                                                   \
    ((pointer) = sim_arena_alloc((b)->arena, (count), sizeof *(pointer)))

size_t mdl_plan_partition(const struct mdl_plan *plan, const char *name)
{
    for (size_t i = 0; i < plan->partition_count; i++) {
        if (strcmp(plan->partition[i].name, name) == 0)
            return i;
    }
    return SIZE_MAX;
}

/* ---- sites and partitions ---- */

/* Work to fit a class to one step of capacity: some 300 draws, by the cost of the law (the table of
 * sim/distribution.h). */
static double fit_work(const struct sim_dist *law)
{
    switch (law->kind) {
    case SIM_DIST_CONSTANT:
        return 100;
    case SIM_DIST_CHOICE:
        return 2 + 2 * (double)law->count;
    case SIM_DIST_UNIFORM:
    case SIM_DIST_EXPONENTIAL:
    case SIM_DIST_TRIANGULAR:
        return 400;
    case SIM_DIST_LOGNORMAL:
    case SIM_DIST_WEIBULL:
    case SIM_DIST_PARETO:
    case SIM_DIST_EMPIRICAL:
        return 2000;
    default:
        return 10000;
    }
}

static enum sim_status spend_partition(struct builder *b, const struct mdl_partition_config *config)
{
    const struct mdl_accelerator_config *chip = config->accelerator.item;
    double run_days = (double)((b->plan->finish_ns - b->plan->begin_ns) / SIM_DAY_NS);
    double ramp_days = sim_s_from_ns(config->ramp_ns) / SIM_DAY_S, work = 0;
    double steps = 2 + fmin(fmin(ramp_days, (double)config->nodes), run_days);
    size_t classes = b->plan->class_count;

    for (size_t c = 0; c < classes; c++) {
        const struct mdl_class_config *job_class = &b->plan->class_config[c];

        work += fit_work(config->gpus_per_node ? &job_class->gpus : &job_class->nodes) * steps;
        work += chip ? (double)chip->worth.count : 0;
    }
    return spend(b, 24 * ramp_days + 16 * (steps + 1) * (double)classes, work, config->item.path,
                 "classes of jobs, on every step of the ramps,");
}

/* What nobody knows is not counted: no partition of the site draws power (mdl_config_check). */
static struct mdl_tariff tariff_of(const struct mdl_site_config *site)
{
    struct mdl_tariff tariff = {site->price_eur_per_mwh, site->carbon_g_per_kwh, site->pue,
                                sim_zone_of_country(site->country)};

    if (isnan(tariff.price_eur_per_mwh))
        tariff.price_eur_per_mwh = 0;
    if (isnan(tariff.carbon_g_per_kwh.mean))
        tariff.carbon_g_per_kwh.mean = 0;
    return tariff;
}

int64_t mdl_site_online_ns(const struct mdl_site_plan *site, int64_t from_ns, int64_t to_ns)
{
    int64_t begin_ns = from_ns > site->online_ns ? from_ns : site->online_ns;
    int64_t end_ns = to_ns < site->offline_ns ? to_ns : site->offline_ns;

    return end_ns > begin_ns ? end_ns - begin_ns : 0;
}

/* A site is online from its first partition on and until the last one is retired. */
static void note_online(struct mdl_site_plan *site, const struct mdl_partition_plan *partition)
{
    int64_t retired_ns = mdl_capacity_retired_ns(partition);

    for (size_t i = 0; i < partition->step_count; i++) {
        if (partition->step[i].installed_units == 0)
            continue;
        if (partition->step[i].time_ns < site->online_ns)
            site->online_ns = partition->step[i].time_ns;
        if (retired_ns > site->offline_ns)
            site->offline_ns = retired_ns;
    }
}

static enum sim_status build_partitions(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    size_t n = 0;

    for (size_t s = 0; s < plan->site_count; s++)
        plan->partition_count +=
            ((const struct mdl_site_config *)sim_map_at(&b->config->sites, s))->partitions.count;
    if (!ALLOC(b, plan->site, plan->site_count) ||
        !ALLOC(b, plan->partition, plan->partition_count) ||
        !ALLOC(b, plan->power, plan->partition_count))
        return no_memory(b);
    for (size_t s = 0; s < plan->site_count; s++) {
        const struct mdl_site_config *site = sim_map_at(&b->config->sites, s);

        plan->site[s] = (struct mdl_site_plan){.config = site,
                                               .tariff = tariff_of(site),
                                               .online_ns = SIM_NEVER,
                                               .offline_ns = INT64_MIN};
        if (site->partitions.count == 0) {
            plan->site[s].online_ns = INT64_MIN;
            plan->site[s].offline_ns = SIM_NEVER;
        }
        for (size_t p = 0; p < site->partitions.count; p++, n++) {
            const struct mdl_partition_config *config = sim_map_at(&site->partitions, p);
            enum sim_status status = spend_partition(b, config);

            if (!status)
                status = mdl_partition_plan_init(&plan->partition[n], config, site,
                                                 &b->config->classes, &plan->calendar,
                                                 plan->begin_ns, plan->finish_ns, b->arena, b->err);
            if (status)
                return status;
            plan->partition[n].site = s;
            note_online(&plan->site[s], &plan->partition[n]);
            plan->power[n] = (struct mdl_node_power){config->idle_w, config->busy_w,
                                                     1.0 / plan->partition[n].units_per_node};
        }
    }
    return SIM_OK;
}

/* ---- network ---- */

static struct mdl_data_needs needs_of(const struct mdl_config *config,
                                      const struct mdl_community_config *community)
{
    return mdl_data_needs_of(&config->data_classes, community->data_class,
                             MDL_DATA_RESIDENCY_BY_CLASS);
}

/* Of a community's data: the stricter of what it says itself and what its class asks for. */
static struct mdl_rule rule_of(const struct mdl_config *config,
                               const struct mdl_community_config *community, bool into_enclave)
{
    struct mdl_data_needs needs = needs_of(config, community);
    struct mdl_rule rule;

    if (community->residency > (int)needs.residency)
        needs.residency = (enum mdl_residency)community->residency;
    needs.secure_storage = needs.secure_storage || into_enclave;
    needs.keys = community->secure == MDL_SECURE_QKD;
    rule = mdl_data_rule_of(&needs, community->country, false);
    rule.is_secure = rule.is_secure || community->secure == MDL_SECURE_LINKS;
    return rule;
}

static bool reads_protected(const struct mdl_config *config,
                            const struct mdl_community_config *community)
{
    for (size_t i = 0; i < community->datasets.count; i++) {
        const struct mdl_dataset_config *dataset = community->datasets.share[i].item;

        if (mdl_dataset_needs(config, dataset).secure_storage)
            return true;
    }
    return false;
}

static void add_rule(struct mdl_rule *rule, size_t *count, struct mdl_rule wanted)
{
    if (mdl_network_rule(rule, *count, &wanted) == SIZE_MAX)
        rule[(*count)++] = wanted;
}

/* Rules that some community has, that of anything first. */
static enum sim_status list_rules(struct builder *b, struct mdl_rule **rule, size_t *count)
{
    const struct sim_map *communities = &b->config->communities;

    if (!ALLOC(b, *rule, 1 + 2 * communities->count + 2 * b->config->datasets.count))
        return no_memory(b);
    *count = 1;
    for (size_t i = 0; i < communities->count; i++) {
        const struct mdl_community_config *community = sim_map_at(communities, i);

        add_rule(*rule, count, rule_of(b->config, community, false));
        if (reads_protected(b->config, community))
            add_rule(*rule, count, rule_of(b->config, community, true));
    }
    mdl_data_rules(b->config, &b->plan->network, &b->plan->storage, *rule, count);
    return SIM_OK;
}

/* The rule of each community. */
static enum sim_status index_rules(struct builder *b, const struct mdl_rule *rule, size_t count)
{
    size_t *rule_of_community;

    if (!ALLOC(b, rule_of_community, b->config->communities.count))
        return no_memory(b);
    for (size_t i = 0; i < b->config->communities.count; i++) {
        struct mdl_rule wanted = rule_of(b->config, sim_map_at(&b->config->communities, i), false);

        rule_of_community[i] = mdl_network_rule(rule, count, &wanted);
    }
    b->plan->rule_of = rule_of_community;
    return SIM_OK;
}

/* A channel that transfers to and from a site cross, unless it is no limit. */
static bool add_ceiling(struct builder *b, size_t site, const char *suffix, double bytes_per_s,
                        bool is_in, bool is_out)
{
    struct mdl_network_plan *network = &b->plan->network;
    uint32_t channel;

    if (!(bytes_per_s > 0))
        return true;
    channel = mdl_channels_add(&b->channels, b->plan->site[site].config->item.key, suffix,
                               bytes_per_s, MDL_CHANNEL_SHARED);
    if (channel == MDL_CHANNEL_NONE)
        return false;
    for (int enclave = 0; enclave < 2; enclave++) {
        if (is_in)
            mdl_network_cross_in(network, site, enclave, channel);
        if (is_out)
            mdl_network_cross_out(network, site, enclave, channel);
    }
    return true;
}

static void cross_storage(struct mdl_plan *plan, size_t site, bool into_enclave)
{
    size_t index = mdl_storage_tier_of(&plan->storage, site, into_enclave);
    const struct mdl_tier_plan *tier;

    if (index == SIZE_MAX)
        return;
    tier = &plan->storage.tier[index];
    for (size_t i = tier->in.count; i-- > 0;)
        mdl_network_cross_in(&plan->network, site, into_enclave, tier->in.channel[i]);
    for (size_t i = 0; i < tier->out.count; i++)
        mdl_network_cross_out(&plan->network, site, into_enclave, tier->out.channel[i]);
}

/* What every transfer crosses at a site: its transfer nodes, then its storage. */
static enum sim_status build_site_ends(struct builder *b)
{
    enum sim_status status = mdl_storage_plan_init(
        &b->plan->storage, b->config, b->config->communities.count + b->config->background.count,
        &b->channels, b->arena, b->err);

    if (status)
        return status;
    if (b->plan->replay)
        b->plan->storage.is_used = b->plan->storage.has_io = false;
    for (size_t s = 0; s < b->plan->site_count; s++) {
        const struct mdl_site_config *site = b->plan->site[s].config;
        double nodes = site->transfer_bytes_per_s > 0 ? site->transfer_bytes_per_s
                                                      : b->config->network.transfer_bytes_per_s;

        if (!add_ceiling(b, s, "transfer nodes", nodes, true, true))
            return no_memory(b);
        cross_storage(b->plan, s, false);
        cross_storage(b->plan, s, true);
    }
    return SIM_OK;
}

/* Stops, links, what stands at the sites. */
static enum sim_status lay_network(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_site_end *end;
    enum sim_status status;

    if (!ALLOC(b, end, plan->site_count))
        return no_memory(b);
    for (size_t s = 0; s < plan->site_count; s++) {
        const struct mdl_site_config *site = plan->site[s].config;

        end[s] = (struct mdl_site_end){site->item.key, site->country, site->lat_deg, site->lon_deg};
    }
    if ((status = mdl_network_lay(&plan->network, &b->config->network, end, plan->site_count,
                                  mdl_is_eu, &b->channels, b->err)) ||
        (status = build_site_ends(b)))
        return status;
    status = mdl_fleets_lay(&plan->fleets, b->config, &plan->network, &b->channels, b->err);
    return status ? status : mdl_circuits_lay(&plan->circuits, b->config, &b->channels, b->err);
}

/* Circuits, and links with keys. */
static enum sim_status build_reserved(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_circuits_plan *circuits = &plan->circuits;
    double count = (double)circuits->count, links = (double)b->config->network.links.count;
    enum sim_status status = spend(b, count * (1024 + 4 * links), count * (100 + count * 1000),
                                   "network.circuits", "circuits");

    circuits->calendar = &plan->calendar;
    circuits->begin_ns = plan->begin_ns;
    circuits->finish_ns = plan->finish_ns;
    if (!status)
        status = mdl_circuits_find_ways(circuits, b->config, &plan->network, plan->rule_of,
                                        b->arena, b->err);
    return status ? status : mdl_keys_plan_init(&plan->keys, &plan->network, b->arena, b->err);
}

static enum sim_status build_network(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    const struct mdl_network_config *config = &b->config->network;
    double links = (double)config->links.count, sites = (double)plan->site_count;
    double places = (double)config->hubs.count + sites, copies = (double)b->config->datasets.count;
    double way_bytes = 64 + 8 * fmin(links, places);
    struct mdl_rule *rule;
    size_t rules = 0;
    enum sim_status status = lay_network(b);

    if (status || (status = list_rules(b, &rule, &rules)) || (status = index_rules(b, rule, rules)))
        return status;
    /* under each rule Dijkstra from every place, and a route to and from every site */
    if ((status = spend(b, (double)rules * places * sites * way_bytes,
                        0.1 * (double)rules * places * places * (places + 2 * links), "network",
                        "routes between places")) ||
        (status = spend(b, copies * sites * sites * way_bytes,
                        0.1 * copies * sites * sites * (places + 2 * links), "datasets",
                        "the ways of copies")) ||
        (status = mdl_network_find_ways(&plan->network, rule, rules, &b->channels, b->err)) ||
        (status = build_reserved(b)))
        return status;
    return mdl_data_plan_init(&plan->data, b->config, &plan->network, &plan->storage, b->arena,
                              b->err);
}

static enum sim_status build_fleets(struct builder *b)
{
    double fleets = (double)b->config->fleets.count, links = (double)b->config->network.links.count;
    enum sim_status status =
        spend(b, fleets * (1024 + 4 * links), 100 * fleets, "fleets", "fleets of devices");

    b->plan->network.radio_count = b->plan->fleets.radio_count;
    return status ? status
                  : mdl_fleets_find_ways(&b->plan->fleets, b->config, &b->plan->network,
                                         &b->plan->storage, b->arena, b->err);
}

/* ---- pools ---- */

static enum sim_status allocate_members(struct builder *b, size_t most, size_t **partition,
                                        double **part)
{
    return ALLOC(b, *partition, most) && ALLOC(b, *part, most) ? SIM_OK : no_memory(b);
}

/* Members of a load's target: one partition by its name, else an owner's share of all. */
static enum sim_status named_members(struct builder *b, const char *name, struct mdl_members *out)
{
    struct mdl_plan *plan = b->plan;
    size_t one = mdl_plan_partition(plan, name), *partition, count = 0;
    double *part;

    if (allocate_members(b, plan->partition_count, &partition, &part))
        return SIM_ENOMEM;
    for (size_t p = 0; p < plan->partition_count; p++) {
        double owned = p == one          ? 1
                       : one == SIZE_MAX ? mdl_owned_part(plan->partition[p].config, name)
                                         : 0;

        if (owned > 0) {
            partition[count] = p;
            part[count++] = owned;
        }
    }
    *out = (struct mdl_members){.count = count, .partition = partition, .part = part};
    return SIM_OK;
}

static enum sim_status fixed_members(struct builder *b, const struct sim_shares *home,
                                     struct mdl_members *out)
{
    struct mdl_plan *plan = b->plan;
    size_t *partition;
    double *part;

    if (allocate_members(b, home->count, &partition, &part))
        return SIM_ENOMEM;
    for (size_t i = 0; i < home->count; i++) {
        for (size_t p = 0; p < plan->partition_count; p++) {
            if (plan->partition[p].config == home->share[i].item)
                partition[i] = p;
        }
        part[i] = home->share[i].part;
    }
    *out = (struct mdl_members){
        .count = home->count, .partition = partition, .part = part, .is_fixed = true};
    return SIM_OK;
}

/* ---- classes ---- */

static size_t class_index(const struct mdl_plan *plan, const struct sim_share *share)
{
    return (size_t)((const struct mdl_class_config *)share->item - plan->class_config);
}

static enum sim_status measure_partitions(struct builder *b)
{
    const struct mdl_plan *plan = b->plan;

    if (!ALLOC(b, b->released_s, plan->partition_count) ||
        !ALLOC(b, b->largest, plan->partition_count))
        return no_memory(b);
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];

        b->released_s[p] =
            mdl_counted_of(partition, mdl_capacity_unit_s(partition, plan->start_ns, plan->end_ns));
        b->largest[p] = &partition->step[0];
        for (size_t k = 1; k < partition->step_count; k++)
            if (partition->step[k].units > b->largest[p]->units)
                b->largest[p] = &partition->step[k];
    }
    return SIM_OK;
}

/* Accelerator-seconds (node-seconds without) of a record of a class, mean over the members by
 * their parts: of the jobs, or of the hours released in the window. Each is taken at its largest.
 */
static double members_work_s(const struct builder *b, const struct mdl_members *members, size_t c,
                             const char *qos)
{
    double sum = 0, weights = 0;

    for (size_t i = 0; i < members->count; i++) {
        size_t p = members->partition[i];
        const struct mdl_partition_plan *partition = &b->plan->partition[p];
        double per_unit = mdl_counted_of(partition, 1);
        double weight = members->part[i] * (members->is_fixed ? 1 : 1e-9 + b->released_s[p]);

        sum += weight * per_unit * mdl_qos_work_unit_s(partition, b->largest[p], c, qos);
        weights += weight;
    }
    return weights > 0 ? sum / weights : 0;
}

/* Records of one submission of a class, the same on every partition. */
static double records_of(const struct mdl_plan *plan, size_t c)
{
    return plan->partition[0].jobs_mean[c];
}

/* Classes by submissions, from shares of real jobs or of GPU time. */
static enum sim_status build_mix(struct builder *b, const struct mdl_submit_config *submit,
                                 const struct mdl_members *members, struct mdl_mix *out)
{
    const struct mdl_plan *plan = b->plan;
    bool by_time = submit->mix.count > 0;
    const struct sim_shares *shares = by_time ? &submit->mix : &submit->classes;
    double *cumulated, sum = 0;
    uint32_t *class_of;

    if (!ALLOC(b, cumulated, shares->count) || !ALLOC(b, class_of, shares->count))
        return no_memory(b);
    for (size_t i = 0; i < shares->count; i++) {
        size_t c = class_index(plan, &shares->share[i]);
        double each = by_time ? members_work_s(b, members, c, submit->qos)
                              : (double)plan->class_config[c].bundle * records_of(plan, c);

        class_of[i] = (uint32_t)c;
        sum += each > 0 ? shares->share[i].part / each : 0;
        cumulated[i] = sum;
    }
    for (size_t i = 0; i < shares->count; i++)
        cumulated[i] = i + 1 == shares->count ? 1 : cumulated[i] / sum;
    *out = (struct mdl_mix){
        .count = shares->count, .cumulated = cumulated, .class_of = class_of, .qos = submit->qos};
    return SIM_OK;
}

/* Records of a submission, mean over the mix, and the real jobs in them. */
static double records_per_submission(const struct mdl_plan *plan, const struct mdl_mix *mix)
{
    double sum = 0, before = 0;

    for (size_t i = 0; i < mix->count; i++) {
        sum += (mix->cumulated[i] - before) * records_of(plan, mix->class_of[i]);
        before = mix->cumulated[i];
    }
    return sum;
}

static double jobs_per_submission(const struct mdl_plan *plan, const struct mdl_mix *mix)
{
    double sum = 0, before = 0;

    for (size_t i = 0; i < mix->count; i++) {
        size_t c = mix->class_of[i];

        sum += (mix->cumulated[i] - before) * (double)plan->class_config[c].bundle *
               records_of(plan, c);
        before = mix->cumulated[i];
    }
    return sum;
}

static bool is_same_name(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

static bool is_same_mix(const struct mdl_mix *a, const struct mdl_mix *b)
{
    return a->count == b->count && is_same_name(a->qos, b->qos) &&
           memcmp(a->cumulated, b->cumulated, a->count * sizeof *a->cumulated) == 0 &&
           memcmp(a->class_of, b->class_of, a->count * sizeof *a->class_of) == 0;
}

/* ---- sources ---- */

static enum sim_status spend_pool(struct builder *b, const struct mdl_source_plan *source,
                                  const struct mdl_members *members, const struct mdl_mix *mix)
{
    double steps = 0, count = (double)members->count;

    for (size_t i = 0; i < members->count; i++)
        steps += (double)b->plan->partition[members->partition[i]].step_count;
    return spend(b, steps * (40 + 8 * count), steps * (20 + count * (4 + (double)mix->count)),
                 source->item->path, "places for its jobs, on every step of their ramps,");
}

/* Finds or makes the pool of a target (name, or home when name is NULL) for the source's mix. */
static enum sim_status build_pool(struct builder *b, struct mdl_source_plan *source,
                                  const char *name)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_pool *pool = &plan->pool[plan->pool_count];
    struct mdl_members members;
    struct mdl_mix mix;
    double partitions = (double)plan->partition_count, homes = (double)source->submit->home.count;
    enum sim_status status = spend(b, 16 * (name ? partitions : homes),
                                   partitions * (1 + homes) + (double)plan->pool_count,
                                   source->item->path, "places for its jobs");

    if (!status)
        status = name ? named_members(b, name, &members)
                      : fixed_members(b, &source->submit->home, &members);
    if (!status)
        status = build_mix(b, source->submit, &members, &mix);
    for (size_t i = 0; i < plan->pool_count && name && !status; i++) {
        if (plan->pool[i].name && strcmp(plan->pool[i].name, name) == 0 &&
            is_same_mix(&plan->pool[i].mix, &mix)) {
            source->pool = &plan->pool[i];
            return SIM_OK;
        }
    }
    if (!status)
        status = spend_pool(b, source, &members, &mix);
    if (status)
        return status;
    plan->pool_count++;
    source->pool = pool;
    return mdl_pool_init(pool, name, plan->partition, &members, &mix, b->arena, b->err);
}

/* Sources with the same number of users and exponent share one table. */
static enum sim_status build_users(struct builder *b, size_t index)
{
    struct mdl_source_plan *source = &b->plan->source[index];
    const struct mdl_submit_config *submit = source->submit;
    size_t count = (size_t)submit->users;
    double *cumulated, sum = 0;

    if (source->log) /* which names them */
        return SIM_OK;
    for (size_t i = 0; i < index; i++) {
        const struct mdl_source_plan *other = &b->plan->source[i];
        if (!other->log && other->submit->users == submit->users &&
            other->submit->zipf == submit->zipf) {
            source->user_cumulated = other->user_cumulated;
            return SIM_OK;
        }
    }
    if (spend(b, 8.0 * (double)count, 4.0 * (double)count, source->item->path,
              "a table of submit.users"))
        return SIM_ESCHEMA;
    if (!ALLOC(b, cumulated, count))
        return no_memory(b);
    for (size_t i = 0; i < count; i++) {
        sum += 1 / sim_pow((double)(i + 1), submit->zipf);
        cumulated[i] = sum;
    }
    for (size_t i = 0; i < count; i++)
        cumulated[i] = i + 1 == count ? 1 : cumulated[i] / sum;
    source->user_cumulated = cumulated;
    return SIM_OK;
}

/* At which sites the class of a community's data does not let its jobs run. */
static enum sim_status build_refusals(struct builder *b, struct mdl_source_plan *source)
{
    const struct mdl_plan *plan = b->plan;
    struct mdl_data_needs needs = needs_of(b->config, source->community);
    bool is_refused = false;
    uint8_t *refusal;

    source->needs_enclave = needs.secure_storage;
    if (!ALLOC(b, refusal, plan->site_count))
        return no_memory(b);
    for (size_t s = 0; s < plan->site_count; s++) {
        const struct mdl_stop *stop =
            &plan->network.stop[plan->network.place_count - plan->site_count + s];

        refusal[s] = MDL_DATA_OPEN_TO;
        if (!mdl_data_may_be_at(&needs, source->community->country, stop))
            refusal[s] = MDL_DATA_OUTSIDE;
        else if (needs.secure_storage && plan->storage.enclave[s] == SIZE_MAX)
            refusal[s] = MDL_DATA_NO_ENCLAVE;
        is_refused = is_refused || refusal[s];
    }
    source->refusal = is_refused ? refusal : NULL;
    return SIM_OK;
}

static enum sim_status build_lines(struct builder *b, struct mdl_source_plan *source)
{
    const struct sim_shares *access = &source->community->access;
    const struct mdl_network_plan *network = &b->plan->network;
    struct mdl_rule protected;
    struct mdl_access_plan *way;
    double *cumulated, sum = 0;

    source->place = SIZE_MAX;
    if (!source->community->at || !*source->community->at)
        return SIM_OK;
    source->place = mdl_network_place(network, source->community->at);
    protected = rule_of(b->config, source->community, true);
    source->rule = b->plan->rule_of[source->community->item.index];
    source->enclave_rule = mdl_network_rule(network->rule, network->rule_count, &protected);
    source->line_count = access->count;
    if (!ALLOC(b, cumulated, access->count) || !ALLOC(b, way, access->count))
        return no_memory(b);
    for (size_t i = 0; i < access->count; i++) {
        const struct mdl_cell_config *cell = mdl_access_cell(b->config, access->share[i].item);

        sum += access->share[i].part;
        cumulated[i] = i + 1 == access->count ? 1 : sum;
        if (cell)
            way[i].cell = &b->plan->fleets.cell[cell->item.index];
        else
            way[i].line = access->share[i].item;
    }
    source->line_cumulated = cumulated;
    source->access = way;
    return SIM_OK;
}

/* First job of the log that is submitted at time_ns or later. */
static size_t logged_from(const struct mdl_source_plan *source, int64_t time_ns)
{
    size_t low = 0, high = source->log->count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (mdl_log_submit_ns(source, middle) < time_ns)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A log as a source: one class, fixed homes, the mean rate for those who ask for one. */
static enum sim_status build_logged(struct builder *b, struct mdl_source_plan *source)
{
    const struct mdl_replay_config *replay = &source->community->replay;
    const struct mdl_log *log = replay->log;
    const struct mdl_plan *plan = b->plan;
    int64_t day =
        replay->start_days == MDL_DATE_NONE ? plan->calendar.start_days : replay->start_days;
    struct mdl_submit_config *submit;
    struct sim_share *share;

    if (!log)
        return sim_fail(b->err, SIM_ESCHEMA, "%s: the log '%.80s' has not been read",
                        source->item->path, replay->file);
    if (!ALLOC(b, submit, 1) || !ALLOC(b, share, 1))
        return no_memory(b);
    *share = (struct sim_share){replay->job_class.name, replay->job_class.item, 1};
    *submit = (struct mdl_submit_config){
        .home = replay->home, .classes = {1, share}, .batch_mean = 1, .shares = 1};
    source->submit = submit;
    source->log = log;
    source->log_begin_ns = sim_calendar_ns(&plan->calendar, day) +
                           (log->first_unix_s > 0 ? log->first_unix_s % 86400 : 0) * SIM_NS_PER_S;
    source->log_first = logged_from(source, plan->begin_ns);
    source->log_end = logged_from(source, plan->finish_ns);
    return build_pool(b, source, NULL);
}

static enum sim_status build_community(struct builder *b, size_t index,
                                       const struct mdl_community_config *community)
{
    struct mdl_source_plan *source = &b->plan->source[index];
    enum sim_status status;
    char name[160];

    *source = (struct mdl_source_plan){.item = &community->item,
                                       .submit = &community->submit,
                                       .kind = community->kind,
                                       .country = community->country,
                                       .zone = sim_zone_of_country(community->country),
                                       .is_load = community->submit.load && *community->submit.load,
                                       .community = community};
    if (mdl_replays(&community->replay)) {
        status = build_logged(b, source);
    } else if (mdl_applies(&community->apply)) {
        status = mdl_apply_plan_create(&b->plan->projects, community, b->plan->partition, b->arena,
                                       &source->submit, &source->apply, b->err);
        if (!status)
            status = build_pool(b, source, NULL);
    } else if (source->is_load) {
        const char *kept;

        if (!mdl_load_parse(community->submit.load, &source->rate, name, sizeof name, b->err))
            return SIM_ESCHEMA;
        kept = sim_arena_strdup(b->arena, name);
        status = kept ? build_pool(b, source, kept) : no_memory(b);
    } else {
        status = build_pool(b, source, NULL);
        if (!status)
            source->rate =
                community->submit.rate_per_s / jobs_per_submission(b->plan, &source->pool->mix);
    }
    if (!status)
        status = build_refusals(b, source);
    return status ? status : build_lines(b, source);
}

static enum sim_status build_background(struct builder *b, size_t index,
                                        const struct mdl_background_config *background)
{
    struct mdl_source_plan *source = &b->plan->source[index];
    size_t partition = 0;
    const char *country;

    while (b->plan->partition[partition].config != background->on.item)
        partition++;
    country = background->country && *background->country
                  ? background->country
                  : b->plan->partition[partition].site_config->country;
    *source = (struct mdl_source_plan){.item = &background->item,
                                       .submit = &background->submit,
                                       .kind = MDL_KIND_BACKGROUND,
                                       .country = country,
                                       .zone = sim_zone_of_country(country),
                                       .is_load = true,
                                       .rate = background->load_frac,
                                       .place = SIZE_MAX};
    return build_pool(b, source, b->plan->partition[partition].name);
}

/* The owner whose hours a source asks for on a partition; NULL: nobody's in particular. */
static const char *asked_owner(const struct mdl_plan *plan, const struct mdl_source_plan *source)
{
    const struct mdl_background_config *background;

    if (source->community) {
        bool is_owner = source->is_load && source->pool->name &&
                        mdl_plan_partition(plan, source->pool->name) == SIZE_MAX;
        if (is_owner)
            return source->pool->name;
        if (source->apply)
            return plan->projects.mode[source->apply->mode[0]].config->of;
        return source->community->owner && *source->community->owner ? source->community->owner
                                                                     : NULL;
    }
    background = (const struct mdl_background_config *)source->item;
    return background->share && *background->share ? background->share : NULL;
}

static enum sim_status build_sources(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    size_t communities = b->config->communities.count;
    size_t count = communities + b->config->background.count;
    double days = (double)((plan->finish_ns - plan->begin_ns) / SIM_DAY_NS);
    enum sim_status status =
        spend(b, 0, 4 * days * (double)count, "horizon", "the demand of every source on every day");

    plan->source_count = count;
    if (!ALLOC(b, plan->source, count) || !ALLOC(b, plan->pool, count))
        return no_memory(b);
    for (size_t i = 0; i < count && !status; i++) {
        status = i < communities
                     ? build_community(b, i, sim_map_at(&b->config->communities, i))
                     : build_background(b, i, sim_map_at(&b->config->background, i - communities));
        if (!status)
            status = build_users(b, i);
        if (!status)
            plan->source[i].owner = asked_owner(plan, &plan->source[i]);
    }
    return status;
}

/* What the schedulers of the sites make happen. */
static void find_needs(struct mdl_plan *plan)
{
    for (size_t p = 0; p < plan->partition_count && !plan->replay; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        const struct sim_map *qos = &partition->site_config->qos;

        if (!mdl_partition_is_multifactor(partition->config))
            continue;
        if (partition->config->reservations.count > 0)
            plan->groups.needs_met |= MDL_NEEDS_RESERVATIONS;
        for (size_t q = 0; q < qos->count; q++) {
            const char *preempts = ((const struct mdl_qos_config *)sim_map_at(qos, q))->preempts;

            if (preempts && *preempts)
                plan->groups.needs_met |= MDL_NEEDS_PREEMPTION;
        }
    }
    for (size_t p = 0; p < plan->partition_count; p++)
        if (mdl_partition_is_packed(plan->partition[p].config))
            plan->groups.needs_met |= MDL_NEEDS_SHARED_NODES;
    for (size_t k = 0; k < plan->class_count; k++)
        if (mdl_class_has_patience(&plan->class_config[k]))
            plan->groups.needs_met |= MDL_NEEDS_PATIENCE;
    for (size_t i = 0; i < plan->network.link_count; i++) {
        const struct mdl_link_config *link = sim_map_at(&plan->network.config->links, i);

        if (mdl_link_has_background(link))
            plan->groups.needs_met |= MDL_NEEDS_BACKGROUND;
        if (link->failures.mtbf_ns > 0 || link->windows.count > 0)
            plan->groups.needs_met |= MDL_NEEDS_OUTAGES;
    }
    if (plan->keys.count > 0 && !plan->replay)
        plan->groups.needs_met |= MDL_NEEDS_KEYS;
    for (size_t f = 0; f < plan->fleets.fleet_count; f++)
        if (plan->fleets.fleet[f].config->buffer_bytes > 0)
            plan->groups.needs_met |= MDL_NEEDS_BUFFERS;
    if (plan->storage.is_used)
        plan->groups.needs_met |= MDL_NEEDS_STORAGE;
    for (size_t i = 0; i < plan->storage.tier_count; i++)
        if (plan->storage.tier[i].rules.quota || plan->storage.tier[i].rules.user_quota)
            plan->groups.needs_met |= MDL_NEEDS_STORAGE_QUOTAS;
    if (plan->storage.has_io)
        plan->groups.needs_met |= MDL_NEEDS_IO;
    if (plan->projects.is_used && !plan->replay)
        plan->groups.needs_met |= /* who waits when a project expires leaves */
            MDL_NEEDS_PATIENCE | MDL_NEEDS_PROJECTS;
    if (plan->data.count > 0 && !plan->replay)
        plan->groups.needs_met |= MDL_NEEDS_DATASETS;
    if (plan->config->courses.count)
        plan->groups.needs_met |= MDL_NEEDS_COURSES;
    for (size_t s = 0; s < plan->source_count; s++)
        if (plan->source[s].community && plan->source[s].community->data_class != MDL_DATA_OPEN)
            plan->groups.needs_met |= MDL_NEEDS_DATA_CLASSES;
    for (int c = 0; c < MDL_DATA_CLASSES; c++)
        if (plan->config->data_classes.of[c].secure_storage)
            plan->groups.needs_met |= MDL_NEEDS_DATA_CLASSES;
    plan->has_attempts = plan->groups.needs_met & MDL_NEEDS_PREEMPTION;
}

/* ---- figures, tables, labels ---- */

static enum sim_status build_names(struct builder *b, const char *const **out, size_t count,
                                   const char *(*name)(const struct mdl_plan *plan, size_t i))
{
    const char **list;

    if (!ALLOC(b, list, count))
        return no_memory(b);
    for (size_t i = 0; i < count; i++)
        list[i] = name(b->plan, i);
    *out = list;
    return SIM_OK;
}

static const char *site_name(const struct mdl_plan *plan, size_t i)
{
    return plan->site[i].config->item.key;
}

static const char *partition_name(const struct mdl_plan *plan, size_t i)
{
    return plan->partition[i].name;
}

static const char *class_name(const struct mdl_plan *plan, size_t i)
{
    return plan->class_config[i].item.key;
}

static const char *source_name(const struct mdl_plan *plan, size_t i)
{
    return plan->source[i].item->key;
}

static const char *mode_name(const struct mdl_plan *plan, size_t i)
{
    return plan->projects.mode[i].config->item.key;
}

static const char *quota_name(const struct mdl_plan *plan, size_t i)
{
    return plan->projects.quotas.quota[i].config->item.key;
}

static const char *tier_name(const struct mdl_plan *plan, size_t i)
{
    return plan->storage.tier[i].name;
}

static const char *pool_name(const struct mdl_plan *plan, size_t i)
{
    return plan->staff.pool[i].name;
}

static const char *course_name(const struct mdl_plan *plan, size_t i)
{
    return plan->staff.course[i].config->item.key;
}

static const char *fleet_name(const struct mdl_plan *plan, size_t i)
{
    return plan->fleets.fleet[i].config->item.key;
}

static const char *circuit_name(const struct mdl_plan *plan, size_t i)
{
    return plan->circuits.circuit[i].config->item.key;
}

static const char *hop_name(const struct mdl_plan *plan, size_t i)
{
    const struct sim_map *links = &plan->network.config->links;

    return ((const struct sim_item *)sim_map_at(links, plan->keys.link[i]))->key;
}

static const char *link_name(const struct mdl_plan *plan, size_t i)
{
    return plan->network.channel[i].name;
}

/* Index of a name in list[*count], appended when it is new. */
static size_t listed(const char **list, size_t *count, const char *name)
{
    size_t i = 0;

    while (i < *count && strcmp(list[i], name) != 0)
        i++;
    if (i == *count)
        list[(*count)++] = name;
    return i;
}

/* Kinds of users and countries that occur, kinds in their usual order. */
static enum sim_status build_users_groups(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    const char **country, **kind;
    uint32_t *country_of;
    uint8_t *kind_of;

    if (!ALLOC(b, country, plan->source_count) || !ALLOC(b, kind, MDL_KIND_COUNT) ||
        !ALLOC(b, country_of, plan->source_count) || !ALLOC(b, kind_of, plan->source_count))
        return no_memory(b);
    for (int k = 0; k < MDL_KIND_COUNT; k++) {
        for (size_t s = 0; s < plan->source_count; s++) {
            if (plan->source[s].kind == k)
                kind_of[s] =
                    (uint8_t)listed(kind, &groups->count[MDL_GROUP_KIND], mdl_kind_names[k]);
        }
    }
    for (size_t s = 0; s < plan->source_count; s++)
        country_of[s] =
            (uint32_t)listed(country, &groups->count[MDL_GROUP_COUNTRY], plan->source[s].country);
    groups->source_count = plan->source_count;
    groups->country_of = country_of;
    groups->kind_of = kind_of;
    groups->name[MDL_GROUP_COUNTRY] = country;
    groups->name[MDL_GROUP_KIND] = kind;
    return SIM_OK;
}

/* Appends a pair that was not seen yet. */
static void list_pair(struct mdl_group_pair *pair, size_t *count, bool *is_seen, uint32_t kind,
                      uint32_t other)
{
    if (!*is_seen)
        pair[(*count)++] = (struct mdl_group_pair){kind, other};
    *is_seen = true;
}

/* Kinds of users with the partitions that their jobs may go to, and with their countries. */
static enum sim_status build_pairs(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    size_t kinds = groups->count[MDL_GROUP_KIND], places = plan->partition_count;
    size_t countries = groups->count[MDL_GROUP_COUNTRY];
    struct mdl_group_pair *place_pair, *country_pair;
    size_t place_count = 0, country_count = 0;
    bool *place_seen, *country_seen;

    if (!ALLOC(b, place_pair, kinds * places + 1) || !ALLOC(b, place_seen, kinds * places) ||
        !ALLOC(b, country_pair, kinds * countries + 1) ||
        !ALLOC(b, country_seen, kinds * countries))
        return no_memory(b);
    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_pool *pool = plan->source[s].pool; /* NULL: a log */
        size_t members = pool ? pool->members.count : places;
        uint32_t kind = groups->kind_of[s], country = groups->country_of[s];

        for (size_t i = 0; i < members; i++) {
            size_t p = pool ? pool->members.partition[i] : i;

            list_pair(place_pair, &place_count, &place_seen[kind * places + p], kind, (uint32_t)p);
        }
        list_pair(country_pair, &country_count, &country_seen[kind * countries + country], kind,
                  country);
    }
    groups->pair[MDL_GROUP_KIND_PARTITION] = place_pair;
    groups->pair[MDL_GROUP_KIND_COUNTRY] = country_pair;
    groups->count[MDL_GROUP_KIND_PARTITION] = place_count;
    groups->count[MDL_GROUP_KIND_COUNTRY] = country_count;
    return SIM_OK;
}

/* Owners of accelerators, in the order of the sites. */
static enum sim_status build_owners(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    size_t *count = &groups->count[MDL_GROUP_SHARE], most = 1;
    const char **owner;
    const double **owned;
    double *part;
    uint32_t *share_of;

    for (size_t p = 0; p < plan->partition_count; p++)
        most += plan->partition[p].config->shares.count;
    if (!ALLOC(b, owner, most) || !ALLOC(b, owned, most) || !ALLOC(b, share_of, plan->source_count))
        return no_memory(b);
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct sim_map *shares = &plan->partition[p].config->shares;

        for (size_t i = 0; plan->partition[p].gpus_per_unit && i < shares->count; i++)
            listed(owner, count, ((const struct sim_item *)sim_map_at(shares, i))->key);
    }
    if (spend(b, 8 * (double)*count * (double)plan->partition_count,
              (double)*count * (double)(most + plan->source_count), "sites",
              "owners of shares, on every partition,"))
        return SIM_ESCHEMA;
    for (size_t k = 0; k < *count; k++) {
        if (!ALLOC(b, part, plan->partition_count))
            return no_memory(b);
        for (size_t p = 0; p < plan->partition_count; p++)
            part[p] = mdl_owned_part(plan->partition[p].config, owner[k]);
        owned[k] = part;
    }
    for (size_t s = 0; s < plan->source_count; s++) {
        /* a log has no owners */
        const char *name = plan->replay ? NULL : plan->source[s].owner;

        share_of[s] = UINT32_MAX;
        for (size_t k = 0; name && k < *count; k++)
            share_of[s] = strcmp(owner[k], name) == 0 ? (uint32_t)k : share_of[s];
    }
    groups->name[MDL_GROUP_SHARE] = owner;
    groups->owned = owned;
    groups->share_of = share_of;
    return SIM_OK;
}

/* What each partition's accelerators are worth, who made them, and in which state they stand. */
static enum sim_status build_chips(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    const char **vendor;
    uint32_t *vendor_of, *country_of;
    double *worth_any;
    bool *is_background;

    if (!ALLOC(b, vendor, plan->partition_count) || !ALLOC(b, vendor_of, plan->partition_count) ||
        !ALLOC(b, country_of, plan->partition_count) ||
        !ALLOC(b, worth_any, plan->partition_count) || !ALLOC(b, is_background, plan->source_count))
        return no_memory(b);
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        const struct mdl_accelerator_config *chip = partition->config->accelerator.item;

        worth_any[p] = mdl_accelerator_worth(chip, "any");
        vendor_of[p] = chip && chip->vendor && *chip->vendor
                           ? (uint32_t)listed(vendor, &groups->vendor_count, chip->vendor)
                           : UINT32_MAX;
        country_of[p] = UINT32_MAX;
        for (size_t i = 0; i < groups->count[MDL_GROUP_COUNTRY]; i++) {
            if (strcmp(groups->name[MDL_GROUP_COUNTRY][i], partition->site_config->country) == 0)
                country_of[p] = (uint32_t)i;
        }
    }
    for (size_t s = 0; s < plan->source_count; s++)
        is_background[s] = plan->source[s].kind == MDL_KIND_BACKGROUND;
    groups->worth_any = worth_any;
    groups->vendor_of = vendor_of;
    groups->host_country_of = country_of;
    groups->is_background = is_background;
    return SIM_OK;
}

/* Members by what their access gives them. */
static enum sim_status build_access(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    const struct mdl_access_span span = {&plan->calendar, plan->start_ns, plan->end_ns};
    enum sim_status status = mdl_access_parts(plan->source, plan->source_count, &span, b->arena,
                                              &groups->access, &groups->access_count, b->err);

    if (groups->access_count > 0)
        groups->needs_met |= MDL_NEEDS_TRANSFERS;
    if (plan->fleets.radio_count > 0 && !plan->replay)
        groups->needs_met |= MDL_NEEDS_RADIOS;
    return status;
}

/* What moves over the network, and which borders its links cross. */
static enum sim_status build_movement(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;

    plan->has_transfers = groups->needs_met & (MDL_NEEDS_TRANSFERS | MDL_NEEDS_DATASETS);
    if (mdl_borders_find(&plan->network, b->arena, &plan->borders, b->err))
        return no_memory(b);
    groups->count[MDL_GROUP_BORDER] = plan->borders.count;
    groups->name[MDL_GROUP_BORDER] = plan->borders.name;
    if (plan->has_transfers || plan->fleets.fleet_count)
        groups->needs_met |=
            MDL_NEEDS_MOVEMENT | (plan->borders.count ? (unsigned)MDL_NEEDS_BORDERS : 0);
    return SIM_OK;
}

static enum sim_status build_groups(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    struct mdl_figure_groups *groups = &plan->groups;
    const double **worth;
    uint32_t *parts;
    size_t *site_of;
    enum sim_status status;

    if ((status = build_users_groups(b)) || (status = build_pairs(b)) ||
        (status = build_owners(b)) || (status = build_chips(b)) || (status = build_access(b)) ||
        (status = build_movement(b)))
        return status;
    if (!ALLOC(b, worth, plan->partition_count) || !ALLOC(b, parts, plan->partition_count) ||
        !ALLOC(b, site_of, plan->partition_count))
        return no_memory(b);
    groups->parts_per_gpu = 1;
    for (size_t p = 0; p < plan->partition_count; p++)
        groups->parts_per_gpu =
            mdl_common_multiple(groups->parts_per_gpu, plan->partition[p].units_per_gpu);
    for (size_t p = 0; p < plan->partition_count; p++) {
        worth[p] = plan->partition[p].worth;
        parts[p] = plan->partition[p].gpus_per_unit *
                   (groups->parts_per_gpu / plan->partition[p].units_per_gpu);
        site_of[p] = plan->partition[p].site;
    }
    groups->worth = worth;
    groups->parts_per_unit = parts;
    groups->site_of = site_of;
    groups->start_ns = plan->start_ns;
    groups->end_ns = plan->end_ns;
    groups->count[MDL_GROUP_ALL] = 1;
    groups->count[MDL_GROUP_SITE] = plan->site_count;
    groups->count[MDL_GROUP_PARTITION] = plan->partition_count;
    groups->count[MDL_GROUP_CLASS] = plan->class_count;
    groups->count[MDL_GROUP_SIZE] = MDL_SIZE_CLASSES;
    groups->count[MDL_GROUP_TIER] = plan->storage.is_used ? plan->storage.tier_count : 0;
    groups->count[MDL_GROUP_LINK] = plan->network.direction_count;
    groups->count[MDL_GROUP_FLEET] = plan->fleets.fleet_count;
    groups->count[MDL_GROUP_MODE] =
        groups->needs_met & MDL_NEEDS_PROJECTS ? plan->projects.mode_count : 0;
    groups->count[MDL_GROUP_POOL] = plan->staff.pool_count;
    groups->count[MDL_GROUP_COURSE] = plan->staff.course_count;
    groups->count[MDL_GROUP_QUOTA] =
        groups->needs_met & MDL_NEEDS_PROJECTS ? plan->projects.quotas.count : 0;
    groups->count[MDL_GROUP_CIRCUIT] = plan->replay ? 0 : plan->circuits.count;
    groups->count[MDL_GROUP_HOP] = plan->replay ? 0 : plan->keys.count;
    groups->name[MDL_GROUP_SIZE] = mdl_size_names;
    if ((status = build_names(b, &groups->name[MDL_GROUP_SITE], plan->site_count, site_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_PARTITION], plan->partition_count,
                              partition_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_CLASS], plan->class_count, class_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_FLEET], plan->fleets.fleet_count,
                              fleet_name)) ||
        (status =
             build_names(b, &groups->name[MDL_GROUP_MODE], plan->projects.mode_count, mode_name)) ||
        (status =
             build_names(b, &groups->name[MDL_GROUP_POOL], plan->staff.pool_count, pool_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_COURSE], plan->staff.course_count,
                              course_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_QUOTA], plan->projects.quotas.count,
                              quota_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_CIRCUIT], groups->count[MDL_GROUP_CIRCUIT],
                              circuit_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_HOP], groups->count[MDL_GROUP_HOP],
                              hop_name)) ||
        (status = build_names(b, &groups->name[MDL_GROUP_LINK], plan->network.direction_count,
                              link_name)) ||
        (status =
             build_names(b, &groups->name[MDL_GROUP_TIER], plan->storage.tier_count, tier_name)))
        return status;
    return mdl_figures_rows(groups, b->arena, &plan->figure, &plan->figure_count, b->err);
}

/* Channels, and behind them the two that are none. */
static const char *channel_name(const struct mdl_plan *plan, size_t i)
{
    return i < plan->network.channel_count ? plan->network.channel[i].name
                                           : mdl_no_channel_names[i - plan->network.channel_count];
}

static const char *place_name(const struct mdl_plan *plan, size_t i)
{
    return plan->network.stop[i].key;
}

static enum sim_status build_labels(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    bool has_projects = plan->groups.needs_met & MDL_NEEDS_PROJECTS;
    const struct mdl_figure_groups *groups = &plan->groups;
    const char *const *sources = NULL, *const *places = NULL, *const *channels = NULL;
    size_t channel_count = plan->network.channel_count + MDL_NO_CHANNELS, n = 0;
    struct mdl_labels *label;
    enum sim_status status = build_names(b, &sources, plan->source_count, source_name);

    if (!status && plan->has_transfers)
        status = build_names(b, &places, plan->network.place_count, place_name);
    if (!status && plan->has_transfers)
        status = build_names(b, &channels, channel_count, channel_name);
    if (status)
        return status;
    const struct {
        bool is_there;
        struct mdl_labels label;
    } all[] = {
        {true, {"/labels/site", plan->site_count, groups->name[MDL_GROUP_SITE]}},
        {true, {"/labels/partition", plan->partition_count, groups->name[MDL_GROUP_PARTITION]}},
        {true, {"/labels/class", plan->class_count, groups->name[MDL_GROUP_CLASS]}},
        {true, {"/labels/community", plan->source_count, sources}},
        {true, {"/labels/link", plan->network.direction_count, groups->name[MDL_GROUP_LINK]}},
        {true, {"/labels/outcome", 6, mdl_outcome_names}},
        {true,
         {"/labels/ledger_item",
          groups->count[MDL_GROUP_HOP] ? MDL_LEDGER_ITEMS
          : plan->storage.is_used      ? MDL_LEDGER_STORAGE + 1
                                       : MDL_LEDGER_ENERGY + 1,
          mdl_ledger_item_names}},
        {true, {"/labels/funder", 1, mdl_funder_names}},
        {plan->storage.is_used,
         {"/labels/tier", plan->storage.tier_count, groups->name[MDL_GROUP_TIER]}},
        {plan->has_attempts, {"/labels/attempt_end", 7, mdl_attempt_end_names}},
        {plan->fleets.fleet_count > 0,
         {"/labels/fleet", plan->fleets.fleet_count, groups->name[MDL_GROUP_FLEET]}},
        {plan->has_transfers, {"/labels/place", plan->network.place_count, places}},
        {plan->has_transfers, {"/labels/channel", channel_count, channels}},
        {plan->has_transfers, {"/labels/transfer_kind", 3, mdl_transfer_kind_names}},
        {plan->has_transfers, {"/labels/transfer_end", 2, mdl_transfer_end_names}},
        {has_projects,
         {"/labels/access_mode", plan->projects.mode_count, groups->name[MDL_GROUP_MODE]}},
        {has_projects,
         {"/labels/project_outcome", MDL_PROJECT_OUTCOMES, mdl_project_outcome_names}},
    };

    if (!ALLOC(b, label, sizeof all / sizeof *all))
        return no_memory(b);
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i].is_there)
            label[n++] = all[i].label;
    plan->label = label;
    plan->label_count = n;
    return SIM_OK;
}

static enum sim_status list_series(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    const struct sim_series **list;

    if (!ALLOC(b, list, MDL_SERIES_COUNT))
        return no_memory(b);
    plan->series = list;
    for (size_t i = 0; i < MDL_SERIES_COUNT; i++) {
        if (plan->series_of[i])
            list[plan->series_count++] = plan->series_of[i];
    }
    return SIM_OK;
}

static enum sim_status build_tables(struct builder *b)
{
    struct mdl_plan *plan = b->plan;
    const struct sim_table **table;
    enum sim_status status = build_labels(b);
    bool has_background = plan->groups.needs_met & MDL_NEEDS_BACKGROUND;

    if (status)
        return status;
    if (!ALLOC(b, table, 5))
        return no_memory(b);
    plan->table = table;
    table[plan->table_count++] = &mdl_jobs_table;
    table[plan->table_count++] = &mdl_ledger_table;
    if (plan->groups.needs_met & MDL_NEEDS_PROJECTS)
        table[plan->table_count++] = &mdl_projects_table;
    if (plan->has_attempts)
        table[plan->table_count++] = &mdl_attempts_table;
    if (plan->has_transfers)
        table[plan->table_count++] = &mdl_transfers_table;
    status = mdl_series_create(
        &(struct mdl_series_items){.partitions = plan->partition_count,
                                   .sites = plan->site_count,
                                   .links = plan->network.direction_count,
                                   .backgrounds =
                                       has_background ? plan->network.direction_count : 0,
                                   .tiers = plan->storage.is_used ? plan->storage.tier_count : 0,
                                   .fleets = plan->fleets.fleet_count},
        b->arena, plan->series_of, b->err);
    return status ? status : list_series(b);
}

/* A log has one source: its users. */
static enum sim_status build_replay_source(struct builder *b)
{
    static const struct sim_item log_item = {.key = "log", .path = "log", .title = "log"};
    struct mdl_plan *plan = b->plan;

    plan->source_count = 1;
    if (!ALLOC(b, plan->source, 1))
        return no_memory(b);
    plan->source[0] = (struct mdl_source_plan){.item = &log_item,
                                               .kind = MDL_KIND_ACADEMIA,
                                               .country = plan->site[0].config->country,
                                               .place = SIZE_MAX};
    return SIM_OK;
}

static int64_t whole_days_ns(int64_t ns)
{
    return (ns + SIM_DAY_NS - 1) / SIM_DAY_NS * SIM_DAY_NS;
}

enum sim_status mdl_plan_create(const struct mdl_config *config,
                                const struct mdl_replay_plan *replay, struct sim_arena *arena,
                                struct mdl_plan **out, struct sim_error *err)
{
    struct mdl_plan *plan = sim_arena_alloc(arena, 1, sizeof *plan);
    struct builder b = {
        .plan = plan, .config = config, .arena = arena, .err = err, .channels = {.arena = arena}};
    enum sim_status status;

    if (!plan)
        return no_memory(&b);
    plan->config = config;
    plan->calendar.start_days = config->start_days;
    plan->begin_ns = replay ? 0 : -whole_days_ns(config->preroll_ns);
    plan->end_ns = replay ? REPLAY_END_NS : sim_calendar_ns(&plan->calendar, config->end_days);
    plan->finish_ns = replay ? REPLAY_END_NS : plan->end_ns + whole_days_ns(config->followup_ns);
    plan->site_count = config->sites.count;
    plan->class_count = config->classes.count;
    plan->class_config = config->classes.items;
    plan->replay = replay;
    *out = plan;
    if ((status = build_partitions(&b)) || (status = measure_partitions(&b)) ||
        (status = build_network(&b)) || (status = build_fleets(&b)) ||
        (status =
             mdl_projects_plan_init(&plan->projects, config, plan->partition, plan->partition_count,
                                    &plan->calendar, plan->begin_ns, arena, err)))
        return status;
    if (!replay && (status = mdl_staffs_plan_init(&plan->staff, config, &plan->calendar,
                                                  plan->begin_ns, plan->finish_ns, arena, err)))
        return status;
    find_needs(plan);
    if (replay) {
        status = build_replay_source(&b);
    } else {
        status = build_sources(&b);
    }
    if (status || (status = build_groups(&b)))
        return status;
    return build_tables(&b);
}

/* ---- offered load ---- */

/* Submissions of a source in the day that begins at day_ns; its month is that of noon. */
static double submissions_of_day(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                                 int64_t day_ns)
{
    double growth;

    if (source->log)
        return (double)(logged_from(source, day_ns + SIM_DAY_NS) - logged_from(source, day_ns));
    growth = sim_pow(1 + source->submit->growth_per_yr, (double)day_ns / (1e9 * SIM_YEAR_S));
    return source->rate * growth * SIM_DAY_S *
           mdl_season_weight(&source->submit->season, source->zone,
                             sim_calendar_utc_hour(&plan->calendar, day_ns) + 12) *
           (source->is_load ? mdl_pool_at(source->pool, day_ns)->records_per_s : 1);
}

/* Sum of a source's submissions over the days from *day_ns on that lie in one step of its pool,
 * which are passed. */
static double submissions_of_step(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                                  const struct mdl_pool_step *step, int64_t *day_ns)
{
    const struct mdl_pool *pool = source->pool;
    int64_t end_ns = plan->end_ns;
    double sum = 0;

    if (step + 1 < pool->step + pool->step_count && step[1].time_ns < end_ns)
        end_ns = step[1].time_ns;
    for (; *day_ns < end_ns; *day_ns += SIM_DAY_NS)
        sum += submissions_of_day(plan, source, *day_ns);
    return sum;
}

static void offer_by_laws(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                          struct mdl_offered *out)
{
    const struct mdl_pool *pool = source->pool;
    double records = records_per_submission(plan, &pool->mix);
    double jobs = jobs_per_submission(plan, &pool->mix);

    for (int64_t day_ns = plan->start_ns; day_ns < plan->end_ns;) {
        const struct mdl_pool_step *step = mdl_pool_at(pool, day_ns);
        int64_t time_ns = day_ns; /* no member changes in the step */
        double submissions = submissions_of_step(plan, source, step, &day_ns), before = 0;

        for (size_t i = 0; step->cumulated && i < pool->members.count; i++) {
            size_t p = pool->members.partition[i];
            double here = submissions * (step->cumulated[i] - before);
            double work_unit_s = mdl_mix_work_unit_s(&pool->mix, &plan->partition[p],
                                                     mdl_capacity_at(&plan->partition[p], time_ns));

            before = step->cumulated[i];
            out[p].records += here * records;
            out[p].jobs += here * jobs;
            *(source->community ? &out[p].community_frac : &out[p].background_frac) +=
                here * work_unit_s;
            if (source->is_load)
                out[p].relative_frac += here * work_unit_s;
        }
    }
}

/* Job by job what the log asks for in the window, split as it will be. */
static void offer_logged(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                         struct mdl_offered *out)
{
    size_t end = logged_from(source, plan->end_ns);

    for (size_t j = logged_from(source, plan->start_ns); j < end; j++) {
        const struct mdl_log_job *job = &source->log->job[j];
        int64_t time_ns = mdl_log_submit_ns(source, j);
        const struct mdl_pool_step *step = mdl_pool_at(source->pool, time_ns);
        double before = 0;

        for (size_t i = 0; step->cumulated && i < source->pool->members.count; i++) {
            size_t p = source->pool->members.partition[i];
            const struct mdl_partition_plan *partition = &plan->partition[p];
            double here = step->cumulated[i] - before;
            uint32_t gpus_asked;

            before = step->cumulated[i];
            out[p].records += here;
            out[p].jobs += here;
            out[p].community_frac += here * job->run_s *
                                     mdl_request_of(partition, mdl_capacity_at(partition, time_ns),
                                                    job->width, &gpus_asked);
        }
    }
}

/* The work that the projects of a community would ask for, month by month. */
static void offer_projects(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                           struct mdl_offered *out)
{
    const int64_t step_ns = 30 * SIM_DAY_NS;
    const struct mdl_members *members = &source->pool->members;
    double records = records_per_submission(plan, &source->pool->mix);
    double jobs = jobs_per_submission(plan, &source->pool->mix);

    for (int64_t from_ns = plan->start_ns; from_ns < plan->end_ns; from_ns += step_ns) {
        int64_t to_ns = from_ns + step_ns < plan->end_ns ? from_ns + step_ns : plan->end_ns;

        for (size_t i = 0; i < members->count; i++) {
            size_t p = members->partition[i];
            const struct mdl_partition_plan *home = &plan->partition[p];
            double unit_s = mdl_apply_asked_s(&plan->projects, source->apply, plan->partition, p,
                                              &plan->calendar, from_ns) *
                            (double)((to_ns - from_ns) / SIM_DAY_NS) / mdl_counted_of(home, 1);
            double work_unit_s =
                mdl_mix_work_unit_s(&source->pool->mix, home, mdl_capacity_at(home, from_ns));

            out[p].community_frac += unit_s;
            out[p].records += work_unit_s > 0 ? unit_s / work_unit_s * records : 0;
            out[p].jobs += work_unit_s > 0 ? unit_s / work_unit_s * jobs : 0;
        }
    }
}

/* Unit-seconds (not yet parts) that a source asks for in the window. */
static void offer(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                  struct mdl_offered *out)
{
    if (source->log)
        offer_logged(plan, source, out);
    else if (source->apply)
        offer_projects(plan, source, out);
    else
        offer_by_laws(plan, source, out);
}

void mdl_plan_offered(const struct mdl_plan *plan, struct mdl_offered *out)
{
    memset(out, 0, plan->partition_count * sizeof *out);
    for (size_t s = 0; s < plan->source_count; s++)
        offer(plan, &plan->source[s], out);
    for (size_t p = 0; p < plan->partition_count; p++) {
        double unit_s = mdl_capacity_unit_s(&plan->partition[p], plan->start_ns, plan->end_ns);

        out[p].released_unit_hours = unit_s / SIM_HOUR_S;
        out[p].community_frac /= unit_s > 0 ? unit_s : 1;
        out[p].background_frac /= unit_s > 0 ? unit_s : 1;
        out[p].relative_frac /= unit_s > 0 ? unit_s : 1;
    }
}

struct mdl_closed mdl_plan_closed(const struct mdl_plan *plan, size_t source)
{
    struct mdl_closed closed = {0};

    for (int64_t day = plan->start_ns; day < plan->end_ns; day += SIM_DAY_NS) {
        if (mdl_pool_at(plan->source[source].pool, day)->cumulated)
            continue;
        closed.days++;
        closed.records += submissions_of_day(plan, &plan->source[source], day) *
                          records_per_submission(plan, &plan->source[source].pool->mix);
    }
    return closed;
}

/* ---- owners ---- */

/* The row of an owner (NULL: nobody), made when it is new. */
static struct mdl_owner_offer *owner_row(struct mdl_owner_offer *row, size_t *count,
                                         const char *name, bool is_nodes)
{
    for (size_t i = 0; i < *count; i++) {
        bool is_same = name && row[i].name ? strcmp(name, row[i].name) == 0 : name == row[i].name;

        if (is_same && row[i].is_nodes == is_nodes)
            return &row[i];
    }
    row[*count] = (struct mdl_owner_offer){.name = name, .is_nodes = is_nodes};
    return &row[(*count)++];
}

static double hours_per_unit_s(const struct mdl_partition_plan *partition)
{
    return mdl_counted_of(partition, 1) / SIM_HOUR_S;
}

static int order_of_owners(const struct mdl_owner_offer *a, const struct mdl_owner_offer *b)
{
    if (!a->name != !b->name)
        return a->name ? -1 : 1;
    return a->is_nodes - b->is_nodes;
}

/* Accelerators before nodes, what nobody owns last; few rows, and stable. */
static void sort_owners(struct mdl_owner_offer *row, size_t count)
{
    for (size_t i = 1; i < count; i++) {
        struct mdl_owner_offer moved = row[i];
        size_t at = i;

        for (; at > 0 && order_of_owners(&row[at - 1], &moved) > 0; at--)
            row[at] = row[at - 1];
        row[at] = moved;
    }
}

enum sim_status mdl_plan_owners(const struct mdl_plan *plan, struct sim_arena *arena,
                                struct mdl_owner_offer **out, size_t *count, struct sim_error *err)
{
    size_t most = 2;
    struct mdl_offered *asked = sim_arena_alloc(arena, plan->partition_count, sizeof *asked);

    for (size_t p = 0; p < plan->partition_count; p++)
        most += plan->partition[p].config->shares.count;
    *out = sim_arena_alloc(arena, most, sizeof **out);
    *count = 0;
    if (!asked || !*out)
        return sim_fail(err, SIM_ENOMEM, "no memory for the owners of shares");
    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        double hours = mdl_capacity_unit_s(partition, plan->start_ns, plan->end_ns) *
                       hours_per_unit_s(partition);

        for (size_t i = 0; i < partition->config->shares.count; i++) {
            const struct mdl_owner_config *share = sim_map_at(&partition->config->shares, i);

            owner_row(*out, count, share->item.key, !partition->gpus_per_unit)->offered_h +=
                hours * share->part_frac;
        }
    }
    for (size_t s = 0; s < plan->source_count; s++) {
        const char *owner = plan->source[s].owner;

        memset(asked, 0, plan->partition_count * sizeof *asked);
        offer(plan, &plan->source[s], asked);
        for (size_t p = 0; p < plan->partition_count; p++) {
            double unit_s = asked[p].community_frac + asked[p].background_frac;

            if (unit_s > 0)
                owner_row(*out, count, owner, !plan->partition[p].gpus_per_unit)->asked_h +=
                    unit_s * hours_per_unit_s(&plan->partition[p]);
        }
    }
    sort_owners(*out, *count);
    return SIM_OK;
}

/* Goes through the submissions of a source to each of its partitions, step by step of its pool. */
struct submissions {
    const struct mdl_plan *plan;
    const struct mdl_source_plan *source;
    int64_t time_ns, next_ns; /* of the step, and of the one after */
    double count;             /* in it, to all */
    size_t member;            /* next */
    double before;
};

/* false: there are no more. Else how many go to which partition from at->time_ns on. */
static bool next_submissions(struct submissions *at, size_t *partition, double *here)
{
    for (;;) {
        const struct mdl_pool *pool = at->source->pool;
        const struct mdl_pool_step *step = mdl_pool_at(pool, at->time_ns);

        if (at->next_ns > at->time_ns && step->cumulated && at->member < pool->members.count) {
            *partition = pool->members.partition[at->member];
            *here = at->count * (step->cumulated[at->member] - at->before);
            at->before = step->cumulated[at->member++];
            return true;
        }
        at->time_ns = at->next_ns;
        if (at->time_ns >= at->plan->end_ns)
            return false;
        at->count =
            submissions_of_step(at->plan, at->source, mdl_pool_at(pool, at->time_ns), &at->next_ns);
        at->member = 0;
        at->before = 0;
    }
}

static struct submissions first_submissions(const struct mdl_plan *plan,
                                            const struct mdl_source_plan *source)
{
    return (struct submissions){
        .plan = plan, .source = source, .time_ns = plan->start_ns, .next_ns = plan->start_ns};
}

/* Mean bytes of a submission of the mix: brought, taken home, left behind. */
static void mean_bytes(const struct mdl_plan *plan, const struct mdl_mix *mix, double bytes[3])
{
    double before = 0;

    bytes[0] = bytes[1] = bytes[2] = 0;
    for (size_t i = 0; i < mix->count; i++) {
        const struct mdl_class_config *job_class = &plan->class_config[mix->class_of[i]];
        double part = (mix->cumulated[i] - before) * records_of(plan, mix->class_of[i]);

        before = mix->cumulated[i];
        bytes[0] += part * job_class->transfer_frac * sim_dist_mean(&job_class->input);
        bytes[1] += part * job_class->transfer_frac * sim_dist_mean(&job_class->output);
        bytes[2] += part * sim_dist_mean(&job_class->leaves);
    }
}

static void load_route(const struct mdl_plan *plan, const struct mdl_route *route, double bytes,
                       struct mdl_offered_link *moved)
{
    for (size_t i = 0; route && i < route->count; i++) {
        if (route->channel[i] < plan->network.direction_count)
            moved[route->channel[i]].own_frac += bytes;
    }
}

/* Bytes that a source's jobs are expected to move in the window, by direction. */
static void load_links(const struct mdl_plan *plan, const struct mdl_source_plan *source,
                       struct mdl_offered_link *moved)
{
    const struct mdl_network_plan *network = &plan->network;
    struct submissions at = first_submissions(plan, source);
    double bytes[3], here;
    size_t p;

    mean_bytes(plan, &source->pool->mix, bytes);
    while (next_submissions(&at, &p, &here)) {
        size_t site = plan->partition[p].site;

        load_route(plan, mdl_network_to(network, source->rule, source->place, site),
                   here * bytes[0], moved);
        load_route(plan, mdl_network_from(network, source->rule, source->place, site),
                   here * bytes[1], moved);
    }
}

void mdl_plan_source_bytes(const struct mdl_plan *plan, size_t source, double bytes[2])
{
    struct submissions at = first_submissions(plan, &plan->source[source]);
    double each[3], here;
    size_t p;

    mean_bytes(plan, &plan->source[source].pool->mix, each);
    bytes[0] = bytes[1] = 0;
    while (next_submissions(&at, &p, &here)) {
        bytes[0] += here * each[0];
        bytes[1] += here * each[1];
    }
}

/* Bits of key that a transfer takes of each link of its way, at least: parts of keys are whole
 * ones. */
static double least_key_bits(const struct mdl_rekey_config *rekey, const struct sim_dist *bytes)
{
    double mean = sim_dist_mean(bytes);

    return mean > 0 ? (double)mdl_keys_bits(rekey, 0) * fmax(1, mean / rekey->per_bytes) : 0;
}

static bool crosses(const struct mdl_plan *plan, const struct mdl_route *route, size_t link)
{
    for (size_t i = 0; route && i < route->count; i++)
        if (route->channel[i] < plan->network.direction_count &&
            plan->network.direction[route->channel[i]].link_index == link)
            return true;
    return false;
}

/* Of a submission of the mix, for what it brings and what it takes home. */
static void mean_key_bits(const struct mdl_plan *plan, const struct mdl_mix *mix, double bits[2])
{
    const struct mdl_rekey_config *rekey = &plan->network.config->keys;
    double before = 0;

    bits[0] = bits[1] = 0;
    for (size_t i = 0; i < mix->count; before = mix->cumulated[i++]) {
        const struct mdl_class_config *job_class = &plan->class_config[mix->class_of[i]];
        double part = (mix->cumulated[i] - before) * records_of(plan, mix->class_of[i]) *
                      job_class->transfer_frac;

        bits[0] += part * least_key_bits(rekey, &job_class->input);
        bits[1] += part * least_key_bits(rekey, &job_class->output);
    }
}

double mdl_plan_key_bits(const struct mdl_plan *plan, size_t link)
{
    const struct mdl_network_plan *network = &plan->network;
    double sum = 0;

    for (size_t s = 0; s < plan->source_count; s++) {
        const struct mdl_source_plan *source = &plan->source[s];
        struct submissions at = first_submissions(plan, source);
        double each[2], here;
        size_t p;

        if (source->place == SIZE_MAX || !source->community ||
            source->community->secure != MDL_SECURE_QKD)
            continue;
        mean_key_bits(plan, &source->pool->mix, each);
        while (next_submissions(&at, &p, &here)) {
            size_t site = plan->partition[p].site;

            if (crosses(plan, mdl_network_to(network, source->rule, source->place, site), link))
                sum += here * each[0];
            if (crosses(plan, mdl_network_from(network, source->rule, source->place, site), link))
                sum += here * each[1];
        }
    }
    return sum;
}

/* The streams of a fleet share one way, but for their parts of what is recorded. */
static void load_links_by_fleets(const struct mdl_plan *plan, struct mdl_offered_link *moved)
{
    for (size_t f = 0; f < plan->fleets.fleet_count; f++) {
        const struct mdl_fleet_plan *fleet = &plan->fleets.fleet[f];

        if (fleet->stream_count > 0)
            load_route(plan, fleet->stream[0].route, mdl_fleet_offered_bytes(plan, f), moved);
    }
}

/* Bytes to parts of what the link could carry; others by their mean of each day. */
static void weigh_link(const struct mdl_plan *plan, size_t direction, struct mdl_offered_link *out)
{
    const struct mdl_link_config *link = plan->network.direction[direction].link;
    bool is_steady = !link->upgrades.count && link->background.growth_per_yr == 0;
    int64_t step_ns = is_steady ? plan->end_ns - plan->start_ns : SIM_DAY_NS;
    double step_s = sim_s_from_ns(step_ns), capacity = 0, background = 0;

    for (int64_t day_ns = plan->start_ns; day_ns < plan->end_ns; day_ns += step_ns) {
        capacity += mdl_link_capacity(link, &plan->calendar, day_ns) * step_s;
        background += mdl_link_background_of_day(link, &plan->calendar, day_ns) * step_s;
    }
    out->own_frac /= capacity;
    out->background_frac = background / capacity;
}

void mdl_plan_offered_links(const struct mdl_plan *plan, struct mdl_offered_link *out)
{
    memset(out, 0, plan->network.direction_count * sizeof *out);
    for (size_t s = 0; s < plan->source_count; s++) {
        if (plan->source[s].place != SIZE_MAX)
            load_links(plan, &plan->source[s], out);
    }
    load_links_by_fleets(plan, out);
    for (size_t i = 0; i < plan->network.direction_count; i++)
        weigh_link(plan, i, &out[i]);
}

/* Records of a submission of the mix that have data of their own. */
static double records_with_data(const struct mdl_plan *plan, const struct mdl_mix *mix)
{
    double sum = 0, before = 0;

    for (size_t i = 0; i < mix->count; i++) {
        const struct mdl_class_config *job_class = &plan->class_config[mix->class_of[i]];
        double bytes = sim_dist_mean(&job_class->input) + sim_dist_mean(&job_class->output);

        if (bytes > 0)
            sum += (mix->cumulated[i] - before) * records_of(plan, mix->class_of[i]) *
                   job_class->transfer_frac;
        before = mix->cumulated[i];
    }
    return sum;
}

double mdl_plan_transfer_frac(const struct mdl_plan *plan)
{
    double records = 0, with_data = 0;

    for (size_t s = 0; s < plan->source_count && !plan->replay; s++) {
        const struct mdl_source_plan *source = &plan->source[s];
        struct submissions at = first_submissions(plan, source);
        double submissions = 0, here;
        size_t p;

        while (next_submissions(&at, &p, &here))
            submissions += here;
        records += submissions * records_per_submission(plan, &source->pool->mix);
        if (source->place != SIZE_MAX)
            with_data += submissions * records_with_data(plan, &source->pool->mix);
    }
    return records > 0 ? with_data / records : 0;
}

/* ---- storage ---- */

/* Bytes that the running jobs of a submission read and write (as checkpoints), mean over the mix.
 */
static void mean_io(const struct mdl_plan *plan, const struct mdl_mix *mix, size_t p,
                    int64_t time_ns, double bytes[2])
{
    const struct mdl_partition_plan *partition = &plan->partition[p];
    const struct mdl_capacity_step *step = mdl_capacity_at(partition, time_ns);
    double before = 0;

    bytes[0] = bytes[1] = 0;
    for (size_t i = 0; i < mix->count; i++) {
        size_t c = mix->class_of[i];
        const struct mdl_class_config *job_class = &plan->class_config[c];
        double every_s = sim_s_from_ns(job_class->checkpoint_every_ns);
        double device_s = (mix->cumulated[i] - before) * records_of(plan, c) *
                          mdl_counted_of(partition, mdl_work_unit_s(partition, step, c));

        before = mix->cumulated[i];
        bytes[0] += device_s * job_class->reads_bytes_per_s;
        bytes[1] += every_s > 0 ? device_s * job_class->checkpoint_bytes / every_s : 0;
    }
}

static void offer_storage_by_fleets(const struct mdl_plan *plan, struct mdl_tier_offer *out)
{
    for (size_t f = 0; f < plan->fleets.fleet_count; f++) {
        const struct mdl_fleet_plan *fleet = &plan->fleets.fleet[f];
        struct mdl_tier_offer *tier = &out[fleet->tier];
        double bytes;

        if (fleet->tier == SIZE_MAX)
            continue;
        bytes = mdl_fleet_offered_bytes(plan, f);
        *(fleet->config->direction == MDL_FLEET_UP ? &tier->written_bytes : &tier->read_bytes) +=
            bytes;
        if (fleet->config->direction == MDL_FLEET_UP && plan->storage.is_used &&
            fleet->config->keep_ns == 0)
            tier->left_bytes += bytes;
    }
}

void mdl_plan_offered_storage(const struct mdl_plan *plan, struct mdl_tier_offer *out)
{
    memset(out, 0, plan->storage.tier_count * sizeof *out);
    for (size_t s = 0; s < plan->source_count && !plan->replay; s++) {
        const struct mdl_source_plan *source = &plan->source[s];
        struct submissions at = first_submissions(plan, source);
        double bytes[3], io[2], here;
        size_t p;

        mean_bytes(plan, &source->pool->mix, bytes);
        while (next_submissions(&at, &p, &here)) {
            size_t site = plan->partition[p].site;
            size_t landing = mdl_storage_tier_of(&plan->storage, site, source->needs_enclave);
            size_t burst = plan->storage.burst[site];

            if (landing == SIZE_MAX)
                continue;
            mean_io(plan, &source->pool->mix, p, at.time_ns, io);
            if (source->place != SIZE_MAX)
                out[landing].moved_bytes += here * (bytes[0] + bytes[1]);
            out[landing].left_bytes += here * bytes[2];
            out[landing].read_bytes += here * io[0];
            out[burst == SIZE_MAX ? landing : burst].written_bytes += here * io[1];
        }
    }
    offer_storage_by_fleets(plan, out);
}

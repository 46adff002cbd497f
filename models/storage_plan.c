/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/storage_plan.h"

#include <stdio.h>
#include <string.h>

#include "models/config.h"
#include "models/demand/community.h"
#include "models/demand/fleet.h"

static bool has_text(const char *text)
{
    return text && *text;
}

/* ---- what the scenario asks for ---- */

static bool fills(const struct mdl_storage_config *tier)
{
    return tier->kind != MDL_TIER_SCRATCH || tier->total_bytes_per_s > 0 || tier->files_per_s > 0 ||
           tier->untouched_ns > 0 || tier->quota.count > 0 || tier->user_quota.count > 0 ||
           has_text(tier->drains_to) || tier->is_secure || tier->clearance_ns > 0;
}

static bool does_io(const struct mdl_class_config *job_class)
{
    return job_class->reads_bytes_per_s > 0 ||
           (job_class->checkpoint_bytes > 0 && job_class->checkpoint_every_ns > 0);
}

static void find_uses(struct mdl_storage_plan *plan, const struct mdl_config *config)
{
    for (size_t i = 0; i < config->classes.count; i++) {
        const struct mdl_class_config *job_class = sim_map_at(&config->classes, i);

        plan->has_io = plan->has_io || does_io(job_class);
        plan->is_used = plan->is_used || mdl_class_leaves(job_class);
    }
    plan->is_used = plan->is_used || config->datasets.count > 0;
    for (size_t i = 0; i < config->fleets.count; i++) {
        const struct mdl_fleet_config *fleet = sim_map_at(&config->fleets, i);

        plan->is_used = plan->is_used || has_text(fleet->tier) || fleet->keep_ns > 0;
    }
    for (size_t i = 0; i < plan->tier_count; i++) {
        plan->is_used = plan->is_used || fills(plan->tier[i].config);
        plan->has_clearance = plan->has_clearance || plan->tier[i].config->clearance_ns > 0;
    }
    plan->is_used = (plan->is_used || plan->has_io) && plan->tier_count > 0;
    plan->has_io = plan->has_io && plan->tier_count > 0;
}

struct mdl_io_demand mdl_io_demand_of(const struct mdl_class_config *job_class, double devices,
                                      double nodes)
{
    double every_s = (double)job_class->checkpoint_every_ns * 1e-9;
    double bytes = every_s > 0 ? job_class->checkpoint_bytes * devices : 0;
    struct mdl_io_demand demand = {.read_bytes_per_s =
                                       (int64_t)(job_class->reads_bytes_per_s * devices + 0.5)};

    if (nodes >= MDL_BURST_NODES)
        demand.burst_bytes = (uint64_t)(bytes + 0.5);
    else if (bytes > 0)
        demand.write_bytes_per_s = (int64_t)(bytes / every_s + 0.5);
    return demand;
}

/* ---- tiers ---- */

struct builder {
    struct mdl_storage_plan *plan;
    const struct mdl_config *config;
    struct mdl_channels *channels;
    struct sim_arena *arena;
    size_t owner_count;
};

static const char *full_name(struct sim_arena *arena, const char *site, const char *tier)
{
    size_t bytes = strlen(site) + strlen(tier) + 2;
    char *name = sim_arena_alloc(arena, bytes, 1);

    if (name)
        snprintf(name, bytes, "%s.%s", site, tier);
    return name;
}

/* Bytes by owner; NULL where nobody has any. false: no memory. */
static bool build_quota(struct builder *b, const struct sim_shares *shares, const uint64_t **out)
{
    uint64_t *quota;

    *out = NULL;
    if (shares->count == 0)
        return true;
    quota = sim_arena_alloc(b->arena, b->owner_count, sizeof *quota);
    *out = quota;
    for (size_t i = 0; quota && i < shares->count; i++) {
        const struct mdl_community_config *community = shares->share[i].item;

        quota[community->item.index] = (uint64_t)shares->share[i].part;
    }
    return quota != NULL;
}

/* How many users communities have; of a log also the one that is not known. */
static bool build_users(struct builder *b, const uint32_t **out)
{
    uint32_t *users = sim_arena_alloc(b->arena, b->owner_count, sizeof *users);

    *out = users;
    for (size_t i = 0; users && i < b->config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&b->config->communities, i);
        const struct mdl_log *log = community->replay.log;

        users[i] = log ? log->user_max + 1 : (uint32_t)community->submit.users;
    }
    return users != NULL;
}

static bool build_rules(struct builder *b, struct mdl_tier_plan *tier)
{
    const struct mdl_storage_config *config = tier->config;
    const uint64_t *quota, *user_quota;
    const uint32_t *users = NULL;

    if (!build_quota(b, &config->quota, &quota) ||
        !build_quota(b, &config->user_quota, &user_quota) ||
        (user_quota && !build_users(b, &users)))
        return false;
    tier->rules = (struct mdl_tier_rules){
        .capacity = (uint64_t)config->capacity_bytes,
        .purge_above = (uint64_t)(config->capacity_bytes * config->purge_from_frac),
        .untouched_ns = config->untouched_ns,
        .files_per_s = config->files_per_s,
        .owner_count = b->owner_count,
        .quota = quota,
        .user_quota = user_quota,
        .users = users};
    if (!config->untouched_ns)
        tier->rules.purge_above = tier->rules.capacity;
    return true;
}

/* Its own bandwidth, then that of reading and writing together. */
static bool build_route(struct builder *b, const struct mdl_tier_plan *tier, const char *suffix,
                        double bytes_per_s, uint32_t total, struct mdl_route *out)
{
    uint32_t *channel = sim_arena_alloc(b->arena, 2, sizeof *channel);

    if (!channel)
        return false;
    channel[0] = mdl_channels_add(b->channels, tier->name, suffix, bytes_per_s, MDL_CHANNEL_SHARED);
    channel[1] = total;
    *out = (struct mdl_route){.count = total == MDL_CHANNEL_NONE ? 1 : 2, .channel = channel};
    return channel[0] != MDL_CHANNEL_NONE;
}

static bool build_tier(struct builder *b, size_t site_index, const struct mdl_site_config *site,
                       const struct mdl_storage_config *config, struct mdl_tier_plan *tier)
{
    uint32_t total = MDL_CHANNEL_NONE;

    *tier = (struct mdl_tier_plan){
        .config = config,
        .name = full_name(b->arena, site->item.key, config->item.key),
        .site = site_index,
        .cost_eur_per_yr = (config->cost_eur_per_tb_yr + config->secure_cost_eur_per_tb_yr) *
                           config->capacity_bytes / 1e12,
        .drains_to = SIZE_MAX};
    if (!tier->name || !build_rules(b, tier))
        return false;
    if (config->total_bytes_per_s > 0) {
        total = mdl_channels_add(b->channels, tier->name, "read and write",
                                 config->total_bytes_per_s, MDL_CHANNEL_SHARED);
        if (total == MDL_CHANNEL_NONE)
            return false;
    }
    return build_route(b, tier, "write", config->write_bytes_per_s, total, &tier->in) &&
           build_route(b, tier, "read", config->read_bytes_per_s, total, &tier->out);
}

static bool build_drain(struct builder *b, size_t first, size_t count, struct mdl_tier_plan *tier)
{
    uint32_t *channel;

    if (!has_text(tier->config->drains_to))
        return true;
    for (size_t i = first; i < first + count; i++)
        if (strcmp(b->plan->tier[i].config->item.key, tier->config->drains_to) == 0)
            tier->drains_to = i;
    if (tier->drains_to == SIZE_MAX)
        return true; /* mdl_storage_check has said so */
    const struct mdl_route *in = &b->plan->tier[tier->drains_to].in;
    channel = sim_arena_alloc(b->arena, tier->out.count + in->count, sizeof *channel);
    if (!channel)
        return false;
    memcpy(channel, tier->out.channel, tier->out.count * sizeof *channel);
    memcpy(channel + tier->out.count, in->channel, in->count * sizeof *channel);
    tier->drain = (struct mdl_route){.count = tier->out.count + in->count, .channel = channel};
    return true;
}

static bool is_landing(const struct mdl_storage_config *tier)
{
    return tier->kind == MDL_TIER_SCRATCH || tier->kind == MDL_TIER_PROJECT;
}

const struct mdl_storage_config *mdl_storage_landing(const struct mdl_site_config *site)
{
    for (size_t i = 0; i < site->storage.count; i++)
        if (is_landing(sim_map_at(&site->storage, i)))
            return sim_map_at(&site->storage, i);
    return NULL;
}

const struct mdl_storage_config *mdl_storage_enclave(const struct mdl_site_config *site)
{
    for (size_t i = 0; i < site->storage.count; i++) {
        const struct mdl_storage_config *tier = sim_map_at(&site->storage, i);

        if (is_landing(tier) && tier->is_secure)
            return tier;
    }
    return NULL;
}

static bool build_site(struct builder *b, size_t index, size_t *next)
{
    const struct mdl_site_config *site = sim_map_at(&b->config->sites, index);
    struct mdl_storage_plan *plan = b->plan;
    size_t first = *next;

    plan->landing[index] = plan->enclave[index] = plan->burst[index] = SIZE_MAX;
    for (size_t i = 0; i < site->storage.count; i++, (*next)++) {
        const struct mdl_storage_config *config = sim_map_at(&site->storage, i);

        if (!build_tier(b, index, site, config, &plan->tier[*next]))
            return false;
        if (is_landing(config) && plan->landing[index] == SIZE_MAX)
            plan->landing[index] = *next;
        if (config == mdl_storage_enclave(site))
            plan->enclave[index] = *next;
        if (config->kind == MDL_TIER_BURST && plan->burst[index] == SIZE_MAX)
            plan->burst[index] = *next;
    }
    for (size_t i = first; i < *next; i++)
        if (!build_drain(b, first, *next - first, &plan->tier[i]))
            return false;
    return true;
}

enum sim_status mdl_storage_plan_init(struct mdl_storage_plan *plan,
                                      const struct mdl_config *config, size_t source_count,
                                      struct mdl_channels *channels, struct sim_arena *arena,
                                      struct sim_error *err)
{
    size_t sites = config->sites.count, next = 0;
    struct builder b = {.plan = plan,
                        .config = config,
                        .channels = channels,
                        .arena = arena,
                        .owner_count = source_count + 1};

    *plan = (struct mdl_storage_plan){0};
    for (size_t s = 0; s < sites; s++)
        plan->tier_count +=
            ((const struct mdl_site_config *)sim_map_at(&config->sites, s))->storage.count;
    plan->tier = sim_arena_alloc(arena, plan->tier_count, sizeof *plan->tier);
    plan->landing = sim_arena_alloc(arena, sites, sizeof *plan->landing);
    plan->enclave = sim_arena_alloc(arena, sites, sizeof *plan->enclave);
    plan->burst = sim_arena_alloc(arena, sites, sizeof *plan->burst);
    if (!plan->tier || !plan->landing || !plan->enclave || !plan->burst)
        return sim_fail(err, SIM_ENOMEM, "no memory for the storage of the sites");
    for (size_t s = 0; s < sites; s++)
        if (!build_site(&b, s, &next))
            return sim_fail(err, SIM_ENOMEM, "no memory for the storage of the sites");
    find_uses(plan, config);
    return SIM_OK;
}

/* ---- rules across keys ---- */

static void check_drain(const struct mdl_checker *c, const struct mdl_site_config *site,
                        const struct mdl_storage_config *tier)
{
    char path[MDL_PATH_BYTES];
    const struct mdl_storage_config *target = NULL;

    if (!has_text(tier->drains_to))
        return;
    mdl_path_of(path, tier->item.path, "drains_to");
    for (size_t i = 0; i < site->storage.count; i++) {
        const struct mdl_storage_config *other = sim_map_at(&site->storage, i);

        if (strcmp(other->item.key, tier->drains_to) == 0)
            target = other;
    }
    if (!target)
        MDL_REPORT(c, path, "the site '%.64s' has no storage '%.64s'", site->item.key,
                   tier->drains_to);
    else if (tier->kind != MDL_TIER_BURST)
        MDL_REPORT(c, path, "only a tier of kind burst drains");
    else if (target->kind == MDL_TIER_BURST)
        MDL_REPORT(c, path, "'%.64s' is a burst tier too; name one of another kind",
                   tier->drains_to);
}

static void check_site(const struct mdl_checker *c, const struct mdl_site_config *site)
{
    bool has_landing = site->storage.count == 0;
    char path[MDL_PATH_BYTES];

    for (size_t i = 0; i < site->storage.count; i++) {
        const struct mdl_storage_config *tier = sim_map_at(&site->storage, i);

        has_landing = has_landing || is_landing(tier);
        check_drain(c, site, tier);
        if (tier->secure_cost_eur_per_tb_yr > 0 && !tier->is_secure) {
            mdl_path_of(path, tier->item.path, "secure_cost");
            MDL_REPORT(c, path, "is paid for a secure tier; write 'secure: true'");
        }
        if (tier->clearance_ns > 0 && !tier->is_secure) {
            mdl_path_of(path, tier->item.path, "clearance");
            MDL_REPORT(c, path, "users are cleared for a secure tier; write 'secure: true'");
        }
    }
    if (!has_landing) {
        mdl_path_of(path, site->item.path, "storage");
        MDL_REPORT(c, path, "no tier is of kind scratch or project, so data could not arrive");
    }
}

void mdl_storage_check(const struct mdl_checker *c)
{
    for (size_t s = 0; s < c->config->sites.count; s++)
        check_site(c, sim_map_at(&c->config->sites, s));
    for (size_t i = 0; i < c->config->classes.count; i++) {
        const struct mdl_class_config *job_class = sim_map_at(&c->config->classes, i);
        char path[MDL_PATH_BYTES];

        if (job_class->checkpoint_bytes > 0 && job_class->checkpoint_every_ns == 0) {
            mdl_path_of(path, job_class->item.path, "checkpoint");
            MDL_REPORT(c, path,
                       "checkpoints of so many bytes need `every`; write for example "
                       "'every: 1 h'");
        }
    }
}

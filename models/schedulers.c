/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Owners of a site: those of its multifactor partitions' shares that have a rule, in the order of
 * the scenario; the last one stands for everybody else and has what they leave. */
#include "models/schedulers.h"

#include <string.h>

/* ---- owners ---- */

struct owners {
    const char **name; /* [count - 1] */
    double *part;      /* [count] of the site */
    size_t count;
};

static size_t owner_index(const struct owners *owners, const char *name)
{
    size_t i = 0;

    while (i + 1 < owners->count && (!name || strcmp(owners->name[i], name) != 0))
        i++;
    return i;
}

static bool is_of_site(const struct mdl_plan *plan, size_t p, size_t site)
{
    return plan->partition[p].site == site &&
           mdl_partition_is_multifactor(plan->partition[p].config);
}

static bool is_listed(const struct owners *owners, size_t count, const char *name)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(owners->name[i], name) == 0)
            return true;
    return false;
}

static void list_owners(const struct mdl_plan *plan, size_t site, struct owners *owners)
{
    size_t named = 0;

    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct sim_map *shares = &plan->partition[p].config->shares;

        for (size_t i = 0; is_of_site(plan, p, site) && i < shares->count; i++) {
            const struct mdl_owner_config *share = sim_map_at(shares, i);

            if (share->rule != MDL_SHARE_NONE && !is_listed(owners, named, share->item.key))
                owners->name[named++] = share->item.key;
        }
    }
    owners->count = named + 1;
}

/* Parts of the accelerators of the site's multifactor partitions. */
static void weigh_owners(const struct mdl_plan *plan, size_t site, struct owners *owners)
{
    double all = 0, owned = 0;

    for (size_t p = 0; p < plan->partition_count; p++) {
        const struct mdl_partition_plan *partition = &plan->partition[p];
        double gpus = mdl_counted_of(partition, partition->units);

        if (!is_of_site(plan, p, site))
            continue;
        all += gpus;
        for (size_t i = 0; i < partition->config->shares.count; i++) {
            const struct mdl_owner_config *share = sim_map_at(&partition->config->shares, i);

            if (share->rule != MDL_SHARE_NONE)
                owners->part[owner_index(owners, share->item.key)] += share->part_frac * gpus;
        }
    }
    for (size_t i = 0; i + 1 < owners->count; i++) {
        owners->part[i] /= all;
        owned += owners->part[i];
    }
    owners->part[owners->count - 1] = owned < 1 ? 1 - owned : 0;
}

static bool make_owners(struct sim_arena *arena, const struct mdl_plan *plan, size_t site,
                        struct owners *owners)
{
    size_t most = 1;

    for (size_t p = 0; p < plan->partition_count; p++)
        most += is_of_site(plan, p, site) ? plan->partition[p].config->shares.count : 0;
    owners->name = sim_arena_alloc(arena, most, sizeof *owners->name);
    owners->part = sim_arena_alloc(arena, most, sizeof *owners->part);
    if (!owners->name || !owners->part)
        return false;
    list_owners(plan, site, owners);
    weigh_owners(plan, site, owners);
    return true;
}

/* ---- a site's scheduler ---- */

static uint32_t qos_index(const struct mdl_site_config *site, const char *name)
{
    for (uint32_t q = 0; name && q < site->qos.count; q++)
        if (strcmp(((const struct sim_item *)sim_map_at(&site->qos, q))->key, name) == 0)
            return q;
    return MDL_QOS_NONE;
}

static bool sends_to(const struct mdl_plan *plan, const struct mdl_source_plan *source, size_t site)
{
    for (size_t i = 0; i < source->pool->members.count; i++)
        if (is_of_site(plan, source->pool->members.partition[i], site))
            return true;
    return false;
}

/* What a log asks for: nobody's share, and users as they stand in it. */
static struct mdl_submitter log_submitter(const struct mdl_replay_plan *log,
                                          const struct owners *owners)
{
    uint32_t last = 0;

    for (size_t i = 0; i < log->count; i++)
        last = log->job[i].user > last ? log->job[i].user : last;
    return (struct mdl_submitter){.owner = (uint32_t)owner_index(owners, NULL),
                                  .users = last + 1,
                                  .shares = 1,
                                  .qos = MDL_QOS_NONE};
}

/* Those of a log have the numbers that stand in it. */
static uint32_t users_of(const struct mdl_source_plan *source)
{
    return source->log ? source->log->user_max + 1 : (uint32_t)source->submit->users;
}

static bool make_submitters(struct sim_arena *arena, const struct mdl_plan *plan, size_t site,
                            const struct owners *owners, struct mdl_scheduler_setup *setup)
{
    const struct mdl_site_config *config = plan->site[site].config;
    struct mdl_submitter *submitter = sim_arena_alloc(arena, plan->source_count, sizeof *submitter);
    struct mdl_class_rules *rules = sim_arena_alloc(arena, plan->class_count, sizeof *rules);

    if (!submitter || !rules)
        return false;
    if (plan->replay) /* the only source */
        submitter[0] = log_submitter(plan->replay, owners);
    for (size_t s = 0; s < plan->source_count && !plan->replay; s++) {
        const struct mdl_source_plan *source = &plan->source[s];

        submitter[s] =
            (struct mdl_submitter){.owner = (uint32_t)owner_index(owners, source->owner),
                                   .users = sends_to(plan, source, site) ? users_of(source) : 0,
                                   .shares = source->submit->shares,
                                   .qos = qos_index(config, source->submit->qos)};
    }
    for (size_t k = 0; k < plan->class_count; k++)
        rules[k] = (struct mdl_class_rules){.qos = qos_index(config, plan->class_config[k].qos),
                                            .every_ns = plan->class_config[k].checkpoint_every_ns,
                                            .restart_ns = plan->class_config[k].restart_ns};
    setup->source_count = plan->source_count;
    setup->source = submitter;
    setup->class_count = plan->class_count;
    setup->job_class = rules;
    return true;
}

static enum sim_status create_scheduler(struct sim *sim, const struct mdl_plan *plan, size_t site,
                                        struct mdl_scheduler **out, struct sim_error *err)
{
    const struct mdl_site_config *config = plan->site[site].config;
    struct owners owners;
    struct mdl_scheduler_setup setup = {.config = &config->scheduler,
                                        .qos = &config->qos,
                                        .parts_per_gpu = plan->groups.parts_per_gpu};

    if (!make_owners(sim->arena, plan, site, &owners) ||
        !make_submitters(sim->arena, plan, site, &owners, &setup))
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for its scheduler", config->item.path);
    setup.owner_count = owners.count;
    setup.owner_part = owners.part;
    return mdl_scheduler_create(&setup, sim->arena, sim->now_ns, out, err);
}

enum sim_status mdl_schedulers_create(struct sim *sim, const struct mdl_plan *plan,
                                      struct mdl_scheduler **out, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t s = 0; s < plan->site_count && !status; s++) {
        bool is_needed = false;

        for (size_t p = 0; p < plan->partition_count; p++)
            is_needed = is_needed || is_of_site(plan, p, s);
        out[s] = NULL;
        if (is_needed)
            status = create_scheduler(sim, plan, s, &out[s], err);
    }
    return status;
}

/* ---- a partition ---- */

static double priority_factor(const struct mdl_plan *plan, const struct mdl_partition_plan *of)
{
    double largest = 0;

    for (size_t p = 0; p < plan->partition_count; p++)
        if (is_of_site(plan, p, of->site) && plan->partition[p].config->priority > largest)
            largest = plan->partition[p].config->priority;
    return largest > 0 ? of->config->priority / largest : 0;
}

static uint32_t parts_per_unit(const struct mdl_plan *plan,
                               const struct mdl_partition_plan *partition)
{
    return (partition->gpus_per_unit ? partition->gpus_per_unit : 1) *
           (plan->groups.parts_per_gpu / partition->units_per_gpu);
}

static enum sim_status set_scheduler(struct sim *sim, const struct mdl_plan *plan, size_t p,
                                     struct mdl_scheduler *scheduler, struct mdl_partition *out,
                                     struct sim_error *err)
{
    const struct mdl_partition_plan *partition = &plan->partition[p];
    const struct sim_map *shares = &partition->config->shares;
    struct mdl_scheduled scheduled = {.width = partition->units,
                                      .parts_per_unit = parts_per_unit(plan, partition),
                                      .factor = priority_factor(plan, partition)};
    struct mdl_quota *quota;
    struct owners owners;
    bool has_quota = false;

    if (!make_owners(sim->arena, plan, partition->site, &owners) ||
        !(quota = sim_arena_alloc(sim->arena, owners.count, sizeof *quota)))
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for quotas", partition->name);
    for (size_t i = 0; i < shares->count; i++) {
        const struct mdl_owner_config *share = sim_map_at(shares, i);

        if (share->rule != MDL_SHARE_QUOTA)
            continue;
        has_quota = true;
        quota[owner_index(&owners, share->item.key)] = (struct mdl_quota){
            .is_hard = true, .part = share->part_frac, .may_borrow = share->may_borrow};
    }
    return mdl_multifactor_set_scheduler(out, scheduler, &scheduled, has_quota ? quota : NULL,
                                         owners.count, err);
}

static bool *marks(struct sim_arena *arena, size_t count, const char *names,
                   const char *(*key)(const struct mdl_plan *plan, size_t site, size_t i),
                   const struct mdl_plan *plan, size_t site)
{
    bool *has = sim_arena_alloc(arena, count, sizeof *has);

    for (size_t i = 0; has && i < count; i++)
        has[i] = mdl_names_have(names, key(plan, site, i));
    return has;
}

static const char *class_key(const struct mdl_plan *plan, size_t site, size_t i)
{
    (void)site;
    return plan->class_config[i].item.key;
}

static const char *source_key(const struct mdl_plan *plan, size_t site, size_t i)
{
    (void)site;
    return plan->source[i].item->key;
}

static const char *qos_key(const struct mdl_plan *plan, size_t site, size_t i)
{
    return ((const struct sim_item *)sim_map_at(&plan->site[site].config->qos, i))->key;
}

static bool set_members(struct sim_arena *arena, const struct mdl_plan *plan, size_t site,
                        struct mdl_booking *reserved)
{
    const char *names = reserved->config->members;

    reserved->has_class = marks(arena, plan->class_count, names, class_key, plan, site);
    reserved->has_source = marks(arena, plan->source_count, names, source_key, plan, site);
    reserved->has_qos =
        marks(arena, plan->site[site].config->qos.count, names, qos_key, plan, site);
    return reserved->has_class && reserved->has_source && reserved->has_qos;
}

static enum sim_status set_reserved(struct sim *sim, const struct mdl_plan *plan, size_t p,
                                    struct mdl_partition *out, struct sim_error *err)
{
    const struct mdl_partition_plan *partition = &plan->partition[p];
    const struct sim_map *map = &partition->config->reservations;
    struct mdl_booking *reserved = sim_arena_alloc(sim->arena, map->count, sizeof *reserved);

    if (!reserved)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for reservations", partition->name);
    for (size_t r = 0; r < map->count; r++) {
        const struct mdl_reservation_config *config = sim_map_at(map, r);
        uint64_t units = (uint64_t)config->nodes * partition->units_per_node;

        mdl_booking_init(&reserved[r], config, &plan->calendar,
                         units > 0 && units < partition->units ? (uint32_t)units : partition->units,
                         plan->finish_ns);
        if (!set_members(sim->arena, plan, partition->site, &reserved[r]))
            return sim_fail(err, SIM_ENOMEM, "%s: no memory for reservations", partition->name);
    }
    return mdl_multifactor_set_reserved(out, reserved, map->count, err);
}

static enum sim_status set_nodes(struct sim *sim, const struct mdl_plan *plan,
                                 const struct mdl_partition_config *config,
                                 struct mdl_partition *out, struct sim_error *err)
{
    struct mdl_need *need = sim_arena_alloc(sim->arena, plan->class_count, sizeof *need);
    const struct mdl_node_shape shape = {.gpus = (uint32_t)config->gpus_per_node,
                                         .slices = mdl_partition_slices(config),
                                         .cores = (uint32_t)config->cores_per_node,
                                         .memory_bytes = (uint64_t)config->memory_per_node_bytes};

    if (!need)
        return sim_fail(err, SIM_ENOMEM, "%s: no memory for what jobs need", config->item.path);
    for (size_t k = 0; k < plan->class_count; k++)
        need[k] =
            (struct mdl_need){plan->class_config[k].cores, plan->class_config[k].memory_bytes};
    if (!mdl_partition_is_multifactor(config))
        return mdl_packed_set_nodes(out, &shape, (uint32_t)config->nodes, need,
                                    mdl_policies[config->policy] == &mdl_policy_fcfs, err);
    return mdl_multifactor_set_nodes(out, &shape, (uint32_t)config->nodes, need, err);
}

const struct mdl_policy *mdl_schedulers_policy(const struct mdl_partition_config *partition)
{
    return mdl_partition_is_packed(partition) && !mdl_partition_is_multifactor(partition)
               ? &mdl_policy_packed
               : mdl_policies[partition->policy];
}

enum sim_status mdl_schedulers_set_up(struct sim *sim, const struct mdl_plan *plan,
                                      size_t partition, struct mdl_scheduler *scheduler,
                                      struct mdl_partition *out, struct sim_error *err)
{
    const struct mdl_partition_config *config = plan->partition[partition].config;
    const struct mdl_scheduler_config *queue = &plan->partition[partition].site_config->scheduler;
    const struct mdl_queue_rules rules = {queue->depth, queue->reserve, queue->window_ns,
                                          queue->recalculate_ns};
    enum sim_status status = SIM_OK;

    if (mdl_partition_is_multifactor(config))
        mdl_multifactor_set_rules(out, &rules);
    if (mdl_partition_is_packed(config))
        status = set_nodes(sim, plan, config, out, err);
    if (!status && scheduler && mdl_partition_is_multifactor(config))
        status = set_scheduler(sim, plan, partition, scheduler, out, err);
    if (!status && plan->partition[partition].config->reservations.count > 0)
        status = set_reserved(sim, plan, partition, out, err);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of schedulers, QOS, reservations and shares that need more than one key. */
#include "models/checker.h"
#include "models/compute/job_class.h"
#include "models/compute/policy.h"
#include "models/compute/reservation.h"
#include "models/compute/site.h"
#include "models/demand/community.h"
#include "sim/calendar.h"

static bool has_key(const struct sim_map *map, const char *name, size_t length)
{
    for (size_t i = 0; i < map->count; i++) {
        const char *key = ((const struct sim_item *)sim_map_at(map, i))->key;

        if (strlen(key) == length && strncmp(key, name, length) == 0)
            return true;
    }
    return false;
}

/* ---- QOS ---- */

static const struct mdl_qos_config *qos_named(const struct mdl_site_config *site, const char *name,
                                              size_t length)
{
    for (size_t q = 0; q < site->qos.count; q++) {
        const struct mdl_qos_config *qos = sim_map_at(&site->qos, q);

        if (strlen(qos->item.key) == length && strncmp(qos->item.key, name, length) == 0)
            return qos;
    }
    return NULL;
}

/* Less priority, so that no job can be preempted by those that it preempts. */
static void check_preempts(const struct mdl_checker *c, const struct mdl_site_config *site,
                           const struct mdl_qos_config *qos)
{
    const char *rest = qos->preempts ? qos->preempts : "", *name;
    char path[MDL_PATH_BYTES];
    size_t length;

    mdl_path_of(path, qos->item.path, "preempts");
    while (mdl_names_next(&rest, &name, &length)) {
        const struct mdl_qos_config *victim = qos_named(site, name, length);

        if (!victim)
            MDL_REPORT(c, path, "'%.*s' is no QOS of '%.64s'", (int)length, name, site->item.key);
        else if (victim->priority >= qos->priority)
            MDL_REPORT(c, path, "'%.64s' has no less priority (%.4g) than '%.64s' (%.4g)",
                       victim->item.key, victim->priority, qos->item.key, qos->priority);
    }
}

static void check_qos_name(const struct mdl_checker *c, const char *parent, const char *name)
{
    char path[MDL_PATH_BYTES];

    if (!name || !*name)
        return;
    for (size_t s = 0; s < c->config->sites.count; s++)
        if (qos_named(sim_map_at(&c->config->sites, s), name, strlen(name)))
            return;
    mdl_path_of(path, parent, "qos");
    MDL_REPORT(c, path, "'%.64s' is no QOS of any site", name);
}

/* ---- shares ---- */

static void check_owner(const struct mdl_checker *c, const struct mdl_site_config *site,
                        const struct mdl_partition_config *partition,
                        const struct mdl_owner_config *owner)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, owner->item.path, "rule");
    if (owner->rule != MDL_SHARE_NONE && !mdl_partition_is_multifactor(partition))
        MDL_REPORT(c, path, "needs 'policy: multifactor'");
    else if (owner->rule == MDL_SHARE_FAIR && !(site->scheduler.weights.fair_share > 0))
        MDL_REPORT(c, path, "'fair_share' needs a weight: '%.64s.scheduler.weights.fair_share'",
                   site->item.path);
    mdl_path_of(path, owner->item.path, "borrow");
    if (owner->may_borrow && owner->rule != MDL_SHARE_QUOTA)
        MDL_REPORT(c, path, "needs 'rule: quota'");
}

static void check_owner_name(const struct mdl_checker *c,
                             const struct mdl_community_config *community)
{
    const char *name = community->owner;
    char path[MDL_PATH_BYTES];

    if (!name || !*name)
        return;
    for (size_t s = 0; s < c->config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&c->config->sites, s);

        for (size_t p = 0; p < site->partitions.count; p++) {
            const struct mdl_partition_config *partition = sim_map_at(&site->partitions, p);

            if (has_key(&partition->shares, name, strlen(name)))
                return;
        }
    }
    mdl_path_of(path, community->item.path, "owner");
    MDL_REPORT(c, path, "'%.64s' owns no share of any partition", name);
}

/* ---- reservations ---- */

static void check_members(const struct mdl_checker *c, const struct mdl_site_config *site,
                          const struct mdl_reservation_config *reservation)
{
    const struct mdl_config *config = c->config;
    const char *rest = reservation->members ? reservation->members : "", *name;
    char path[MDL_PATH_BYTES];
    size_t length;

    mdl_path_of(path, reservation->item.path, "for");
    while (mdl_names_next(&rest, &name, &length))
        if (!has_key(&config->classes, name, length) &&
            !has_key(&config->communities, name, length) &&
            !has_key(&config->background, name, length) && !has_key(&site->qos, name, length))
            MDL_REPORT(c, path, "'%.*s' is no class, community, background or QOS", (int)length,
                       name);
}

static void check_times(const struct mdl_checker *c,
                        const struct mdl_reservation_config *reservation)
{
    const struct mdl_config *config = c->config;
    int64_t end_days = config->end_days + config->followup_ns / SIM_DAY_NS + 1;
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, reservation->item.path, "until");
    if (reservation->until_days != MDL_DATE_NONE && reservation->until_days < end_days)
        end_days = reservation->until_days;
    if (reservation->until_days != MDL_DATE_NONE &&
        reservation->until_days <= reservation->start_days)
        MDL_REPORT(c, path, "must be after start");
    mdl_path_of(path, reservation->item.path, "every");
    if (reservation->every_ns == 0)
        return;
    if (reservation->every_ns < reservation->duration_ns)
        MDL_REPORT(c, path, "is less than its duration; it would overlap itself");
    else if ((end_days - reservation->start_days) * (SIM_DAY_NS / 1000000000) /
                 (reservation->every_ns / 1000000000 + 1) >=
             MDL_RESERVED_TIMES_MAX)
        MDL_REPORT(c, path, "it comes more than %d times", MDL_RESERVED_TIMES_MAX);
}

/* Nodes that jobs share are the general engine's, which does not keep the promises of these. */
static void check_packed(const struct mdl_checker *c, const struct mdl_partition_config *partition)
{
    const struct mdl_policy *policy = mdl_policies[partition->policy];
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, partition->item.path, "policy");
    if (mdl_partition_is_packed(partition) && policy != &mdl_policy_fcfs &&
        policy != &mdl_policy_easy && policy != &mdl_policy_multifactor)
        MDL_REPORT(c, path,
                   "'%s' cannot be kept where jobs share nodes; write 'easy', 'packing: any' or "
                   "'allocation: node'",
                   policy->name);
    mdl_path_of(path, partition->item.path, "reservations");
    if (mdl_partition_is_packed(partition) && partition->reservations.count > 0)
        MDL_REPORT(c, path, "keep whole nodes; they need 'allocation: node'");
    mdl_path_of(path, partition->item.path, "allocation");
    if (!mdl_partition_is_packed(partition) &&
        (partition->cores_per_node > 0 || partition->memory_per_node_bytes > 0))
        MDL_REPORT(c, path,
                   "cores and memory are divided on shared nodes only; write 'gpu', with 'packing: "
                   "best_fit'");
}

static void check_reservations(const struct mdl_checker *c, const struct mdl_site_config *site,
                               const struct mdl_partition_config *partition)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, partition->item.path, "reservations");
    if (partition->reservations.count > 0 && !mdl_partition_is_multifactor(partition))
        MDL_REPORT(c, path, "need 'policy: multifactor'");
    if (partition->reservations.count >= UINT8_MAX)
        MDL_REPORT(c, path, "are %zu; at most 254", partition->reservations.count);
    for (size_t r = 0; r < partition->reservations.count; r++) {
        const struct mdl_reservation_config *reservation = sim_map_at(&partition->reservations, r);

        check_members(c, site, reservation);
        check_times(c, reservation);
        mdl_path_of(path, reservation->item.path, "nodes");
        if (reservation->nodes > partition->nodes)
            MDL_REPORT(c, path, "more than the partition's %lld nodes",
                       (long long)partition->nodes);
    }
}

/* ---- all ---- */

static void check_site(const struct mdl_checker *c, const struct mdl_site_config *site)
{
    for (size_t q = 0; q < site->qos.count; q++)
        check_preempts(c, site, sim_map_at(&site->qos, q));
    for (size_t p = 0; p < site->partitions.count; p++) {
        const struct mdl_partition_config *partition = sim_map_at(&site->partitions, p);

        check_reservations(c, site, partition);
        check_packed(c, partition);
        for (size_t i = 0; i < partition->shares.count; i++)
            check_owner(c, site, partition, sim_map_at(&partition->shares, i));
    }
}

void mdl_scheduling_check(const struct mdl_checker *c)
{
    const struct mdl_config *config = c->config;
    char path[MDL_PATH_BYTES];

    for (size_t s = 0; s < config->sites.count; s++)
        check_site(c, sim_map_at(&config->sites, s));
    for (size_t i = 0; i < config->classes.count; i++) {
        const struct mdl_class_config *job_class = sim_map_at(&config->classes, i);

        check_qos_name(c, job_class->item.path, job_class->qos);
    }
    for (size_t i = 0; i < config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&config->communities, i);

        check_owner_name(c, community);
        mdl_path_of(path, community->item.path, "submit");
        check_qos_name(c, path, community->submit.qos);
    }
    for (size_t i = 0; i < config->background.count; i++) {
        const struct mdl_background_config *background = sim_map_at(&config->background, i);

        check_qos_name(c, background->item.path, background->submit.qos);
    }
}

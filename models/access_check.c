/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Rules of access modes and quotas that need more than one key. */
#include <string.h>

#include "models/access/quota.h"
#include "models/checker.h"
#include "models/demand/community.h"
#include "models/money/country.h"

static bool is_named(const struct sim_map *map, const char *key)
{
    for (size_t i = 0; i < map->count; i++)
        if (strcmp(((const struct sim_item *)sim_map_at(map, i))->key, key) == 0)
            return true;
    return false;
}

static bool is_kind(const char *word)
{
    for (size_t k = 0; mdl_kind_names[k]; k++)
        if (strcmp(mdl_kind_names[k], word) == 0)
            return true;
    return false;
}

/* The partition "site.partition"; NULL: there is none. */
static const struct mdl_partition_config *partition_named(const struct mdl_config *config,
                                                          const char *name)
{
    const char *dot = strchr(name, '.');

    for (size_t s = 0; dot && s < config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, s);
        size_t length = (size_t)(dot - name);

        if (strlen(site->item.key) != length || strncmp(site->item.key, name, length) != 0)
            continue;
        for (size_t p = 0; p < site->partitions.count; p++) {
            const struct mdl_partition_config *partition = sim_map_at(&site->partitions, p);

            if (strcmp(partition->item.key, dot + 1) == 0)
                return partition;
        }
    }
    return NULL;
}

static bool owns_something(const struct mdl_config *config, const char *owner)
{
    for (size_t s = 0; s < config->sites.count; s++) {
        const struct mdl_site_config *site = sim_map_at(&config->sites, s);

        for (size_t p = 0; p < site->partitions.count; p++)
            if (mdl_owned_part(sim_map_at(&site->partitions, p), owner) > 0)
                return true;
    }
    return false;
}

static void check_owner(const struct mdl_checker *c, const char *parent, const char *owner)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, parent, "of");
    if (!owns_something(c->config, owner))
        MDL_REPORT(c, path,
                   "no partition has a share of '%.64s'; name an owner of 'sites.*.partitions.*."
                   "shares'",
                   owner);
}

static bool has_pool(const struct mdl_access_mode_config *mode,
                     const struct mdl_partition_config *partition)
{
    for (size_t i = 0; i < mode->pool_node_s.count; i++)
        if (mode->pool_node_s.share[i].item == partition)
            return true;
    return false;
}

static void check_machines(const struct mdl_checker *c, const struct mdl_access_mode_config *mode)
{
    char path[MDL_PATH_BYTES], word[MDL_WORD_BYTES];
    const char *list = mode->on;

    mdl_path_of(path, mode->item.path, "on");
    while (mdl_word_next(&list, word, sizeof word)) {
        const struct mdl_partition_config *partition = partition_named(c->config, word);

        if (!partition)
            MDL_REPORT(c, path, "'%.64s' is not a partition; write for example 'lumi.lumi_g'",
                       word);
        else if (!(mdl_owned_part(partition, mode->of) > 0))
            MDL_REPORT(c, path, "'%.64s' has no share of '%.64s'", word, mode->of);
        else if (mode->pool_node_s.count && !has_pool(mode, partition))
            MDL_REPORT(c, path, "'%.64s' has no 'pool', as others have", word);
    }
    mdl_path_of(path, mode->item.path, "pool");
    for (size_t i = 0; i < mode->pool_node_s.count; i++) {
        const struct sim_share *share = &mode->pool_node_s.share[i];

        if (share->item && (*mode->on ? !mdl_word_is_in(mode->on, share->name)
                                      : !(mdl_owned_part(share->item, mode->of) > 0)))
            MDL_REPORT(c, path, "'%.64s' is not among the partitions that may be applied for",
                       share->name);
    }
}

static void check_users(const struct mdl_checker *c, const struct mdl_access_mode_config *mode)
{
    char path[MDL_PATH_BYTES], word[MDL_WORD_BYTES];
    const char *list = mode->kinds;

    mdl_path_of(path, mode->item.path, "kinds");
    while (mdl_word_next(&list, word, sizeof word))
        if (!is_kind(word))
            MDL_REPORT(c, path, "'%.64s' is not a kind of users; write for example 'sme'", word);
    mdl_path_of(path, mode->item.path, "price");
    for (size_t i = 0; i < mode->price_eur_per_gpu_h.count; i++)
        if (!is_kind(mode->price_eur_per_gpu_h.share[i].name))
            MDL_REPORT(c, path, "'%.64s' is not a kind of users; write for example 'industry'",
                       mode->price_eur_per_gpu_h.share[i].name);
}

static void check_dates(const struct mdl_checker *c, const struct mdl_access_mode_config *mode)
{
    char path[MDL_PATH_BYTES];
    struct mdl_cutoff cutoff = {.kind = MDL_CUTOFF_CONTINUOUS};
    struct sim_period review;
    struct sim_error err;

    mdl_path_of(path, mode->item.path, "cutoff");
    if (mdl_cutoff_parse(mode->cutoff, &cutoff, &err) != SIM_OK)
        MDL_REPORT(c, path, "%s", err.message);
    else if (cutoff.kind == MDL_CUTOFF_CONTINUOUS &&
             (mode->pool_node_s.count || mode->order == MDL_ORDER_RANKED))
        MDL_REPORT(c, path, "is missing: %s is for one cut-off; write for example '[15, last]'",
                   mode->pool_node_s.count ? "a pool" : "a ranking");
    mdl_path_of(path, mode->item.path, "review");
    if (*mode->review && sim_period_parse(mode->review, &review, &err) != SIM_OK)
        MDL_REPORT(c, path, "%s", err.message);
    mdl_path_of(path, mode->item.path, "country");
    if (*mode->country && !mdl_is_state(mode->country))
        MDL_REPORT(c, path, "'%.40s' is not the two-letter code of a state; write for example 'LU'",
                   mode->country);
}

static void check_mode(const struct mdl_checker *c, const struct mdl_access_mode_config *mode)
{
    char path[MDL_PATH_BYTES];

    check_owner(c, mode->item.path, mode->of);
    check_machines(c, mode);
    check_users(c, mode);
    check_dates(c, mode);
    mdl_path_of(path, mode->item.path, "award");
    if (!mdl_access_awards(mode))
        MDL_REPORT(c, path, "is missing; write for example 'award: 5000 GPU-h', or 'award_nodes'");
    else if (mdl_access_awards(mode) == 2)
        MDL_REPORT(c, path, "and 'award_nodes' are given; write one of them");
}

static void check_covered(const struct mdl_checker *c, const struct mdl_quota_config *quota)
{
    char path[MDL_PATH_BYTES], word[MDL_WORD_BYTES];
    const char *list = quota->modes;

    mdl_path_of(path, quota->item.path, "modes");
    while (mdl_word_next(&list, word, sizeof word)) {
        const struct mdl_access_mode_config *mode = NULL;

        for (size_t m = 0; m < c->config->access_modes.count; m++) {
            const struct mdl_access_mode_config *one = sim_map_at(&c->config->access_modes, m);

            mode = strcmp(one->item.key, word) == 0 ? one : mode;
        }
        if (!mode)
            MDL_REPORT(c, path, "'%.64s' is not an entry of 'access_modes'", word);
        else if (strcmp(mode->of, quota->of) != 0)
            MDL_REPORT(c, path, "'%.64s' gives hours of '%.64s', not of '%.64s'", word, mode->of,
                       quota->of);
    }
}

static void check_released(const struct mdl_checker *c, const struct mdl_quota_config *quota)
{
    char path[MDL_PATH_BYTES];
    const char *list = quota->released_to;
    char word[MDL_WORD_BYTES];

    mdl_path_of(path, quota->item.path, "released_to");
    while (mdl_word_next(&list, word, sizeof word))
        if (!is_named(&c->config->quotas, word))
            MDL_REPORT(c, path, "'%.64s' is not an entry of 'quotas'", word);
    for (size_t q = 0; q < c->config->quotas.count; q++) {
        const struct mdl_quota_config *to = sim_map_at(&c->config->quotas, q);

        if (!mdl_word_is_in(quota->released_to, to->item.key))
            continue;
        if (to == quota)
            MDL_REPORT(c, path, "names the quota itself; write 'carry_over'");
        else if (to->counts != MDL_QUOTA_HOURS)
            MDL_REPORT(c, path, "'%.64s' counts no hours", to->item.key);
        else if (to->over != quota->over)
            MDL_REPORT(c, path,
                       "'%.64s' is a part of each machine, or of the fleet, and this quota is not",
                       to->item.key);
    }
}

static void check_quota(const struct mdl_checker *c, const struct mdl_quota_config *quota)
{
    char path[MDL_PATH_BYTES];
    struct sim_error err;
    int64_t months;

    check_owner(c, quota->item.path, quota->of);
    check_covered(c, quota);
    check_released(c, quota);
    mdl_path_of(path, quota->item.path, "window");
    if (mdl_quota_window_parse(quota->window, &months, &err) != SIM_OK)
        MDL_REPORT(c, path, "%s", err.message);
    if (quota->counts == MDL_QUOTA_RUNNING &&
        (*quota->window || quota->carry_over || *quota->released_to))
        MDL_REPORT(c, quota->item.path,
                   "counts what runs, which has no 'window', 'carry_over' or 'released_to'");
}

void mdl_access_check(const struct mdl_checker *c)
{
    for (size_t i = 0; i < c->config->access_modes.count; i++)
        check_mode(c, sim_map_at(&c->config->access_modes, i));
    for (size_t i = 0; i < c->config->quotas.count; i++)
        check_quota(c, sim_map_at(&c->config->quotas, i));
}

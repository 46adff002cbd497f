/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/project_plan.h"

#include "models/money/country.h"
#include "sim/elementary.h"
#include "sim/units.h"

/* Queues know so many users of a community; its members are spread over them. */
enum { USERS_MAX = 1000 };

static enum sim_status no_memory(struct sim_error *err)
{
    return sim_fail(err, SIM_ENOMEM, "no memory for the access modes");
}

static bool init_stages(struct mdl_stages *stages, const struct sim_shares *parts,
                        const struct mdl_class_config *job_class, struct sim_arena *arena)
{
    uint32_t *class_of = sim_arena_alloc(arena, parts->count, sizeof *class_of);
    double *cumulated = sim_arena_alloc(arena, parts->count, sizeof *cumulated), sum = 0;

    if (!class_of || !cumulated)
        return false;
    for (size_t i = 0; i < parts->count; i++) {
        const struct mdl_class_config *stage = parts->share[i].item;

        sum += parts->share[i].part;
        class_of[i] = (uint32_t)(stage - job_class);
        cumulated[i] = i + 1 == parts->count ? 1 : sum;
    }
    *stages = (struct mdl_stages){parts->count, class_of, cumulated};
    return true;
}

enum sim_status mdl_projects_plan_init(struct mdl_projects_plan *plan,
                                       const struct mdl_config *config,
                                       const struct mdl_partition_plan *partition,
                                       size_t partition_count, const struct sim_calendar *calendar,
                                       int64_t begin_ns, struct sim_arena *arena,
                                       struct sim_error *err)
{
    size_t count = config->access_modes.count;

    *plan = (struct mdl_projects_plan){.mode_count = count, .spend = &config->spend};
    plan->mode = sim_arena_alloc(arena, count, sizeof *plan->mode);
    plan->stages = sim_arena_alloc(arena, count, sizeof *plan->stages);
    if (!plan->mode || !plan->stages)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        const struct mdl_access_mode_config *mode = sim_map_at(&config->access_modes, i);
        enum sim_status status = mdl_access_mode_plan_init(
            &plan->mode[i], mode, partition, partition_count, mdl_kind_names, arena, err);

        if (status)
            return status;
        if (!init_stages(&plan->stages[i], &mode->stages, config->classes.items, arena))
            return no_memory(err);
    }
    for (size_t i = 0; i < config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&config->communities, i);

        plan->is_used = plan->is_used || mdl_applies(&community->apply);
    }
    return mdl_quotas_plan_init(&plan->quotas, &config->quotas, &config->access_modes, partition,
                                partition_count, calendar, begin_ns, arena, err);
}

static size_t mode_index(const struct mdl_projects_plan *plan, const void *config)
{
    size_t i = 0;

    while (plan->mode[i].config != config)
        i++;
    return i;
}

/* ---- what a community applies for ---- */

/* Adds to the share of an item, which is put at the end when it is new. */
static void add_share(struct sim_shares *shares, const char *name, const void *item, double part)
{
    size_t i = 0;

    while (i < shares->count && shares->share[i].item != item)
        i++;
    if (i == shares->count)
        shares->share[shares->count++] =
            (struct sim_share){.name = name, .item = (void *)(uintptr_t)item};
    shares->share[i].part += part;
}

static struct mdl_submit_config *jobs_of(const struct mdl_projects_plan *plan,
                                         const struct mdl_community_config *community,
                                         const struct mdl_partition_plan *partition,
                                         struct sim_arena *arena)
{
    const struct sim_shares *modes = &community->apply.modes;
    struct mdl_submit_config *submit = sim_arena_alloc(arena, 1, sizeof *submit);
    size_t homes = 0, classes = 0;

    for (size_t i = 0; i < modes->count; i++) {
        const struct mdl_access_mode_plan *mode =
            &plan->mode[mode_index(plan, modes->share[i].item)];

        homes += mode->partition_count;
        classes += mode->config->stages.count;
    }
    if (!submit)
        return NULL;
    *submit = (struct mdl_submit_config){
        .batch_mean = 1,
        .users = community->members < USERS_MAX ? community->members : USERS_MAX,
        .qos = "",
        .shares = 1};
    submit->home.share = sim_arena_alloc(arena, homes, sizeof(struct sim_share));
    submit->mix.share = sim_arena_alloc(arena, classes, sizeof(struct sim_share));
    if (!submit->home.share || !submit->mix.share)
        return NULL;
    for (size_t i = 0; i < modes->count; i++) {
        const struct mdl_access_mode_plan *mode =
            &plan->mode[mode_index(plan, modes->share[i].item)];
        const struct sim_shares *stages = &mode->config->stages;

        for (size_t p = 0; p < mode->partition_count; p++) {
            const struct mdl_partition_plan *home = &partition[mode->partition[p]];

            add_share(&submit->home, home->name, home->config, modes->share[i].part);
        }
        for (size_t k = 0; k < stages->count; k++)
            add_share(&submit->mix, stages->share[k].name, stages->share[k].item,
                      modes->share[i].part * stages->share[k].part);
    }
    return submit;
}

enum sim_status mdl_apply_plan_create(const struct mdl_projects_plan *plan,
                                      const struct mdl_community_config *community,
                                      const struct mdl_partition_plan *partition,
                                      struct sim_arena *arena,
                                      const struct mdl_submit_config **submit,
                                      const struct mdl_apply_plan **out, struct sim_error *err)
{
    const struct mdl_apply_config *config = &community->apply;
    size_t count = config->modes.count;
    struct mdl_apply_plan *apply = sim_arena_alloc(arena, 1, sizeof *apply);
    double *cumulated = sim_arena_alloc(arena, count, sizeof *cumulated), sum = 0;
    uint32_t *mode = sim_arena_alloc(arena, count, sizeof *mode);

    *submit = jobs_of(plan, community, partition, arena);
    if (!apply || !cumulated || !mode || !*submit)
        return no_memory(err);
    for (size_t i = 0; i < count; i++) {
        sum += config->modes.share[i].part;
        cumulated[i] = i + 1 == count ? 1 : sum;
        mode[i] = (uint32_t)mode_index(plan, config->modes.share[i].item);
    }
    *apply = (struct mdl_apply_plan){
        .item = &community->item,
        .config = config,
        .rate = {.base_per_s = config->rate_per_s * (double)community->members,
                 .records_per_arrival = 1,
                 .zone = sim_zone_of_country(community->country),
                 .growth_per_yr = config->growth_per_yr,
                 .hours = &config->hours,
                 .season = &config->season,
                 .entity = community->item.entity},
        .members = (uint32_t)community->members,
        .mode_count = count,
        .mode_cumulated = cumulated,
        .mode = mode};
    *out = apply;
    return SIM_OK;
}

/* Accelerator-seconds of an award that are used, by the mean. */
static double used_s(const struct mdl_access_mode_config *mode,
                     const struct mdl_partition_config *machine)
{
    double per_node = machine->gpus_per_node ? (double)machine->gpus_per_node : 1;
    double award_s = mdl_access_is_in_nodes(mode) ? sim_dist_mean(&mode->award_node_s) * per_node
                                                  : sim_dist_mean(&mode->award_gpu_s);

    return award_s * (1 - mode->unused_frac);
}

/* Part of the mode's awards that go to a partition. */
static double homes_part(const struct mdl_access_mode_plan *mode,
                         const struct mdl_partition_plan *partition, size_t index, int64_t time_ns)
{
    double all = 0, here = 0;

    for (size_t i = 0; i < mode->partition_count; i++) {
        const struct mdl_partition_plan *home = &partition[mode->partition[i]];
        double hours = mode->part[i] * mdl_counted_of(home, mdl_capacity_at(home, time_ns)->units);

        all += hours;
        here += mode->partition[i] == index ? hours : 0;
    }
    return all > 0 ? here / all : 0;
}

/* Applications that follow from one, by the mean, itself with them. */
static double applications_of_one(const struct mdl_apply_config *apply, double pass_frac)
{
    double more = (1 - pass_frac) * apply->again.part_frac + pass_frac * apply->back.part_frac;

    return 1 / (1 - (more < 0.9 ? more : 0.9));
}

double mdl_apply_asked_s(const struct mdl_projects_plan *plan, const struct mdl_apply_plan *apply,
                         const struct mdl_partition_plan *partition, size_t index,
                         const struct sim_calendar *calendar, int64_t day_ns)
{
    double applications =
        apply->rate.base_per_s * SIM_DAY_S *
        sim_pow(1 + apply->rate.growth_per_yr, (double)day_ns / (1e9 * SIM_YEAR_S)) *
        mdl_season_weight(apply->rate.season, apply->rate.zone,
                          sim_calendar_utc_hour(calendar, day_ns) + 12);
    double before = 0, asked_s = 0;

    for (size_t i = 0; i < apply->mode_count; i++) {
        const struct mdl_access_mode_plan *mode = &plan->mode[apply->mode[i]];
        double pass = mode->config->pass_frac;

        asked_s += applications * (apply->mode_cumulated[i] - before) *
                   homes_part(mode, partition, index, day_ns) *
                   applications_of_one(apply->config, pass) * pass *
                   used_s(mode->config, partition[index].config);
        before = apply->mode_cumulated[i];
    }
    return asked_s;
}

/* What it offers on a partition that is open: at a cut-off where there are pools, else at all. */
static double offered(const struct mdl_access_mode_plan *mode, size_t i,
                      const struct mdl_partition_plan *home, int64_t time_ns)
{
    double hours = mode->part[i] * mdl_counted_of(home, mdl_capacity_at(home, time_ns)->units);

    return hours > 0 && mode->config->pool_node_s.count ? (double)mode->pool_mgpuh[i] : hours;
}

size_t mdl_project_home(const struct mdl_access_mode_plan *mode,
                        const struct mdl_partition_plan *partition, int64_t time_ns, double u)
{
    size_t found = SIZE_MAX;
    double sum = 0, before = 0;

    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < mode->partition_count; i++) {
            const struct mdl_partition_plan *home = &partition[mode->partition[i]];
            double hours = offered(mode, i, home, time_ns);

            if (pass == 0)
                sum += hours;
            else if (hours > 0 && (found == SIZE_MAX || before < u * sum))
                found = mode->partition[i];
            before += pass == 1 ? hours : 0;
        }
    }
    return found;
}

/* ---- rules across keys ---- */

static void check_applicants(const struct mdl_checker *c,
                             const struct mdl_community_config *community)
{
    char path[MDL_PATH_BYTES], deeper[MDL_PATH_BYTES];

    mdl_path_of(path, community->item.path, "apply");
    mdl_path_of(deeper, path, "modes");
    for (size_t i = 0; i < community->apply.modes.count; i++) {
        const struct mdl_access_mode_config *mode = community->apply.modes.share[i].item;

        if (!mode)
            continue;
        mdl_path_of(path, deeper, mode->item.key);
        if (*mode->kinds && !mdl_word_is_in(mode->kinds, mdl_kind_names[community->kind]))
            MDL_REPORT(c, path, "is not open to users of the kind '%s'; write one of its 'kinds'",
                       mdl_kind_names[community->kind]);
        if (!mode->stages.count)
            MDL_REPORT(c, mode->item.path,
                       "has no 'stages', the classes of jobs that its projects run; write for "
                       "example 'stages: {training: 100 %%}'");
    }
    mdl_path_of(path, community->item.path, "apply");
    if (!(community->apply.rate_per_s > 0))
        MDL_REPORT(c, path, "needs a 'rate' above 0; write for example 'rate: 0.001 /yr'");
}

void mdl_projects_check(const struct mdl_checker *c)
{
    const struct mdl_config *config = c->config;

    for (size_t i = 0; i < config->communities.count; i++) {
        const struct mdl_community_config *community = sim_map_at(&config->communities, i);

        if (mdl_applies(&community->apply))
            check_applicants(c, community);
    }
    if (config->spend.ramp_frac > config->spend.rush_after_frac)
        MDL_REPORT(c, "spend.rush_after", "comes before the end of the ramp");
}

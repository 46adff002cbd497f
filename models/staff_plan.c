/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/staff_plan.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#include "models/compute/site.h"
#include "models/demand/community.h"
#include "models/money/country.h"
#include "sim/random.h"

struct builder {
    struct mdl_staffs_plan *plan;
    const struct mdl_config *config;
    const struct sim_calendar *calendar;
    int64_t begin_ns, finish_ns;
    struct sim_arena *arena;
    struct sim_error *err;
    const char **country; /* [working_count] */
    struct mdl_working_time *working;
    size_t working_count;
};

static enum sim_status no_memory(struct sim_error *err)
{
    return sim_fail(err, SIM_ENOMEM, "no memory for staff");
}

static size_t pool_count(const struct mdl_staff_config *staff)
{
    size_t count = 0;

    for (int skill = 0; skill < MDL_SKILL_COUNT; skill++)
        count += staff->fte[skill] > 0;
    return count;
}

/* One table for all pools of a country. */
static enum sim_status working_time_of(struct builder *b, const char *country,
                                       const struct mdl_working_time **out)
{
    size_t i = 0;
    enum sim_status status = SIM_OK;

    while (i < b->working_count && strcmp(b->country[i], country) != 0)
        i++;
    if (i == b->working_count) {
        status = mdl_working_time_init(&b->working[i], country, b->calendar, b->begin_ns,
                                       b->finish_ns, b->arena, b->err);
        b->country[b->working_count++] = country;
    }
    *out = &b->working[i];
    return status;
}

/* owner: "sites.lumi" or "access_point". */
static enum sim_status add_pools(struct builder *b, const struct mdl_staff_config *staff,
                                 const char *owner, const char *site, const char *country,
                                 size_t pool_of[MDL_SKILL_COUNT])
{
    const struct mdl_working_time *working = NULL;
    enum sim_status status = SIM_OK;

    if (pool_count(staff) > 0)
        status = working_time_of(b, country, &working);
    for (int skill = 0; skill < MDL_SKILL_COUNT && !status; skill++) {
        struct mdl_staff_plan *pool = &b->plan->pool[b->plan->pool_count];
        char path[MDL_PATH_BYTES], key[MDL_PATH_BYTES];

        if (!(staff->fte[skill] > 0))
            continue;
        snprintf(path, sizeof path, "%.180s.staff.%s", owner, mdl_skill_names[skill]);
        snprintf(key, sizeof key, "%.180s.%s", site, mdl_skill_names[skill]);
        *pool = (struct mdl_staff_plan){.name = sim_arena_strdup(b->arena, key),
                                        .working = working,
                                        .entity = sim_hash_text(path)};
        if (!pool->name)
            return no_memory(b->err);
        mdl_staff_plan_fill(pool, staff, (enum mdl_skill)skill);
        pool_of[skill] = b->plan->pool_count++;
    }
    return status;
}

static enum sim_status build_pools(struct builder *b)
{
    const struct mdl_access_point_config *point = &b->config->access_point;
    const struct sim_map *sites = &b->config->sites;
    size_t central[MDL_SKILL_COUNT], *serving = b->plan->serving;
    enum sim_status status = SIM_OK;

    for (size_t i = 0; i < sites->count * MDL_SKILL_COUNT; i++)
        serving[i] = SIZE_MAX;
    for (int skill = 0; skill < MDL_SKILL_COUNT; skill++)
        central[skill] = SIZE_MAX;
    for (size_t s = 0; s < sites->count && !status; s++) {
        const struct mdl_site_config *site = sim_map_at(sites, s);

        status = add_pools(b, &site->staff, site->item.path, site->item.key, site->country,
                           serving + s * MDL_SKILL_COUNT);
    }
    if (!status)
        status = add_pools(b, &point->staff, "access_point", "access_point",
                           *point->country ? point->country : "LU", central);
    for (size_t i = 0; i < sites->count * MDL_SKILL_COUNT; i++)
        if (serving[i] == SIZE_MAX)
            serving[i] = central[i % MDL_SKILL_COUNT];
    return status;
}

/* ---- courses ---- */

/* The first cohort of the run; cohorts before it took place and are forgotten. */
static int64_t first_cohort_ns(const struct builder *b, const struct mdl_course_config *course)
{
    int64_t days = course->first_days == MDL_DATE_NONE ? b->config->start_days : course->first_days;
    int64_t first_ns = sim_calendar_ns(b->calendar, days), every_ns = course->every_ns;

    if (first_ns >= b->begin_ns)
        return first_ns;
    if (every_ns == 0)
        return SIM_NEVER;
    return first_ns + (b->begin_ns - first_ns + every_ns - 1) / every_ns * every_ns;
}

static enum sim_status build_course(struct builder *b, struct mdl_course_plan *plan,
                                    const struct mdl_course_config *course)
{
    const struct mdl_site_config *site = course->site.item;
    size_t *community = sim_arena_alloc(b->arena, course->of.count, sizeof *community);
    double *cumulated = sim_arena_alloc(b->arena, course->of.count, sizeof *cumulated), sum = 0;
    int64_t *members = sim_arena_alloc(b->arena, course->of.count, sizeof *members);

    if (!community || !cumulated || !members)
        return no_memory(b->err);
    for (size_t i = 0; i < course->of.count; i++) {
        const struct mdl_community_config *of = course->of.share[i].item;

        community[i] = of->item.index;
        members[i] = of->members;
        sum += course->of.share[i].part;
        cumulated[i] = i + 1 == course->of.count ? 1 : sum;
    }
    *plan = (struct mdl_course_plan){
        .config = course,
        .pool = mdl_staff_serving(b->plan, site->item.index, MDL_SKILL_TRAINING),
        .first_ns = first_cohort_ns(b, course),
        .last_ns = course->last_days == MDL_DATE_NONE
                       ? b->finish_ns
                       : sim_calendar_ns(b->calendar, course->last_days + 1) - 1,
        .part_count = course->of.count,
        .community = community,
        .cumulated = cumulated,
        .members = members,
    };
    return SIM_OK;
}

enum sim_status mdl_staffs_plan_init(struct mdl_staffs_plan *plan, const struct mdl_config *config,
                                     const struct sim_calendar *calendar, int64_t begin_ns,
                                     int64_t finish_ns, struct sim_arena *arena,
                                     struct sim_error *err)
{
    size_t pools = pool_count(&config->access_point.staff), sites = config->sites.count;
    struct builder b = {plan, config, calendar, begin_ns, finish_ns, arena, err, NULL, NULL, 0};
    enum sim_status status;

    for (size_t s = 0; s < sites; s++)
        pools +=
            pool_count(&((const struct mdl_site_config *)sim_map_at(&config->sites, s))->staff);
    *plan = (struct mdl_staffs_plan){
        .pool = sim_arena_alloc(arena, pools, sizeof *plan->pool),
        .course = sim_arena_alloc(arena, config->courses.count, sizeof *plan->course),
        .serving = sim_arena_alloc(arena, sites * MDL_SKILL_COUNT, sizeof *plan->serving),
    };
    b.country = sim_arena_alloc(arena, sites + 1, sizeof(const char *));
    b.working = sim_arena_alloc(arena, sites + 1, sizeof *b.working);
    if (!plan->pool || !plan->course || !plan->serving || !b.country || !b.working)
        return no_memory(err);
    status = build_pools(&b);
    for (; plan->course_count < config->courses.count && !status; plan->course_count++)
        status = build_course(&b, &plan->course[plan->course_count],
                              sim_map_at(&config->courses, plan->course_count));
    return status;
}

/* ---- checks ---- */

static bool has_trainers(const struct mdl_config *config, const struct mdl_site_config *site)
{
    return !site || site->staff.fte[MDL_SKILL_TRAINING] > 0 ||
           config->access_point.staff.fte[MDL_SKILL_TRAINING] > 0;
}

static void check_course(const struct mdl_checker *c, const struct mdl_course_config *course)
{
    char path[MDL_PATH_BYTES];

    mdl_path_of(path, course->item.path, "site");
    if (!has_trainers(c->config, course->site.item))
        MDL_REPORT(c, path,
                   "nobody at '%.64s' holds courses; give sites.%.64s.staff.training, or "
                   "access_point.staff.training",
                   course->site.name, course->site.name);
    mdl_path_of(path, course->item.path, "last");
    if (course->last_days != MDL_DATE_NONE && course->first_days != MDL_DATE_NONE &&
        course->last_days < course->first_days)
        MDL_REPORT(c, path, "must not be before first");
    for (size_t i = 0; i < course->of.count; i++) {
        const struct mdl_community_config *of = course->of.share[i].item;

        mdl_path_of(path, course->item.path, "of");
        if (of && of->members < 2)
            MDL_REPORT(c, path,
                       "'%.64s' has one member; give communities.%.64s.members, of whom a part is "
                       "trained",
                       of->item.key, of->item.key);
    }
}

void mdl_staffs_check(const struct mdl_checker *c)
{
    const char *country = c->config->access_point.country;

    if (*country && !mdl_is_state(country))
        MDL_REPORT(c, "access_point.country",
                   "'%.40s' is not the two-letter code of a state; write for example 'LU'",
                   country);
    for (size_t i = 0; i < c->config->courses.count; i++)
        check_course(c, sim_map_at(&c->config->courses, i));
}

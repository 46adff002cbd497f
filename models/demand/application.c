/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/demand/application.h"

#include "models/demand/pick.h"
#include "models/demand/purpose.h"
#include "sim/random.h"
#include "sim/units.h"

#define PART(type, text)                                                                           \
    {                                                                                              \
        .name = "part", .kind = SIM_FIELD_REAL, .unit = SIM_UNIT_FRAC, SIM_AT(type, part_frac),    \
        .max = 1, .help = (text)                                                                   \
    }
#define DELAY(type, text)                                                                          \
    {                                                                                              \
        .name = "delay", .kind = SIM_FIELD_DIST, .unit = SIM_UNIT_S, SIM_AT(type, delay_s),        \
        .max = 1e9, .help = (text), .example = "60 d"                                              \
    }

static const struct sim_field again_fields[] = {
    PART(struct mdl_again_config, "of those who are rejected, this part applies again"),
    DELAY(struct mdl_again_config, "from the decision to the next application"),
    {.name = "tries",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     SIM_AT(struct mdl_again_config, tries),
     .min = 1,
     .max = MDL_ROUNDS_MAX,
     .fallback = 3,
     .help = "applications in a row until a member gives up"},
    {0},
};

static const struct sim_field back_fields[] = {
    PART(struct mdl_back_config,
         "of those whose project used a tenth of its award or more, this part applies again"),
    DELAY(struct mdl_back_config, "from the project's end to the next application"),
    {0},
};

#define AT(member) SIM_AT(struct mdl_apply_config, member)

const struct sim_field mdl_apply_fields[] = {
    {.name = "rate",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_PER_S,
     AT(rate_per_s),
     .max = 1,
     .help = "first applications of one member per time, at the start of the scenario",
     .example = "0.0011 /yr"},
    {.name = "growth",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_GROWTH,
     AT(growth_per_yr),
     .min = -0.99,
     .max = 10,
     .help = "growth of the rate, compounded, from the start of the scenario"},
    {.name = "hours",
     .kind = SIM_FIELD_PROFILE,
     AT(hours),
     .help = "rhythm of the local day (24 weights) or week (168, from Monday), or a name of "
             "`profiles`; flat when not given",
     .example = "office"},
    {.name = "season",
     .kind = SIM_FIELD_PROFILE,
     .profile_count = 12,
     AT(season),
     .help = "weights of the local months, January to December; flat when not given",
     .example = "[1, 1.05, 1.15, 1, 1, 1.05, 0.8, 0.5, 1.1, 1.25, 1.2, 0.9]"},
    {.name = "modes",
     .kind = SIM_FIELD_SHARES,
     .unit = SIM_UNIT_FRAC,
     .target = "access_modes",
     .sums_to_one = true,
     AT(modes),
     .help = "access modes under which members apply, by part of the applications",
     .example = "{playground: 75 %, fast_lane: 20 %, large_scale: 5 %}"},
    {.name = "again",
     .kind = SIM_FIELD_GROUP,
     .rows = again_fields,
     AT(again),
     .help = "what becomes of those who are rejected",
     .example = "{part: 40 %, delay: 60 d, tries: 3}"},
    {.name = "back",
     .kind = SIM_FIELD_GROUP,
     .rows = back_fields,
     AT(back),
     .help = "what becomes of those who were served",
     .example = "{part: 60 %, delay: 180 d}"},
    {.name = "patience",
     .kind = SIM_FIELD_DIST,
     .unit = SIM_UNIT_S,
     AT(patience_s),
     .max = 1e9,
     .help = "who has waited this long since the submission for its project to begin withdraws; "
             "nobody does when not given",
     .example = "{lognormal: {median: 120 d, sigma: 0.5}}"},
    {0},
};

struct mdl_applications {
    const struct mdl_apply_plan *plan;
    const struct mdl_applications_world *world;
    uint32_t community, next_number;
    struct sim_timer timer;
    struct mdl_rate rate;
    struct sim_draws gap;
};

static void arm(struct sim *sim, struct mdl_applications *applications, int64_t from_ns)
{
    int64_t next_ns =
        mdl_rate_next_ns(&applications->rate, from_ns, sim_draws_next(&applications->gap));

    if (next_ns < applications->world->finish_ns)
        sim_timer_arm(sim, &applications->timer, next_ns);
}

static void on_arrival(struct sim *sim, void *subject)
{
    struct mdl_applications *applications = subject;
    uint32_t number = applications->next_number++;

    if (number == MDL_APPLICATIONS_MAX) {
        sim_abort(sim, SIM_ELIMIT, "%s: more than %d applications", applications->plan->item->path,
                  MDL_APPLICATIONS_MAX);
        return;
    }
    applications->world->arrived(applications->world->context, applications->community, number);
    arm(sim, applications, sim->now_ns);
}

enum sim_status mdl_applications_create(struct sim *sim, const struct mdl_apply_plan *apply,
                                        uint32_t community,
                                        const struct mdl_applications_world *world,
                                        struct mdl_applications **out, struct sim_error *err)
{
    struct mdl_applications *applications = sim_arena_alloc(sim->arena, 1, sizeof *applications);
    enum sim_status status;

    if (!applications)
        return sim_fail(err, SIM_ENOMEM, "no memory for '%s'", apply->item->path);
    *applications =
        (struct mdl_applications){.plan = apply, .world = world, .community = community};
    status = sim_timer_create(sim, &applications->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION,
                              on_arrival, applications, err);
    if (status)
        return status;
    sim_draws_init(&applications->gap, sim->draw_key, apply->item->entity, MDL_DRAW_GAP,
                   SIM_DRAW_EXPONENTIAL);
    mdl_rate_init(&applications->rate, &apply->rate, world->calendar, sim->draw_key,
                  world->begin_ns, world->finish_ns);
    arm(sim, applications, world->begin_ns);
    *out = applications;
    return SIM_OK;
}

uint32_t mdl_applications_count(const struct mdl_applications *applications)
{
    return applications->next_number;
}

uint64_t mdl_project_entity(uint64_t community, uint32_t project)
{
    return sim_hash_child(community, MDL_CHILD_APPLICATION, project);
}

static double uniform(const struct mdl_apply_plan *apply, uint64_t draw_key, uint32_t project,
                      enum mdl_draw purpose)
{
    return sim_uniform_at(draw_key, mdl_project_entity(apply->item->entity, project), purpose, 0);
}

struct mdl_application mdl_application_at(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                          uint32_t project)
{
    uint32_t first = project % MDL_APPLICATIONS_MAX; /* whoever comes again is the same member */
    double member_u = uniform(apply, draw_key, first, MDL_DRAW_MEMBER);

    return (struct mdl_application){
        .entity = mdl_project_entity(apply->item->entity, project),
        .member = (uint32_t)(member_u * apply->members),
        .mode = apply->mode[mdl_pick(apply->mode_cumulated, apply->mode_count,
                                     uniform(apply, draw_key, project, MDL_DRAW_MODE))],
    };
}

int64_t mdl_application_again_ns(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                 uint32_t project, bool was_served, uint32_t rejected_in_a_row)
{
    const struct mdl_again_config *again = &apply->config->again;
    const struct mdl_back_config *back = &apply->config->back;
    const struct sim_dist *delay = was_served ? &back->delay_s : &again->delay_s;
    double part = was_served ? back->part_frac : again->part_frac;

    if (project / MDL_APPLICATIONS_MAX + 1 >= MDL_ROUNDS_MAX ||
        (!was_served && rejected_in_a_row >= again->tries) ||
        !(uniform(apply, draw_key, project, was_served ? MDL_DRAW_BACK : MDL_DRAW_AGAIN) < part))
        return SIM_NEVER;
    return sim_ns_from_s(sim_dist_at(delay, uniform(apply, draw_key, project, MDL_DRAW_DELAY)));
}

int64_t mdl_application_patience_ns(const struct mdl_apply_plan *apply, uint64_t draw_key,
                                    uint32_t project)
{
    const struct sim_dist *law = &apply->config->patience_s;

    if (law->kind == SIM_DIST_CONSTANT && !(law->a > 0))
        return SIM_NEVER;
    return sim_ns_from_s(sim_dist_at(law, uniform(apply, draw_key, project, MDL_DRAW_GIVES_UP)));
}

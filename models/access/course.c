/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/access/course.h"

#include "sim/elementary.h"
#include "sim/random.h"

enum purpose { /* part of the meaning of a seed: never renumber */
               PURPOSE_COMPLETES = 1,
               PURPOSE_COMMUNITY,
};
enum { TEACHING = 1 }; /* priority */

#define AT(member) SIM_AT(struct mdl_course_config, member)

const struct sim_field mdl_course_fields[] = {
    {.name = "site",
     .kind = SIM_FIELD_REF,
     .target = "sites",
     AT(site),
     .required = true,
     .help = "whose training staff hold it",
     .example = "lumi"},
    {.name = "of",
     .kind = SIM_FIELD_SHARES,
     .target = "communities",
     .unit = SIM_UNIT_FRAC,
     AT(of),
     .min = 0,
     .max = 1,
     .required = true,
     .sums_to_one = true,
     .help = "communities, by part of the seats",
     .example = "{sme-de: 60 %, sme-it: 40 %}"},
    {.name = "first",
     .kind = SIM_FIELD_DATE,
     AT(first_days),
     .fallback = SIM_DATE_NONE,
     .help = "date of the first cohort; default: the start of the scenario",
     .example = "2026-03-02"},
    {.name = "last",
     .kind = SIM_FIELD_DATE,
     AT(last_days),
     .fallback = SIM_DATE_NONE,
     .help = "no cohort begins after this date",
     .example = "2028-12-31"},
    {.name = "every",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(every_ns),
     .max = 1e9,
     .help = "time from one cohort to the next; 0 s: there is one",
     .example = "4 week"},
    {.name = "seats",
     .kind = SIM_FIELD_INT,
     .unit = SIM_UNIT_COUNT,
     AT(seats),
     .min = 1,
     .max = 10000,
     .required = true,
     .help = "persons of one cohort",
     .example = "30"},
    {.name = "trainers",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(trainers_ns),
     .min = 60,
     .max = 1e8,
     .required = true,
     .help = "hours that trainers work for one cohort, preparation included",
     .example = "60 h"},
    {.name = "completed",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(completed_frac),
     .max = 1,
     .fallback = 1,
     .help = "part of the persons who complete the course",
     .example = "80 %"},
    {.name = "effect",
     .kind = SIM_FIELD_REAL,
     .unit = SIM_UNIT_FRAC,
     AT(effect_frac),
     .max = 1,
     .help = "part of the failures of jobs that a trained person avoids; an assumption to vary",
     .example = "30 %"},
    {.name = "decay",
     .kind = SIM_FIELD_DURATION,
     .unit = SIM_UNIT_S,
     AT(decay_ns),
     .max = 1e9,
     .help = "mean time until a trained person has forgotten or left; 0 s: never",
     .example = "2 yr"},
    {0},
};

struct trained { /* of a community */
    double persons;
    int64_t since_ns;
};

struct mdl_course {
    struct sim *sim;
    const struct mdl_course_plan *plan;
    struct mdl_staff *trainers;
    struct sim_timer timer;
    struct sim_pool cohorts;
    struct trained *trained; /* [part_count] */
    uint64_t seats_begun;
    struct mdl_course_counts counts;
};

struct cohort {
    struct mdl_task task;
    struct mdl_course *course;
    uint64_t first_seat;
};

static double left_of(const struct mdl_course *course, const struct trained *trained,
                      int64_t time_ns)
{
    int64_t decay_ns = course->plan->config->decay_ns;

    if (!(trained->persons > 0) || decay_ns == 0)
        return trained->persons;
    return trained->persons * sim_exp(-(double)(time_ns - trained->since_ns) / (double)decay_ns);
}

static double seat_u(const struct mdl_course *course, enum purpose purpose, uint64_t seat)
{
    return sim_uniform_at(course->sim->draw_key, course->plan->config->item.entity, purpose, seat);
}

static void train(struct mdl_course *course, uint64_t seat)
{
    const struct mdl_course_plan *plan = course->plan;
    double u = seat_u(course, PURPOSE_COMMUNITY, seat);
    struct trained *trained;
    size_t i = 0;

    if (seat_u(course, PURPOSE_COMPLETES, seat) >= plan->config->completed_frac)
        return;
    while (u > plan->cumulated[i])
        i++;
    trained = &course->trained[i];
    trained->persons = left_of(course, trained, course->sim->now_ns) + 1;
    trained->since_ns = course->sim->now_ns;
    course->counts.persons++;
}

void mdl_course_taught(struct mdl_task *task)
{
    struct cohort *cohort = task->subject;
    struct mdl_course *course = cohort->course;

    for (int64_t i = 0; i < course->plan->config->seats; i++)
        train(course, cohort->first_seat + (uint64_t)i);
    course->counts.held++;
    course->counts.waited_ns += task->start_ns - task->ready_ns;
    sim_pool_put(&course->cohorts, cohort);
}

static void on_date(struct sim *sim, void *subject)
{
    struct mdl_course *course = subject;
    const struct mdl_course_config *config = course->plan->config;
    struct cohort *cohort = sim_pool_get(&course->cohorts);

    if (!cohort) {
        sim_abort(sim, SIM_ENOMEM, "no memory for the cohorts of '%s'", config->item.path);
        return;
    }
    *cohort = (struct cohort){.course = course, .first_seat = course->seats_begun};
    cohort->task = (struct mdl_task){
        .effort_ns = config->trainers_ns, .priority = TEACHING, .subject = cohort};
    course->seats_begun += (uint64_t)config->seats;
    course->counts.cohorts++;
    if (config->every_ns > 0 && course->plan->last_ns - sim->now_ns >= config->every_ns)
        sim_timer_arm(sim, &course->timer, sim->now_ns + config->every_ns);
    mdl_staff_add(course->trainers, &cohort->task);
}

enum sim_status mdl_course_create(struct sim *sim, const struct mdl_course_plan *plan,
                                  struct mdl_staff *trainers, struct mdl_course **out,
                                  struct sim_error *err)
{
    struct mdl_course *course = sim_arena_alloc(sim->arena, 1, sizeof *course);
    enum sim_status status;

    if (!course)
        return sim_fail(err, SIM_ENOMEM, "no memory for courses");
    *course = (struct mdl_course){.sim = sim, .plan = plan, .trainers = trainers};
    sim_pool_init(&course->cohorts, sim->arena, sizeof(struct cohort));
    course->trained = sim_arena_alloc(sim->arena, plan->part_count, sizeof *course->trained);
    if (!course->trained)
        return sim_fail(err, SIM_ENOMEM, "no memory for courses");
    status = sim_timer_create(sim, &course->timer, SIM_PHASE_ARRIVAL, SIM_TIES_BY_CREATION, on_date,
                              course, err);
    if (status)
        return status;
    if (plan->first_ns <= plan->last_ns)
        sim_timer_arm(sim, &course->timer, plan->first_ns);
    *out = course;
    return SIM_OK;
}

double mdl_course_factor(const struct mdl_course *course, size_t community, int64_t time_ns)
{
    const struct mdl_course_plan *plan = course->plan;
    double factor = 1;

    for (size_t i = 0; i < plan->part_count; i++) {
        double frac;

        if (plan->community[i] != community)
            continue;
        frac = left_of(course, &course->trained[i], time_ns) / (double)plan->members[i];
        factor *= 1 - plan->config->effect_frac * (frac < 1 ? frac : 1);
    }
    return factor;
}

struct mdl_course_counts mdl_course_counts(const struct mdl_course *course)
{
    return course->counts;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/world_projects.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "models/conservation.h"
#include "models/demand/purpose.h"
#include "models/figures/cohort.h"
#include "sim/elementary.h"
#include "sim/units.h"

struct again { /* a member that will apply once more */
    uint32_t community, project, rejected_in_a_row;
};

static const struct mdl_access_mode_plan *mode_of(const struct mdl_world *world,
                                                  const struct mdl_case *of)
{
    return &world->plan->projects.mode[of->access_mode];
}

static double uniform(const struct mdl_world *world, const struct mdl_case *of,
                      enum mdl_draw purpose)
{
    return sim_uniform_at(world->sim->draw_key, of->project.entity, purpose, 0);
}

/* ---- records ---- */

static double stamp_s(bool is_reached, int64_t time_ns)
{
    return is_reached ? sim_s_from_ns(time_ns) : NAN;
}

static void record(struct mdl_world *world, const struct mdl_case *of,
                   enum mdl_project_outcome outcome)
{
    const struct mdl_project *project = &of->project;
    const struct mdl_project_hours *hours = &project->hours;
    bool is_placed = project->partition != UINT32_MAX;
    struct mdl_project_record row = {
        .number = project->number,
        .jobs = project->next_job,
        .time_draft_s = sim_s_from_ns(of->drafted_ns),
        .time_submit_s = stamp_s(of->is_submitted, of->submitted_ns),
        .time_cutoff_s =
            stamp_s(of->is_submitted && of->stage > MDL_STAGE_CUTOFF, of->collected_ns),
        .time_decision_s = stamp_s(of->is_decided, of->decided_ns),
        .time_begin_s = stamp_s(of->has_begun, project->begins_ns),
        .time_first_job_s =
            stamp_s(project->first_start_ns != MDL_TIME_UNSET, project->first_start_ns),
        .time_end_s = stamp_s(outcome != MDL_PROJECT_INSIDE, world->sim->now_ns),
        .asked_mgpuh = of->asked_mgpuh,
        .awarded_mgpuh = hours->awarded,
        .used_mgpuh = hours->used,
        .lost_mgpuh = hours->lost,
        .returned_mgpuh = hours->returned,
        .expired_mgpuh = hours->expired,
        .overdrawn_mgpuh = hours->overdrawn,
        .community = (int32_t)project->community,
        .access_mode = (int32_t)of->access_mode,
        .member = (int32_t)of->member,
        .round = (int32_t)(project->number / MDL_APPLICATIONS_MAX),
        .site = is_placed ? (int32_t)world->plan->partition[project->partition].site : -1,
        .partition = is_placed ? (int32_t)project->partition : -1,
        .outcome = (uint8_t)outcome,
    };
    struct sim_error err;

    if (world->sim->now_ns < world->plan->start_ns || !world->sim->trace)
        return;
    memcpy(row.stage_ns, of->stage_ns, sizeof row.stage_ns);
    if (world->sim->trace->row(world->sim->trace, &mdl_projects_table, &row, &err))
        sim_abort(world->sim, err.status, "%s", err.message);
}

/* The queue ends when the first job starts that is no test, which is known afterwards. Then the
 * stages sum to the lead time. */
static void measure_lead(struct mdl_world *world, struct mdl_case *of)
{
    const struct mdl_project *project = &of->project;
    int64_t sum_ns = 0;

    if (project->first_start_ns == MDL_TIME_UNSET)
        return;
    of->stage_ns[MDL_STAGE_QUEUE][MDL_PART_RESOURCE] = project->first_start_ns - project->begins_ns;
    for (int stage = 0; stage < MDL_STAGES; stage++)
        for (int part = 0; part < MDL_PARTS; part++)
            sum_ns += of->stage_ns[stage][part];
    if (sum_ns != project->first_start_ns - of->submitted_ns)
        sim_abort(world->sim, SIM_EINVARIANT, "%s: project %u: the stages are not the lead time",
                  project->path, project->number);
}

/* ---- cases ---- */

static bool open_case(struct mdl_world *world, struct mdl_case *of)
{
    struct mdl_world_projects *projects = world->projects;

    if (projects->open_count == projects->open_capacity) {
        uint32_t before = projects->open_capacity, capacity = before ? 2 * before : 64;
        struct mdl_case **open = sim_arena_resize(world->sim->arena, projects->open, capacity,
                                                  sizeof(struct mdl_case *));
        uint32_t *handles =
            sim_arena_resize(world->sim->arena, projects->free_handle, capacity, sizeof *handles);

        if (!open || !handles)
            return false;
        projects->open = open;
        projects->free_handle = handles;
        projects->open_capacity = capacity;
        for (uint32_t i = 0; i < capacity - before; i++)
            handles[i] = capacity - i;
    }
    of->project.handle = projects->free_handle[projects->open_capacity - ++projects->open_count];
    projects->open[of->project.handle - 1] = of;
    return true;
}

static void close_case(struct mdl_world *world, struct mdl_case *of)
{
    struct mdl_world_projects *projects = world->projects;

    projects->open[of->project.handle - 1] = NULL;
    projects->free_handle[projects->open_capacity - projects->open_count--] = of->project.handle;
    projects->counts[of->project.community].ended++;
    sim_pool_put(&projects->cases, of);
}

static void no_memory(struct mdl_world *world, const char *path)
{
    sim_abort(world->sim, SIM_ENOMEM, "no memory for the applications of '%s'", path);
}

static void set_due(struct mdl_world *world, struct mdl_case *of, int64_t time_ns)
{
    of->due = mdl_agenda_add(&world->projects->due, time_ns, of);
}

static void leave_agenda(struct mdl_agenda *agenda, uint32_t *entry)
{
    if (*entry != MDL_AGENDA_NONE)
        mdl_agenda_remove(agenda, *entry);
    *entry = MDL_AGENDA_NONE;
}

static void come_again(struct mdl_world *world, const struct mdl_case *of, bool was_served)
{
    const struct mdl_apply_plan *apply = world->plan->source[of->project.community].apply;
    uint32_t number = of->project.number, rejected = was_served ? 0 : of->rejected_in_a_row + 1;
    int64_t after_ns =
        mdl_application_again_ns(apply, world->sim->draw_key, number, was_served, rejected);
    struct again *again;

    if (after_ns >= world->plan->finish_ns - world->sim->now_ns)
        return;
    again = sim_pool_get(&world->projects->returns);
    if (!again) {
        no_memory(world, apply->item->path);
        return;
    }
    *again = (struct again){of->project.community, number + MDL_APPLICATIONS_MAX, rejected};
    mdl_agenda_add(&world->projects->again, world->sim->now_ns + after_ns, again);
}

/* A tenth of the award, that is. */
static bool is_served(const struct mdl_project_hours *hours)
{
    return hours->awarded > 0 && hours->used >= hours->awarded - hours->awarded / 10 * 9;
}

static bool is_balanced(const struct mdl_project_hours *hours)
{
    return hours->awarded == hours->used + hours->lost + hours->returned + hours->expired;
}

static void count_case(struct mdl_world *world, const struct mdl_case *of,
                       enum mdl_project_outcome outcome, bool is_new_member)
{
    struct mdl_cohort_case counted = {
        .source = of->project.community,
        .access_mode = of->access_mode,
        .outcome = (uint8_t)outcome,
        .is_awarded = of->project.hours.awarded > 0,
        .is_served = is_served(&of->project.hours),
        .is_new_member = is_new_member,
        .submitted_ns = of->is_submitted ? of->submitted_ns : MDL_TIME_UNSET,
        .decided_ns = of->is_decided ? of->decided_ns : MDL_TIME_UNSET,
        .first_job_ns = of->project.first_start_ns,
        .now_ns = world->sim->now_ns,
        .asked_mgpuh = of->asked_mgpuh,
        .hours = &of->project.hours,
        .stage_ns = of->stage_ns,
    };

    if (!mdl_figures_case_left(world->figures, &counted))
        no_memory(world, of->project.path);
}

static void end_with_member(struct mdl_world *world, const struct mdl_case *of,
                            enum mdl_project_outcome outcome)
{
    struct mdl_member *member =
        mdl_member_table_at(&world->projects->members, of->project.community, of->member);
    bool was_served = is_served(&of->project.hours);

    if (!member) {
        no_memory(world, of->project.path);
        return;
    }
    member->inside--;
    member->served += was_served && world->sim->now_ns >= world->plan->start_ns;
    count_case(world, of, outcome, member->served == 1);
    if (was_served || outcome == MDL_PROJECT_REJECTED || outcome == MDL_PROJECT_REFUSED)
        come_again(world, of, was_served);
}

void mdl_case_end(struct mdl_world *world, struct mdl_case *of, enum mdl_project_outcome outcome)
{
    struct mdl_world_projects *projects = world->projects;
    struct mdl_project_hours *hours = &of->project.hours;

    leave_agenda(&projects->due, &of->due);
    leave_agenda(&projects->gives_up, &of->gives_up);
    if (of->is_submitted && !of->has_begun)
        mdl_case_mark(world, of, of->part);
    mdl_project_close(&of->project, outcome == MDL_PROJECT_EXPIRED);
    if (!is_balanced(hours))
        sim_abort(world->sim, SIM_EINVARIANT,
                  "%s: project %u: %lld milli-GPU-h were awarded, but used, lost, returned and "
                  "expired are not as much",
                  of->project.path, of->project.number, (long long)hours->awarded);
    projects->charged_mgpuh += hours->used + hours->lost + hours->overdrawn;
    measure_lead(world, of);
    record(world, of, outcome);
    end_with_member(world, of, outcome);
    mdl_world_case_closed(world, of);
    close_case(world, of);
}

void mdl_case_mark(struct mdl_world *world, struct mdl_case *of, enum mdl_stage_part part)
{
    int64_t now_ns = world->sim->now_ns;

    of->stage_ns[of->stage][of->part] += now_ns - of->since_ns;
    of->since_ns = now_ns;
    of->part = (uint8_t)part;
}

/* ---- jobs ---- */

static void on_submit(void *context, struct mdl_job *job)
{
    struct mdl_world *world = context;

    world->projects->counts[job->community].jobs++;
    mdl_world_on_submit(world, job);
}

/* Does a project end now, nothing of it being inside? */
static bool ends_now(const struct mdl_world *world, struct mdl_case *of,
                     enum mdl_project_outcome *outcome)
{
    const struct mdl_access_mode_config *mode = mode_of(world, of)->config;
    const struct mdl_project_hours *hours = &of->project.hours;
    int64_t now_ns = world->sim->now_ns;

    if (hours->used + hours->lost >= hours->awarded) {
        *outcome = MDL_PROJECT_USED_UP;
        return true;
    }
    if (now_ns >= of->project.expires_ns) {
        *outcome = MDL_PROJECT_EXPIRED;
        return true;
    }
    if (mode->lose_after_ns > 0 && !of->is_checked_for_use &&
        now_ns >= of->project.begins_ns + mode->lose_after_ns) {
        of->is_checked_for_use = true;
        *outcome = MDL_PROJECT_RETURNED;
        return (double)hours->used < mode->lose_below_frac * (double)hours->awarded;
    }
    return false;
}

/* When something is to be done about a project, nothing of it being inside, at next_ns at the
 * latest. */
static void wait_for_turn(struct mdl_world *world, struct mdl_case *of, int64_t next_ns)
{
    const struct mdl_access_mode_config *mode = mode_of(world, of)->config;
    int64_t check_ns = of->project.begins_ns + mode->lose_after_ns;

    if (mode->lose_after_ns > 0 && !of->is_checked_for_use && check_ns < next_ns)
        next_ns = check_ns > world->sim->now_ns ? check_ns : world->sim->now_ns;
    set_due(world, of, next_ns);
}

static void take_turn(struct mdl_world *world, struct mdl_case *of)
{
    struct mdl_world_projects *projects = world->projects;
    struct mdl_project *project = &of->project;
    enum mdl_project_outcome outcome;
    int64_t next_ns;

    if (ends_now(world, of, &outcome)) {
        mdl_case_end(world, of, outcome);
        return;
    }
    next_ns =
        project->next_draw ? mdl_project_next_ns(project, &projects->jobs) : world->sim->now_ns;
    if (next_ns > world->sim->now_ns) {
        wait_for_turn(world, of, next_ns);
    } else if (!mdl_project_wave(project, &projects->jobs)) {
        wait_for_turn(world, of, project->expires_ns);
    } else if (!project->jobs_inside) { /* they could not stay */
        wait_for_turn(world, of, mdl_project_next_ns(project, &projects->jobs));
    }
}

void mdl_world_project_job_left(struct mdl_world *world, const struct mdl_job *job)
{
    struct mdl_world_projects *projects = world->projects;
    struct mdl_case *of = projects->open[job->group - 1];

    projects->held_mgpuh += mdl_project_job_left(&of->project, &projects->jobs, job);
    if (!of->project.jobs_inside && !of->project.is_in_wave && !world->sim->is_aborted)
        take_turn(world, of);
}

int64_t mdl_world_project_patience_ns(const struct mdl_world *world, const struct mdl_job *job)
{
    int64_t left_ns =
        world->projects->open[job->group - 1]->project.expires_ns - world->sim->now_ns;

    return left_ns > 0 ? left_ns : 0;
}

/* ---- stages ---- */

void mdl_case_wait_until(struct mdl_world *world, struct mdl_case *of, int64_t time_ns,
                         enum mdl_stage_part part)
{
    mdl_case_mark(world, of, part);
    leave_agenda(&world->projects->due, &of->due);
    set_due(world, of, time_ns);
}

static void begin_project(struct mdl_world *world, struct mdl_case *of)
{
    struct mdl_project *project = &of->project;

    leave_agenda(&world->projects->gives_up, &of->gives_up);
    of->has_begun = true;
    project->begins_ns = world->sim->now_ns;
    project->expires_ns = project->begins_ns + of->duration_ns;
    take_turn(world, of);
}

static void collect(struct mdl_world *world, struct mdl_case *of)
{
    mdl_case_enter_call(world, of, 1 - uniform(world, of, MDL_DRAW_PASS));
    mdl_case_wait_until(world, of, of->collected_ns, MDL_PART_DATE);
}

static void begin_stage(struct mdl_world *world, struct mdl_case *of)
{
    const struct mdl_access_mode_plan *mode = mode_of(world, of);
    const struct sim_calendar *calendar = &world->plan->calendar;
    int64_t now_ns = world->sim->now_ns, promised_ns;

    switch (of->stage) {
    case MDL_STAGE_CUTOFF:
        of->collected_ns = mdl_access_cutoff_ns(mode, calendar, now_ns);
        if (of->collected_ns == SIM_NEVER)
            mdl_case_end(world, of, MDL_PROJECT_UNPLACED);
        else
            collect(world, of);
        return;
    case MDL_STAGE_REVIEW:
        promised_ns = mdl_access_decision_ns(mode, calendar, of->collected_ns);
        if (!mdl_case_ask_staff(world, of, MDL_SKILL_REVIEW, mode->config->review_effort_ns,
                                promised_ns))
            mdl_case_wait_until(world, of, promised_ns, MDL_PART_DATE);
        return;
    case MDL_STAGE_ONBOARDING:
        if (!mdl_case_ask_staff(world, of, MDL_SKILL_SUPPORT, mode->config->support_effort_ns,
                                now_ns))
            mdl_case_next(world, of);
        return;
    case MDL_STAGE_QUEUE:
        begin_project(world, of);
        return;
    default:
        mdl_case_next(world, of);
    }
}

void mdl_case_next(struct mdl_world *world, struct mdl_case *of)
{
    mdl_case_mark(world, of, MDL_PART_RESOURCE);
    of->stage++;
    begin_stage(world, of);
}

/* Of an award, what the project has no use for: the mean is that of the mode. */
static double unused_frac(const struct mdl_world *world, const struct mdl_case *of)
{
    double mean = mode_of(world, of)->config->unused_frac;

    if (!(mean > 0))
        return 0;
    return sim_pow(uniform(world, of, MDL_DRAW_UNUSED), (1 - mean) / mean);
}

void mdl_case_award(struct mdl_world *world, struct mdl_case *of, int64_t awarded_mgpuh)
{
    struct mdl_member *member =
        mdl_member_table_at(&world->projects->members, of->project.community, of->member);

    of->is_decided = true;
    of->decided_ns = world->sim->now_ns;
    of->project.hours.awarded = awarded_mgpuh;
    of->project.meant = (int64_t)((double)awarded_mgpuh * (1 - unused_frac(world, of)));
    if (member)
        member->awards++;
    mdl_case_next(world, of);
}

void mdl_case_reject(struct mdl_world *world, struct mdl_case *of, enum mdl_project_outcome outcome)
{
    of->is_decided = true;
    of->decided_ns = world->sim->now_ns;
    mdl_case_end(world, of, outcome);
}

void mdl_case_go_on(struct mdl_world *world, struct mdl_case *of)
{
    leave_agenda(&world->projects->due, &of->due);
    if (of->stage == MDL_STAGE_REVIEW)
        mdl_case_reviewed(world, of);
    else
        mdl_case_next(world, of);
}

static void submit(struct mdl_world *world, struct mdl_case *of)
{
    const struct mdl_plan *plan = world->plan;
    const struct mdl_access_mode_plan *mode = mode_of(world, of);
    int64_t now_ns = world->sim->now_ns, patience_ns;
    size_t home =
        mdl_project_home(mode, plan->partition, now_ns, uniform(world, of, MDL_DRAW_HOME));

    of->is_submitted = true;
    of->submitted_ns = of->since_ns = now_ns;
    of->part = MDL_PART_DATE;
    if (home == SIZE_MAX) {
        mdl_case_end(world, of, MDL_PROJECT_UNPLACED);
        return;
    }
    of->project.partition = (uint32_t)home;
    of->asked_mgpuh =
        mdl_access_award_mgpuh(mode, &plan->partition[home], uniform(world, of, MDL_DRAW_AWARD));
    of->duration_ns = sim_ns_from_s(
        sim_dist_at(&mode->config->duration_s, uniform(world, of, MDL_DRAW_DURATION)));
    patience_ns = mdl_application_patience_ns(plan->source[of->project.community].apply,
                                              world->sim->draw_key, of->project.number);
    if (patience_ns < plan->finish_ns - now_ns)
        of->gives_up = mdl_agenda_add(&world->projects->gives_up, now_ns + patience_ns, of);
    begin_stage(world, of);
}

static void on_due(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct mdl_case *of = subject;

    of->due = MDL_AGENDA_NONE;
    if (!of->is_submitted)
        submit(world, of);
    else if (of->has_begun)
        take_turn(world, of);
    else if (!mdl_case_is_with_staff(world, of))
        mdl_case_go_on(world, of);
}

static void on_gives_up(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct mdl_case *of = subject;

    of->gives_up = MDL_AGENDA_NONE;
    if (of->cancel)
        of->cancel(world, of);
    mdl_case_end(world, of, MDL_PROJECT_WITHDRAWN);
}

/* ---- applications ---- */

static void begin_case(struct mdl_world *world, uint32_t community, uint32_t number,
                       uint32_t rejected_in_a_row)
{
    struct mdl_world_projects *projects = world->projects;
    const struct mdl_source_plan *source = &world->plan->source[community];
    struct mdl_application application =
        mdl_application_at(source->apply, world->sim->draw_key, number);
    struct mdl_member *member =
        mdl_member_table_at(&projects->members, community, application.member);
    struct mdl_case *of = sim_pool_get(&projects->cases);

    if (!of || !member) {
        no_memory(world, source->item->path);
        return;
    }
    *of = (struct mdl_case){
        .project = {.entity = application.entity,
                    .stages = &world->plan->projects.stages[application.mode],
                    .path = source->item->path,
                    .community = community,
                    .number = number,
                    .user = application.member % (uint32_t)source->submit->users,
                    .partition = UINT32_MAX,
                    .has_data = source->place != SIZE_MAX,
                    .first_start_ns = MDL_TIME_UNSET},
        .access_mode = (uint32_t)application.mode,
        .member = application.member,
        .rejected_in_a_row = rejected_in_a_row,
        .due = MDL_AGENDA_NONE,
        .gives_up = MDL_AGENDA_NONE,
        .drafted_ns = world->sim->now_ns,
    };
    if (!open_case(world, of)) {
        no_memory(world, source->item->path);
        return;
    }
    projects->counts[community].begun++;
    member->applications++;
    member->inside++;
    set_due(world, of,
            mdl_access_submission_ns(mode_of(world, of), &world->plan->calendar, source->country,
                                     world->sim->now_ns, uniform(world, of, MDL_DRAW_DRAFT)));
}

static void on_arrived(void *context, uint32_t community, uint32_t number)
{
    begin_case(context, community, number, 0);
}

static void on_again(void *context, void *subject)
{
    struct mdl_world *world = context;
    struct again *again = subject;
    struct again copy = *again;

    sim_pool_put(&world->projects->returns, again);
    begin_case(world, copy.community, copy.project, copy.rejected_in_a_row);
}

static enum sim_status create_applications(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct mdl_world_projects *projects = world->projects;
    enum sim_status status = SIM_OK;

    projects->applications = (struct mdl_applications_world){.calendar = &plan->calendar,
                                                             .begin_ns = plan->begin_ns,
                                                             .finish_ns = plan->finish_ns,
                                                             .arrived = on_arrived,
                                                             .context = world};
    for (size_t s = 0; s < plan->source_count && !status; s++)
        if (plan->source[s].apply)
            status = mdl_applications_create(world->sim, plan->source[s].apply, (uint32_t)s,
                                             &projects->applications, &projects->source[s], err);
    return status;
}

enum sim_status mdl_world_create_projects(struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_plan *plan = world->plan;
    struct sim *sim = world->sim;
    struct mdl_world_projects *projects;
    enum sim_status status;

    if (!plan->projects.is_used || plan->replay)
        return SIM_OK;
    projects = world->projects = sim_arena_alloc(sim->arena, 1, sizeof *projects);
    if (!projects)
        return sim_fail(err, SIM_ENOMEM, "no memory for the projects");
    projects->source =
        sim_arena_alloc(sim->arena, plan->source_count, sizeof(struct mdl_applications *));
    projects->counts = sim_arena_alloc(sim->arena, plan->source_count, sizeof *projects->counts);
    if (!projects->source || !projects->counts)
        return sim_fail(err, SIM_ENOMEM, "no memory for the projects");
    projects->jobs = (struct mdl_projects_world){.sim = sim,
                                                 .spend = plan->projects.spend,
                                                 .job_class = plan->class_config,
                                                 .partition = plan->partition,
                                                 .jobs = &world->jobs,
                                                 .inside = world->inside,
                                                 .submit = on_submit,
                                                 .failed_factor = world->source_world.failed_factor,
                                                 .context = world};
    mdl_projects_world_init(&projects->jobs);
    mdl_member_table_init(&projects->members, sim->arena);
    sim_pool_init(&projects->cases, sim->arena, sizeof(struct mdl_case));
    sim_pool_init(&projects->returns, sim->arena, sizeof(struct again));
    if ((status = mdl_agenda_init(&projects->due, sim, on_due, world, err)) ||
        (status = mdl_agenda_init(&projects->gives_up, sim, on_gives_up, world, err)) ||
        (status = mdl_agenda_init(&projects->again, sim, on_again, world, err)))
        return status;
    if ((status = mdl_world_create_calls(world, err)))
        return status;
    return create_applications(world, err);
}

/* ---- the end ---- */

static int by_community_and_number(const void *a, const void *b)
{
    const struct mdl_project *x = &(*(struct mdl_case *const *)a)->project;
    const struct mdl_project *y = &(*(struct mdl_case *const *)b)->project;

    if (x->community != y->community)
        return x->community < y->community ? -1 : 1;
    return (x->number > y->number) - (x->number < y->number);
}

static void settle_case(struct mdl_world *world, struct mdl_case *of)
{
    const struct mdl_project_hours *hours = &of->project.hours;

    if (of->is_submitted && !of->has_begun)
        mdl_case_mark(world, of, of->part);
    measure_lead(world, of);
    record(world, of, MDL_PROJECT_INSIDE);
    count_case(world, of, MDL_PROJECT_INSIDE, false);
    world->projects->charged_mgpuh += hours->used + hours->lost + hours->overdrawn;
}

enum sim_status mdl_world_settle_projects(struct mdl_world *world, const struct mdl_inside *inside,
                                          struct sim_error *err)
{
    struct mdl_world_projects *projects = world->projects;
    struct mdl_case **of;
    size_t count = 0;

    if (!projects)
        return SIM_OK;
    for (size_t i = 0; i < inside->count; i++)
        if (world->plan->source[inside->job[i]->community].apply)
            mdl_project_note_running(&projects->open[inside->job[i]->group - 1]->project,
                                     inside->job[i], world->sim->now_ns);
    of = sim_arena_alloc(world->sim->arena, projects->open_count, sizeof(struct mdl_case *));
    if (!of)
        return sim_fail(err, SIM_ENOMEM, "no memory for the %u projects inside",
                        projects->open_count);
    for (uint32_t i = 0; i < projects->open_capacity; i++)
        if (projects->open[i])
            of[count++] = projects->open[i];
    qsort(of, count, sizeof(struct mdl_case *), by_community_and_number);
    for (size_t i = 0; i < count; i++)
        settle_case(world, of[i]);
    return SIM_OK;
}

struct mdl_source_counts mdl_world_project_counts(const struct mdl_world *world, size_t source)
{
    uint64_t jobs = world->projects->counts[source].jobs;

    return (struct mdl_source_counts){.drawn = jobs, .submitted = jobs};
}

enum sim_status mdl_world_check_projects(const struct mdl_world *world, struct sim_error *err)
{
    const struct mdl_world_projects *projects = world->projects;
    uint64_t begun = 0, ended = 0;
    size_t unbalanced;

    if (!projects)
        return SIM_OK;
    for (size_t s = 0; s < world->plan->source_count; s++) {
        begun += projects->counts[s].begun;
        ended += projects->counts[s].ended;
    }
    unbalanced = mdl_quotas_unbalanced(projects->quotas);
    if (unbalanced != SIZE_MAX)
        return sim_fail(err, SIM_EINVARIANT,
                        "%s: the hours granted are not those awarded, released, lost and left",
                        world->plan->projects.quotas.quota[unbalanced].config->item.path);
    return mdl_check_projects(begun, ended, projects->open_count, projects->held_mgpuh,
                              projects->charged_mgpuh, err);
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/figures/cohort.h"

#include <math.h>
#include <stdlib.h>

#include "sim/calendar.h"
#include "sim/timer.h"
#include "sim/units.h"

struct row { /* of the cohort */
    struct mdl_until lead, decision;
    uint32_t source, access_mode;
};

struct mdl_cohort {
    const struct mdl_figure_groups *groups;
    struct sim_arena *arena;
    struct row *row; /* [count] */
    size_t count, capacity;
    struct mdl_until *chosen;     /* [capacity at the end], of one group */
    struct mdl_cohort_sums *cell; /* [source][mode]: sums, without what is sorted */
};

/* ---- incidence ---- */

/* Goes through the times; how many reach it, end otherwise and are censored at the present one. */
struct step {
    const struct mdl_until *of;
    size_t count, at, left;
    double survival, incidence;
};

static bool next_step(struct step *step)
{
    size_t from = step->at, reached = 0, ended = 0;

    if (from == step->count)
        return false;
    while (step->at < step->count && step->of[step->at].time_ns == step->of[from].time_ns) {
        reached += step->of[step->at].ending == MDL_ENDING_REACHED;
        ended += step->of[step->at].ending != MDL_ENDING_CENSORED;
        step->at++;
    }
    step->incidence += step->survival * (double)reached / (double)step->left;
    step->survival *= 1 - (double)ended / (double)step->left;
    step->left -= step->at - from;
    return true;
}

double mdl_incidence(const struct mdl_until *of, size_t count, int64_t time_ns)
{
    struct step step = {.of = of, .count = count, .left = count, .survival = 1};

    while (step.at < count && of[step.at].time_ns <= time_ns)
        next_step(&step);
    return count ? step.incidence : NAN;
}

int64_t mdl_incidence_quantile(const struct mdl_until *of, size_t count, double q)
{
    struct step step = {.of = of, .count = count, .left = count, .survival = 1};
    double all = mdl_incidence(of, count, SIM_NEVER);

    while (all > 0 && next_step(&step))
        if (step.incidence >= q * all * (1 - 1e-12))
            return of[step.at - 1].time_ns;
    return SIM_NEVER;
}

/* ---- counting ---- */

enum sim_status mdl_cohort_create(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                  struct mdl_cohort **out, struct sim_error *err)
{
    struct mdl_cohort *cohort = sim_arena_alloc(arena, 1, sizeof *cohort);
    size_t cells = groups->source_count * groups->count[MDL_GROUP_MODE];

    if (!cohort)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures of projects");
    *cohort = (struct mdl_cohort){.groups = groups, .arena = arena};
    cohort->cell = sim_arena_alloc(arena, cells, sizeof *cohort->cell);
    if (!cohort->cell)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures of projects");
    *out = cohort;
    return SIM_OK;
}

/* From the submission; unset: it did not come, or not yet. */
static struct mdl_until until(const struct mdl_cohort_case *of, int64_t reached_ns)
{
    if (reached_ns != MDL_TIME_UNSET)
        return (struct mdl_until){reached_ns - of->submitted_ns, MDL_ENDING_REACHED};
    return (struct mdl_until){of->now_ns - of->submitted_ns, of->outcome == MDL_PROJECT_INSIDE
                                                                 ? MDL_ENDING_CENSORED
                                                                 : MDL_ENDING_COMPETING};
}

static void count_reached(struct mdl_cohort_sums *cell, const struct mdl_cohort_case *of)
{
    int64_t lead_ns = of->first_job_ns - of->submitted_ns;

    cell->reached++;
    cell->lead_s += sim_s_from_ns(lead_ns);
    cell->within[0] += lead_ns <= MDL_WITHIN_SHORT_DAYS * SIM_DAY_NS;
    cell->within[1] += lead_ns <= MDL_WITHIN_LONG_DAYS * SIM_DAY_NS;
    for (int stage = 0; stage < MDL_STAGES; stage++)
        for (int part = 0; part < MDL_PARTS; part++)
            cell->stage_ns[stage][part] += of->stage_ns[stage][part];
}

static bool add_row(struct mdl_cohort *cohort, const struct mdl_cohort_case *of)
{
    if (cohort->count == cohort->capacity) {
        size_t capacity = cohort->capacity ? 2 * cohort->capacity : 256;
        struct row *row = sim_arena_resize(cohort->arena, cohort->row, capacity, sizeof *row);

        if (!row)
            return false;
        cohort->row = row;
        cohort->capacity = capacity;
    }
    cohort->row[cohort->count++] = (struct row){
        until(of, of->first_job_ns), until(of, of->decided_ns), of->source, of->access_mode};
    return true;
}

static bool count_in(struct mdl_cohort *cohort, struct mdl_cohort_sums *cell,
                     const struct mdl_cohort_case *of)
{
    bool is_decided = of->decided_ns != MDL_TIME_UNSET;

    cell->applications++;
    cell->decided += is_decided;
    cell->awarded += of->is_awarded;
    cell->withdrawn += of->outcome == MDL_PROJECT_WITHDRAWN;
    cell->watched += of->outcome != MDL_PROJECT_INSIDE || of->first_job_ns != MDL_TIME_UNSET;
    if (is_decided) {
        cell->asked_mgpuh += of->asked_mgpuh;
        cell->given_mgpuh += of->hours->awarded;
    }
    if (of->first_job_ns != MDL_TIME_UNSET)
        count_reached(cell, of);
    return add_row(cohort, of);
}

/* An award that ends. */
static void count_ended(struct mdl_cohort_sums *cell, const struct mdl_cohort_case *of)
{
    cell->projects_served += of->is_served;
    cell->members_served += of->is_served && of->is_new_member;
    cell->awarded_mgpuh += of->hours->awarded;
    cell->used_mgpuh += of->hours->used;
    cell->lost_mgpuh += of->hours->lost;
    cell->returned_mgpuh += of->hours->returned;
    cell->expired_mgpuh += of->hours->expired;
}

bool mdl_cohort_add(struct mdl_cohort *cohort, const struct mdl_cohort_case *of)
{
    const struct mdl_figure_groups *groups = cohort->groups;
    struct mdl_cohort_sums *cell =
        &cohort->cell[of->source * groups->count[MDL_GROUP_MODE] + of->access_mode];

    if (of->is_awarded && of->outcome != MDL_PROJECT_INSIDE && of->now_ns >= groups->start_ns &&
        of->now_ns < groups->end_ns)
        count_ended(cell, of);
    if (of->submitted_ns == MDL_TIME_UNSET || of->submitted_ns < groups->start_ns ||
        of->submitted_ns >= groups->end_ns)
        return true;
    return count_in(cohort, cell, of);
}

/* ---- groups ---- */

static bool is_in(const struct mdl_figure_groups *groups, enum mdl_group_type type, size_t index,
                  size_t source, size_t mode)
{
    switch (type) {
    case MDL_GROUP_KIND:
        return groups->kind_of[source] == index;
    case MDL_GROUP_COUNTRY:
        return groups->country_of[source] == index;
    case MDL_GROUP_MODE:
        return mode == index;
    default:
        return true;
    }
}

static void add_cell(struct mdl_cohort_sums *into, const struct mdl_cohort_sums *cell)
{
    into->applications += cell->applications;
    into->decided += cell->decided;
    into->awarded += cell->awarded;
    into->withdrawn += cell->withdrawn;
    into->reached += cell->reached;
    into->watched += cell->watched;
    into->within[0] += cell->within[0];
    into->within[1] += cell->within[1];
    into->lead_s += cell->lead_s;
    for (int stage = 0; stage < MDL_STAGES; stage++)
        for (int part = 0; part < MDL_PARTS; part++)
            into->stage_ns[stage][part] += cell->stage_ns[stage][part];
    into->asked_mgpuh += cell->asked_mgpuh;
    into->given_mgpuh += cell->given_mgpuh;
    into->projects_served += cell->projects_served;
    into->members_served += cell->members_served;
    into->awarded_mgpuh += cell->awarded_mgpuh;
    into->used_mgpuh += cell->used_mgpuh;
    into->lost_mgpuh += cell->lost_mgpuh;
    into->returned_mgpuh += cell->returned_mgpuh;
    into->expired_mgpuh += cell->expired_mgpuh;
}

static int by_time(const void *a, const void *b)
{
    const struct mdl_until *x = a, *y = b;

    if (x->time_ns != y->time_ns)
        return x->time_ns < y->time_ns ? -1 : 1;
    return x->ending - y->ending;
}

static double quantile_s(const struct mdl_until *of, size_t count, double q)
{
    int64_t time_ns = mdl_incidence_quantile(of, count, q);

    return time_ns == SIM_NEVER ? NAN : sim_s_from_ns(time_ns);
}

enum sim_status mdl_cohort_sum_up(struct mdl_cohort *cohort, enum mdl_group_type type, size_t index,
                                  struct mdl_cohort_sums *out, struct sim_error *err)
{
    const struct mdl_figure_groups *groups = cohort->groups;
    size_t modes = groups->count[MDL_GROUP_MODE];

    if (!cohort->chosen)
        cohort->chosen = sim_arena_alloc(cohort->arena, cohort->count, sizeof *cohort->chosen);
    if (!cohort->chosen)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures of projects");
    *out = (struct mdl_cohort_sums){0};
    for (size_t c = 0; c < groups->source_count * modes; c++)
        if (is_in(groups, type, index, c / modes, c % modes))
            add_cell(out, &cohort->cell[c]);
    for (int what = 0; what < 2; what++) {
        double *quantile = what ? out->decision_quantile_s : out->lead_quantile_s;
        size_t count = 0;

        for (size_t i = 0; i < cohort->count; i++)
            if (is_in(groups, type, index, cohort->row[i].source, cohort->row[i].access_mode))
                cohort->chosen[count++] = what ? cohort->row[i].decision : cohort->row[i].lead;
        qsort(cohort->chosen, count, sizeof *cohort->chosen, by_time);
        quantile[0] = quantile_s(cohort->chosen, count, 0.5);
        quantile[1] = quantile_s(cohort->chosen, count, 0.95);
        if (!what)
            out->never_frac = 1 - mdl_incidence(cohort->chosen, count, SIM_NEVER);
    }
    return SIM_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * A figure is one line of the table `definitions`: its name, what it may be grouped by, and a
 * function of the group's tallies. Rows are definitions times groups, in this order. */
#include "models/figures.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

const char *const mdl_size_names[MDL_SIZE_CLASSES] = {"1", "2-8", "9-64", "65-512", ">512"};
static const char *const group_keys[MDL_GROUP_TYPES] = {"",      "site",    "partition", "kind",
                                                        "class", "country", "size",      "link"};

/* What is counted for each group. */
struct tallies {
    sim_i128 gpu_ns, node_ns; /* allocated in the window */
    double h100e_ns;
    uint64_t records_submitted, jobs_submitted, records_ended, jobs_ended; /* in the window */
    uint64_t cohort; /* records submitted in the window, and of them those that ... */
    uint64_t queued, started, waited, staged, done;
    sim_i128 wait_ns, stage_ns, lead_ns;
    uint64_t in_bytes, out_bytes;
    uint64_t deferred, refused;
    struct sim_sketch *wait; /* hours; NULL where no quantiles are kept */
};

struct view { /* a group when figures are computed */
    const struct tallies *tallies;
    struct mdl_partition_flows flows; /* sums over GPU partitions, in GPUs; of a CPU partition
                                         alone in nodes */
    int64_t cost_cents;
    double link_load;
};

struct mdl_figures {
    const struct mdl_figure_groups *groups;
    struct sim_arena *arena;
    struct tallies *tallies[MDL_GROUP_TYPES];
};

static const double NS_PER_H = 3.6e12;
enum { N_SHARE = 10, N_MEDIAN = 20, N_P95 = 100, N_P99 = 500 };

/* ---- values ---- */

static double ratio(double a, double b)
{
    return b > 0 ? a / b : NAN;
}

static double utilisation(const struct view *v, double arg)
{
    (void)arg;
    return ratio((double)v->flows.busy_unit_ns, (double)v->flows.released_unit_ns);
}

static double capacity_installed(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->flows.installed_unit_ns / NS_PER_H;
}

static double capacity_available(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->flows.released_unit_ns / NS_PER_H;
}

static double gpu_hours(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->gpu_ns / NS_PER_H;
}

static double h100e_hours(const struct view *v, double arg)
{
    (void)arg;
    return v->tallies->h100e_ns / NS_PER_H;
}

static double node_hours(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->node_ns / NS_PER_H;
}

static double jobs_submitted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->jobs_submitted;
}

static double jobs_ended(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->jobs_ended;
}

static double records_submitted(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->records_submitted;
}

static double records_ended(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->records_ended;
}

static double wait_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tallies->queued < N_SHARE)
        return NAN;
    return (double)v->tallies->wait_ns / (double)v->tallies->queued / NS_PER_H;
}

static double wait_quantile(const struct view *v, double q)
{
    uint64_t least = q > 0.95 ? N_P99 : q > 0.5 ? N_P95 : N_MEDIAN;

    if (!v->tallies->wait || v->tallies->wait->count < least)
        return NAN;
    return sim_sketch_quantile(v->tallies->wait, q);
}

static double share_of_cohort(const struct tallies *t, uint64_t count)
{
    return t->cohort < N_SHARE ? NAN : (double)count / (double)t->cohort;
}

static double wait_any(const struct view *v, double arg)
{
    (void)arg;
    return share_of_cohort(v->tallies, v->tallies->waited);
}

static double wait_censored(const struct view *v, double arg)
{
    (void)arg;
    return share_of_cohort(v->tallies, v->tallies->cohort - v->tallies->started);
}

static double job_lead_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tallies->done < N_SHARE)
        return NAN;
    return (double)v->tallies->lead_ns / (double)v->tallies->done / NS_PER_H;
}

static double stage_in_mean(const struct view *v, double arg)
{
    (void)arg;
    if (v->tallies->staged < N_SHARE)
        return NAN;
    return (double)v->tallies->stage_ns / (double)v->tallies->staged / NS_PER_H;
}

static double data_in(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->in_bytes / 1e12;
}

static double data_out(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->out_bytes / 1e12;
}

static double queue_mean(const struct view *v, double window_ns)
{
    return (double)v->flows.waiting_ns / window_ns;
}

static double inside_mean(const struct view *v, double window_ns)
{
    return (double)v->flows.inside_ns / window_ns;
}

static double energy(const struct view *v, double arg)
{
    (void)arg;
    return v->flows.facility_j / 3.6e9;
}

static double carbon(const struct view *v, double arg)
{
    (void)arg;
    return v->flows.carbon_g / 1e6;
}

static double cost_energy(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->cost_cents / 100;
}

static double link_load(const struct view *v, double arg)
{
    (void)arg;
    return v->link_load;
}

static double deferred(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->deferred;
}

static double refused(const struct view *v, double arg)
{
    (void)arg;
    return (double)v->tallies->refused;
}

/* ---- definitions ---- */

#define BIT(type) (1u << MDL_GROUP_##type)
#define PLACES    (BIT(ALL) | BIT(SITE) | BIT(PARTITION))
#define USERS     (BIT(KIND) | BIT(CLASS))
#define WAITS     (PLACES | USERS | BIT(SIZE))
#define WINDOW    (-1.0) /* arg: the length of the window in ns */

static const struct definition {
    const char *name, *statistic, *unit, *method;
    unsigned groups;
    enum mdl_better better;
    double (*value)(const struct view *view, double arg);
    double arg;
    const char *help;
} definitions[] = {
    {"utilisation", "", "1", "flow", PLACES, MDL_BETTER_HIGH, utilisation, 0,
     "allocated over available accelerator time (node time on partitions without; sites and the "
     "total: accelerators only)"},
    {"capacity.installed", "", "GPU-h", "flow", PLACES, MDL_BETTER_NEITHER, capacity_installed, 0,
     "accelerators from online to offline times hours (node-h on partitions without)"},
    {"capacity.available", "", "GPU-h", "flow", PLACES, MDL_BETTER_HIGH, capacity_available, 0,
     "installed capacity less what the ramp has not released"},
    {"gpu_hours.allocated", "", "GPU-h", "flow", PLACES | USERS | BIT(COUNTRY), MDL_BETTER_HIGH,
     gpu_hours, 0, "accelerator time held by jobs in the window, native hours"},
    {"h100e_hours.allocated", "", "H100e-h", "flow", PLACES | USERS | BIT(COUNTRY), MDL_BETTER_HIGH,
     h100e_hours, 0, "the same, each hour times the accelerator's worth for the job's class"},
    {"node_hours.allocated", "", "node-h", "flow", BIT(PARTITION) | BIT(ALL), MDL_BETTER_HIGH,
     node_hours, 0, "node time held by jobs on partitions without accelerators"},
    {"jobs.submitted", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, jobs_submitted, 0,
     "real jobs submitted in the window (records times their bundle)"},
    {"jobs.ended", "", "1", "flow", PLACES | USERS, MDL_BETTER_HIGH, jobs_ended, 0,
     "real jobs that gave their nodes back in the window"},
    {"records.submitted", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, records_submitted, 0,
     "job records submitted in the window"},
    {"records.ended", "", "1", "flow", PLACES | USERS, MDL_BETTER_NEITHER, records_ended, 0,
     "job records that gave their nodes back in the window"},
    {"wait", "mean", "h", "cohort", WAITS, MDL_BETTER_LOW, wait_mean, 0,
     "start less eligible, records submitted in the window whose input was there; who still waits "
     "at the end counts with the wait so far"},
    {"wait", "p50", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.5,
     "median of the same"},
    {"wait", "p90", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.9,
     "90 % of records waited no longer"},
    {"wait", "p95", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.95,
     "95 % of records waited no longer"},
    {"wait", "p99", "h", "cohort, sketch 1 %", WAITS, MDL_BETTER_LOW, wait_quantile, 0.99,
     "99 % of records waited no longer"},
    {"wait.any", "", "1", "cohort", PLACES | USERS, MDL_BETTER_LOW, wait_any, 0,
     "share of records that waited at all"},
    {"wait.censored", "", "1", "cohort", PLACES | USERS, MDL_BETTER_LOW, wait_censored, 0,
     "share of records that had not started when the run ended"},
    {"job_lead", "mean", "h", "cohort", PLACES | USERS, MDL_BETTER_LOW, job_lead_mean, 0,
     "from submission until the output is home, records that got there"},
    {"queue", "mean", "1", "flow", PLACES, MDL_BETTER_LOW, queue_mean, WINDOW,
     "records waiting, time-weighted"},
    {"inside", "mean", "1", "flow", PLACES, MDL_BETTER_NEITHER, inside_mean, WINDOW,
     "records waiting or running, time-weighted"},
    {"stage_in", "mean", "h", "cohort", BIT(ALL) | USERS, MDL_BETTER_LOW, stage_in_mean, 0,
     "eligible less submit, records that bring input"},
    {"data.in", "", "TB", "flow", BIT(ALL) | BIT(SITE) | BIT(KIND), MDL_BETTER_NEITHER, data_in, 0,
     "input of records submitted in the window"},
    {"data.out", "", "TB", "flow", BIT(ALL) | BIT(SITE) | BIT(KIND), MDL_BETTER_NEITHER, data_out,
     0, "output of records that ended in the window"},
    {"link.load", "mean", "1", "flow", BIT(LINK), MDL_BETTER_LOW, link_load, 0,
     "bytes moved over capacity times the window"},
    {"energy", "", "MWh", "flow", PLACES, MDL_BETTER_LOW, energy, 0,
     "facility energy, idle nodes included"},
    {"cost.energy", "", "EUR", "flow", BIT(ALL) | BIT(SITE), MDL_BETTER_LOW, cost_energy, 0,
     "electricity, posted monthly in cents"},
    {"carbon.location", "", "t", "flow", PLACES, MDL_BETTER_LOW, carbon, 0,
     "facility energy times the grid's mean intensity"},
    {"deferred", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, deferred, 0,
     "records held back by their users, whole run"},
    {"refused", "", "1", "flow", BIT(ALL) | BIT(KIND), MDL_BETTER_LOW, refused, 0,
     "records for which no partition was open, whole run"},
};
enum { DEFINITIONS = sizeof definitions / sizeof *definitions };

bool mdl_figure_about(size_t i, struct mdl_figure_about *out)
{
    if (i >= DEFINITIONS)
        return false;
    *out = (struct mdl_figure_about){.name = definitions[i].name,
                                     .statistic = definitions[i].statistic,
                                     .unit = definitions[i].unit,
                                     .method = definitions[i].method,
                                     .help = definitions[i].help,
                                     .better = definitions[i].better};
    for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
        if (definitions[i].groups >> type & 1 && type != MDL_GROUP_ALL)
            out->group[out->group_count++] = group_keys[type];
    }
    return true;
}

/* "partition=lumi.lumi_g" */
static const char *selector(struct sim_arena *arena, const struct mdl_figure_groups *groups,
                            enum mdl_group_type type, size_t index)
{
    const char *name = groups->name[type] ? groups->name[type][index] : "";
    size_t bytes = strlen(group_keys[type]) + strlen(name) + 2;
    char *text = sim_arena_alloc(arena, bytes, 1);

    if (text && type != MDL_GROUP_ALL)
        snprintf(text, bytes, "%s=%s", group_keys[type], name);
    return text;
}

static size_t row_count(const struct mdl_figure_groups *groups)
{
    size_t count = 0;

    for (size_t d = 0; d < DEFINITIONS; d++) {
        for (size_t type = 0; type < MDL_GROUP_TYPES; type++)
            count += definitions[d].groups >> type & 1 ? groups->count[type] : 0;
    }
    return count;
}

/* Partitions without accelerators are counted in nodes. */
static const char *unit_of(const struct definition *definition,
                           const struct mdl_figure_groups *groups, size_t type, size_t index)
{
    if (type == MDL_GROUP_PARTITION && !groups->gpus_per_unit[index] &&
        strncmp(definition->name, "capacity.", 9) == 0)
        return "node-h";
    return definition->unit;
}

enum sim_status mdl_figures_rows(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                 const struct mdl_figure **out, size_t *count,
                                 struct sim_error *err)
{
    struct mdl_figure *row = sim_arena_alloc(arena, row_count(groups), sizeof *row);
    size_t n = 0;

    if (!row)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    for (size_t d = 0; d < DEFINITIONS; d++) {
        const struct definition *definition = &definitions[d];

        for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
            if (!(definition->groups >> type & 1))
                continue;
            for (size_t i = 0; i < groups->count[type]; i++) {
                row[n] = (struct mdl_figure){
                    .name = definition->name,
                    .statistic = definition->statistic,
                    .selector = selector(arena, groups, (enum mdl_group_type)type, i),
                    .unit = unit_of(definition, groups, type, i),
                    .method = definition->method,
                    .help = definition->help,
                    .better = definition->better};
                if (!row[n++].selector)
                    return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
            }
        }
    }
    *out = row;
    *count = n;
    return SIM_OK;
}

/* ---- one replication ---- */

static bool has_sketch(size_t type)
{
    return type == MDL_GROUP_PARTITION || type == MDL_GROUP_KIND || type == MDL_GROUP_CLASS ||
           type == MDL_GROUP_SIZE || type == MDL_GROUP_SITE || type == MDL_GROUP_ALL;
}

enum sim_status mdl_figures_create(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                   struct mdl_figures **out, struct sim_error *err)
{
    struct mdl_figures *figures = sim_arena_alloc(arena, 1, sizeof *figures);

    if (!figures)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    figures->groups = groups;
    figures->arena = arena;
    for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
        size_t count = groups->count[type];
        struct tallies *tallies = sim_arena_alloc(arena, count, sizeof *tallies);

        if (!tallies)
            return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
        figures->tallies[type] = tallies;
        for (size_t i = 0; has_sketch(type) && i < count; i++) {
            tallies[i].wait = sim_arena_alloc(arena, 1, sizeof *tallies[i].wait);
            if (!tallies[i].wait)
                return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
        }
    }
    *out = figures;
    return SIM_OK;
}

static size_t size_class(const struct mdl_figures *figures, const struct mdl_job *job)
{
    uint32_t per_unit = figures->groups->gpus_per_unit[job->partition];
    uint64_t gpus = (uint64_t)job->width * (per_unit ? per_unit : 1);

    return (gpus > 1) + (gpus > 8) + (gpus > 64) + (gpus > 512);
}

enum { MEMBERSHIPS = 5 };

/* The groups of a job, those with sketches first. Size classes are of accelerators. */
static size_t memberships(struct mdl_figures *figures, const struct mdl_job *job,
                          struct tallies *group[MEMBERSHIPS])
{
    const struct mdl_figure_groups *groups = figures->groups;
    size_t n = 0;

    group[n++] = &figures->tallies[MDL_GROUP_PARTITION][job->partition];
    group[n++] = &figures->tallies[MDL_GROUP_KIND][groups->kind_of[job->community]];
    group[n++] = &figures->tallies[MDL_GROUP_CLASS][job->class_index];
    group[n++] = &figures->tallies[MDL_GROUP_COUNTRY][groups->country_of[job->community]];
    if (groups->gpus_per_unit[job->partition])
        group[n++] = &figures->tallies[MDL_GROUP_SIZE][size_class(figures, job)];
    return n;
}

static bool is_in_window(const struct mdl_figures *figures, int64_t time_ns)
{
    return time_ns >= figures->groups->start_ns && time_ns < figures->groups->end_ns;
}

void mdl_figures_job_submitted(struct mdl_figures *figures, const struct mdl_job *job)
{
    struct tallies *group[MEMBERSHIPS];
    size_t count;

    if (!is_in_window(figures, job->submit_ns))
        return;
    count = memberships(figures, job, group);
    for (size_t i = 0; i < count; i++) {
        group[i]->records_submitted++;
        group[i]->jobs_submitted += job->bundle;
        group[i]->in_bytes += job->input_bytes;
    }
}

/* Part of [from, to) inside the window. */
static int64_t overlap_ns(const struct mdl_figures *figures, int64_t from_ns, int64_t to_ns)
{
    int64_t low = from_ns > figures->groups->start_ns ? from_ns : figures->groups->start_ns;
    int64_t high = to_ns < figures->groups->end_ns ? to_ns : figures->groups->end_ns;

    return high > low ? high - low : 0;
}

struct amounts { /* of one job */
    sim_i128 gpu_ns, node_ns;
    double h100e_ns;
    bool is_cohort, is_started, is_ended_here, is_done;
    int64_t wait_ns, stage_ns, lead_ns;
};

static struct amounts amounts_of(const struct mdl_figures *figures, const struct mdl_job *job,
                                 int64_t done_ns, int64_t now_ns)
{
    const struct mdl_figure_groups *groups = figures->groups;
    uint32_t per_unit = groups->gpus_per_unit[job->partition];
    struct amounts a = {.is_cohort = is_in_window(figures, job->submit_ns),
                        .is_started = job->start_ns != MDL_TIME_UNSET,
                        .is_done = done_ns != MDL_TIME_UNSET};

    if (a.is_started) {
        bool has_ended = job->end_ns != MDL_TIME_UNSET;
        sim_i128 held = (sim_i128)job->width *
                        overlap_ns(figures, job->start_ns, has_ended ? job->end_ns : now_ns);

        a.gpu_ns = held * per_unit;
        a.node_ns = per_unit ? 0 : held;
        a.h100e_ns = (double)a.gpu_ns * groups->worth[job->partition][job->class_index];
        a.is_ended_here = has_ended && is_in_window(figures, job->end_ns);
    }
    if (job->eligible_ns != MDL_TIME_UNSET) {
        a.stage_ns = job->eligible_ns - job->submit_ns;
        a.wait_ns = (a.is_started ? job->start_ns : now_ns) - job->eligible_ns;
    }
    if (a.is_done)
        a.lead_ns = done_ns - job->submit_ns;
    return a;
}

void mdl_figures_job_left(struct mdl_figures *figures, const struct mdl_job *job, int64_t done_ns,
                          int64_t now_ns)
{
    struct amounts a = amounts_of(figures, job, done_ns, now_ns);
    struct tallies *group[MEMBERSHIPS];
    size_t count = memberships(figures, job, group);
    double wait_h = (double)a.wait_ns / NS_PER_H;

    for (size_t i = 0; i < count; i++) {
        struct tallies *t = group[i];

        t->gpu_ns += a.gpu_ns;
        t->node_ns += a.node_ns;
        t->h100e_ns += a.h100e_ns;
        t->records_ended += a.is_ended_here;
        t->jobs_ended += a.is_ended_here ? job->bundle : 0;
        t->out_bytes += a.is_ended_here ? job->output_bytes : 0;
        if (!a.is_cohort)
            continue;
        t->cohort++;
        t->started += a.is_started;
        t->queued += job->eligible_ns != MDL_TIME_UNSET;
        t->waited += a.wait_ns > 0;
        t->wait_ns += a.wait_ns;
        t->staged += job->input_bytes > 0 && job->eligible_ns != MDL_TIME_UNSET;
        t->stage_ns += job->input_bytes > 0 ? a.stage_ns : 0;
        t->done += a.is_done;
        t->lead_ns += a.lead_ns;
        if (t->wait && job->eligible_ns != MDL_TIME_UNSET)
            sim_sketch_add(t->wait, wait_h);
    }
}

/* ---- the end of a replication ---- */

static void add_tallies(struct tallies *into, const struct tallies *from)
{
    into->gpu_ns += from->gpu_ns;
    into->node_ns += from->node_ns;
    into->h100e_ns += from->h100e_ns;
    into->records_submitted += from->records_submitted;
    into->jobs_submitted += from->jobs_submitted;
    into->records_ended += from->records_ended;
    into->jobs_ended += from->jobs_ended;
    into->cohort += from->cohort;
    into->queued += from->queued;
    into->started += from->started;
    into->waited += from->waited;
    into->staged += from->staged;
    into->done += from->done;
    into->wait_ns += from->wait_ns;
    into->stage_ns += from->stage_ns;
    into->lead_ns += from->lead_ns;
    into->in_bytes += from->in_bytes;
    into->out_bytes += from->out_bytes;
    sim_sketch_merge(into->wait, from->wait);
}

/* units_per: what one unit counts; 0 leaves capacity and use out of the sum. */
static void add_flows(struct mdl_partition_flows *into, const struct mdl_partition_flows *from,
                      uint32_t units_per)
{
    into->busy_unit_ns += from->busy_unit_ns * units_per;
    into->released_unit_ns += from->released_unit_ns * units_per;
    into->installed_unit_ns += from->installed_unit_ns * units_per;
    into->waiting_ns += from->waiting_ns;
    into->inside_ns += from->inside_ns;
    into->facility_j += from->facility_j;
    into->carbon_g += from->carbon_g;
}

static void view_partition(struct view *view, const struct mdl_figures *figures,
                           const struct mdl_flows *flows, size_t partition)
{
    uint32_t per_unit = figures->groups->gpus_per_unit[partition];

    add_flows(&view->flows, &flows->partition[partition], per_unit ? per_unit : 1);
}

/* Sums over the partitions of a site, or of all sites (SIZE_MAX). */
static void view_places(struct view *view, const struct mdl_figures *figures,
                        const struct mdl_flows *flows, size_t site)
{
    const struct mdl_figure_groups *groups = figures->groups;

    for (size_t p = 0; p < groups->count[MDL_GROUP_PARTITION]; p++) {
        if (site == SIZE_MAX || groups->site_of[p] == site)
            add_flows(&view->flows, &flows->partition[p], groups->gpus_per_unit[p]);
    }
    for (size_t s = 0; s < groups->count[MDL_GROUP_SITE]; s++) {
        if (site == SIZE_MAX || site == s)
            view->cost_cents += flows->site[s].cost_cents;
    }
}

static struct view view_of(const struct mdl_figures *figures, const struct mdl_flows *flows,
                           size_t type, size_t index)
{
    struct view view = {.tallies = &figures->tallies[type][index]};

    if (type == MDL_GROUP_ALL)
        view_places(&view, figures, flows, SIZE_MAX);
    else if (type == MDL_GROUP_SITE)
        view_places(&view, figures, flows, index);
    else if (type == MDL_GROUP_PARTITION)
        view_partition(&view, figures, flows, index);
    else if (type == MDL_GROUP_LINK)
        view.link_load = flows->link_load[index];
    return view;
}

static void sum_up(struct mdl_figures *figures, const struct mdl_flows *flows)
{
    const struct mdl_figure_groups *groups = figures->groups;
    struct tallies *all = figures->tallies[MDL_GROUP_ALL];

    for (size_t p = 0; p < groups->count[MDL_GROUP_PARTITION]; p++) {
        const struct tallies *from = &figures->tallies[MDL_GROUP_PARTITION][p];

        add_tallies(&figures->tallies[MDL_GROUP_SITE][groups->site_of[p]], from);
        add_tallies(all, from);
    }
    for (size_t s = 0; s < flows->source_count; s++) {
        struct tallies *kind = &figures->tallies[MDL_GROUP_KIND][groups->kind_of[s]];

        kind->deferred += flows->deferred[s];
        kind->refused += flows->refused[s];
        all->deferred += flows->deferred[s];
        all->refused += flows->refused[s];
    }
}

enum sim_status mdl_figures_fill(struct mdl_figures *figures, const struct mdl_flows *flows,
                                 double *value, struct sim_error *err)
{
    const struct mdl_figure_groups *groups = figures->groups;
    double window_ns = (double)flows->window_ns;
    struct view *view[MDL_GROUP_TYPES];
    size_t n = 0;

    sum_up(figures, flows);
    for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
        view[type] = sim_arena_alloc(figures->arena, groups->count[type], sizeof **view);
        if (!view[type])
            return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
        for (size_t i = 0; i < groups->count[type]; i++)
            view[type][i] = view_of(figures, flows, type, i);
    }
    for (size_t d = 0; d < DEFINITIONS; d++) {
        const struct definition *definition = &definitions[d];
        double arg = definition->arg == WINDOW ? window_ns : definition->arg;

        for (size_t type = 0; type < MDL_GROUP_TYPES; type++) {
            if (!(definition->groups >> type & 1))
                continue;
            for (size_t i = 0; i < groups->count[type]; i++)
                value[n++] = definition->value(&view[type][i], arg);
        }
    }
    return SIM_OK;
}

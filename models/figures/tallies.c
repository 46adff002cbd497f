/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "models/figures/tallies.h"

#include <assert.h>
#include <string.h>

static const double NS_PER_H = 3.6e12, SLOWDOWN_BOUND_H = 1.0 / 6;

enum { DIRECT_MAX = 3 };

struct cell { /* of a source and a partition */
    struct mdl_tally sum;
    uint32_t kind_partition, kind_country;
    /* where its times go, before they are merged further up */
    size_t wait_count, slow_count;
    struct mdl_times *wait[DIRECT_MAX], *slow[DIRECT_MAX];
};

struct mdl_tallies {
    const struct mdl_figure_groups *groups;
    struct sim_arena *arena;
    struct mdl_sketches has;
    struct mdl_tally *tally[MDL_GROUP_TYPES]; /* [index] */
    struct cell **cell;                       /* [source][partition]; NULL: no job yet */
    bool is_out_of_memory;
};

/* ---- sketches ---- */

struct mdl_sketches mdl_tallies_sketches(const struct mdl_figure_groups *groups)
{
    static const enum mdl_group_type by_rank[] = {
        MDL_GROUP_ALL,          MDL_GROUP_KIND,  MDL_GROUP_CLASS,
        MDL_GROUP_SIZE,         MDL_GROUP_SITE,  MDL_GROUP_PARTITION,
        MDL_GROUP_COUNTRY,      MDL_GROUP_LINK,  MDL_GROUP_KIND_PARTITION,
        MDL_GROUP_KIND_COUNTRY, MDL_GROUP_FLEET, MDL_GROUP_POOL};
    struct mdl_sketches has = {0};
    size_t left = MDL_SKETCHES_MAX;

    for (size_t i = 0; i < sizeof by_rank / sizeof *by_rank; i++) {
        enum mdl_group_type type = by_rank[i];
        size_t count = groups->count[type];
        bool is_pair = type == MDL_GROUP_KIND_PARTITION; /* merged into its partitions */

        has.wait[type] = count <= left && (!is_pair || has.wait[MDL_GROUP_PARTITION]);
        left -= has.wait[type] ? count : 0;
        if (type == MDL_GROUP_LINK || type == MDL_GROUP_KIND_COUNTRY || type == MDL_GROUP_POOL)
            continue;
        has.slow[type] = count <= left && (!is_pair || has.slow[MDL_GROUP_PARTITION]);
        left -= has.slow[type] ? count : 0;
    }
    return has;
}

static bool give_sketch(struct mdl_tallies *tallies, struct sim_sketch **sketch)
{
    if (!*sketch)
        *sketch = sim_arena_alloc(tallies->arena, 1, sizeof **sketch);
    tallies->is_out_of_memory |= !*sketch;
    return *sketch != NULL;
}

/* Links, tiers, fleets and pools have sketches of their own, borders, circuits and hops none. */
static bool keeps_jobs(enum mdl_group_type type)
{
    return type != MDL_GROUP_LINK && type != MDL_GROUP_TIER && type != MDL_GROUP_FLEET &&
           type != MDL_GROUP_BORDER && type != MDL_GROUP_MODE && type != MDL_GROUP_POOL &&
           type != MDL_GROUP_COURSE && type != MDL_GROUP_QUOTA && type != MDL_GROUP_CIRCUIT &&
           type != MDL_GROUP_HOP;
}

static bool create_groups(struct mdl_tallies *tallies, enum mdl_group_type type)
{
    size_t count = tallies->groups->count[type];
    struct mdl_tally *tally = sim_arena_alloc(tallies->arena, count, sizeof *tally);

    tallies->tally[type] = tally;
    for (size_t i = 0; tally && i < count && keeps_jobs(type); i++) {
        if ((tallies->has.wait[type] && !give_sketch(tallies, &tally[i].wait_h.ended)) ||
            (tallies->has.slow[type] && !give_sketch(tallies, &tally[i].slow.ended)))
            return false;
    }
    return tally != NULL;
}

enum sim_status mdl_tallies_create(const struct mdl_figure_groups *groups, struct sim_arena *arena,
                                   struct mdl_tallies **out, struct sim_error *err)
{
    struct mdl_tallies *tallies = sim_arena_alloc(arena, 1, sizeof *tallies);
    size_t cells = groups->source_count * groups->count[MDL_GROUP_PARTITION];
    bool is_whole = tallies != NULL;

    if (is_whole) {
        tallies->groups = groups;
        tallies->arena = arena;
        tallies->has = mdl_tallies_sketches(groups);
        tallies->cell = sim_arena_alloc(arena, cells, sizeof(struct cell *));
        is_whole = tallies->cell != NULL;
    }
    for (int type = 0; is_whole && type < MDL_GROUP_TYPES; type++)
        is_whole = create_groups(tallies, (enum mdl_group_type)type);
    *out = tallies;
    return is_whole ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for the figures");
}

/* ---- cells ---- */

static uint32_t pair_of(const struct mdl_figure_groups *groups, enum mdl_group_type type,
                        uint32_t kind, uint32_t other)
{
    const struct mdl_group_pair *pair = groups->pair[type];
    uint32_t i = 0;

    while (i < groups->count[type] && (pair[i].kind != kind || pair[i].other != other))
        i++;
    assert(i < groups->count[type]);
    return i;
}

/* The finest groups that have sketches of waits (of slowdowns). */
static size_t direct(struct mdl_tallies *tallies, const struct cell *cell, size_t source,
                     size_t partition, bool is_wait, struct mdl_times *to[DIRECT_MAX])
{
    const struct mdl_figure_groups *groups = tallies->groups;
    const bool *has = is_wait ? tallies->has.wait : tallies->has.slow;
    const struct {
        enum mdl_group_type type;
        size_t index;
        bool is_taken;
    } candidate[] = {
        {MDL_GROUP_KIND_PARTITION, cell->kind_partition, has[MDL_GROUP_KIND_PARTITION]},
        {MDL_GROUP_KIND, groups->kind_of[source],
         has[MDL_GROUP_KIND] && !has[MDL_GROUP_KIND_PARTITION]},
        {MDL_GROUP_PARTITION, partition,
         has[MDL_GROUP_PARTITION] && !has[MDL_GROUP_KIND_PARTITION]},
        {MDL_GROUP_SITE, groups->site_of[partition],
         has[MDL_GROUP_SITE] && !has[MDL_GROUP_PARTITION]},
        {MDL_GROUP_KIND_COUNTRY, cell->kind_country, has[MDL_GROUP_KIND_COUNTRY]},
        {MDL_GROUP_COUNTRY, groups->country_of[source],
         has[MDL_GROUP_COUNTRY] && !has[MDL_GROUP_KIND_COUNTRY]}};
    size_t count = 0;

    for (size_t i = 0; i < sizeof candidate / sizeof *candidate; i++) {
        struct mdl_tally *tally;

        if (!candidate[i].is_taken)
            continue;
        assert(count < DIRECT_MAX);
        tally = &tallies->tally[candidate[i].type][candidate[i].index];
        to[count++] = is_wait ? &tally->wait_h : &tally->slow;
    }
    return count;
}

static struct cell *make_cell(struct mdl_tallies *tallies, size_t source, size_t partition)
{
    const struct mdl_figure_groups *groups = tallies->groups;
    struct cell *cell = sim_arena_alloc(tallies->arena, 1, sizeof *cell);

    if (!cell) {
        tallies->is_out_of_memory = true;
        return NULL;
    }
    cell->kind_partition =
        pair_of(groups, MDL_GROUP_KIND_PARTITION, groups->kind_of[source], (uint32_t)partition);
    cell->kind_country = pair_of(groups, MDL_GROUP_KIND_COUNTRY, groups->kind_of[source],
                                 groups->country_of[source]);
    cell->wait_count = direct(tallies, cell, source, partition, true, cell->wait);
    cell->slow_count = direct(tallies, cell, source, partition, false, cell->slow);
    return cell;
}

/* NULL without memory: the job is not counted, and sum_up fails. */
static struct cell *cell_of(struct mdl_tallies *tallies, const struct mdl_job *job)
{
    struct cell **cell =
        &tallies
             ->cell[job->community * tallies->groups->count[MDL_GROUP_PARTITION] + job->partition];

    if (!*cell)
        *cell = make_cell(tallies, job->community, job->partition);
    return *cell;
}

/* ---- one job ---- */

static bool is_in_window(const struct mdl_figure_groups *groups, int64_t time_ns)
{
    return time_ns >= groups->start_ns && time_ns < groups->end_ns;
}

static void add_submitted(struct mdl_tally *tally, const struct mdl_job *job)
{
    tally->records_submitted++;
    tally->jobs_submitted += job->bundle;
    tally->in_bytes += job->input_bytes;
}

void mdl_tallies_submitted(struct mdl_tallies *tallies, const struct mdl_job *job)
{
    struct cell *cell;

    if (!is_in_window(tallies->groups, job->submit_ns))
        return;
    cell = cell_of(tallies, job);
    if (!cell)
        return;
    add_submitted(&cell->sum, job);
    add_submitted(&tallies->tally[MDL_GROUP_CLASS][job->class_index], job);
}

/* Part of [from, to) inside the window. */
static int64_t overlap_ns(const struct mdl_figure_groups *groups, int64_t from_ns, int64_t to_ns)
{
    int64_t low = from_ns > groups->start_ns ? from_ns : groups->start_ns;
    int64_t high = to_ns < groups->end_ns ? to_ns : groups->end_ns;

    return high > low ? high - low : 0;
}

struct amounts { /* of one job */
    sim_i128 gpu_ns, node_ns, lost_gpu_ns, cancelled_gpu_ns, preempted_gpu_ns;
    double io_held, io_work; /* of a job with a pace that ended here */
    sim_i128 io_lost_gpu_ns;
    double worth;
    bool is_cohort, is_queued, is_started, is_ended_here, is_done;
    int64_t wait_ns, stage_ns, lead_ns, moving_ns;
    double wait_h, weight, slowdown;
};

/* What is not useful of the hours held: all of a job that failed or ran into its walltime, and the
 * accelerators of its nodes that it did not ask for. There are no checkpoints to go back to. */
static void waste(const struct mdl_figure_groups *groups, struct amounts *a,
                  const struct mdl_job *job, uint32_t per_unit, int64_t held_ns)
{
    uint64_t parts = (uint64_t)job->width * per_unit;
    uint64_t asked = (uint64_t)job->gpus_asked * groups->parts_per_gpu;
    bool has_ended = job->end_ns != MDL_TIME_UNSET;
    bool is_lost =
        has_ended && (job->outcome == MDL_OUTCOME_FAILED || job->outcome == MDL_OUTCOME_TIMEOUT);
    uint64_t unused = asked && asked < parts ? parts - asked : 0;

    a->lost_gpu_ns = is_lost ? a->gpu_ns : (sim_i128)unused * held_ns;
    if (has_ended && job->outcome == MDL_OUTCOME_CANCELLED)
        a->cancelled_gpu_ns = a->gpu_ns - a->lost_gpu_ns;
}

/* The restart of the last attempt; those of others were counted when they were preempted. */
static void waste_restart(const struct mdl_figure_groups *groups, struct amounts *a,
                          const struct mdl_job *job, uint32_t per_unit, int64_t until_ns)
{
    int64_t end_ns = job->start_ns + job->history->restart_ns;

    a->preempted_gpu_ns = (sim_i128)job->width * per_unit *
                          overlap_ns(groups, job->start_ns, end_ns < until_ns ? end_ns : until_ns);
    if (a->lost_gpu_ns < a->gpu_ns)
        a->lost_gpu_ns += a->preempted_gpu_ns;
    if (a->lost_gpu_ns > a->gpu_ns)
        a->lost_gpu_ns = a->gpu_ns;
    if (a->cancelled_gpu_ns > a->gpu_ns - a->lost_gpu_ns)
        a->cancelled_gpu_ns = a->gpu_ns - a->lost_gpu_ns;
}

/* What its pace has cost a job, in its last attempt. */
static void slow(const struct mdl_figure_groups *groups, struct amounts *a,
                 const struct mdl_job *job, uint32_t per_unit)
{
    int64_t held_ns = job->end_ns - job->start_ns;
    double devices = (double)job->width * (per_unit ? per_unit / (double)groups->parts_per_gpu : 1);

    a->io_held = devices * (double)held_ns;
    a->io_work = devices * (double)job->run_ns;
    a->io_lost_gpu_ns = (sim_i128)job->width * per_unit * (held_ns - job->run_ns);
}

static void times(const struct mdl_figure_groups *groups, struct amounts *a,
                  const struct mdl_job *job, uint32_t per_unit, int64_t now_ns)
{
    bool has_ended = job->end_ns != MDL_TIME_UNSET;
    int64_t start_ns = mdl_job_first_start_ns(job);
    int64_t run_ns = has_ended && !job->history ? job->end_ns - start_ns : mdl_job_run_ns(job);
    double run_h = (double)run_ns / NS_PER_H;
    double least_h = run_h > SLOWDOWN_BOUND_H ? run_h : SLOWDOWN_BOUND_H, inside_h;

    a->is_queued = job->eligible_ns != MDL_TIME_UNSET;
    if (!a->is_queued)
        return;
    a->stage_ns = job->eligible_ns - job->submit_ns;
    a->wait_ns = (a->is_started ? start_ns : now_ns) - job->eligible_ns;
    a->wait_h = (double)a->wait_ns / NS_PER_H;
    inside_h = has_ended && job->history ? (double)(job->end_ns - job->eligible_ns) / NS_PER_H
                                         : a->wait_h + run_h;
    a->weight = (double)job->width * (per_unit ? per_unit / (double)groups->parts_per_gpu : 1) *
                (a->is_started ? run_h : (double)job->run_ns / NS_PER_H);
    a->slowdown = inside_h / least_h;
    a->slowdown = a->slowdown > 1 ? a->slowdown : 1;
}

/* H100 hours per hour of a part of a GPU. */
static double worth_of(const struct mdl_figure_groups *groups, const struct mdl_job *job)
{
    return groups->worth[job->partition][job->class_index] / groups->parts_per_gpu;
}

static struct amounts amounts_of(const struct mdl_figure_groups *groups, const struct mdl_job *job,
                                 int64_t done_ns, int64_t now_ns)
{
    uint32_t per_unit = groups->parts_per_unit[job->partition];
    struct amounts a = {.worth = worth_of(groups, job),
                        .is_cohort = is_in_window(groups, job->submit_ns),
                        .is_started = mdl_job_first_start_ns(job) != MDL_TIME_UNSET,
                        .is_done =
                            done_ns != MDL_TIME_UNSET && job->outcome != MDL_OUTCOME_ABANDONED};

    if (job->start_ns != MDL_TIME_UNSET) { /* not: it waits again */
        bool has_ended = job->end_ns != MDL_TIME_UNSET;
        int64_t held_ns = overlap_ns(groups, job->start_ns, has_ended ? job->end_ns : now_ns);
        sim_i128 held = (sim_i128)job->width * held_ns;

        a.gpu_ns = held * per_unit;
        a.node_ns = per_unit ? 0 : held;
        a.is_ended_here = has_ended && is_in_window(groups, job->end_ns);
        waste(groups, &a, job, per_unit, held_ns);
        if (job->history)
            waste_restart(groups, &a, job, per_unit, has_ended ? job->end_ns : now_ns);
        if (job->pace && a.is_ended_here)
            slow(groups, &a, job, per_unit);
    }
    if (a.is_cohort)
        times(groups, &a, job, per_unit, now_ns);
    if (a.is_done) {
        a.lead_ns = done_ns - job->submit_ns;
        a.moving_ns = job->eligible_ns - job->submit_ns + done_ns - job->end_ns;
    }
    return a;
}

static struct amounts amounts_of_preempted(const struct mdl_figure_groups *groups,
                                           const struct mdl_job *job, int64_t lost_ns,
                                           int64_t now_ns)
{
    uint32_t per_unit = groups->parts_per_unit[job->partition];
    int64_t held_ns = overlap_ns(groups, job->start_ns, now_ns);
    struct amounts a = {.worth = worth_of(groups, job)};

    a.gpu_ns = (sim_i128)job->width * per_unit * held_ns;
    a.node_ns = per_unit ? 0 : (sim_i128)job->width * held_ns;
    waste(groups, &a, job, per_unit, held_ns);
    a.preempted_gpu_ns =
        (sim_i128)job->width * per_unit * overlap_ns(groups, now_ns - lost_ns, now_ns);
    a.lost_gpu_ns = a.lost_gpu_ns + a.preempted_gpu_ns < a.gpu_ns
                        ? a.lost_gpu_ns + a.preempted_gpu_ns
                        : a.gpu_ns;
    return a;
}

static void add_flows(struct mdl_tally *t, const struct mdl_job *job, const struct amounts *a)
{
    t->gpu_ns += a->gpu_ns;
    t->node_ns += a->node_ns;
    t->h100e_ns += (double)a->gpu_ns * a->worth;
    t->preempted_gpu_ns += a->preempted_gpu_ns;
    if (a->lost_gpu_ns) {
        t->lost_gpu_ns += a->lost_gpu_ns;
        t->lost_h100e_ns += (double)a->lost_gpu_ns * a->worth;
    }
    if (a->cancelled_gpu_ns) {
        t->cancelled_gpu_ns += a->cancelled_gpu_ns;
        t->cancelled_h100e_ns += (double)a->cancelled_gpu_ns * a->worth;
    }
    if (a->is_ended_here) {
        t->records_ended++;
        t->jobs_ended += job->bundle;
        t->jobs_failed += job->outcome == MDL_OUTCOME_FAILED ? job->bundle : 0;
        t->out_bytes += job->output_bytes;
    }
    if (a->io_held > 0) {
        t->io_held += a->io_held;
        t->io_work += a->io_work;
        t->io_lost_gpu_ns += a->io_lost_gpu_ns;
    }
}

static void add_cohort(struct mdl_tally *t, const struct mdl_job *job, const struct amounts *a,
                       double weight)
{
    t->cohort++;
    t->done += a->is_done;
    t->abandoned += job->outcome == MDL_OUTCOME_ABANDONED;
    t->lead_ns += a->lead_ns;
    t->moving_ns += a->moving_ns;
    if (!a->is_queued)
        return;
    t->queued++;
    t->waited += a->wait_ns > 0;
    t->wait_ns += a->wait_ns;
    t->weight += weight;
    t->weighted_wait += weight * a->wait_h;
    if (job->input_bytes > 0) {
        t->staged++;
        t->stage_ns += a->stage_ns;
    }
    if (a->is_started) {
        t->started++;
        t->slowdown += a->slowdown;
    }
}

static void add_time(struct mdl_tallies *tallies, struct mdl_times *to, double x, bool has_ended)
{
    struct sim_sketch **sketch = has_ended ? &to->ended : &to->censored;

    if (to->ended && (*sketch || give_sketch(tallies, sketch)))
        sim_sketch_add(*sketch, x);
}

static void add_times(struct mdl_tallies *tallies, struct mdl_tally *t, const struct amounts *a)
{
    add_time(tallies, &t->wait_h, a->wait_h, a->is_started);
    if (a->is_started)
        add_time(tallies, &t->slow, a->slowdown, true);
}

/* Size classes are of accelerators; a part of one belongs to the first. */
static size_t size_class(const struct mdl_figure_groups *groups, uint64_t parts)
{
    uint64_t gpus = parts / groups->parts_per_gpu;

    return (gpus > 1) + (gpus > 8) + (gpus > 64) + (gpus > 512);
}

void mdl_tallies_left(struct mdl_tallies *tallies, const struct mdl_job *job, int64_t done_ns,
                      int64_t now_ns)
{
    struct amounts a = amounts_of(tallies->groups, job, done_ns, now_ns);
    uint32_t per_unit = tallies->groups->parts_per_unit[job->partition];
    struct mdl_tally *job_class = &tallies->tally[MDL_GROUP_CLASS][job->class_index], *size;
    struct cell *cell = cell_of(tallies, job);

    if (!cell)
        return;
    add_flows(&cell->sum, job, &a);
    add_flows(job_class, job, &a);
    if (!a.is_cohort)
        return;
    size =
        &tallies
             ->tally[MDL_GROUP_SIZE][size_class(tallies->groups, (uint64_t)job->width * per_unit)];
    add_cohort(&cell->sum, job, &a, a.weight);
    add_cohort(job_class, job, &a, per_unit ? a.weight : 0);
    if (per_unit)
        add_cohort(size, job, &a, a.weight);
    if (!a.is_queued)
        return;
    for (size_t i = 0; i < cell->wait_count; i++)
        add_time(tallies, cell->wait[i], a.wait_h, a.is_started);
    for (size_t i = 0; i < cell->slow_count && a.is_started; i++)
        add_time(tallies, cell->slow[i], a.slowdown, true);
    add_times(tallies, job_class, &a);
    if (per_unit)
        add_times(tallies, size, &a);
}

void mdl_tallies_preempted(struct mdl_tallies *tallies, const struct mdl_job *job, int64_t lost_ns,
                           int64_t now_ns)
{
    struct amounts a = amounts_of_preempted(tallies->groups, job, lost_ns, now_ns);
    struct mdl_tally *job_class = &tallies->tally[MDL_GROUP_CLASS][job->class_index];
    struct cell *cell = cell_of(tallies, job);

    if (!cell)
        return;
    add_flows(&cell->sum, job, &a);
    add_flows(job_class, job, &a);
    if (!is_in_window(tallies->groups, now_ns))
        return;
    cell->sum.preemptions++;
    job_class->preemptions++;
}

/* ---- sums ---- */

/* Everything but the sketches. Weights are GPU-h in sums over partitions. */
static void add_tally(struct mdl_tally *into, const struct mdl_tally *from, bool with_weight)
{
    into->gpu_ns += from->gpu_ns;
    into->node_ns += from->node_ns;
    into->h100e_ns += from->h100e_ns;
    into->lost_gpu_ns += from->lost_gpu_ns;
    into->io_held += from->io_held;
    into->io_work += from->io_work;
    into->io_lost_gpu_ns += from->io_lost_gpu_ns;
    into->cancelled_gpu_ns += from->cancelled_gpu_ns;
    into->lost_h100e_ns += from->lost_h100e_ns;
    into->preempted_gpu_ns += from->preempted_gpu_ns;
    into->preemptions += from->preemptions;
    into->cancelled_h100e_ns += from->cancelled_h100e_ns;
    into->brokered_h100e_ns += from->brokered_h100e_ns;
    into->abroad_h100e_ns += from->abroad_h100e_ns;
    into->records_submitted += from->records_submitted;
    into->jobs_submitted += from->jobs_submitted;
    into->records_ended += from->records_ended;
    into->jobs_ended += from->jobs_ended;
    into->jobs_failed += from->jobs_failed;
    into->in_bytes += from->in_bytes;
    into->out_bytes += from->out_bytes;
    into->cohort += from->cohort;
    into->queued += from->queued;
    into->started += from->started;
    into->abandoned += from->abandoned;
    into->waited += from->waited;
    into->staged += from->staged;
    into->done += from->done;
    into->wait_ns += from->wait_ns;
    into->stage_ns += from->stage_ns;
    into->lead_ns += from->lead_ns;
    into->moving_ns += from->moving_ns;
    into->slowdown += from->slowdown;
    if (with_weight) {
        into->weight += from->weight;
        into->weighted_wait += from->weighted_wait;
    }
}

static void add_cell(struct mdl_tallies *tallies, struct cell *cell, size_t source,
                     size_t partition)
{
    const struct mdl_figure_groups *groups = tallies->groups;
    struct mdl_tally **tally = tallies->tally;
    bool has_gpus = groups->parts_per_unit[partition] > 0;

    if (!groups->is_background[source]) {
        cell->sum.brokered_h100e_ns = cell->sum.h100e_ns;
        if (groups->host_country_of[partition] != groups->country_of[source])
            cell->sum.abroad_h100e_ns = cell->sum.h100e_ns;
    }
    add_tally(&tally[MDL_GROUP_PARTITION][partition], &cell->sum, true);
    add_tally(&tally[MDL_GROUP_KIND_PARTITION][cell->kind_partition], &cell->sum, true);
    add_tally(&tally[MDL_GROUP_KIND_COUNTRY][cell->kind_country], &cell->sum, has_gpus);
    add_tally(&tally[MDL_GROUP_SITE][groups->site_of[partition]], &cell->sum, has_gpus);
    add_tally(&tally[MDL_GROUP_KIND][groups->kind_of[source]], &cell->sum, has_gpus);
    add_tally(&tally[MDL_GROUP_COUNTRY][groups->country_of[source]], &cell->sum, has_gpus);
    add_tally(&tally[MDL_GROUP_ALL][0], &cell->sum, has_gpus);
    if (groups->share_of[source] != UINT32_MAX)
        add_tally(&tally[MDL_GROUP_SHARE][groups->share_of[source]], &cell->sum, has_gpus);
}

static void merge_times(struct mdl_tallies *tallies, struct mdl_times *into,
                        const struct mdl_times *from)
{
    sim_sketch_merge(into->ended, from->ended);
    if (from->censored && give_sketch(tallies, &into->censored))
        sim_sketch_merge(into->censored, from->censored);
}

static struct mdl_times *times_at(struct mdl_tallies *tallies, enum mdl_group_type type,
                                  size_t index, bool is_wait)
{
    struct mdl_tally *tally = &tallies->tally[type][index];

    return is_wait ? &tally->wait_h : &tally->slow;
}

static void merge_sketches(struct mdl_tallies *tallies, bool is_wait)
{
    const struct mdl_figure_groups *groups = tallies->groups;
    const bool *has = is_wait ? tallies->has.wait : tallies->has.slow;
    const size_t *count = groups->count;

#define TIMES(type, index) times_at(tallies, MDL_GROUP_##type, (index), is_wait)
    for (size_t i = 0; has[MDL_GROUP_KIND_PARTITION] && i < count[MDL_GROUP_KIND_PARTITION]; i++) {
        const struct mdl_group_pair *pair = &groups->pair[MDL_GROUP_KIND_PARTITION][i];

        merge_times(tallies, TIMES(PARTITION, pair->other), TIMES(KIND_PARTITION, i));
        merge_times(tallies, TIMES(KIND, pair->kind), TIMES(KIND_PARTITION, i));
    }
    for (size_t i = 0; has[MDL_GROUP_KIND_COUNTRY] && i < count[MDL_GROUP_KIND_COUNTRY]; i++)
        merge_times(tallies, TIMES(COUNTRY, groups->pair[MDL_GROUP_KIND_COUNTRY][i].other),
                    TIMES(KIND_COUNTRY, i));
    for (size_t p = 0; has[MDL_GROUP_PARTITION] && p < count[MDL_GROUP_PARTITION]; p++)
        merge_times(tallies, TIMES(SITE, groups->site_of[p]), TIMES(PARTITION, p));
    for (size_t k = 0; has[MDL_GROUP_KIND] && k < count[MDL_GROUP_KIND]; k++)
        merge_times(tallies, TIMES(ALL, 0), TIMES(KIND, k));
#undef TIMES
}

enum sim_status mdl_tallies_sum_up(struct mdl_tallies *tallies, const struct mdl_unserved *unserved,
                                   struct sim_error *err)
{
    const struct mdl_figure_groups *groups = tallies->groups;
    size_t partitions = groups->count[MDL_GROUP_PARTITION];

    for (size_t s = 0; s < groups->source_count; s++) {
        struct mdl_tally *of[] = {&tallies->tally[MDL_GROUP_KIND][groups->kind_of[s]],
                                  &tallies->tally[MDL_GROUP_ALL][0]};

        for (size_t p = 0; p < partitions; p++) {
            if (tallies->cell[s * partitions + p])
                add_cell(tallies, tallies->cell[s * partitions + p], s, p);
        }
        for (size_t i = 0; i < sizeof of / sizeof *of; i++) {
            of[i]->unserved.deferred += unserved[s].deferred;
            of[i]->unserved.refused += unserved[s].refused;
            of[i]->unserved.outside += unserved[s].outside;
            of[i]->unserved.no_enclave += unserved[s].no_enclave;
            of[i]->unserved.stranded += unserved[s].stranded;
        }
    }
    merge_sketches(tallies, true);
    merge_sketches(tallies, false);
    if (tallies->is_out_of_memory)
        return sim_fail(err, SIM_ENOMEM, "no memory for the figures");
    return SIM_OK;
}

const struct mdl_tally *mdl_tallies_at(const struct mdl_tallies *tallies, enum mdl_group_type type,
                                       size_t index)
{
    return &tallies->tally[type][index];
}

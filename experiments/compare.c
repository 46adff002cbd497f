/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "experiments/compare.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "experiments/replications.h"
#include "models/figures/selector.h"
#include "sim/random.h"
#include "sim/replicate.h"

enum { ITEMS_MAX = 100000, FIGURE_BYTES = 256, TASKS_PER_THREAD = 4, PLANS_MAX = 32 };

struct exp_comparison_private {
    const struct exp_compare *work;
    struct exp_compare copy;
    struct sim_arena *arena;
    struct mdl_figure *figure;     /* [room] */
    struct exp_machines *machines; /* [option] */
    size_t room;
    uint32_t *slot; /* [slot_count]: 1 + row by hash of its name, 0: free */
    size_t slot_count;
    const uint32_t **row_of; /* [item][figure of its plan]; NULL: as in the comparison */
    size_t *figures_of;      /* [item]: of its plan */
    size_t done, all;        /* replications */
};

static size_t item_count(const struct exp_comparison *comparison)
{
    return comparison->study->option_count * comparison->world_count;
}

static size_t item_of(const struct exp_comparison *comparison, size_t option, size_t world)
{
    return option * comparison->world_count + world;
}

static enum sim_status no_memory(struct sim_error *err)
{
    return sim_fail(err, SIM_ENOMEM, "no memory for a comparison");
}

/* ---- worlds ---- */

static enum sim_status make_worlds(struct exp_comparison *comparison, struct sim_arena *arena,
                                   struct sim_error *err)
{
    const struct exp_study *study = comparison->study;
    size_t futures = study->axis_count ? study->future_count : 0;
    size_t draws = study->uncertain_count ? study->draw_count : 0, n = 0;
    struct exp_world *world = sim_arena_alloc(arena, 1 + futures + draws, sizeof *world);

    if (!world)
        return no_memory(err);
    world[n++] = (struct exp_world){"as planned", EXP_CENTRAL, EXP_NO_DRAW};
    for (size_t f = 0; f < futures; f++)
        if (!study->future[f].is_central) /* that one is as planned */
            world[n++] = (struct exp_world){study->future[f].name, f, EXP_NO_DRAW};
    for (size_t d = 0; d < draws; d++) {
        char name[32];

        snprintf(name, sizeof name, "draw %zu", d + 1);
        world[n++] = (struct exp_world){sim_arena_strdup(arena, name), EXP_CENTRAL, d};
        if (!world[n - 1].name)
            return no_memory(err);
    }
    comparison->world = world;
    comparison->world_count = n;
    if (item_count(comparison) > ITEMS_MAX)
        return sim_fail(err, SIM_ESCHEMA,
                        "%zu options in %zu worlds are too many to compare; at most %d items",
                        study->option_count, n, ITEMS_MAX);
    return SIM_OK;
}

/* ---- rows ---- */

static const char *figure_name(const struct mdl_figure *figure, char buffer[FIGURE_BYTES])
{
    return mdl_figure_text(figure->name, figure->statistic, figure->selector, buffer, FIGURE_BYTES);
}

static bool is_same_figure(const struct mdl_figure *a, const struct mdl_figure *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->statistic, b->statistic) == 0 &&
           strcmp(a->selector, b->selector) == 0;
}

static uint32_t *slot_of(struct exp_comparison *comparison, const struct mdl_figure *figure)
{
    struct exp_comparison_private *private = comparison->private;
    char name[FIGURE_BYTES];
    size_t i = sim_hash_text(figure_name(figure, name)) & (private->slot_count - 1);

    while (private->slot[i] && !is_same_figure(figure, &comparison->figure[private->slot[i] - 1]))
        i = (i + 1) & (private->slot_count - 1);
    return &private->slot[i];
}

static const char *keep(struct sim_arena *arena, const char *text, bool *is_kept)
{
    const char *kept = sim_arena_strdup(arena, text);

    *is_kept = *is_kept && kept;
    return kept;
}

/* A plan goes, its rows stay. */
static bool append_row(struct exp_comparison *comparison, const struct mdl_figure *figure)
{
    struct exp_comparison_private *private = comparison->private;
    struct mdl_figure *row = &private->figure[comparison->figure_count];
    bool is_kept = true;

    if (comparison->figure_count == private->room)
        return false;
    *row = *figure;
    row->name = keep(private->arena, figure->name, &is_kept);
    row->statistic = keep(private->arena, figure->statistic, &is_kept);
    row->selector = keep(private->arena, figure->selector, &is_kept);
    row->unit = keep(private->arena, figure->unit, &is_kept);
    row->method = keep(private->arena, figure->method, &is_kept);
    row->plot = keep(private->arena, figure->plot, &is_kept);
    row->help = keep(private->arena, figure->help, &is_kept);
    if (is_kept)
        comparison->figure_count++;
    return is_kept;
}

/* Room for the rows of this plan too. */
static bool make_room(struct exp_comparison *comparison, size_t more)
{
    struct exp_comparison_private *private = comparison->private;
    size_t room = 2 * (comparison->figure_count + more), slots = 16;
    struct mdl_figure *figure;

    if (comparison->figure_count + more <= private->room)
        return true;
    while (slots < 2 * room)
        slots *= 2;
    figure = sim_arena_alloc(private->arena, room, sizeof *figure);
    private->slot = sim_arena_alloc(private->arena, slots, sizeof *private->slot);
    if (!figure || !private->slot)
        return false;
    if (comparison->figure_count)
        memcpy(figure, private->figure, comparison->figure_count * sizeof *figure);
    comparison->figure = private->figure = figure;
    private->room = room;
    private->slot_count = slots;
    for (size_t i = 0; i < comparison->figure_count; i++)
        *slot_of(comparison, &figure[i]) = (uint32_t)(i + 1);
    return true;
}

static bool has_same_rows(const struct exp_comparison *comparison, const struct mdl_plan *plan)
{
    if (plan->figure_count > comparison->figure_count)
        return false;
    for (size_t i = 0; i < plan->figure_count; i++)
        if (!is_same_figure(&plan->figure[i], &comparison->figure[i]))
            return false;
    return true;
}

static bool learn_rows(struct exp_comparison *comparison, size_t item, const struct mdl_plan *plan)
{
    struct exp_comparison_private *private = comparison->private;
    uint32_t *row_of;

    private->row_of[item] = NULL;
    private->figures_of[item] = plan->figure_count;
    if (has_same_rows(comparison, plan))
        return true;
    row_of = sim_arena_alloc(private->arena, plan->figure_count, sizeof *row_of);
    if (!row_of || !make_room(comparison, plan->figure_count))
        return false;
    for (size_t i = 0; i < plan->figure_count; i++) {
        uint32_t *slot = slot_of(comparison, &plan->figure[i]);

        if (!*slot) {
            if (!append_row(comparison, &plan->figure[i]))
                return false;
            *slot = (uint32_t)comparison->figure_count;
        }
        row_of[i] = *slot - 1;
    }
    private->row_of[item] = row_of;
    return true;
}

/* ---- items ---- */

struct item { /* ready to run */
    struct sim_arena *arena;
    struct mdl_plan *plan;
    size_t index;
};

/* extra: a patch on top of those of the item, or NULL. */
static enum sim_status open_item(const struct exp_comparison *comparison, size_t index,
                                 const struct scn_patch *extra, struct item *item,
                                 struct scn_errors *errors, struct sim_error *err)
{
    const struct exp_compare *work = comparison->private->work;
    const struct exp_world *world = &comparison->world[index % comparison->world_count];
    struct scn_request request = *work->request;
    const struct scn_patch *patch;
    struct scn_patch *patches;
    struct scn_reader reader;
    enum sim_status status;
    size_t count;

    *item = (struct item){.arena = sim_arena_create(work->scenario_bytes_max), .index = index};
    if (!item->arena)
        return no_memory(err);
    request.arena = item->arena;
    request.want_inputs = false;
    scn_reader_init(&reader, item->arena, errors);
    status = exp_study_patches(work->study, &reader, work->tree->root, comparison->seed,
                               index / comparison->world_count, world->future, world->draw, &patch,
                               &count);
    patches = status ? NULL : sim_arena_alloc(item->arena, count + 1, sizeof *patches);
    if (!status && !patches)
        status = no_memory(err);
    if (status)
        return status;
    if (count)
        memcpy(patches, patch, count * sizeof *patches);
    if (extra)
        patches[count++] = *extra;
    request.patches = patches;
    request.patch_count = count;
    status = work->bind(work->context, &request, work->tree, &item->plan, errors, err);
    if (!status)
        item->plan->is_verified = work->is_verified;
    return status;
}

static void close_item(struct item *item)
{
    sim_arena_destroy(item->arena);
    item->arena = NULL;
}

/* The plan goes, what the options make of the machines stays. */
static bool learn_machines(struct exp_comparison *comparison, size_t option,
                           const struct item *item)
{
    struct sim_arena *arena = comparison->private->arena;
    const struct mdl_plan *plan = item->plan;
    size_t count = plan->partition_count, cuts = count * plan->class_count;
    struct mdl_offered *offered = sim_arena_alloc(item->arena, count + 1, sizeof *offered);
    struct mdl_followed *followed = sim_arena_alloc(arena, count + 1, sizeof *followed);
    struct mdl_cut *all = sim_arena_alloc(item->arena, cuts + 1, sizeof *all), *cut;
    bool is_kept = offered && followed && all;

    cuts = is_kept ? mdl_plan_cuts(plan, 0, all, item->arena) : SIZE_MAX;
    cut = cuts == SIZE_MAX ? NULL : sim_arena_alloc(arena, cuts + 1, sizeof *cut);
    if (!cut)
        return false;
    mdl_plan_offered(plan, offered);
    mdl_plan_followed(plan, offered, followed);
    for (size_t p = 0; p < count; p++)
        followed[p].partition = keep(arena, followed[p].partition, &is_kept);
    for (size_t i = 0; i < cuts; i++) {
        cut[i] = all[i];
        cut[i].partition = keep(arena, all[i].partition, &is_kept);
        cut[i].job_class = keep(arena, all[i].job_class, &is_kept);
    }
    comparison->private->machines[option] = (struct exp_machines){cuts, count, cut, followed};
    return is_kept;
}

/* The baseline as planned tells seed and window; its rows come first. */
static enum sim_status check_item(struct exp_comparison *comparison, size_t index, bool is_first,
                                  struct scn_errors *errors, struct sim_error *err)
{
    struct item item;
    enum sim_status status = open_item(comparison, index, NULL, &item, errors, err);

    if (!status && is_first) {
        comparison->seed = (uint64_t)item.plan->config->seed;
        comparison->start_days = item.plan->config->start_days;
        comparison->end_days = item.plan->config->end_days;
        status = exp_periods_make(comparison->start_days, comparison->end_days,
                                  comparison->private->arena, &comparison->periods, err);
    }
    if (!status && !learn_rows(comparison, index, item.plan))
        status = no_memory(err);
    if (!status && index % comparison->world_count == 0 &&
        !learn_machines(comparison, index / comparison->world_count, &item))
        status = no_memory(err);
    close_item(&item);
    return status;
}

/* Nobody runs it, but it is somebody's text. */
static enum sim_status check_unused(struct exp_comparison *comparison,
                                    const struct scn_patch *override, struct scn_errors *errors,
                                    struct sim_error *err)
{
    struct item item;
    enum sim_status status =
        open_item(comparison, item_of(comparison, comparison->study->baseline, 0), override, &item,
                  errors, err);

    close_item(&item);
    return status;
}

enum sim_status exp_compare_prepare(const struct exp_compare *work, struct sim_arena *arena,
                                    struct exp_comparison **out, struct scn_errors *errors,
                                    struct sim_error *err)
{
    struct exp_comparison *comparison = sim_arena_alloc(arena, 1, sizeof *comparison);
    struct exp_comparison_private *private = sim_arena_alloc(arena, 1, sizeof *private);
    enum sim_status status;
    size_t first;

    *out = NULL;
    if (!comparison || !private)
        return no_memory(err);
    private->copy = *work;
    private->work = &private->copy;
    private->arena = arena;
    comparison->study = work->study;
    comparison->private = private;
    status = make_worlds(comparison, arena, err);
    if (status)
        return status;
    private->row_of = sim_arena_alloc(arena, item_count(comparison), sizeof *private->row_of);
    private->figures_of =
        sim_arena_alloc(arena, item_count(comparison), sizeof *private->figures_of);
    private->machines =
        sim_arena_alloc(arena, work->study->option_count, sizeof *private->machines);
    comparison->machines = private->machines;
    if (!private->row_of || !private->figures_of || !private->machines)
        return no_memory(err);
    first = item_of(comparison, work->study->baseline, 0);
    status = check_item(comparison, first, true, errors, err);
    for (size_t i = 0; i < item_count(comparison) && !status; i++)
        if (i != first)
            status = check_item(comparison, i, false, errors, err);
    for (size_t i = 0; i < work->study->unused_count && !status; i++)
        status = check_unused(comparison, &work->study->unused[i], errors, err);
    if (!status)
        *out = comparison;
    return status;
}

/* ---- running ---- */

struct results {     /* of an item; all but value may be NULL */
    double *value;   /* [replications][figure_count] */
    uint8_t *beyond; /* like value */
    double *track;   /* [replications][period][EXP_TRACKS] */
};

struct batch { /* items that run together */
    struct exp_comparison *comparison;
    struct item item[PLANS_MAX];
    struct exp_replications work[PLANS_MAX];
    size_t count, first, replications;
    struct results results[PLANS_MAX];
    atomic_size_t done;
};

/* A plan's own figures to the rows of the comparison. */
static void spread(const struct batch *batch, size_t i, size_t replication, const double *from,
                   const uint8_t *from_beyond)
{
    const struct exp_comparison *comparison = batch->comparison;
    const struct item *item = &batch->item[i];
    const uint32_t *row_of = comparison->private->row_of[item->index];
    size_t first = replication * comparison->figure_count;
    double *to = batch->results[i].value + first;
    uint8_t *beyond = batch->results[i].beyond;

    for (size_t f = 0; f < comparison->figure_count; f++)
        to[f] = NAN;
    if (beyond)
        memset(beyond + first, 0, comparison->figure_count);
    for (size_t f = 0; f < item->plan->figure_count; f++) {
        to[row_of ? row_of[f] : f] = from[f];
        if (beyond)
            beyond[first + (row_of ? row_of[f] : f)] = from_beyond[f];
    }
}

static struct sim_trace *own_trace(void *context, size_t replication)
{
    (void)replication;
    return context;
}

/* own and beyond: [figure_count of the plan], beyond all 0. */
static enum sim_status run_one(const struct batch *batch, size_t i, size_t r, double *own,
                               uint8_t *beyond, struct sim_error *err)
{
    const struct exp_periods *periods = &batch->comparison->periods;
    struct exp_replications work = batch->work[i];
    struct exp_period_trace trace = {.periods = NULL};
    double *track = batch->results[i].track;
    enum sim_status status = SIM_OK;

    work.first = batch->first + r;
    work.beyond = beyond;
    if (track) {
        status = exp_period_trace_init(&trace, periods, batch->item[i].plan, err);
        work.trace_of = own_trace;
        work.context = &trace;
    }
    if (!status)
        status = exp_replication_run(&work, work.first, own, err);
    if (!status)
        spread(batch, i, r, own, beyond);
    if (!status && track)
        exp_period_trace_read(&trace, track + r * periods->count * EXP_TRACKS);
    exp_period_trace_release(&trace);
    return status;
}

static enum sim_status replicate(void *context, size_t task, struct sim_error *err)
{
    struct batch *batch = context;
    size_t i = task / batch->replications, r = task % batch->replications;
    size_t figures = batch->item[i].plan->figure_count;
    double *own = malloc((figures + 1) * sizeof *own);
    uint8_t *beyond = calloc(figures + 1, 1);
    enum sim_status status =
        own && beyond ? run_one(batch, i, r, own, beyond, err) : no_memory(err);

    free(beyond);
    free(own);
    atomic_fetch_add(&batch->done, 1);
    return status;
}

static void tick(void *context)
{
    struct batch *batch = context;
    const struct exp_comparison_private *private = batch->comparison->private;

    private->work->tick(private->work->context, private->done + atomic_load(&batch->done),
                        private->all);
}

static enum sim_status add_item(struct batch *batch, size_t index, const struct scn_patch *extra,
                                struct results results, struct sim_error *err)
{
    const struct exp_compare *work = batch->comparison->private->work;
    struct scn_errors errors = {.count = 0};
    struct item *item = &batch->item[batch->count];
    enum sim_status status = open_item(batch->comparison, index, extra, item, &errors, err);

    if (!status && item->plan->figure_count != batch->comparison->private->figures_of[index])
        status = sim_fail(err, SIM_ESCHEMA, "a value that is searched changes what is measured");
    if (status) { /* a file has changed, or an extra patch leads out of what was checked */
        if (errors.count)
            status = sim_fail(err, status, "%s", errors.error[0].message);
        close_item(item);
        return status;
    }
    batch->work[batch->count] = (struct exp_replications){.plan = item->plan,
                                                          .seed = batch->comparison->seed,
                                                          .limit_bytes = work->limit_bytes,
                                                          .stop = work->stop};
    batch->results[batch->count++] = results;
    return status;
}

static enum sim_status run_batch(struct batch *batch, struct sim_error *err)
{
    struct exp_comparison_private *private = batch->comparison->private;
    struct sim_replicate tasks = {.count = batch->count * batch->replications,
                                  .threads = private->work->threads,
                                  .task = replicate,
                                  .tick = private->work->tick ? tick : NULL,
                                  .context = batch};
    enum sim_status status = sim_replicate(&tasks, err);

    private->done += tasks.count;
    for (size_t i = 0; i < batch->count; i++)
        close_item(&batch->item[i]);
    batch->count = 0;
    atomic_store(&batch->done, 0);
    return status;
}

enum sim_status exp_compare_run_item(struct exp_comparison *comparison, size_t option, size_t world,
                                     size_t first, size_t replications, double *value,
                                     struct sim_error *err)
{
    struct batch *batch = calloc(1, sizeof *batch);
    enum sim_status status;

    if (!batch)
        return no_memory(err);
    batch->comparison = comparison;
    batch->first = first;
    batch->replications = replications;
    comparison->private->done = 0;
    comparison->private->all = replications;
    status = add_item(batch, item_of(comparison, option, world), NULL,
                      (struct results){.value = value}, err);
    if (!status)
        status = run_batch(batch, err);
    free(batch);
    return status;
}

enum sim_status exp_compare_with(struct exp_comparison *comparison, const struct scn_patch *patch,
                                 size_t option, size_t figure, size_t replications,
                                 double *difference, struct sim_error *err)
{
    const size_t items[] = {item_of(comparison, option, 0),
                            item_of(comparison, comparison->study->baseline, 0)};
    size_t columns = comparison->figure_count, cells = replications * columns;
    struct batch *batch = calloc(1, sizeof *batch);
    double *value = malloc(2 * cells * sizeof *value);
    uint8_t *beyond = malloc(2 * cells);
    enum sim_status status = batch && value && beyond ? SIM_OK : no_memory(err);
    bool is_bound = false;

    if (!status) {
        batch->comparison = comparison;
        batch->replications = replications;
        comparison->private->done = 0;
        comparison->private->all = 2 * replications;
    }
    for (size_t i = 0; i < 2 && !status; i++)
        status = add_item(
            batch, items[i], patch,
            (struct results){.value = value + i * cells, .beyond = beyond + i * cells}, err);
    if (!status)
        status = run_batch(batch, err);
    else if (batch && batch->count)
        close_item(&batch->item[0]);
    for (size_t r = 0; r < 2 * replications && !status; r++)
        is_bound = is_bound || beyond[r * columns + figure];
    for (size_t r = 0; r < replications && !status; r++)
        difference[r] =
            is_bound ? NAN
                     : value[r * columns + figure] - value[(replications + r) * columns + figure];
    free(beyond);
    free(value);
    free(batch);
    return status;
}

/* As many items at a time as keep the threads busy. */
static size_t items_at_a_time(const struct exp_compare *work, size_t replications)
{
    size_t threads = work->threads ? work->threads : sim_processor_count();
    size_t items = (TASKS_PER_THREAD * threads + replications - 1) / replications;

    return items < 1 ? 1 : items > PLANS_MAX ? PLANS_MAX : items;
}

static bool make_results(struct exp_comparison *comparison, size_t replications)
{
    size_t values = item_count(comparison) * replications * comparison->figure_count;
    size_t tracks =
        comparison->study->option_count * replications * comparison->periods.count * EXP_TRACKS;

    exp_comparison_release(comparison);
    comparison->value = malloc(values * sizeof *comparison->value);
    comparison->beyond = malloc(values);
    comparison->track = malloc(tracks * sizeof *comparison->track);
    return comparison->value && comparison->beyond && comparison->track;
}

static struct results results_of(const struct exp_comparison *comparison, size_t item,
                                 size_t replications)
{
    size_t cells = replications * comparison->figure_count, option = item / comparison->world_count;
    size_t track = replications * comparison->periods.count * EXP_TRACKS;

    return (struct results){comparison->value + item * cells, comparison->beyond + item * cells,
                            item % comparison->world_count ? NULL
                                                           : comparison->track + option * track};
}

enum sim_status exp_compare_run(struct exp_comparison *comparison, size_t replications,
                                struct sim_error *err)
{
    struct exp_comparison_private *private = comparison->private;
    size_t items = item_count(comparison), cells = replications * comparison->figure_count;
    size_t most = items_at_a_time(private->work, replications);
    struct batch *batch;
    enum sim_status status = SIM_OK;

    if (cells > EXP_VALUES_MAX / items)
        return sim_fail(err, SIM_ELIMIT,
                        "%zu items of %zu replications with %zu figures are too many values to "
                        "keep; compare fewer futures, draws or replications",
                        items, replications, comparison->figure_count);
    batch = calloc(1, sizeof *batch);
    if (!batch || !make_results(comparison, replications)) {
        free(batch);
        return no_memory(err);
    }
    batch->comparison = comparison;
    batch->replications = replications;
    private->done = 0;
    private->all = items * replications;
    for (size_t i = 0; i < items && !status; i++) {
        status = add_item(batch, i, NULL, results_of(comparison, i, replications), err);
        if (!status && (batch->count == most || i + 1 == items))
            status = run_batch(batch, err);
    }
    for (size_t i = 0; i < batch->count; i++)
        close_item(&batch->item[i]);
    free(batch);
    if (!status)
        comparison->replication_count = replications;
    return status;
}

const double *exp_comparison_item(const struct exp_comparison *comparison, size_t option,
                                  size_t world)
{
    return comparison->value + item_of(comparison, option, world) * comparison->replication_count *
                                   comparison->figure_count;
}

size_t exp_comparison_bounds(const struct exp_comparison *comparison, size_t option, size_t world,
                             size_t figure)
{
    size_t rows = comparison->replication_count, bounds = 0;
    const uint8_t *item =
        comparison->beyond + item_of(comparison, option, world) * rows * comparison->figure_count;

    for (size_t r = 0; r < rows; r++)
        bounds += item[r * comparison->figure_count + figure];
    return bounds;
}

bool exp_comparison_column(const struct exp_comparison *comparison, size_t option, size_t world,
                           size_t figure, double *out)
{
    const double *item = exp_comparison_item(comparison, option, world);
    bool is_bound = exp_comparison_bounds(comparison, option, world, figure) > 0;

    for (size_t r = 0; r < comparison->replication_count; r++)
        out[r] = is_bound ? NAN : item[r * comparison->figure_count + figure];
    return is_bound;
}

void exp_comparison_release(struct exp_comparison *comparison)
{
    if (!comparison)
        return;
    free(comparison->value);
    free(comparison->beyond);
    free(comparison->track);
    comparison->value = comparison->track = NULL;
    comparison->beyond = NULL;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/scenario.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sim.h"

static enum sim_status check(const void *config, scn_report_fn *report, void *context)
{
    struct scenario *scenario = (struct scenario *)(uintptr_t)config;
    enum sim_status status;
    size_t mistakes = 0;

    if (mdl_config_check(&scenario->config, report, context) > 0)
        return SIM_ESCHEMA;
    status = mdl_plan_create(&scenario->config, NULL, scenario->arena, &scenario->plan,
                             &scenario->error);
    if (!status)
        mistakes = mdl_plan_check(scenario->plan, report, context);
    return !status && mistakes ? SIM_ESCHEMA : status;
}

enum sim_status scenario_load(const struct scenario_source *source, struct scenario *out)
{
    struct scn_errors errors = {.count = 0};
    struct scn_request request = {.path = source->path,
                                  .text = source->text,
                                  .text_bytes = source->text ? strlen(source->text) : 0,
                                  .sets = source->sets,
                                  .set_count = source->set_count,
                                  .rows = mdl_config_fields,
                                  .check = check,
                                  .want_inputs = true};
    enum sim_status status;

    *out = (struct scenario){.arena = sim_arena_create(source->limit_bytes)};
    if (!out->arena)
        return sim_fail(&out->error, SIM_ENOMEM, "no memory for a scenario");
    request.arena = out->arena;
    status = scn_load(&request, &out->config, &out->loaded, &errors);
    if (status && !out->error.status && errors.count)
        out->error = errors.error[0];
    return status;
}

void scenario_must_load(const struct scenario_source *source, struct scenario *out)
{
    const struct sim_error *error = &out->error;

    if (scenario_load(source, out) == SIM_OK)
        return;
    fprintf(stderr, "%s:%d:%d: %s\n", error->file, error->line, error->column, error->message);
    abort();
}

void scenario_release(struct scenario *scenario)
{
    sim_arena_destroy(scenario->arena);
    scenario->arena = NULL;
}

size_t scenario_figure(const struct mdl_plan *plan, const char *name, const char *statistic,
                       const char *selector)
{
    for (size_t i = 0; i < plan->figure_count; i++) {
        const struct mdl_figure *figure = &plan->figure[i];

        if (strcmp(figure->name, name) == 0 && strcmp(figure->statistic, statistic) == 0 &&
            strcmp(figure->selector, selector) == 0)
            return i;
    }
    fprintf(stderr, "there is no figure %s %s {%s}\n", name, statistic, selector);
    abort();
}

enum sim_status scenario_replicate(const struct mdl_plan *plan, uint64_t seed, uint32_t replication,
                                   size_t limit_bytes, struct sim_trace *trace, double *value,
                                   struct sim_error *err)
{
    struct mdl_world *world;
    struct sim *sim;
    enum sim_status status = sim_create(seed, replication, plan->begin_ns, limit_bytes, &sim, err);

    if (status)
        return status;
    sim->trace = trace;
    status = mdl_world_create(sim, plan, &world, err);
    if (!status)
        status = mdl_world_run(world, value, NULL, err);
    sim_destroy(sim);
    return status;
}

/* ---- rows ---- */

static enum sim_status keep_row(struct sim_trace *trace, const struct sim_table *table,
                                const void *record, struct sim_error *err)
{
    struct job_rows *rows = (struct job_rows *)(void *)trace;

    if (table == &mdl_ledger_table)
        rows->ledger_cents[((const struct mdl_ledger_record *)record)->item] +=
            ((const struct mdl_ledger_record *)record)->cents;
    if (table != &mdl_jobs_table)
        return SIM_OK;
    if (rows->count == rows->capacity) {
        size_t capacity = 2 * rows->capacity + 1024;
        struct mdl_job_record *row = realloc(rows->row, capacity * sizeof *row);

        if (!row)
            return sim_fail(err, SIM_ENOMEM, "no memory for %zu rows", capacity);
        rows->row = row;
        rows->capacity = capacity;
    }
    rows->row[rows->count++] = *(const struct mdl_job_record *)record;
    return SIM_OK;
}

static enum sim_status drop_sample(struct sim_trace *trace, const struct sim_series *series,
                                   const float *value, struct sim_error *err)
{
    (void)trace;
    (void)series;
    (void)value;
    (void)err;
    return SIM_OK;
}

void job_rows_init(struct job_rows *rows)
{
    *rows = (struct job_rows){.trace = {.row = keep_row, .sample = drop_sample}};
}

void job_rows_release(struct job_rows *rows)
{
    free(rows->row);
    *rows = (struct job_rows){.row = NULL};
}

static int by_community_and_id(const void *a, const void *b)
{
    const struct mdl_job_record *x = a, *y = b;

    if (x->community != y->community)
        return x->community < y->community ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

void job_rows_sort(struct job_rows *rows)
{
    if (rows->count)
        qsort(rows->row, rows->count, sizeof *rows->row, by_community_and_id);
}

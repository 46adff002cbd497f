/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "output/gantt.h"

#include <math.h>
#include <stdlib.h>

enum { UNITS_MAX = 1 << 20, LABELS_MAX = 60 };

static int by_start(const void *a, const void *b)
{
    const struct out_gantt_job *x = a, *y = b;

    if (x->start_s != y->start_s)
        return x->start_s < y->start_s ? -1 : 1;
    return (x->id > y->id) - (x->id < y->id);
}

static bool are_slices(const int64_t *gpus_milli, size_t count, uint32_t slices)
{
    for (size_t i = 0; i < count; i++) {
        int64_t whole = (gpus_milli[i] * slices + 500) / 1000;

        /* thousandths are rounded */
        if (2 * llabs(1000 * whole - gpus_milli[i] * slices) > (int64_t)slices)
            return false;
    }
    return true;
}

uint32_t out_gantt_slices(const int64_t *gpus_milli, size_t count)
{
    for (uint32_t slices = 1; slices <= OUT_GANTT_SLICES_MAX; slices++)
        if (are_slices(gpus_milli, count, slices))
            return slices;
    return 1;
}

/* A job that has less than a unit is drawn on one. */
static uint32_t width_of(int64_t gpus_milli, int32_t nodes, uint32_t slices)
{
    int64_t width = gpus_milli ? (gpus_milli * slices + 999 - slices / 2) / 1000 : nodes;

    return width > UNITS_MAX ? UNITS_MAX : (uint32_t)width;
}

/* The columns that are needed, row by row. */
static enum sim_status read_columns(const struct out_result *result, size_t count,
                                    struct out_gantt_job *job, struct out_gantt *gantt,
                                    struct sim_error *err)
{
    double *real = malloc(count * sizeof *real);
    int64_t *whole = malloc(count * sizeof *whole);
    int32_t *nodes = malloc(count * sizeof *nodes);
    enum sim_status status = SIM_OK;

    if (!real || !whole || !nodes)
        status = sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", count);
    if (!status && !(status = out_result_rows(result, 0, "jobs/time_start_s", 0, count, real, err)))
        for (size_t i = 0; i < count; i++)
            job[i].start_s = real[i];
    if (!status && !(status = out_result_rows(result, 0, "jobs/time_end_s", 0, count, real, err)))
        for (size_t i = 0; i < count; i++)
            job[i].end_s = real[i];
    if (!status && !(status = out_result_rows(result, 0, "jobs/id", 0, count, whole, err)))
        for (size_t i = 0; i < count; i++)
            job[i].id = whole[i];
    if (!status && !(status = out_result_rows(result, 0, "jobs/nodes", 0, count, nodes, err)))
        status = out_result_rows(result, 0, "jobs/gpus_milli", 0, count, whole, err);
    if (!status)
        gantt->slices = out_gantt_slices(whole, count);
    for (size_t i = 0; i < count && !status; i++) {
        job[i].width = width_of(whole[i], nodes[i], gantt->slices);
        gantt->has_gpus = gantt->has_gpus || whole[i] > 0;
    }
    free(real);
    free(whole);
    free(nodes);
    return status;
}

/* Those that ran, in order of start. */
static size_t keep_started(struct out_gantt_job *job, size_t count)
{
    size_t kept = 0;

    for (size_t i = 0; i < count; i++)
        if (isfinite(job[i].start_s) && isfinite(job[i].end_s))
            job[kept++] = job[i];
    qsort(job, kept, sizeof *job, by_start);
    return kept;
}

static bool add_bar(struct out_gantt *gantt, size_t *room, const struct out_gantt_bar *bar)
{
    if (gantt->bar_count == *room) {
        size_t larger = *room ? 2 * *room : 256;
        struct out_gantt_bar *grown = realloc(gantt->bar, larger * sizeof *grown);

        if (!grown)
            return false;
        gantt->bar = grown;
        *room = larger;
    }
    gantt->bar[gantt->bar_count++] = *bar;
    return true;
}

/* free_s[unit]: when it is free. Runs of neighbouring units become one bar. */
static bool place_job(struct out_gantt *gantt, size_t *room, const struct out_gantt_job *job,
                      size_t number, double *free_s)
{
    uint32_t left = job->width;
    struct out_gantt_bar bar = {
        .start_s = job->start_s, .end_s = job->end_s, .id = job->id, .job = number};

    for (uint32_t unit = 0; left > 0 && unit < UNITS_MAX; unit++) {
        if (free_s[unit] > job->start_s + 1e-6)
            continue;
        if (bar.count && bar.low + bar.count != unit) {
            if (!add_bar(gantt, room, &bar))
                return false;
            bar.count = 0;
        }
        bar.low = bar.count ? bar.low : unit;
        bar.count++;
        free_s[unit] = job->end_s;
        left--;
    }
    gantt->units = bar.low + bar.count > gantt->units ? bar.low + bar.count : gantt->units;
    return !bar.count || add_bar(gantt, room, &bar);
}

enum sim_status out_gantt_place(const struct out_gantt_job *job, size_t count,
                                struct out_gantt *gantt, struct sim_error *err)
{
    double *free_s = malloc(UNITS_MAX * sizeof *free_s);
    size_t room = 0;
    bool has_room = free_s != NULL;

    gantt->started = count;
    gantt->job_count = count < OUT_GANTT_JOBS_MAX ? count : OUT_GANTT_JOBS_MAX;
    for (size_t i = 0; has_room && i < UNITS_MAX; i++)
        free_s[i] = -INFINITY;
    for (size_t i = 0; has_room && i < gantt->job_count; i++)
        has_room = place_job(gantt, &room, &job[i], i, free_s);
    free(free_s);
    return has_room ? SIM_OK : sim_fail(err, SIM_ENOMEM, "no memory for the bars of jobs");
}

static bool has_one_partition(const struct out_result *result)
{
    const struct out_labels *labels = out_summary_labels(&result->summary, "/labels/partition");

    return labels && labels->count == 1;
}

enum sim_status out_gantt_read(const struct out_result *result, struct out_gantt *gantt,
                               struct sim_error *err)
{
    struct out_dataset table;
    enum sim_status status;
    struct out_gantt_job *job;
    size_t count;

    *gantt = (struct out_gantt){.bar = NULL};
    if (!result->trace_count || !out_result_has(result, 0, "jobs/id") || !has_one_partition(result))
        return SIM_OK;
    status = out_result_dataset(result, 0, "jobs/id", &table, err);
    if (status || !table.row_count)
        return status;
    count = table.row_count < OUT_GANTT_ROWS_MAX ? table.row_count : OUT_GANTT_ROWS_MAX;
    job = calloc(count, sizeof *job);
    if (!job)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", count);
    status = read_columns(result, count, job, gantt, err);
    if (!status)
        status = out_gantt_place(job, keep_started(job, count), gantt, err);
    free(job);
    return status;
}

void out_gantt_release(struct out_gantt *gantt)
{
    free(gantt->bar);
    gantt->bar = NULL;
}

/* ---- the picture ---- */

/* Okabe and Ito's colours in turn; borders tell neighbours of one colour apart. */
static uint32_t colour_of(size_t job)
{
    static const uint32_t colours[] = {0x56b4e9, 0xe69f00, 0x009e73, 0xcc79a7,
                                       0xf0e442, 0x0072b2, 0xd55e00};

    return colours[job % (sizeof colours / sizeof *colours)];
}

void out_gantt_draw(const struct out_gantt *gantt, double unit_s, struct out_text *script)
{
    double last = 0;

    out_text_add(script, "$bars << EOD\n");
    for (size_t i = 0; i < gantt->bar_count; i++) {
        const struct out_gantt_bar *bar = &gantt->bar[i];
        double from = bar->start_s / unit_s, to = bar->end_s / unit_s;

        last = to > last ? to : last;
        out_text_add(script, "%.9g %.9g %.9g %.9g %u %u %u %lld\n", 0.5 * (from + to),
                     bar->low + 0.5 * bar->count, from, to, bar->low, bar->low + bar->count,
                     colour_of(bar->job), (long long)bar->id);
    }
    out_text_add(script,
                 "EOD\nset xrange [%.9g:%.9g]\nset yrange [0:%u]\n"
                 "set style fill solid 0.85 border rgb '#ffffff'\n"
                 "plot $bars using 1:2:3:4:5:6:7 with boxxyerror fillcolor rgb variable "
                 "linewidth 0.5%s\n",
                 gantt->bar[0].start_s / unit_s, last, gantt->units,
                 gantt->job_count <= LABELS_MAX ? ", '' using 1:2:8 with labels" : "");
}

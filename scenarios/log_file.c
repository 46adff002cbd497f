/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "scenarios/log_file.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "models/compute/job.h"
#include "scenarios/lines.h"

#define COUNT(member, text)                                                                        \
    {                                                                                              \
#member, text, offsetof(struct mdl_log_counts, member)                                     \
    }

const struct scn_log_count scn_log_count_rows[] = {
    COUNT(no_run, "dropped: no run time"),
    COUNT(no_submit, "dropped: no submit time"),
    COUNT(no_width, "dropped: processors unknown or none"),
    COUNT(too_wide, "dropped: more processors than the machine has"),
    COUNT(clamped, "cut at their requested time"),
    COUNT(without_request, "without a requested time: the run time taken"),
    COUNT(width_from_used, "without requested processors: the allocated ones taken"),
    COUNT(rounded_width,
          "with a part of a processor: rounded up to whole ones where there are no slices"),
    COUNT(renumbered, "with an id that is no number: the number of its line taken"),
    COUNT(moved, "sorted by submit"),
    {NULL, NULL, 0},
};

/* ---- reading ---- */

struct reading {
    struct scn_swf_reader swf;
    struct scn_csv_log csv;
    bool is_swf, is_known;
};

/* SWF begins with comments or with numbers between blanks; a header names its columns. */
static bool looks_like_swf(const char *line, const char *end)
{
    while (line < end && *line == ' ')
        line++;
    if (line < end && (*line == ';' || *line == '-'))
        return true;
    return line < end && *line >= '0' && *line <= '9' && !memchr(line, ',', (size_t)(end - line));
}

static bool is_blank(const char *line, const char *end)
{
    while (line < end && (*line == ' ' || *line == '\t' || *line == '\r'))
        line++;
    return line == end;
}

static enum sim_status read_line(void *context, const char *line, const char *end, size_t number)
{
    struct reading *reading = context;

    if (!reading->is_known && is_blank(line, end))
        return SIM_OK;
    if (!reading->is_known) {
        reading->is_known = true;
        if (reading->csv.format == MDL_LOG_AUTO && !reading->csv.asked)
            reading->is_swf = looks_like_swf(line, end);
    }
    return reading->is_swf ? scn_swf_line(&reading->swf, line, end, number)
                           : scn_csv_log_line(&reading->csv, line, end, number);
}

/* ---- scaling ---- */

static int64_t scaled_time(int64_t seconds, double scale)
{
    double scaled = floor((double)seconds * scale + 0.5);

    if (seconds <= 0 || scale == 1)
        return seconds;
    return scaled < 1 ? 1 : scaled < 9e15 ? (int64_t)scaled : (int64_t)9e15;
}

static int32_t scaled_width(int32_t width, double scale)
{
    double scaled = ceil(width * scale - 1e-9);

    if (width <= 0 || scale == 1)
        return width;
    return scaled < INT32_MAX ? (int32_t)scaled : INT32_MAX;
}

/* Widths of a table were scaled before they were rounded. */
static void scale_jobs(const struct scn_log_request *request, bool is_swf, struct scn_swf_log *log)
{
    for (size_t i = 0; i < log->count; i++) {
        struct scn_swf_job *job = &log->job[i];

        job->run_s = scaled_time(job->run_s, request->scale_time);
        job->estimate_s = scaled_time(job->estimate_s, request->scale_time);
        if (!is_swf)
            continue;
        job->procs_requested = scaled_width(job->procs_requested, request->scale_width);
        job->procs_used = scaled_width(job->procs_used, request->scale_width);
    }
}

/* ---- records of the models ---- */

static uint8_t outcome_of(const struct scn_swf_job *job, bool has_request)
{
    if (has_request && job->run_s == job->estimate_s && job->status != 1)
        return MDL_OUTCOME_TIMEOUT;
    switch (job->status) {
    case 0:
        return MDL_OUTCOME_FAILED;
    case 5:
        return MDL_OUTCOME_CANCELLED;
    default:
        return MDL_OUTCOME_COMPLETED;
    }
}

static enum sim_status check_times(const struct scn_swf_job *job, struct sim_error *err)
{
    if (job->submit_s <= MDL_LOG_S_MAX && job->run_s <= MDL_LOG_S_MAX &&
        job->estimate_s <= MDL_LOG_S_MAX)
        return SIM_OK;
    return sim_fail(err, SIM_ESCHEMA,
                    "job %lld of the log: a time of more than %d s; mend or drop its line",
                    (long long)job->id, MDL_LOG_S_MAX);
}

static int by_number(const void *a, const void *b)
{
    int32_t x = *(const int32_t *)a, y = *(const int32_t *)b;

    return (x > y) - (x < y);
}

struct users { /* that are known, each once, by rising number; theirs are 1 and up */
    int32_t *number;
    size_t count;
};

/* False: no memory. */
static bool find_users(const struct scn_swf_log *from, struct sim_arena *arena, struct users *out)
{
    size_t known = 0;

    *out = (struct users){.number = sim_arena_alloc(arena, from->count, sizeof *out->number)};
    if (!out->number)
        return false;
    for (size_t i = 0; i < from->count; i++)
        if (from->job[i].user > 0)
            out->number[known++] = from->job[i].user;
    qsort(out->number, known, sizeof *out->number, by_number);
    for (size_t i = 0; i < known; i++)
        if (out->count == 0 || out->number[out->count - 1] != out->number[i])
            out->number[out->count++] = out->number[i];
    return true;
}

static uint32_t user_of(const struct users *users, int32_t number)
{
    const int32_t *found =
        number > 0 ? bsearch(&number, users->number, users->count, sizeof number, by_number) : NULL;

    return found ? (uint32_t)(found - users->number) + 1 : 0;
}

/* scratch: dies with what was read */
static enum sim_status convert(const struct scn_log_request *request,
                               const struct scn_swf_log *from, struct sim_arena *scratch,
                               struct mdl_log *log, struct sim_error *err)
{
    struct mdl_log_job *job = sim_arena_alloc(request->arena, from->count, sizeof *job);
    struct users users;

    if (!job || !find_users(from, scratch, &users))
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", from->count);
    for (size_t i = 0; i < from->count; i++) {
        struct scn_swf_job logged = from->job[i];

        if (request->scale_load != 1)
            logged.submit_s = (int64_t)floor((double)logged.submit_s / request->scale_load);
        if (check_times(&logged, err))
            return SIM_ESCHEMA;
        job[i] = (struct mdl_log_job){.id = logged.id,
                                      .submit_s = logged.submit_s,
                                      .run_s = (int32_t)logged.run_s,
                                      .walltime_s = (int32_t)logged.estimate_s,
                                      .width = (uint32_t)logged.procs_requested,
                                      .user = user_of(&users, logged.user),
                                      .part_frac = logged.part_frac,
                                      .outcome = outcome_of(&logged, logged.has_estimate),
                                      .has_request = logged.has_estimate};
        log->width_max = job[i].width > log->width_max ? job[i].width : log->width_max;
    }
    log->user_max = (uint32_t)users.count;
    log->job = job;
    log->count = from->count;
    return SIM_OK;
}

/* The moment of the first submit where the log tells it: from a header, or from dates. */
static int64_t first_unix_s(const struct scn_swf_log *log, int64_t first_s, bool is_swf)
{
    static const int64_t since_1985_s = 500000000; /* no log counts so far from its own start */

    if (is_swf)
        return log->unix_start_s > 0 ? log->unix_start_s + first_s : -1;
    return first_s >= since_1985_s ? first_s : -1;
}

static enum sim_status clean(const struct scn_log_request *request, struct scn_swf_log *from,
                             bool is_swf, struct sim_arena *scratch, struct mdl_log *log,
                             struct sim_error *err)
{
    int64_t header = from->max_procs > 0 ? from->max_procs : from->max_nodes;
    int64_t machine = request->width ? request->width : header > 0 ? header : INT32_MAX;
    struct scn_swf_report report;
    enum sim_status status;

    scale_jobs(request, is_swf, from);
    status = scn_swf_clean(from, machine, &report, err);
    if (status)
        return status;
    *log = (struct mdl_log){.machine_width = header > 0 ? header : 0,
                            .first_unix_s = first_unix_s(from, report.shift_s, is_swf),
                            .counts = {.read = report.read,
                                       .kept = report.kept,
                                       .no_run = report.dropped_no_run,
                                       .no_submit = report.dropped_no_submit,
                                       .no_width = report.dropped_no_procs,
                                       .too_wide = report.dropped_too_wide,
                                       .clamped = report.clamped_run,
                                       .without_request = report.estimate_from_run,
                                       .width_from_used = report.procs_from_used,
                                       .rounded_width = from->rounded_procs,
                                       .renumbered = from->renumbered,
                                       .moved = report.moved_in_order}};
    return convert(request, from, scratch, log, err);
}

enum sim_status scn_log_read(const struct scn_log_request *request, struct mdl_log *log,
                             struct scn_log_about *about, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct reading reading = {.is_swf = request->format == MDL_LOG_SWF};
    struct scn_swf_log raw;
    enum sim_status status;

    if (!arena) {
        close(request->fd);
        return sim_fail(err, SIM_ENOMEM, "no memory for a log");
    }
    reading.swf = scn_swf_begin(&raw, arena, request->name, err);
    reading.csv =
        scn_csv_log_begin(&reading.swf, request->format, request->columns, request->scale_width);
    reading.is_known = reading.is_swf;
    status = scn_lines_of_fd(request->fd, request->name, read_line, &reading, err);
    *about = (struct scn_log_about){.format = reading.is_swf ? MDL_LOG_SWF : reading.csv.format};
    memcpy(about->map, reading.csv.map, sizeof about->map);
    scn_csv_log_end(&reading.csv);
    if (!status)
        status = clean(request, &raw, reading.is_swf, arena, log, err);
    sim_arena_destroy(arena);
    return status;
}

/* ---- what is kept of it in a result ---- */

enum { INPUTS_MAX = 32 };

struct list {
    struct sim_input *input;
    size_t count;
    const char *prefix, *origin;
    struct sim_arena *arena;
};

static bool put(struct list *list, const char *name, const char *value, const char *unit)
{
    size_t bytes = strlen(list->prefix) + strlen(name) + 2;
    char *path = sim_arena_alloc(list->arena, bytes, 1);
    const char *kept = sim_arena_strdup(list->arena, value);

    if (!path || !kept)
        return false;
    snprintf(path, bytes, "%s.%s", list->prefix, name);
    list->input[list->count++] = (struct sim_input){.path = path,
                                                    .value = kept,
                                                    .unit = unit,
                                                    .source = "",
                                                    .quality = "",
                                                    .origin = list->origin};
    return true;
}

static bool put_count(struct list *list, const char *name, uint64_t count)
{
    char path[64], value[24];

    snprintf(path, sizeof path, "jobs.%s", name);
    snprintf(value, sizeof value, "%llu", (unsigned long long)count);
    return put(list, path, value, "1");
}

static bool put_all(struct list *list, const struct mdl_log *log, const struct scn_log_about *about)
{
    const struct mdl_log_counts *counts = &log->counts;
    bool is_put = put(list, "format", mdl_log_format_names[about->format], "1") &&
                  put(list, "columns", about->map, "1") && put_count(list, "read", counts->read) &&
                  put_count(list, "kept", counts->kept);

    for (const struct scn_log_count *row = scn_log_count_rows; is_put && row->name; row++)
        is_put = put_count(list, row->name, scn_log_count(counts, row));
    return is_put;
}

enum sim_status scn_log_inputs(const struct mdl_log *log, const struct scn_log_about *about,
                               const char *prefix, const char *origin, struct sim_arena *arena,
                               struct scn_scenario *scenario, struct sim_error *err)
{
    size_t before = scenario->input_count;
    struct list list = {.prefix = prefix, .arena = arena};
    struct sim_input *all = sim_arena_alloc(arena, before + INPUTS_MAX, sizeof *all);

    list.origin = sim_arena_strdup(arena, origin);
    if (all && list.origin) {
        if (before)
            memcpy(all, scenario->inputs, before * sizeof *all);
        list.input = all + before;
        if (put_all(&list, log, about)) {
            scenario->inputs = all;
            scenario->input_count = before + list.count;
            return SIM_OK;
        }
    }
    return sim_fail(err, SIM_ENOMEM, "no memory for what is known of a log");
}

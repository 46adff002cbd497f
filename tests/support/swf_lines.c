/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/support/swf_lines.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void refuse(const char *path, const char *line)
{
    fprintf(stderr, "%s: cannot read the line '%s'\n", path, line);
    abort();
}

static void *grown(void *array, size_t count, size_t size)
{
    if (count < 64 ? count : (count & (count - 1)))
        return array; /* room is made at 0 and at each power of two from 64 on */
    array = realloc(array, (count < 64 ? 64 : 2 * count) * size);
    if (!array)
        abort();
    return array;
}

static struct mdl_job job_of(const char *path, const char *line)
{
    int64_t id, submit, run, procs, estimate;

    if (sscanf(line, "%" SCNd64 " %" SCNd64 " %*s %" SCNd64 " %*s %*s %*s %" SCNd64 " %" SCNd64,
               &id, &submit, &run, &procs, &estimate) != 5 ||
        run < 0 || run > estimate || procs < 1 || procs > UINT32_MAX)
        refuse(path, line);
    return (struct mdl_job){
        .id = (uint64_t)id,
        .submit_ns = submit * INT64_C(1000000000),
        .run_ns = run * INT64_C(1000000000),
        .walltime_ns = estimate * INT64_C(1000000000),
        .width = (uint32_t)procs,
        .bundle = 1,
    };
}

struct swf_log *swf_log_read(const char *path)
{
    FILE *file = fopen(path, "r");
    struct swf_log *log;
    char line[512];

    if (!file)
        return NULL;
    log = calloc(1, sizeof *log);
    if (!log)
        abort();
    while (fgets(line, sizeof line, file)) {
        if (line[0] == ';') {
            sscanf(line, "; MaxProcs: %" SCNu32, &log->procs);
            continue;
        }
        log->jobs = grown(log->jobs, log->count, sizeof *log->jobs);
        log->jobs[log->count++] = job_of(path, line);
    }
    fclose(file);
    return log;
}

void swf_log_free(struct swf_log *log)
{
    if (log)
        free(log->jobs);
    free(log);
}

uint32_t swf_log_width_max(const struct swf_log *log)
{
    uint32_t width_max = 1;

    for (size_t i = 0; i < log->count; i++)
        width_max = log->jobs[i].width > width_max ? log->jobs[i].width : width_max;
    return width_max;
}

int64_t *csv_column_read(const char *path, int column, size_t *count)
{
    FILE *file = fopen(path, "r");
    int64_t *value = NULL;
    char line[512];

    *count = 0;
    if (!file)
        return NULL;
    if (!fgets(line, sizeof line, file))
        refuse(path, "");
    while (fgets(line, sizeof line, file)) {
        const char *cell = line;
        char *rest;

        for (int i = 0; i < column && cell; i++) {
            cell = strchr(cell, ',');
            cell = cell ? cell + 1 : NULL;
        }
        value = grown(value, *count, sizeof *value);
        if (!cell)
            refuse(path, line);
        value[(*count)++] = strtoll(cell, &rest, 10);
        if (rest == cell)
            refuse(path, line);
    }
    fclose(file);
    return value;
}

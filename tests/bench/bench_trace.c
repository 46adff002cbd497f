/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * What a job row of 17 columns (6 float64, 11 integers) costs from the model's call to the
 * verified file: the sink alone, and sink and out_run_finish together. CPU time of one thread.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "output/trace_h5.h"
#include "tests/support/bench.h"

enum { ROWS = 1000000 };

struct job {
    double submit_s, eligible_s, start_s, end_s, done_s, energy_j;
    int64_t id, project;
    int32_t community, nodes, gpus_milli, walltime_s, site, partition, attempts;
    uint8_t class, outcome;
};

#define COLUMN(kind, member)                                                                       \
    {                                                                                              \
#member, (kind), "1", "", offsetof(struct job, member), NULL                               \
    }
static const struct sim_column columns[] = {
    COLUMN(SIM_F64, submit_s), COLUMN(SIM_F64, eligible_s), COLUMN(SIM_F64, start_s),
    COLUMN(SIM_F64, end_s),    COLUMN(SIM_F64, done_s),     COLUMN(SIM_F64, energy_j),
    COLUMN(SIM_I64, id),       COLUMN(SIM_I64, project),    COLUMN(SIM_I32, community),
    COLUMN(SIM_I32, nodes),    COLUMN(SIM_I32, gpus_milli), COLUMN(SIM_I32, walltime_s),
    COLUMN(SIM_I32, site),     COLUMN(SIM_I32, partition),  COLUMN(SIM_I32, attempts),
    COLUMN(SIM_U8, class),     COLUMN(SIM_U8, outcome),
};
static const struct sim_table jobs = {"jobs", "", columns, sizeof columns / sizeof *columns};

/* As a run of several communities gives them: ids count, the rest is drawn. */
static void make_job(struct job *job, uint64_t i)
{
    uint64_t h = (i + 1) * UINT64_C(0x9E3779B97F4A7C15);

    h = (h ^ h >> 29) * UINT64_C(0xBF58476D1CE4E5B9);
    h ^= h >> 32;
    *job = (struct job){
        .submit_s = (double)i * 9.7 + (double)(h & 1023) * 1e-3,
        .id = (int64_t)(i / 40 + (h & 7)),
        .project = (int64_t)(h >> 8 & 4095),
        .community = (int32_t)(h >> 20 & 63),
        .nodes = (int32_t)(1u << (h >> 26 & 5)),
        .walltime_s = (int32_t)(3600 * (1 + (h >> 30 & 31))),
        .site = (int32_t)(h >> 36 & 7) % 7,
        .partition = (int32_t)(h >> 36 & 15) % 14,
        .attempts = 1 + ((h >> 40 & 63) == 0),
        .class = (uint8_t)((h >> 46 & 7) % 7),
        .outcome = (uint8_t)((h >> 50 & 15) == 0),
    };
    job->gpus_milli = 4000 * job->nodes;
    job->eligible_s = job->submit_s + 60.0;
    job->start_s = job->eligible_s + (double)(h >> 52);
    job->end_s = job->start_s + 0.37 * job->walltime_s;
    job->done_s = job->end_s + 31.0;
    job->energy_j = 2400.0 * job->nodes * (job->end_s - job->start_s);
}

static double run_once(bool with_finish)
{
    static struct job job[4096];
    const struct sim_table *const table = &jobs;
    struct out_about about = {.version = "",
                              .name = "",
                              .scenario_text = "",
                              .replication_count = 1,
                              .table = &table,
                              .table_count = 1};
    char dir[] = "/tmp/aifsim-bench-XXXXXX", path[64], digest[OUT_DIGEST_BYTES];
    struct out_run *run;
    struct sim_trace *trace;
    double start, seconds, nothing = 0.0;
    uint8_t never = 0;
    int is_bad;

    for (uint64_t i = 0; i < 4096; i++)
        make_job(&job[i], i);
    if (!mkdtemp(dir) || out_run_create(dir, &about, OUT_TRACE_JOBS, false, &run, NULL))
        return NAN;
    trace = out_run_trace(run, 0);
    start = bench_cpu_s();
    is_bad = 0;
    for (uint64_t i = 0; i < ROWS; i++) {
        job[i & 4095].id += 100;
        job[i & 4095].submit_s += 40000.0;
        is_bad |= trace->row(trace, &jobs, &job[i & 4095], NULL) != SIM_OK;
    }
    is_bad |= out_run_trace_end(run, 0, NULL) != SIM_OK;
    seconds = bench_cpu_s() - start;
    is_bad |= out_run_finish(run, &nothing, &never, 1, digest, NULL) != SIM_OK;
    if (with_finish)
        seconds = bench_cpu_s() - start;
    snprintf(path, sizeof path, "%s/result.h5", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/summary.csv", dir);
    unlink(path);
    snprintf(path, sizeof path, "%s/summary.json", dir);
    unlink(path);
    rmdir(dir);
    return is_bad ? NAN : (double)ROWS / seconds;
}

static double rows_per_s(const void *with_finish)
{
    return run_once(with_finish != NULL);
}

int main(int argc, char **argv)
{
    static const struct bench_figure figures[] = {
        {"trace_rows_per_s", "1/s", rows_per_s, "", 0},
        {"trace_sink_rows_per_s", "1/s", rows_per_s, NULL, 0},
    };

    return BENCH_MAIN(argc, argv, figures);
}

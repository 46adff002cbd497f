/* SPDX-License-Identifier: GPL-3.0-or-later
 *
 * Jobs per CPU second through a partition.
 *
 * schedule_LOG_POLICY_jobs_per_s: one round replays a log from its first submit to its last end,
 * through the same calls as the program: a simulation is created, the log is fed in by
 * models/demand/replay, all levels of the partition are on, each job's wait goes into a tally and
 * a sketch, records stay in memory. Parsing the log and copying the unplayed records are outside
 * the clock. Logs that play in a few milliseconds are played several times a round.
 *
 * schedule_deep_N_easy_jobs_per_s: the cost of a deep queue. N + 200 jobs are inside a machine of
 * 1024 units for the whole time: each job that ends enters again at once, as a new job with a new
 * width, walltime and run time (powers of two and odd widths from 1 to 512, 17 usual walltimes
 * from 10 min to 24 h, runs uniform up to the walltime), so about N wait all the time and each end
 * brings an arrival and a full pass. 20,000 ends go by before the clock starts; it stops after
 * 100,000 more.
 *
 * swf_parse_jobs_per_s: jobs of a log in memory (KTH's) read into records by scenarios/swf. */
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/compute/partition.h"
#include "models/demand/replay.h"
#include "scenarios/swf.h"
#include "sim/stats.h"
#include "tests/support/bench.h"
#include "tests/support/check.h"
#include "tests/support/swf_lines.h"

static void must(enum sim_status status, const struct sim_error *err)
{
    if (status) {
        fprintf(stderr, "bench_schedule: %s\n", err->message);
        exit(1);
    }
}

/* ---- logs ---- */

struct log_figure {
    const char *log;
    const struct mdl_policy *policy;
    uint32_t procs;
    int plays; /* a round */
};

struct waits {
    struct sim_tally tally;
    struct sim_sketch sketch;
};

static void note_wait(void *context, struct mdl_job *job)
{
    struct waits *waits = context;
    double wait_s = 1e-9 * (double)(job->start_ns - job->eligible_ns);

    sim_tally_add(&waits->tally, wait_s);
    sim_sketch_add(&waits->sketch, wait_s);
}

static double play(const struct log_figure *figure, struct mdl_job *jobs, size_t count,
                   uint32_t width_max)
{
    static struct waits waits;
    const struct mdl_partition_hooks hooks = {.context = &waits, .ended = note_wait};
    struct mdl_partition *partition;
    struct mdl_replay *demand;
    struct sim_error err = {0};
    struct sim *sim;
    double begin_s = bench_cpu_s(), time_s;

    waits = (struct waits){0};
    must(sim_create(1, 0, 0, 0, &sim, &err), &err);
    must(mdl_partition_create(sim, figure->log, figure->policy, figure->procs, width_max, &hooks,
                              &partition, &err),
         &err);
    must(mdl_replay_create(sim, partition, jobs, count, &demand, &err), &err);
    must(sim_run(sim, SIM_NEVER - 1, &err), &err);
    time_s = bench_cpu_s() - begin_s;
    if (waits.tally.count != count) {
        fprintf(stderr, "bench_schedule: %s: some jobs never ended\n", figure->log);
        exit(1);
    }
    sim_destroy(sim);
    return time_s;
}

/* Logs are read once and kept. */
static const struct swf_log *log_of(const char *name)
{
    static struct {
        const char *name;
        struct swf_log *log;
    } kept[16];
    char relative[128], path[512];
    size_t i;

    for (i = 0; kept[i].name; i++)
        if (strcmp(kept[i].name, name) == 0)
            return kept[i].log;
    kept[i].name = name;
    snprintf(relative, sizeof relative, "traces/swf/%s.swf", name);
    if (check_shared_path(relative, path, sizeof path))
        kept[i].log = swf_log_read(path);
    return kept[i].log;
}

static double log_jobs_per_s(const void *argument)
{
    const struct log_figure *figure = argument;
    const struct swf_log *log = log_of(figure->log);
    struct mdl_job *jobs;
    double time_s = 0;

    if (!log)
        return NAN;
    jobs = aligned_alloc(64, log->count * sizeof *jobs);
    if (!jobs)
        abort();
    for (int i = 0; i < figure->plays; i++) {
        memcpy(jobs, log->jobs, log->count * sizeof *jobs);
        time_s += play(figure, jobs, log->count, swf_log_width_max(log));
    }
    free(jobs);
    return figure->plays * (double)log->count / time_s;
}

/* The whole file, kept; NULL when it is not there. */
static const char *text_of_log(size_t *bytes)
{
    enum { BYTES_MAX = 16 << 20 };
    static char *text;
    static size_t length;
    char path[512];
    FILE *file;

    if (!text && check_shared_path("traces/swf/kth.swf", path, sizeof path)) {
        text = malloc(BYTES_MAX);
        file = fopen(path, "rb");
        if (!text || !file)
            abort();
        length = fread(text, 1, BYTES_MAX, file);
        fclose(file);
    }
    *bytes = length;
    return text;
}

static double parsed_jobs_per_s(const void *argument)
{
    size_t bytes, jobs = 0;
    const char *text = text_of_log(&bytes);
    double begin_s;

    (void)argument;
    if (!text)
        return NAN;
    begin_s = bench_cpu_s();
    for (int i = 0; i < 10; i++) {
        struct sim_arena *arena = sim_arena_create(0);
        struct scn_swf_log log;
        struct sim_error err;

        if (!arena)
            abort();
        must(scn_swf_read_memory(text, bytes, "kth.swf", arena, &log, &err), &err);
        jobs += log.count;
        sim_arena_destroy(arena);
    }
    return (double)jobs / (bench_cpu_s() - begin_s);
}

/* ---- a deep queue ---- */

enum { MACHINE = 1024, RUNNING_ABOUT = 200, WARM_UP = 20000, MEASURED = 100000 };

struct closed_loop {
    struct mdl_partition *partition;
    struct waits waits;
    uint64_t random;
    size_t ends;
    bool is_over;
    double begin_s, time_s;
};

static uint32_t draw(struct closed_loop *loop, uint32_t below)
{
    loop->random = loop->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)((loop->random >> 32) * below >> 32);
}

static void renew(struct closed_loop *loop, struct mdl_job *job)
{
    static const int minutes[] = {10,  15,  20,  30,  45,  60,  90,  120, 180,
                                  240, 300, 360, 480, 600, 720, 960, 1440};
    uint32_t power = UINT32_C(1) << draw(loop, 10);

    job->width = draw(loop, 4) ? power : 1 + draw(loop, power);
    job->walltime_ns = mdl_replay_ns(60 * minutes[draw(loop, sizeof minutes / sizeof minutes[0])]);
    job->run_ns = job->walltime_ns / 1000 * (1 + draw(loop, 1000));
    job->submit_ns = job->end_ns;
}

static void go_round(void *context, struct mdl_job *job)
{
    struct closed_loop *loop = context;

    if (loop->is_over)
        return;
    note_wait(&loop->waits, job);
    loop->ends++;
    if (loop->ends == WARM_UP)
        loop->begin_s = bench_cpu_s();
    if (loop->ends == WARM_UP + MEASURED) {
        loop->time_s = bench_cpu_s() - loop->begin_s;
        loop->is_over = true;
    }
    renew(loop, job);
    mdl_partition_enqueue(loop->partition, job);
}

static double deep_jobs_per_s(const void *argument)
{
    size_t count = *(const size_t *)argument + RUNNING_ABOUT;
    struct closed_loop loop = {.random = 42};
    const struct mdl_partition_hooks hooks = {.context = &loop, .ended = go_round};
    struct mdl_job *jobs;
    struct mdl_replay *demand;
    struct sim_error err = {0};
    struct sim *sim;

    must(sim_create(1, 0, 0, 0, &sim, &err), &err);
    jobs = sim_arena_alloc(sim->arena, count, sizeof *jobs);
    if (!jobs)
        abort();
    for (size_t i = 0; i < count; i++)
        renew(&loop, &jobs[i]);
    must(mdl_partition_create(sim, "deep", &mdl_policy_easy, MACHINE, MACHINE, &hooks,
                              &loop.partition, &err),
         &err);
    must(mdl_replay_create(sim, loop.partition, jobs, count, &demand, &err), &err);
    while (!loop.is_over) /* what is inside then is let go */
        must(sim_run(sim, sim->now_ns + mdl_replay_ns(3600), &err), &err);
    sim_destroy(sim);
    return MEASURED / loop.time_s;
}

/* The policies whose cost grows with the queue are played once a round where it is deep. */
#define PLAYED(name, machine, plays, policy)                                                       \
    {                                                                                              \
        "schedule_" name "_" #policy "_jobs_per_s", "jobs/s", log_jobs_per_s,                      \
            &(const struct log_figure){name, &mdl_policy_##policy, machine, plays}, 0              \
    }
#define LOG(name, machine, plays, plays_conservative)                                              \
    PLAYED(name, machine, plays, fcfs), PLAYED(name, machine, plays, easy),                        \
        PLAYED(name, machine, plays_conservative, conservative),                                   \
        PLAYED(name, machine, plays_conservative, conservative_rebuild)

static const struct bench_figure figures[] = {
    LOG("kth", 100, 3, 1),
    LOG("curie30k", 93312, 3, 1),
    LOG("lublin", 256, 5, 1),
    LOG("hpc2n3k", 240, 10, 5),
    LOG("nasa", 128, 3, 1),
    LOG("wagap", 2176, 3, 1),
    LOG("atlas", 9216, 2, 1),
    PLAYED("kth", 100, 3, multifactor),
    PLAYED("lublin", 256, 1, multifactor),
    {"swf_parse_jobs_per_s", "jobs/s", parsed_jobs_per_s, NULL, 0},
    {"schedule_deep_1e3_easy_jobs_per_s", "jobs/s", deep_jobs_per_s, &(const size_t){1000}, 0},
    {"schedule_deep_1e4_easy_jobs_per_s", "jobs/s", deep_jobs_per_s, &(const size_t){10000}, 0},
    {"schedule_deep_1e5_easy_jobs_per_s", "jobs/s", deep_jobs_per_s, &(const size_t){100000}, 0},
};

int main(int argc, char **argv)
{
    return BENCH_MAIN(argc, argv, figures);
}

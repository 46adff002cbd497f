/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/scenario.h"
#include "cli/simulate.h"
#include "scenarios/swf.h"
#include "sim/calendar.h"

/* The machine of a replay: a scenario like any other, with nodes and policy set on it. */
static const char machine_text[] =
    "aifsim: 1\n"
    "name: Replay of a log\n"
    "horizon: {start: 2000-01-01, end: 2000-01-02}\n"
    "sites: {log: {country: IS, partitions: {machine: {nodes: 1, policy: easy}}}}\n"
    "classes: {logged: {run: 1 h}}\n";

static enum sim_status read_log(const struct cli_options *options, struct sim_arena *arena,
                                struct scn_swf_log *log, struct sim_error *err)
{
    const char *path = options->operand[0];
    int fd;
    enum sim_status status;

    if (!options->data)
        return scn_swf_read(path, arena, log, err);
    status = scn_open_below(options->data, path, &fd, err);
    return status ? status : scn_swf_read_fd(fd, path, arena, log, err);
}

static void report_count(size_t count, const char *what)
{
    if (count)
        cli_note("%zu %s", count, what);
}

static void report(const struct scn_swf_report *cleaned, int64_t nodes)
{
    char wide[96];

    snprintf(wide, sizeof wide, "dropped: processors unknown, none, or more than %" PRId64, nodes);
    cli_note("%zu of %zu jobs of the log kept", cleaned->kept, cleaned->read);
    report_count(cleaned->dropped_no_run, "dropped: no run time");
    report_count(cleaned->dropped_no_submit, "dropped: no submit time");
    report_count(cleaned->dropped_procs, wide);
    report_count(cleaned->clamped_run, "cut at their requested time");
    report_count(cleaned->estimate_from_run, "without a requested time: the run time taken");
    report_count(cleaned->procs_from_used,
                 "without requested processors: the allocated ones taken");
    report_count(cleaned->moved_in_order, "sorted by submit");
}

static uint8_t outcome_of(const struct scn_swf_job *logged)
{
    if (logged->run_s == logged->estimate_s && logged->status != 1)
        return MDL_OUTCOME_TIMEOUT;
    switch (logged->status) {
    case 0:
        return MDL_OUTCOME_FAILED;
    case 5:
        return MDL_OUTCOME_CANCELLED;
    default:
        return MDL_OUTCOME_COMPLETED;
    }
}

/* A time of a log in seconds; 63 years are longer than any machine stands. */
enum { LOGGED_S_MAX = 2000000000 };

static enum sim_status check_times(const struct scn_swf_job *job, struct sim_error *err)
{
    if (job->submit_s <= LOGGED_S_MAX && job->run_s <= LOGGED_S_MAX &&
        job->estimate_s <= LOGGED_S_MAX)
        return SIM_OK;
    return sim_fail(err, SIM_ESCHEMA,
                    "job %lld of the log: a time of more than %d s; mend or drop its line",
                    (long long)job->id, LOGGED_S_MAX);
}

static enum sim_status make_jobs(const struct scn_swf_log *log, struct sim_arena *arena,
                                 struct mdl_replay_plan *replay, struct sim_error *err)
{
    replay->count = log->count;
    replay->job = sim_arena_alloc(arena, log->count, sizeof *replay->job);
    if (!replay->job)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", log->count);
    for (size_t i = 0; i < log->count; i++) {
        const struct scn_swf_job *logged = &log->job[i];

        if (check_times(logged, err))
            return SIM_ESCHEMA;
        replay->job[i] = (struct mdl_job){.id = (uint64_t)logged->id,
                                          .width = (uint32_t)logged->procs_requested,
                                          .walltime_ns = mdl_replay_ns(logged->estimate_s),
                                          .run_ns = mdl_replay_ns(logged->run_s),
                                          .submit_ns = mdl_replay_ns(logged->submit_s),
                                          .eligible_ns = MDL_TIME_UNSET,
                                          .start_ns = MDL_TIME_UNSET,
                                          .end_ns = MDL_TIME_UNSET,
                                          .user = logged->user > 0 ? (uint32_t)logged->user : 0,
                                          .bundle = 1,
                                          .outcome = outcome_of(logged)};
    }
    return SIM_OK;
}

/* Nodes, policy and dates of the machine as patches. The clock starts with the first job, at
 * midnight of the day it was submitted, where the log tells. */
static enum sim_status bind_machine(const struct cli_options *options,
                                    const struct scn_swf_log *log, int64_t first_s, int64_t nodes,
                                    const struct mdl_replay_plan *jobs,
                                    struct cli_scenario *scenario, struct sim_error *err)
{
    char text[5][96], start[11], end[11];
    const char *const sets[] = {text[0], text[1], text[2], text[3], text[4]};
    int64_t last_s = log->count ? log->job[log->count - 1].submit_s : 0;
    int64_t day = sim_days_from_date((struct sim_date){2000, 1, 1});

    if (log->unix_start_s > 0)
        day = (log->unix_start_s + first_s) / 86400;
    sim_date_format(day, start);
    sim_date_format(day + last_s / 86400 + 1, end);
    snprintf(text[0], sizeof text[0], "horizon={start: %s, end: %s}", start, end);
    snprintf(text[1], sizeof text[1], "sites.log.partitions.machine.nodes=%" PRId64, nodes);
    snprintf(text[2], sizeof text[2], "sites.log.partitions.machine.policy=%s",
             options->policy < 0 ? "easy" : mdl_policy_names[options->policy]);
    snprintf(text[3], sizeof text[3], "replications={min: 1, max: 1}");
    snprintf(text[4], sizeof text[4], "seed=%" PRIu64, options->seed);
    return cli_scenario_of_replay(machine_text, sets, 4 + options->has_seed, jobs, scenario, err);
}

static int64_t nodes_of(const struct cli_options *options, const struct scn_swf_log *log)
{
    if (options->nodes)
        return (int64_t)options->nodes;
    return log->max_procs > 0 ? log->max_procs : log->max_nodes;
}

static enum sim_status replay(const struct cli_options *options, struct cli_scenario *scenario,
                              struct sim_arena *arena, struct sim_error *err)
{
    struct scn_swf_log log;
    struct scn_swf_report cleaned;
    struct mdl_replay_plan jobs;
    struct cli_work work = {.options = options, .replication_count = 1, .arena = arena};
    enum sim_status status = read_log(options, arena, &log, err);
    int64_t nodes;

    if (status)
        return status;
    nodes = nodes_of(options, &log);
    if (nodes <= 0)
        return sim_fail(err, SIM_EUSAGE,
                        "how many processors? the log does not say; write for example --nodes 100");
    status = scn_swf_clean(&log, nodes, &cleaned, err);
    if (status)
        return status;
    report(&cleaned, nodes);
    if (log.count == 0)
        return sim_fail(err, SIM_ESCHEMA, "no job of '%.200s' can run on %" PRId64 " processors",
                        options->operand[0], nodes);
    status = make_jobs(&log, arena, &jobs, err);
    if (!status)
        status = bind_machine(options, &log, cleaned.shift_s, nodes, &jobs, scenario, err);
    if (status)
        return status;
    work.plan = scenario->plan;
    work.scenario = &scenario->scenario;
    work.name = scenario->config.name;
    work.dir = options->output ? options->output : cli_default_dir(scenario, options->operand[0]);
    work.level = options->trace >= 0 ? (enum out_trace_level)options->trace : OUT_TRACE_JOBS;
    return work.dir ? cli_simulate(&work, err) : sim_fail(err, SIM_ENOMEM, "no memory for a path");
}

enum sim_status cli_replay(const struct cli_options *options, struct sim_error *err)
{
    struct cli_scenario scenario = {.arena = NULL};
    struct sim_arena *arena;
    enum sim_status status;

    arena = sim_arena_create(0);
    if (!arena)
        return sim_fail(err, SIM_ENOMEM, "no memory for a log");
    status = replay(options, &scenario, arena, err);
    cli_scenario_release(&scenario);
    sim_arena_destroy(arena);
    return status;
}

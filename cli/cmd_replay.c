/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"
#include "cli/scenario.h"
#include "cli/simulate.h"
#include "sim/calendar.h"

/* The machine of a replay: a scenario like any other, with nodes and policy set on it. */
static const char machine_text[] =
    "aifsim: 1\n"
    "name: Replay of a log\n"
    "horizon: {start: 2000-01-01, end: 2000-01-02}\n"
    "sites: {log: {country: IS, partitions: {machine: {nodes: 1, policy: easy}}}}\n"
    "classes: {logged: {run: 1 h}}\n";

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

    return (x > y) - (x < y);
}

/* Each user once, in rising order; NULL without memory. */
static uint32_t *users_of(const struct mdl_log *log, struct sim_arena *arena, size_t *count)
{
    uint32_t *user = sim_arena_alloc(arena, log->count, sizeof *user);

    *count = 0;
    if (!user)
        return NULL;
    for (size_t i = 0; i < log->count; i++)
        user[i] = log->job[i].user;
    qsort(user, log->count, sizeof *user, by_number);
    for (size_t i = 0; i < log->count; i++)
        if (*count == 0 || user[*count - 1] != user[i])
            user[(*count)++] = user[i];
    return user;
}

static uint32_t number_of(uint32_t logged, const uint32_t *user, size_t count)
{
    return (uint32_t)((const uint32_t *)bsearch(&logged, user, count, sizeof *user, by_number) -
                      user);
}

static enum sim_status make_jobs(const struct mdl_log *log, struct sim_arena *arena,
                                 struct mdl_replay_plan *replay, struct sim_error *err)
{
    size_t user_count;
    const uint32_t *user = users_of(log, arena, &user_count);

    replay->count = log->count;
    replay->job = sim_arena_alloc(arena, log->count, sizeof *replay->job);
    if (!replay->job || !user)
        return sim_fail(err, SIM_ENOMEM, "no memory for %zu jobs", log->count);
    for (size_t i = 0; i < log->count; i++) {
        const struct mdl_log_job *logged = &log->job[i];

        replay->job[i] = (struct mdl_job){.id = (uint64_t)logged->id,
                                          .width = logged->width,
                                          .walltime_ns = mdl_replay_ns(logged->walltime_s),
                                          .run_ns = mdl_replay_ns(logged->run_s),
                                          .submit_ns = mdl_replay_ns(logged->submit_s),
                                          .eligible_ns = MDL_TIME_UNSET,
                                          .start_ns = MDL_TIME_UNSET,
                                          .end_ns = MDL_TIME_UNSET,
                                          .user = number_of(logged->user, user, user_count),
                                          .bundle = 1,
                                          .outcome = logged->outcome};
    }
    return SIM_OK;
}

#define SCHEDULER "sites.log.scheduler"

/* Of what --set may change elsewhere the jobs of a log meet only the rules of their scheduler. */
static enum sim_status check_sets(const struct cli_options *options, struct sim_error *err)
{
    const size_t length = sizeof SCHEDULER - 1;

    for (size_t i = 0; i < options->set_count; i++) {
        const char *set = options->set[i];

        if (strncmp(set, SCHEDULER, length) != 0 || !strchr(".=", set[length]) || !set[length])
            return sim_fail(err, SIM_EUSAGE,
                            "--set '%.100s': in a replay only '" SCHEDULER
                            "' can be set; write for example "
                            "--set '" SCHEDULER "={reserve: 1, depth: 100}'",
                            set);
        if (options->policy < 0 || mdl_policies[options->policy] != &mdl_policy_multifactor)
            return sim_fail(err, SIM_EUSAGE,
                            "--set '%.100s': only policy multifactor has a scheduler; add "
                            "--policy multifactor",
                            set);
    }
    return SIM_OK;
}

/* Nodes, policy and dates of the machine as patches. The clock starts with the first job, at
 * midnight of the day it was submitted, where the log tells. */
static enum sim_status bind_machine(const struct cli_options *options, const struct mdl_log *log,
                                    int64_t nodes, const struct mdl_replay_plan *jobs,
                                    struct sim_arena *arena, struct cli_scenario *scenario,
                                    struct sim_error *err)
{
    char text[5][96], start[11], end[11];
    size_t count = 4 + options->has_seed;
    const char **sets = sim_arena_alloc(arena, count + options->set_count, sizeof *sets);
    int64_t last_s = log->count ? log->job[log->count - 1].submit_s : 0;
    int64_t day = sim_days_from_date((struct sim_date){2000, 1, 1});

    if (!sets)
        return sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    if (log->first_unix_s > 0)
        day = log->first_unix_s / 86400;
    sim_date_format(day, start);
    sim_date_format(day + last_s / 86400 + 1, end);
    snprintf(text[0], sizeof text[0], "horizon={start: %s, end: %s}", start, end);
    snprintf(text[1], sizeof text[1], "sites.log.partitions.machine.nodes=%" PRId64, nodes);
    snprintf(text[2], sizeof text[2], "sites.log.partitions.machine.policy=%s",
             options->policy < 0 ? "easy" : mdl_policy_names[options->policy]);
    snprintf(text[3], sizeof text[3], "replications={min: 1, max: 1}");
    snprintf(text[4], sizeof text[4], "seed=%" PRIu64, options->seed);
    for (size_t i = 0; i < count; i++)
        sets[i] = text[i];
    for (size_t i = 0; i < options->set_count; i++)
        sets[count++] = options->set[i];
    return cli_scenario_of_replay(machine_text, sets, count, jobs, scenario, err);
}

static enum sim_status replay(const struct cli_options *options, struct cli_scenario *scenario,
                              struct sim_arena *arena, struct sim_error *err)
{
    struct mdl_log log;
    struct scn_log_about about;
    struct mdl_replay_plan jobs;
    struct cli_work work = {.options = options, .replication_count = 1, .arena = arena};
    enum sim_status status = check_sets(options, err);
    int64_t nodes;

    if (!status)
        status = cli_log_read(options, arena, &log, &about, err);
    if (status)
        return status;
    nodes = options->nodes ? (int64_t)options->nodes : log.machine_width;
    if (nodes <= 0)
        return sim_fail(err, SIM_EUSAGE,
                        "how many processors? the log does not say, and its widest job takes "
                        "%" PRIu32 "; write for example --nodes 100",
                        log.width_max);
    if (log.count == 0)
        return sim_fail(err, SIM_ESCHEMA, "no job of '%.200s' can run on %" PRId64 " processors",
                        options->operand[0], nodes);
    status = make_jobs(&log, arena, &jobs, err);
    if (!status)
        status = bind_machine(options, &log, nodes, &jobs, arena, scenario, err);
    if (!status)
        status = scn_log_inputs(&log, &about, "log", options->operand[0], scenario->arena,
                                &scenario->scenario, err);
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

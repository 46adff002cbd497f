/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <inttypes.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/log.h"
#include "cli/scenario.h"
#include "cli/simulate.h"
#include "models/compute/policy.h"
#include "scenarios/log_machine.h"

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

static enum sim_status bind_machine(const struct cli_options *options, const struct mdl_log *log,
                                    int64_t nodes, const struct mdl_replay_plan *jobs,
                                    struct sim_arena *arena, struct cli_scenario *scenario,
                                    struct sim_error *err)
{
    struct scn_log_machine_sets sets;
    size_t count = 0;
    const char **text;

    scn_log_machine(log, nodes, options->policy < 0 ? "easy" : mdl_policy_names[options->policy],
                    options->has_seed ? &options->seed : NULL, &sets);
    text = sim_arena_alloc(arena, sets.count + options->set_count, sizeof *text);
    if (!text)
        return sim_fail(err, SIM_ENOMEM, "no memory for the command line");
    for (size_t i = 0; i < sets.count; i++)
        text[count++] = sets.text[i];
    for (size_t i = 0; i < options->set_count; i++)
        text[count++] = options->set[i];
    return cli_scenario_of_replay(scn_log_machine_text, text, count, jobs, scenario, err);
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
    if (log.counts.read == 0)
        return sim_fail(err, SIM_ESCHEMA, "'%.200s' holds no job", options->operand[0]);
    nodes = options->nodes ? (int64_t)options->nodes : log.machine_width;
    if (nodes <= 0)
        return sim_fail(err, SIM_EUSAGE,
                        "how many processors? the log does not say, and its widest job takes "
                        "%" PRIu32 "; write for example --nodes 100",
                        log.width_max);
    if (log.count == 0)
        return sim_fail(err, SIM_ESCHEMA, "no job of '%.200s' can run on %" PRId64 " processors",
                        options->operand[0], nodes);
    status = scn_log_jobs(&log, arena, &jobs, err);
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

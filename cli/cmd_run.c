/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"
#include "cli/scenario.h"
#include "cli/simulate.h"

enum sim_status cli_run(const struct cli_options *options, struct sim_error *err)
{
    const char *path = options->operand[0];
    struct cli_scenario scenario;
    struct cli_work work = {.options = options};
    enum sim_status status = cli_scenario_load(path, options, &scenario, err);

    if (!status)
        status = cli_warn_of_load(path, &scenario, err);
    if (!status) {
        work.plan = scenario.plan;
        work.scenario = &scenario.scenario;
        work.arena = scenario.arena;
        work.expect = scenario.expect;
        work.expect_count = scenario.expect_count;
        work.name = scenario.config.name;
        work.dir = options->output ? options->output : cli_default_dir(&scenario, path);
        work.until = options->replications ? NULL : &scenario.until;
        work.replication_count =
            options->replications ? options->replications : scenario.until.rule.max;
        work.level = options->trace >= 0 ? (enum out_trace_level)options->trace : OUT_TRACE_SUMMARY;
        status =
            work.dir ? cli_simulate(&work, err) : sim_fail(err, SIM_ENOMEM, "no memory for a path");
    }
    cli_scenario_release(&scenario);
    return status;
}

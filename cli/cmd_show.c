/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/scenario.h"
#include "scenarios/show.h"

enum sim_status cli_show(const struct cli_options *options, struct sim_error *err)
{
    struct scn_show_options how = {.origin = options->origin, .defaults = options->defaults};
    struct cli_scenario scenario;
    enum sim_status status = cli_scenario_load(options->operand[0], options, &scenario, err);

    if (!status)
        status = scn_show(stdout, &scenario.scenario, mdl_config_fields, how, scenario.arena, err);
    cli_scenario_release(&scenario);
    return status;
}

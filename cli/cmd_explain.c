/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/commands.h"
#include "models/config.h"
#include "scenarios/explain.h"

enum sim_status cli_explain(const struct cli_options *options, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_reference reference;
    enum sim_status status = arena ? scn_reference_create(mdl_config_fields, arena, &reference, err)
                                   : sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");

    for (size_t i = 0; !status && i < options->operand_count; i++)
        status = scn_explain(stdout, &reference, options->operand[i], i == 0, arena, err);
    sim_arena_destroy(arena);
    return status;
}

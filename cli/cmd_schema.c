/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/commands.h"
#include "models/config.h"
#include "scenarios/reference.h"

enum sim_status cli_schema(const struct cli_options *options, struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_reference reference;
    enum sim_status status;

    if (options->json && options->markdown)
        status = sim_fail(err, SIM_EUSAGE, "--json and --markdown: keep one of them");
    else if (!arena)
        status = sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");
    else
        status = scn_reference_create(mdl_config_fields, arena, &reference, err);
    if (!status && options->json)
        scn_reference_schema(stdout, &reference);
    else if (!status && options->markdown)
        scn_reference_markdown(stdout, &reference);
    else if (!status)
        scn_reference_tree(stdout, &reference);
    sim_arena_destroy(arena);
    return status;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/completion.h"
#include "models/config.h"
#include "models/figures/figures.h"
#include "scenarios/reference.h"

static enum sim_status put_names(struct sim_error *err)
{
    struct sim_arena *arena = sim_arena_create(0);
    struct scn_reference reference;
    struct mdl_figure_about figure;
    enum sim_status status = arena ? scn_reference_create(mdl_config_fields, arena, &reference, err)
                                   : sim_fail(err, SIM_ENOMEM, "no memory for the list of keys");

    for (size_t i = 0; !status && i < reference.count; i++)
        puts(reference.key[i].path);
    for (size_t i = 0; !status && mdl_figure_about(i, &figure); i++)
        printf("%s%s%s\n", figure.name, *figure.statistic ? "." : "", figure.statistic);
    sim_arena_destroy(arena);
    return status;
}

enum sim_status cli_completion(const struct cli_options *options, struct sim_error *err)
{
    const char *shell = options->operand[0];

    if (strcmp(shell, "keys") == 0)
        return put_names(err);
    if (strcmp(shell, "bash") == 0)
        cli_put_bash_completion();
    else if (strcmp(shell, "zsh") == 0)
        cli_put_zsh_completion();
    else
        return sim_fail(err, SIM_EUSAGE, "completion: '%.80s' is none of bash, zsh, keys", shell);
    return SIM_OK;
}

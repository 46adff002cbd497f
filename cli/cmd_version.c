/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "cli/commands.h"
#include "output/provenance.h"

enum sim_status cli_version(const struct cli_options *options, struct sim_error *err)
{
    (void)options;
    (void)err;
    printf("aifsim %s\nlibraries: %s\n", AIFSIM_VERSION, out_library_versions());
    return SIM_OK;
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cli/commands.h"

enum sim_status cli_report(const struct cli_options *options, struct sim_error *err)
{
    (void)options;
    return sim_fail(err, SIM_EUSAGE, "no");
}

/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/places.h"
#include "cli/signals.h"
#include "output/report.h"

enum sim_status cli_report(const struct cli_options *options, struct sim_error *err)
{
    char *source = cli_result_or_study(options->operand[0]);
    char *file = source && options->output ? strdup(options->output)
                 : source                  ? cli_beside(source, "report.html")
                                           : NULL;
    size_t bytes = 0;
    enum sim_status status = SIM_OK;

    if (!file)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    cli_signals_hold();
    if (!status)
        status = out_report(source, file, cli_signals_stop(), &bytes, err);
    cli_signals_release();
    if (!status) {
        fputs("report   ", stdout);
        cli_put_safe(stdout, file);
        printf(" (%zu kB)\n", (bytes + 999) / 1000);
    }
    free(source);
    free(file);
    return status;
}

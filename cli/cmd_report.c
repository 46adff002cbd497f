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
    char *study = cli_file_in(options->operand[0], "study.h5");
    char *file = study && options->output ? strdup(options->output)
                 : study                  ? cli_beside(study, "report.html")
                                          : NULL;
    size_t bytes = 0;
    enum sim_status status = SIM_OK;

    if (!file)
        status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
    cli_signals_hold();
    if (!status)
        status = out_report_study(study, file, cli_signals_stop(), &bytes, err);
    cli_signals_release();
    if (!status) {
        fputs("report   ", stdout);
        cli_put_safe(stdout, file);
        printf(" (%zu kB)\n", (bytes + 999) / 1000);
    }
    free(study);
    free(file);
    return status;
}

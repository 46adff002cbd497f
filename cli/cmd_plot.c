/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "cli/commands.h"
#include "cli/messages.h"
#include "cli/places.h"
#include "cli/signals.h"
#include "cli/simulate.h"
#include "output/plots.h"
#include "output/preview.h"
#include "output/study.h"
#include "output/study_plots.h"

static enum sim_status plot(const struct cli_options *options, const char *result,
                            struct sim_error *err)
{
    char *dir = cli_plots_folder(options, result);
    size_t count = 0;
    enum sim_status status =
        dir ? cli_make_dirs(dir, err) : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    cli_signals_hold();
    if (!status)
        status = (out_study_is_one(result) ? out_plot_study : out_plot_result)(
            &(struct out_plotting){.result_path = result,
                                   .dir = dir,
                                   .format = options->format,
                                   .verify = options->verify,
                                   .stop = cli_signals_stop()},
            &count, err);
    if (!status) {
        fputs("plots    ", stdout);
        cli_put_safe(stdout, dir);
        printf(" (%zu figures)\n", count);
    }
    free(dir);
    return status;
}

enum sim_status cli_plot(const struct cli_options *options, struct sim_error *err)
{
    bool is_text = options->plot_as == CLI_PLOT_TEXT;
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < options->operand_count; i++) {
        const char *operand = options->operand[i];
        char *path = is_text ? cli_file_in(operand, "result.h5") : cli_result_or_study(operand);

        if (i > 0 && is_text)
            putchar('\n');
        if (!path)
            status = sim_fail(err, SIM_ENOMEM, "no memory for a path");
        else
            status = is_text ? out_preview(stdout, path, cli_terminal_columns(), err)
                             : plot(options, path, err);
        free(path);
    }
    return status;
}

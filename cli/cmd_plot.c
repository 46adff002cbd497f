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

static enum sim_status preview(const char *operand, bool is_first, struct sim_error *err)
{
    char *path = cli_file_in(operand, "result.h5");
    enum sim_status status = path ? cli_refuse_study(operand, "a plot as text", err)
                                  : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    if (!status && !is_first)
        putchar('\n');
    if (!status)
        status = out_preview(stdout, path, cli_terminal_columns(), err);
    free(path);
    return status;
}

static enum sim_status draw(const struct cli_options *options, const char *operand,
                            struct sim_error *err)
{
    char *path = cli_result_or_study(operand);
    enum sim_status status =
        path ? plot(options, path, err) : sim_fail(err, SIM_ENOMEM, "no memory for a path");

    free(path);
    return status;
}

enum sim_status cli_plot(const struct cli_options *options, struct sim_error *err)
{
    enum sim_status status = SIM_OK;

    for (size_t i = 0; !status && i < options->operand_count; i++)
        status = options->plot_as == CLI_PLOT_TEXT ? preview(options->operand[i], i == 0, err)
                                                   : draw(options, options->operand[i], err);
    return status;
}
